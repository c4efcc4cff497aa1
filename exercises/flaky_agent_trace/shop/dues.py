"""What each request of a mail is worth: for its items, for the order as a whole, and by which clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .added import Rule
from .handbook import Clause
from .records import Issue, Item, Order

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a mail. `items` as (SKU, pieces or `None` for all); none means the whole order."""

    issue: Issue
    items: tuple[tuple[str, int | None], ...] = ()
    opened: bool | None = False
    """Whether the customer has opened it; `None` where nothing is said of it, which counts as no."""
    reported: date | None = None
    """When damage was first reported, if before this mail."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the handbook asks about. What a reader has got wrong stands in here as it was read."""

    order: Order | None
    """`None`: it isn't settled which order is meant."""
    asks: tuple[Ask, ...]
    sender: str
    received: date
    legal: bool = False
    wants: str = "refund"
    orders_concerned: int = 1


@dataclass(frozen=True, slots=True)
class Back:
    """An item that goes back: what was paid for the pieces concerned, and what is due for them."""

    item: Item
    price: Decimal
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Due:
    """What one request is worth: money by SKU, money for the order as a whole, and why."""

    clause: str
    goods: tuple[Back, ...] = ()
    lump: Decimal = ZERO
    shipping: bool = False
    """The shipping fee goes back too if the whole order does."""
    whole: bool = False
    """Everything that was paid goes back."""
    desk: bool = False
    off: Decimal = ZERO
    """What a rule takes off the sum."""
    asks: bool = False
    """The customer has to be asked something first."""


