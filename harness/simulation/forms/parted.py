"""Lines that hold several fields, parted by a sign: `claim: KIND | SKU xPIECES | sealed or opened`.

Such a gap looks like a list of options and is none: what stands between its signs are things of their own, a
date, pairs of a thing and a number, a choice, a word that a legend explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.simulation.filling.defined import meant
from harness.simulation.forms.gaps import first_of_kind, gap_schema
from harness.simulation.forms.pairs import Parted, pairs_in
from harness.simulation.meaning.hints import A_NUMBER
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_SIGNS = ("|", ";", "\t", " -> ", " → ", " => ", "·", "•", " / ", " - ", " – ", ",")
_PLAINEST = 6
"""Signs that part nothing else."""
_SHUT = {"(": ")", "<": ">", "[": "]", "{": "}"}
_DATE = re.compile(
    r"\b(?:yyyy|jjjj|aaaa|rrrr)[-./]?mm[-./]?(?:dd|tt|jj)\b|\b(?:iso )?dates?\b|\bday\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\b(?:number of|how many|pieces|quantity|qty|count|units)\b|^[nN]$|^#$", re.IGNORECASE)
_SUM = re.compile(r"^\d{1,3}[.,]\d\d\b|\b(?:amount|sum|price|total)\b", re.IGNORECASE)
_INSTEAD = re.compile(
    r"\(?\b(?:or|else|otherwise)\b:?\s[\"'`]?(?P<word>all|none|whole|everything|any|-|–|—)[\"'`]?\)?",
    re.IGNORECASE,
)
_TOLD = r"(?:\s(?:is|are|means|can be|may be|must be)(?: one of)?:?|\s?[:=]|\sone of:?)\s{1,3}"
_OPTION = re.compile(
    r"[\"'`*]{0,3}(?P<word>[A-Za-z][\w-]{0,30}(?: [\w-]{1,20})?)[\"'`*]{0,3}"
    r"(?:\s?\((?P<gloss>[^()\n]{2,200}(?:\n[^()\n]{1,200})?)\)|\s?=\s?(?P<said>[^,;\n]{2,120}))?"
    r"(?P<next>\s{0,2}(?:[,;/|]\s{0,2}(?:or\s)?|,?\s(?:or|and|oder|ou|o|of|lub)\s)|(?=[.\n]|$))",
)
_MANY = r"(?:lines?|rows?|entr(?:y|ies)|times)"
_ASIDE = re.compile(r"\s{1,6}\([^()\n]{0,40}\b(?:lines?|rows?)\b[^()\n]{0,80}\)\s{0,4}$", re.IGNORECASE)
"""Says how many such lines there are."""
_WORD = re.compile(r"[A-Za-zÀ-ÿ_][\wÀ-ÿ-]*(?: [\wÀ-ÿ-]+){0,3}")
_OR = re.compile(r"\s?[/|]\s?|,?\sor\s(?:else\s)?|,\s")
_DECIDED = frozenset({"action", "amount"})
_FEWEST = 2


def parted_in(label: str, gap: str, text: str, ontology: Ontology) -> tuple[dict[str, Json], Parted] | None:
    """The schema of such a line and how it is written; `None`: the gap is one field's.

    `text`: all that the program says, where a legend may stand for the words of the gap.
    """
    many = _several(label, text)
    gap = _ASIDE.sub("", gap)
    for sign in _SIGNS:
        parts = list(_split(gap, sign))
        if len(parts) < _FEWEST:
            continue
        made = [told_field(part, text, ontology) for part in parts]
        known = [one for one in made if one is not None]
        names = [name for name, _, _ in known]
        if len(known) < len(parts) or len(set(names)) < len(names):
            continue
        if {ontology.slot_of(name) for name in names} & _DECIDED:
            return None  # a ruling in one line, which has forms of its own
        clear = [one for one in known if one[2]]
        if len(clear) < _FEWEST or (2 * len(clear) < len(known) and sign not in _SIGNS[:_PLAINEST]):
            continue
        pairs = {
            name: found[1]
            for part, name in zip(parts, names, strict=True)
            if (found := pairs_in(part, ontology) or pairs_in(_said_of(part, text), ontology))
        }
        losses = {
            name: word["word"]
            for part, name in zip(parts, names, strict=True)
            if (word := _INSTEAD.search(part))
        }
        spaced = f"{sign} " if sign in {",", ";"} else sign if sign == "\t" or len(sign) > 1 else f" {sign} "
        schema = {"type": "object", "properties": {name: part for name, part, _ in known}}
        whole = {"type": "array", "items": schema} if many else schema
        return whole, Parted(spaced, pairs, losses)
    return None


def _split(gap: str, sign: str) -> Iterator[str]:
    """The parts of a gap between the signs that stand in no brackets."""
    part, shut = "", ""
    at = 0
    while at < len(gap):
        if not shut and gap.startswith(sign, at):
            yield part.strip()
            part, at = "", at + len(sign)
            continue
        shut = "" if gap[at] == shut else shut or _SHUT.get(gap[at], "")
        part += gap[at]
        at += 1
    yield part.strip()


def told_field(  # noqa: PLR0911  (one kind of field a look)
    part: str, text: str, ontology: Ontology
) -> tuple[str, dict[str, Json], bool] | None:
    """A part's name, its schema, and whether it is clearly more than an option; `None`: it is no field."""
    plain = part.strip(" <>[]{}`\"'")
    if (made := _by_itself(part, plain, ontology)) is not None or not plain:
        dated = _said_of(plain, text) if made is not None and made[1].get("format") == "date" else ""
        return _dated(dated, ontology) if dated else made
    word = plain if _WORD.fullmatch(plain) else ""
    name = "_".join(words_of(word))
    if word and (told := legend_of(word, text)) and not A_NUMBER.fullmatch(next(iter(told))):
        return name, {"type": "string", "enum": list(told), "description": _glossed(told)}, True
    if (
        word
        and (said := _said_of(word, text))
        and (made := _by_itself(said, said.strip(), ontology)) is not None
    ):
        return made
    if _SUM.search(plain):
        return "amount" if plain[0].isdigit() else plain, {"type": "number", "nullable": True}, True
    if word and ontology.slot_of(word) is not None:
        number = bool(_NUMBER.search(word))
        part_of = {"type": "integer"} if number else {"type": "string", "nullable": True}
        return word, part_of, part != plain or number
    if part != plain and (named := _named(plain, ontology)):
        return named, {"type": "string", "nullable": True, "description": plain}, True
    return None


