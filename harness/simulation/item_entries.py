"""Lists that are known by their entries: things by number and how many of each, requests by their sort."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.simulation.defined import is_choice, meant
from harness.simulation.slots import Ontology, words_of
from harness.simulation.text import fold
from harness.simulation.typed import type_of

Json = Any
_NUMBERS = frozenset({"number", "integer"})
_FEWEST = 2
_MOST = 3
"""Fields of an entry that says no more than that."""


def items_in(
    ontology: Ontology, entries: Mapping[str, Mapping[str, Json]]
) -> tuple[str, dict[str, str]] | None:
    """The list, and each field of its entries with what it means; `None` where it is another one."""
    numbers = [key for key, part in entries.items() if type_of(part) in _NUMBERS]
    if not 1 < len(entries) <= _MOST or len(numbers) != 1:
        return None
    for slot, spec in ontology.slots.items():
        counted = next((part for part in spec.parts if ontology.slots[part].kind == "number"), None)
        keys = [key for key, part in entries.items() if spec.keyed and _keys(ontology, slot, key, part)]
        own = ontology.part_of(slot, numbers[0]) or ontology.slot_of(numbers[0], held="number")
        if counted is not None and len(keys) == 1 and own in {None, counted}:
            return slot, {keys[0]: spec.keyed, numbers[0]: counted}
    return None


def sorted_in(ontology: Ontology, entries: Mapping[str, Mapping[str, Json]]) -> str | None:
    """The list whose entries are sorted by what options of a choice in them are said to mean."""
    keyed = {spec.keyed for spec in ontology.slots.values() if spec.kind == "list" and spec.keyed}
    if any(ontology.slot_of(key) in keyed for key in entries):
        return None  # of what these are is known
    groups = [
        {one.group for one in said}
        for part in entries.values() if is_choice(part)
        for said in meant(ontology.predicates, part).values()
    ]  # fmt: skip
    counted = (
        (slot, sum(spec.sorts in group for group in groups))
        for slot, spec in ontology.slots.items()
        if spec.sorts
    )
    return next((slot for slot, count in counted if count >= _FEWEST), None)


def _keys(ontology: Ontology, slot: str, key: str, part: Mapping[str, Json]) -> bool:
    """Whether a field is the number by which a list's entries are known: by name, or as it is described."""
    keyed = ontology.slots[slot].keyed
    if type_of(part) != "string" or part.get("enum"):
        return False
    if keyed in {ontology.part_of(slot, key), ontology.slot_of(key)}:
        return True
    said = f" {' '.join(fold(str(part.get('description') or '')).words)} "
    names = (" ".join(words_of(name)) for name in (keyed, *ontology.slots[keyed].aliases))
    return any(f" {name} " in said for name in names)
