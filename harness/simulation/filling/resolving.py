"""A JSON Schema with references followed and unions decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.typed import type_of

Json = Any
DEEPEST = 12


def resolved(schema: Json, root: Mapping[str, Json], *, depth: int = 0) -> dict[str, Json]:
    """Follow references and choose the branch of a union that says most; null only adds itself."""
    if not isinstance(schema, dict) or depth > DEEPEST:
        return {}
    if "$ref" in schema:
        target: Json = root
        for step in str(schema["$ref"]).lstrip("#/").split("/"):
            target = target.get(step, {}) if isinstance(target, dict) else {}
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return {**resolved(target, root, depth=depth + 1), **rest}
    if "allOf" in schema:
        merged = {key: value for key, value in schema.items() if key != "allOf"}
        for branch in schema["allOf"] if isinstance(schema["allOf"], list) else []:
            found = resolved(branch, root, depth=depth + 1)
            properties = {**merged.get("properties", {}), **found.get("properties", {})}
            merged = {**found, **merged}
            if properties:
                merged["properties"] = properties
        return merged
    for union in ("anyOf", "oneOf"):
        if isinstance(schema.get(union), list):
            return _union(schema, root, union, depth)
    kinds = schema.get("type")
    if isinstance(kinds, list):
        real = [kind for kind in kinds if kind != "null"]
        return {
            **schema,
            "type": real[0] if real else "null",
            "nullable": "null" in kinds,
            "types": real,
        }
    return schema


def _union(schema: dict[str, Json], root: Mapping[str, Json], union: str, depth: int) -> dict[str, Json]:
    branches = [resolved(branch, root, depth=depth + 1) for branch in schema[union]]
    rest = {key: value for key, value in schema.items() if key != union}
    if not (real := [branch for branch in branches if branch.get("type") != "null"]):
        return {**rest, "type": "null"}
    # Pydantic writes a Decimal as number | string-with-pattern: a number is what models give.
    chosen = next((branch for branch in real if type_of(branch) in {"object", "array", "number"}), real[0])
    return {**chosen, **rest, "nullable": len(real) < len(branches), "branches": real}


def items_of(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """The schema of a list's entries."""
    items = schema.get("items")
    return items if isinstance(items, dict) else {}
