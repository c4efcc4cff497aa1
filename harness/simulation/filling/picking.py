"""The one entry of a list that a field beside it picks: `selected` beside orders that each have an id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_PICKED = frozenset(
    {"selected", "chosen", "picked", "pick", "choice", "selection", "best", "the", "one", "id"}
)
"""What the field is called."""


class Filler(Protocol):
    """What of the filling of a schema is needed here."""

    ontology: Ontology
    meant: dict[str, str]

    def slot(self, name: str, schema: Mapping[str, Json]) -> str | None: ...

    def resolve(self, schema: Json) -> dict[str, Json]: ...


def picked(filling: Filler, properties: Mapping[str, Json], path: str) -> None:
    """Note that the field that picks is the entries' id."""
    keys = [key for key in properties if {*words_of(key)} <= _PICKED]
    ids = [id for part in properties.values() if (id := _id_of(filling, _entries(filling, part)))]
    if len(keys) != 1 or len(ids) != 1:
        return
    part = filling.resolve(properties[keys[0]])
    slot = filling.slot(keys[0], part)
    free = slot is None or filling.ontology.slots[slot].kind == "flag"
    if free and type_of(part) == "string" and not part.get("enum"):
        filling.meant[f"{path}.{keys[0]}" if path else keys[0]] = ids[0]


def lone(filling: Filler, properties: Mapping[str, Json], filled: dict[str, Json]) -> dict[str, Json]:
    """The fields of an object: none is picked where another entry has the same verdict."""
    said = dict(filled)
    for key in filled:
        if not {*words_of(key)} <= _PICKED or not filling.resolve(properties[key]).get("nullable"):
            continue
        for other, part in properties.items():
            told = _verdicts(_entries(filling, part))
            entries = filled.get(other) or [] if told else []
            own = next((entry for entry in entries if said[key] and said[key] in entry.values()), None)
            if own and sum(all(entry.get(name) == own.get(name) for name in told) for entry in entries) > 1:
                said[key] = None
    return said


def _entries(filling: Filler, part: Json) -> Mapping[str, Json]:
    """The fields of a list's entries."""
    schema = filling.resolve(part)
    items = filling.resolve(schema.get("items")) if type_of(schema) == "array" else {}
    found: Mapping[str, Json] = items.get("properties") or {}
    return {name: filling.resolve(held) for name, held in found.items()}


def _id_of(filling: Filler, entries: Mapping[str, Json]) -> str | None:
    slots = (filling.slot(name, part) for name, part in entries.items())
    return next((slot for slot in slots if slot and filling.ontology.slots[slot].kind == "id"), None)


def _verdicts(entries: Mapping[str, Json]) -> list[str]:
    """The fields that say in a word what is thought of an entry."""
    return [name for name, part in entries.items() if part.get("enum") or type_of(part) == "boolean"]
