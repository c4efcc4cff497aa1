"""When what a mail says is not sure although something of it is understood: nobody should act on that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from exercises.flaky_agent_trace.shop.records import Fact
from harness.simulation.reading.text import fold, stem

from .amending import Shown, Ware, Wares, states
from .pieces import some
from .sentences import Says


def doubtful(
    facts: Iterable[Fact], said: list[Says], meant: Iterable[str], shown: Shown, wares: Wares
) -> bool:
    """Whether a mail may well ask for something else than its facts. `meant`: their orders."""
    facts, meant = list(facts), [*meant]
    names = {sku: name for items in shown.values() for sku, name in items.items()}
    issues = {fact.value for fact in facts if fact.fact == "issue"}
    return (
        any(_so_many(fact, said, names, wares) for fact in facts)
        or (issues == {"changed_mind"} and _in_any_state(facts, said, meant, shown, wares))
        or _unheard(issues, said)
        or _elsewhere(facts, said, meant, shown)
    )


def _so_many(fact: Fact, said: list[Says], names: Mapping[str, str], wares: Wares) -> bool:
    """Whether it stays open how many pieces of an article are meant."""
    ware = wares.get(fact.value, Ware()) if fact.fact == "item" else Ware()
    if ware.pieces == 1 or fact.quantity is not None or any(one.every and one.issue for one in said):
        return False
    first = next((at for at, one in enumerate(said) if fact.value in one.items), 0)
    called = frozenset(stem(word) for word in fold(names.get(fact.value, "")).words)
    about = (one for one in said[first:] if not one.settled and (not one.items or fact.value in one.items))
    return any(some(one.text, ware.pieces, called) for one in about)


def _in_any_state(facts: list[Fact], said: list[Says], meant: list[str], shown: Shown, wares: Wares) -> bool:
    """Whether it matters if a thing was used, and the mail says both, or tells of it in strange words."""
    named = {fact.value for fact in facts if fact.fact == "item"}
    goods = named or {sku for id in meant for sku in shown.get(id, ())}
    for sku in (sku for sku in goods if wares.get(sku, Ware()).electronic):
        told = {one.opened for one in states(sku, said)}
        strange = any(
            sku in one.items and not one.stays and (not _plain(one) or _KNOWS.search(one.text))
            for one in said
        )
        if len(told) > 1 or (not told and strange):
            return True
    return False


_KNOWS = re.compile(
    r"\b(?:too (?:loud|noisy|bright|dim|hot|weak|strong|slow|complicated|fiddly|quiet)|loud|noisy|hums?"
    r"|sounds?|get on with"
    r"|disappoint\w*|(?:i|we)(?:['’]d)? expected|had (?:it|them|the)|smells?|headache|laut\w*|hell"
    r"|enttäusch\w*|bruyant\w*|déçu\w*"
    r"|ruidos\w+|decepci\w+|lawaai\w*|luid|teleurgesteld|głośn\w*|rozczarowa\w*)\b",
    re.IGNORECASE,
)
"""Says what only somebody knows who has tried it."""


def _plain(one: Says) -> bool:
    """Whether a sentence is understood, or too short to say anything besides."""
    return bool(one.issue or one.wants or one.money or one.orders) or len(fold(one.text).words) < _FEW


_FEW = 5


def _unheard(issues: set[str], said: list[Says]) -> bool:
    """Whether something is complained of that the facts do not have."""
    if any(one.retracts for one in said):
        return False
    if any(one.issue in _GRAVE and one.issue not in issues for one in said):
        return True
    faults = [one for one in said if one.issue in _FAULTS]
    if not faults or faults[0].items or faults[0].whole:
        return False
    named = any(one.items for one in said[: said.index(faults[0])])
    return not named and any(one.items for one in faults)


_FAULTS = frozenset({"damaged", "wrong_item"})


_GRAVE = frozenset({"damaged", "wrong_item", "not_arrived", "cancel", "late"})


def _elsewhere(facts: list[Fact], said: list[Says], meant: list[str], shown: Shown) -> bool:
    """Whether the mail asks for what is in another order, or names another one, who knows why."""
    if len(meant) != 1:
        return False
    asked = list(_asked(said))
    own = shown.get(meant[0], {})
    named = {id for one in asked for id in one.orders if id in shown}
    others = {sku for one in asked for sku in one.items if sku not in own}
    goods = {fact.value for fact in facts if fact.fact == "item"}
    return bool(named - {*meant}) or bool(others and not goods)


def _asked(said: list[Says]) -> Iterator[Says]:
    return (one for one in said if not (one.stays or one.settled))
