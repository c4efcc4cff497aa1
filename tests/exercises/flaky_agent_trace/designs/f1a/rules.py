"""The handbook as arithmetic. Numbers are read from the handbook's text, so that a new version of them counts."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from core import day, money

CENT = Decimal("0.01")


def half_up(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass
class Terms:
    returns: int = 30
    opened: int = 14
    fee: Decimal = Decimal(15)
    damage: int = 7
    grace: int = 3
    late: Decimal = Decimal(10)
    late_cap: Decimal = Decimal(25)
    late_cap_pln: Decimal = Decimal(100)
    lost: int = 10
    shipping: int = 14
    limit: Decimal = Decimal(500)
    limit_pln: Decimal = Decimal(2000)

    @classmethod
    def read(cls, text: str) -> "Terms":
        flat = re.sub(r"\s+", " ", text.replace("*", ""))
        clause = {m[1]: m[2] for m in re.finditer(r"\b([A-Z]-\d)\b (.*?)(?= [A-Z]-\d\b (?=[A-Z])|$)", flat)}
        terms = cls()

        def take(field: str, name: str, pattern: str, last: bool = False) -> None:
            found = re.search(pattern, clause.get(name, ""))
            if found:
                setattr(terms, field, type(getattr(terms, field))(found[1]))

        take("returns", "R-1", r"within (\d+) days")
        take("opened", "R-2", r"(\d+) days instead")
        take("fee", "R-2", r"(\d+) ?%")
        take("damage", "D-1", r"within (\d+) days")
        take("grace", "L-1", r"more than (\d+) days")
        take("late", "L-1", r"(\d+) ?%")
        take("late_cap", "L-1", r"at most (\d+) EUR")
        take("late_cap_pln", "L-1", r"\((\d+) PLN")
        take("lost", "L-2", r"(\d+) days ago")
        take("shipping", "M-2", r"within (\d+) days")
        take("limit", "H-2", r"exceeds (\d+) EUR")
        take("limit_pln", "H-2", r"\((\d+) PLN")
        return terms


def left_of(order: dict, sku: str, gross: Decimal, line_total: Decimal) -> Decimal:
    given = sum((money(r["amount"]) for r in order["refunds"] if r.get("sku") == sku), Decimal(0))
    return max(Decimal(0), min(gross, line_total - given))


def everything(order: dict) -> Decimal:
    return money(order["refundable"])


def goods(order: dict, wanted: dict[str, int], cause: str, opened: dict[str, bool], asked: date, told: date,
          terms: Terms) -> tuple[Decimal, str]:
    """What is due for pieces that are sent back (`unwanted`) or came `damaged`; and why not, where it isn't."""
    delivered = day(order["delivered"])
    since_asked, since_told = (asked - delivered).days, (told - delivered).days
    due, notes, all_lines = Decimal(0), [], True
    for item in order["items"]:
        pieces = min(wanted.get(item["sku"], 0), item["quantity"])
        if pieces < item["quantity"]:
            all_lines = False
        if not pieces:
            continue
        unit, total = money(item["unit_price"]), money(item["unit_price"]) * item["quantity"]
        gross = unit * pieces
        if cause == "damaged":
            if since_told > terms.damage:
                all_lines = False
                notes.append(f"{item['name']}: told on day {since_told}, more than {terms.damage} days (D-2, warranty)")
                continue
        else:
            is_open = item["category"] == "electronics" and opened.get(item["sku"], False)
            window = terms.opened if is_open else terms.returns
            if item["final_sale"]:
                all_lines = False
                notes.append(f"{item['name']}: final sale is not taken back (R-3)")
                continue
            if since_asked > window:
                all_lines = False
                notes.append(f"{item['name']}: day {since_asked} of {window} (R-{2 if is_open else 1})")
                continue
            if is_open:
                gross -= half_up(gross * terms.fee / 100)
                total -= half_up(total * terms.fee / 100) if pieces == item["quantity"] else 0
        part = left_of(order, item["sku"], gross, total)
        if not part:
            notes.append(f"{item['name']}: already refunded (M-3)")
        due += part
    if due and all_lines and (cause == "damaged" or since_asked <= terms.shipping):
        due += money(order["shipping_fee"])
    return min(due, everything(order)), "; ".join(notes)


def late(order: dict, returned: dict[str, int], asked: date, terms: Terms) -> tuple[Decimal, str]:
    if not order["delivered"]:
        return Decimal(0), "not delivered yet"
    over = (day(order["delivered"]) - day(order["promised"])).days
    if over <= terms.grace:
        return Decimal(0), f"{over} days late is not more than {terms.grace} (L-1)"
    if (asked - day(order["delivered"])).days > 30:
        return Decimal(0), "complained later than 30 days after delivery (L-1)"
    if any(re.search(r"delay|late", str(r.get("reason", "")), re.I) for r in order["refunds"]):
        return Decimal(0), "the delay has been paid already (L-1)"
    kept = Decimal(0)
    for item in order["items"]:
        value = money(item["unit_price"]) * (item["quantity"] - min(returned.get(item["sku"], 0), item["quantity"]))
        given = sum((money(r["amount"]) for r in order["refunds"] if r.get("sku") == item["sku"]), Decimal(0))
        kept += max(Decimal(0), value - given)
    cap = terms.late_cap_pln if order["currency"] == "PLN" else terms.late_cap
    return half_up(min(kept * terms.late / 100, cap, everything(order))), ""


def too_much(order: dict, amount: Decimal, terms: Terms) -> bool:
    return amount > (terms.limit_pln if order["currency"] == "PLN" else terms.limit)


def for_the_desk(order: dict, email: str) -> str | None:
    from core import is_owner
    if not is_owner(order, email):
        return "the sender's address is not on the order's account (I-2)"
    if order.get("chargeback") == "open":
        return "an open chargeback (H-3)"
    if order.get("gift"):
        return "a gift order, paid out as store credit (H-4)"
    if any(n.get("kind") == "promise" for n in order["notes"]):
        return "a colleague has promised something (H-6)"
    return None
