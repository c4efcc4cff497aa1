"""Texts of which is said what all they are to hold: `your own decision: action, order, clause and amount`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from harness.simulation.filling.free_texts import parts_told
from harness.simulation.filling.sayable import said_in
from harness.simulation.filling.typed import leaf_fits, type_of
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_FEWEST = 3
_SET = frozenset({"enum", "const", "format", "pattern", "decimal", "properties", "items"})
# Room in front is taken from its beginning only: from each of its places, it would cost its square.
_PARTS = re.compile(
    r"(?:(?<!\s)\s+)?(?:[,;:()/]|\.\s|\b(?:and|with|plus|including|und|mit|sowie|et|avec|y|con|en|met|i|oraz)\b)\s*",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\||\b(?:or|one of|oder|ou|lub)\b", re.IGNORECASE)
_ARTICLES = frozenset(
    [
        "the",
        "a",
        "an",
        "your",
        "own",
        "its",
        "der",
        "die",
        "das",
        "den",
        "dein",
        "deine",
        "eigene",
        "ein",
        "eine",
        "le",
        "la",
        "les",
        "un",
        "une",
        "ton",
        "votre",
        "el",
        "los",
        "las",
        "tu",
        "su",
        "de",
        "het",
        "een",
        "je",
        "jouw",
    ]
)


def in_parts(
    ontology: Ontology, slot: str | None, schema: dict[str, Json], belief: Belief, name: str
) -> str | None:
    """A text that is to hold several things, each as it is believed; `None` where it is to hold one."""
    listed = [
        said_in(ontology, belief(part), _PLAIN, part, part) for part in _listed_parts(ontology, name, schema)
    ]
    held = [str(one) for one in listed if one not in (None, "", [])]
    told = parts_told(ontology, slot, schema) if slot is not None and len(held) < _SEVERAL else ()
    whole = (
        "; ".join(held)
        if len(held) >= _SEVERAL
        else " ".join(str(said) for part in told if (said := belief(part)))
    )
    return whole if whole and leaf_fits(whole, schema) else None


_PLAIN: dict[str, Json] = {"type": "string"}
_SEVERAL = 2


def _listed_parts(ontology: Ontology, name: str, schema: Mapping[str, Json]) -> tuple[str, ...]:
    """The slots that a text is said to hold, in order; nothing where it is no list of several."""
    if _SET & schema.keys() or type_of(schema) != "string" or _named(ontology, name):
        return ()
    return _listed(ontology, str(schema.get("description") or schema.get("title") or ""))


def _named(ontology: Ontology, name: str) -> bool:
    """Whether a field's own name says what one thing it holds."""
    slot = ontology.slot_of(name)
    return slot is not None and ontology.slots[slot].kind != "text"


@lru_cache(maxsize=2048)
def _listed(ontology: Ontology, description: str) -> tuple[str, ...]:
    if _CHOICE.search(description):
        return ()
    found: dict[str, None] = {}
    for part in _PARTS.split(description):
        words = [word for word in words_of(part) if word not in _ARTICLES]
        slot = ontology.slot_of(" ".join(words)) if 0 < len(words) <= _FEWEST else None
        if slot is not None:
            found.setdefault(slot)
    kinds = {ontology.slots[slot].kind for slot in found}
    return tuple(found) if len(found) >= _FEWEST and {"word", "money"} <= kinds else ()
