"""Choices whose options say more than a slot's value does: of goods given back that somebody moves house."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.offering import TOLD
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_OTHER = frozenset(
    {"other", "others", "misc", "miscellaneous", "else", "sonstiges", "autre", "otro", "anders", "inne"}
)


@lru_cache(maxsize=256)
def closer(ontology: Ontology, slot: str) -> str | None:
    """The slot that says another's value more closely."""
    return next((name for name, spec in ontology.slots.items() if spec.refines == slot), None)


def coarser(ontology: Ontology, slot: str | None) -> str | None:
    """The slot that a field asks for, where its options rather fit one that only says more of it."""
    return slot if slot is None else ontology.slots[slot].refines or slot


def refined(ontology: Ontology, slot: str, schema: Mapping[str, Json], belief: Belief) -> Json:
    """The option that says what is known more closely than the slot's value; `None` where none does.

    Where that is known and no option has it, the one that says just the value, and no other closer one,
    else the one for the rest.
    """
    fine = closer(ontology, slot)
    options = [option for option in schema.get("enum") or () if option is not None]
    if fine is None or len(options) < _FEWEST or schema.get(TOLD, {}).get("means"):
        return None
    known = belief(fine) or []
    told = {str(option): ontology.value_of(fine, str(option)) for option in options}
    for value in known:
        if (said := next((option for option in options if told[str(option)] == value), None)) is not None:
            return said
    if not known:
        return None
    own = belief(slot)
    plain = [o for o in options if told[str(o)] is None and ontology.value_of(slot, str(o)) == own]
    rest = [o for o in options if _OTHER & {*words_of(str(o))}]
    return next(iter((*plain, *rest)), None)


_FEWEST = 2


def open_ones(ontology: Ontology, slot: str, options: list[str]) -> list[str]:
    """Of options that say no value of a slot those that say nothing more closely either."""
    fine = closer(ontology, slot)
    return [option for option in options if fine is None or ontology.value_of(fine, option) is None]
