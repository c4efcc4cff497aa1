"""A submission against the starter, line by line, whatever the files hold.

Contents are a stranger's: nothing is run, links are not followed, and what is too long, too much or
not text is said instead of shown.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal, NamedTuple

FILES = 40
"""Files shown line by line; the others are named."""
NAMED = 200
BYTES = 400_000
LINES = 2_000
"""A longer file is not compared: the search for common lines grows with the square."""
SHOWN = 400
"""Lines of one file shown."""
TOTAL = 4_000
"""Past so many lines of all files the rest is named."""
_NAMED = "named only"
CONTEXT = 3
NOISE = frozenset(
    {".git", "__pycache__", ".venv", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a diff: `mark` is `+`, `-`, a space, or `@` where a hunk begins."""

    mark: Literal["+", "-", " ", "@"]
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that differs; `note` says what is not shown, and why."""

    path: str
    state: Literal["added", "removed", "changed"]
    added: int
    removed: int
    lines: tuple[Line, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """All of a submission that differs from the starter."""

    files: tuple[FileChange, ...] = ()
    note: str = ""


class _Text(NamedTuple):
    """A file's lines, or why it has none to show."""

    lines: tuple[str, ...]
    note: str


def compare(starter: Path | None, work: Path | None) -> Changes:
    """What changed from `starter` to `work`, by path; `None` for a folder that is not at hand."""
    if starter is None or work is None:
        return Changes(note="not shown: the starter or the submission's files are not at hand")
    before, after = _files(starter), _files(work)
    paths = sorted(path for path in {*before, *after} if not _same(before.get(path), after.get(path)))
    changes: list[FileChange] = []
    lines = 0
    for number, path in enumerate(paths[:NAMED]):
        shown = number < FILES and lines < TOTAL
        changes.append(_change(path, before.get(path), after.get(path), shown=shown))
        lines += len(changes[-1].lines)
    notes = []
    named = sum(change.note == _NAMED for change in changes)
    if named:
        notes.append(f"{len(paths):,} files differ; {len(changes) - named} are shown line by line")
    if len(paths) > NAMED:
        notes.append(f"{len(paths) - NAMED:,} are not even named here")
    return Changes(tuple(changes), "; ".join(notes))


def _files(root: Path) -> dict[str, Path]:
    """Every file by its path from `root`; links and special files too, but nothing behind a link."""
    found: dict[str, Path] = {}
    folders = [root]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.name in NOISE:
                continue
            if path.is_dir() and not path.is_symlink():
                folders.append(path)
            else:
                found[path.relative_to(root).as_posix()] = path
    return found


def _same(before: Path | None, after: Path | None) -> bool:
    if before is None or after is None or not (_regular(before) and _regular(after)):
        return False
    if before.lstat().st_size != after.lstat().st_size:
        return False
    return before.read_bytes() == after.read_bytes()


def _regular(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _change(path: str, before: Path | None, after: Path | None, *, shown: bool) -> FileChange:
    state: Literal["added", "removed", "changed"] = (
        "changed" if before and after else "added" if after else "removed"
    )
    if not shown:
        return FileChange(path, state, 0, 0, note=_NAMED)
    old, new = _text(before), _text(after)
    note = new.note or old.note
    if note:
        return FileChange(path, state, 0, 0, note=note)
    lines, added, removed = _lines(old.lines, new.lines)
    if len(lines) > SHOWN:
        note = f"{len(lines) - SHOWN:,} further lines not shown"
    elif not lines:
        note = "differs only in how its lines end" if state == "changed" else "empty"
    return FileChange(path, state, added, removed, tuple(lines[:SHOWN]), note)


def _text(path: Path | None) -> _Text:
    if path is None:
        return _Text((), "")
    if not _regular(path):
        return _Text((), "not a regular file (a link, a pipe or a device)")
    size = path.lstat().st_size
    if size > BYTES:
        return _Text((), f"{size:,} bytes, too long to be shown here")
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()[:12]
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        named = " although it is named like text" if path.suffix in _TEXTUAL else ""
        return _Text((), f"binary{named}: {size:,} bytes, SHA-256 {digest}…")
    lines = tuple(text.replace("\r\n", "\n").removesuffix("\n").split("\n")) if text else ()
    if len(lines) > LINES:
        return _Text((), f"{len(lines):,} lines, too many to be compared here")
    return _Text(lines, "")


_TEXTUAL = frozenset(
    {
        ".py",
        ".md",
        ".txt",
        ".toml",
        ".json",
        ".jsonl",
        ".yaml",
        ".yml",
        ".cfg",
        ".ini",
        ".js",
        ".ts",
        ".sh",
        "",
    }
)


def _lines(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[list[Line], int, int]:
    """The hunks with their context, and how many lines came and went."""
    matcher = SequenceMatcher(None, old, new)
    lines: list[Line] = []
    added = removed = 0
    for group in matcher.get_grouped_opcodes(CONTEXT):
        lines.append(Line("@", f"line {group[0][3] + 1}"))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [Line(" ", text) for text in old[i1:i2]]
                continue
            lines += [Line("-", text) for text in old[i1:i2]]
            lines += [Line("+", text) for text in new[j1:j2]]
            removed += i2 - i1
            added += j2 - j1
    return lines, added, removed
