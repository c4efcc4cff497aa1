"""Words that say what a value may be, as a schema: `number or null`, `refund | deny`."""

from __future__ import annotations

import re
from typing import Any

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


def from_hint(hint: str) -> dict[str, Json]:
    """A schema from words such as `number or null`, `refund | deny | escalate`, `<ISO date>`."""
    hint = hint.strip().removeprefix("z.")
    text = _ONE_OF.sub("", hint.strip(" <>\"'`,."))
    text = text.strip(" []()<>\"'`,.") if text != hint.strip(" <>\"'`,.") else text
    nullable = bool(re.search(r"\b(null|none|nullable|optional)\b", text, re.IGNORECASE))
    listed = re.match(r"(?:an?\s+)?(?:list|array)\b", text, re.IGNORECASE)
    if listed:
        objects = re.search(r"\b(?:objects?|quantit(?:y|ies)|each with)\b", text, re.IGNORECASE)
        items: dict[str, Json] = {"type": "object"} if objects else {"type": "string"}
        return {"type": "array", "items": items, "nullable": nullable, "description": hint[:200]}
    parts = [part.strip(" \"'`<>") for part in re.split(r"\s*[|/]\s*|\s+or\s+|,\s*", text)]
    options = [part for part in parts if part and part.lower() not in {"null", "none"}]
    described = {"description": hint[:200]} if hint else {}
    plain = all(re.fullmatch(r"[\w-]+(?: [\w-]+)?", part) and part.lower() not in TYPES for part in options)
    if len(options) > 1 and plain:
        return {"type": "string", "enum": options, "nullable": nullable, **described}
    typed = re.match(r"(?:an?\s+)?([a-z]+)\b|.*\((?:an?\s+)?([a-z]+)\b", text.lower())
    kind = next((TYPES[word] for word in typed.groups() if word in TYPES), None) if typed else None
    if kind is None and re.fullmatch(r"-?\d+([.,]\d+)?(?:\s*(?:-|to|\.\.)\s*\d+([.,]\d+)?)?", text):
        kind = "number"
    return {"type": kind or "string", "nullable": nullable, **described}


def with_options(schema: dict[str, Json], text: str) -> dict[str, Json]:
    """The schema with the options that sentences give for its fields: "outcome is paid, denied or open"."""
    properties = schema.get("properties") or {}
    given = {match["key"]: from_hint(match["list"]) for match in _OPTIONS.finditer(text)}
    found = {
        key: {**part, **given[key]}
        for key, part in properties.items()
        if key in given
        and given[key].get("enum")
        and part.get("type") in {None, "string"}
        and "enum" not in part
    }
    return {**schema, "properties": {**properties, **found}} if found else schema


_OPTIONS = re.compile(
    r"(?<![\w.])[\"'`]?(?P<key>[A-Za-z_]\w{1,40})[\"'`]?\s{0,2}(?:is|must be|should be|can be|may be"
    r"|has to be|being|=|:)\s{1,2}"
    r"(?:either |exactly |always |only )?(?:one of:? )?(?P<list>[\"'`]?[A-Za-z_]{2,30}[\"'`]?"
    r"(?:(?:, (?:or )?| or |\s?[|/]\s?)[\"'`]?[A-Za-z_]{2,30}[\"'`]?){1,9})(?=[.;\n)]|$)",
    re.MULTILINE,
)
