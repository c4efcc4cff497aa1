"""Everything about a case on one page: mail, handbook, orders, and the numbers that models get wrong."""

import json
import re
from dataclasses import dataclass
from datetime import date

from backoffice import BackOffice, Refused


@dataclass
class Casefile:
    ticket: dict
    now: str
    policy: str
    version: str
    orders: dict[str, dict]

    @classmethod
    def gather(cls, task: dict, office: BackOffice) -> "Casefile":
        ticket = task["ticket"]
        ids: dict[str, None] = {}
        page, pages = 1, 1
        while page <= min(pages, 4):
            found = office.tool("search_orders", email=ticket["from"]["email"], page=page)
            ids.update(dict.fromkeys(order["id"] for order in found["orders"]))
            page, pages = page + 1, found["pages"]
        for number in re.findall(r"(?<!\d)(\d{6})(?!\d)", ticket["subject"] + " " + ticket["body"]):
            ids[f"HL-{number}"] = None
        orders = {}
        for order_id in ids:
            try:
                orders[order_id] = office.order(order_id)
            except Refused:
                continue
        policy = office.tool("get_policy", topic="all", fresh=True)
        return cls(ticket, task["now"], policy["text"], policy["version"], orders)

    def text(self) -> str:
        ticket = self.ticket
        parts = [
            f"MAIL\nFrom: {ticket['from']['name']} <{ticket['from']['email']}>\nReceived: {ticket['received']}\n"
            f"Subject: {ticket['subject']}\n\n{ticket['body']}",
            *(self.sheet(order) for order in self.orders.values()),
        ]
        return "\n\n=====\n\n".join(parts)

    def sheet(self, order: dict) -> str:
        """The order with the differences of its dates worked out: models are bad at counting days."""
        received = date.fromisoformat(self.ticket["received"][:10])
        promised = date.fromisoformat(order["promised"])
        if order["delivered"]:
            delivered = date.fromisoformat(order["delivered"])
            worked_out = {
                "days_since_delivery": (received - delivered).days,
                "days_late": max((delivered - promised).days, 0),
            }
        else:
            worked_out = {"days_overdue": (received - promised).days}
        return json.dumps({**order, **worked_out}, ensure_ascii=False, indent=1)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
