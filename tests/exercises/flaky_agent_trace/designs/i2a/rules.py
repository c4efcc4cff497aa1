"""The handbook as code. Facts in, decision out; every branch names its clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from schema import Claim, Reading

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Limits:
    """The handbook's numbers. A person enters a row here when a new version comes out."""

    return_days: int
    opened_days: int
    restocking: Decimal
    damage_days: int
    late_after: int
    late_days: int
    late_share: Decimal
    late_cap: dict[str, Decimal]
    lost_days: int
    shipping_days: int
    desk_above: dict[str, Decimal]


def per_currency(euro: str, zloty: str) -> dict[str, Decimal]:
    return {"EUR": Decimal(euro), "GBP": Decimal(euro), "PLN": Decimal(zloty)}


VERSIONS = {
    "2026-09": Limits(30, 14, Decimal("0.15"), 7, 3, 30, Decimal("0.10"), per_currency("25", "100"), 10, 14, per_currency("500", "2000")),
}


@dataclass
class Decision:
    action: str  # refund, deny, escalate, ask
    clause: str
    why: str
    order_id: str | None = None
    amount: Decimal = Decimal(0)
    currency: str = ""
    workings: list[str] = field(default_factory=list)

    def same_as(self, other: Decision) -> bool:
        return (self.action, self.order_id, self.amount) == (other.action, other.order_id, other.amount)


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def decide(reading: Reading, orders: dict[str, dict], sender: str, received: date, limits: Limits) -> Decision:
    wanted = [claim for claim in reading.claims if claim.state == "open"]
    known = {claim.order_id for claim in wanted if claim.order_id}
    only = next(iter(known)) if len(known) == 1 else None
    if reading.legal_threat:
        return Decision("escalate", "H-5", "legal steps are threatened or under way", only)
    if len(known) > 1:
        return Decision("escalate", "H-1", "the mail asks for something on more than one order")
    if reading.insists_on_exchange_or_credit:
        return Decision("escalate", "H-6", "the customer wants a replacement or store credit, not money", only)
    if not wanted:
        return Decision("escalate", "I-1", "there is no request that we could handle", only)
    if only is None or any(claim.could_also_be for claim in wanted):
        return Decision("ask", "I-1", "it is not clear which order is meant")
    order = orders.get(only)
    if order is None:
        return Decision("ask", "I-1", "it is not clear which order is meant")
    customer = order["customer"]
    addresses = {address.casefold() for address in [customer["email"], *customer.get("also", [])]}
    if sender.casefold() not in addresses or reading.writes_for_somebody_else:
        return Decision("escalate", "I-2", "the order does not belong to the sender's address", only)
    if order.get("chargeback") == "open":
        return Decision("escalate", "H-3", "a chargeback is open", only)
    if order.get("gift"):
        return Decision("escalate", "H-4", "it is a gift order", only)
    if any(note.get("kind") == "promise" for note in order.get("notes", [])):
        return Decision("escalate", "H-6", "a colleague has promised something", only)
    return money(wanted, order, received, limits)


