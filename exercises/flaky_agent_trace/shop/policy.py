"""What the handbook makes of a case: pure reasoning over facts and the clauses that are at hand.

A clause that isn't at hand doesn't bind: without R-3 a final sale item is taken back, without H-2 any
sum is paid. That is how an agent errs whose context has lost the policy.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, cast

from .handbook import Clause
from .records import Issue, Item, Meaning, Order, WorldState

Action = Literal["refund", "deny", "escalate", "need_info"]
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
class Decision:
    """What is to be done. `amount` and `currency` belong to a refund."""

    action: Action
    order: str | None
    reason: str
    """Ids of the clauses that led here, joined by spaces."""
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class _Back:
    """An item that goes back: what was paid for the pieces concerned, and what is due for them."""

    item: Item
    price: Decimal
    worth: Decimal


@dataclass(frozen=True, slots=True)
class _Due:
    """What one request is worth: money by SKU, money for the order as a whole, and why."""

    clause: str
    goods: tuple[_Back, ...] = ()
    lump: Decimal = ZERO
    shipping: bool = False
    """The shipping fee goes back too if the whole order does."""
    whole: bool = False
    """Everything that was paid goes back."""
    desk: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What one item brings: what was paid for the pieces concerned, and what of it goes back."""

    sku: str
    unit_price: Decimal
    pieces: int
    price: Decimal
    fee: Decimal
    """The restocking fee that is kept of it."""
    before: Decimal
    """What comes off for an earlier refund of it."""
    due: Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """How a sum comes about, step by step; the steps add up to `amount`."""

    lines: tuple[Line, ...] = ()
    lump: Decimal = ZERO
    """A share of the goods, as for a late delivery."""
    uncapped: Decimal = ZERO
    """What the share would be without its cap."""
    base: Decimal = ZERO
    """The goods that it is a share of."""
    shipping: Decimal = ZERO
    less: Decimal = ZERO
    """What earlier refunds take off the whole."""
    amount: Decimal = ZERO


def reckon(facts: Facts, clauses: Mapping[str, Clause]) -> Sum | None:
    """The steps of what these clauses make due, whoever may pay it; `None` without an order."""
    order = facts.order
    if order is None:
        return None
    dues = [_due(ask, facts, order, clauses) for ask in facts.asks]
    dues = [_kept_only(due, dues, order, clauses) for due in dues]
    amount = _sum(dues, order, clauses)
    before = sum((past.amount for past in order.refunds), ZERO)
    if any(due.whole for due in dues):
        lines = tuple(_line(_Back(item, price, price), None) for item, price in _prices(_ALL, order))
        off = before if "M-3" in clauses else ZERO
        return Sum(lines, shipping=order.shipping_fee, less=off, amount=amount)
    ruled = None if "M-3" not in clauses else order
    lines = tuple(_line(back, ruled) for due in dues for back in due.goods)
    lump, base = sum((due.lump for due in dues), ZERO), ZERO
    uncapped = lump
    if lump and "L-1" in clauses:
        loose = [_due(ask, facts, order, clauses) for ask in facts.asks]
        base = _kept(loose, order)
        uncapped = _cents(base * clauses["L-1"].numbers["late_percent"] / 100)
    goods = lump + sum((line.due for line in lines), ZERO)
    priced = sum((back.price for due in dues if due.shipping for back in due.goods), ZERO)
    shipping = order.shipping_fee if priced >= order.goods else ZERO
    return Sum(lines, lump, uncapped, base, shipping, goods + shipping - amount, amount)


def _line(back: _Back, order: Order | None) -> Line:
    """`order`: where what it was given back for comes off."""
    item, due, before = back.item, back.worth, ZERO
    if order is not None:
        due = _left(back, order)
        before = back.worth - due
    pieces = int(back.price / item.unit_price) if item.unit_price else item.quantity
    return Line(item.sku, item.unit_price, pieces, back.price, back.price - back.worth, before, due)


def delay_counts(facts: Facts, clauses: Mapping[str, Clause]) -> bool | None:
    """Whether an order came late enough, and it was complained of soon enough, to be paid for it."""
    if facts.order is None or "L-1" not in clauses:
        return None
    return bool(_late(facts, facts.order, clauses).lump)


def is_lost(facts: Facts, clauses: Mapping[str, Clause]) -> bool | None:
    """Whether a parcel counts as lost."""
    if facts.order is None or "L-2" not in clauses:
        return None
    return facts.order.status != "cancelled" and _missing(facts, facts.order, clauses).whole


def barriers(facts: Facts) -> tuple[str, ...]:
    """The clauses by which a case would be handed over whatever is due."""
    return () if facts.order is None else tuple(_barriers(facts, facts.order, _EVERY))


