"""What complaints about an answer's form say of its fields, put into the schema of the next answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.simulation.meaning.hints import TYPES
from harness.simulation.reading.values import moneys

Json = Any
_LOCATED = re.compile(r"(?m)^[ \t]{0,4}(?:[\w\[\]]{1,40}\.){0,6}([A-Za-z_]\w{0,40})\n[ \t]{1,8}(?=\S)")
"""A validator's path to a field, with what is wrong on the line below."""
_NOTED = re.compile(r"\[type=[^\n]{0,400}")
"""What a validator notes behind its message: the value that was there."""
_BE = r"(?:must|should|has to|have to|needs? to|can|may|expected to|set|leave|make|is to)"
_NULL = r"(?:null|none|nil|empty|omitted|absent|blank)"
_VOID = re.compile(
    rf"\b{_BE}\b[^.\n]{{0,24}}?\b{_NULL}\b|\b{_NULL} (?:unless|if|when|for|here|please|instead)\b"
    rf"|\b(?:expect|want)(?:ed|s|ing)? {_NULL}\b|\bonly be (?:set|given|present|filled)\b|[:=] ?{_NULL}\b",
    re.IGNORECASE,
)
_FILLED = re.compile(
    rf"(?:\bnot|n['’]t|\bnever|\bcannot)\b[^.\n]{{0,12}}\b{_NULL}\b|\b{_NULL}\b[^.\n]{{0,12}}\bnot\b"
    rf"|\b{_NULL} or (?:an? )?\w",
    re.IGNORECASE,
)
_OPTIONS = re.compile(
    rf"\b(?:one of|member of|not in|{_BE} be(?: either| one of)?|to be(?: either| one of)?|allowed|valid"
    r"|permitted|choose from|options|values|enum)\b"
    r"(?:['\"]?:|,? (?:values?|options?|members?|choices?|are|is|the following|these)){0,4}"
    r"[^\w'\"`‘“]{0,6}(?P<list>[^.\]\n]{3,300})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"['\"`‘“]([A-Za-z_][\w -]{0,40})['\"`’”]")
_BARE = re.compile(r"[A-Za-z_]{2,30}(?:(?:,\s?(?:or )?| or |\s?[|/]\s?)[A-Za-z_]{2,30}){1,11}")
_SHOWN = re.compile(r"['\"`‘“](?P<said>[^'\"`’”\n]{3,24})['\"`’”]")
_GOT = re.compile(r"\b(?:but|got|received|given|found|instead of|not|input)\b|[\[(]type=", re.IGNORECASE)
"""What stands behind it is what was there."""
_TYPE = re.compile(
    rf"\b(?:valid|of type|{_BE} be(?: an?)?|expected an?|as(?: an?)?|not an?|want an?|need an?)\W{{1,3}}"
    r"(?:json |plain |single |bare )?"
    r"(?P<type>number|float|decimal|integer|int|string|str|text|boolean|bool)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"(?:at most|no more than|not (?:more|longer) than|max(?:imum|\.)?(?: length)?(?: (?:of|is))?|up to"
    r"|within|fewer than|less than|shorter than|longer than|exceeds"
    r"|limit(?:ed)?(?: (?:of|is|to))?)\W{0,3}(\d{1,5})",
    re.IGNORECASE,
)
_LONG = re.compile(r"\b(?:char(?:acter)?s?|letters|length|too_?\s?long|longer|shorter)\b", re.IGNORECASE)


def amended(schema: Mapping[str, Json], faults: str, given: Mapping[str, Json]) -> dict[str, Json]:
    """The schema with what complaints say of its fields. `given`: the answer that they are about."""
    names = list(dict.fromkeys(_names(schema)))
    changes: dict[str, dict[str, Json]] = {}
    lines = _LOCATED.sub(r"\1: ", _NOTED.sub("", faults)).splitlines()
    for line in lines:
        if (name := _subject(line, names, given, lines)) and (change := _change(line, name, names, given)):
            changes[name] = {**changes.get(name, {}), **change}
    return _with(schema, changes) if changes else dict(schema)


def _names(schema: Json) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties") or {}
        for part in (*(schema.get("properties") or {}).values(), schema.get("items")):
            yield from _names(part)


def _with(schema: Mapping[str, Json], changes: Mapping[str, Mapping[str, Json]]) -> dict[str, Json]:
    found = dict(schema)
    if isinstance(found.get("properties"), dict):
        found["properties"] = {
            name: {**_with(part, changes), **changes.get(name, {})} if isinstance(part, dict) else part
            for name, part in found["properties"].items()
        }
    if isinstance(found.get("items"), dict):
        found["items"] = _with(found["items"], changes)
    return found


def _named(line: str, names: list[str]) -> list[tuple[int, str]]:
    """The fields that a line speaks of, with where."""
    patterns = ((name, re.escape(name).replace("_", "[_ ]")) for name in names)
    found = ((re.search(rf"(?<![\w-]){said}(?![\w-])", line, re.IGNORECASE), name) for name, said in patterns)
    return sorted((match.start(), name) for match, name in found if match)


def _subject(line: str, names: list[str], given: Mapping[str, Json], lines: list[str]) -> str:
    """The field that a line complains of; empty where it cannot be told."""
    if named := _named(line, names):
        void = _VOID.search(line)
        # "unless it is a refund, the amount must be null": what is named right before it is to be null.
        before = [name for at, name in named if void and at < void.start()]
        return before[-1] if before else named[0][1]
    quoted = set(_QUOTED.findall(line)[:1])
    held = [name for name in names if isinstance(given.get(name), str) and given[name] in quoted]
    spoken = {name for other in lines for _, name in _named(other, names)}
    return held[0] if len(held) == 1 else spoken.pop() if len(spoken) == 1 else ""


def _change(line: str, name: str, names: list[str], given: Mapping[str, Json]) -> dict[str, Json]:
    """What a line wants changed of a field."""
    if _VOID.search(line) and not _FILLED.search(line):
        others = {other for _, other in _named(line, names)} - {name}
        return {"nullable": True, "void": {other: given[other] for other in others if other in given}}
    if options := _options(line, name):
        return {"type": "string", "enum": options}
    kind = TYPES.get(_wanted(line))
    if kind and not (kind == "integer" and _broken(given.get(name))):
        loose = {} if given.get(name) is not None else {"nullable": False}
        return {"type": kind, **loose}
    if any(moneys(shown["said"]) for shown in _SHOWN.finditer(line)):
        return {"type": "string"}  # a sum with its currency is a text
    if _LONG.search(line) and (match := _LENGTH.search(line)):
        return {"type": "string", "maxLength": int(match[1])}
    return {"nullable": False} if _FILLED.search(line) and given.get(name) is None else {}


def _wanted(line: str) -> str:
    """The type that a line wants, said last; what is "not a number" where it names no other."""
    found = [(not match.group().lower().startswith("not"), match["type"]) for match in _TYPE.finditer(line)]
    return max(reversed(found), key=lambda one: one[0])[1].lower() if found else ""


def _broken(value: Json) -> bool:
    """Whether a number is none that could be whole: without its fraction it would be another."""
    return isinstance(value, float) and not value.is_integer()


def _options(line: str, name: str) -> list[str]:
    """The words of which a line wants one."""
    found = _OPTIONS.search(line)
    if found is None:
        return []
    listed = _GOT.split(found["list"])[0]
    options = [option for option in _QUOTED.findall(listed) if option != name]
    if len(options) < 2 and (bare := _BARE.match(listed)):
        options = re.findall(r"(?!or\b)[A-Za-z_]{2,30}", bare.group())
    plain = {option.lower() for option in options}
    return options if len(plain) > 1 and not plain & {*TYPES, "null", "none", "valid", "an", "the"} else []
