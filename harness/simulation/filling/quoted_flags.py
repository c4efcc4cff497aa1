"""A text with the words that show what the flags beside it say: none where nothing of that holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from harness.simulation.filling.defined import spoken_of
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.predicates import Table

Json = Any
_QUOTE = "quote"
"""The slot of any words of what is read."""
_NOTHING = re.compile(
    r"(?:\b(?:empty|blank|null|nothing|leer|vide|vacío|leeg|pusty|puste)\b|\"\"|'')[^.;]{0,20}?"
    r"\b(?:if|when|where|unless|wenn|falls|si|als|jeśli)\b[^.;]{0,60}",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:otherwise|else|sonst|sinon)\b[^.;]{0,20}(?:\b(?:empty|blank|null|nothing)\b|\"\"|'')"
    r"|(?:\b(?:empty|blank|null|nothing)\b|\"\"|'')[^.;]{0,20}\b(?:otherwise|else|sonst|sinon)\b",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:neither|none|nothing|no|not|both|all|either|any|one|false|true|yes|so|keine?s?|weder|nichts|aucun\w?"
    r"|ni|ninguno?|geen|żad\w+)\b",
    re.IGNORECASE,
)
_VERBATIM = re.compile(
    r"\b(?:quot\w*|words?|verbatim|sentences?|passages?|phrases?|excerpts?|spans?|evidence|zitat|wörter|stelle"
    r"|citation|cita|citaat|cytat)\b",
    re.IGNORECASE,
)


def borne_by_words(
    table: Table,
    properties: Mapping[str, Mapping[str, Json]],
    filled: dict[str, Json],
    belief: Belief,
    empty: Callable[[Json], Json],
    *,
    known: Mapping[str, str],
) -> dict[str, Json]:
    """What such texts of an object say. `properties`: without references; `known`: fields with a slot."""
    flags = [key for key in filled if type_of(properties[key]) == "boolean"]
    said: dict[str, Json] = {}
    for key in filled if flags else ():
        part = properties[key]
        told = str(part.get("description") or "")
        if type_of(part) != "string" or part.get("enum") or not _shows(key, told):
            continue
        if known.get(key, _QUOTE) != _QUOTE:
            continue  # `injected_text` quotes what it says, whatever flags stand beside it
        true = [flag for flag in flags if filled[flag] is True]
        words = [
            str(quote)
            for flag in true
            for name in spoken_of(table, flag, str(properties[flag].get("description") or ""))
            if (quote := belief(f"quote_of_{name}"))
        ]
        if not true:
            said[key] = empty(part)
        elif words:
            said[key] = " … ".join(dict.fromkeys(words))
    return said


def _shows(key: str, told: str) -> bool:
    """Whether a text is the mail's words for what the flags say, and empty without one."""
    if not _VERBATIM.search(f"{key.replace('_', ' ')} {told}"):
        return False
    void = _NOTHING.search(told)
    return (void is not None and _HOLDS.search(void[0]) is not None) or _OTHERWISE.search(told) is not None