def facts_of(meaning: Meaning, state: WorldState) -> Facts:
    """The true facts: the author's reading of the mail, and the shop's own records."""
    wanted = next((fact.value for fact in meaning.facts if fact.fact == "order"), None)
    order = next((order for order in state.orders if order.id == wanted), None)
    asks = []
    for number in sorted({fact.ask for fact in meaning.facts if fact.fact == "issue"}):
        own = [fact for fact in meaning.facts if fact.ask == number]
        values = {fact.fact: fact.value for fact in own}
        reported = values.get("reported")
        asks.append(
            Ask(
                issue=cast("Issue", values["issue"]),
                items=tuple((fact.value, fact.quantity) for fact in own if fact.fact == "item"),
                opened=values.get("opened") == "yes",
                reported=date.fromisoformat(reported) if reported else None,
            )
        )
    return Facts(
        order=order,
        asks=tuple(asks),
        sender=state.ticket.sender.email,
        received=state.ticket.received.date(),
        legal=any(fact.fact == "legal" for fact in meaning.facts),
        wants=next((fact.value for fact in meaning.facts if fact.fact == "wants"), "refund"),
        orders_concerned=max(1, len(meaning.orders_concerned)),
    )


def decide(facts: Facts, clauses: Mapping[str, Clause]) -> Decision:
    """What these clauses say of these facts."""
    order = facts.order
    if order is None:
        if facts.orders_concerned > 1 and "H-1" in clauses:
            return Decision("escalate", None, "H-1 H-7")
        return Decision("need_info", None, "I-1")
    dues = [_due(ask, facts, order, clauses) for ask in facts.asks]
    dues = [_kept_only(due, dues, order, clauses) for due in dues]
    amount = _sum(dues, order, clauses)
    desk = [*_barriers(facts, order, clauses), *(due.clause for due in dues if due.desk)]
    if amount > _limit(order, clauses):
        desk.append("H-2")
    if desk:
        return Decision("escalate", order.id, " ".join([*dict.fromkeys(desk), "H-7"]))
    reason = " ".join(dict.fromkeys(due.clause for due in dues if due.clause))
    if amount <= 0:
        return Decision("deny", order.id, reason or "M-4")
    return Decision("refund", order.id, reason, amount, order.currency)


_EVERY = frozenset({"H-1", "I-2", "H-3", "H-4", "H-5", "H-6"})


def _barriers(facts: Facts, order: Order, clauses: Container[str]) -> Iterator[str]:
    known = {address.lower() for address in (order.customer.email, *order.customer.also)}
    holds = {
        "H-1": facts.orders_concerned > 1,
        "I-2": facts.sender.lower() not in known,
        "H-3": order.chargeback == "open",
        "H-4": order.gift,
        "H-5": facts.legal,
        "H-6": any(note.kind == "promise" for note in order.notes)
        or facts.wants in ("replacement", "store_credit"),
    }
    return (id for id, held in holds.items() if held and id in clauses)


