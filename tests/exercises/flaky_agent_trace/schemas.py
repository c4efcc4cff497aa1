"""Schemas as tests ask for them: objects of which every field is required, and lists of such."""

from __future__ import annotations

from typing import Any

Json = Any


def of(**fields: Json) -> dict[str, Json]:
    """A strict object with these fields."""
    return {
        "type": "object", "properties": fields, "required": list(fields), "additionalProperties": False,
    }  # fmt: skip


def each(**fields: Json) -> Json:
    """A list of such objects."""
    return {"type": "array", "items": of(**fields)}
