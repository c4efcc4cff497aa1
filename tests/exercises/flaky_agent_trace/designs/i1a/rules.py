"""The arithmetic of the handbook: days and money. The model never calculates."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
LIMIT = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}
DELAY_CAP = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


@dataclass
class Quote:
    """What the handbook makes of a wish."""

    verdict: str  # pay, decline, desk, unclear
    rule: str
    why: str
    order: dict
    amount: Decimal | None = None
    steps: list[str] = field(default_factory=list)

    def text(self) -> str:
        lines = [f"Order {self.order['id']}", f"Verdict: {self.verdict.upper()} (rule {self.rule})", f"Because: {self.why}"]
        if self.amount is not None:
            lines.append(f"Sum due: {self.amount:.2f} {self.order['currency']}")
        return "\n".join(lines + [f"- {step}" for step in self.steps])


def must_go_to_desk(order: dict, sender: str) -> tuple[str, str] | None:
    """Reasons that lie in the order itself."""
    customer = order["customer"]
    known = {a.strip().lower() for a in [customer["email"], *customer.get("also", [])]}
    if sender.strip().lower() not in known:
        return "I-2", "the sender's address is not on the account that this order belongs to"
    if order.get("chargeback") == "open":
        return "H-3", "there is an open chargeback on the order"
    if order.get("gift"):
        return "H-4", "it is a gift order, paid out as store credit by the desk only"
    for note in order.get("notes", []):
        if note.get("kind") == "promise":
            return "H-6", f"a colleague has promised something: {note.get('text', '')}"
    return None


def given_back(order: dict, sku: str) -> Decimal:
    return sum((Decimal(r["amount"]) for r in order.get("refunds", []) if r.get("sku") == sku), Decimal(0))


def finish(order: dict, rule: str, why: str, amount: Decimal, steps: list[str]) -> Quote:
    left = Decimal(order["refundable"])
    if amount > left:
        steps.append(f"only {left:.2f} is left to give back on this order")
        amount = left
    amount = cents(amount)
    if amount <= 0:
        return Quote("decline", "M-3", "nothing is left to give back for this", order, None, steps)
    limit = LIMIT.get(order["currency"], Decimal(500))
    if amount > limit:
        return Quote("desk", "H-2", f"{amount:.2f} {order['currency']} is more than we may pay ourselves", order, None, steps)
    return Quote("pay", rule, why, order, amount, steps)


def whole_order(order: dict, pieces: dict[str, int]) -> bool:
    return all(pieces.get(item["sku"], 0) >= item["quantity"] for item in order["items"])


def quote_return(order: dict, sender: str, received: date, pieces: dict[str, int], opened: set[str]) -> Quote:
    if reason := must_go_to_desk(order, sender):
        return Quote("desk", *reason, order)
    delivered = day(order.get("delivered"))
    if delivered is None:
        if order["status"] == "processing":
            return quote_cancel(order, sender)
        return Quote("decline", "L-4", "it has been shipped and not delivered yet; it can be returned after delivery", order)
    age = (received - delivered).days
    due = Decimal(0)
    steps = [f"delivered {delivered}, asked {received}: day {age}"]
    refused: list[tuple[str, str]] = []
    for item in order["items"]:
        count = min(pieces.get(item["sku"], 0), item["quantity"])
        if not count:
            continue
        price = Decimal(item["unit_price"]) * count
        used = item["sku"] in opened and item["category"] == "electronics"
        window = 14 if used else 30
        if item.get("final_sale"):
            refused.append(("R-3", f"{item['name']} is final sale and not taken back"))
            continue
        if age > window:
            refused.append(("R-2" if used else "R-1", f"{item['name']}: day {age}, the limit is {window} days"))
            continue
        fee = cents(price * Decimal("0.15")) if used else Decimal(0)
        back = given_back(order, item["sku"])
        due += max(price - fee - back, Decimal(0))
        steps.append(f"{count} x {item['name']}: {price:.2f}, fee {fee:.2f}, given back before {back:.2f}")
    if due == 0 and refused:
        return Quote("decline", refused[0][0], "; ".join(why for _, why in refused), order, None, steps)
    steps += [why for _, why in refused]
    if not refused and whole_order(order, pieces) and age <= 14:
        due += Decimal(order["shipping_fee"])
        steps.append(f"whole order within 14 days: shipping fee {order['shipping_fee']} goes back too")
    return finish(order, "R-2" if opened else "R-1", "returned in time", due, steps)


def quote_fault(order: dict, sender: str, first_told: date, pieces: dict[str, int]) -> Quote:
    if reason := must_go_to_desk(order, sender):
        return Quote("desk", *reason, order)
    delivered = day(order.get("delivered"))
    if delivered is None:
        return Quote("unclear", "D-1", "the order has not been delivered according to our system", order)
    age = (first_told - delivered).days
    steps = [f"delivered {delivered}, first told {first_told}: day {age}"]
    if age < 0:
        return Quote("unclear", "D-1", "told before it was delivered: wrong order or wrong date?", order, None, steps)
    if age > 7:
        return Quote("decline", "D-2", f"first told on day {age}, the limit is 7; point to harbourlane.example/warranty", order, None, steps)
    due = Decimal(0)
    for item in order["items"]:
        count = min(pieces.get(item["sku"], 0), item["quantity"])
        if not count:
            continue
        price = Decimal(item["unit_price"]) * count
        back = given_back(order, item["sku"])
        due += max(price - back, Decimal(0))
        steps.append(f"{count} x {item['name']}: {price:.2f}, given back before {back:.2f}")
    if whole_order(order, pieces):
        due += Decimal(order["shipping_fee"])
        steps.append(f"whole order: shipping fee {order['shipping_fee']} goes back too")
    return finish(order, "D-1", "damaged, faulty or wrong, told in time", due, steps)


def quote_delay(order: dict, sender: str, received: date, returned: dict[str, int]) -> Quote:
    if reason := must_go_to_desk(order, sender):
        return Quote("desk", *reason, order)
    delivered, promised = day(order.get("delivered")), day(order.get("promised"))
    if delivered is None or promised is None:
        return Quote("decline", "L-1", "it has not been delivered yet", order)
    late = (delivered - promised).days
    age = (received - delivered).days
    steps = [f"promised {promised}, delivered {delivered}: {late} days late; complained on day {age}"]
    if late <= 3:
        return Quote("decline", "L-1", f"{late} days late; only more than 3 days earn compensation", order, None, steps)
    if age > 30:
        return Quote("decline", "L-1", f"complained on day {age}, the limit is 30", order, None, steps)
    if any("delay" in (r.get("reason") or "") for r in order.get("refunds", [])):
        return Quote("decline", "L-1", "compensation for the delay has been paid before", order, None, steps)
    goods = sum(
        (Decimal(i["unit_price"]) * (i["quantity"] - min(returned.get(i["sku"], 0), i["quantity"])) for i in order["items"]),
        Decimal(0),
    )
    due = min(cents(goods / 10), DELAY_CAP.get(order["currency"], Decimal(25)))
    steps.append(f"goods kept {goods:.2f}, ten per cent, capped: {due:.2f}")
    return finish(order, "L-1", "delivered more than three days late", due, steps)


def quote_missing(order: dict, sender: str, today: date) -> Quote:
    if reason := must_go_to_desk(order, sender):
        return Quote("desk", *reason, order)
    if order.get("delivered"):
        return Quote("desk", "L-3", "our system says delivered, the customer says it never came", order)
    if order["status"] == "processing":
        return Quote("unclear", "L-4", "it has not been shipped yet: it could be cancelled", order)
    promised = day(order["promised"])
    overdue = (today - promised).days
    steps = [f"promised {promised}, today {today}: {overdue} days overdue"]
    if overdue < 10:
        return Quote("decline", "L-2", f"{overdue} days overdue, still on its way; lost only from 10 days on", order, None, steps)
    return finish(order, "L-2", "counts as lost, everything goes back", Decimal(order["refundable"]), steps)


def quote_cancel(order: dict, sender: str) -> Quote:
    if reason := must_go_to_desk(order, sender):
        return Quote("desk", *reason, order)
    if order["status"] != "processing":
        return Quote("decline", "L-4", "it has been shipped and cannot be stopped; it can be returned after delivery", order)
    return finish(order, "L-4", "still in processing: cancelled, everything goes back", Decimal(order["refundable"]), [])