def _due(ask: Ask, facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> _Due:
    match ask.issue:
        case "changed_mind":
            due = _returned(ask, facts, order, clauses)
        case "damaged" | "wrong_item":
            due = _broken(ask, facts, order, clauses)
        case "late":
            due = _late(facts, order, clauses)
        case "not_arrived":
            due = _missing(facts, order, clauses)
        case "cancel":
            due = _Due("L-4", whole="L-4" not in clauses or order.status == "processing")
        case "goodwill":
            due = _Due("M-4")
        case "already_paid_back":
            due = _Due("M-3")
    return due


def _broken(ask: Ask, facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> _Due:
    since = _since(ask.reported or facts.received, order.delivered)
    if "D-1" in clauses and since > clauses["D-1"].numbers["report_days"]:
        return _Due("D-2")
    goods = tuple(_Back(item, price, price) for item, price in _prices(ask, order))
    return _Due("D-1", goods=goods, shipping=True)


def _returned(ask: Ask, facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> _Due:
    if order.delivered is None and order.status in ("processing", "shipped") and "L-4" in clauses:
        return _Due("L-4", whole=not ask.items and order.status == "processing")
    days = _since(facts.received, order.delivered)
    goods: list[_Back] = []
    reasons: list[str] = []
    for item, price in _prices(ask, order):
        reason, worth = "R-1", price
        if item.final_sale and "R-3" in clauses:
            reason, worth = "R-3", ZERO
        elif item.category == "electronics" and ask.opened and "R-2" in clauses:
            fee = _fee(price, clauses)
            reason, worth = "R-2", price - fee if days <= clauses["R-2"].numbers["opened_days"] else ZERO
        elif "R-1" in clauses and days > clauses["R-1"].numbers["window_days"]:
            worth = ZERO
        reasons.append(reason)
        if worth:
            goods.append(_Back(item, price, worth))
    shipping = "M-2" not in clauses or days <= clauses["M-2"].numbers["shipping_days"]
    return _Due(" ".join(dict.fromkeys(reasons)), goods=tuple(goods), shipping=shipping)


def restocking_fee(ask: Ask, order: Order, clauses: Mapping[str, Clause]) -> Decimal:
    """What is kept of the price of opened electronics that go back."""
    if ask.issue != "changed_mind" or not ask.opened or "R-2" not in clauses:
        return ZERO
    prices = ((item, price) for item, price in _prices(ask, order) if item.category == "electronics")
    return sum((_fee(price, clauses) for item, price in prices if not item.final_sale), ZERO)


def _fee(price: Decimal, clauses: Mapping[str, Clause]) -> Decimal:
    return _cents(price * clauses["R-2"].numbers["restocking_percent"] / 100)


def _late(facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> _Due:
    if "L-1" not in clauses:
        return _Due("L-1", lump=order.shipping_fee)
    numbers = clauses["L-1"].numbers
    delay = _since(order.delivered, order.promised) if order.delivered else 0
    claimed = _since(facts.received, order.delivered)
    paid = any(past.reason == "late_delivery" for past in order.refunds)
    if delay <= numbers["late_days"] or claimed > numbers["late_claim_days"] or paid:
        return _Due("L-1")
    return _Due("L-1", lump=_cents(order.goods * numbers["late_percent"] / 100))


def _kept_only(due: _Due, dues: list[_Due], order: Order, clauses: Mapping[str, Clause]) -> _Due:
    """Late compensation counts only the goods that the customer keeps, and has a cap."""
    if due.clause != "L-1" or not due.lump or "L-1" not in clauses:
        return due
    numbers = clauses["L-1"].numbers
    kept = _kept(dues, order)
    cap = Decimal(numbers["late_cap_pln" if order.currency == "PLN" else "late_cap"])
    return replace(due, lump=min(_cents(kept * numbers["late_percent"] / 100), cap))


def _kept(dues: list[_Due], order: Order) -> Decimal:
    """What was paid for the goods that do not go back."""
    back = sum((past.amount for past in order.refunds if past.sku), ZERO)
    back += sum((one.price for other in dues for one in other.goods), ZERO)
    return max(order.goods - back, ZERO)


def _missing(facts: Facts, order: Order, clauses: Mapping[str, Clause]) -> _Due:
    if order.delivered is not None:
        return _Due("L-3", desk=True) if "L-3" in clauses else _Due("L-3", whole=True)
    if order.status == "processing":
        return _Due("L-2")
    days = _since(facts.received, order.promised)
    if "L-2" in clauses and days < clauses["L-2"].numbers["lost_days"]:
        return _Due("L-2")
    return _Due("L-2", whole=True)


def _sum(dues: list[_Due], order: Order, clauses: Mapping[str, Clause]) -> Decimal:
    before = sum((past.amount for past in order.refunds), ZERO)
    left = order.total - before if "M-3" in clauses else order.total
    if any(due.whole for due in dues):
        return left
    amount = ZERO
    for due in dues:
        amount += due.lump
        for back in due.goods:
            amount += _left(back, order) if "M-3" in clauses else max(back.worth, ZERO)
    priced = sum((back.price for due in dues if due.shipping for back in due.goods), ZERO)
    if priced >= order.goods:
        amount += order.shipping_fee
    return min(amount, left)


def _left(back: _Back, order: Order) -> Decimal:
    """What is due for an item after what it was given back for, which other pieces of it take up first."""
    gone = sum((past.amount for past in order.refunds if past.sku == back.item.sku), ZERO)
    others = back.item.unit_price * back.item.quantity - back.price
    return max(back.worth - max(gone - others, ZERO), ZERO)


_ALL = Ask("cancel")


def _prices(ask: Ask, order: Order) -> Iterator[tuple[Item, Decimal]]:
    asked = dict(ask.items) or {item.sku: None for item in order.items}
    for item in order.items:
        if item.sku in asked:
            pieces = asked[item.sku]
            yield item, item.unit_price * (item.quantity if pieces is None else min(pieces, item.quantity))


def _limit(order: Order, clauses: Mapping[str, Clause]) -> Decimal:
    if "H-2" not in clauses:
        return Decimal("Infinity")
    return Decimal(clauses["H-2"].numbers["limit_pln" if order.currency == "PLN" else "limit"])


def _since(day: date, before: date | None) -> int:
    """Whole days between; nought where the parcel has not arrived."""
    return (day - before).days if before is not None else 0


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
