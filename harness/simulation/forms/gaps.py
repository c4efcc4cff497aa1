"""Gaps in a shape that a prompt shows: what stands where a value is to be put, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from harness.simulation.meaning.hints import from_hint
from harness.simulation.meaning.slots import Ontology

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
_HOLLOW = re.compile(r"[\"'`]?[A-Z]{1,5}-(?:\.{2,}|…|[nN]{2,}|[xX]{2,}|#{2,}|0{3,}|_{2,})")
_SAMPLE = re.compile(
    r"[\"'`]?(?:12[.,]34|0[.,]00|1?2[.,]50|99[.,]99|[nx]{1,4}[.,][nx]{2})"
    r"(?: (?P<unit>EUR|GBP|PLN|USD))?(?![\w.,]?\d)"
)
_LONGEST = 200
_IN_A_WORD = re.compile(r"(?<=\w)/(?=\w{1,20}\s\w)")
_YES_OR_NO = re.compile(r"yes\s{0,2}[/|]\s{0,2}no", re.IGNORECASE)
_TRUE_OR_FALSE = re.compile(r"true\s{0,2}[/|]\s{0,2}false", re.IGNORECASE)
_LOSS = re.compile(
    r"\b(?:or|else|otherwise)\W{1,3}(none|null|n/?a|unknown|nothing|unclear|keine?|aucune?|0(?:[.,]00?)?"
    r"|-|~)(?!\w)|(?<![\w.,])(0[.,]00?)(?=[\"'`]? unless\b)|[|/]\s{0,2}(none"
    r"|null|n/a|unknown|unclear)\b",
    re.IGNORECASE,
)


def is_shown(line: str) -> bool:
    """Whether the last sentence of a line says of what follows that the model gets it."""
    return SHOWN.search(_SENTENCE.split(line)[-1]) is not None


_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def is_hint(gap: str) -> bool:
    """Whether words tell what is to stand there: `HL-...`, `12.34 EUR`, a list in brackets, `or ~`."""
    plain = gap.strip("*` ")
    signs = (GAP.fullmatch(plain), _HOLLOW.match(plain), _SAMPLE.match(plain), _LOSS.search(plain))
    return any(sign is not None for sign in signs)


def sampled(gap: str) -> str | None:
    """The currency of a sum that only shows how one is written, or nothing; `None`: there is no such sum."""
    found = _SAMPLE.match(gap.strip("*` "))
    return found["unit"] or "" if found is not None else None


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
    made = from_hint(_IN_A_WORD.sub("-", _LOSS.sub(" or null", plain)) if " " in plain else plain)
    if "description" in made and "void" not in made and "|" in plain:
        made["description"] = plain[:_LONGEST]  # the word for nothing, as the prompt has it
    return _with_none(made, plain) if made.get("enum") else made


def gap_field(ontology: Ontology, gap: str) -> tuple[str, dict[str, Json]]:
    """The field that a gap in a line is for, by its own words, and what may stand in it."""
    plain = gap.strip("<>[]{} ")
    if re.fullmatch(UNIT, plain):
        return "currency", {"type": "string", "nullable": True}
    slot = "amount" if _BARE_SUM.fullmatch(plain) else ontology.slot_of(plain)
    slot = slot or next(filter(None, map(ontology.slot_of, plain.split())), None)
    if slot is not None and ontology.slots[slot].kind == "money":
        kind = "integer" if _MINOR.search(plain) else "number"
        return slot, {"type": kind, "nullable": True, "description": plain}
    return slot or plain, {**gap_schema(gap), "nullable": True}


UNIT = r"EUR|GBP|PLN|USD"
_BARE_SUM = re.compile(r"[xXnN.,…0]{1,6}|12[.,]34")
_MINOR = re.compile(r"\b(?:cents?|pence|pennies|minor units?|grosz\w*)\b", re.IGNORECASE)


def _with_none(schema: dict[str, Json], gap: str) -> dict[str, Json]:
    """A choice with the option of a list that says nothing is so: `none | late | lost` are three words."""
    listed = [part.strip(" \"'`()") for part in re.split(r"[|/]", gap)]
    words = [word for word in listed if word.casefold() == "none" or word in schema["enum"]]
    none = [word for word in words if word not in schema["enum"]]
    if not none or len(words) != len(listed):
        return schema
    return {**schema, "enum": words, "nullable": False}


def first_of_kind(ontology: Ontology, kind: str) -> str:
    """The first slot of a kind, else the kind itself."""
    return next((name for name, spec in ontology.slots.items() if spec.kind == kind), kind)


def losses_of(fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Field → the word for a value that is not known, where a gap names one."""
    found = ((name, _LOSS.search(gap)) for name, gap in fields)
    return {name: match[1] or match[2] or match[3] for name, match in found if match}
