"""What of the mail a model rests a value on, as it reads it: a quotation never shows what was overlooked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from exercises.flaky_agent_trace.deciding.perception import Belief, true_order
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import FACTS, in_context, quotes

_STATES = {"yes": True, "no": False}
_GOODS = frozenset({"damaged", "wrong_item", "changed_mind"})


def read_off(mind: Mind, belief: Belief, slot: str, value: Any) -> tuple[str, ...]:
    """The words that bear out the value of a slot; of a misreading those that misled, or none."""
    fact = FACTS.get(slot)
    if fact is None or (fact == "injection" and belief.obeys) or value in ("", [], ()):
        return ()
    if fact == "opened":
        return _opened(mind, belief, value)
    if fact == "legal" and not belief.facts.legal:
        return ()
    taken = tuple(_misled_by(mind, belief, fact))
    return taken or seen(mind, belief, in_context(mind, fact), quotes(mind, fact))


def seen(mind: Mind, belief: Belief, *found: Iterable[str]) -> tuple[str, ...]:
    """The first of these quotations that show nothing that was overlooked."""
    missed = overlooked(mind, belief)
    for spans in found:
        if kept := tuple(span for span in spans if not any(one in span for one in missed)):
            return kept
    return ()


def overlooked(mind: Mind, belief: Belief) -> tuple[str, ...]:
    """The words of the mail that this reading goes against."""
    asks, facts = belief.facts.asks, mind.mail.facts
    missed: list[str] = []
    states = {ask.opened for ask in asks}
    right = true_order(mind)
    for fact in facts:
        own = asks[fact.ask] if fact.ask < len(asks) else None
        pieces = dict(own.items).get(fact.value, fact.quantity) if own is not None else fact.quantity
        match fact.fact:
            case "opened" if asks and _STATES.get(fact.value) not in states:
                missed += fact.spans
            case "item" if own is not None and own.items and pieces != fact.quantity:
                missed += fact.spans
            case "legal" if not belief.facts.legal:
                missed += fact.spans
            case "order" if right is not None and belief.order_id not in {None, fact.value}:
                missed += fact.spans
    return tuple(missed)


def _opened(mind: Mind, belief: Belief, value: Any) -> tuple[str, ...]:
    """What is said of a thing's state; where none is, the fault that nobody sees without unpacking it."""
    read = next((ask.opened for ask in belief.facts.asks if ask.opened is not None), None)
    said = [
        span
        for fact in mind.mail.facts
        if fact.fact == "opened" and _STATES.get(fact.value) is read
        for span in fact.spans
    ]
    if said:
        whole = in_context(mind, "opened")
        return tuple(one for one in whole if any(span in one for span in said)) or tuple(said)
    goods = any(ask.issue in _GOODS for ask in belief.facts.asks)
    unpacked = read is True or (read is None and value in (True, "yes", "opened"))
    return seen(mind, belief, in_context(mind, "issue"), quotes(mind)) if unpacked and goods else ()


def _misled_by(mind: Mind, belief: Belief, fact: str) -> Iterator[str]:
    """The words that were taken for the fact."""
    asks = belief.facts.asks
    misread: dict[str, AbstractSet[object]] = {
        "issue": {ask.issue for ask in asks} - {*mind.mail.values("issue")},
        "item": {sku for ask in asks for sku, _ in ask.items} - {*mind.mail.values("item")},
        "order": {belief.order_id} - {*mind.mail.values("order"), None},
    }
    for decoy in mind.mail.decoys:
        if decoy.fact == fact and decoy.value in misread.get(fact, set()):
            yield from decoy.spans
