"""Options that say the same and differ in a sum: `refund 84.95 EUR`, `refund 72.21 EUR`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.simulation.meaning.slots import Ontology
from harness.simulation.reading.values import Money, sums

Json = Any
_SUM = "amount"


def priced(
    ontology: Ontology, slot: str, answer: Json, schema: Mapping[str, Json], belief: Callable[[str], Any]
) -> tuple[Json, bool]:
    """The option whose sum is the one believed, of those that mean what the answer does; whether one is."""
    options = [option for option in schema.get("enum") or () if isinstance(option, str)]
    if (
        answer not in options
        or slot not in ontology.slots
        or ontology.slots[slot].kind != "word"
        or _SUM not in ontology.slots
    ):
        return answer, True
    meant, due = ontology.value_of(slot, answer), _due(belief)
    alike = {one: _cents(one) for one in options if meant and ontology.value_of(slot, one) == meant}
    if alike.get(answer) is None or due is None:
        return answer, True
    fits = next((one for one, cents in alike.items() if cents == due), None)
    bare = next((one for one, cents in alike.items() if cents is None), None)
    return (fits or bare or answer), bool(fits or bare)


def _due(belief: Callable[[str], Any]) -> int | None:
    due = belief(_SUM)
    return due.cents if isinstance(due, Money) else None


def _cents(option: str) -> int | None:
    """The one sum that an option names."""
    found = {one.value.cents for one in sums(option)}
    return found.pop() if len(found) == 1 else None
