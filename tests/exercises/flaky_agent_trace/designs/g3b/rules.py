"""The refund handbook as code. Facts in, decision out; all money is computed here."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass
class Terms:
    days: int = 30
    opened_days: int = 14
    fee: int = 15
    damage_days: int = 7
    late_pct: int = 10
    late_cap: int = 25
    late_cap_pln: int = 100
    limit: int = 500
    limit_pln: int = 2000

    @classmethod
    def read(cls, text: str) -> "Terms":
        t = cls()

        def get(pattern: str, *names: str) -> None:
            if m := re.search(pattern, " ".join(text.split())):
                for name, value in zip(names, m.groups()):
                    setattr(t, name, int(value))

        get(r"R-1 .{0,120}?within (\d+) days", "days")
        get(r"R-2 .{0,120}?(\d+) days instead of", "opened_days")
        get(r"restocking fee of (\d+) %", "fee")
        get(r"D-1 .{0,200}?within (\d+) days", "damage_days")
        get(r"we pay (\d+) % .{0,80}?at most (\d+) EUR or GBP \((\d+) PLN", "late_pct", "late_cap", "late_cap_pln")
        get(r"exceeds (\d+) EUR or GBP \((\d+) PLN", "limit", "limit_pln")
        return t


@dataclass
class Claim:
    kind: str  # return, fault, cancel, missing, late, goodwill
    pieces: dict[str, int] = field(default_factory=dict)  # sku -> pieces; empty: the whole order
    opened: bool = False
    opened_skus: set[str] = field(default_factory=set)
    asked: date | None = None  # first told; None: the day of this mail


@dataclass
class Facts:
    order: dict | None = None
    several: bool = False
    stranger: bool = False
    desk: str = ""  # reason to hand over, found in the mail
    claims: list[Claim] = field(default_factory=list)


@dataclass(frozen=True)
class Decision:
    outcome: str
    order_id: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    reason: str = ""

    @property
    def key(self) -> tuple:
        return (self.outcome, self.order_id if self.outcome != "need_info" else None, self.amount)


def money(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def own(order: dict, email: str) -> bool:
    mails = [order["customer"]["email"], *order["customer"].get("also", [])]
    return email.lower() in [m.lower() for m in mails]


def decide(facts: Facts, ticket: dict, terms: Terms) -> Decision:
    order = facts.order
    order_id = order["id"] if order else None
    received = date.fromisoformat(ticket["received"][:10])

    def result(outcome: str, reason: str, amount: Decimal | None = None) -> Decision:
        return Decision(outcome, order_id, amount, order["currency"] if order else None, reason)

    if facts.several:
        order_id = None
        return result("escalated", "the mail asks for something on two or more orders (H-1)")
    if facts.stranger or (order and not own(order, ticket["from"]["email"])):
        return result("escalated", "the sender's address isn't on the order (I-2)")
    if facts.desk:
        return result("escalated", facts.desk)
    if order is None:
        return result("need_info", "we can't tell which order is meant (I-1)")
    if order["chargeback"] == "open":
        return result("escalated", "a chargeback is open (H-3)")
    if order["gift"]:
        return result("escalated", "gift orders are settled by the refunds desk (H-4)")
    if any(n["kind"] == "promise" for n in order["notes"]):
        return result("escalated", "a colleague has promised something (H-6)")
    if not facts.claims:
        return result("need_info", "we can't tell what is wanted")

    items = {i["sku"]: i for i in order["items"]}
    delivered = date.fromisoformat(order["delivered"]) if order["delivered"] else None
    promised = date.fromisoformat(order["promised"]) if order["promised"] else None
    earlier: dict[str, Decimal] = {}
    for r in order["refunds"]:
        earlier[r.get("sku") or ""] = earlier.get(r.get("sku") or "", Decimal(0)) + Decimal(r["amount"])
    due, back, why, everything = Decimal(0), {}, [], False
    shipping_ok = True
    for claim in facts.claims:
        kind, asked = claim.kind, claim.asked or received
        if asked > received:
            asked = received
        if kind in ("cancel", "return", "missing") and order["status"] == "processing":
            if kind == "return" and claim.pieces and any(claim.pieces.get(s, 0) < i["quantity"] for s, i in items.items()):
                for sku, n in claim.pieces.items():
                    due += n * Decimal(items[sku]["unit_price"])
                continue
            everything = True
            why.append("cancelled before dispatch (L-4)")
        elif kind == "missing" and order["status"] == "delivered":
            return result("escalated", "delivered by our records, never came by the customer's (L-3)")
        elif kind == "missing":
            if promised and (received - promised).days >= 10:
                everything = True
                why.append("the parcel is lost (L-2)")
            else:
                why.append("the parcel is still on its way (L-2)")
        elif kind == "cancel" and order["status"] == "shipped":
            why.append("already shipped; it can be returned after delivery (L-4)")
        elif kind == "late":
            if not delivered or not promised or (delivered - promised).days <= 3 or (asked - delivered).days > 30:
                why.append("a delay of this size earns nothing (L-1)")
            elif any(re.search(r"delay|late|L-1", r.get("reason") or "", re.I) for r in order["refunds"]):
                why.append("the delay has been paid for (L-1)")
        elif kind in ("return", "fault", "cancel"):
            if not delivered:
                why.append("not delivered yet; it can be returned after delivery (L-4)")
                continue
            age = (asked - delivered).days
            pieces = claim.pieces or {s: i["quantity"] for s, i in items.items()}
            for sku, n in pieces.items():
                item = items[sku]
                n = min(max(n, 1), item["quantity"])
                price = n * Decimal(item["unit_price"])
                if kind == "fault":
                    if age > terms.damage_days:
                        why.append("first told too late, warranty: harbourlane.example/warranty (D-2)")
                        continue
                    value = price
                    why.append("damaged, faulty or wrong (D-1)")
                else:
                    if item["final_sale"]:
                        why.append("final sale (R-3)")
                        continue
                    opened = item["category"] == "electronics" and (claim.opened or sku in claim.opened_skus)
                    if age > (terms.opened_days if opened else terms.days):
                        why.append(f"asked {age} days after delivery ({'R-2' if opened else 'R-1'})")
                        continue
                    value = price - (money(price * terms.fee / 100) if opened else 0)
                    shipping_ok = shipping_ok and age <= 14
                    why.append("return" + (", less the restocking fee (R-2)" if opened else " (R-1)"))
                given = earlier.get(sku, Decimal(0))
                if n == item["quantity"]:
                    value -= given
                else:
                    value = min(value, item["quantity"] * Decimal(item["unit_price"]) - given)
                if value <= 0:
                    why.append("already refunded (M-3)")
                    continue
                due += value
                back[sku] = back.get(sku, 0) + n
        elif kind == "goodwill":
            why.append("no goodwill payments (M-4)")

    if not everything and back and all(back.get(s, 0) >= i["quantity"] for s, i in items.items()) and shipping_ok:
        due += Decimal(order["shipping_fee"])
    late = any(c.kind == "late" for c in facts.claims)
    if late and not everything and delivered and not any("L-1" in w for w in why):
        kept = sum((i["quantity"] - min(back.get(s, 0), i["quantity"])) * Decimal(i["unit_price"]) for s, i in items.items())
        cap = terms.late_cap_pln if order["currency"] == "PLN" else terms.late_cap
        due += min(money(Decimal(kept) * terms.late_pct / 100), Decimal(cap))
        why.append("compensation for the delay (L-1)")
    left = Decimal(order["refundable"])
    due = left if everything else min(due, left)
    reason = "; ".join(dict.fromkeys(why))
    if due <= 0:
        return result("denied", reason or "nothing is left to refund (M-3)")
    if due > (terms.limit_pln if order["currency"] == "PLN" else terms.limit):
        return result("escalated", "the sum is above what we may pay (H-2)")
    return result("refunded", reason, money(due))
