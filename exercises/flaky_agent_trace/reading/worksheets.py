"""A worksheet: points below one another that a program wants gone through before anything is decided.

`- what the customer wants today`, `- pieces: which items, how many of each`. Where one of them is of no topic
that is known, none is answered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_POINT = re.compile(
    r"^[ \t]{0,6}(?:[-*•]|\d{1,2}[.)])[ \t]{1,3}"
    r"(?:[*_`]{0,2}(?P<label>[\w ,/&'’-]{2,40}?)[*_`]{0,2}[ \t]?:[ \t]{1,3})?"
    r"(?P<said>[^\n]{4,240})$"
)
_ANNOUNCES = re.compile(
    r"\b(?:work[ -]?sheet|fact ?sheet|sheet|(?:your )?(?:notes|findings|workings?)|go (?:through|over)"
    r"|work through|note down|write down|answer (?:each|these|all)|(?:a|one) line (?:on|for) each)\b",
    re.IGNORECASE,
)
_FEWEST, _NEAR = 4, 200
_WHICH = r"(?:\b(?:which|what) (?:one )?|^\W{0,3}(?:the )?)"
_BEFORE = r"(?:already|earlier|previous(?:ly)?|before|so far)"
_TOPICS = {
    "earlier": (
        rf"\b{_BEFORE}\b.{{0,40}}\b(?:refund\w*|given back|paid|return\w*|money)\b|\bgiven back\b"
        rf"|\b(?:refund\w*|payments?|money)\b.{{0,30}}\b{_BEFORE}\b"
    ),
    "due": r"\b(?:due|owed|sum|amount|worked out|calculat\w+|arithmetic)\b",
    "barred": (
        r"\b(?:in the way|stands? against|hand(?:ed)? ?over|for the desk|obstacles?|bars?|barriers?|blocks?"
        r"|forbids?|exceptions?|sections? \d)\b"
    ),
    "kind": r"\b(?:kind|sort|issue|cause|what happened|what is wrong)\b",
    "dates": r"\b(?:dates?|days|deadlines?|how long)\b|^\W{0,3}when\b",
    "items": rf"{_WHICH}(?:items?|pieces|articles?|goods|products?|lines)\b|\bhow many\b",
    "order": rf"{_WHICH}(?:order|parcel|purchase|shipment)\b",
    "wants": (
        r"\b(?:customer|writer|sender|they|client|buyer)\b.{0,20}\b(?:wants?|wish(?:es)?|asks?|requests?)\b"
        r"|^\W{0,3}(?:the )?(?:wants?|wanted|wish(?:es)?|asks?|asked|requests?|complaint|matter)\b"
    ),
}
_TOPIC = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _TOPICS.items())


WORKSHEET = "worksheet"
"""What is told where one is to be filled in."""


class Worksheet(NamedTuple):
    """The points: what each is called, and its topics; none where these are not known."""

    points: tuple[tuple[str, tuple[str, ...]], ...]
    heading: str
    """The heading that stands over them, if one does."""
    below: str
    """The heading that comes after them."""

    @property
    def known(self) -> bool:
        """Whether every point is of a topic that is known."""
        return all(topics for _, topics in self.points)


@lru_cache(maxsize=256)
def worksheet_in(asked: str) -> Worksheet | None:
    """The last worksheet that a text wants filled."""
    lines = asked.split("\n")
    found, at = None, 0
    while at < len(lines):
        block = at
        while block < len(lines) and _POINT.match(lines[block]):
            block += 1
        if block - at >= _FEWEST and _ANNOUNCES.search("\n".join(lines[:at])[-_NEAR:]):
            found = _sheet(lines, at, block) or found
        at = max(block, at + 1)
    return found


def _sheet(lines: list[str], start: int, end: int) -> Worksheet | None:
    points = [_POINT.match(line) for line in lines[start:end]]
    read = tuple((_name(point), _topics(point)) for point in points if point is not None)
    known = sum(bool(topics) for _, topics in read)
    if 2 * known <= len(read):
        return None  # a list of something else
    return Worksheet(read, _heading(lines, start - 1), _heading(lines, end))


def _heading(lines: list[str], at: int) -> str:
    return lines[at].strip() if 0 <= at < len(lines) and lines[at].lstrip().startswith("#") else ""


def _name(point: re.Match[str]) -> str:
    said = point["label"] or re.split(r"[,;(]", point["said"])[0]
    return said.strip(" .:*`")


def _topics(point: re.Match[str]) -> tuple[str, ...]:
    """All that a point's name says; else the first that is told of it."""
    if label := point["label"]:
        named = tuple(name for name, pattern in _TOPIC if pattern.search(label))
        if named:
            return named
    first = re.split(r"[;(]", point["said"])[0]
    told = (name for said in (first, point["said"]) for name, pattern in _TOPIC if pattern.search(said))
    return tuple(filter(None, [next(told, "")]))
