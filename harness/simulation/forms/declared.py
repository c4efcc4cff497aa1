"""Types that a prompt declares in Python: a class with annotated fields, as the schema of the JSON wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Json = Any
_CLASS = re.compile(
    r"^(?P<indent>[ \t]{0,12})class (?P<name>\w{1,60})[ \t]{0,4}(?:\((?P<bases>[^"
    r"()\n]{0,120})\))?:[^\n]{0,80}$",
    re.MULTILINE,
)
_FIELD = re.compile(
    r"^[ \t]{1,24}(?P<name>[A-Za-z_]\w{0,60})[ \t]{0,4}:[ \t]{0,4}(?P<type>[^=#\n]{1,200}?)[ \t]{0,4}"
    r"(?:=[ \t]{0,4}(?P<default>[^#\n]{0,300}?))?(?:[ \t]{1,8}#[ \t]{0,4}(?P<comment>[^\n]{0,200}))?$",
    re.MULTILINE,
)
_MEMBER = re.compile(
    r"^[ \t]{1,24}[A-Za-z_]\w{0,60}[ \t]{0,4}=[ \t]{0,4}[\"'](?P<value>[^\"'\n]{1,60})[\"']", re.MULTILINE
)
_DESCRIBED = re.compile(r"description[ \t]{0,4}=[ \t]{0,4}[\"'](?P<said>[^\"'\n]{1,200})[\"']")
_QUOTED = re.compile(r"[\"']([^\"'\n]{1,60})[\"']")
_PLAIN = {
    "str": "string", "float": "number", "decimal": "number", "int": "integer", "bool": "boolean",
    "date": "string", "datetime": "string", "dict": "object", "any": "",
}  # fmt: skip
_LISTS = frozenset({"list", "sequence", "tuple", "set", "iterable"})


@lru_cache(maxsize=256)
def declared_schemas(text: str) -> tuple[tuple[int, dict[str, Json]], ...]:
    """Where each class begins, with its schema; those that another one holds are left out."""
    found = list(_CLASS.finditer(text))
    bodies = {m["name"]: (m, _body(text, m.end(), len(m["indent"]))) for m in found}
    known: dict[str, dict[str, Json]] = {}
    for name, (match, body) in bodies.items():
        if "Enum" in (match["bases"] or ""):
            known[name] = {"type": "string", "enum": [m["value"] for m in _MEMBER.finditer(body)]}
    rest = [name for name in bodies if name not in known]
    for _ in range(3):  # what a class holds may be declared below it
        for name in rest:
            known[name] = _object(name, bodies[name][1], known)
    held = {
        other
        for name in rest
        for other in rest
        if other != name and re.search(rf"\b{other}\b", bodies[name][1])
    }
    return tuple(
        (bodies[name][0].start(), known[name])
        for name in rest
        if name not in held and known[name]["properties"]
    )


def _body(text: str, start: int, indent: int) -> str:
    lines: list[str] = []
    for line in text[start:].split("\n")[1:]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        lines.append(line)
    return "\n".join(lines)


def _object(title: str, body: str, known: Mapping[str, dict[str, Json]]) -> dict[str, Json]:
    properties: dict[str, Json] = {}
    for match in _FIELD.finditer(body):
        schema = _type(match["type"], known)
        described = _DESCRIBED.search(match["default"] or "")
        said = described["said"] if described else match["comment"]
        properties[match["name"]] = {**schema, "description": said} if said else schema
    return {"type": "object", "properties": properties, "title": title}


def _type(written: str, known: Mapping[str, dict[str, Json]], depth: int = 0) -> dict[str, Json]:
    text = written.strip().removeprefix("typing.")
    outer, _, inner = text.partition("[")
    inner = inner.rpartition("]")[0]
    parts = _split(text, "|")
    if len(parts) > 1 or outer in {"Optional", "Union"}:
        parts = parts if len(parts) > 1 else _split(inner, ",")
        real = [part for part in parts if part.strip() != "None"]
        nullable = len(real) < len(parts) or outer == "Optional"
        return {**_type(real[0] if real else "str", known, depth + 1), "nullable": nullable}
    if outer == "Literal":
        return {"type": "string", "enum": _QUOTED.findall(inner)}
    if outer == "Annotated":
        return _type(_split(inner, ",")[0], known, depth + 1)
    if outer.casefold() in _LISTS and depth < 6:
        return {"type": "array", "items": _type(_split(inner, ",")[0], known, depth + 1) if inner else {}}
    if text.strip("\"'") in known:
        return known[text.strip("\"'")]
    kind = _PLAIN.get(outer.rpartition(".")[2].casefold())
    return {"type": kind} if kind else {}


def _split(text: str, sign: str) -> list[str]:
    """The parts between signs that stand in no brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "[(") - (char in "])")
        if char == sign and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]