def money(claims: list[Claim], order: dict, received: date, limits: Limits) -> Decision:
    order_id, currency = order["id"], order["currency"]
    delivered = day(order["delivered"]) if order.get("delivered") else None
    promised = day(order["promised"]) if order.get("promised") else None
    status = order["status"]
    refundable = Decimal(order["refundable"])
    items = {item["sku"]: item for item in order["items"]}

    def end(action: str, clause: str, why: str, amount: Decimal = Decimal(0), workings: list[str] | None = None) -> Decision:
        return Decision(action, clause, why, order_id, amount, currency, workings or [])

    def pay(clause: str, why: str, amount: Decimal, workings: list[str]) -> Decision:
        amount = min(cents(amount), refundable)
        if amount <= 0:
            return end("deny", "M-3", "what is due has been paid back already", workings=workings)
        if amount > limits.desk_above.get(currency, Decimal(0)):
            return end("escalate", "H-2", f"{amount} {currency} is above what we may pay", workings=workings)
        return end("refund", clause, why, amount, workings)

    kinds = {claim.kind for claim in claims}
    if "other" in kinds:
        return end("escalate", "I-1", "a request that the handbook does not know")

    if kinds & {"cancel", "not_arrived"}:
        if status == "processing":
            return pay("L-4", "the order has not been shipped and is cancelled", refundable, [f"all that was paid: {refundable}"])
        if delivered is None:
            overdue = (received - promised).days if promised else 0
            if overdue >= limits.lost_days:
                return pay("L-2", "the parcel counts as lost", refundable, [f"{overdue} days overdue", f"all that was paid: {refundable}"])
            if "not_arrived" in kinds:
                return end("deny", "L-2", f"the parcel is still on its way ({overdue} days past the promised date, {limits.lost_days} count as lost)")
            return end("deny", "L-4", "the order has been shipped and cannot be stopped; it can be returned after delivery")
        if "not_arrived" in kinds:
            return end("escalate", "L-3", "delivered according to the carrier, but the customer says it never came")
        kinds = {"unwanted" if kind == "cancel" else kind for kind in kinds}

    if delivered is None and kinds - {"goodwill", "where_is_my_refund"}:
        overdue = (received - promised).days if promised else 0
        if kinds == {"arrived_late"}:
            return end("deny", "L-2", f"the parcel is still on its way, {overdue} days past the promised date")
        return end("escalate", "I-1", "the customer speaks of goods that have not been delivered according to us")

    paid_back: dict[str, Decimal] = {}
    loose = Decimal(0)
    late_before = False
    for refund in order.get("refunds", []):
        if refund.get("sku"):
            paid_back[refund["sku"]] = paid_back.get(refund["sku"], Decimal(0)) + Decimal(refund["amount"])
        elif any(word in (refund.get("reason") or "").casefold() for word in ("late", "delay", "l-1")):
            late_before = True
        else:
            loose += Decimal(refund["amount"])

    total, workings, whys, clauses = Decimal(0), [], [], []
    pieces_due: dict[str, int] = {}
    late_return = False
    for claim in claims:
        kind = "unwanted" if claim.kind == "cancel" else claim.kind
        if kind == "goodwill":
            clauses.append("M-4")
            whys.append("we pay nothing for annoyance or time")
            continue
        if kind == "where_is_my_refund":
            if not order.get("refunds"):
                return end("escalate", "M-3", "the customer waits for a refund that is not on record")
            clauses.append("M-3")
            whys.append("it has been refunded already")
            continue
        if kind == "arrived_late":
            continue  # below, when it is clear what they keep
        lines = [(sku, item["quantity"]) for sku, item in items.items()] if claim.whole_order else [(line.sku, line.pieces) for line in claim.lines]
        if not lines:
            return end("ask", "I-1", "it is not clear which items are meant")
        days = (received - delivered).days
        for sku, pieces in lines:
            item = items[sku]
            pieces = min(pieces, item["quantity"]) - pieces_due.get(sku, 0)
            if pieces <= 0:
                continue
            price = Decimal(item["unit_price"]) * pieces
            fee = Decimal(0)
            if kind == "damaged_faulty_wrong":
                told = day(claim.first_told_on) if claim.first_told_on else received
                told_days = (told - delivered).days
                if told_days > limits.damage_days:
                    clauses.append("D-2")
                    whys.append(f"told on day {told_days} of {limits.damage_days}; see harbourlane.example/warranty")
                    continue
                clause = "D-1"
            else:
                if item.get("final_sale"):
                    clauses.append("R-3")
                    whys.append(f"{item['name']} is final sale")
                    continue
                electronics = item["category"] == "electronics"
                if electronics and claim.condition == "not_said" and days <= limits.return_days:
                    return end("ask", "R-2", f"has the {item['name']} been opened?")
                opened = electronics and claim.condition == "opened_or_used"
                allowed = limits.opened_days if opened else limits.return_days
                if days > allowed:
                    clauses.append("R-2" if opened else "R-1")
                    whys.append(f"asked on day {days} of {allowed}")
                    continue
                if opened:
                    fee = cents(price * limits.restocking)
                clause = "R-2" if opened else "R-1"
                late_return = late_return or days > limits.shipping_days
            due = max(Decimal(0), price - fee - paid_back.get(sku, Decimal(0)))
            pieces_due[sku] = pieces_due.get(sku, 0) + pieces
            total += due
            clauses.append(clause)
            workings.append(f"{clause}: {pieces} x {item['name']} at {item['unit_price']}" + (f", less {fee} fee" if fee else "")
                            + (f", less {paid_back[sku]} paid back before" if sku in paid_back else "") + f" = {due}")

    if total and all(pieces_due.get(sku, 0) >= item["quantity"] for sku, item in items.items()) and not late_return:
        shipping = Decimal(order.get("shipping_fee") or "0")
        total += shipping
        workings.append(f"M-2: the whole order, shipping {shipping}")

    if "arrived_late" in kinds:
        late = (delivered - promised).days if promised else 0
        if late_before:
            clauses.append("L-1")
            whys.append("the delay has been compensated once already")
        elif late > limits.late_after and (received - delivered).days <= limits.late_days:
            kept = sum((Decimal(item["unit_price"]) * (item["quantity"] - pieces_due.get(sku, 0)) for sku, item in items.items()), Decimal(0))
            kept -= sum((amount for sku, amount in paid_back.items() if not pieces_due.get(sku)), Decimal(0))
            due = min(cents(kept * limits.late_share), limits.late_cap.get(currency, Decimal(0)))
            total += due
            clauses.append("L-1")
            workings.append(f"L-1: {late} days late, goods kept {kept}: {due}")
        else:
            clauses.append("L-1")
            whys.append(f"delivered {late} days after the promised date; more than {limits.late_after} are needed")

    if total and loose:
        return end("escalate", "M-3", "an earlier refund on this order is not tied to an item", workings=workings)
    if total:
        return pay("+".join(dict.fromkeys(clauses)), "; ".join(whys) or "due by the handbook", total, workings)
    if not clauses:
        return end("deny", "M-3", "what is due has been paid back already")
    return end("deny", "+".join(dict.fromkeys(clauses)), "; ".join(whys) or "what is due has been paid back already", workings=workings)
