"""What OpenAI asks of a schema that is to be followed strictly, and of the names of functions.

The vendor's words, as its users report them: every object says `additionalProperties: false` and
requires all of its properties; the root is an object; references lead somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.gateway.wire.base import Problem

Json = Any
NAME = re.compile(r"[a-zA-Z0-9_-]+\Z")
TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
INSIDE = ("properties", "$defs", "definitions")
"""Keywords that hold schemas by name."""
Path = tuple[str, ...]


def check_name(name: str, param: str) -> None:
    """Raises `Problem` for a function's name with other characters than the vendor takes."""
    if not NAME.match(name):
        raise Problem(
            "invalid",
            f"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern "
            "'^[a-zA-Z0-9_-]+$'.",
            code="invalid_value",
            param=param,
        )


def check_strict(name: str, schema: dict[str, Json] | None, param: str, *, function: bool = False) -> None:
    """Raises `Problem` in the vendor's words. `function`: it is a tool's schema, else an output's."""
    root = schema or {}
    why: str | None = None
    if root.get("type") != "object":
        shown = root.get("type")
        why = f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{shown}\"'."
        if isinstance(shown, str) and shown not in TYPES:
            why = _at((), f"'{shown}' is not valid under any of the given schemas")
    else:
        flaws = (_at(path, flaw) for path, part in _parts(root, ()) if (flaw := _flaw(part, root)))
        why = next(flaws, None)
    if why is not None:
        kind, code = ("function", "invalid_function_parameters") if function else ("response_format", None)
        raise Problem("invalid", f"Invalid schema for {kind} '{name}': {why}", code=code, param=param)


def _flaw(part: dict[str, Json], root: dict[str, Json]) -> str | None:
    kind, target = part.get("type"), part.get("$ref")
    if isinstance(kind, str) and kind not in TYPES:
        return f"'{kind}' is not valid under any of the given schemas"
    if isinstance(target, str) and not _leads(target, root):
        return f"reference can only point to definitions defined at the top level of the schema: '{target}'"
    if kind != "object" and "properties" not in part:
        return None
    if part.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false"
    missing = [key for key in part.get("properties") or {} if key not in (part.get("required") or [])]
    if missing:
        return (
            "'required' is required to be supplied and to be an array including every key in properties. "
            f"Missing '{missing[0]}'"
        )
    return None


def _parts(part: Json, path: Path) -> Iterator[tuple[Path, dict[str, Json]]]:
    """A schema and all schemas in it, each with its place."""
    if not isinstance(part, dict):
        return
    yield path, part
    for keyword in INSIDE:
        held = part.get(keyword)
        if isinstance(held, dict):
            for key, inner in held.items():
                yield from _parts(inner, (*path, keyword, key))
    yield from _parts(part.get("items"), (*path, "items"))
    held = part.get("anyOf")
    for index, inner in enumerate(held if isinstance(held, list) else ()):
        yield from _parts(inner, (*path, "anyOf", str(index)))


def _leads(target: str, root: dict[str, Json]) -> bool:
    """Whether a reference within the schema leads to something."""
    found: Json = root
    for step in target.removeprefix("#").strip("/").split("/"):
        if step:
            found = found.get(step) if isinstance(found, dict) else None
    return target.startswith("#") and isinstance(found, dict)


def _at(path: Path, why: str) -> str:
    shown = "(" + ", ".join(f"'{step}'" for step in path) + ("," if len(path) == 1 else "") + ")"
    return f"In context={shown}, {why}."
