"""Forms for the answer to one question: which field it is, and which only shows what settles it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import words_of

Json = Any
_SHOWS = re.compile(
    r"\b(?:quot\w*|verbatim|words?|wording|sentences?|passages?|phrases?|excerpts?|snippets?|spans?|evidence|proof"
    r"|lines? of the (?:mail|letter)|where it says|zitat|wörtlich|beleg|citation|cita|citaat|cytat)\b",
    re.IGNORECASE,
)
_OF_WHAT_IS_READ = re.compile(
    r"\b(?:verbatim|literal\w*|exact\w*|copied|quot\w+|wörtlich)\b"
    r"|\b(?:of|from|in) (?:the|their|this|his|her|today['’]s)? ?(?:customer['’]s |writer['’]s )?"
    r"(?:letter|mail|e-?mail|message|text|ticket)\b"
    r"|\b(?:words?|sentences?|passages?|lines?) (?:that|which) (?:settles?|proves?|decides?|bears?)\b",
    re.IGNORECASE,
)
_BESIDE = frozenset({"quote", "reason", "reasoning", "confidence", "working"})
"""Slots of what stands beside an answer."""


def shows(key: str, part: Json) -> bool:
    """Whether a field holds the words of what is read that settle the question."""
    if not isinstance(part, dict) or not _a_text(part):
        return False
    told, named = str(part.get("description") or ""), " ".join(words_of(key))
    if told:
        return bool(_SHOWS.search(f"{named}. {told}") and _OF_WHAT_IS_READ.search(told))
    return vocabulary().ontology.slot_of(key) == "quote"


def answering(properties: Mapping[str, Json]) -> str:
    """The one field that answers, where all others stand beside it; empty where several do."""
    own = [key for key, part in properties.items() if not _beside(key, part)]
    return own[0] if len(own) == 1 else ""


def asks_once(asked: str) -> bool:
    """Whether a program's own words put one question."""
    return len(_QUESTION.findall(asked)) == 1


_QUESTION = re.compile(r"\w[\"'`”’)]{0,2}\?(?![\w?])")


def _beside(key: str, part: Json) -> bool:
    slot = vocabulary().ontology.slot_of(key)
    return shows(key, part) or (slot in _BESIDE and (slot == "confidence" or _a_text(part)))


def _a_text(part: Json) -> bool:
    """Whether there is room for any words."""
    if not isinstance(part, dict) or part.get("enum") or part.get("format"):
        return False
    kind = part.get("type")
    kinds = {*kind} if isinstance(kind, list) else {type_of(part)}
    kinds |= {type_of(one) for one in part.get("anyOf") or () if isinstance(one, dict)}
    return "string" in kinds and kinds <= {"string", "null", ""}
