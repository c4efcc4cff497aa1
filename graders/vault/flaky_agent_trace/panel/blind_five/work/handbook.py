"""The handbook as code: numbers are read from the text that is served, the reasoning is ours.

`decide` takes what the customer asks for (read by the model) and the order (from the shop).
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
# clause, pattern, names of the numbers in it, what they are in the edition of September 2026
_NUMBERS = [
    ("R-1", r"within (\d+) days of delivery", ["window"], [30]),
    ("R-2", r"(\d+) days instead of \d+.*?fee of (\d+) ?%", ["opened", "fee"], [14, 15]),
    ("D-1", r"within (\d+) days of delivery", ["report"], [7]),
    ("L-1", r"more than (\d+) days.*?within (\d+) days of delivery.*?(\d+) ?%.*?at most (\d+) EUR.*?(\d+) PLN",
     ["late", "late_claim", "late_percent", "cap", "cap_pln"], [3, 30, 10, 25, 100]),
    ("L-2", r"(\d+) days ago", ["lost"], [10]),
    ("M-2", r"within (\d+) days", ["shipping"], [14]),
    ("H-2", r"exceeds (\d+) EUR.*?(\d+) PLN", ["limit", "limit_pln"], [500, 2000]),
]  # fmt: skip


def numbers_of(text: str) -> tuple[dict[str, int], bool]:
    """The handbook's numbers, and whether all of them were found where they are expected."""
    clauses = dict(re.findall(r"^\W*([A-Z]-\d)\W*\s+(.+?)(?=\n\W*[A-Z]-\d|\n\s*\n|\Z)", text, re.M | re.S))
    found, complete = {}, True
    for clause, pattern, names, usual in _NUMBERS:
        match = re.search(pattern, " ".join(clauses.get(clause, "").split()))
        complete = complete and match is not None
        found |= dict(zip(names, map(int, match.groups()) if match else usual, strict=True))
    return found, complete


@dataclass
class Ask:
    """One request. No items: the whole order."""

    issue: str
    items: list[tuple[str, int | None]] = field(default_factory=list)
    opened: bool | None = None
    reported: date | None = None


@dataclass
class Case:
    """What the mail says, as it was read."""

    order_id: str | None
    asks: list[Ask]
    concerned: list[str]
    legal: bool
    wants: str
    injection: bool = False
    language: str = "en"
    summary: str = ""


@dataclass(frozen=True)
class Decision:
    action: str
    order_id: str | None
    reason: str
    amount: Decimal | None = None
    currency: str | None = None


def decide(case: Case, order: dict | None, sender: str, received: date, n: dict[str, int]) -> Decision:
    """What the handbook makes of it."""
    if len(case.concerned) > 1:
        return Decision("escalate", None, "H-1: asks for something on several orders")
    if order is None:
        return Decision("need_info", None, "I-1: it isn't settled which order is meant")
    id, currency = order["id"], order["currency"]
    desk = list(_desk(case, order, sender))
    amount, grounds, desk_too = _due(case, order, received, n)
    desk += desk_too
    if amount > n["limit_pln" if currency == "PLN" else "limit"]:
        desk.append("H-2: the sum due exceeds our limit")
    if desk:
        return Decision("escalate", id, "; ".join(desk))
    if not case.asks:
        return Decision("need_info", id, "the mail doesn't say what is wanted")
    if amount <= 0:
        return Decision("deny", id, grounds)
    return Decision("refund", id, grounds, amount, currency)


def _desk(case: Case, order: dict, sender: str):
    customer = order["customer"]
    if sender.lower() not in {address.lower() for address in [customer["email"], *customer.get("also", [])]}:
        yield "I-2: the sender's address is not on the order"
    if order.get("chargeback") == "open":
        yield "H-3: open chargeback"
    if order.get("gift"):
        yield "H-4: gift order"
    if case.legal:
        yield "H-5: lawyer, court or authority"
    if any(note.get("kind") == "promise" for note in order.get("notes", [])):
        yield "H-6: a colleague's promise"
    if case.wants in ("replacement", "store_credit"):
        yield "H-6: wants a replacement or store credit"