def due_of(ask: Ask, facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> Due:
    match ask.issue:
        case "changed_mind":
            due = _returned(ask, facts, order, clauses)
        case "damaged" | "wrong_item":
            due = _broken(ask, facts, order, clauses)
        case "late":
            due = late_by(facts, order, clauses)
        case "not_arrived":
            due = missing(facts, order, clauses)
        case "cancel":
            due = Due("L-4", whole="L-4" not in clauses or order.status == "processing")
        case "goodwill":
            due = Due("M-4")
        case "already_paid_back":
            due = Due("M-3")
    return _as_added(due, ask, facts, order, clauses)


def held(rule: Rule, ask: Ask, facts: Facts, order: Order, *, late: bool = False) -> bool:
    return any(holds(rule, facts, ask, order, item, late=late) for item, _ in prices_of(ask, order))


def _as_added(due: Due, ask: Ask, facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> Due:
    """What is due by the rules that a handbook has besides; the last that holds has the last word."""
    known = [(id, rule) for id, rule in rules_in(clauses) if rule.sum_of != "due"]
    if not known:
        return due
    days = _since(ask.reported or facts.received, order.delivered)
    late = not (due.goods or due.lump or due.whole)
    goods, reasons = {back.item.sku: back for back in due.goods}, dict.fromkeys(due.clause.split())
    for id, rule in known:
        if not held(rule, ask, facts, order, late=late):
            continue
        desk, asks = rule.effect == "desk", rule.effect == "ask"
        paid = rule.effect == "deduct" and bool(goods)
        if desk or asks or paid:
            reasons = {id: None} if desk or asks else {**reasons, id: None}
            off = (rule.number or ZERO) if paid else ZERO
            due = replace(due, desk=due.desk or desk, asks=due.asks or asks, off=due.off + off)
        elif rule.effect == "shipping" and (due.shipping or rule.number):
            due = replace(due, shipping=bool(rule.number))
        elif ask.issue in OF_GOODS:
            changed = False
            for item, price in prices_of(ask, order):
                before = goods[item.sku].worth if item.sku in goods else ZERO
                met = holds(rule, facts, ask, order, item, late=late) and not _beside(
                    rule, ask, item, clauses
                )
                worth = worth_by(rule, price, before, days) if met else before
                changed |= worth != before
                goods.pop(item.sku, None)
                goods |= {item.sku: Back(item, price, worth)} if worth else {}
            alone = rule.effect != "fee" and (not goods or len(goods) == len([*prices_of(ask, order)]))
            reasons = reasons if not changed else {id: None} if alone else {**reasons, id: None}
        elif rule.effect == "refuse" and not late:
            due, reasons = replace(due, lump=ZERO, whole=False), {id: None}
        elif rule.effect == "pay" and late:
            due, reasons = replace(due, whole=True), {id: None}
    return replace(due, goods=tuple(goods.values()), clause=" ".join(reasons))


def _beside(rule: Rule, ask: Ask, item: Item, clauses: Mapping[str, Clause]) -> bool:
    """Whether a rule for all returns leaves an item to the clause that is for its kind."""
    if ask.issue != "changed_mind" or rule.effect not in {"window", "pay"}:
        return False
    opened = item.category == "electronics" and bool(ask.opened) and "R-2" in clauses and not rule.opened
    sold = item.final_sale and "R-3" in clauses and not rule.final_sale
    return sold or (opened and not rule.articles)


OF_GOODS = frozenset({"changed_mind", "damaged", "wrong_item"})
"""Issues by which an article itself is what something is wanted for."""


def _broken(ask: Ask, facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> Due:
    since = _since(ask.reported or facts.received, order.delivered)
    if not _within(since, "D-1", "report_days", clauses):
        return Due("D-2")
    goods = tuple(Back(item, price, price) for item, price in prices_of(ask, order))
    return Due("D-1", goods=goods, shipping=True)


def _returned(ask: Ask, facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> Due:
    if order.delivered is None and order.status in ("processing", "shipped") and "L-4" in clauses:
        return Due("L-4", whole=not ask.items and order.status == "processing")
    days = _since(facts.received, order.delivered)
    goods: list[Back] = []
    reasons: list[str] = []
    for item, price in prices_of(ask, order):
        reason, worth = "R-1", price
        if item.final_sale and "R-3" in clauses:
            reason, worth = "R-3", ZERO
        elif item.category == "electronics" and ask.opened and "R-2" in clauses:
            shorter = "opened_days" in clauses["R-2"].numbers
            most = ("R-2", "opened_days") if shorter else ("R-1", "window_days")
            reason, worth = "R-2", price - _fee(price, clauses) if _within(days, *most, clauses) else ZERO
        elif not _within(days, "R-1", "window_days", clauses):
            worth = ZERO
        reasons.append(reason)
        if worth:
            goods.append(Back(item, price, worth))
    shipping = _within(days, "M-2", "shipping_days", clauses)
    return Due(" ".join(dict.fromkeys(reasons)), goods=tuple(goods), shipping=shipping)


def _within(days: int, id: str, name: str, clauses: Mapping[str, Clause]) -> bool:
    """Whether a clause's days allow it: one that is not at hand, or states none, allows any."""
    most = clauses[id].numbers.get(name) if id in clauses else None
    return most is None or days <= most


def restocking_fee(ask: Ask, order: Order, clauses: Mapping[str, Clause]) -> Decimal:
    """What is kept of the price of opened electronics that go back."""
    if ask.issue != "changed_mind" or not ask.opened or "R-2" not in clauses:
        return ZERO
    prices = ((item, price) for item, price in prices_of(ask, order) if item.category == "electronics")
    return sum((_fee(price, clauses) for item, price in prices if not item.final_sale), ZERO)


def _fee(price: Decimal, clauses: Mapping[str, Clause]) -> Decimal:
    return to_cents(price * clauses["R-2"].numbers.get("restocking_percent", 0) / 100)


def late_by(facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> Due:
    if "L-1" not in clauses:
        return Due("L-1", lump=order.shipping_fee)
    numbers = clauses["L-1"].numbers
    delay = _since(order.delivered, order.promised) if order.delivered else 0
    claimed = _since(facts.received, order.delivered)
    paid = any(past.reason == "late_delivery" for past in order.refunds)
    in_time = _within(claimed, "L-1", "late_claim_days", clauses)
    if delay <= numbers.get("late_days", 0) or not in_time or paid:
        return Due("L-1")
    if (flat := _flat(order, numbers)) is not None:
        return Due("L-1", lump=flat)
    return Due("L-1", lump=to_cents(order.goods * numbers.get("late_percent", 0) / 100))


def _flat(order: Order, numbers: Mapping[str, int]) -> Decimal | None:
    """What is paid for a delay whatever the goods cost, where a clause has it so."""
    known = numbers.get("late_flat_cents")
    cents = numbers.get("late_flat_pln_cents", known) if order.currency == "PLN" else known
    return None if cents is None else Decimal(cents) / 100


def kept_only(due: Due, dues: list[Due], order: Order, clauses: Mapping[str, Clause]) -> Due:
    """Late compensation counts only the goods that the customer keeps, and has a cap."""
    if due.clause != "L-1" or not due.lump or "L-1" not in clauses:
        return due
    numbers = clauses["L-1"].numbers
    if _flat(order, numbers) is not None:
        return due
    kept = kept_goods(dues, order)
    cap = Decimal(numbers.get("late_cap_pln" if order.currency == "PLN" else "late_cap", "Infinity"))
    return replace(due, lump=min(to_cents(kept * numbers.get("late_percent", 0) / 100), cap))


def kept_goods(dues: list[Due], order: Order) -> Decimal:
    """What was paid for the goods that do not go back."""
    back = sum((past.amount for past in order.refunds if past.sku), ZERO)
    back += sum((one.price for other in dues for one in other.goods), ZERO)
    return max(order.goods - back, ZERO)


def missing(facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> Due:
    if order.delivered is not None:
        return Due("L-3", desk=True) if "L-3" in clauses else Due("L-3", whole=True)
    if order.status == "processing":
        return Due("L-2")
    days = _since(facts.received, order.promised)
    if "L-2" in clauses and days < clauses["L-2"].numbers.get("lost_days", 0):
        return Due("L-2")
    return Due("L-2", whole=True)


ALL = Ask("cancel")


def prices_of(ask: Ask, order: Order) -> Iterator[tuple[Item, Decimal]]:
    asked = dict(ask.items) or {item.sku: None for item in order.items}
    for item in order.items:
        if item.sku in asked:
            pieces = asked[item.sku]
            yield item, item.unit_price * (item.quantity if pieces is None else min(pieces, item.quantity))


def _since(day: date, before: date | None) -> int:
    """Whole days between; nought where the parcel has not arrived."""
    return (day - before).days if before is not None else 0


def to_cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def rules_in(clauses: Mapping[str, Clause]) -> Iterator[tuple[str, Rule]]:
    """Every rule that clauses have besides what is known of them, with the clause's id."""
    return ((clause.id, rule) for clause in clauses.values() for rule in clause.rules)


def holds(rule: Rule, facts: Facts, ask: Ask, order: Order, item: Item, *, late: bool) -> bool:
    """Whether a rule's conditions are met, sums that are due aside. `late`: the clauses' days are over."""
    delivered = order.delivered
    days = ((ask.reported or facts.received) - delivered).days if delivered is not None else 0
    worth = order.total if rule.sum_of == "order" else item.unit_price
    return all(
        (
            not rule.issues or ask.issue in rule.issues,
            not rule.categories or item.category in rule.categories,
            not rule.articles or _named(rule, item),
            not rule.countries or order.customer.country in rule.countries,
            not rule.currency or order.currency == rule.currency,
            rule.opened is None or bool(ask.opened) is rule.opened,
            rule.final_sale is None or item.final_sale is rule.final_sale,
            rule.gift is None or order.gift is rule.gift,
            rule.chargeback is None or (order.chargeback == "open") is rule.chargeback,
            rule.legal is None or facts.legal is rule.legal,
            not rule.wants or facts.wants in rule.wants,
            rule.too_late is None or late is rule.too_late,
            rule.days_over is None or days > rule.days_over,
            rule.days_up_to is None or days <= rule.days_up_to,
            rule.sum_of == "due" or _measured(rule, worth),
        )
    )


def of_sum(rule: Rule, amount: Decimal) -> bool:
    """Whether a rule is about the sum that is due, and that sum is meant."""
    return rule.sum_of != "due" or _measured(rule, amount)


def worth_by(rule: Rule, price: Decimal, before: Decimal, days: int) -> Decimal:
    """What an item is worth by a rule that holds. `before`: what it would be worth without it."""
    match rule.effect:
        case "refuse":
            return ZERO
        case "pay":
            return price
        case "window" if rule.number is not None:
            return (before or price) if days <= rule.number else ZERO
        case "fee" if rule.number is not None and before:
            return price - (price * rule.number / 100).quantize(CENT, ROUND_HALF_UP)
    return before


def _measured(rule: Rule, worth: Decimal) -> bool:
    return (rule.over is None or worth > rule.over) and (rule.under is None or worth < rule.under)


def _named(rule: Rule, item: Item) -> bool:
    known = item.name.casefold()
    return any(all(part in known for part in parts) for parts in rule.articles)
