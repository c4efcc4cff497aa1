"""What a field is by more than one slot's name: a list by its entries, a yes or no about several values."""

from __future__ import annotations

import re

from harness.simulation.slots import Ontology, words_of


def list_of(ontology: Ontology, names: tuple[str, ...], judged: tuple[str, ...]) -> str | None:
    """The list whose entries have these fields, by what keys them. `judged`: those of numbers or flags."""
    for slot, spec in ontology.slots.items():
        if not spec.keyed:
            continue
        keys = [n for n in names if spec.keyed in {ontology.part_of(slot, n), ontology.slot_of(n)}]
        if keys and any(ontology.part_of(slot, name) for name in judged):
            return slot
    return None


def either_of(ontology: Ontology, name: str) -> tuple[str, frozenset[str]] | None:
    """For a yes-or-no field that names several values of a word slot: `wants_refund_or_credit`."""
    ways = re.split(r"(?:^|_)or_", "_".join(words_of(name)))
    found = [said for way in ways if (said := ontology.flag_of(way)) is not None]
    slots = {slot for slot, _ in found}
    whole = len(ways) > 1 and len(found) == len(ways) and len(slots) == 1
    return (slots.pop(), frozenset(value for _, value in found)) if whole else None


def knows(ontology: Ontology, name: str) -> bool:
    """Whether a key without a type means something, be it only as a yes or no."""
    return ontology.slot_of(name) is not None or bool(ontology.flag_of(name) or either_of(ontology, name))
