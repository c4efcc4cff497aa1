"""What must hold before money moves. The model proposes; these say no, and why.

The facts come from a second, narrow reading of the mail, the numbers from the order itself.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

LIMIT = {"EUR": 500, "GBP": 500, "PLN": 2000}
OUTCOME = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "need_info": "need_info"}
ISSUES = ["changed_mind", "damaged", "wrong_item", "late", "not_arrived", "cancel", "goodwill", "already_paid_back"]

FACTS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["order_id", "order_unclear", "orders_concerned", "asks", "legal", "wants"],
    "properties": {
        "order_id": {"type": ["string", "null"], "description": "the order that the customer wants something for now"},
        "order_unclear": {"type": "boolean"},
        "orders_concerned": {"type": "array", "items": {"type": "string"}, "description": "orders that it asks something about"},
        "asks": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["issue", "items", "opened", "first_reported"],
                "properties": {
                    "issue": {"type": "string", "enum": ISSUES},
                    "items": {
                        "type": "array",
                        "description": "items concerned, empty for the whole order",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["sku", "quantity"],
                            "properties": {"sku": {"type": "string"}, "quantity": {"type": ["integer", "null"]}},
                        },
                    },
                    "opened": {"type": "boolean"},
                    "first_reported": {"type": ["string", "null"], "description": "date of the first mail that reports it"},
                },
            },
        },
        "legal": {"type": "boolean", "description": "lawyer, court, consumer authority or ombudsman"},
        "wants": {"type": "string", "enum": ["refund", "replacement", "store_credit", "discount"]},
    },
}

WHICH = {
    "type": "object",
    "additionalProperties": False,
    "required": ["order_id", "order_unclear"],
    "properties": {name: FACTS["properties"][name] for name in ("order_id", "order_unclear")},
}


@dataclass(frozen=True)
class Verdict:
    """What facts, order and handbook come to."""

    action: str
    order_id: str | None
    amount: Decimal | None = None
    why: str = ""

    def same(self, other: "Verdict") -> bool:
        if self.action in ("escalate", "need_info"):
            return self.action == other.action
        return (self.action, self.order_id, self.amount) == (other.action, other.order_id, other.amount)

    def __str__(self) -> str:
        amount = f" {self.amount:.2f}" if self.amount else ""
        return f"{self.action}{amount} on {self.order_id or 'no order'} ({self.why})"


def verdict(orders: dict[str, dict], sender: str, received: date, facts: dict) -> Verdict:
    """What a reading leads to. A reading whose items aren't in its order is corrected or not trusted."""
    if len(set(facts["orders_concerned"])) > 1:
        return Verdict("escalate", None, why="H-1: several orders")
    order = orders.get(facts["order_id"] or "")
    if order is None or facts["order_unclear"]:
        return Verdict("escalate" if facts["legal"] else "need_info", None, why="which order?")
    named = {item["sku"] for ask in facts["asks"] for item in ask["items"]}
    if not named <= {item["sku"] for item in order["items"]}:
        fitting = [other for other in orders.values() if named <= {item["sku"] for item in other["items"]}]
        if len(fitting) != 1:
            return Verdict("escalate", None, why="the items are in no single order")
        order = fitting[0]
    why = handover(order, sender, facts)
    if why:
        return Verdict("escalate", order["id"], why=why)
    owed = due(order, facts, received)
    if owed is None:
        return Verdict("escalate", order["id"], why="L-3: the carrier must be asked")
    if owed > LIMIT[order["currency"]]:
        return Verdict("escalate", order["id"], why="H-2: above the limit")
    if owed <= 0:
        return Verdict("deny", order["id"], why="nothing is due by dates, items and earlier refunds")
    return Verdict("refund", order["id"], owed, "follows from items, pieces, days, fee, shipping and earlier refunds")


def handover(order: dict, sender: str, facts: dict) -> str | None:
    """Why people must look at it, if they must."""
    customer = order["customer"]
    if sender.lower() not in {address.lower() for address in [customer["email"], *customer["also"]]}:
        return "I-2: the sender's address is not on the order's account"
    if order["chargeback"] == "open":
        return "H-3: open chargeback"
    if order["gift"]:
        return "H-4: gift order"
    if facts["legal"]:
        return "H-5: lawyer, court or authority"
    if any(note["kind"] == "promise" for note in order["notes"]):
        return "H-6: a colleague's promise"
    if facts["wants"] in ("replacement", "store_credit"):
        return f"H-6: wants {facts['wants']}"
    return None


def due(order: dict, facts: dict, received: date) -> Decimal | None:
    """What the handbook gives for these facts; `None` where the carrier must be asked."""
    delivered = date.fromisoformat(order["delivered"]) if order["delivered"] else None
    days = (received - delivered).days if delivered else 0
    delay = (delivered - date.fromisoformat(order["promised"])).days if delivered else 0
    lines = {item["sku"]: item for item in order["items"]}
    goods = sum((Decimal(item["unit_price"]) * item["quantity"] for item in order["items"]), Decimal(0))
    shipping = Decimal(order["shipping_fee"])
    before = sum((Decimal(past["amount"]) for past in order["refunds"]), Decimal(0))
    left = goods + shipping - before
    amount = back = whole = Decimal(0)
    compensate = False
    for ask in facts["asks"]:
        issue = ask["issue"]
        if issue == "cancel" and order["status"] == "processing":
            return left
        if issue == "not_arrived":
            if delivered:
                return None
            if order["status"] == "shipped" and (received - date.fromisoformat(order["promised"])).days >= 10:
                return left
        compensate = compensate or issue == "late"
        if issue not in ("changed_mind", "damaged", "wrong_item"):
            continue
        pieces = {item["sku"]: item["quantity"] for item in ask["items"]} or {sku: None for sku in lines}
        for sku, count in pieces.items():
            if sku not in lines:
                continue
            line = lines[sku]
            paid = Decimal(line["unit_price"]) * line["quantity"]
            price = Decimal(line["unit_price"]) * min(count or line["quantity"], line["quantity"])
            value = _value(issue, line, price, ask, days, received, delivered)
            if not value:
                continue
            gone = sum((Decimal(past["amount"]) for past in order["refunds"] if past["sku"] == sku), Decimal(0))
            amount += max(min(value, paid - gone), Decimal(0))
            back += price
            if issue != "changed_mind" or days <= 14:
                whole += price
    if whole >= goods:
        amount += shipping
    if compensate and delivered and delay > 3 and days <= 30:
        if not any(past["reason"] == "late_delivery" for past in order["refunds"]):
            gone = sum((Decimal(past["amount"]) for past in order["refunds"] if past["sku"]), Decimal(0))
            cap = Decimal(100 if order["currency"] == "PLN" else 25)
            amount += min(_cents(max(goods - back - gone, Decimal(0)) / 10), cap)
    return min(amount, left)


def _value(issue, line, price, ask, days, received, delivered) -> Decimal:
    if issue == "changed_mind":
        if line["final_sale"]:
            return Decimal(0)
        if line["category"] == "electronics" and ask["opened"]:
            return price - _cents(price * 15 / 100) if days <= 14 else Decimal(0)
        return price if days <= 30 else Decimal(0)
    told = received
    if ask["first_reported"]:
        told = min(told, date.fromisoformat(ask["first_reported"][:10]))
    return price if delivered is None or (told - delivered).days <= 7 else Decimal(0)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
