"""The handbook as a program: facts, records and the handbook's numbers in, a decision out."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from stages import Facts, Numbers, Request, Triage

CENT = Decimal("0.01")


@dataclass
class Decision:
    outcome: str  # refunded, denied, escalated, need_info
    order_id: str | None
    why: str
    amount: Decimal | None = None
    currency: str | None = None


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def decide(ticket: dict, triage: Triage, facts: Facts, orders: dict[str, dict], n: Numbers) -> Decision:
    sender = ticket["from"]["email"].strip().lower()
    received = day(ticket["received"])
    ids = [r.order_id for r in facts.requests if r.order_id]
    named = {i for i in ids if i in orders}
    only = next(iter(named)) if len(named) == 1 else None

    def desk(why: str) -> Decision:
        return Decision("escalated", only, why)

    if triage.legal_involvement:
        return desk("H-5: legal steps are threatened or taken")
    if triage.insists_on_replacement_or_credit:
        return desk("H-6: replacement or store credit wanted instead of money")
    if len(named) > 1:
        return desk("H-1: requests on more than one order")
    if not facts.requests:
        return Decision("need_info", None, "it is not clear what the customer wants")
    if only is None:
        if triage.orders_with_a_request > 1:
            return desk("H-1: requests on more than one order")
        return Decision("need_info", None, "I-1: it can't be settled which order is meant")
    order = orders[only]
    addresses = {order["customer"]["email"].lower(), *(a.lower() for a in order["customer"].get("also") or [])}
    if sender not in addresses:
        return desk("I-2: the sender's address is not on the account")
    if order.get("chargeback") == "open":
        return desk("H-3: open chargeback")
    if order.get("gift"):
        return desk("H-4: gift order")
    if any(note.get("kind") == "promise" for note in order.get("notes") or []):
        return desk("H-6: a colleague has made a promise on this order")
    if triage.orders_with_a_request > 1:
        return desk("H-1: requests on more than one order")
    if any(r.line_unclear or (r.order_id is None and r.candidate_order_ids) for r in facts.requests):
        return Decision("need_info", only, "I-1: it can't be settled which article is meant")

    due, reasons = Decimal(0), []
    returned: dict[str, int] = {}
    for request in sorted(facts.requests, key=lambda r: r.kind == "compensation_for_late_delivery"):
        result = assess(request, order, received, n, returned)
        if isinstance(result, Decision):
            return result
        amount, why = result
        due += amount
        reasons.append(why)
    due = min(due, Decimal(order["refundable"]))
    why = "; ".join(reasons)
    if due <= 0:
        return Decision("denied", only, why or "nothing is due")
    limit = n.desk_limit_pln if order["currency"] == "PLN" else n.desk_limit_eur_gbp
    if due > limit:
        return desk(f"H-2: {due} {order['currency']} is above our limit")
    return Decision("refunded", only, why, cents(due), order["currency"])


def assess(request: Request, order: dict, received: date, n: Numbers, returned: dict) -> tuple[Decimal, str] | Decision:
    """What one request is worth, or a decision that ends the matter."""
    everything = Decimal(order["refundable"])
    status, kind = order["status"], request.kind
    asked = min(request.first_raised_on, received)
    delivered = day(order["delivered"]) if order.get("delivered") else None
    if delivered and asked < delivered:
        asked = received

    if kind in ("goodwill_or_damages", "other"):
        return Decimal(0), "M-4: no goodwill payments"
    if status == "processing":
        if kind == "compensation_for_late_delivery":
            return Decimal(0), "L-1: not delivered yet"
        return everything, "L-4: cancelled before dispatch, all that was paid goes back"
    if delivered is None:
        overdue = (received - day(order["promised"])).days
        if kind == "cancel_before_dispatch" or kind == "change_of_mind":
            if overdue < n.lost_after_days:
                return Decimal(0), "L-4: shipped already, can be returned after delivery"
        if kind == "compensation_for_late_delivery" and overdue < n.lost_after_days:
            return Decimal(0), "L-1: not delivered yet"
        if overdue >= n.lost_after_days:
            return everything, "L-2: the parcel counts as lost"
        return Decimal(0), "L-2: the parcel is still on its way"
    age = (asked - delivered).days
    if kind == "parcel_has_not_arrived":
        return Decision("escalated", order["id"], "L-3: delivered by our records, not received by the customer's word")
    if kind == "compensation_for_late_delivery":
        if any("L-1" in (r.get("reason") or "") or "delay" in (r.get("reason") or "").lower() for r in order["refunds"]):
            return Decimal(0), "L-1: has been paid before"
        late = (delivered - day(order["promised"])).days
        if late <= n.late_after_days:
            return Decimal(0), f"L-1: {late} days late, which earns nothing"
        if age > n.late_claim_days:
            return Decimal(0), "L-1: asked for too late"
        kept = Decimal(0)
        for item in order["items"]:
            price = Decimal(item["unit_price"])
            kept += max(Decimal(0), price * (item["quantity"] - returned.get(item["sku"], 0)) - refunded(order, item["sku"]))
        cap = n.late_cap_pln if order["currency"] == "PLN" else n.late_cap_eur_gbp
        return min(cents(kept * n.late_percent / 100), cap), f"L-1: {late} days late"

    # goods: a return or a complaint
    items = {item["sku"]: item for item in order["items"]}
    lines = [line for line in request.lines if line.sku in items]
    if not lines:
        return Decision("need_info", order["id"], "I-1: it can't be settled which article is meant")
    damaged = kind == "damaged_faulty_or_wrong"
    total, reasons, granted = Decimal(0), [], {}
    for line in lines:
        item = items[line.sku]
        pieces = max(1, min(line.pieces, item["quantity"]))
        price = Decimal(item["unit_price"])
        fee = Decimal(0)
        if damaged:
            if age > n.damage_report_days:
                reasons.append(f"D-2: {item['name']} reported on day {age}, a matter for harbourlane.example/warranty")
                continue
            reasons.append(f"D-1: {item['name']}, reported on day {age}")
        else:
            if item.get("final_sale"):
                reasons.append(f"R-3: {item['name']} was final sale")
                continue
            if age > n.return_days:
                reasons.append(f"R-1: {item['name']}, day {age} of {n.return_days}")
                continue
            if item["category"] == "electronics" and line.condition != "sealed":
                if line.condition == "unknown":
                    return Decision("need_info", order["id"], f"R-2: has the {item['name']} been opened?")
                if age > n.opened_electronics_days:
                    reasons.append(f"R-2: {item['name']} opened, day {age} of {n.opened_electronics_days}")
                    continue
                fee = cents(price * pieces * n.restocking_percent / 100)
            reasons.append(f"R-1/R-2: {item['name']}, day {age}" + (f", less a restocking fee of {fee}" if fee else ""))
        left = price * item["quantity"] - refunded(order, line.sku)
        worth = max(Decimal(0), min(price * pieces, left) - fee)
        if worth == 0:
            reasons.append("M-3: has been paid back before")
        total += worth
        granted[line.sku] = granted.get(line.sku, 0) + pieces
    for sku, pieces in granted.items():
        returned[sku] = returned.get(sku, 0) + pieces
    whole = all(granted.get(sku, 0) >= item["quantity"] for sku, item in items.items())
    if total > 0 and whole and (damaged or age <= n.shipping_fee_days):
        total += Decimal(order.get("shipping_fee") or 0)
        reasons.append("M-2: with the shipping fee")
    return total, "; ".join(reasons)


def refunded(order: dict, sku: str) -> Decimal:
    return sum((Decimal(r["amount"]) for r in order.get("refunds") or [] if r.get("sku") == sku), Decimal(0))
