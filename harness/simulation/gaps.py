"""Gaps in a shape that a prompt shows: what stands where a value is to be put, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from harness.simulation.hints import from_hint
from harness.simulation.slots import Ontology

Json = Any
_SAYS = (
    r"answer|repl(?:y|ies)|respond|response|return|output|give|produce|print|write|emit|provide|format"
    r"|formatted|"
    r"template|finish|end|conclude|form|shape|structure|layout|put|wrap|present|state|list|lines?|deliver"
    r"|generate|create|make|draw|build|show|send|supply|express|render|stick|consist|hand|report|results?"
    r"|summari[sz]e|tabulate|extract|classify|decide|rate|review|expect|match|must|fill"
    r"|use|complete|"
    r"antwort\w{0,4}|gib|format\w{0,3}|réponds|répondre|renvoie|responde|devuelve|antwoord\w{0,2}|geef"
    r"|odpowiedz"
)
SAID = re.compile(rf"\b(?:{_SAYS})\b", re.IGNORECASE)
SHOWN = re.compile(
    r"\b(?:inputs?|incoming|for example a (?:mail|ticket)|you(?:['’]ll| will| are)? (?:get|receive|see"
    r"|be given|given)"
    r"|(?:mails?|e-?mails?|orders?|tickets?|data|records?|messages?|rows?) (?:\w+ ){0,3}"
    r"(?:come|comes|arrive|arrives|look|looks|is given|are given|is shown|are shown|(?:have|has)(?! to)))\b",
    re.IGNORECASE,
)
"""Says of a shape that it is what the model gets."""
GAP = re.compile(
    r"<[^<>@\n]{1,160}>|\[[A-Za-z][^\[\]\n]{1,160}\]|\{[A-Za-z][^{}\n:\"']{0,80}\}|\.\.\.|…|_{3,}"
    r"|(?![^|\n]{0,60}\d)\(?[\w-]{1,30}(?: [\w-]{1,20})?(?:\s{0,2}["
    r"|/]\s{0,2}[\w-]{1,30}(?: [\w-]{1,20})?){1,9}\)?"
)
_IN_A_WORD = re.compile(r"(?<=\w)/(?=\w{1,20}\s\w)")
_YES_OR_NO = re.compile(r"yes\s{0,2}[/|]\s{0,2}no", re.IGNORECASE)
_TRUE_OR_FALSE = re.compile(r"true\s{0,2}[/|]\s{0,2}false", re.IGNORECASE)
_LOSS = re.compile(
    r"\b(?:or|else|otherwise)\W{1,3}(none|null|n/?a|unknown|nothing|unclear|keine?|aucune?|0(?:[.,]00?)?"
    r"|-)(?!\w)|[|/]\s{0,2}(none"
    r"|null|n/a|unknown|unclear)\b"
    r"|(?:^|[;,.(]\s{0,2})(0(?:[.,]00?)?|none|null) unless\b",
    re.IGNORECASE,
)


def schema_of(fields: Sequence[tuple[str, str]], *, bare: dict[str, Json] | None = None) -> dict[str, Json]:
    """A schema for fields with what their gaps say. `bare`: of a field of which nothing is said."""
    return {"type": "object", "properties": {name: gap_schema(gap, bare) for name, gap in fields}}


def gap_schema(gap: str, bare: dict[str, Json] | None = None) -> dict[str, Json]:
    """What may stand in a gap."""
    plain = gap.strip(" <>[]{}()`\"'")
    if not plain or plain in {"...", "…"}:
        return {"type": "string"} if bare is None else bare
    if _YES_OR_NO.fullmatch(plain):
        return {"type": "boolean"}
    if _TRUE_OR_FALSE.fullmatch(plain):
        return {"type": "string", "enum": re.split(r"\s{0,2}[/|]\s{0,2}", plain)}
    return from_hint(_IN_A_WORD.sub("-", _LOSS.sub(" or null", plain)) if " " in plain else plain)


def first_of_kind(ontology: Ontology, kind: str) -> str:
    """The first slot of a kind, else the kind itself."""
    return next((name for name, spec in ontology.slots.items() if spec.kind == kind), kind)


def losses_of(fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Field → the word for a value that is not known, where a gap names one."""
    found = ((name, _LOSS.search(gap)) for name, gap in fields)
    return {name: match[1] or match[2] or match[3] for name, match in found if match}
