"""The plan's form, and the checks that it has to pass before anything is carried out."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dossier import Dossier, days, paid_back

CENT = Decimal("0.01")
LIMIT = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}
LATE_CAP = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Line(Strict):
    sku: str
    pieces: int = Field(gt=0)


class PayBack(Strict):
    action: Literal["pay_back"]
    order_id: str
    clause: Literal["R-1", "R-2", "D-1", "L-1", "L-2", "L-4"]
    lines: list[Line]
    with_shipping: bool
    total: Decimal
    first_reported: date | None


class HandOver(Strict):
    action: Literal["hand_over"]
    order_id: str | None
    clause: str
    note_for_desk: str


class WriteCustomer(Strict):
    action: Literal["write_customer"]
    message_type: Literal["refund_made", "request_declined", "question", "handed_over"]
    order_id: str | None
    text: str


class Plan(Strict):
    reasoning: str
    actions: list[Annotated[PayBack | HandOver | WriteCustomer, Field(discriminator="action")]]


def schema() -> dict:
    """The form as strict JSON schema (no discriminator, no defaults)."""
    text, maybe = {"type": "string"}, {"type": ["string", "null"]}

    def form(**properties: dict) -> dict:
        return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

    line = form(sku=text, pieces={"type": "integer"})
    pay = form(
        action={"type": "string", "enum": ["pay_back"]}, order_id=text,
        clause={"type": "string", "enum": ["R-1", "R-2", "D-1", "L-1", "L-2", "L-4"]},
        lines={"type": "array", "items": line}, with_shipping={"type": "boolean"}, total=text, first_reported=maybe,
    )
    hand = form(action={"type": "string", "enum": ["hand_over"]}, order_id=maybe, clause=text, note_for_desk=text)
    write = form(
        action={"type": "string", "enum": ["write_customer"]},
        message_type={"type": "string", "enum": ["refund_made", "request_declined", "question", "handed_over"]},
        order_id=maybe, text=text,
    )
    return form(reasoning=text, actions={"type": "array", "items": {"anyOf": [pay, hand, write]}})


def check(plan: Plan, dossier: Dossier) -> list[str]:
    """What is wrong with a plan, nothing if it may be carried out."""
    wrong: list[str] = []
    pays = [a for a in plan.actions if isinstance(a, PayBack)]
    hands = [a for a in plan.actions if isinstance(a, HandOver)]
    writes = [a for a in plan.actions if isinstance(a, WriteCustomer)]
    if len(writes) != 1 or not isinstance(plan.actions[-1], WriteCustomer):
        return ["The plan must end with write_customer, exactly once."]
    if len(pays) > 1:
        wrong.append("More than one pay_back: a request on several orders is handed over (H-1); for one order use one sum.")
    if len(hands) > 1:
        wrong.append("More than one hand_over: open one case (H-7).")
    if pays and hands:
        wrong.append("pay_back and hand_over exclude each other (H-7).")
    kind = writes[0].message_type
    if (kind == "refund_made") != bool(pays):
        wrong.append(f"message_type {kind} does not go with {'a' if pays else 'no'} pay_back.")
    if (kind == "handed_over") != bool(hands):
        wrong.append(f"message_type {kind} does not go with {'a' if hands else 'no'} hand_over.")
    if not writes[0].text.strip():
        wrong.append("The mail to the customer is empty.")
    for action in plan.actions:
        if action.order_id is not None and action.order_id not in dossier.orders:
            wrong.append(f"{action.action}: there is no order {action.order_id} in the dossier.")
    if kind == "request_declined" and writes[0].order_id is None:
        wrong.append("request_declined must name the order (or ask, if it isn't known).")
    if pays and writes[0].order_id != pays[0].order_id:
        wrong.append("write_customer names another order than pay_back.")
    if wrong:
        return wrong
    for pay in pays:
        wrong += check_payment(pay, dossier)
    return wrong


def check_payment(pay: PayBack, dossier: Dossier) -> list[str]:
    order = dossier.orders[pay.order_id]
    currency = order["currency"]
    if not dossier.is_senders(order):
        return [f"I-2: {dossier.sender} is not an address of {pay.order_id}; hand over."]
    if order["chargeback"] == "open":
        return [f"H-3: {pay.order_id} has an open chargeback; hand over."]
    if order["gift"]:
        return [f"H-4: {pay.order_id} is a gift order; hand over."]
    if any(note.get("kind") == "promise" for note in order["notes"]):
        return [f"H-6: a colleague's note on {pay.order_id} is a promise; hand over."]
    items = {item["sku"]: item for item in order["items"]}
    wrong = []
    for line in pay.lines:
        if line.sku not in items:
            wrong.append(f"{pay.order_id} has no sku {line.sku}; it has {', '.join(items)}.")
        elif line.pieces > items[line.sku]["quantity"]:
            wrong.append(f"{line.sku}: only {items[line.sku]['quantity']} were ordered.")
    if not pay.lines:
        wrong.append("`lines` is empty.")
    if len({line.sku for line in pay.lines}) != len(pay.lines):
        wrong.append("A sku stands twice in `lines`.")
    if wrong:
        return wrong
    whole = all(any(line.sku == sku and line.pieces == item["quantity"] for line in pay.lines) for sku, item in items.items())
    delivered = order["delivered"]
    age = days(dossier.received, delivered) if delivered else None
    if pay.clause in ("R-1", "R-2"):
        if age is None:
            return [f"{pay.clause}: {pay.order_id} hasn't been delivered."]
        allowed = 30 if pay.clause == "R-1" else 14
        if age > allowed:
            wrong.append(f"{pay.clause}: received on day {age} after delivery, {allowed} are allowed.")
        for line in pay.lines:
            if items[line.sku]["final_sale"]:
                wrong.append(f"R-3: {line.sku} is final sale.")
            if pay.clause == "R-2" and items[line.sku]["category"] != "electronics":
                wrong.append(f"R-2 is for electronics; {line.sku} is {items[line.sku]['category']}.")
    if pay.clause == "D-1":
        if not delivered or pay.first_reported is None:
            return ["D-1: needs a delivered order and `first_reported`, the date of the first mail that told of it."]
        told = days(pay.first_reported, delivered)
        if told > 7 or told < 0 or pay.first_reported > dossier.received:
            wrong.append(f"D-1: first told on {pay.first_reported}, day {told} after delivery on {delivered}; 7 are allowed.")
    if pay.clause == "L-1":
        late = days(date.fromisoformat(delivered[:10]), order["promised"]) if delivered else None
        if late is None or late <= 3 or age > 30:
            wrong.append(f"L-1: delivered {late} days late, complaint on day {age}; more than 3 and at most 30 are needed.")
        if any("L-1" in str(r.get("reason", "")) or "late" in str(r.get("reason", "")).lower() for r in order["refunds"]):
            wrong.append("L-1: paid once already on this order.")
    if pay.clause == "L-2" and not (order["status"] == "shipped" and days(dossier.received, order["promised"]) >= 10):
        wrong.append("L-2: needs a shipped, undelivered order whose promised date was 10 days ago or more.")
    if pay.clause == "L-4" and order["status"] != "processing":
        wrong.append(f"L-4: the order is {order['status']}, not in processing.")
    if wrong:
        return wrong
    full = pay.clause in ("L-2", "L-4")
    shipping_due = full or (whole and (pay.clause == "D-1" or (pay.clause in ("R-1", "R-2") and age <= 14)))
    if pay.with_shipping and not shipping_due:
        return ["M-2: the shipping fee does not go back here; set with_shipping to false and correct the total."]
    if not pay.with_shipping and shipping_due and Decimal(order["shipping_fee"]) > 0:
        return ["M-2: the whole order goes back, so the shipping fee does too; set with_shipping to true and correct the total."]
    refundable = Decimal(order["refundable"])
    due = Decimal(0)
    if full:
        if not whole:
            return [f"{pay.clause}: the whole order goes back; list all lines with all pieces."]
        due = refundable
    elif pay.clause == "L-1":
        goods = sum((Decimal(items[line.sku]["unit_price"]) * line.pieces for line in pay.lines), Decimal(0))
        due = min((goods / 10).quantize(CENT, ROUND_HALF_UP), LATE_CAP.get(currency, Decimal(25)), refundable)
    else:
        for line in pay.lines:
            item = items[line.sku]
            price = Decimal(item["unit_price"]) * line.pieces
            if pay.clause == "R-2":
                price -= (price * Decimal("0.15")).quantize(CENT, ROUND_HALF_UP)
            earlier = paid_back(order, line.sku)
            left = Decimal(item["unit_price"]) * item["quantity"] - earlier
            due += price - earlier if line.pieces == item["quantity"] else min(price, left)
        if pay.with_shipping:
            due += Decimal(order["shipping_fee"])
        due = min(due, refundable)
    if due <= 0:
        return ["M-3: nothing is left to pay back for these lines; decline."]
    if due > LIMIT.get(currency, Decimal(500)):
        return [f"H-2: the sum due is {due:.2f} {currency}, which is above our limit; hand over."]
    if pay.total != due:
        return [f"The total is {pay.total}, but clause, lines and shipping as you give them come to {due:.2f} {currency}."]
    return []
