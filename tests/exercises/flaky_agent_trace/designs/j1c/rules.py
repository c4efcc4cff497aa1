"""The handbook as a table: a sheet of facts and an order in, a verdict out. Clause numbers are the handbook's."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sheet import CaseSheet, Condition, Matter

CENT = Decimal("0.01")


@dataclass
class Verdict:
    outcome: str  # refunded, denied, escalated, need_info
    clauses: list[str] = field(default_factory=list)
    why: str = ""
    amount: Decimal | None = None
    order_id: str | None = None

    def same(self, other: "Verdict") -> bool:
        return (self.outcome, self.amount, self.order_id if self.outcome != "escalated" else None) == (
            other.outcome, other.amount, other.order_id if self.outcome != "escalated" else None,
        )


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def decide(sheet: CaseSheet, orders: dict[str, dict], sender: str, received: date) -> Verdict:
    wanted = [number for number in dict.fromkeys(sheet.orders_wanted) if number in orders]
    first = wanted[0] if wanted else None
    if sheet.law:
        return Verdict("escalated", ["H-5"], "legal steps are mentioned", order_id=first)
    if len(wanted) > 1:
        return Verdict("escalated", ["H-1"], "something is wanted on more than one order")
    if not wanted or sheet.could_also_be:
        return Verdict("need_info", ["I-1"], "we can't tell which order is meant")
    order = orders[first]
    verdict = _on_order(sheet, order, sender, received)
    verdict.order_id = first
    if verdict.outcome == "refunded" and verdict.amount > (2000 if order["currency"] == "PLN" else 500):
        return Verdict("escalated", ["H-2"], f"{verdict.amount} {order['currency']} is due", order_id=first)
    return verdict


def _on_order(sheet: CaseSheet, order: dict, sender: str, received: date) -> Verdict:
    customer = order["customer"]
    if sender.lower() not in [customer["email"].lower(), *(other.lower() for other in customer.get("also") or [])]:
        return Verdict("escalated", ["I-2"], "the mail comes from an address that isn't on the account")
    if order.get("chargeback") == "open":
        return Verdict("escalated", ["H-3"], "there is an open chargeback")
    if order.get("gift"):
        return Verdict("escalated", ["H-4"], "it is a gift order")
    if sheet.wants_no_money or any(note.get("kind") == "promise" for note in order.get("notes") or []):
        return Verdict("escalated", ["H-6"], "a promise, or something other than money")
    if sheet.goods_unclear:
        return Verdict("need_info", ["I-1"], "we can't tell which goods are meant")

    delivered = date.fromisoformat(order["delivered"]) if order.get("delivered") else None
    promised = date.fromisoformat(order["promised"])
    left = Decimal(order["refundable"])
    matter = sheet.matter
    if matter is Matter.GESTURE:
        return Verdict("denied", ["M-4"], "we don't pay goodwill")
    if matter in (Matter.CANCEL, Matter.MISSING) or delivered is None:
        if order["status"] == "processing":
            return _paid("L-4", "cancelled before dispatch", left, left)
        if delivered:
            if matter is Matter.MISSING:
                return Verdict("escalated", ["L-3"], "delivered by our records, yet never arrived")
            return Verdict("denied", ["L-4"], "it has been delivered and can be returned")
        if (received - promised).days >= 10:
            return _paid("L-2", "the parcel counts as lost", left, left)
        return Verdict("denied", ["L-2" if matter is Matter.MISSING else "L-4"], "it is still on its way")
    if matter is Matter.LATE:
        return _late(order, delivered, promised, received, left)
    return _goods(sheet, order, delivered, received, left)


def _late(order: dict, delivered: date, promised: date, received: date, left: Decimal) -> Verdict:
    if (delivered - promised).days <= 3 or (received - delivered).days > 30:
        return Verdict("denied", ["L-1"], f"{(delivered - promised).days} days late")
    if any("late" in str(r.get("reason", "")).lower() or "delay" in str(r.get("reason", "")).lower() for r in order["refunds"]):
        return Verdict("denied", ["L-1"], "compensation was paid already")
    goods = sum(Decimal(item["unit_price"]) * item["quantity"] for item in order["items"])
    goods -= sum(Decimal(r["amount"]) for r in order["refunds"])
    cap = Decimal(100 if order["currency"] == "PLN" else 25)
    return _paid("L-1", "late delivery", min(cents(goods / 10), cap), left)


def _goods(sheet: CaseSheet, order: dict, delivered: date, received: date, left: Decimal) -> Verdict:
    items = {item["sku"]: item for item in order["items"]}
    wanted = {piece.sku: min(piece.count, items[piece.sku]["quantity"]) for piece in sheet.pieces if piece.sku in items and piece.count > 0}
    if not wanted:
        return Verdict("need_info", ["I-1"], "we can't tell which goods are meant")
    defect = sheet.matter is Matter.DEFECT
    day = ((sheet.first_told or received) - delivered).days if defect else (received - delivered).days
    if defect and day > 7:
        return Verdict("denied", ["D-2"], f"told on day {day}; a matter for the warranty workshop")
    due, clauses = Decimal(0), set()
    for sku, count in wanted.items():
        item = items[sku]
        worth = Decimal(item["unit_price"]) * count
        if defect:
            clauses.add("D-1")
        elif item.get("final_sale"):
            clauses.add("R-3")
            continue
        elif item["category"] == "electronics" and sheet.condition is Condition.OPENED:
            clauses.add("R-2")
            if day > 14:
                continue
            worth -= cents(worth * Decimal("0.15"))
        else:
            clauses.add("R-1")
            if day > 30:
                continue
        worth -= sum((Decimal(r["amount"]) for r in order["refunds"] if r.get("sku") == sku), Decimal(0))
        due += max(worth, Decimal(0))
    whole = all(wanted.get(sku) == item["quantity"] for sku, item in items.items())
    if due and whole and (defect or day <= 14):
        due += Decimal(order["shipping_fee"])
    if not due:
        return Verdict("denied", sorted(clauses), f"day {day}, nothing is due")
    return _paid(", ".join(sorted(clauses)), f"day {day}", due, left)


def _paid(clause: str, why: str, amount: Decimal, left: Decimal) -> Verdict:
    amount = min(cents(amount), left)
    if amount <= 0:
        return Verdict("denied", [clause, "M-3"], "everything due has been paid back before")
    return Verdict("refunded", [clause], why, amount)
