"""What the page begins with: what was asked for, in what time, and what was changed for it."""

from __future__ import annotations

from typing import NamedTuple

from graders.difference import Changes, FileChange
from graders.report.words import times

NAMED = 5
"""Changed files that are named at the top, the largest changes first."""


class Changed(NamedTuple):
    """What differs from the starter, in a line."""

    said: str
    files: tuple[FileChange, ...] = ()
    more: int = 0
    """Files that differ and are not named."""


def timebox(minutes: int | None) -> str:
    """`3 hours`, `1 hour 30 minutes`; empty where it is not known."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([times(hours, "hour")] if hours else []), *([times(rest, "minute")] if rest else [])])


def changed(changes: Changes) -> Changed:
    """How much of the work is the candidate's: files, with lines added and removed."""
    files = changes.files
    if not files:
        note = changes.note or "nothing differs from the starter"
        return Changed(f"{note[:1].upper()}{note[1:]}")
    added, removed = (sum(getattr(file, side) for file in files) for side in ("added", "removed"))
    said = f"{times(len(files), 'file')}, {times(added, 'line')} added and {removed:,} removed"
    if uncounted := sum(bool(file.note) and not file.added + file.removed for file in files):
        said += f" ({times(uncounted, 'file')} not counted by lines)"
    ordered = sorted(files, key=lambda file: (-file.added - file.removed, file.path))
    return Changed(said, tuple(ordered[:NAMED]), len(files) - len(ordered[:NAMED]))
