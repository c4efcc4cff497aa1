"""Two editions of the handbook side by side: which rules differ, and in what."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from exercises.flaky_agent_trace.reading.mind import Mind

_ASKS = re.compile(
    r"\b(?:compar\w+|differ\w*|diffs?|chang\w+|what(?:['’]s| is) new|deviat\w+|altered|updated"
    r"|stricter|tighter|looser|more generous)\b",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[ \t>*-]{0,8}(?P<id>[A-Z]-\d)\b[ \t:.)-]{0,6}(?P<said>\S.*)$", re.MULTILINE)
_VERSION = re.compile(r"\bversion\s(?P<id>\d{4}-\d{2})\b", re.IGNORECASE)
_AROUND = 3
"""Words that stand on either side of what differs."""


def compared_editions(mind: Mind) -> str:
    """What differs between the two handbooks of a request; empty where it doesn't ask for that."""
    if mind.mail.present or len(mind.clauses) < _AROUND or not _ASKS.search(mind.instructions):
        return ""
    text = "\n".join(piece.text for piece in mind.context.of("system", "user", "result"))
    rules: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for found in _RULE.finditer(text):
        place = next((place for place in rules if found["id"] not in place), None)
        if place is not None:
            place[found["id"]] = " ".join(found["said"].split())
    old, new = rules
    if len(new) < _AROUND:
        return ""
    versions = list(dict.fromkeys(found["id"] for found in _VERSION.finditer(text)))
    lines = [f"Version: {versions[0]} -> {versions[1]}"] if len(versions) > 1 else []
    for id in dict.fromkeys([*old, *new]):
        if id not in new or id not in old:
            lines.append(
                f"{id}: only in the {'old' if id in old else 'new'} one: {old.get(id) or new.get(id)}"
            )
        elif old[id] != new[id]:
            lines.append(f"{id}: {'; '.join(_differences(old[id].split(), new[id].split()))}")
    return "\n".join(f"- {line}" for line in lines) or "The two are the same, rule by rule."


def _differences(old: list[str], new: list[str]) -> list[str]:
    """Each place where the words differ, with some words around it."""
    spots: list[list[int]] = []
    for kind, start, end, other, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if spots and start - spots[-1][1] <= 2 * _AROUND:
            spots[-1][1], spots[-1][3] = end, stop
        else:
            spots.append([start, end, other, stop])
    return [
        f"“{' '.join(old[max(0, start - _AROUND) : end + _AROUND])}” -> "
        f"“{' '.join(new[max(0, other - _AROUND) : stop + _AROUND])}”"
        for start, end, other, stop in spots
    ]
