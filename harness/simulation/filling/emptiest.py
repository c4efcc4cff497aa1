"""The value of a schema that says as little as it can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.resolving import DEEPEST, resolved
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.nothing import UNKNOWING, nothing_among, unknowing

Json = Any


def guesses(schema: Json, root: Mapping[str, Json]) -> bool:
    """Whether the empty value of a field looks like an answer; an empty text does not, but for a day."""
    schema = resolved(schema, root)
    if "untold" in schema:
        return False
    if schema.get("enum"):
        return len(schema["enum"]) > 1 and not unknowing(str(emptiest(schema, root)))
    return type_of(schema) in {"boolean", "integer", "number", "array"} or bool(
        schema.get("decimal") or "date" in str(schema.get("format"))
    )


def is_day(schema: Mapping[str, Json]) -> bool:
    """Whether nothing but a day may stand there."""
    return type_of(schema) == "string" and "date" in str(schema.get("format"))


def emptiest(schema: Json, root: Mapping[str, Json], depth: int = 0) -> Json:  # noqa: PLR0911  (one value a type)
    """A valid value that says as little as it can."""
    schema = resolved(schema, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("nullable"):
        return None
    if "untold" in schema:
        return schema["untold"]  # the word for that
    options = schema.get("enum")
    if "rest" in schema:
        return schema["rest"]  # what the prompt keeps for all else
    if options:
        low = {str(option).lower(): option for option in options}
        least = low.get(str(nothing_among([*map(str, options)], plainly=True)).lower(), options[-1])
        said = next((option for option in options if unknowing(str(option))), least)
        return next((low[word] for word in UNKNOWING if word in low), said)
    kind = type_of(schema)
    if depth > DEEPEST or not kind:
        return None
    if kind == "object":
        properties = schema.get("properties") or {}
        return {key: emptiest(part, root, depth + 1) for key, part in properties.items()}
    if kind == "array":
        least = int(schema.get("minItems") or 0)
        return [emptiest(schema.get("items") or {}, root, depth + 1) for _ in range(least)]
    if kind in {"number", "integer"}:
        low_bound = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        lowest = max(0, low_bound) if isinstance(low_bound, int | float) else 0
        return int(lowest) + (1 if "exclusiveMinimum" in schema and lowest == low_bound else 0)
    if kind == "boolean":
        return False
    if kind == "null":
        return None
    if schema.get("decimal"):
        return "0.00"  # a sum as a text
    return "".ljust(int(schema.get("minLength") or 0), "-")
