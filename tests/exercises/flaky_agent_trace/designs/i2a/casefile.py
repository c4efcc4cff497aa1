"""Collects what is known about a ticket before any model is asked, and checks what the model made of it."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from office import Office
from schema import Reading

NUMBER = re.compile(r"(?<!\d)(?:HL[-\s]?)?(\d{6})(?!\d)", re.I)


@dataclass
class Case:
    ticket: dict
    received: date
    orders: dict[str, dict]
    unknown: list[str]
    handbook: dict

    @property
    def mail(self) -> str:
        return f"{self.ticket['subject']}\n\n{self.ticket['body']}"

    @property
    def sender(self) -> str:
        return self.ticket["from"]["email"]

    def mail_block(self) -> str:
        sender = self.ticket["from"]
        return (
            f"<mail>\nFrom: {sender['name']} <{sender['email']}>\nReceived: {self.ticket['received'][:10]} "
            f"({self.received:%A})\nSubject: {self.ticket['subject']}\n\n{self.ticket['body']}\n</mail>"
        )

    def orders_block(self) -> str:
        lines = [compact(order, self.sender) for order in self.orders.values()]
        lines += [f"{number}: there is no such order" for number in self.unknown]
        return "<ORDERS>\n" + ("\n".join(lines) or "none found") + "\n</ORDERS>"

    def handbook_block(self) -> str:
        return f"<handbook version=\"{self.handbook['version']}\">\n{self.handbook['text']}\n</handbook>"


def collect(office: Office, task: dict) -> Case:
    ticket = task["ticket"]
    received = date.fromisoformat(ticket["received"][:10])
    handbook = office.handbook(task["now"][:10])
    rows = office.search(email=ticket["from"]["email"])
    ids = [row["id"] for row in rows]
    named = list(dict.fromkeys(f"HL-{digits}" for digits in NUMBER.findall(f"{ticket['subject']}\n{ticket['body']}")))
    if not ids and not named:
        ids = [row["id"] for row in office.search(name=ticket["from"]["name"])]
    wanted = list(dict.fromkeys(named + ids))[:40]
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(wanted, pool.map(office.order, wanted)))
    orders = {key: order for key, order in found.items() if order}
    return Case(ticket, received, orders, [key for key, order in found.items() if not order], handbook)


def compact(order: dict, sender: str) -> str:
    customer = order["customer"]
    own = sender.casefold() in {a.casefold() for a in [customer["email"], *customer.get("also", [])]}

    def when(key: str) -> str:
        return f"{date.fromisoformat(order[key][:10]):%Y-%m-%d %a}" if order.get(key) else "-"

    view = {
        "order_id": order["id"],
        "belongs_to_sender": own,
        "placed": when("placed"),
        "status": order["status"],
        "promised": when("promised"),
        "delivered": when("delivered"),
        "currency": order["currency"],
        "items": [
            {key: item.get(key) for key in ("sku", "name", "category", "quantity", "unit_price", "final_sale")} for item in order["items"]
        ],
        "shipping_fee": order.get("shipping_fee"),
        "earlier_refunds": order.get("refunds", []),
        "notes": order.get("notes", []),
        "chargeback": order.get("chargeback"),
        "gift": order.get("gift"),
    }
    return json.dumps(view, ensure_ascii=False)


def plain(text: str) -> str:
    text = re.sub(r"^[>\s]+", " ", text, flags=re.M)
    text = text.translate(str.maketrans("’‘“”„«»–—", "''\"\"\"\"\"--"))
    return re.sub(r"\s+", " ", text).strip(" .…\"'").casefold()


def stands_in(quote: str, mail: str) -> bool:
    quote, mail = plain(quote), plain(mail)
    if not quote:
        return False
    if quote in mail:
        return True
    match = SequenceMatcher(None, mail, quote, autojunk=False).find_longest_match()
    return match.size >= 0.7 * len(quote)


def problems(reading: Reading, case: Case) -> list[str]:
    """What cannot be right about a reading, in words that the model can act on."""
    found = []
    for number, claim in enumerate(reading.claims, 1):
        if not stands_in(claim.quote, case.mail):
            found.append(f"claim {number}: the quote {claim.quote!r} does not stand in the mail")
        for order_id in [claim.order_id, *claim.could_also_be]:
            if order_id and order_id not in case.orders:
                found.append(f"claim {number}: {order_id} is not one of ORDERS")
        order = case.orders.get(claim.order_id or "")
        if order and claim.state == "open":
            items = {item["sku"]: item for item in order["items"]}
            for line in claim.lines:
                if line.sku not in items:
                    found.append(f"claim {number}: {line.sku} is not in {order['id']}")
                elif not 1 <= line.pieces <= items[line.sku]["quantity"]:
                    found.append(f"claim {number}: {line.pieces} pieces of {line.sku}, but {items[line.sku]['quantity']} were ordered")
            if claim.kind in ("unwanted", "damaged_faulty_wrong") and not claim.lines and not claim.whole_order:
                found.append(f"claim {number}: which lines is it about?")
            if claim.kind == "damaged_faulty_wrong" and claim.first_told_on:
                try:
                    told = date.fromisoformat(claim.first_told_on[:10])
                except ValueError:
                    found.append(f"claim {number}: first_told_on {claim.first_told_on!r} is not a date")
                else:
                    if told > case.received or (order.get("delivered") and told < date.fromisoformat(order["delivered"][:10])):
                        found.append(f"claim {number}: first_told_on {told} is before the delivery or after this mail")
    if reading.legal_threat and not stands_in(reading.legal_quote or "", case.mail):
        found.append("legal_threat is set, but legal_quote does not stand in the mail")
    if reading.insists_on_exchange_or_credit and not stands_in(reading.exchange_quote or "", case.mail):
        found.append("insists_on_exchange_or_credit is set, but exchange_quote does not stand in the mail")
    if not 0 <= reading.confidence <= 1:
        found.append("confidence is a number from 0 to 1")
    return found
