"""The arithmetic of the handbook: windows, fees, caps. No model takes part in it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
RETURN, DAMAGE, LATE, LOST, CANCEL = "return", "damage", "late", "lost", "cancel"


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Verdict:
    """What is due: `pay`, `deny` or `desk`, the clause, and why in one sentence."""

    action: str
    clause: str
    why: str
    amount: Decimal = Decimal(0)


@dataclass
class Line:
    sku: str
    pieces: int
    opened: bool = False


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def limit(order: dict) -> Decimal:
    return Decimal(2000 if order["currency"] == "PLN" else 500)


def sender_ok(order: dict, email: str) -> bool:
    known = [order["customer"]["email"], *order["customer"].get("also", [])]
    return email.strip().lower() in [address.strip().lower() for address in known]


def desk_flag(order: dict, email: str) -> Verdict | None:
    """What sends the whole ticket to the desk, by the order alone."""
    if not sender_ok(order, email):
        return Verdict("desk", "I-2", "the sender's address is not on the order's account")
    if order["chargeback"] == "open":
        return Verdict("desk", "H-3", "a chargeback is open on the order")
    if order["gift"]:
        return Verdict("desk", "H-4", "it is a gift order")
    if any(note["kind"] == "promise" for note in order["notes"]):
        return Verdict("desk", "H-6", "a colleague promised something on the order")
    return None


def given_back(order: dict, sku: str) -> Decimal:
    return sum((Decimal(r["amount"]) for r in order["refunds"] if r["sku"] == sku), Decimal(0))


def whole(order: dict, lines: list[Line]) -> bool:
    taken = {line.sku: line.pieces for line in lines}
    return all(taken.get(item["sku"], 0) >= item["quantity"] for item in order["items"])


def verdict(order: dict, kind: str, lines: list[Line], received: date, first_told: date | None = None) -> Verdict:
    result = _verdict(order, kind, lines, received, first_told)
    if result.action != "pay":
        return result
    if result.amount > limit(order):
        return Verdict("desk", "H-2", f"{result.amount} {order['currency']} is due, more than {limit(order)}")
    left = Decimal(order["refundable"])
    if result.amount > left:
        result.amount = left
    if result.amount <= 0:
        return Verdict("deny", "M-3", "it has been paid back already")
    return result


def _verdict(order: dict, kind: str, lines: list[Line], received: date, first_told: date | None) -> Verdict:
    status = order["status"]
    if kind == CANCEL:
        if status == "processing":
            return Verdict("pay", "L-4", "still in processing, cancelled", Decimal(order["refundable"]))
        return Verdict("deny", "L-4", "it has been shipped and cannot be stopped; it can be returned after delivery")
    if kind == LOST:
        if order["delivered"]:
            return Verdict("desk", "L-3", "delivered by our system, not received by the customer")
        overdue = (received - day(order["promised"])).days
        if status == "shipped" and overdue >= 10:
            return Verdict("pay", "L-2", f"{overdue} days overdue, counts as lost", Decimal(order["refundable"]))
        return Verdict("deny", "L-2", f"still on its way, {overdue} days past the promised date of the 10 that make it lost")
    if not order["delivered"]:
        return Verdict("deny", "R-1", "it has not been delivered yet; it can be returned after delivery")
    delivered = day(order["delivered"])
    age = (received - delivered).days
    if kind == LATE:
        late = (delivered - day(order["promised"])).days
        if late <= 3:
            return Verdict("deny", "L-1", f"{late} days late, not more than 3")
        if age > 30:
            return Verdict("deny", "L-1", f"complained of on day {age}, later than 30 days after delivery")
        if any(word in (r["reason"] or "").lower() for r in order["refunds"] for word in ("l-1", "late", "delay")):
            return Verdict("deny", "L-1", "the compensation has been paid once already")
        back = {line.sku: line.pieces for line in lines}
        kept = Decimal(0)
        for item in order["items"]:
            price = Decimal(item["unit_price"])
            if given_back(order, item["sku"]) >= price * item["quantity"]:
                continue
            kept += price * max(0, item["quantity"] - back.get(item["sku"], 0))
        cap = Decimal(100 if order["currency"] == "PLN" else 25)
        return Verdict("pay", "L-1", f"{late} days late, 10 % of goods worth {kept}", cents(min(kept / 10, cap)))
    items = {item["sku"]: item for item in order["items"]}
    due = Decimal(0)
    refusals: list[Verdict] = []
    paid: list[Line] = []
    for line in lines:
        item = items[line.sku]
        price, fee = Decimal(item["unit_price"]), Decimal(0)
        pieces = max(1, min(line.pieces, item["quantity"]))
        if kind == DAMAGE:
            told = ((first_told or received) - delivered).days
            if told > 7:
                refusals.append(Verdict("deny", "D-2", f"first told on day {told}, later than 7; the warranty workshop helps"))
                continue
        else:
            opened = line.opened and item["category"] == "electronics"
            window = 14 if opened else 30
            if item["final_sale"]:
                refusals.append(Verdict("deny", "R-3", f"{item['name']} is final sale"))
                continue
            if age > window:
                refusals.append(Verdict("deny", "R-2" if opened else "R-1", f"asked on day {age} of {window}"))
                continue
            if opened:
                fee = cents(price * pieces * 15 / 100)
        left = price * item["quantity"] - fee - given_back(order, line.sku)
        due += max(Decimal(0), min(price * pieces - fee, left))
        paid.append(line)
    if not paid:
        return refusals[0] if refusals else Verdict("deny", "M-4", "nothing is due for that")
    if due <= 0:
        return Verdict("deny", "M-3", "it has been paid back already")
    shipping = whole(order, paid) and (kind == DAMAGE or age <= 14)
    if shipping:
        due += Decimal(order["shipping_fee"])
    clause = "D-1" if kind == DAMAGE else "R-2" if any(line.opened for line in paid) else "R-1"
    return Verdict("pay", clause, f"{kind}, day {age}, shipping fee {'included' if shipping else 'not included'}", cents(due))
