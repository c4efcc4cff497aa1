"""What a choice asks by how its options are defined: `opened = unpacked or used; sealed = never opened`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from harness.simulation.meaning.meant import value_meant
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.slots import Ontology

Json = Any
_FEWEST = 2
_SIGN = (
    r"[\"'`*”]{0,3}\s{0,3}(?::|=|->|→|[–—]|-(?=\s)"
    r"|\b(?:(?:only |solely |just )?(?:if|when|for|where)|means?|is)\b|\()\s{0,3}"
)
_NEXT = re.compile(
    r"\n\s{0,8}\n|\n[ \t]{0,8}[-*•]\s"
    r"|\n[ \t]{0,8}[\"'`*]{0,3}[A-Za-z_]\w{1,40}[\"'`*]{0,3}[ \t]{0,2}[:=][ \t]"
)
"""Where what is said of an option ends: an empty line, the next item of a list, another field."""
_LONGEST = 300
_PIECES = re.compile(r",|/|\bor\b|\boder\b|\bou\b")


class Defined(NamedTuple):
    """What a choice is about."""

    slot: str
    values: Mapping[str, Any]
    """Option → the value that it says."""


def definitions(options: Sequence[str], text: str) -> dict[str, str]:
    """What a text says of each option, where it does: `a: …; b: …`, a list with one on each line."""
    return dict(_definitions(tuple(options), text))


@lru_cache(maxsize=2048)
def _definitions(options: tuple[str, ...], text: str) -> tuple[tuple[str, str], ...]:
    marks: list[tuple[int, int, str]] = []
    for option in filter(None, options):
        mark = _mark(option).search(text)
        if mark is not None:
            marks.append((mark.start(), mark.end(), option))
    marks.sort()
    ends = [*(start for start, _, _ in marks[1:]), len(text)][: len(marks)]
    told = ((option, _block(text[begin:end])) for (_, begin, option), end in zip(marks, ends, strict=True))
    return tuple((option, words) for option, words in told if words)


@lru_cache(maxsize=2048)
def _mark(option: str) -> re.Pattern[str]:
    """Where it begins to be said what an option means."""
    return re.compile(rf"(?<![\w-]){re.escape(option)}(?![\w-]){_SIGN}", re.IGNORECASE)


def _block(told: str) -> str:
    """What is said up to an empty line or the next item of a list."""
    return " ".join(_NEXT.split(told)[0].split())[:_LONGEST].strip(" ,;()\"'`*")


def by_definitions(ontology: Ontology, schema: Mapping[str, Json]) -> Defined | None:
    """The slot of which the definitions of a choice's options say different values; `None`: of none."""
    options = tuple(map(str, schema.get("enum") or ()))
    return _defined(ontology, str(schema.get("description") or ""), options)


@lru_cache(maxsize=2048)
def _defined(ontology: Ontology, description: str, options: tuple[str, ...]) -> Defined | None:
    told = definitions(options, description) if len(options) >= _FEWEST else {}
    said = {option: words for option, words in told.items() if not unknowing(option)}
    if len(said) < _FEWEST:
        return None
    found: dict[str, dict[str, Any]] = {}
    for slot, spec in ontology.slots.items():
        if spec.kind in {"word", "flag"} and not spec.exact:
            values = {option: _value(ontology, slot, words) for option, words in said.items()}
            found[slot] = {option: value for option, value in values.items() if value is not None}
    best = max(found, key=lambda slot: len(set(map(str, found[slot].values()))), default=None)
    if best is None or len(set(map(str, found[best].values()))) < max(_FEWEST, len(said) - 1):
        return None
    return Defined(best, found[best])


def option_defined(ontology: Ontology, slot: str, value: Any, schema: Mapping[str, Json]) -> Json:
    """The one option whose definition says a value that no option's own words say."""
    if ontology.slots[slot].kind not in {"word", "flag"} or isinstance(value, list):
        return None
    options = tuple(map(str, schema.get("enum") or ()))
    told = definitions(options, str(schema.get("description") or ""))
    said = [option for option, words in told.items() if value in _values(ontology, slot, words)]
    return next((option for option in schema["enum"] if [str(option)] == said), None)


def _values(ontology: Ontology, slot: str, words: str) -> set[Any]:
    """Every value that a definition or a piece of it says."""
    pieces = [piece.strip() for piece in (words, *_PIECES.split(words)) if piece.strip()]
    return {value for piece in pieces if (value := _said(ontology, slot, piece)) is not None}


def _value(ontology: Ontology, slot: str, words: str) -> Any:
    """The value of a slot that a definition says; `None` where it says none, or its pieces say several."""
    pieces = [piece.strip() for piece in (words, *_PIECES.split(words)) if piece.strip()]
    told = [value for piece in pieces if (value := _said(ontology, slot, piece)) is not None]
    return told[0] if told and all(value == told[0] for value in told) else None


def _said(ontology: Ontology, slot: str, words: str) -> Any:
    if ontology.slots[slot].kind == "word" and (value := ontology.value_of(slot, words)) is not None:
        return value
    found = value_meant(words, ontology, (slot,), {})
    return found[1] if found is not None else None
