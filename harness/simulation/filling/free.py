"""Values where no shape was asked for: what a model writes into JSON of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

Json = Any


def freely(value: Any) -> Json:
    """A value where no shape was asked for: parts with a number to them as objects, else as words."""
    if not isinstance(value, list):
        return plain(value) if isinstance(value, Mapping) else value
    counted = any(isinstance(entry, Mapping) and entry.get("quantity") is not None for entry in value)
    deep = any(isinstance(entry, Mapping) and any(map(_is_deep, entry.values())) for entry in value)
    return [plain(entry) if counted or deep else line(entry) for entry in value]


def _is_deep(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def plain(entry: Any) -> Json:
    """One part as plain JSON: what is known of it, each thing once."""
    if not isinstance(entry, Mapping):
        return freely(entry) if isinstance(entry, list) else _scalar(entry)
    said: dict[str, Json] = {}
    for key, value in entry.items():
        known = plain(value)
        if key != "text" and known not in (None, [], {}) and known not in said.values():
            said[key] = known
    return said


def _scalar(value: Any) -> Json:
    if isinstance(value, tuple):
        return value[0] / 100
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def line(entry: Any) -> str:
    """One part in a few words."""
    if isinstance(entry, Mapping):
        return str(next((entry[key] for key in ("text", "name", "sku", "issue", "id") if entry.get(key)), ""))
    return str(entry)
