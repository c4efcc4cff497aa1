"""What a program gives as facts in JSON besides mail and orders: a note for colleagues tells that too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.blobs import blobs

Json = Any
_TELLING = frozenset(
    [
        "decision", "outcome", "action", "verdict", "clause", "clauses", "rule", "basis", "reason", "why",
        "grounds", "handover", "deadline", "due", "priority", "urgency", "amount", "sum", "risk", "next",
        "assignee", "queue", "complaint", "issue", "problem", "wish", "wants", "paid", "promised",
    ]
)  # fmt: skip
"""Words of the keys that a note is to tell; what an order's record has stands in the order."""
_RECORDS = frozenset({"sku", "items", "shipping_fee", "unit_price", "body", "text", "subject"})
"""Keys of an order and of a mail."""
_LONGEST = 160


def facts_given(mind: Mind, told: str) -> str:
    """Those of which the note says nothing yet, in a sentence; empty where there are none."""
    plain = told.casefold()
    found = dict.fromkeys(
        f"{' '.join(words_of(key))}: {value}"
        for piece in mind.context.of("user")
        for blob in blobs(piece.text)
        for key, value in _leaves(blob.value)
        if {*words_of(key)} & _TELLING and value.casefold() not in plain
    )
    return f"Given besides: {'; '.join(found)}." if found else ""


def _leaves(value: Json) -> Iterator[tuple[str, str]]:
    """The plain values of an object that is no record of an order and no mail, with their keys."""
    if not isinstance(value, dict) or _RECORDS & {*value}:
        return
    for key, part in value.items():
        if isinstance(part, dict):
            yield from _leaves(part)
        elif isinstance(part, list) and part and all(isinstance(one, str) for one in part):
            yield key, ", ".join(part)
        elif _plain(part):
            yield key, str(part)


def _plain(part: Json) -> bool:
    """Whether a value is a short text or a number."""
    known = isinstance(part, str | int | float) and not isinstance(part, bool)
    return known and 0 < len(str(part).strip()) <= _LONGEST
