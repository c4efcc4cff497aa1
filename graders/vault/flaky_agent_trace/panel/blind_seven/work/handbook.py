"""What the handbook lays down, as numbers that are read from its text, and what follows from it for a case."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass
class Terms:
    """The figures of the edition in force. The defaults are those of 2026-09, for a clause that cannot be read."""

    return_days: int = 30
    opened_days: int = 14
    opened_fee: Decimal = Decimal(15)
    fault_days: int = 7
    late_after: int = 3
    late_claim_days: int = 30
    late_percent: Decimal = Decimal(10)
    late_cap: dict = field(default_factory=lambda: {"PLN": Decimal(100), "": Decimal(25)})
    lost_days: int = 10
    shipping_days: int = 14
    desk_above: dict = field(default_factory=lambda: {"PLN": Decimal(2000), "": Decimal(500)})

    @classmethod
    def read(cls, text: str) -> "Terms":
        terms = cls()

        def clause(name: str, pattern: str):
            found = re.search(rf"^\**{name}\**\s+(.*?)(?=^\**[A-Z]-\d|^\d+\.|\Z)", text, re.M | re.S)
            return re.search(pattern, " ".join(found[1].split())) if found else None

        if m := clause("R-1", r"within (\d+) days of delivery"):
            terms.return_days = int(m[1])
        if m := clause("R-2", r"(\d+) days instead.*?fee of (\d+(?:\.\d+)?) ?%"):
            terms.opened_days, terms.opened_fee = int(m[1]), Decimal(m[2])
        if m := clause("D-1", r"within (\d+) days of delivery"):
            terms.fault_days = int(m[1])
        if m := clause(
            "L-1",
            r"more than (\d+) days after.*?within (\d+) days of delivery.*?(\d+(?:\.\d+)?) ?%"
            r".*?at most (\d+) EUR or GBP \((\d+) PLN\)",
        ):
            terms.late_after, terms.late_claim_days, terms.late_percent = int(m[1]), int(m[2]), Decimal(m[3])
            terms.late_cap = {"": Decimal(m[4]), "PLN": Decimal(m[5])}
        if m := clause("L-2", r"(\d+) days ago or more"):
            terms.lost_days = int(m[1])
        if m := clause("M-2", r"within (\d+) days of delivery"):
            terms.shipping_days = int(m[1])
        if m := clause("H-2", r"exceeds (\d+) EUR or GBP \((\d+) PLN\)"):
            terms.desk_above = {"": Decimal(m[1]), "PLN": Decimal(m[2])}
        return terms


@dataclass
class Verdict:
    action: str  # refund, deny, escalate, ask
    why: str
    order_id: str | None = None
    amount: Decimal = Decimal(0)
    currency: str = ""


def day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def by_items(reading: dict, orders: dict[str, dict]) -> str | None:
    """The one order that has the items read out of the mail, for a number that fits none."""
    skus = {line["sku"] for line in reading["items"]}
    fitting = [number for number, order in orders.items() if skus and skus <= {i["sku"] for i in order["items"]}]
    return fitting[0] if len(fitting) == 1 else None


def settled(order: dict) -> bool:
    """Whether every item of the order has been given back for."""
    back = sum((Decimal(earlier["amount"]) for earlier in order.get("refunds", [])), Decimal(0))
    return back > 0 and back >= sum((Decimal(i["unit_price"]) * i["quantity"] for i in order["items"]), Decimal(0))


def judge(reading: dict, orders: dict[str, dict], ticket: dict, terms: Terms) -> Verdict:
    """Apply the handbook to what was read out of the mail (`reading`) and what the shop knows (`orders`)."""
    received = day(ticket["received"])
    fitting = [number for number in dict.fromkeys(reading["candidates"]) if number in orders]
    wanted = reading["order_id"]
    ambiguous = reading["order_ambiguous"]
    if len(fitting) == 1 and wanted not in fitting:
        # The form contradicts itself: only one order fits, and another or none was put down.
        wanted, ambiguous = fitting[0], False
    elif wanted not in orders:
        wanted = by_items(reading, orders)
    if reading["legal_step"]:
        return Verdict("escalate", "a lawyer, court or authority is mentioned (H-5)", wanted)
    if reading["several_orders"]:
        return Verdict("escalate", "asks for something on more than one order (H-1)")
    named = wanted is not None and wanted.removeprefix("HL-") in ticket["subject"] + ticket["body"]
    if ambiguous or wanted is None or (not named and len(fitting) > 1):
        return Verdict("ask", "which order is meant does not follow from the mail (I-1)")
    order = orders[wanted]
    number, currency = order["id"], order["currency"]

    def desk(why: str) -> Verdict:
        return Verdict("escalate", why, number)

    def no(why: str) -> Verdict:
        return Verdict("deny", why, number)

    customer = order["customer"]
    known = {address.casefold() for address in [customer["email"], *customer.get("also", [])]}
    if ticket["from"]["email"].casefold() not in known:
        return desk("the sender is not confirmed on the account (I-2)")
    if order.get("chargeback") == "open":
        return desk("an open chargeback (H-3)")
    if order.get("gift"):
        return desk("a gift order (H-4)")
    if any(note.get("kind") == "promise" for note in order.get("notes", [])):
        return desk("a colleague has made a promise (H-6)")
    if reading["request"] in ("goodwill", "other"):
        return no("nothing that the handbook provides for (M-4)")
    if reading["wants"] != "refund":
        return desk("wants store credit or a replacement, not money (H-6)")

    kind, status = reading["request"], order["status"]
    delivered, promised = day(order.get("delivered")), day(order.get("promised"))
    left = Decimal(order["refundable"])
    def pay(amount: Decimal, why: str) -> Verdict:
        due = cents(min(amount, left))
        if due <= 0:
            return no("nothing is left to pay back (M-3)")
        if due > terms.desk_above.get(currency, terms.desk_above[""]):
            return desk("the sum exceeds what we may pay (H-2)")
        return Verdict("refund", why, number, due, currency)

    if status != "delivered" or delivered is None:
        if status == "processing":
            return pay(left, "cancelled before shipping (L-4)")
        if status == "cancelled":
            return no("the order has been cancelled already")
        if promised and received >= promised + timedelta(days=terms.lost_days):
            return pay(left, "counts as lost (L-2)")
        return no("still on its way; it can be returned after delivery (L-2, L-4)")
    if kind == "never_arrived":
        return desk("delivered by our system, not by the customer's word (L-3)")

    # What has been given back for each line, and what has no line.
    back: dict[str, Decimal] = {}
    for earlier in order.get("refunds", []):
        key = earlier.get("sku") or ""
        back[key] = back.get(key, Decimal(0)) + Decimal(earlier["amount"])
    age = (received - delivered).days

    if kind == "delay":
        if any("late" in (r.get("reason") or "") or "L-1" in (r.get("reason") or "") or "delay" in (r.get("reason") or "")
               for r in order.get("refunds", [])):
            return no("the delay has been paid for already (L-1)")
        if promised is None or (delivered - promised).days <= terms.late_after:
            return no("the delay is too small (L-1)")
        if age > terms.late_claim_days:
            return no("the complaint came too late (L-1)")
        goods = sum((Decimal(i["unit_price"]) * i["quantity"] - back.get(i["sku"], 0) for i in order["items"]), Decimal(0))
        cap = terms.late_cap.get(currency, terms.late_cap[""])
        return pay(min(cents(goods * terms.late_percent / 100), cap), "late delivery (L-1)")

    lines = {item["sku"]: item for item in order["items"]}
    chosen = {
        line["sku"]: min(max(int(line["pieces"]), 1), lines[line["sku"]]["quantity"])
        for line in reading["items"]
        if line["sku"] in lines
    }
    if not chosen:
        if len(lines) != 1:
            return Verdict("ask", "which item is meant does not follow from the mail (I-1)", number)
        chosen = {sku: item["quantity"] for sku, item in lines.items()}
    whole = all(chosen.get(sku) == item["quantity"] for sku, item in lines.items())
    total, refusals = Decimal(0), []
    for sku, pieces in chosen.items():
        item = lines[sku]
        price = Decimal(item["unit_price"]) * pieces
        paid_back = back.get(sku, Decimal(0))
        if kind == "faulty_or_wrong":
            first = day(reading["first_told"]) or received
            if not delivered <= first <= received:
                first = received
            if (first - delivered).days > terms.fault_days:
                refusals.append("told too late, a matter for the warranty (D-2)")
                continue
            due = price
        else:
            if item.get("final_sale"):
                refusals.append("final sale (R-3)")
                continue
            opened = item.get("category") == "electronics" and reading["opened"]
            if age > (terms.opened_days if opened else terms.return_days):
                refusals.append("too late to be returned (R-1, R-2)")
                continue
            due = price - (cents(price * terms.opened_fee / 100) if opened else 0)
        # Given back for other pieces of the line than these: it has no bearing on them.
        rest = Decimal(item["unit_price"]) * item["quantity"] - paid_back
        due = min(due, rest) if pieces < item["quantity"] else due - paid_back
        total += max(due, Decimal(0))
    if refusals and total == 0:
        return no(refusals[0])
    if whole and not refusals and (kind == "faulty_or_wrong" or age <= terms.shipping_days):
        total += Decimal(order["shipping_fee"])
    return pay(total, "faulty or wrong (D-1)" if kind == "faulty_or_wrong" else "returned (R-1, R-2)")
# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
