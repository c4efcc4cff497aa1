"""Fields of the JSON wanted that a prompt lists one a line, with or without bullets, or in a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.simulation.forms.keynames import Known, compound
from harness.simulation.forms.loose import parsed
from harness.simulation.meaning.hints import TYPES, from_hint, range_in

Json = Any
_LINE = re.compile(
    r"^(?P<indent>[ \t]{0,16})(?P<bullet>(?:[-*•+]|\d{1,2}[.)])[ \t]{1,4})?[`\"'*]{0,3}"
    r"(?P<name>[A-Za-z_]\w{1,40})[`\"'*]{0,3}\??[ \t]{0,3}"
    r"(?:\((?P<hint>[^()\n]{1,200}(?:\([^()\n]{0,80}\)[^()\n]{0,80})?)\))?[`\"'*]{0,3}[ \t]{0,3}"
    r"(?:(?P<sign>:|=|–|—|--?>?|=>|→)[*`]{0,2}(?:[ \t]{1,3}(?P<said>[^\n]{0,300}))?)?$"
)
_ROW = re.compile(
    r"^[ \t]{0,8}\|[ \t]*[`\"'*]{0,3}(?P<name>[A-Za-z_]\w{1,40})[`\"'*]{0,3}[ \t]*\|(?P<rest>.*)\|[ \t]*$"
)
_COLUMNS = re.compile(
    r"^(?P<indent>[ \t]{0,16})(?P<name>[a-z_]\w{1,40})[ \t]{2,40}(?P<type>\S[^\n]{0,80}?)"
    r"(?:[ \t]{2,40}(?P<rest>\S[^\n]{0,200}))?[ \t]{0,8}$"
)
_MARKED = re.compile(r"^[ \t]{0,16}(?:[-*•+`\"]|\d{1,2}[.)])[^\n]{0,4}[a-z_]")
"""Begins with a bullet, or a name in marks."""
_HEADER = re.compile(
    r"^[ \t]{0,8}\|[ \t]*\**(?:fields?|keys?|names?|property|attribute|column)\**[ \t]*\|", re.IGNORECASE
)
_RULE = re.compile(r"^[ \t]{0,8}\|[ \t:|-]+\|[ \t]*$")
_JSON = re.compile(r"(?<!no )(?<!not )(?<!without )(?<!than )(?<!instead of )\bjson\b", re.IGNORECASE)
_WANTED = re.compile(
    r"\b(?:return|respond|repl(?:y|ies)|answer|output|give|produce|provide|emit|extract|fill|write|send|only"
    r"|valid|report|antworte|réponds|responde|antwoord|odpowiedz)\b[^\n]{0,60}\bjson\b"
    r"|\bjson\b[^.\n]{0,12}\bonly\b",
    re.IGNORECASE,
)
_OF_FIELDS = re.compile(
    r"\b(?:keys?|fields?|propert(?:y|ies)|attributes?|schema|schlüsseln?|feldern?|champs?|campos?|claves?"
    r"|velden|pola)\b",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:yaml|xml|csv|toml|headers?)\b|^\s{0,40}(?:class|def|interface|type|@\w+)\b|[{\[(,]\s{0,40}$"
    r"|\b(?:comes?|came|given|received|gets?|stored|input|returned|known|found|extracted)\b"
    r"|\b(?:has|have|contains?) (?:the |these )?(?:following )?(?:fields|keys|properties)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""What stands below is another form, a declaration, or says what data looks like."""
_IS_VALUE = re.compile(r"\d{2}|@|^(?:true|false|yes|no)$", re.IGNORECASE)
_PLURAL = re.compile(r"\b(?:lists?|arrays?|each|every|objects|entries)\b|\[\]", re.IGNORECASE)
_OF_OBJECTS = re.compile(
    r"(?:an? )?(?:lists?|arrays?) of (?:objects?|entries|records)?[ (:]{0,3}(?P<inner>\{[^{}\n]{3,240}\})",
    re.IGNORECASE,
)
"""`list of objects {sku, quantity}`"""
_UNDER = re.compile(r"^[ \t]*[-=~_*]{3,}[ \t]*$")
_FEW = 4
_LEAD = 400


class Block(NamedTuple):
    """Where fields are listed, and the object that has them."""

    start: int
    end: int
    schema: dict[str, Json]


class _Field(NamedTuple):
    indent: int
    name: str
    hint: str
    said: str
    bulleted: bool
    bare: bool
    """Whether the name stands alone."""


def field_lines(text: str, known: Known) -> Block | None:
    """The last fields that a text lists one a line for the JSON that it wants; `None` where it lists none."""
    found = [block for block in _blocks(text, known) if block is not None]
    return found[-1] if found else None


def _blocks(text: str, known: Known) -> Iterator[Block | None]:
    fields: list[_Field] = []
    start = at = 0
    lines = text.split("\n")
    for number, line in enumerate([*lines, ""]):
        field = _field(line)
        if fields and not line.strip() and any(map(_MARKED.match, lines[number + 1 : number + 2])):
            pass  # a gap between two of them
        elif field is not None and (fields or not _HEADER.match(line)):
            start = at if not fields else start
            fields.append(field)
        elif fields and _goes_on(line, fields[-1]):
            fields[-1] = fields[-1]._replace(said=f"{fields[-1].said} {line.strip()}".strip())
        elif not (_RULE.match(line) or _HEADER.match(line)):
            if fields:
                yield _block(text, start, at, fields, known)
            fields = []
        at += len(line) + 1


