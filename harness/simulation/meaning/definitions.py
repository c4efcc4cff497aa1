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
_SIGN = r"[\"'`”*]{0,2}\s{0,3}(?:=|:|\(|\bmeans?\b|\bif\b|\bwhen\b|\bfor\b|[–—]|-(?=\s))"
_PIECES = re.compile(r",|/|\bor\b|\boder\b|\bou\b")


class Defined(NamedTuple):
    """What a choice is about."""

    slot: str
    values: Mapping[str, Any]
    """Option → the value that it says."""


def definitions(description: str, options: Sequence[str]) -> dict[str, str]:
    """Option → the words by which a description defines it; options that it does not define are left out."""
    marks: list[tuple[int, int, str]] = []
    for option in options:
        found = re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-]){_SIGN}", description, re.IGNORECASE)
        if found is not None:
            marks.append((found.start(), found.end(), option))
    if not marks:
        return {}
    marks.sort()
    ends = [start for start, _, _ in marks[1:]] + [len(description)]
    said = {
        option: description[begin:end].strip(" ;,.)\n\"'`")
        for (_, begin, option), end in zip(marks, ends, strict=True)
    }
    return {option: words for option, words in said.items() if words}


def by_definitions(ontology: Ontology, schema: Mapping[str, Json]) -> Defined | None:
    """The slot of which the definitions of a choice's options say different values; `None`: of none."""
    options = tuple(map(str, schema.get("enum") or ()))
    return _defined(ontology, str(schema.get("description") or ""), options)


@lru_cache(maxsize=2048)
def _defined(ontology: Ontology, description: str, options: tuple[str, ...]) -> Defined | None:
    told = definitions(description, options) if len(options) >= _FEWEST else {}
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
    told = definitions(str(schema.get("description") or ""), options)
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
