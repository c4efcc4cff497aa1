"""Values as a text has them: sums with two decimals, yes and no, lists with commas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.simulation.filling.schema import Filling
from harness.simulation.meaning.slots import Ontology

Json = Any


def in_words(ontology: Ontology) -> Callable[[str, Json], str]:
    """What a field's value is in words; empty where it says nothing."""
    filling = Filling(ontology, {})

    def text(key: str, item: Json) -> str:
        slot = filling.slot(key, {})
        money = slot is not None and ontology.slots[slot].kind == "money"
        if money and isinstance(item, float):
            return f"{item:.2f}"
        if isinstance(item, float) and item.is_integer():
            return str(int(item))
        if isinstance(item, list):
            return ", ".join(filter(None, (text(key, part) for part in item)))
        if isinstance(item, dict):
            return ", ".join(filter(None, (text(part, inner) for part, inner in item.items())))
        return ("yes" if item else "no") if isinstance(item, bool) else "" if item is None else str(item)

    return text
