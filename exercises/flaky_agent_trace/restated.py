"""What earlier steps of a program say of the mail, taken as facts by the step that builds on them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, cast

from harness.simulation.records import Record
from harness.simulation.text import fold

from .mind import Mind
from .policy import Ask
from .records import Issue

READERS = frozenset({"extract", "classify"})
"""Operations that read for themselves, whatever was read before; a draft sways them all the same."""


def restated_asks(mind: Mind, record: Record | None) -> tuple[Ask, ...] | None:
    """The requests as an earlier step states them, where this step builds on it."""
    if mind.claims is None or mind.operation in {"critique", *READERS}:
        return None
    return stated_asks(mind, record) or None


def stated_asks(mind: Mind, record: Record | None) -> tuple[Ask, ...]:
    """The requests that an earlier reading states."""
    values = mind.claims.values if mind.claims is not None else {}
    entries = [entry for entry in values.get("asks") or [] if isinstance(entry, dict) and entry.get("issue")]
    if not entries:
        entries = [values] if values.get("issue") else []
    asks = []
    for entry in entries:
        merged = {
            **{
                k: v
                for k, v in values.items()
                if k in {"items", "item", "sku", "opened", "reported", "quantity"}
            },
            **entry,
        }
        opened = merged.get("opened")
        if opened is None and merged.get("sealed") is not None:
            opened = not merged["sealed"]
        reported = merged.get("reported")
        asks.append(
            Ask(
                cast("Issue", entry["issue"]), _items(merged, record),
                None if opened is None else bool(opened),
                reported if isinstance(reported, dt.date) else None,
            )
        )  # fmt: skip
    return tuple(asks)


def _items(values: dict[str, Any], record: Record | None) -> tuple[tuple[str, int | None], ...]:
    named = values.get("items")
    entries: list[Any] = named if isinstance(named, list) else []
    if isinstance(named, str):
        counted = [re.match(r"(?:(\d+)\s*[x×]\s+)?(.+)", part.strip()) for part in named.split(",")]
        entries = [{"sku": match[2], "quantity": match[1] and int(match[1])} for match in counted if match]
    if not entries and (values.get("sku") or values.get("item")):
        entries = [{"sku": values.get("sku"), "item": values.get("item"), "quantity": values.get("quantity")}]
    found: list[tuple[str, int | None]] = []
    for entry in entries:
        if isinstance(entry, dict):
            text = str(entry.get("sku") or entry.get("item") or entry.get("name") or "")
            quantity = entry.get("quantity")
        else:
            text, quantity = str(entry), None
        sku = _sku(text, record)
        if sku:
            pieces = int(quantity) if isinstance(quantity, int | float) and quantity else None
            found.append((sku, pieces))
    return tuple(found)


def _sku(text: str, record: Record | None) -> str | None:
    folded = fold(text)
    for part in record.parts.get("items", []) if record else []:
        sku, name = part.get("sku"), part.get("name")
        if (sku and folded.has(str(sku))) or (name and (folded.has(str(name)) or fold(str(name)).has(text))):
            return str(sku or part.id)
    return text or None
