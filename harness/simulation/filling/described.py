"""Fields whose descriptions say what they are, where their names do not: a letter, a part of a sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_LETTERS = frozenset(("mail", "email", "letter", "message", "text", "content", "wording", "body"))
"""The last word of a name that may be of what was read as well as of what is to be written."""


def id_described(ontology: Ontology, schema: Mapping[str, Json]) -> str | None:
    """What a short text is the number of by its description, whatever its name: `basis`, the clause."""
    if type_of(schema) != "string" or schema.get("enum") or schema.get("format"):
        return None
    return ontology.predicates.id_meant(str(schema.get("description") or ""))


def text_described(ontology: Ontology, slot: str | None, name: str, schema: Mapping[str, Json]) -> str | None:
    """What a text is to be by its description, where its name says nothing or what stands in a record."""
    known = slot is not None and words_of(name)[-1:] and words_of(name)[-1] not in _LETTERS
    if known or type_of(schema) != "string" or schema.get("enum") or schema.get("format"):
        return None
    return ontology.predicates.text_meant(str(schema.get("description") or ""))


def sum_described(ontology: Ontology, name: str, schema: Mapping[str, Json]) -> str | None:
    """What a sum is by its description, where its name alone does not say which it is."""
    if type_of(schema) not in {"string", "number", "integer"} or schema.get("enum"):
        return None
    meant = ontology.predicates.sum_meant(str(schema.get("description") or ""))
    own = ontology.slot_of(name, "", (), held="number") if meant else None
    spec = ontology.slots[own] if own is not None else None
    return meant if spec is None or spec.general or spec.kind != "money" else None
