"""Answers that have no place in the field that they would stand in: a `yes` where a date is wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import words_of
from harness.simulation.meaning.specs import SlotSpec

Json = Any
_ASKS = frozenset({
    "is", "has", "was", "are", "were", "can", "may", "does", "do", "did", "should", "must", "will", "needs",
    "have", "had", "contains", "mentions", "any", "whether",
})  # fmt: skip
"""A name that begins with one of them asks for yes or no."""
_POLAR = re.compile(
    r"\b(?:yes|no|true|false|whether|y/n|bool\w*|ja|nein|oui|non|tak|nie)\b"
    r"|\bif (?:the|it|this|he|she|they)\b",
    re.IGNORECASE,
)
_NO_YES = frozenset({
    "on", "from", "until", "till", "since", "by", "at", "date", "day", "who", "whom", "whose", "name", "id",
    "number", "why", "how", "when", "where", "which", "text", "words", "amount", "sum",
})  # fmt: skip
"""What a name that ends with one of them asks for is neither."""


def misplaced(spec: SlotSpec, answer: Json, schema: Mapping[str, Json], name: str, *, worded: bool) -> bool:
    """Whether a yes or no would stand where words, a name or a date are wanted.

    `worded`: the answer is laid out in lines, where a yes or no is a word like any other.
    """
    if spec.kind != "flag" or schema.get("enum") or answer is None:
        return False
    last = (words_of(name) or ("",))[-1]
    if isinstance(answer, bool):
        return not type_of(schema) and last in _NO_YES
    if not isinstance(answer, str) or type_of(schema) != "string" or worded:
        return False
    state = last.endswith(("ed", "en")) and len(words_of(name)) == 1  # `opened`
    asks = state or ((words_of(name) or ("",))[0] in _ASKS and last not in _NO_YES)
    said = f"{schema.get('description') or ''} {schema.get('title') or ''}"
    return not asks and not _POLAR.search(said)


def unfilled(spec: SlotSpec, said: Json, schema: Mapping[str, Json], *, known: bool) -> bool:
    """Whether what stands there only because something must is taken for an answer: an empty day, the
    letter of one of several of which none is seen, one piece where no number is known.
    """
    if spec.kind == "word" and len(str(said)) == 1:
        return True
    if not known and spec.blank is not None and said == spec.blank and spec.kind in {"text", "number"}:
        return True
    if schema.get("enum") or type_of(schema) != "string":
        return False
    return "date" in str(schema.get("format")) or (spec.kind == "word" and said == "")


_ANOTHERS = frozenset(
    {"actual", "proposed", "stated", "claimed", "original", "ordered", "drafted", "previous", "taken"}
)
"""Beside a field that says the same without such a word, these ask for somebody else's value."""


def anothers(slots: Mapping[str, str], filled: Mapping[str, Json]) -> list[str]:
    """Fields that got the answer's own value where another's is asked for: `actual_outcome` beside
    `correct_outcome`. `slots`: key → what it is about.
    """
    theirs = {key for key in slots if _ANOTHERS & {*words_of(key)}}
    return [
        key
        for key in slots
        if key in theirs
        and filled.get(key) not in (None, "", [])
        and any(slots[own] == slots[key] and filled.get(own) == filled[key] for own in slots.keys() - theirs)
    ]
