"""The refund handbook as code: what is due for the facts of a case. No model in here.

The numbers are read out of the handbook's text, so that a new version with other numbers is followed. If a
number cannot be found, the rules have changed in a way that this code does not know: `Unreadable`.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
NUMBERS = {
    "window": r"R-1.*?within (\d+) days",
    "opened": r"R-2.*?: (\d+) days instead",
    "fee": r"R-2.*?fee of (\d+) ?%",
    "report": r"D-1.*?within (\d+) days",
    "late": r"L-1.*?more than (\d+) days",
    "late_claim": r"L-1.*?within (\d+) days",
    "late_percent": r"L-1.*?pay (\d+) ?%",
    "late_cap": r"L-1.*?at most (\d+) EUR",
    "late_cap_pln": r"L-1.*?\((\d+) PLN\)",
    "lost": r"L-2.*?was (\d+) days ago",
    "shipping": r"M-2.*?within (\d+) days",
    "limit": r"H-2.*?exceeds (\d+) EUR",
    "limit_pln": r"H-2.*?\((\d+) PLN\)",
}


class Unreadable(Exception):
    """The handbook does not say what this code relies on."""


def numbers(text: str) -> dict[str, int]:
    flat = re.sub(r"\s+", " ", text)
    found = {}
    for name, pattern in NUMBERS.items():
        match = re.search(pattern, flat)
        if match is None:
            raise Unreadable(name)
        found[name] = int(match[1])
    return found


@dataclass
class Ask:
    issue: str
    items: list[tuple[str, int | None]]
    """(SKU, pieces or None for all of the line); none: the whole order."""
    opened: bool = False
    reported: date | None = None


@dataclass
class Case:
    order: dict | None
    asks: list[Ask]
    sender: str
    received: date
    legal: bool = False
    wants: str = "refund"
    several: bool = False


@dataclass
class Decision:
    action: str
    order_id: str | None
    reason: str
    amount: Decimal | None = None
    currency: str | None = None


@dataclass
class _Due:
    clause: str
    goods: list[tuple[dict, Decimal, Decimal]] = field(default_factory=list)
    """(item, price of the pieces concerned, what is due for them)"""
    late: bool = False
    shipping: bool = False
    whole: bool = False
    desk: bool = False


def decide(case: Case, n: dict[str, int]) -> Decision:
    order = case.order
    if case.several:
        return Decision("escalate", None, "H-1: something is asked for on two or more orders")
    if order is None:
        return Decision("need_info", None, "I-1: it is not settled which order is meant")
    desk = _barriers(case, order)
    dues = [_due(ask, case, order, n) for ask in case.asks]
    desk += [due.clause for due in dues if due.desk]
    amount = _sum(dues, order, n)
    if amount > n["limit_pln" if order["currency"] == "PLN" else "limit"]:
        desk.append(f"H-2: {amount} is more than we may pay")
    if desk:
        return Decision("escalate", order["id"], "; ".join(desk))
    reason = ", ".join(dict.fromkeys(due.clause for due in dues))
    if amount <= 0:
        return Decision("deny", order["id"], reason or "M-4")
    return Decision("refund", order["id"], reason, amount, order["currency"])


def _barriers(case: Case, order: dict) -> list[str]:
    customer = order["customer"]
    known = {address.lower() for address in (customer["email"], *customer.get("also", []))}
    found = []
    if case.sender.lower() not in known:
        found.append("I-2: the sender's address is not on the account")
    if order.get("chargeback") == "open":
        found.append("H-3: open chargeback")
    if order.get("gift"):
        found.append("H-4: gift order")
    if case.legal:
        found.append("H-5: lawyer, court or authority")
    if any(note.get("kind") == "promise" for note in order.get("notes", [])):
        found.append("H-6: a colleague's promise stands on the order")
    if case.wants in ("replacement", "store_credit"):
        found.append(f"H-6: wants {case.wants}")
    return found


def _due(ask: Ask, case: Case, order: dict, n: dict[str, int]) -> _Due:
    delivered = _day(order.get("delivered"))
    promised = _day(order.get("promised"))
    since = (case.received - delivered).days if delivered else 0
    match ask.issue:
        case "changed_mind":
            goods = []
            for item, price in _concerned(ask, order):
                worth = price
                if item.get("final_sale"):
                    worth = ZERO
                elif item.get("category") == "electronics" and ask.opened:
                    worth = price - _cents(price * n["fee"] / 100) if since <= n["opened"] else ZERO
                elif since > n["window"]:
                    worth = ZERO
                if worth:
                    goods.append((item, price, worth))
            return _Due("R-1/R-2/R-3", goods, shipping=since <= n["shipping"])
        case "damaged" | "wrong_item":
            first = ask.reported or case.received
            if delivered and (first - delivered).days > n["report"]:
                return _Due("D-2")
            return _Due("D-1", [(item, price, price) for item, price in _concerned(ask, order)], shipping=True)
        case "late" if delivered:
            paid = any(past.get("reason") == "late_delivery" for past in order["refunds"])
            delay = (delivered - promised).days if promised else 0
            return _Due("L-1", late=delay > n["late"] and since <= n["late_claim"] and not paid)
        case "not_arrived" | "late":
            if delivered:
                return _Due("L-3: delivered by our records, not by the customer's", desk=True)
            lost = order["status"] == "shipped" and promised and (case.received - promised).days >= n["lost"]
            return _Due("L-2", whole=bool(lost))
        case "cancel":
            return _Due("L-4", whole=order["status"] == "processing")
        case "already_paid_back":
            return _Due("M-3")
    return _Due("M-4")


def _sum(dues: list[_Due], order: dict, n: dict[str, int]) -> Decimal:
    before = sum((Decimal(past["amount"]) for past in order["refunds"]), ZERO)
    left = Decimal(order["total"]) - before
    if any(due.whole for due in dues):
        return left
    goods = sum((Decimal(item["unit_price"]) * item["quantity"] for item in order["items"]), ZERO)
    returned = sum((price for due in dues for _, price, _ in due.goods), ZERO)
    amount = ZERO
    for due in dues:
        for item, _, worth in due.goods:
            given = [Decimal(p["amount"]) for p in order["refunds"] if p.get("sku") == item["sku"]]
            room = Decimal(item["unit_price"]) * item["quantity"] - sum(given, ZERO)
            amount += max(min(worth, room), ZERO)
    if any(due.late for due in dues):
        gone = sum((Decimal(p["amount"]) for p in order["refunds"] if p.get("sku")), ZERO)
        kept = max(goods - gone - returned, ZERO)
        cap = Decimal(n["late_cap_pln" if order["currency"] == "PLN" else "late_cap"])
        amount += min(_cents(kept * n["late_percent"] / 100), cap)
    if sum((price for due in dues if due.shipping for _, price, _ in due.goods), ZERO) >= goods:
        amount += Decimal(order["shipping_fee"])
    return min(amount, left)


def _concerned(ask: Ask, order: dict) -> list[tuple[dict, Decimal]]:
    asked = dict(ask.items) or {item["sku"]: None for item in order["items"]}
    found = []
    for item in order["items"]:
        if item["sku"] in asked:
            pieces = asked[item["sku"]]
            count = item["quantity"] if pieces is None else min(pieces, item["quantity"])
            found.append((item, Decimal(item["unit_price"]) * count))
    return found


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
