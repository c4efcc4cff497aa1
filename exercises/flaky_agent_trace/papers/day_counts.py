"""Days that the program has counted and says: the model takes them as they are."""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.blobs import blobs, pairs
from harness.simulation.reading.context import Context
from harness.simulation.reading.values import canonical

Json = Any
_COUNTED = re.compile(
    r"(?:days|delay)[\w ]{0,30}[\"'`*|]{0,3}\s{0,3}[:=|]\s{0,3}[\"'`*]{0,3}-?\d", re.IGNORECASE
)


def day_counts(context: Context) -> dict[str, float]:
    """`days` and `delay`, as far as the program has counted them."""
    found: dict[str, float] = {}
    for piece in context.of("system", "user", "result"):
        if not _COUNTED.search(piece.folded.plain):
            continue
        entries = [(pair.key, pair.value) for pair in pairs(piece.text)]
        for blob in blobs(piece.text):
            if isinstance(blob.value, dict):
                entries += [(key, item) for key, item in _leaves(blob.value)]
        for key, item in entries:
            if {"days", "delay"} & set(words_of(key)):
                slot = vocabulary().ontology.slot_of(key)
                slot = _SAME.get(str(slot), slot)
                counted = _A_NUMBER.search(str(item))
                value = canonical(counted[1], "number") if counted is not None else None
                if slot in {"days", "delay"} and value is not None:
                    found[slot] = value
    return found


_SAME = {"days_overdue": "delay", "days_counted": "days"}
_A_NUMBER = re.compile(r"(?:^|=)\s{0,3}(-?\d{1,4}(?:[.,]\d{1,2})?)(?:\s{0,2}[^\W\d]{1,12}\.?){0,4}\s*$")
"""`9`, `9 days`, and what comes of `2 May to 11 May = 9`; a date is none."""


def _leaves(value: dict[str, Json], depth: int = 0) -> list[tuple[str, Json]]:
    found: list[tuple[str, Json]] = []
    for key, item in value.items():
        if isinstance(item, dict) and depth < 4:
            found += _leaves(item, depth + 1)
        elif not isinstance(item, dict | list):
            found.append((key, item))
    return found
