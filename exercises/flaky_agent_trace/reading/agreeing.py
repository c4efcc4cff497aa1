"""Yes or nos of a program's own on whether a letter agrees with what it is held against."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.reviewing import asks_for_review
from harness.simulation.filling.defined import spoken_of
from harness.simulation.filling.typed import type_of

Json = Any
_AGREE = {
    "same_outcome": "action_ok", "same_sum": "amount_ok", "promises_more": "overpromises",
    "other_outcome": "outcome_differs", "other_sum": "sum_differs",
}  # fmt: skip
_OF_LETTER = re.compile(r"\b(?:drafts?|letters?|repl(?:y|ies)|proposals?)\b", re.IGNORECASE)


def agreement(name: str, described: str, told: str) -> str:
    """The slot of a yes or no on whether what is judged agrees with what it is held against; else empty."""
    about = spoken_of(vocabulary().ontology.predicates, name, described)
    known = [_AGREE.get(one, "") for one in about]
    judges = bool(_OF_LETTER.search(described)) or asks_for_review(told)
    return known[0] if len(known) == 1 and judges else ""


def agreements(schema: Json, told: str = "") -> frozenset[str]:
    """The slots of the yes or nos of a schema that ask whether a letter agrees with something."""
    if not isinstance(schema, Mapping):
        return frozenset()
    parts = {key: part for key, part in (schema.get("properties") or {}).items() if isinstance(part, Mapping)}
    flags = {key: part for key, part in parts.items() if type_of(part) == "boolean"}
    own = {agreement(key, str(part.get("description") or ""), told) for key, part in flags.items()} - {""}
    return frozenset(own).union(*(agreements(part, told) for part in parts.values()))
