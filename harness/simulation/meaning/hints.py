"""Words that say what a value may be, as a schema: `number or null`, `refund | deny`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.meaning.labels import glossary, is_label, labels_for
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.text import fold

Json = Any
TYPES = {
    "number": "number", "float": "number", "decimal": "number", "int": "integer", "integer": "integer",
    "bool": "boolean", "boolean": "boolean", "true": "boolean", "false": "boolean", "string": "string",
    "str": "string", "text": "string", "zahl": "number", "nombre": "number",
    "object": "object", "dict": "object", "map": "object", "mapping": "object",
}  # fmt: skip
_ONE_OF = re.compile(
    r"^(?:(?:either|any|one) of|enum|literal|one_?of|choice)\b\s*:?\s*(?=[\[(\w\"'`])", re.IGNORECASE
)


_VOID = re.compile(
    r"(?:\b(?:or|else)\s)?\b(?:null|none|empty)\s(?:unless|if|when|for|otherwise)\b[^|;]{0,120}"
    r"|\b(?:otherwise|else)\s(?:null|none|empty)\b",
    re.IGNORECASE,
)
_UNLESS = re.compile(r"\b(?:unless|otherwise|else|no|not|nothing|den(?:y|ied|ials?)|declin\w+|escalat\w+)\b")
"""When there is to be no value: 0 is none either."""
_SUM_OR_NONE = re.compile(r"[\"'`]0[.,]00[\"'`] (?:or|\|) null")


def from_hint(hint: str) -> dict[str, Json]:
    """A schema from words such as `number or null`, `refund | deny | escalate`, `<ISO date>`."""
    hint = hint.strip().removeprefix("z.")
    text = _ONE_OF.sub("", hint.strip(" <>\"'`,."))
    text = text.strip(" []()<>\"'`,.") if text != hint.strip(" <>\"'`,.") else text
    nullable = bool(re.search(r"\b(null|none|nullable|optional)\b", text, re.IGNORECASE))
    if void := _VOID.search(text):
        said = _VOID.sub("", text).strip(" ,;|")
        none: dict[str, Json] = {"void": {}} if _UNLESS.search(void.group().lower()) else {}
        return {**(from_hint(said) if said else {}), "nullable": True, "description": hint[:200], **none}
    if _SUM_OR_NONE.fullmatch(hint):
        return {"type": "string", "nullable": True, "description": hint, "void": {}}
    if listed := _LIST.match(text):
        if among := _AMONG.search(text):
            chosen = [part.strip(" \"'`") for part in SEPARATE.split(among["list"])]
            return {
                "type": "array", "items": {"type": "string", "enum": chosen}, "nullable": nullable,
                "description": hint[:200],
            }  # fmt: skip
        objects = re.search(r"\b(?:objects?|quantit(?:y|ies)|each with)\b", text, re.IGNORECASE)
        items: dict[str, Json] = {"type": "object"} if objects else {"type": "string"}
        of = from_hint(listed["of"]) if listed["of"] and re.search(r"[|/]|\bor\b", listed["of"]) else {}
        items |= {"enum": of["enum"]} if of.get("enum") and not objects else {}
        return {"type": "array", "items": items, "nullable": nullable, "description": hint[:200]}
    options = _quoted(hint) or _options(text, offered=_ONE_OF.match(hint.strip(" <>\"'`,.")) is not None)
    described = {"description": hint[:200]} if hint else {}
    if options:
        return {"type": "string", "enum": options, "nullable": nullable, **described}
    typed = _TYPED.match(text.lower()) if not _ID.match(text.lower()) else None
    kind = next((TYPES[word] for word in typed.groups() if word in TYPES), None) if typed else None
    if kind is None and (_NUMBERS.fullmatch(text) or _SCALE.match(text)):
        kind = "number"
    return {"type": kind or "string", "nullable": nullable, **described}


_LIST = re.compile(
    r"(?:an?\s+)?(?:(?:list|array)\b(?:\s+of\s+(?P<of>.+))?"
    r"|(?:strings?|str|text|numbers?)(?:\s+(?:list|array)\b|\[\]|\[$))",
    re.IGNORECASE,
)
_AMONG = re.compile(
    r"(?:\b(?:from|among|out of|any of|of)\s{0,2}:|\b(?:any of|chosen from|taken from))\s{1,2}"
    r"(?P<list>[\"'`]?[\w-]{2,40}[\"'`]?(?:\s{0,2}(?:[,|/]|\bor\b|\band\b)\s{0,2}[\"'`]?[\w-]{2,40}[\"'`]?){1,14})\s{0,2}$",
    re.IGNORECASE,
)
"""What the entries of a list are chosen from."""
_TYPED = re.compile(r"(?:an?\s{1,4})?([a-z]{1,20})\b|[^\n]{0,120}\((?:an?\s{1,4})?([a-z]{1,20})\b")
_ID = re.compile(
    r"(?:the )?numbers? of (?:the|an?|its|that|this|one) (?:[a-z]{2,12} ){0,1}[a-z]{3,12}(?<!s)\b(?! \w+s\b)"
)
"""`number of the order`, which no one counts."""
_NUMBERS = re.compile(
    r"[nN#]|-?\d+(?:[.,]\d+)?(?:\s*(?:-|to|\.\.)\s*\d+(?:[.,]\d+)?)?"
    r"|(?:from|between)\s-?\d+(?:[.,]\d+)?\s(?:to|and)\s\d+(?:[.,]\d+)?"
)
_SCALE = re.compile(r"-?[01](?:\.0)?\s{0,2}(?:-|–|to|\.\.)\s{0,2}\d{1,3}(?:\.0)?(?=[,;(]|\s+\()")
"""`0 to 100, how sure you are`"""
SEPARATE = re.compile(r"\s{0,4}[|/]\s{0,4}|,?\s{1,4}or\s{1,4}|,\s{0,4}")
DESCRIBES = re.compile(
    r"\b(?:one|two|short|brief|plain|sentences?|words?|text|comma|separated|english|iso|date|format"
    r"|max|(?:the|an?)(?= )|in|of|with|customer|decimals?)\b",
    re.IGNORECASE,
)
"""Says how a value looks, and is none."""
A_NUMBER = re.compile(
    r"(?:the )?[A-Z]{1,5}-(?:numbers?|nummer|num|nr|no|id|numéro|número|numer|n{1,6}|x{1,6}|N{1,6}|X{1,6})"
    r"|(?:the |its |an? )?(?:order|bestell|article|item)(?:['’]s)?[ _-]?(?:number|id|no|nr|nummer)",
    re.IGNORECASE,
)
"""Stands for a number, and is no word to choose: `HL-number | unclear`."""
_FEW = 2


def _options(text: str, *, offered: bool) -> list[str]:
    """The values that words offer; of two between which only a comma stands, one says more of the other."""
    parts = [part.strip(" \"'`<>") for part in SEPARATE.split(text)]
    options = [part for part in parts if part and part.lower() not in {"null", "none"}]
    types = {part.lower() for part in options} & TYPES.keys()
    types -= {"object"} if types != {part.lower() for part in options} else set()  # `AGREE or OBJECT`
    plain = not types and all(re.fullmatch(r"[\w-]+(?: [\w-]+)?", part) for part in options)
    if len(options) < _FEW or not plain or any(map(A_NUMBER.fullmatch, options)):
        return []
    in_words = not offered and not re.search(r"[|/]", text)
    apart = len(options) == _FEW and in_words and not re.search(r"\bor\b", re.sub(r"\bor null\b", "", text))
    return [] if apart or (in_words and any(map(DESCRIBES.search, options))) else options


_IN_QUOTES = re.compile(r"[\"'`“„]([^\W_][\w -]{0,40})[\"'`”“]")
_LISTED = re.compile(
    rf"{_IN_QUOTES.pattern}(?:(?:\s{{0,2}}[,|/]|,?\s{{1,2}}(?:or|oder|ou|o|u|of|lub|albo)\b)\s{{0,2}}{_IN_QUOTES.pattern}){{1,12}}"
)


def _quoted(hint: str) -> list[str]:
    """Values that stand in quotes, one beside the other: `"pay", "decline" oder "ask"`."""
    found = _LISTED.match(hint)
    return _IN_QUOTES.findall(found.group()) if found is not None else []


def with_options(schema: Mapping[str, Json], text: str) -> dict[str, Json]:
    """The schema with what a text says that its fields may be: options ("outcome is paid, denied or open",
    "Categories: late, lost, other") and scales ("how risky, from 0 to 100").
    """
    properties = schema.get("properties") or {}
    given = {match["key"]: from_hint(match["list"]) for match in _OPTIONS.finditer(text)}
    given |= _with_meanings(text)
    free = [
        key for key, part in properties.items()
        if part.get("type") in (None, "string", ["string", "null"]) and not _SETTLED & part.keys()
    ]  # fmt: skip
    found: dict[str, Json] = {}
    taken: set[tuple[str, ...]] = set()
    for key in sorted(free, key=lambda key: len(words_of(key))):
        if key in given and given[key].get("enum"):
            found[key] = {**properties[key], **given[key]}
        elif (
            (labels := labels_for(key, text, only=len(free) == 1))
            and labels not in taken
            and not _NO_LABELS & {*labels}
        ):
            found[key] = {**properties[key], "enum": list(labels)}
            taken.add(labels)
        elif is_label(key) and (told := glossary(text)) and not told.keys() & properties.keys():
            found[key] = {**properties[key], "enum": list(told), "defined": told}
    measures = [
        key for key, part in properties.items() if part.get("type") in ("number", "integer") or not part
    ]
    marks = [key for key in measures if _MARK.search(key)]
    for key in measures:
        part = properties[key]
        if {"maximum", "enum"} & part.keys() or range_in(str(part.get("description") or "")):
            continue
        said = range_for(key, text, named=not part)
        if said := said or (range_for("", text, named=False) if marks == [key] else None):
            words = next((one.group() for one in _SAID.finditer(text) if range_in(one.group()) == said), "")
            told = {"description": words[:200]} if _NAMED_ENDS.search(words) else {}
            found[key] = {"type": "integer", **told, **part, "minimum": said[0], "maximum": said[1]}
    for key, part in properties.items():
        if not part and key not in found and (typed := _typed_aside(key, text)):
            found[key] = typed
    return {**schema, "properties": {**properties, **found}} if found else dict(schema)


_NO_LABELS = frozenset({"string", "null", "number", "boolean", "integer"})
_ONE = r"[\"'`*]{0,2}[A-Za-z][\w-]{1,29}[\"'`*]{0,2}"
_EXPLAINED = re.compile(
    rf"(?<![\w.])[\"'`*]{{0,2}}(?P<key>[A-Za-z_]\w{{1,40}})[\"'`*]{{0,2}}\s?"
    r"(?:is|must be|should be|can be|may be|has to be|=|:)"
    rf"\s(?:either |exactly |always )?(?:one of:? )?(?P<list>{_ONE}\s?\([^()\n]{{2,160}}\)"
    rf"(?:(?:,|;|\||/)?\s(?:or |and )?{_ONE}\s?\([^()\n]{{2,160}}\)){{1,9}})"
)
"""`verdict is one of pay (money is due), no (nothing is due) or ask (it is not clear)`"""
_BULLETED = re.compile(
    rf"(?<![\w.])[\"'`*]{{0,2}}(?P<key>[A-Za-z_]\w{{1,40}})[\"'`*]{{0,2}}\s?"
    r"(?:is|must be|=|:)\s(?:exactly )?one of:?[ \t]*\n"
    rf"(?P<list>(?:[ \t]{{0,8}}[-*•][ \t]{_ONE}[ \t]?(?:[:=–—-]|\()[^\n]{{2,300}}(?:\n|$)){{2,10}})"
)
"""The same as a list."""


def _with_meanings(text: str) -> dict[str, dict[str, Json]]:
    """Key → its options with what a text says of each right behind it."""
    found: dict[str, dict[str, Json]] = {}
    for pattern in (_EXPLAINED, _BULLETED):
        for match in pattern.finditer(text):
            parts = re.finditer(
                rf"(?P<option>{_ONE})\s?\([^()\n]{{2,160}}\)" if pattern is _EXPLAINED
                else rf"^[ \t]{{0,8}}[-*•][ \t](?P<option>{_ONE})", match["list"], re.MULTILINE,
            )  # fmt: skip
            options = [part["option"].strip("\"'`*") for part in parts]
            told = {"type": "string", "enum": options, "description": match["list"][:800]}
            found[match["key"]] = found[match["key"].lower()] = told
    return found


def _typed_aside(key: str, text: str) -> dict[str, Json]:
    """What a sentence says in brackets of a key's type: `except amount_due (string, two decimals)`."""
    hints = re.findall(rf"(?<!\w){re.escape(key)}[`\"']?\s\(([^()\n]{{3,80}})\)", text)
    named = [hint for hint in hints if re.split(r"\W", hint.strip().lower())[0] in TYPES]
    return from_hint(named[-1]) if named else {}


