"""The journal: an append-only, hash-chained log of the candidate's work, one JSON object a line.

    {"seq": 0, "at": "2026-11-23T09:00:00.000Z", "type": "start", "data": {…}, "prev": "00…", "hash": "…"}

`hash` is the SHA-256 of the other five fields as canonical JSON (sorted keys, no spaces, ASCII);
`prev` is the `hash` of the line before, zeros on the first. So an edit, a reordering or a gap shows
at its line; cutting the tail shows against the head that `submission.json` names. The chain lies on
the candidate's own machine: whoever can write it can write another. It is told as a story, never
scored.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pydantic import Field, ValidationError

from harness.errors import EnvironmentFailure, WorkspaceError
from harness.exercise.spec import Strict

START = "0" * 64
MAX_LINE = 256 * 1024
"""Bytes of one event; longer ones are refused on writing and are a broken line on reading."""

Hash = Field(pattern=r"^[0-9a-f]{64}$")


class Event(Strict):
    """One line of the journal."""

    seq: int = Field(ge=0)
    at: str = Field(max_length=40)
    type: str = Field(pattern=r"^[a-z][a-z_]{0,30}$")
    data: dict[str, Any]
    prev: str = Hash
    hash: str = Hash


class Broken(NamedTuple):
    """The first line of a journal that does not follow from the one before."""

    line: int
    """Counted from 1."""
    why: str


class Reading(NamedTuple):
    """The journal as far as its chain holds."""

    events: tuple[Event, ...]
    broken: Broken | None

    @property
    def head(self) -> str:
        """The hash of the last event that holds; zeros for none."""
        return self.events[-1].hash if self.events else START


def utc_now() -> str:
    """The wall clock as journals write it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seal(seq: int, at: str, type: str, data: dict[str, Any], prev: str) -> Event:
    """The event with its hash. Raises `ValueError` for data that is no finite JSON."""
    return Event(seq=seq, at=at, type=type, data=data, prev=prev, hash=_digest([seq, at, type, data, prev]))


def _digest(fields: list[Any]) -> str:
    body = dict(zip(("seq", "at", "type", "data", "prev"), fields, strict=True))
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(raw: bytes) -> Reading:
    """Read a journal and check its chain. A torn last line is a broken line like any other.

    Stops at the first line that does not hold: nothing behind it is vouched for.
    """
    events: list[Event] = []
    for number, line in enumerate(_lines(raw), start=1):
        found = _check(line, len(events), events[-1].hash if events else START)
        if isinstance(found, str):
            return Reading(tuple(events), Broken(number, found))
        events.append(found)
    return Reading(tuple(events), None)


def _lines(raw: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        yield raw[start:] if end < 0 else raw[start : end + 1]
        start = len(raw) if end < 0 else end + 1


def _check(line: bytes, seq: int, prev: str) -> Event | str:
    if not line.endswith(b"\n"):
        return "the line is torn"
    if len(line) > MAX_LINE:
        return f"the line is longer than {MAX_LINE} bytes"
    try:
        event = Event.model_validate(json.loads(line, object_pairs_hook=_unique, parse_constant=_refuse))
        expected = _digest([event.seq, event.at, event.type, event.data, event.prev])
    except (ValidationError, ValueError, RecursionError):
        return "the line is not an event"
    return _follows(event, seq, prev, expected) or event


def _follows(event: Event, seq: int, prev: str, expected: str) -> str:
    if event.seq != seq:
        return f"event {seq} is due, this is {event.seq}"
    if event.prev != prev:
        return "it does not follow the event before it"
    return "" if event.hash == expected else "its content does not match its hash"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class Journal:
    """The journal of one workspace; several processes may append at once."""

    def __init__(self, path: Path, *, now: Callable[[], str] = utc_now) -> None:
        """Open it; the file is made by the first event."""
        self.path = path
        self._now = now

    def read(self) -> Reading:
        """All events so far, as far as the chain holds."""
        return verify(self.path.read_bytes() if self.path.exists() else b"")

    def append(self, type: str, data: dict[str, Any]) -> Event:
        """Add an event under a lock, and flush it to the disk.

        What a killed process left torn at the end is cut off first, and said in an event
        `repair`. Raises `WorkspaceError` when the last whole line is no event of ours, or the data
        is too long or no finite JSON; `EnvironmentFailure` when the disk does not take it.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                last, torn = _tail(file, self.path)
                if torn:
                    file.truncate(file.seek(0, os.SEEK_END) - torn)
                    last = self._write(file, last, "repair", {"dropped_bytes": torn})
                return self._write(file, last, type, data)
        except OSError as error:
            raise EnvironmentFailure(
                f"`{self.path}` could not be written: {error.strerror}",
                hint="check the disk's space and the folder's permissions",
            ) from error

    def _write(self, file: BinaryIO, last: Event | None, type: str, data: dict[str, Any]) -> Event:
        try:
            event = seal(last.seq + 1 if last else 0, self._now(), type, data, last.hash if last else START)
        except (ValueError, TypeError) as error:
            raise WorkspaceError(f"the journal cannot hold this event: {error}") from None
        line = json.dumps(event.model_dump(), ensure_ascii=True, separators=(",", ":"), allow_nan=False)
        if len(line) >= MAX_LINE:
            raise WorkspaceError(f"the event is longer than {MAX_LINE} bytes", hint="write it shorter")
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
        return event


def _tail(file: BinaryIO, path: Path) -> tuple[Event | None, int]:
    """The last whole event and how many bytes are torn behind it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2 * MAX_LINE - 2))
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    torn = len(tail) - len(whole)
    if not whole:
        return None, torn
    line = whole[whole.rfind(b"\n", 0, -1) + 1 :]
    try:
        return Event.model_validate_json(line), torn
    except ValidationError:
        raise WorkspaceError(
            f"the last line of `{path}` is not an event of the journal",
            hint="`takehome log` names the line; restore the file if you have a copy. "
            "Your work and your score do not depend on it: move it away to begin another",
        ) from None
