"""The candidate's journal as a report tells it: what was done when, by their own clock."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from harness.workspace import journal as journal_file

_WORDS = ("text", "hypothesis")
_DIGEST = re.compile(r"[0-9a-f]{32,}")


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the candidate's journal."""

    minutes: float
    """Since the first event, by the candidate's clock."""
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Journal:
    """The candidate's own log: self-attested, never scored."""

    events: tuple[Event, ...] = ()
    broken: str = ""
    """Where and why its chain does not hold; empty when it does."""


def read(path: Path) -> Journal:
    """The journal in a file, as far as its chain holds; an empty one where there is none."""
    if not path.is_file():
        return Journal()
    reading = journal_file.verify(path.read_bytes())
    start = _when(reading.events[0].at) if reading.events else None
    events = tuple(
        Event(_minutes(start, _when(event.at)), event.type, _told(event.data)) for event in reading.events
    )
    broken = f"line {reading.broken.line}: {reading.broken.why}" if reading.broken else ""
    return Journal(events, broken)


def _when(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _minutes(start: datetime | None, at: datetime | None) -> float:
    """Clocks go back and strangers write what they like: at the start, then."""
    if start is None or at is None or (start.tzinfo is None) != (at.tzinfo is None):
        return 0.0
    return max((at - start).total_seconds() / 60, 0.0)


def _told(data: dict[str, Any]) -> str:
    """What a person wrote first, then the event's other data as `name value`; no digests."""
    words = [str(data[name]) for name in _WORDS if isinstance(data.get(name), str)]
    rest = [
        f"{name} {told}" for name, value in data.items() if name not in _WORDS and (told := _value(value))
    ]
    return "; ".join([*words, *rest])


def _value(value: Any) -> str:
    """Short for a line; empty for what tells a reader nothing."""
    if isinstance(value, bool | int | str):
        return "" if _DIGEST.fullmatch(str(value)) else str(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict) and value.keys() == {"low", "high"}:
        return f"{_value(value['low'])} to {_value(value['high'])}"
    return json.dumps(value, ensure_ascii=False) if value else ""