_SETTLED = frozenset({"enum", "const", "format", "anyOf", "$ref", "properties", "items"})
_RANGE = re.compile(
    r"(?<![\w.,-])(-?[01])(?:\.0)?\s{0,2}(?:\([^()\n]{1,30}\)\s{0,2})?(?:-|–|\bto\b|\.\.|\bthrough\b|\band\b)\s{0,2}"
    r"(1|3|4|5|7|10|100)(?:\.0)?(?![\w-]|[.,]\d)|(?:\bout of |/\s?)(5|10|100)\b"
)
_NAMED_ENDS = re.compile(
    r"(?<![\w.,-])([01])\s{0,2}(?:=|is)\s{0,2}[a-z ]{3,24}[,;.]?\s(?:and |to )?"
    r"([3-9]|10)\s{0,2}(?:=|is)\s{0,2}[a-z]"
    r"|(?<![\w.,-])([01])\s(?:\([a-z ]{3,24}\)|[a-z][a-z ]{2,24}),\s"
    r"(?:\d\s[a-z][a-z ]{2,24},?\s(?:and |or )?){0,8}"
    r"([3-9]|10)\s[a-z]{2}",
    re.IGNORECASE,
)
"""`1 = highest, 4 = lowest`, `1 urgent, 2 normal, 3 can wait`"""
_COUNTED = re.compile(r"\b(?:integer|int|number|whole|scale|score|rate|rating)\b", re.IGNORECASE)
_MARK = re.compile(r"score|rating|grade|mark$|points", re.IGNORECASE)
_RATED = ("rate", "rating", "grade", "score", "scale")
_SAID = re.compile(r"[^.\n;]{1,400}")


