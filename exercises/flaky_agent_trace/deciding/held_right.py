"""What a critic holds right that has looked at a proposal: its own view of the case, what is proposed, or a
misreading that speaks against what is proposed.

All of a verdict comes from this one view: the sum that it names, the decision, each check, the objection. Who
lets a wrong proposal pass has found it in the case; who objects to a right one has counted a day too many,
or passed over a clause, and decides by that.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import Ask, Decision, Facts, decide, reckon
from harness.simulation.noise import Noise
from harness.simulation.reading.values import Money

from .grounds import for_refund, picked
from .judgement import Resolution, due_all_the_same
from .perception import days_stated

_SLIPS = (1, 2, 3)
"""By so many days a count goes wrong where it speaks against a refund."""
_FAR = (*_SLIPS, 5, 8, 14)
_PASSED_OVER = ("M-3", "R-2", "M-2")
"""Clauses that change a sum, of which one is easily forgotten."""


def as_proposed(mind: Mind, own: Resolution, said: dict[str, Any]) -> Resolution:
    """What is proposed, held right: with the slip by which one comes to it, where there is one."""
    action = str(said.get("action") or own.action)
    order = said.get("order_id") or own.order_id
    paid = said.get("amount")
    amount = Decimal(paid.cents) / 100 if isinstance(paid, Money) else None
    if action != "refund":
        amount = None
    elif amount is None:
        amount = own.amount if own.action == "refund" else due_all_the_same(mind, own.belief)
    unit = own.currency or (own.facts.order.currency if own.facts and own.facts.order else None)
    unit = (paid.currency if isinstance(paid, Money) else None) or unit
    if order == own.order_id:
        for facts, kept, other in _slips(own, _FAR, tuple(own.kept)):
            if (other.action, other.amount) == (action, amount):
                return _by(own, facts, kept, other)
    why = own.reason if action == own.action else _stated(said, action) or _usual(own, action)
    return replace(own, action=action, order_id=order, amount=amount, currency=unit, reason=why, slipped=True)


def _stated(said: dict[str, Any], action: str) -> str:
    """The clauses that a proposal names for itself, where such clauses can bear it out."""
    named = re.findall(r"\b[A-Z]-\d{1,2}\b", str(said.get("clauses") or said.get("reason") or ""))
    if action == "escalate":
        return " ".join(id for id in named if id[0] in "HIL")
    return " ".join(id for id in named if id[0] not in "HI")


def _usual(own: Resolution, action: str) -> str:
    facts = own.facts or own.belief.facts
    return {"refund": for_refund(facts), "need_info": "I-1"}.get(action, "doubt")


def against(mind: Mind, own: Resolution, noise: Noise) -> Resolution | None:
    """A misreading that speaks against a refund which is due; `None` where this case offers none.

    Only what the case makes likely: a deadline near enough to be missed by a miscount, a fee that may be
    forgotten or taken off, a rule for other kinds of requests that the item would fall under.
    """
    if own.facts is None or own.action != "refund" or own.amount is None:
        return None
    by_days = _SLIPS if days_stated(mind, mind.orders.get(own.order_id or "")) is None else ()
    found = [
        _by(own, facts, kept, other)
        for facts, kept, other in _slips(own, by_days, _PASSED_OVER)
        if (other.action, other.amount) != (own.action, own.amount)
        and (other.action == "deny" or (other.action == "refund" and other.amount))
    ]
    found += [replace(own, amount=amount, slipped=True) for amount in _other_sums(own)]
    return found[picked(mind, noise, len(found), "a false alarm")] if found else None


def _by(own: Resolution, facts: Facts, kept: dict[str, Clause], found: Decision) -> Resolution:
    belief = replace(own.belief, facts=replace(facts, received=own.belief.facts.received))
    return Resolution(
        found.action, found.order, found.amount, found.currency, found.reason, belief, True, facts, kept
    )  # fmt: skip


def _slips(
    own: Resolution, days: tuple[int, ...], clauses: tuple[str, ...]
) -> Iterator[tuple[Facts, dict[str, Clause], Decision]]:
    """The case as one has it who misreads one thing of it, and what comes of that."""
    facts, kept = own.facts, dict(own.kept)
    if facts is None or facts.order is None:
        return
    for id in clauses:
        if id in kept:
            less = {other: clause for other, clause in kept.items() if other != id}
            yield facts, less, decide(facts, less)
    shifts = [dt.timedelta(sign * many) for many in days for sign in (1, -1)]
    others = [replace(facts, received=facts.received + shift) for shift in shifts]
    others += [replace(facts, asks=asks) for asks in _misread(facts)]
    for other in others:
        yield other, kept, decide(other, kept)


def _misread(facts: Facts) -> Iterator[tuple[Ask, ...]]:
    """The requests with one of them taken for another kind, where the item makes that likely."""
    order = facts.order
    assert order is not None
    for at, ask in enumerate(facts.asks):
        wanted = {sku for sku, _ in ask.items}
        items = [item for item in order.items if item.sku in wanted or not wanted]
        others = []
        if ask.issue in {"damaged", "wrong_item"} and any(item.final_sale for item in items):
            others.append(replace(ask, issue="changed_mind"))
        if ask.issue == "changed_mind" and any(item.category == "electronics" for item in items):
            others.append(replace(ask, opened=not ask.opened))
        if ask.issue == "changed_mind" and len(items) == 1 and ask.items and items[0].quantity > 1:
            pieces = ask.items[0][1] or items[0].quantity
            others.append(replace(ask, items=((items[0].sku, 1 if pieces > 1 else items[0].quantity),)))
        for other in others:
            yield (*facts.asks[:at], other, *facts.asks[at + 1 :])


def _other_sums(own: Resolution) -> Iterator[Decimal]:
    """The sum with the shipping fee that does not go back, or without the one that does."""
    order = own.facts.order if own.facts is not None else None
    way = reckon(own.facts, own.kept) if own.facts is not None else None
    if order is None or way is None or own.amount is None or not order.shipping_fee:
        return
    amount = own.amount - way.shipping if way.shipping else own.amount + order.shipping_fee
    if 0 < amount <= order.total:
        yield amount
