"""The handbook (2026-09) as code. Pure functions: facts in, verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from backoffice import Order

CENT = Decimal("0.01")
DESK_LIMIT = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}
DELAY_CAP = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}


@dataclass(frozen=True)
class Verdict:
    kind: str  # pay, decline, desk, ask
    clause: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class Facts:
    """What the letter says, as far as the handbook cares."""

    asked: date
    grievance: str
    pieces: dict[str, int]
    opened: bool | None
    first_told: date


def cents(x: Decimal) -> Decimal:
    return x.quantize(CENT, ROUND_HALF_UP)


def obstacles(order: Order, sender: str) -> Verdict | None:
    """What sends a case to the desk whatever is asked."""
    if sender not in order.emails:
        return Verdict("desk", "I-2")
    if order.chargeback == "open":
        return Verdict("desk", "H-3")
    if order.gift:
        return Verdict("desk", "H-4")
    if any(note.get("kind") == "promise" for note in order.notes):
        return Verdict("desk", "H-6")
    return None


def decide(order: Order, facts: Facts) -> Verdict:
    why = facts.grievance
    if why == "gesture":
        return Verdict("decline", "M-4")
    if why == "payment_missing":
        return Verdict("decline", "M-3") if order.refunds else Verdict("desk", "H-6")
    if order.delivered is None:
        return undelivered(order, facts)
    if why == "not_here_yet":
        return Verdict("desk", "L-3")
    if why == "came_late":
        return late(order, facts)
    return goods(order, facts)


def undelivered(order: Order, facts: Facts) -> Verdict:
    if order.status == "processing":
        return pay(order, order.refundable, "L-4")
    overdue = (facts.asked - order.promised).days if order.promised else 0
    if overdue >= 10:
        return pay(order, order.refundable, "L-2")
    return Verdict("decline", "L-4" if facts.grievance == "stop_the_order" else "L-2")


def late(order: Order, facts: Facts) -> Verdict:
    delay = (order.delivered - order.promised).days if order.promised else 0
    paid_before = any("L-1" in r["reason"] or "late" in r["reason"] for r in order.refunds)
    if delay <= 3 or (facts.asked - order.delivered).days > 30 or paid_before:
        return Verdict("decline", "L-1")
    kept = order.goods - sum((Decimal(r["amount"]) for r in order.refunds if r.get("sku")), Decimal(0))
    return pay(order, min(cents(kept / 10), DELAY_CAP[order.currency]), "L-1")


def goods(order: Order, facts: Facts) -> Verdict:
    if not any(facts.pieces.values()):
        return Verdict("ask", "I-1")
    age = (facts.asked - order.delivered).days
    due, whole = Decimal(0), True
    clause = ""
    for line in order.lines:
        count = min(facts.pieces.get(line.sku, 0), line.quantity)
        gross = line.unit_price * count
        if facts.grievance == "defective_or_wrong":
            clause = "D-1"
            if (facts.first_told - order.delivered).days > 7:
                return Verdict("decline", "D-2")
        else:
            opened = line.category == "electronics" and facts.opened
            if count and line.category == "electronics" and facts.opened is None:
                return Verdict("ask", "R-2")
            if count and line.final_sale:
                clause, gross, count = clause or "R-3", Decimal(0), 0
            elif count and age > (14 if opened else 30):
                clause, gross, count = clause or "R-1", Decimal(0), 0
            elif count:
                clause = "R-2" if opened else "R-1"
                gross -= cents(gross * 15 / 100) if opened else Decimal(0)
        back = sum((Decimal(r["amount"]) for r in order.refunds if r.get("sku") == line.sku), Decimal(0))
        if count:
            due += max(gross - back, Decimal(0))
        whole = whole and count == line.quantity
    if whole and due and (facts.grievance == "defective_or_wrong" or age <= 14):
        due += order.shipping
    return pay(order, due, clause)


def pay(order: Order, due: Decimal, clause: str) -> Verdict:
    due = min(cents(due), order.refundable)
    if due <= 0:
        return Verdict("decline", clause or "M-3")
    if due > DESK_LIMIT[order.currency]:
        return Verdict("desk", "H-2")
    return Verdict("pay", clause, due)