def range_in(text: str) -> tuple[int, int] | None:
    """The ends of a scale that a text names."""
    if named := _NAMED_ENDS.search(text):
        return int(named[1] or named[3]), int(named[2] or named[4])
    found = _RANGE.search(text)
    ends = (int(found[1] or 0), int(found[2] or found[3])) if found else (0, 0)
    return ends if ends[0] < ends[1] else None


def range_for(name: str, text: str, *, named: bool) -> tuple[int, int] | None:
    """The scale that a sentence gives for a field: one that names it, be it in another form; for a mark
    without a name, one that tells to give some.

    `named`: by just its name, and says that it is a number.
    """
    stems = [word[:5] for word in words_of(name) if len(word) > 3]
    for said in _SAID.finditer(text):
        words = fold(said.group()).words if (found := range_in(said.group())) else ()
        if named and not (found and name in said.group() and _COUNTED.search(said.group())):
            continue
        if found and any(word.startswith(stem) for word in words for stem in stems or _RATED):
            return found
    return None


_OPTIONS = re.compile(
    r"(?<![\w.])[\"'`]?(?P<key>[A-Za-z_]\w{1,40})[\"'`]?\s{0,2}(?:is|must be|should be|can be|may be"
    r"|has to be|being|=|:)\s{1,2}"
    r"(?:either |exactly |always |only )?(?:one of:? )?(?P<list>[\"'`]?[A-Za-z_]{2,30}[\"'`]?"
    r"(?:(?:, (?:or )?| or |\s?[|/]\s?)[\"'`]?[A-Za-z_]{2,30}[\"'`]?){1,9})(?=[.;\n)]|$)",
    re.MULTILINE,
)