def _due(case: Case, order: dict, received: date, n: dict[str, int]) -> tuple[Decimal, str, list[str]]:
    """The sum that is due, why, and what of it is for the desk."""
    items = {item["sku"]: item for item in order["items"]}
    goods = sum((price(item) for item in items.values()), ZERO)
    earlier = order.get("refunds", [])
    total = Decimal(order["total"])
    left = min(total - sum((Decimal(r["amount"]) for r in earlier), ZERO), Decimal(order["refundable"]))
    delivered, promised = day(order.get("delivered")), day(order.get("promised"))
    age = (received - delivered).days if delivered else 0
    reasons, desk = [], []
    back: dict[str, tuple[Decimal, Decimal, bool]] = {}  # SKU: price, worth, counts for the shipping fee
    whole = late = False
    for ask in case.asks:
        wanted = [(items[sku], pieces) for sku, pieces in ask.items if sku in items]
        wanted = wanted or [(item, None) for item in items.values()]
        match ask.issue:
            case "changed_mind":
                for item, pieces in wanted:
                    cost = price(item, pieces)
                    if item.get("final_sale"):
                        reasons.append("R-3: final sale")
                    elif item["category"] == "electronics" and ask.opened:
                        reasons.append("R-2: opened electronics")
                        if age <= n["opened"]:
                            fee = cents(cost * n["fee"] / 100)
                            back[item["sku"]] = (cost, cost - fee, age <= n["shipping"])
                    else:
                        reasons.append("R-1: change of mind")
                        if age <= n["window"]:
                            back[item["sku"]] = (cost, cost, age <= n["shipping"])
            case "damaged" | "wrong_item":
                first = received
                if ask.reported and (delivered is None or delivered <= ask.reported <= received):
                    first = ask.reported
                if delivered and (first - delivered).days > n["report"]:
                    reasons.append("D-2: told too late, warranty")
                    continue
                reasons.append("D-1: damaged or wrong")
                for item, pieces in wanted:
                    back[item["sku"]] = (price(item, pieces), price(item, pieces), True)
            case "late":
                reasons.append("L-1: late delivery")
                paid = any("late" in str(r.get("reason", "")).lower() for r in earlier)
                delay = (delivered - promised).days if delivered and promised else 0
                late = delay > n["late"] and age <= n["late_claim"] and not paid
            case "not_arrived":
                if delivered:
                    desk.append("L-3: delivered by our system, not by the customer's")
                elif order["status"] == "shipped" and promised and (received - promised).days >= n["lost"]:
                    reasons.append("L-2: lost")
                    whole = True
                else:
                    reasons.append("L-2: still on its way")
            case "cancel":
                reasons.append("L-4: cancellation")
                whole = whole or order["status"] == "processing"
            case "already_paid_back":
                reasons.append("M-3: already given back")
            case _:
                reasons.append("M-4: no goodwill")
    grounds = "; ".join(dict.fromkeys(reasons))
    if whole:
        return left, grounds, desk
    amount = ZERO
    for sku, (_, worth, _) in back.items():
        gone = sum((Decimal(r["amount"]) for r in earlier if r.get("sku") == sku), ZERO)
        amount += max(min(worth, price(items[sku]) - gone), ZERO)
    if late:
        returned = sum((cost for cost, _, _ in back.values()), ZERO)
        returned += sum((Decimal(r["amount"]) for r in earlier if r.get("sku")), ZERO)
        cap = Decimal(n["cap_pln" if order["currency"] == "PLN" else "cap"])
        amount += min(cents(max(goods - returned, ZERO) * n["late_percent"] / 100), cap)
    if back and sum((cost for cost, _, counts in back.values() if counts), ZERO) >= goods:
        amount += Decimal(order["shipping_fee"])
    return min(amount, left), grounds, desk


def price(item: dict, pieces: int | None = None) -> Decimal:
    return Decimal(item["unit_price"]) * (item["quantity"] if not pieces else min(pieces, item["quantity"]))


def day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
