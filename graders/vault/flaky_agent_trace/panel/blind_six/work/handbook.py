"""The handbook's numbers, read from the text that is served, and what it makes of a case."""

import datetime as dt
import logging
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

log = logging.getLogger("handbook")

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

# Clause → names of its numbers and the words around them. Defaults: the September edition.
_NUMBERS = {
    "R-1": (r"within (?P<window>\d+) days of delivery",),
    "R-2": (r"(?P<opened>\d+) days instead", r"fee of (?P<fee>\d+) ?%"),
    "D-1": (r"within (?P<report>\d+) days of delivery",),
    "L-1": (
        r"more than (?P<late>\d+) days after", r"within (?P<claim>\d+) days of delivery",
        r"pay (?P<percent>\d+) ?%", r"at most (?P<cap>\d+) EUR", r"\((?P<cap_pln>\d+) PLN\)",
    ),
    "L-2": (r"was (?P<lost>\d+) days ago",),
    "M-2": (r"within (?P<shipping>\d+) days of delivery",),
    "H-2": (r"exceeds (?P<limit>\d+) EUR", r"\((?P<limit_pln>\d+) PLN\)"),
}  # fmt: skip
_DEFAULTS = {
    "window": 30, "opened": 14, "fee": 15, "report": 7, "late": 3, "claim": 30, "percent": 10, "cap": 25,
    "cap_pln": 100, "lost": 10, "shipping": 14, "limit": 500, "limit_pln": 2000,
}  # fmt: skip


def numbers_of(text: str) -> dict[str, int]:
    """The numbers that a handbook's text states."""
    found = dict(_DEFAULTS)
    clauses = clauses_of(text)
    for clause, patterns in _NUMBERS.items():
        for pattern in patterns:
            match = re.search(pattern, clauses.get(clause, ""))
            if match:
                found |= {name: int(value) for name, value in match.groupdict().items()}
            else:
                log.warning("clause %s does not say %s", clause, pattern)
    return found


def clauses_of(text: str) -> dict[str, str]:
    """Clause id → its text."""
    found = re.findall(r"(?m)^([A-Z]-\d+)\s+(.+(?:\n(?![A-Z]-\d|\d\.|\s*$).+)*)", text)
    return {id: " ".join(words.split()) for id, words in found}


@dataclass
class Ask:
    """One request of a mail."""

    issue: str
    items: dict[str, int | None] = field(default_factory=dict)
    """SKU → pieces, `None`: all of the line. Empty: the whole order."""
    opened: bool = False
    reported: dt.date | None = None


@dataclass
class Case:
    """What a reader took from a mail."""

    order_id: str | None
    asks: list[Ask]
    several: bool = False
    legal: bool = False
    wants: str = "refund"
    language: str = "en"
    confidence: float = 1.0


@dataclass(frozen=True)
class Decision:
    """What is to be done, and by which clauses."""

    action: str
    order_id: str | None
    clauses: tuple[str, ...] = ()
    amount: Decimal | None = None
    currency: str | None = None

    @property
    def deed(self) -> tuple:
        """What of it can be right or wrong."""
        order = self.order_id if self.action in ("refund", "deny") else None
        return (self.action, order, self.amount)


def barriers(order: dict, sender: str) -> list[str]:
    """What in the records alone sends an order to the desk."""
    known = {order["customer"]["email"].lower(), *(each.lower() for each in order["customer"].get("also") or [])}
    held = {
        "I-2": sender.lower() not in known,
        "H-3": order.get("chargeback") == "open",
        "H-4": bool(order.get("gift")),
        "H-6": any(note.get("kind") == "promise" for note in order.get("notes") or []),
    }
    return [clause for clause, is_held in held.items() if is_held]


def decide(case: Case, order: dict | None, sender: str, received: dt.date, n: dict[str, int]) -> Decision:
    """What the handbook says of a case, as it was read."""
    if case.several:
        return Decision("escalate", case.order_id, ("H-1",))
    if order is None:
        return Decision("need_info", None, ("I-1",))
    id, currency = order["id"], order["currency"]
    desk = barriers(order, sender)
    if case.legal:
        desk.append("H-5")
    if case.wants in ("replacement", "store_credit"):
        desk.append("H-6")
    dues = [_due(ask, order, received, n) for ask in case.asks]
    desk += [due["clause"] for due in dues if due.get("desk")]
    amount = _sum(dues, order, n)
    pln = currency == "PLN"
    if amount > n["limit_pln" if pln else "limit"]:
        desk.append("H-2")
    if desk:
        return Decision("escalate", id, tuple(dict.fromkeys(desk)))
    clauses = tuple(dict.fromkeys(due["clause"] for due in dues))
    if amount <= 0:
        return Decision("deny", id, clauses or ("M-4",))
    return Decision("refund", id, clauses, amount, currency)


