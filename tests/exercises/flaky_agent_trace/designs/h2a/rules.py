"""The handbook (2026-09) as code: facts of a mail and orders in, a decision out."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
DESK_LIMIT = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}
DELAY_CAP = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}


@dataclass(frozen=True)
class Decision:
    outcome: str  # refunded, denied, escalated, need_info
    order_id: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    clause: str = ""

    def same(self, other: "Decision") -> bool:
        return (self.outcome, self.order_id, self.amount) == (other.outcome, other.order_id, other.amount)


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def decide(facts: dict, orders: dict[str, dict], task: dict) -> Decision:
    sender = task["ticket"]["from"]["email"].strip().lower()
    now, received = day(task["now"]), day(task["ticket"]["received"])
    requests = facts["requests"]
    real = [r for r in requests if r["kind"] not in ("goodwill", "other")] or requests
    named = list(dict.fromkeys(r["order_id"] for r in requests if r["order_id"]))
    known = [order for order in named if order in orders]
    only = known[0] if len(known) == 1 else None
    if facts["legal_action"]:
        return Decision("escalated", only, clause="H-5")
    if len(known) > 1:
        return Decision("escalated", None, clause="H-1")
    if not only:
        return Decision("need_info", None, clause="I-1")
    if any(r["order_id"] is None for r in real):
        return Decision("need_info", None, clause="I-1")
    order = orders[only]
    customer = order["customer"]
    if sender not in [address.strip().lower() for address in (customer["email"], *customer.get("also", []))]:
        return Decision("escalated", only, clause="I-2")
    if order["chargeback"] == "open":
        return Decision("escalated", only, clause="H-3")
    if order["gift"]:
        return Decision("escalated", only, clause="H-4")
    if any(note.get("kind") == "promise" for note in order["notes"]):
        return Decision("escalated", only, clause="H-6")
    if facts["preferred_remedy"] in ("replacement_only", "store_credit_only"):
        return Decision("escalated", only, clause="H-6")
    total, clauses, asking = Decimal(0), [], False
    for request in real:
        due, clause = due_for(request, order, now, received, real)
        if due is None:
            if clause == "ask":
                asking = True
                continue
            return Decision("escalated", only, clause=clause)
        total += due
        clauses.append(clause)
    if asking and not total:
        return Decision("need_info", only, clause="I-1")
    total = min(cents(total), Decimal(order["refundable"]))
    clause = ", ".join(dict.fromkeys(clauses))
    if total > DESK_LIMIT[order["currency"]]:
        return Decision("escalated", only, clause="H-2")
    if total <= 0:
        return Decision("denied", only, clause=clause or "M-3")
    return Decision("refunded", only, total, order["currency"], clause)


def due_for(request: dict, order: dict, now: date, received: date, requests: list[dict]) -> tuple[Decimal | None, str]:
    """What is due for one request, with its clause; `None`: for people."""
    kind, status = request["kind"], order["status"]
    delivered, promised = day(order["delivered"]), day(order["promised"])
    everything = Decimal(order["refundable"])
    asked = received
    raised = day(request["first_raised"])
    if raised and raised <= received and (delivered is None or raised >= delivered):
        asked = raised
    if kind == "goodwill":
        return Decimal(0), "M-4"
    if kind == "missing_refund":
        return (Decimal(0), "M-3") if order["refunds"] else (None, "unclear")
    if kind == "other":
        return None, "unclear"
    if kind == "late_delivery_compensation":
        if status != "delivered" or (delivered - promised).days <= 3 or (asked - delivered).days > 30:
            return Decimal(0), "L-1"
        if any("L-1" in r["reason"] or "late" in r["reason"] or "delay" in r["reason"] for r in order["refunds"]):
            return Decimal(0), "L-1"
        returned = {i["sku"]: i["pieces"] for r in requests if r is not request for i in r["items"]}
        kept = Decimal(0)
        for line in order["items"]:
            line_total = Decimal(line["unit_price"]) * (line["quantity"] - returned.get(line["sku"], 0))
            kept += max(Decimal(0), line_total - given_back(order, line["sku"]))
        return min(cents(kept / 10), DELAY_CAP[order["currency"]]), "L-1"
    if status == "processing":
        return everything, "L-4"
    if status != "delivered":
        if (now - promised).days >= 10:
            return everything, "L-2"
        return Decimal(0), "L-4" if kind == "cancellation" else "L-2"
    if kind == "not_received":
        return None, "L-3"
    damaged = kind == "damaged_or_wrong"
    days = (asked - delivered).days
    lines = {line["sku"]: line for line in order["items"]}
    wanted = {i["sku"]: min(i["pieces"], lines[i["sku"]]["quantity"]) for i in request["items"] if i["sku"] in lines}
    if not wanted:
        if len(lines) > 1:
            return None, "ask"
        wanted = {sku: line["quantity"] for sku, line in lines.items()}
    if damaged and days > 7:
        return Decimal(0), "D-2"
    due, clause, refused = Decimal(0), "D-1" if damaged else "R-1", False
    for sku, pieces in wanted.items():
        line = lines[sku]
        gross = Decimal(line["unit_price"]) * pieces
        if not damaged:
            opened = line["category"] == "electronics" and request["opened"] == "opened_or_used"
            if line["final_sale"] or days > (14 if opened else 30):
                clause, refused = "R-3" if line["final_sale"] else "R-2" if opened else "R-1", True
                continue
            if opened:
                clause = "R-2"
                gross -= cents(gross * Decimal("0.15"))
        given = given_back(order, sku)
        if pieces == line["quantity"]:
            gross -= given
        else:
            gross = min(gross, Decimal(line["unit_price"]) * line["quantity"] - given)
        due += max(Decimal(0), gross)
    whole = not refused and all(wanted.get(sku) == line["quantity"] for sku, line in lines.items())
    if whole and (damaged or days <= 14) and due:
        due += Decimal(order["shipping_fee"])
    return due, clause


def given_back(order: dict, sku: str) -> Decimal:
    return sum((Decimal(r["amount"]) for r in order["refunds"] if r.get("sku") == sku), Decimal(0))
