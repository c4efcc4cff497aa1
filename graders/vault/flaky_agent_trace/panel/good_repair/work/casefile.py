"""Everything about a case on one page: mail, handbook, orders, and the numbers that models get wrong."""

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backoffice import BackOffice, Refused


@dataclass
class Casefile:
    ticket: dict
    now: str
    policy: str
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
                orders[order_id] = office.tool("get_order", order_id=order_id)
            except Refused:
                continue
        policy = office.tool("get_policy", topic="all", fresh=True)["text"]
        return cls(ticket, task["now"], policy, orders)

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

    def barred(self, order: dict) -> str | None:
        """What only people may decide, as far as the order's own fields tell."""
        sender = self.ticket["from"]["email"].lower()
        customer = order["customer"]
        if sender not in {address.lower() for address in (customer["email"], *customer["also"])}:
            return "I-2: sender not on the account"
        if order["chargeback"] == "open":
            return "H-3: chargeback open"
        if order["gift"]:
            return "H-4: gift order"
        if any(note["kind"] == "promise" for note in order["notes"]):
            return "H-6: promise by a colleague"
        return None

    def explainable(self, order: dict) -> set[Decimal]:
        """Every sum that the handbook can lead to on this order: what can't be one is a slip."""
        sums = {Decimal(0)}
        for item in order["items"]:
            price = Decimal(item["unit_price"])
            worths = {price * pieces for pieces in range(item["quantity"] + 1)}
            if item["category"] == "electronics":
                worths |= {worth - (worth * 15 / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP") for worth in worths}
            sums = {total + worth for total in sums for worth in worths}
            if len(sums) > 20_000:
                break
        goods = sum((Decimal(item["unit_price"]) * item["quantity"] for item in order["items"]), Decimal(0))
        cap = Decimal(100 if order["currency"] == "PLN" else 25)
        late = {min((part / 10).quantize(Decimal("0.01"), "ROUND_HALF_UP"), cap) for part in {goods - total for total in sums}}
        fee = Decimal(order["shipping_fee"])
        sums |= {total + fee for total in sums if total >= goods * Decimal("0.8")} | {Decimal(order["refundable"])}
        return sums | late | {total + extra for total in list(sums)[:4000] for extra in late if len(late) < 40}

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