def _due(ask: Ask, order: dict, received: dt.date, n: dict[str, int]) -> dict:
    delivered, promised = _day(order.get("delivered")), _day(order.get("promised"))
    days = (received - delivered).days if delivered else 0
    issue = ask.issue
    if delivered is None:  # what has not come cannot be sent back, and is not late but missing
        issue = {"changed_mind": "cancel", "late": "not_arrived"}.get(issue, issue)
    match issue:
        case "changed_mind":
            goods, clauses = [], []
            for item, price in _prices(ask, order):
                clause, worth = "R-1", price
                if item.get("final_sale"):
                    clause, worth = "R-3", ZERO
                elif item.get("category") == "electronics" and ask.opened:
                    clause = "R-2"
                    worth = price - _cents(price * n["fee"] / 100) if days <= n["opened"] else ZERO
                elif days > n["window"]:
                    worth = ZERO
                clauses.append(clause)
                if worth:
                    goods.append((item, price, worth))
            return {"clause": (clauses or ["R-1"])[0], "goods": goods, "shipping": days <= n["shipping"]}
        case "damaged" | "wrong_item":
            since = ((ask.reported or received) - delivered).days if delivered else 0
            if since > n["report"]:
                return {"clause": "D-2"}
            return {"clause": "D-1", "goods": [(i, p, p) for i, p in _prices(ask, order)], "shipping": True}
        case "late":
            delay = (delivered - promised).days if delivered and promised else 0
            paid = any(past.get("reason") == "late_delivery" for past in order.get("refunds") or [])
            due = delay > n["late"] and days <= n["claim"] and not paid
            return {"clause": "L-1", "late": due}
        case "not_arrived":
            if delivered:
                return {"clause": "L-3", "desk": True}
            lost = order.get("status") == "shipped" and (received - promised).days >= n["lost"]
            return {"clause": "L-2", "whole": lost}
        case "cancel":
            return {"clause": "L-4", "whole": order.get("status") == "processing"}
        case "already_paid_back":
            return {"clause": "M-3"}
    return {"clause": "M-4"}


def _sum(dues: list[dict], order: dict, n: dict[str, int]) -> Decimal:
    refunds = order.get("refunds") or []
    left = Decimal(order["refundable"])
    if any(due.get("whole") for due in dues):
        return left
    all_goods = sum((Decimal(i["unit_price"]) * i["quantity"] for i in order["items"]), ZERO)
    back = [entry for due in dues for entry in due.get("goods", ())]
    amount = ZERO
    for item, _, worth in back:
        gone = sum((Decimal(past["amount"]) for past in refunds if past.get("sku") == item["sku"]), ZERO)
        room = Decimal(item["unit_price"]) * item["quantity"] - gone
        amount += max(min(worth, room), ZERO)
    if any(due.get("late") for due in dues):
        gone = sum((Decimal(past["amount"]) for past in refunds if past.get("sku")), ZERO)
        kept = max(all_goods - gone - sum((price for _, price, _ in back), ZERO), ZERO)
        cap = n["cap_pln" if order["currency"] == "PLN" else "cap"]
        amount += min(_cents(kept * n["percent"] / 100), Decimal(cap))
    priced = sum((price for due in dues if due.get("shipping") for _, price, _ in due.get("goods", ())), ZERO)
    if back and priced >= all_goods:
        amount += Decimal(order["shipping_fee"])
    return min(amount, left)


def _prices(ask: Ask, order: dict):
    for item in order["items"]:
        if not ask.items or item["sku"] in ask.items:
            pieces = ask.items.get(item["sku"])
            pieces = item["quantity"] if pieces is None else min(pieces, item["quantity"])
            yield item, Decimal(item["unit_price"]) * pieces


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
