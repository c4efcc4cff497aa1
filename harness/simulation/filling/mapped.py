"""Objects that say how many there are of each thing: `{"A": 2}`, a key for a thing and a number behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.beside import ARTICLES
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_NUMBERS = frozenset({"number", "integer"})
_LETTER = re.compile(r"[A-Z]")
_SAMPLE = re.compile(r"[A-Z]|\d{1,2}|[A-Z]{2,4}-\d{1,8}|<[^<>]{1,40}>|\.{3}|…")
"""A key that only shows how one looks."""
_OF_LETTERS = re.compile(r"\b(?:letters?|buchstaben?|lettres?|letras?|marks?)\b", re.IGNORECASE)
_OF_LINES = re.compile(r"\b(?:lines?|items?|articles?|positions?|rows?|things?)\b", re.IGNORECASE)
_COUNTS = re.compile(
    r"^\W{0,3}(?:the |an? )?(?:(?:number|count|amount) of )?(?:how many|pieces?|pcs|count|quantity"
    r"|qty|units?|number|int(?:eger)?|n|stück|anzahl|pièces|piezas|stuks|sztuk)\b",
    re.IGNORECASE,
)
_MOST = 3
MARK = "mark"
"""What an entry of a list of things is marked with where it is read: `A = 2 x Kettle`."""
PLACE = "line_place"
"""Where an entry stands in the record that it is read in, from 0."""
_LINES = frozenset({"line", "row"})
_THINGS = frozenset({"item", "article", "product"})
_ORDINAL = frozenset({"no", "nr", "num", "number", "n", "pos", "position", "place", "index", "idx"})
_NUMBERING = _LINES | _THINGS | _ORDINAL | {"order", "in", "of"}
_NUMBERED = re.compile(
    r"\b(?:line|row|position|item|article)(?: |-)?(?:numbers?|nos?\b|indi?(?:ex|ces)|positions?)"
    r"|\b(?:number|index|position|place)s? (?:of|within|in) (?:the |that |its |each |an? )?"
    r"(?:line|row|item|article|position|order|list)\b|\b(?:zero|one|0|1)-?based\b",
    re.IGNORECASE,
)
_FROM_NOUGHT = re.compile(
    r"\b(?:index|idx|indices|(?:zero|0)-?based|(?:from|at) (?:0|zero))\b", re.IGNORECASE
)
_FROM_ONE = re.compile(r"\b(?:(?:one|1)-?based|(?:from|at) (?:1|one))\b", re.IGNORECASE)


def counted_list(ontology: Ontology, slot: str | None, schema: Mapping[str, Json], name: str) -> str | None:
    """The list of which an object says how many there are of each; `None` where it is another object."""
    if not _is_map(schema):
        return None
    spec = ontology.slots.get(slot or "")
    if spec is not None and spec.keyed and _count_in(ontology, slot or ""):
        return slot
    parts = (schema.get("properties") or {}).values()
    told = " ".join([name, *(str(one.get("description") or "") for one in (schema, *parts))])
    found = (one for one in ontology.slots if ontology.slots[one].keyed and _told(ontology, one, told))
    return next(found, None)


def _told(ontology: Ontology, slot: str, told: str) -> bool:
    """Whether words speak of what is counted in a list, or of its entries."""
    count = _count_in(ontology, slot)
    return count is not None and any(
        count in {ontology.part_of(slot, word), ontology.slot_of(word, held="number")}
        or ontology.slot_of(word, held="records") == slot
        for word in words_of(told)
    )


def _count_in(ontology: Ontology, slot: str) -> str | None:
    return next((part for part in ontology.slots[slot].parts if ontology.slots[part].kind == "number"), None)


def _is_map(schema: Mapping[str, Json]) -> bool:
    """Whether the keys of an object are no names of fields but those of things."""
    properties = schema.get("properties") or {}
    if not properties:
        return type_of(schema.get("additionalProperties") or {}) in _NUMBERS if _held(schema) else False
    if len(properties) > _MOST or "required" in schema or not all(map(_counts, properties.values())):
        return False
    return all(_SAMPLE.fullmatch(key) for key in properties)


def _held(schema: Mapping[str, Json]) -> bool:
    return isinstance(schema.get("additionalProperties"), Mapping)


def _counts(part: Mapping[str, Json]) -> bool:
    return type_of(part) in _NUMBERS or bool(_COUNTS.search(str(part.get("description") or "")))


def by_mark(schema: Mapping[str, Json]) -> bool:
    """Whether a text is to be the letter by which a line is known."""
    said = str(schema.get("description") or "")
    wanted = _LETTER.fullmatch(said.strip(" \"'")) or (_OF_LETTERS.search(said) and _OF_LINES.search(said))
    return bool(wanted) and type_of(schema) in {"string", ""} and not schema.get("enum")


def line_number(schema: Mapping[str, Json], name: str, belief: Belief) -> int | None:
    """The number of an entry's line as it is shown, else its place; `None` where something else is asked."""
    said = str(schema.get("description") or "")
    words = {word for word in words_of(name) if word not in ARTICLES}
    words = {word.removesuffix("s") if word.removesuffix("s") in _NUMBERING else word for word in words}
    numbers = bool(words & _LINES or (words & _THINGS and words & _ORDINAL))
    if type_of(schema) not in _NUMBERS or not words <= _NUMBERING or not (numbers or _NUMBERED.search(said)):
        return None
    mark, place = belief(MARK), belief(PLACE)
    if isinstance(mark, str) and mark.isdigit():
        return int(mark)
    if place is None:
        return None
    told = f"{' '.join(words_of(name))} {said}"
    return int(place) + (_FROM_ONE.search(told) is not None or _FROM_NOUGHT.search(told) is None)


def counted(
    ontology: Ontology, slot: str, schema: Mapping[str, Json], entries: list[Mapping[str, Any]]
) -> dict[str, Json]:
    """How many there are of each, by its mark, its number or its name, whichever is wanted and known."""
    keyed, number = ontology.slots[slot].keyed, _count_in(ontology, slot) or ""
    keys = [*(schema.get("properties") or {})]
    said = f"{schema.get('description') or ''} {' '.join(keys)}"
    lettered = any(map(_LETTER.fullmatch, keys)) or any(key.isdigit() for key in keys)
    marked = lettered or bool(_OF_LETTERS.search(said)) or "letter" in words_of(said)
    by = (MARK, keyed, "name") if marked else (keyed, MARK, "name")
    found: dict[str, Json] = {}
    for entry in entries:
        key = next((str(entry[one]) for one in by if entry.get(one) is not None), "")
        count = entry.get(number)
        if key:
            found[key] = int(count) if count is not None and float(count).is_integer() else count
    return found