def _field(line: str) -> _Field | None:
    if (row := _COLUMNS.match(line)) and _is_type(row["type"].strip("()")):
        return _Field(
            len(row["indent"]), row["name"], row["type"].strip("()"), row["rest"] or "", False, False
        )
    if (row := _ROW.match(line)) and not _HEADER.match(line):
        cells = [cell.strip(" `*") for cell in row["rest"].split("|")]
        typed = next((cell for cell in cells if _typed(cell)), cells[0])
        others = "; ".join(cell for cell in cells if cell and cell is not typed)
        return _Field(0, row["name"], typed, others, True, False)
    found = _LINE.match(line.rstrip())
    if found is None:
        return None
    hint, said = (found["hint"] or "").strip(), (found["said"] or "").strip()
    bullet = found["bullet"] is not None
    return _Field(len(found["indent"]), found["name"], hint, said, bullet, not hint and found["sign"] is None)


def _goes_on(line: str, field: _Field) -> bool:
    """Whether a line only continues what is said of a field."""
    return bool(line.strip()) and len(line) - len(line.lstrip()) > field.indent and not field.bare


def _block(text: str, start: int, end: int, fields: list[_Field], known: Known) -> Block | None:
    top = [field for field in fields if field.indent == fields[0].indent]
    names = [field.name for field in top]
    if len(top) < 2 or len(set(names)) < len(names) or not all(_is_key(name) for name in names):
        return None
    if not any(map(known, names)) or not _wanted(text, start, fields):
        return None
    plain = [field for field in fields if not field.bulleted and not field.hint]
    if any(_IS_VALUE.search(field.said) and not _tells(field.said) for field in plain):
        return None
    return Block(start, end, {"type": "object", "properties": _properties(fields, known)})


def _wanted(text: str, start: int, fields: list[_Field]) -> bool:
    """Whether the words before the fields say that the answer has them."""
    lines = [line for line in text[max(0, start - _LEAD) : start].split("\n") if line.strip()]
    lines = [line for line in lines if not (_HEADER.match(line) or _RULE.match(line) or _UNDER.match(line))]
    last = lines[-1] if lines else ""
    if len(last.split()) < _FEW and _OF_FIELDS.search(last):
        last = f"{last.strip(' #*:')}:"  # a heading
    if not lines or _NOT_SO.search(last):
        return False
    bare = any(field.bare and not field.bulleted for field in fields)
    if bare and not last.rstrip("*_ ").endswith(":"):
        return False
    if len(lines) > 1 and not last.rstrip("*_ ").endswith(":") and not _JSON.search(last):
        return False
    if _JSON.search(last) or (len(lines) > 1 and _WANTED.search(lines[-2])):
        return True
    told = all(field.bulleted or field.hint or field.bare for field in fields)
    return told and bool(_OF_FIELDS.search(last)) and bool(_WANTED.search(text))


def _is_key(name: str) -> bool:
    """Whether a word may be a key: `From` heads a mail."""
    return name[0].islower() or name[0] == "_"


def _typed(said: str) -> bool:
    """Whether words say of what type a value is, or which there are."""
    schema = from_hint(said) if said else {}
    return (
        bool(schema.get("enum")) or schema.get("type") not in (None, "string") or said.startswith(("[", "{"))
    )


def _tells(said: str) -> bool:
    """Whether words say what may stand there, rather than stand there."""
    return _typed(said) or range_in(said) is not None


def _is_type(said: str) -> bool:
    """Whether words are the name of a type or choices and nothing else."""
    return said.lower() in TYPES or _typed(said)


def _properties(fields: list[_Field], known: Known) -> dict[str, Json]:
    properties: dict[str, Json] = {}
    at = 0
    while at < len(fields):
        field = fields[at]
        inner = at + 1
        while inner < len(fields) and fields[inner].indent > field.indent:
            inner += 1
        schema = _schema(field)
        if inner > at + 1:
            within = {"type": "object", "properties": _properties(fields[at + 1 : inner], known)}
            many = _PLURAL.search(f"{field.hint} {field.said}")
            schema = {"type": "array", "items": within} if many else within
        elif not schema and not known(field.name) and not compound(field.name):
            schema = {"named": True}
        properties[field.name] = schema
        at = inner
    return properties


def _schema(field: _Field) -> dict[str, Json]:
    """What is said of a field, as a schema: the words that tell a type count, the others describe it."""
    for said, other in ((field.hint, field.said), (field.said, field.hint)):
        if said.startswith(("[", "{")):
            return dict(parsed(said, 0)[0])
        if inner := _OF_OBJECTS.match(said):
            return {"type": "array", "items": parsed(inner["inner"], 0)[0], "description": said[:200]}
        if _typed(said):
            return _described(from_hint(said), said, other)
    said = f"{field.hint} {field.said}".strip()
    return from_hint(said) if said else {}


def _described(schema: dict[str, Json], said: str, other: str) -> dict[str, Json]:
    return {**schema, "description": f"{said} {other}".strip()[:200]} if other else schema


def without(text: str, block: Block) -> str:
    """The text with the block left blank, everything else where it stands."""
    return f"{text[: block.start]}{' ' * (block.end - block.start)}{text[block.end :]}"
