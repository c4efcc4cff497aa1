"""What a prompt says of the fields that it wants, in lines and sentences of its own.

`kind - one of: a, b, c`; `opened: yes / no / unknown`; "`known` is true if the address is the order's".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from harness.simulation.filling.defined import with_definitions
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.hints import from_hint, with_options

Json = Any
_MARKS = r"[\"'`*]{0,3}"
_LINE = re.compile(
    r"^(?P<bullet>[ \t]{0,12}(?:(?:[-*•+]|\d{1,2}[.)]|[A-Z][.)])[ \t]{1,4})?)"
    rf"(?P<open>{_MARKS})(?P<key>[A-Za-z_]\w{{1,40}}){_MARKS}[ \t]{{0,3}}(?:\((?P<aside>[^()\n]{{1,80}})\))?"
    rf"{_MARKS}[ \t]{{0,2}}(?P<sign>:|=|--?|–|—|→){_MARKS}[ \t]{{1,4}}"
    r"(?P<told>[^\n]{2,800}(?:\n[ \t]{2,16}(?![-*•+\"'`|{}\]]|\d{1,2}[.)])[^\n]{2,300}){0,4})$",
    re.MULTILINE,
)
_ROW = re.compile(
    rf"^[ \t]{{0,8}}\|[ \t]*(?P<open>{_MARKS})(?P<key>[A-Za-z_]\w{{1,40}}){_MARKS}[ \t]*\|"
    r"(?P<told>[^\n]{2,500})\|[ \t]*$",
    re.MULTILINE,
)
_COLUMN = re.compile(
    r"^(?P<indent>[ \t]{1,8})(?P<key>[a-z_]\w{1,40})[ \t]{2,24}"
    r"(?P<told>[^\s:=|{}][^\n]{2,400}(?:\n(?P=indent)[ \t]{4,40}[^\s|{}][^\n]{2,300}){0,4})$",
    re.MULTILINE,
)
"""Fields in a column, and what is told of them in another."""
_SENTENCE = re.compile(
    rf"(?:^[^\w\n]{{0,12}}(?:[A-Z\d]{{1,2}}[.)][ \t])?|(?<=[.;:!?])[ \t]{{1,2}}|\band |\bund )"
    rf"(?P<open>{_MARKS})(?P<key>[a-z_]\w{{1,40}}){_MARKS}[ \t]"
    r"(?:is|are|means|holds|contains|says|tells|must be|should be|has to be|ist|sind|heißt|bedeutet|enthält"
    r"|est|sont|contient|es|son|contiene|zijn|bevat|jest|to|oznacza|zawiera)[ \t]"
    r"(?P<told>[^\n]{2,400})$",
    re.MULTILINE,
)
_WITHIN = re.compile(
    rf"(?<=[.;?!])[ \t]{{1,3}}{_MARKS}(?P<key>[A-Za-z_]\w{{1,40}}){_MARKS}[ \t]{{0,2}}[:=][ \t]{{1,3}}"
)
_NEXT = re.compile(
    r"(?<=[.!?])\s+(?!(?:otherwise|else|if not|sonst|andernfalls|sinon|si no|anders|w innym)\b)",
    re.IGNORECASE,
)
"""Where a sentence ends, and none begins that says what is to be there else."""
_CODE = re.compile(
    r"^[\"'\[{<|]?[\w\[\]\"'<>| .]{0,60}[\"'\]}>]?\s{0,2}(?:[,;{\[]$|,?\s{0,4}(?://|#))|[{\[,;]$"
)
"""A member of something like JSON, or of a declaration."""
_VALUE = re.compile(r"@|\b[A-Z]{2,4}-\d|\b\d{4}-\d\d-\d\d\b|\d[.,]\d\d\b|^\W{0,2}\d")
_SAMPLE = re.compile(r"\be\.? ?g\b|\bexamples?\b|\bformat\b|\blike\b|\bsuch as\b|\bz\. ?b\b", re.IGNORECASE)
_FREE = frozenset({"enum", "const", "format", "anyOf", "oneOf", "$ref", "properties", "items"})
_GAPS = frozenset({"...", "…"})
_END = re.compile(r"[.;](?:\s|$)|\s[=(]\s?|\n|\s[-–—]\s")
_OFFERS = re.compile(r"^(?:is |must be |either |exactly |always ){0,2}", re.IGNORECASE)
_CHOICE = re.compile(r"^(?:any )?one of\b|[|/]|\b(?:or|oder|ou|of|lub|albo)\b", re.IGNORECASE)
_AMONG = re.compile(
    r"^(?:a list of |list of |zero or more of|one or more of|any of|some of)[:\s]{1,3}", re.IGNORECASE
)
_ELSE = re.compile(
    r"(?:\b(?:write|use|put|say|answer|give|set|then|otherwise|else|sonst|schreibe?|dann)\b[^.;\"“„`\n]{0,20}"
    r"|[,;.]\s|^)"
    r"[\"“„`](?P<word>\w[\w -]{0,20})[\"”“`]",
    re.IGNORECASE,
)
_UNSETTLED = re.compile(
    r"\b(?:more than one|not|cannot|can['’]t|doesn['’]t|don['’]t|isn['’]t|unclear|unknown|unsure"
    r"|several|doubt|otherwise|else|missing|no \w+|sonst|nicht|mehrere|unklar)\b",
    re.IGNORECASE,
)
_VOID = re.compile(
    r"\b(?:null|none) unless\b|\b(?:otherwise|else|sonst)[:,]? (?:it is |is )?(?:null|none)\b", re.IGNORECASE
)
_PAYS = re.compile(r"\b(?:due|paid|pay|payable|refund\w*|money|owed|sum|amount)\b", re.IGNORECASE)
_SET = re.compile(
    r"^(?:false|empty|not|none|null(?! unless)|true(?!,? (?:only )?(?:if|when|where|for|means)))\b",
    re.IGNORECASE,
)
"""What it is in some case, not what it means."""
_POLAR = frozenset(
    {"yes", "no", "ja", "nein", "oui", "non", "si", "sí", "nee", "tak", "nie", "true", "false"}
)
_LONGEST = 800
_FEWEST = 3
"""Words: fewer are a value."""


def with_told(schema: Mapping[str, Json], text: str, *, enforced: bool) -> dict[str, Json]:
    """The schema with all that a text says of its fields. `enforced`: what may be null is settled."""
    schema = dict(with_definitions(with_options(schema, text), text))
    own = schema.get("properties") or {}
    below = [name for part in own.values() for name in _held(part)]
    told = explained(text, frozenset({*own, *(name for name in below if below.count(name) == 1)}))
    told |= {key: f"{told.get(key, '')}. Empty for {when}" for key, when in _left_empty(text, own)}
    if not told:
        return schema
    found = {key: _explained(part, told.get(key, ""), enforced=enforced) for key, part in own.items()}
    for key, part in found.items():
        parts = {
            name: inner if name in own or below.count(name) > 1
            else _explained(inner, told.get(name, ""), enforced=enforced)
            for name, inner in _held(part).items()
        }  # fmt: skip
        if parts and "properties" in part:
            found[key] = {**part, "properties": parts}
        elif parts:
            found[key] = {**part, "items": {**part["items"], "properties": parts}}
    return {**schema, "properties": found}


_LEFT_EMPTY = re.compile(
    rf"(?P<when>[^.;:]{{3,100}}?)[;,]\s(?:and\s)?then\s{_MARKS}(?P<key>[A-Za-z_]\w{{1,40}}){_MARKS}\s"
    r"(?:stays?|is|remains?|are|must be|should be|has to be)\s(?:left\s)?(?:an?\s)?(?:empty|\[\])"
)


_THEN = re.compile(r"[;,]\s(?:and\s)?then\s")
"""What is in each of them; to look for it first is much faster."""


def _left_empty(text: str, keys: Collection[str]) -> list[tuple[str, str]]:
    """The fields that are said to be empty in a case that a sentence has just named."""
    if not _THEN.search(text):
        return []
    found = ((match["key"], " ".join(match["when"].split())) for match in _LEFT_EMPTY.finditer(text))
    return [(key, when) for key, when in found if key in keys]


def _held(part: Json) -> Mapping[str, Json]:
    """The fields one level below: an object's, or those of a list's entries."""
    whole = part.get("items") if isinstance(part, dict) and "properties" not in part else part
    held = whole.get("properties") if isinstance(whole, dict) else None
    return held if isinstance(held, dict) else {}


def explained(text: str, keys: Collection[str]) -> dict[str, str]:
    """What a text says of each of these keys. A lone line with a bare word before it may be any data."""
    lines: dict[str, tuple[str, bool]] = {}
    for match in (*_LINE.finditer(text), *_ROW.finditer(text)):
        told = " ".join(match["told"].replace("|", " - ").split()) if match.re is _ROW else match["told"]
        coded = "bullet" in match.groupdict() and not match["bullet"].strip() and _CODE.search(told.strip())
        value = _VALUE.search(told) and not (_SAMPLE.search(told) or (match["open"] and "?" in told))
        own, within = _parted(told, {*keys} - {match["key"]})
        if match["key"] in keys and not coded and not value and _says_enough(told):
            marked = bool(match["open"]) or "_" in match["key"]
            lines.setdefault(match["key"], (" ".join(own.split()), marked))
            for key, said in within:
                lines.setdefault(key, (said, marked))
    columns = {match["key"]: " ".join(match["told"].split()) for match in _COLUMN.finditer(text)}
    if len(keys & columns.keys()) > 1:
        lines |= {key: (columns[key], False) for key in columns.keys() & keys if key not in lines}
    several = len(lines) > 1
    found = {key: told for key, (told, marked) in lines.items() if several or marked}
    for match in _SENTENCE.finditer(text):
        told = _NEXT.split(match["told"])[0].strip()
        if match["key"] in keys and _says_enough(told) and not _SET.search(told):
            found.setdefault(match["key"], told)
    return {key: told[:_LONGEST] for key, told in found.items()}


def _parted(told: str, keys: Collection[str]) -> tuple[str, list[tuple[str, str]]]:
    """What is said of a field, and of others behind it in its line: `opened: …? told: …`."""
    found = [match for match in _WITHIN.finditer(told) if match["key"] in keys]
    ends = [*(match.start() for match in found[1:]), len(told)][: len(found)]
    own = told[: found[0].start()].rstrip() if found else told
    return own, [
        (match["key"], " ".join(told[match.end() : end].split()))
        for match, end in zip(found, ends, strict=True)
    ]


def _says_enough(told: str) -> bool:
    return len(told.split()) >= _FEWEST or bool(re.search(r"\w\s?[/|]\s?\w", told))


def _explained(part: Json, told: str, *, enforced: bool) -> Json:
    """A field with what is told of it."""
    if not told or not isinstance(part, dict):
        return part
    said = dict(part)
    own = str(part.get("description") or "")
    if not own or (not enforced and own.strip(" \"'`") not in _GAPS and told not in own):
        said["description"] = f"{told} ({own})" if own else told
    text = part.get("type") in (None, "string", ["string", "null"]) and not _FREE & part.keys()
    if text and (options := _options(told)):
        said |= {"type": part.get("type") or "string", "enum": options}
        said = with_definitions(said, told)
    elif type_of(part) == "array" and part.get("items") in ({}, {"type": "string"}):
        options = _options(_AMONG.sub("one of: ", told)) if _AMONG.match(told) else []
        said |= {"items": {"type": "string", "enum": options}} if options else {}
    word = _for_none(told, said.get("enum") or ()) if type_of(said) in {"string", ""} else ""
    if word and (word in said["enum"] if "enum" in said else text):
        said["untold"] = word
    if _VOID.search(told) and _PAYS.search(told) and (not enforced or _may_be_null(part)):
        said |= {"void": {}} if enforced else {"void": {}, "nullable": True}
    return said


def _may_be_null(part: Mapping[str, Json]) -> bool:
    return "null" in str(part.get("type")) or {"type": "null"} in (part.get("anyOf") or ())


def _options(told: str) -> list[str]:
    """The options that the first words offer."""
    bare = _GLOSS.sub("", told) if _ONE_OF.match(told) else told
    first = _END.split(_OFFERS.sub("", bare))[0].strip(" .,;")
    found = from_hint(first) if _CHOICE.search(first) else {}
    return list(found.get("enum") or ()) if found.get("type") == "string" else []


_ONE_OF = re.compile(r"^(?:is |must be )?(?:exactly )?(?:any )?one of\b", re.IGNORECASE)
_GLOSS = re.compile(r"\s\([^()]{3,200}\)")
"""What an option stands for, behind it."""


def _for_none(told: str, options: Collection[Json]) -> str:
    """The word that is to stand there where it cannot be told; beside yes and no it is the third."""
    neither = [option for option in options if str(option).casefold() not in _POLAR]
    if len(options) == _FEWEST and len(neither) == 1:
        return str(neither[0])
    for sentence in re.split(r"(?<=[.;])\s", told):
        found = _ELSE.search(sentence)
        rest = f"{sentence[: found.start()]} {found.group()[:9]} {sentence[found.end() :]}" if found else ""
        if found and _UNSETTLED.search(rest):
            return found["word"]
    return ""
