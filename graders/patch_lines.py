"""Which lines a claim's patch changes, and which of them stand in the submitted work."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")


def changed_by_file(patch: str) -> dict[str, frozenset[str]]:
    """By file, the lines that a unified diff adds and removes, with their sign, white space at the ends off.

    Hunks are read by their counts, as git reads them: a changed line may look like a header.
    """
    found: dict[str, set[str]] = {}
    name = ""
    old = new = 0
    for line in patch.split("\n"):
        if old > 0 or new > 0:
            old -= not line.startswith(("+", "\\"))
            new -= not line.startswith(("-", "\\"))
            if line.startswith(("+", "-")) and line[1:].strip():
                found.setdefault(name, set()).add(line[0] + line[1:].strip())
        elif line.startswith(("--- ", "+++ ")):
            path = line[4:].split("\t")[0]
            name = name if path == "/dev/null" else path[2:]
        elif hunk := _HUNK.match(line):
            old, new = int(hunk[1] or 1), int(hunk[2] or 1)
    return {name: frozenset(lines) for name, lines in found.items()}


def changed_lines(patch: str) -> frozenset[str]:
    """The changed lines of all files together."""
    return frozenset().union(*changed_by_file(patch).values())


def kept_share(patch: str, work: Mapping[str, frozenset[str]]) -> float:
    """The share of a change that stands in the work: added lines in that file, removed ones gone from it."""
    lines = [(name, line) for name, kept in changed_by_file(patch).items() for line in kept]
    if not lines:
        return 0.0
    kept = sum((line[1:] in work.get(name, frozenset())) == (line[0] == "+") for name, line in lines)
    return kept / len(lines)


def overlap(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """The share of the smaller patch that the other holds too; 0 where one is empty."""
    smaller = min(len(ours), len(theirs))
    return len(ours & theirs) / smaller if smaller else 0.0
