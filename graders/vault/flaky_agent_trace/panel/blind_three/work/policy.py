"""The refund handbook as code. The numbers come from the text that the back office serves."""

import logging
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

log = logging.getLogger("policy")
ZERO = Decimal("0.00")
CENT = Decimal("0.01")

RULES: dict[str, tuple[str, tuple[str, ...]]] = {
    "R-1": (r"within (\d+) days of delivery", ("window",)),
    "R-2": (r"(\d+) days instead of \d+.*?fee of (\d+) ?%", ("opened", "fee")),
    "D-1": (r"within (\d+) days of delivery", ("report",)),
    "L-1": (
        r"more than (\d+) days.*?within (\d+) days of.*?(\d+) ?%.*?at most (\d+) EUR or GBP \((\d+) PLN",
        ("late", "late_claim", "late_percent", "late_cap", "late_cap_pln"),
    ),
    "L-2": (r"was (\d+) days ago", ("lost",)),
    "M-2": (r"within (\d+) days of delivery", ("shipping",)),
    "H-2": (r"exceeds (\d+) EUR or GBP \((\d+) PLN", ("limit", "limit_pln")),
}
SEPTEMBER = {
    "window": 30, "opened": 14, "fee": 15, "report": 7, "late": 3, "late_claim": 30, "late_percent": 10,
    "late_cap": 25, "late_cap_pln": 100, "lost": 10, "shipping": 14, "limit": 500, "limit_pln": 2000,
}  # fmt: skip


def numbers_of(text: str) -> dict[str, int]:
    """The handbook's numbers; what is not found in it stays as the September edition has it."""
    clauses = {
        match[1]: " ".join(match[2].split())
        for match in re.finditer(r"(?ms)^([A-Z]-\d)\s+(.*?)(?=^[A-Z]-\d\s|^\d+\. |\Z)", text)
    }
    numbers = dict(SEPTEMBER)
    for clause, (pattern, names) in RULES.items():
        match = re.search(pattern, clauses.get(clause, ""), re.DOTALL)
        if match is None:
            log.warning("clause %s is not worded as known", clause)
            continue
        numbers |= {name: int(value) for name, value in zip(names, match.groups(), strict=True)}
    return numbers


@dataclass(frozen=True)
class Request:
    issue: str
    items: tuple[tuple[str, int | None], ...] = ()
    """(SKU, pieces); `None`: all of them. No items: the whole order."""
    opened: bool = False
    reported: date | None = None


@dataclass(frozen=True)
class Case:
    """What the mail says, as it was read."""

    order_id: str | None
    requests: tuple[Request, ...]
    several_orders: bool = False
    legal: bool = False
    wants: str = "refund"


@dataclass(frozen=True)
class Decision:
    action: str
    order_id: str | None = None
    amount: Decimal | None = None
    clauses: tuple[str, ...] = ()


@dataclass
class _Due:
    clause: str
    goods: list[tuple[dict, Decimal, Decimal]] = field(default_factory=list)
    """(item, price of the pieces, what is due for them)"""
    late: bool = False
    shipping: bool = False
    everything: bool = False
    desk: bool = False


def decide(case: Case, order: dict | None, sender: str, received: date, n: dict[str, int]) -> Decision:
    """What the handbook makes of it."""
    if case.several_orders:
        return Decision("escalate", order and order["id"], None, ("H-1",))
    if order is None or not case.requests:
        return Decision("need_info", None, None, ("I-1",))
    desk = _for_the_desk(case, order, sender)
    dues = [_due(request, order, received, n) for request in case.requests]
    desk += [due.clause for due in dues if due.desk]
    amount = _sum(dues, order, n)
    if amount > n["limit_pln" if order["currency"] == "PLN" else "limit"]:
        desk.append("H-2")
    if desk:
        return Decision("escalate", order["id"], None, tuple(dict.fromkeys(desk)))
    clauses = tuple(dict.fromkeys(due.clause for due in dues))
    if amount <= 0:
        return Decision("deny", order["id"], None, clauses)
    return Decision("refund", order["id"], amount, clauses)


