"""A program's JSON Schemas without what no validator would take, for nothing sent may break the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.exchange import Request

Json = Any
_DEEPEST = 60
_WHOLE = ("minLength", "maxLength", "minItems", "maxItems")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_TEXTS = ("$ref", "title", "format", "description")
_UNIONS = ("anyOf", "oneOf", "allOf")
_NAMED = ("properties", "$defs", "definitions")
_CHECKED = frozenset((*_WHOLE, *_NUMBERS, *_TEXTS, *_UNIONS, *_NAMED, "type", "enum", "required", "items"))


def sound_request(request: Request) -> Request:
    """The request with sound schemas; the same where they are."""
    output, tools = request.output, request.tools
    if output is not None and output.schema is not None:
        output = replace(output, schema=sound(output.schema))
    tools = tuple(replace(tool, schema=sound(tool.schema)) for tool in tools)
    return request._replace(output=output, tools=tools)


def sound(schema: Json, depth: int = 0) -> dict[str, Json]:
    """A schema with only such values as its keywords may have; `true` and the like allow anything."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return {}
    said = {str(key): _sound(str(key), value, depth) for key, value in schema.items()}
    return {key: value for key, value in said.items() if value is not None or key not in _CHECKED}


def _sound(key: str, value: Json, depth: int) -> Json:  # noqa: PLR0911  (one check a keyword)
    """A keyword's value, `None` where it cannot have that."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if key in _WHOLE:
        return value if number and value == int(value) >= 0 else None
    if key in _NUMBERS:
        return value if number else None
    if key in _TEXTS:
        return value if isinstance(value, str) else None
    if key == "type":
        kinds = [kind for kind in value if isinstance(kind, str)] if isinstance(value, list) else value
        return kinds if kinds and isinstance(kinds, str | list) else None
    if key in {"enum", "required"}:
        strings = key == "required" and not all(isinstance(name, str) for name in value or ())
        return value if isinstance(value, list) and (value or key == "required") and not strings else None
    if key in _UNIONS:
        return [sound(one, depth + 1) for one in value] if isinstance(value, list) and value else None
    if key in _NAMED:
        named = value if isinstance(value, Mapping) else {}
        return {str(name): sound(part, depth + 1) for name, part in named.items()}
    return sound(value, depth + 1) if key == "items" else value
