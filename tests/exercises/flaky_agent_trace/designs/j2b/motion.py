"""Motions: their grammar, and the Clerk's look into the books."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from backoffice import Order, Ticket

CENT = Decimal("0.01")
DESK_LIMIT = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}
DELAY_CAP = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}

ORDER = r"(?P<order>HL-\d{6})"
FORMS = {
    "pay": rf"PAY {ORDER} UNDER (?P<clause>[A-Z]-\d)\s*:\s*(?P<what>.+?)\s*=\s*(?P<sum>\d+(?:[.,]\d\d)?)\s*(?P<cur>[A-Z]{{3}})",
    "decline": rf"DECLINE {ORDER} UNDER (?P<clause>[A-Z]-\d)",
    "desk": rf"HAND OVER (?:{ORDER}|-|–|—|none)? ?UNDER (?P<clause>[A-Z]-\d)",
    "ask": r"ASK UNDER (?P<clause>[A-Z]-\d)",
}


class PointOfOrder(Exception):
    """What the Clerk has to say against a motion."""


@dataclass
class Motion:
    kind: str
    clause: str
    order: str | None = None
    pieces: dict[str, int] = field(default_factory=dict)
    everything: bool = False
    shipping: bool = False
    amount: Decimal | None = None
    currency: str | None = None


def parse(text: str) -> Motion:
    """The last motion in the text."""
    for line in reversed(text.splitlines()):
        line = line.strip().strip("`*").strip()
        for kind, form in FORMS.items():
            if not (m := re.fullmatch(rf"(?:MOTION:\s*)?{form}\.?", line)):
                continue
            got = m.groupdict()
            motion = Motion(kind, got["clause"], got.get("order"))
            if kind == "pay":
                what = got["what"]
                motion.pieces = {sku: int(n) for n, sku in re.findall(r"(\d+)\s*[x×]\s*([A-Z]{2}-\d{4})", what)}
                motion.everything = what.lower().startswith("all")
                motion.shipping = "shipping" in what.lower()
                motion.amount, motion.currency = Decimal(got["sum"].replace(",", ".")), got["cur"]
            return motion
    raise PointOfOrder("I find no motion in one of the five forms at the end. Put it again, as one line.")


def cents(x: Decimal) -> Decimal:
    return x.quantize(CENT, ROUND_HALF_UP)


def examine(motion: Motion, ticket: Ticket, orders: dict[str, Order]) -> None:
    """Raise a point of order if the books contradict the motion."""
    if motion.order is None:
        return
    if motion.order not in orders:
        raise PointOfOrder(f"there is no order {motion.order} among the papers.")
    order = orders[motion.order]
    if motion.kind == "ask":
        return
    if bar := barred(order, ticket):
        if motion.kind != "desk":
            raise PointOfOrder(f"{order.id} is for the desk: {bar}.")
        return
    if motion.kind == "pay":
        due = reckon(motion, order, ticket)
        if motion.currency != order.currency:
            raise PointOfOrder(f"{order.id} was paid in {order.currency}.")
        if due > DESK_LIMIT[order.currency]:
            raise PointOfOrder(f"{due} {order.currency} is due, and H-2 hands over what exceeds {DESK_LIMIT[order.currency]}.")
        if due <= 0:
            raise PointOfOrder("nothing is left to be paid for these pieces (M-3).")
        if due != motion.amount:
            raise PointOfOrder(f"by the books this comes to {due} {order.currency}, not {motion.amount}.")


def barred(order: Order, ticket: Ticket) -> str | None:
    if ticket.email not in order.emails:
        return f"I-2, {ticket.email} is not on the account"
    if order.chargeback == "open":
        return "H-3, there is an open chargeback"
    if order.gift:
        return "H-4, it is a gift order"
    if any(note.get("kind") == "promise" for note in order.notes):
        return "H-6, a colleague has promised something"
    return None


def reckon(motion: Motion, order: Order, ticket: Ticket) -> Decimal:
    """What the motion's clause gives for the motion's pieces, or a point of order where it gives nothing."""
    clause, asked = motion.clause, ticket.day
    if clause in ("L-2", "L-4"):
        if order.delivered:
            raise PointOfOrder(f"{order.id} was delivered on {order.delivered}; {clause} is for parcels that weren't.")
        if clause == "L-4" and order.status != "processing":
            raise PointOfOrder(f"{order.id} is {order.status}; L-4 cancels only what is in processing.")
        if clause == "L-2" and (order.status != "shipped" or (asked - order.promised).days < 10):
            raise PointOfOrder(f"{order.id} was promised for {order.promised}; under L-2 that must be 10 days ago.")
        return order.refundable
    if order.delivered is None:
        raise PointOfOrder(f"{order.id} hasn't been delivered; {clause} is for delivered goods.")
    age = (asked - order.delivered).days
    if clause == "L-1":
        delay = (order.delivered - order.promised).days
        if delay <= 3 or age > 30:
            raise PointOfOrder(f"delivered {delay} days after the promised date and {age} days ago: L-1 gives nothing.")
        if any("L-1" in r["reason"] or "late" in r["reason"] for r in order.refunds):
            raise PointOfOrder("L-1 has been paid on this order before.")
        kept = order.goods - sum((Decimal(r["amount"]) for r in order.refunds if r.get("sku")), Decimal(0))
        return min(cents(kept / 10), DELAY_CAP[order.currency], order.refundable)
    if clause not in ("R-1", "R-2", "D-1"):
        raise PointOfOrder(f"{clause} doesn't pay anything. PAY goes under R-1, R-2, D-1, L-1, L-2 or L-4.")
    lines = {line.sku: line for line in order.lines}
    if motion.everything:
        motion.pieces = {sku: line.quantity for sku, line in lines.items()}
    if not motion.pieces:
        raise PointOfOrder("the motion names no pieces.")
    due = Decimal(0)
    for sku, count in motion.pieces.items():
        line = lines.get(sku)
        if line is None or not 0 < count <= line.quantity:
            raise PointOfOrder(f"{order.id} has no {count} x {sku}.")
        gross = line.unit_price * count
        fee = clause == "R-2" and line.category == "electronics"
        if clause != "D-1":
            if line.final_sale:
                raise PointOfOrder(f"{sku} is final sale, which R-3 doesn't take back.")
            if age > (14 if fee else 30):
                raise PointOfOrder(f"delivered {age} days before the letter: too late under {clause}.")
        if fee:
            gross -= cents(gross * 15 / 100)
        back = sum((Decimal(r["amount"]) for r in order.refunds if r.get("sku") == sku), Decimal(0))
        due += max(gross - back, Decimal(0))
    whole = all(motion.pieces.get(sku) == line.quantity for sku, line in lines.items())
    entitled = whole and (clause == "D-1" or age <= 14)
    if entitled != motion.shipping and order.shipping:
        raise PointOfOrder("the shipping fee " + ("goes back too (M-2): add `+ shipping`." if entitled else "stays (M-2)."))
    return cents(min(due + (order.shipping if entitled else 0), order.refundable))
