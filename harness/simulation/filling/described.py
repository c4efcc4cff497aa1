"""Fields whose descriptions say what they are, where their names do not: a letter, a part of a sum."""

from __future__ import annotations

import re
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


_SHARE = re.compile(
    r"%|\b(?:per ?cent\w*|pct|rate|ratio|share|fraction|prozent\w*|anteil|pourcent\w*|taux|porcentaje|tasa"
    r"|procent\w*|odsetek)\b",
    re.IGNORECASE,
)
"""Of a sum, and none itself."""


def sum_described(ontology: Ontology, name: str, schema: Mapping[str, Json]) -> str | None:
    """What a sum is by its description, where its name alone does not say which it is."""
    said = str(schema.get("description") or "")
    if type_of(schema) not in {"string", "number", "integer"} or schema.get("enum"):
        return None
    if _SHARE.search(f"{' '.join(words_of(name))} {said}"):
        return None
    meant = ontology.predicates.sum_meant(said)
    own = ontology.slot_of(name, "", (), held="number") if meant else None
    spec = ontology.slots[own] if own is not None else None
    return meant if spec is None or spec.general or spec.kind != "money" else None
