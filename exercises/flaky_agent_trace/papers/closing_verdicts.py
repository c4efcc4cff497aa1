"""A verdict in a last line of which each form stands in a line of its own.

`VERDICT: APPROVE`, `or`, `VERDICT: REJECT - <what is wrong>`: what passes and what does not is known by the
words, what is wrong stands where the form has a gap for it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .reviewing import passes_by

_LEAD = r"[ \t]{0,6}(?:[-*•>][ \t]{1,3}|\d{1,2}[.)][ \t]{1,3})?[`\"'*]{0,3}"
_LINE = re.compile(
    rf"^{_LEAD}(?:(?P<label>[A-Z][A-Za-z_]{{1,20}})(?P<sign>[ \t]?[:=])[ \t]{{1,3}})?"
    r"(?P<word>[A-Z][A-Z_]{1,20}(?: [A-Z]{2,12})?)(?P<tail>[ \t]?(?:[-–—:;,(|])[ \t]?(?=[<\[{(\w]))?(?P<rest>[^\n]{0,160})$",  # noqa: E501
    re.MULTILINE,
)
_BETWEEN = re.compile(r"[\s`\"'*.,;]*(?:(?:or|oder|ou|o|of|lub|else|otherwise)\b[\s`\"'*.,:;]*)?")
_LAST = re.compile(
    r"\b(?:end|ends|ending|finish|conclude|close|closing|(?:last|final) (?:line|sentence)|finally|letzte zeile|dernière ligne"  # noqa: E501
    r"|última línea|laatste regel|ostatni\w* lini\w*)\b",
    re.IGNORECASE,
)
_NEAR = 300


class Closing(NamedTuple):
    """The two forms of a verdict."""

    label: str
    good: str
    bad: str
    tail: str
    """What stands between the bad word and what is wrong; empty where that is not wanted there."""
    last: bool
    """Whether grounds come before it."""


@lru_cache(maxsize=512)
def _pairs(text: str) -> tuple[tuple[re.Match[str], re.Match[str]], ...]:
    """Two lines below one another: one says that it passes, the other that it does not."""
    return tuple(
        (one, other)
        for one, other in pairwise(_LINE.finditer(text))
        if one["label"] == other["label"]
        and _BETWEEN.fullmatch(text[one.end() : other.start()])
        and {passes_by(one["word"]), passes_by(other["word"])} == {True, False}
    )


def in_closing(text: str, at: int) -> bool:
    """Whether a place in a text is in the forms of a closing line."""
    return any(one.start() <= at < other.end() for one, other in _pairs(text))


def closing_verdict(asked: str) -> Closing | None:
    """The last two lines by which something passes or not; `None` where none are told."""
    found = None
    for one, other in _pairs(asked):
        said = {passes_by(one["word"]): one, passes_by(other["word"]): other}
        before = asked[max(0, one.start() - _NEAR) : one.start()]
        bad = said[False]
        found = Closing(
            one["label"] or "", said[True]["word"], bad["word"], bad["tail"] or "", _LAST.search(before) is not None,  # noqa: E501
        )  # fmt: skip
    return found


def closed(closing: Closing, objections: list[str]) -> str:
    """The line."""
    label = f"{closing.label}: " if closing.label else ""
    if not objections:
        return f"{label}{closing.good}"
    why = f"{closing.tail}{'; '.join(objections)}" if closing.tail else ""
    return f"{label}{closing.bad}{why}"