def _by_itself(part: str, plain: str, ontology: Ontology) -> tuple[str, dict[str, Json], bool] | None:
    """A part that tells what it holds by how it looks: pairs, a date, an order's number, a choice."""
    if (paired := pairs_in(part, ontology)) is not None:
        return "items", paired[0], True
    if _DATE.search(plain):
        return _dated(plain, ontology)
    if A_NUMBER.fullmatch(re.sub(r"^the (?=[A-Z])", "", _OR.split(plain)[0])):
        told = " | ".join(_OR.split(plain))
        return first_of_kind(ontology, "id"), {"type": "string", "nullable": True, "description": told}, True
    options = tuple(map(str, gap_schema(plain).get("enum") or ()))
    if len(options) < _FEWEST:
        return None
    slot = ontology.slot_of("_", "", options)
    name = slot or "_or_".join("_".join(words_of(one)) for one in options)
    known = slot is not None or all(meant(ontology.predicates, {"enum": list(options)}).values())
    return name, {"type": "string", **({"enum": list(options)} if known else {})}, True


def _dated(told: str, ontology: Ontology) -> tuple[str, dict[str, Json], bool]:
    """A day, by what is told of it."""
    slot = ontology.slot_of("date", told)
    own = slot is not None and ontology.slots[slot].kind == "date"
    name = slot if slot is not None and own else "date"
    return name, {"type": "string", "format": "date", "nullable": True, "description": told}, True


def _said_of(word: str, text: str) -> str:
    """What a legend says of a word of a form, up to the end of its sentence."""
    name = rf"(?<![\w-])[\"'`*<]{{0,2}}{re.escape(word)}[\"'`*>]{{0,2}}{_TOLD}"
    found = re.search(rf"{name}(?P<said>[^\n]{{3,200}}?)(?:[.;](?=\s|$)|\n|$)", text)
    return found["said"] if found is not None else ""


def _named(plain: str, ontology: Ontology) -> str:
    """The field that a gap in brackets is for, by its words."""
    name = " ".join(words_of(plain))
    slot = ontology.slot_of("_", plain)
    return name if ontology.slot_of(name) is not None else slot or ""


def legend_of(word: str, text: str) -> dict[str, str]:
    """The options by which a text explains a word of a form, each with what it is for."""
    name = rf"(?<![\w-])[\"'`*<]{{0,2}}{re.escape(word)}[\"'`*>]{{0,2}}{_TOLD}"
    for match in re.finditer(name, text, re.IGNORECASE):
        found: dict[str, str] = {}
        at = match.end()
        while (option := _OPTION.match(text, at)) is not None:
            found[option["word"]] = " ".join((option["gloss"] or option["said"] or "").split())
            at = option.end()
            at += len(text[at : at + 4]) - len(text[at : at + 4].lstrip())
            if not option["next"].strip():
                break
        if len(found) >= _FEWEST:
            return found
    return {}


def _glossed(told: Mapping[str, str]) -> str:
    return "; ".join(f"{word}: {gloss}" if gloss else word for word, gloss in told.items())


def _several(label: str, text: str) -> bool:
    """Whether a text says that there may be several such lines."""
    name = rf"[\"'`*]{{0,2}}{re.escape(label)}s?[\"'`*:]{{0,3}}"
    said = re.search(
        rf"\b(?:one|an?|each|every|several|more|repeat|as many|another)\b[^.\n]{{0,12}}{name}"
        rf"[ -]?{_MANY}?[^.\n]{{0,12}}"
        rf"\b(?:per|for (?:each|every)|as needed|if)\b"
        rf"|\b(?:one|an?|separate) (?:such )?{_MANY} (?:per|for (?:each|every))\b"
        rf"|\brepeat (?:the |this )?{name}"
        rf"|\b(?:several|many|more|multiple) {name}[ -]?{_MANY}|\b{name} {_MANY}s\b",
        text,
        re.IGNORECASE,
    )
    return said is not None
