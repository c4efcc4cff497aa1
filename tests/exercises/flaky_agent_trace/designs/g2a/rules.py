"""The refund handbook, version 2026-09, as code. No model in here."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from backoffice import Dossier
from intake import parse_date

CENT = Decimal("0.01")
VERSION = "2026-09"
OUR_LIMIT = {"PLN": Decimal(2000)}
DELAY_CAP = {"PLN": Decimal(100)}
DEFECT = ("damaged_or_faulty", "wrong_item_sent")


@dataclass
class Verdict:
    outcome: str  # refunded, denied, escalated, need_info
    why: str  # key of the customer's explanation
    clause: str
    order: dict | None = None
    amount: Decimal | None = None


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def decide(form: dict, dossier: Dossier, ticket: dict) -> Verdict:
    received = date.fromisoformat(ticket["received"][:10])
    sender = ticket["from"]["email"].lower()
    requests = [r for r in form["open_requests"] if r["wish"] != "other"] or form["open_requests"]
    signals = form["handover_signals"]
    ident = form["order_identification"]
    order = dossier.orders.get(ident["order_id"] or "") if ident["status"] == "certain" else None

    if dossier.handbook["version"] != VERSION:
        return Verdict("escalated", "desk", "unknown handbook", order)
    if signals["legal_action"]["present"]:
        return Verdict("escalated", "desk", "H-5", order)
    if signals["insists_on_replacement"]["present"] or signals["insists_on_store_credit"]["present"]:
        return Verdict("escalated", "desk", "H-6", order)
    about = {r["order_id"] for r in requests if r["order_id"] in dossier.orders}
    if len(about) > 1:
        return Verdict("escalated", "desk", "H-1")
    if order is None:
        strangers = [o for o in dossier.orders.values() if not belongs(o, sender)]
        if strangers and len(strangers) == len(dossier.orders):
            return Verdict("escalated", "desk", "I-2", strangers[0] if len(strangers) == 1 else None)
        return Verdict("need_info", "which", "I-1")
    if not belongs(order, sender):
        return Verdict("escalated", "desk", "I-2", order)
    if order["chargeback"] == "open":
        return Verdict("escalated", "desk", "H-3", order)
    if order["gift"]:
        return Verdict("escalated", "desk", "H-4", order)
    if any(note["kind"] == "promise" for note in order["notes"]):
        return Verdict("escalated", "desk", "H-6", order)
    return money(form, order, received)


def belongs(order: dict, sender: str) -> bool:
    customer = order["customer"]
    return sender in [customer["email"].lower(), *(address.lower() for address in customer.get("also") or [])]


def money(form: dict, order: dict, received: date) -> Verdict:
    left = Decimal(str(order["refundable"]))
    promised, delivered = parse_date(order.get("promised")), parse_date(order.get("delivered"))
    grievance = form["grievance"]

    if grievance == "never_arrived" and order["status"] == "delivered":
        return Verdict("escalated", "desk", "L-3", order)
    if grievance == "goodwill_only":
        return Verdict("denied", "goodwill", "M-4", order)
    lines = {item["sku"]: item for item in form["items"]}
    wanted = {sku: i for sku, i in lines.items() if i["pieces_to_refund"] > 0 and i["reason"] != "kept"}
    if order["status"] == "processing":
        whole = not wanted or all(
            wanted.get(i["sku"], {}).get("pieces_to_refund", 0) >= i["quantity"] for i in order["items"]
        )
        if whole:
            return pay(order, left, "L-4")
        return pay(order, sum((line_due(order, i, wanted[i["sku"]]["pieces_to_refund"]) for i in order["items"] if i["sku"] in wanted), Decimal(0)), "L-4")
    if order["status"] == "shipped":
        if promised and (received - promised).days >= 10:
            return pay(order, left, "L-2")
        return Verdict("denied", "under_way", "L-2/L-4", order)
    if delivered is None:
        return Verdict("escalated", "desk", "unclear record", order)

    age = (received - delivered).days
    first = parse_date(form["first_report"]["reported_on"]) or received
    if not delivered <= first <= received:
        first = received
    due, why, all_lines, within_14 = Decimal(0), "nothing_left", True, age <= 14
    defects_only = True
    for item in order["items"]:
        wish = wanted.get(item["sku"])
        pieces = min(wish["pieces_to_refund"], item["quantity"]) if wish else 0
        if not pieces:
            all_lines = False
            continue
        if wish["reason"] in DEFECT:
            if (first - delivered).days > 7:
                all_lines, why = False, "warranty"
                continue
            due += line_due(order, item, pieces)
        else:
            defects_only = False
            opened = item["category"] == "electronics" and wish["opened"] == "opened_or_used"
            if item["final_sale"]:
                all_lines, why = False, "final_sale"
                continue
            if age > (14 if opened else 30):
                all_lines, why = False, "too_late"
                continue
            due += line_due(order, item, pieces, fee=opened)
        all_lines = all_lines and pieces == item["quantity"]
    if all_lines and due and (defects_only or within_14):
        due += Decimal(str(order["shipping_fee"]))
    clause = "D-1" if wanted and defects_only else "R-1/R-2"
    if form["asks_delay_compensation"] or grievance == "delivered_late":
        late = (delivered - promised).days if promised else 0
        paid_before = any("L-1" in str(r["reason"]) or "late" in str(r["reason"]).lower() or "delay" in str(r["reason"]).lower() for r in order["refunds"])
        if late > 3 and age <= 30 and not paid_before:
            kept = sum(
                (
                    Decimal(str(i["unit_price"])) * (i["quantity"] - (wanted[i["sku"]]["pieces_to_refund"] if i["sku"] in wanted else 0))
                    for i in order["items"]
                ),
                Decimal(0),
            )
            due += min(cents(kept / 10), DELAY_CAP.get(order["currency"], Decimal(25)))
            clause = "L-1" if not wanted else clause + ", L-1"
        elif not wanted:
            why = "not_late_enough" if late <= 3 else "too_late" if age > 30 else "nothing_left"
    elif not wanted and form["asks_goodwill"]:
        why = "goodwill"
    if due <= 0:
        return Verdict("denied", why, clause, order)
    return pay(order, min(due, left), clause)


def line_due(order: dict, item: dict, pieces: int, *, fee: bool = False) -> Decimal:
    """What is due for pieces of a line: what was paid, less the restocking fee, less what it has already been given back for."""
    price = Decimal(str(item["unit_price"])) * pieces
    if fee:
        price -= cents(price * Decimal("0.15"))
    earlier = sum((Decimal(str(r["amount"])) for r in order["refunds"] if r.get("sku") == item["sku"]), Decimal(0))
    unclaimed = Decimal(str(item["unit_price"])) * (item["quantity"] - pieces)
    if earlier and unclaimed and earlier % Decimal(str(item["unit_price"])) == 0:
        earlier = max(Decimal(0), earlier - unclaimed)  # whole pieces, and not these
    return max(Decimal(0), price - earlier)


def pay(order: dict, amount: Decimal, clause: str) -> Verdict:
    if amount <= 0:
        return Verdict("denied", "nothing_left", "M-3", order)
    if amount > OUR_LIMIT.get(order["currency"], Decimal(500)):
        return Verdict("escalated", "desk", "H-2", order)
    return Verdict("refunded", "paid", clause, order, amount)