def _for_the_desk(case: Case, order: dict, sender: str) -> list[str]:
    customer = order["customer"]
    own = {address.lower() for address in (customer["email"], *(customer.get("also") or ()))}
    found = []
    if sender.lower() not in own:
        found.append("I-2")
    if order.get("chargeback") == "open":
        found.append("H-3")
    if order.get("gift"):
        found.append("H-4")
    if case.legal:
        found.append("H-5")
    if any(note.get("kind") == "promise" for note in order["notes"]):
        found.append("H-6")
    if case.wants in {"replacement", "store_credit"}:
        found.append("H-6")
    return found


def _due(request: Request, order: dict, received: date, n: dict[str, int]) -> _Due:
    delivered, promised = day(order["delivered"]), day(order["promised"])
    since = (received - delivered).days if delivered else 0
    match request.issue:
        case "changed_mind":
            due = _Due("R-1", shipping=since <= n["shipping"])
            for item, price in _concerned(request, order):
                worth = price
                if item["final_sale"]:
                    due.clause, worth = "R-3", ZERO
                elif item["category"] == "electronics" and request.opened:
                    due.clause = "R-2"
                    worth = price - cents(price * n["fee"] / 100) if since <= n["opened"] else ZERO
                elif since > n["window"]:
                    worth = ZERO
                if worth:
                    due.goods.append((item, price, worth))
            return due
        case "damaged" | "wrong_item":
            told = (request.reported - delivered).days if request.reported and delivered else since
            if told > n["report"]:
                return _Due("D-2")
            return _Due("D-1", [(item, price, price) for item, price in _concerned(request, order)], shipping=True)
        case "late":
            delay = (delivered - promised).days if delivered and promised else 0
            paid = any(past.get("reason") == "late_delivery" for past in order["refunds"])
            return _Due("L-1", late=delay > n["late"] and since <= n["late_claim"] and not paid)
        case "not_arrived":
            if delivered:
                return _Due("L-3", desk=True)
            overdue = (received - promised).days if promised else 0
            return _Due("L-2", everything=order["status"] != "processing" and overdue >= n["lost"])
        case "cancel":
            return _Due("L-4", everything=order["status"] == "processing")
        case "already_paid_back":
            return _Due("M-3")
    return _Due("M-4")


def _concerned(request: Request, order: dict) -> list[tuple[dict, Decimal]]:
    asked = dict(request.items) or {item["sku"]: None for item in order["items"]}
    found = []
    for item in order["items"]:
        if item["sku"] in asked:
            pieces = asked[item["sku"]]
            pieces = item["quantity"] if pieces is None else max(1, min(pieces, item["quantity"]))
            found.append((item, Decimal(item["unit_price"]) * pieces))
    return found


def _sum(dues: list[_Due], order: dict, n: dict[str, int]) -> Decimal:
    left = Decimal(order["refundable"])
    if any(due.everything for due in dues):
        return left
    goods = sum((Decimal(item["unit_price"]) * item["quantity"] for item in order["items"]), ZERO)
    returned = sum((price for due in dues for _, price, _ in due.goods), ZERO)
    amount = ZERO
    for due in dues:
        for item, _, worth in due.goods:
            before = sum((Decimal(r["amount"]) for r in order["refunds"] if r.get("sku") == item["sku"]), ZERO)
            amount += max(min(worth, Decimal(item["unit_price"]) * item["quantity"] - before), ZERO)
        if due.late:
            before = sum((Decimal(r["amount"]) for r in order["refunds"] if r.get("sku")), ZERO)
            kept = max(goods - before - returned, ZERO)
            cap = Decimal(n["late_cap_pln" if order["currency"] == "PLN" else "late_cap"])
            amount += min(cents(kept * n["late_percent"] / 100), cap)
    if sum((price for due in dues if due.shipping for _, price, _ in due.goods), ZERO) >= goods:
        amount += Decimal(order["shipping_fee"])
    return min(amount, left)


def day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
