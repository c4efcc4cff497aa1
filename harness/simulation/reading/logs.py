"""Calls of tools and what they returned, as a text shows them: no answer that is wanted looks like these."""

from __future__ import annotations

import re
from typing import NamedTuple

from harness.simulation.reading.context import Context, Piece

_BEGINS = r"(?:^|\n)[ \t>*-]{0,8}(?:\[?\d{1,3}[\].)]{1,2}[ \t]{0,3})?[`*]{0,3}[a-z]\w{2,40}[`*]{0,3}"
_CALL = re.compile(rf"{_BEGINS}[ \t]{{0,2}}\(?[ \t]{{0,2}}\Z")
"""A tool's name right before its arguments."""
_GIVES = re.compile(
    r"\s{0,4}\)?\s{0,8}(?:->|=>|→)[ \t]{0,3}(?:HTTP\b|\d{3}\b|[{\[(]|null\b|ok\b|error\b|empty\b|timeout)",
    re.IGNORECASE,
)
"""What stands behind the arguments of a call: its result."""
_STATUS = re.compile(
    r"\b(?:HTTP(?:/[\d.]{1,3})?|status)[ \t:=]{1,3}\d{3}\b[^\n{}\[\]]{0,40}\n?[ \t]{0,8}\Z", re.IGNORECASE
)
_CALLED = re.compile(rf"{_BEGINS}\([^\n]{{0,200}}[{{=][^\n]{{0,300}}\)\s{{1,8}}(?:->|=>|→)[ \t]{{0,3}}\Z")
_LOGGED = re.compile(rf"{_BEGINS}[ \t]{{0,2}}\(?\{{[^\n]{{0,400}}\}}\)?\s{{1,8}}(?:->|=>|→)", re.IGNORECASE)
_ORDINARY = re.compile(
    r"\b(?:normal|usual|ordinary|typical|regular|healthy|well-formed|successful|failed)[ \t]"
    r"(?:\w{1,20}[ \t])?(?:answers?|repl(?:y|ies)|responses?|results?|outputs?|ones?)\b"
    r"[^.\n{}]{0,40}\n?[ \t]{0,8}\Z",
    re.IGNORECASE,
)
"""What a service gives when all is well, or when it is not."""
_NEAR = 600


def in_log(text: str, start: int, end: int) -> bool:
    """Whether an object is the arguments of a call that a text tells of, or what some service returned."""
    before = text[max(0, start - _NEAR) : start]
    if _STATUS.search(before) or _CALLED.search(before):
        return True
    if _ORDINARY.search(before) and _LOGGED.search(text):
        return True
    return _CALL.search(before) is not None and _GIVES.match(text, end) is not None


class Action(NamedTuple):
    """A call that a text shows in `Action:` and `Action Input:` lines."""

    tool: str
    given: str
    """Its input, as it stands there."""
    result: str | None
    """`None` while nothing came back."""


_ACTION = re.compile(
    r"Action\s*:\s*[`\"]?(?P<tool>[\w.-]+)[`\"]?\s*\n+\s*"
    r"Action Input\s*:\s*(?P<input>.+?)(?=\n\s*Observation\s*:|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_OBSERVATION = re.compile(
    r"Observation\s*:\s*(.*?)(?=\n\s*(?:Thought|Action|Final Answer)\s*:|\Z)", re.DOTALL
)


def actions_in(piece: Piece, context: Context) -> list[Action]:
    """The calls that a text shows in `Action:` lines, each with what is told of it.

    Its result stands behind it in the same text, where the program keeps one, else in the turn after.
    """
    found = []
    matches = list(_ACTION.finditer(piece.text)) if "ction" in piece.text else []
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(piece.text)
        seen = _OBSERVATION.search(piece.text, match.start(), end)
        result = seen[1].strip() if seen and seen[1].strip() else turn_after(piece, context)
        found.append(Action(match["tool"], match["input"], result))
    return found


def turn_after(piece: Piece, context: Context) -> str | None:
    """What the program says after something that the model said; `None` where the model did not say it."""
    if piece.source != "assistant":
        return None
    return next(
        (p.text for p in context.pieces if p.index > piece.index and p.source in {"user", "result"}), None
    )
