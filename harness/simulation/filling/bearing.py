"""Quotations beside a value: the words of what is read that one field of an object rests on.

`X_quote`, `quote_for_x`, `evidence_of_x`, or `where_it_says_so` behind the field that it is about. A value
and its quotation agree: where nothing is said, nothing is quoted, and that is no guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from harness.simulation.filling.defined import spoken_of
from harness.simulation.filling.keyed import QUOTES, VALUES, bears_out, told_of
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.derived import LEAVES
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
QUOTE = "quote"
"""The slot of any words of what is read."""
_WORDS = QUOTES | frozenset({
    "wording", "words", "passage", "sentence", "snippet", "phrase", "basis", "quotation", "quoted", "beleg",
    "zitat", "wortlaut", "belegstelle", "citat", "cita", "citaat", "cytat", "preuve", "prueba", "bewijs",
    "dowód",
})  # fmt: skip
"""In a name: it is of the words of what is read."""
_OF = frozenset({
    "for", "of", "on", "about", "behind", "to", "showing", "that", "supporting", "proving", "shows", "für",
    "zu", "pour", "de", "para", "voor", "dla",
})  # fmt: skip
_SAYS = re.compile(
    r"\b(?:where|which|that|what|words|how) (?:it |they |the (?:mail|customer|text|message) )?"
    r"(?:says?|shows?|proves?|tells?|states?|supports?|backs?) (?:this|so|it|that)\b"
    r"|\b(?:evidence|proof|basis|support|backing|quote|words) for (?:this|it|that)\b"
    r"|\b(?:die|das|was) (?:dies|das|es) (?:belegt|zeigt|sagt)\b",
    re.IGNORECASE,
)
_VERBATIM = re.compile(
    r"\b(?:verbatim|quot\w*|literal\w*|exact(?:ly)?|word for word|own words|very words|copied|copy|excerpt"
    r"|passage|words|sentence|wörtlich\w*|zitat\w*|citation|textuel\w*|cita|letterlijk\w*|dosłown\w*)\b",
    re.IGNORECASE,
)


class Filler(Protocol):
    """What of the filling of a schema is needed here."""

    ontology: Ontology
    doubtful: list[str]

    def slot(self, name: str, schema: Mapping[str, Json]) -> str | None: ...

    def resolve(self, schema: Json) -> dict[str, Json]: ...

    def empty(self, schema: Json) -> Json: ...


def told_beside(
    filling: Filler, key: str, properties: Mapping[str, Json], held: str | None
) -> tuple[str, str] | None:
    """What a field tells of another one beside it: (the slot of what is told, that other)."""
    if key == held:
        return None
    part = filling.resolve(properties[key])
    if (bound := bears_out(key, part, properties)) is not None:
        return bound
    if not held and filling.slot(key, part) is not None:
        return None
    told = told_of(filling.ontology, key, properties, held)
    return told or _named_for(key, part, properties) or _behind(key, part, properties)


def _named_for(key: str, part: Mapping[str, Json], properties: Mapping[str, Json]) -> tuple[str, str] | None:
    """For `quote_for_x` and `x_wording` beside `x`, where a text is wanted."""
    words = list(words_of(key))
    if type_of(part) != "string" or part.get("enum") or not _WORDS & {words[0], words[-1]}:
        return None
    rest = words[1:] if words[0] in _WORDS else words[:-1]
    while rest and rest[0] in _OF:
        rest = rest[1:]
    others = [other for other in properties if other != key and rest]
    near = [other for other in others if {*rest} <= {*words_of(other)}]
    return (QUOTE, min(near, key=len)) if near else None


def _behind(key: str, part: Mapping[str, Json], properties: Mapping[str, Json]) -> tuple[str, str] | None:
    """For words that show `this`: what stands before them."""
    name, told = " ".join(words_of(key)), str(part.get("description") or "")
    if type_of(part) != "string" or part.get("enum") or not _SAYS.search(f"{name}. {told}"):
        return None
    names = list(properties)
    before = names[: names.index(key)]
    verbatim = _VERBATIM.search(f"{name}. {told}") or name.startswith("where")
    return (QUOTE, before[-1]) if before and verbatim else None


def agree_with_words(
    filling: Filler,
    properties: Mapping[str, Json],
    filled: dict[str, Json],
    belief: Belief,
    *,
    bears: Mapping[str, str],
    path: str,
) -> dict[str, Json]:
    """The quotations of an object, each as its value is. `bears`: quotation → the field that it is for."""
    said: dict[str, Json] = {}
    for key, other in bears.items():
        if key not in filled or other not in filled or filled[key]:
            continue
        if path and {*words_of(other)} - {"is"} <= LEAVES:
            continue  # the object's own name says what its words are for
        part, value = filling.resolve(properties[key]), filled[other]
        if _says_nothing(value):
            said[key] = filling.empty(part)
        elif type_of(part) == "string":
            told = str(filling.resolve(properties[other]).get("description") or "")
            name = path.rsplit(".", 1)[-1] if path and " ".join(words_of(other)) in VALUES else other
            names = spoken_of(filling.ontology.predicates, name, told)
            found = [str(words) for name in names if (words := belief(f"quote_of_{name}"))]
            said[key] = " … ".join(dict.fromkeys(found)) if found else filled[key]
            filling.doubtful += [] if found else [f"{path}.{key}" if path else key]
    return said


def _says_nothing(value: Json) -> bool:
    """Whether a value says that there is nothing, or that it is not known."""
    return value in (False, None, "", [], {}, 0) or (isinstance(value, str) and unknowing(value))
