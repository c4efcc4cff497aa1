"""The file under a store of trials: gzip members that are written at its end and read from anywhere.

A member is a series of JSON lines: messages that no earlier member held, then a trial. Nothing of
it is kept in memory but where each trial and each message stands.
"""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, NamedTuple

from harness.errors import UsageError

MAGIC = b"\x1f\x8b\x08"
CHUNK = 1 << 14
RECENT = 8
"""Members whose messages are held: what many trials share stands in a few early ones."""

Line = dict[str, Any]


class Member(NamedTuple):
    """One whole member."""

    start: int
    end: int
    """Offsets in the file."""
    lines: list[Line]


def read_members(path: Path) -> Iterator[Member]:
    """Each whole member in turn; a torn last one is left out. Raises `UsageError` for a foreign file."""
    foreign = UsageError(f"`{path}` is not a store of trials", hint="give another --out folder")
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
        if not MAGIC.startswith(head):
            raise foreign
        start = 0
        try:
            while (member := _next(file, start)) is not None:
                if start == 0 and not (member.lines and "store" in member.lines[0]):
                    raise foreign
                yield member
                start = member.end
        except (ValueError, TypeError):
            raise foreign from None


def _next(file: BinaryIO, start: int) -> Member | None:
    """The member that begins at `start`; `None` at the file's end and for a torn one.

    Raises `ValueError` or `TypeError` for one that holds something else.
    """
    file.seek(start)
    inflating = zlib.decompressobj(wbits=31)
    end, text = start, bytearray()
    try:
        while not inflating.eof:
            chunk = file.read(CHUNK)
            if not chunk:
                return None
            text += inflating.decompress(chunk)
            end += len(chunk)
    except zlib.error:
        return None
    lines = [json.loads(line) for line in text.decode("utf-8", "surrogatepass").split("\n") if line]
    if not all(isinstance(line, dict) for line in lines):
        raise TypeError
    return Member(start, end - len(inflating.unused_data), lines)


class Shelf:
    """Where the messages of a file stand. Safe to read from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[str, int] = {}
        self._recent: OrderedDict[int, dict[str, Any]] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, digest: str) -> bool:
        return digest in self._places

    def note(self, member: Member) -> None:
        """Remember where the member's messages stand."""
        for line in member.lines:
            if "message" in line:
                self._places[line["message"]] = member.start

    def trial(self, member: Member) -> Line | None:
        """The member's trial, its messages put back from wherever they stand; `None` without one.

        Raises `KeyError` for a message that the file lacks.
        """
        found: Line | None = next((line["trial"] for line in member.lines if "trial" in line), None)
        if found is not None:
            self._hold(member)
            contents = {digest: self._content(digest) for digest in found["gateway"]["contents"]}
            found["gateway"]["contents"] = contents
        return found

    def trial_at(self, start: int) -> Line:
        """The trial of the member that begins there. Raises `KeyError`."""
        found = self.trial(self._member(start))
        if found is None:
            raise KeyError(start)
        return found

    def _content(self, digest: str) -> Any:
        start = self._places[digest]
        with self._lock:
            held = self._recent.get(start)
            if held is not None:
                self._recent.move_to_end(start)
        if held is None:
            held = self._hold(self._member(start))
        return held[digest]

    def _hold(self, member: Member) -> dict[str, Any]:
        held = {line["message"]: line["content"] for line in member.lines if "message" in line}
        with self._lock:
            self._recent[member.start] = held
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return held

    def _member(self, start: int) -> Member:
        with self._path.open("rb") as file:
            found = _next(file, start)
        if found is None:
            raise KeyError(start)
        return found
