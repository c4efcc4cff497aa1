"""Refund handbook 2026-09 as code. Clause ids in the comments."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

KNOWN_VERSION = "2026-09"
CENT = Decimal("0.01")


@dataclass
class Decision:
    action: str
    order_id: str | None
    reason: str
    amount: str | None = None
    currency: str | None = None


def decide(task: dict, orders: list[dict], reading: dict) -> Decision:
    ticket = task["ticket"]
    if len(set(reading["orders_concerned"])) > 1:
        return Decision("escalate", None, "H-1: several orders")
    order = next((order for order in orders if order["id"] == reading["order_id"]), None)
    if order is None or reading["order_unclear"]:
        if reading["legal"]:
            return Decision("escalate", None, "H-5: legal")
        return Decision("need_info", None, "I-1: which order?")
    named = {item["sku"] for ask in reading["asks"] for item in ask["items"]}
    if not named <= {item["sku"] for item in order["items"]}:
        # The reading contradicts itself; the items are the better witness, if they point at one order.
        fitting = [other for other in orders if named <= {item["sku"] for item in other["items"]}]
        if len(fitting) != 1:
            return Decision("escalate", None, "the items are in no single order")
        order = fitting[0]
    received = date.fromisoformat(ticket["received"][:10])
    return Case(order, reading, ticket["from"]["email"].lower(), received).decision()


class Case:
    def __init__(self, order: dict, reading: dict, sender: str, received: date) -> None:
        self.order = order
        self.reading = reading
        self.sender = sender
        self.received = received
        self.delivered = date.fromisoformat(order["delivered"]) if order["delivered"] else None
        self.promised = date.fromisoformat(order["promised"])
        self.lines = {item["sku"]: item for item in order["items"]}
        self.paid = {sku: Decimal(item["unit_price"]) * item["quantity"] for sku, item in self.lines.items()}
        self.goods = sum(self.paid.values(), Decimal(0))
        self.shipping = Decimal(order["shipping_fee"])
        self.gone = sum((Decimal(refund["amount"]) for refund in order["refunds"]), Decimal(0))
        self.left = self.goods + self.shipping - self.gone
        self.polish = order["currency"] == "PLN"

    def decision(self) -> Decision:
        order = self.order
        why = self.handover()
        if why:
            return Decision("escalate", order["id"], why)
        due = self.due()
        if due is None:
            return Decision("escalate", order["id"], "L-3: delivered, but the customer has nothing")
        if due > (2000 if self.polish else 500):
            return Decision("escalate", order["id"], "H-2: too much for us")
        if due <= 0:
            return Decision("deny", order["id"], "nothing is due")
        return Decision("refund", order["id"], "due under the handbook", f"{due:.2f}", order["currency"])

    def handover(self) -> str:
        order, customer = self.order, self.order["customer"]
        known = {address.lower() for address in [customer["email"], *customer["also"]]}
        checks = [
            (self.sender not in known, "I-2: another address"),
            (order["chargeback"] == "open", "H-3: chargeback"),
            (order["gift"], "H-4: gift"),
            (self.reading["legal"], "H-5: legal"),
            (any(note["kind"] == "promise" for note in order["notes"]), "H-6: promise"),
            (self.reading["wants"] in ("replacement", "store_credit"), "H-6: wants something else than money"),
        ]
        return next((why for holds, why in checks if holds), "")

    def due(self) -> Decimal | None:
        """What the order's customer is owed; `None` if the carrier must be asked."""
        total, returned, shippable, late = Decimal(0), Decimal(0), Decimal(0), False
        for ask in self.reading["asks"]:
            issue = ask["issue"]
            if issue == "not_arrived":
                if self.delivered:
                    return None
                if self.order["status"] == "shipped" and (self.received - self.promised).days >= 10:
                    return self.left
            elif issue == "cancel":
                if self.order["status"] == "processing":
                    return self.left
            elif issue == "late":
                late = True
            elif issue in ("damaged", "wrong_item", "changed_mind"):
                for sku, price in self.prices(ask):
                    worth = self.worth(issue, sku, price, ask)
                    if worth <= 0:
                        continue
                    total += min(worth, self.paid[sku] - self.refunded(sku))
                    returned += price
                    if issue != "changed_mind" or self.day() <= 14:
                        shippable += price
        if shippable >= self.goods:
            total += self.shipping  # M-2
        if late:
            total += self.compensation(returned)
        return min(total, self.left)  # M-3

    def day(self) -> int:
        return (self.received - self.delivered).days if self.delivered else 0

    def prices(self, ask: dict):
        wanted = {item["sku"]: item["quantity"] for item in ask["items"]} or dict.fromkeys(self.lines)
        for sku, pieces in wanted.items():
            if sku in self.lines:
                line = self.lines[sku]
                count = line["quantity"] if pieces is None else min(pieces, line["quantity"])
                yield sku, Decimal(line["unit_price"]) * count

    def worth(self, issue: str, sku: str, price: Decimal, ask: dict) -> Decimal:
        if issue != "changed_mind":  # D-1, D-2
            told = self.received
            if ask["first_reported"]:
                told = min(told, date.fromisoformat(ask["first_reported"][:10]))
            return price if not self.delivered or (told - self.delivered).days <= 7 else Decimal(0)
        line = self.lines[sku]
        if line["final_sale"]:
            return Decimal(0)
        if line["category"] == "electronics" and ask["opened"]:
            return price - cents(price * 15 / 100) if self.day() <= 14 else Decimal(0)
        return price if self.day() <= 30 else Decimal(0)

    def refunded(self, sku: str) -> Decimal:
        return sum((Decimal(r["amount"]) for r in self.order["refunds"] if r["sku"] == sku), Decimal(0))

    def compensation(self, returned: Decimal) -> Decimal:
        """L-1."""
        before = any(refund["reason"] == "late_delivery" for refund in self.order["refunds"])
        if not self.delivered or before or (self.delivered - self.promised).days <= 3 or self.day() > 30:
            return Decimal(0)
        back = sum((Decimal(r["amount"]) for r in self.order["refunds"] if r["sku"]), Decimal(0))
        kept = max(self.goods - returned - back, Decimal(0))
        return min(cents(kept / 10), Decimal(100 if self.polish else 25))


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
