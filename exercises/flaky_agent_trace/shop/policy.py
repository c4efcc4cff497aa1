"""What the handbook makes of a case: pure reasoning over facts and the clauses that are at hand.

A clause that isn't at hand doesn't bind: without R-3 a final sale item is taken back, without H-2 any
sum is paid. That is how an agent errs whose context has lost the policy.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, cast

from .dues import (
    ALL,
    CENT,
    ZERO,
    Ask,
    Back,
    Due,
    Facts,
    due_of,
    held,
    kept_goods,
    kept_only,
    late_by,
    missing,
    of_sum,
    prices_of,
    restocking_fee,
    rules_in,
    to_cents,
)
from .handbook import Clause
from .records import Issue, Meaning, Order, WorldState

__all__ = [
    "CENT", "ZERO", "Action", "Ask", "Decision", "Facts", "Line", "Sum", "barriers", "decide", "delay_counts",
    "facts_of", "is_lost", "reckon", "restocking_fee",
]  # fmt: skip

Action = Literal["refund", "deny", "escalate", "need_info"]


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
    order, clauses = facts.order, _by_effect(clauses)
    if order is None:
        return None
    dues = [due_of(ask, facts, order, clauses) for ask in facts.asks]
    dues = [kept_only(due, dues, order, clauses) for due in dues]
    amount = _sum(dues, order, clauses)
    before = sum((past.amount for past in order.refunds), ZERO)
    if any(due.whole for due in dues):
        lines = tuple(_line(Back(item, price, price), None) for item, price in prices_of(ALL, order))
        off = before if "M-3" in clauses else ZERO
        return Sum(lines, shipping=order.shipping_fee, less=off, amount=amount)
    ruled = None if "M-3" not in clauses else order
    lines = tuple(_line(back, ruled) for due in dues for back in due.goods)
    lump, base = sum((due.lump for due in dues), ZERO), ZERO
    uncapped = lump
    if lump and "L-1" in clauses and all(due.clause in {"L-1", ""} for due in dues if due.lump):
        loose = [due_of(ask, facts, order, clauses) for ask in facts.asks]
        percent = clauses["L-1"].numbers.get("late_percent", 0)
        base = kept_goods(loose, order)
        uncapped = to_cents(base * percent / 100) if "late_flat_cents" not in clauses["L-1"].numbers else lump
    goods = lump + sum((line.due for line in lines), ZERO)
    priced = sum((back.price for due in dues if due.shipping for back in due.goods), ZERO)
    shipping = order.shipping_fee if priced >= order.goods else ZERO
    return Sum(lines, lump, uncapped, base, shipping, goods + shipping - amount, amount)


def _line(back: Back, order: Order | None) -> Line:
    """`order`: where what it was given back for comes off."""
    item, due, before = back.item, back.worth, ZERO
    if order is not None:
        due = _left(back, order)
        before = back.worth - due
    pieces = int(back.price / item.unit_price) if item.unit_price else item.quantity
    return Line(item.sku, item.unit_price, pieces, back.price, back.price - back.worth, before, due)


def delay_counts(facts: Facts, clauses: Mapping[str, Clause]) -> bool | None:
    """Whether an order came late enough, and it was complained of soon enough, to be paid for it."""
    clauses = _by_effect(clauses)
    if facts.order is None or "L-1" not in clauses:
        return None
    return bool(late_by(facts, facts.order, clauses).lump)


def is_lost(facts: Facts, clauses: Mapping[str, Clause]) -> bool | None:
    """Whether a parcel counts as lost."""
    clauses = _by_effect(clauses)
    if facts.order is None or "L-2" not in clauses:
        return None
    return facts.order.status != "cancelled" and missing(facts, facts.order, clauses).whole


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


def _by_sum(
    facts: Facts, order: Order, clauses: Mapping[str, Clause], amount: Decimal
) -> Iterator[tuple[str, str]]:
    """The rules on the sum that is due, and what they do."""
    for id, rule in rules_in(clauses):
        meant = rule.sum_of == "due" and amount and of_sum(rule, amount)
        if meant and any(held(rule, ask, facts, order) for ask in facts.asks):
            yield id, rule.effect


def _by_effect(clauses: Mapping[str, Clause]) -> Mapping[str, Clause]:
    """The clauses by id; of those that say something else than they did, nothing but that holds."""
    return {f"{id} anew" if clause.own else id: clause for id, clause in clauses.items()}


def decide(facts: Facts, clauses: Mapping[str, Clause]) -> Decision:
    """What these clauses say of these facts."""
    order, clauses = facts.order, _by_effect(clauses)
    if order is None:
        if facts.orders_concerned > 1 and "H-1" in clauses:
            return Decision("escalate", None, "H-1 H-7")
        return Decision("need_info", None, "I-1")
    dues = [due_of(ask, facts, order, clauses) for ask in facts.asks]
    dues = [kept_only(due, dues, order, clauses) for due in dues]
    amount = _sum(dues, order, clauses)
    desk = [*_barriers(facts, order, clauses), *(due.clause for due in dues if due.desk)]
    if amount > _limit(order, clauses):
        desk.append("H-2")
    by_sum = [*_by_sum(facts, order, clauses, amount)]
    desk += [id for id, effect in by_sum if effect == "desk"]
    if desk:
        return Decision("escalate", order.id, " ".join([*dict.fromkeys(desk), "H-7"]))
    refused = [id for id, effect in by_sum if effect == "refuse"]
    reason = " ".join(refused or dict.fromkeys(due.clause for due in dues if due.clause))
    if amount <= 0 or refused:
        return Decision("deny", order.id, reason or "M-4")
    if asks := [due.clause for due in dues if due.asks]:
        return Decision("need_info", order.id, " ".join(asks))
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


def _sum(dues: list[Due], order: Order, clauses: Mapping[str, Clause]) -> Decimal:
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
    amount = max(amount - sum((due.off for due in dues), ZERO), ZERO)
    return min(amount, left)


def _left(back: Back, order: Order) -> Decimal:
    """What is due for an item after what it was given back for, which other pieces of it take up first."""
    gone = sum((past.amount for past in order.refunds if past.sku == back.item.sku), ZERO)
    others = back.item.unit_price * back.item.quantity - back.price
    return max(back.worth - max(gone - others, ZERO), ZERO)


def _limit(order: Order, clauses: Mapping[str, Clause]) -> Decimal:
    if "H-2" not in clauses:
        return Decimal("Infinity")
    limit = clauses["H-2"].numbers.get("limit_pln" if order.currency == "PLN" else "limit")
    return Decimal("Infinity" if limit is None else limit)
