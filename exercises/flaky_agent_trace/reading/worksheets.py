"""A worksheet: points that a program wants gone through and written down before anything is decided.

`- what the customer wants today`, `1. Order: which one, and why no other`, or in a sentence: `first what is
asked for, then which order, then the sum`. Where one of them is of no topic that is known, none is answered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_POINT = re.compile(
    r"^[ \t]{0,6}(?:[-*•]|(?P<n>\d{1,2})[.)])[ \t]{1,3}"
    r"(?:[*_`]{0,2}(?P<label>[\w ,/&'’-]{2,40}?)[*_`]{0,2}[ \t]?:[ \t]{1,3})?"
    r"(?P<said>[^\n]{2,240})$"
)
_ANNOUNCES = re.compile(
    r"\b(?:work[ -]?sheet|fact ?sheet|sheet|(?:your )?(?:notes|findings|workings?)|go (?:through|over)"
    r"|work through|note down|write (?:it |them |each |all )?down|answer (?:each|these|all)"
    r"|(?:a|one) line (?:on|for) each|step[- ]by[- ]step|(?:write|spell|set) out (?:each|every|all)"
    r"|think (?:it |this )?through|analy[sz]e|analysis|(?:each|every) step)\b",
    re.IGNORECASE,
)
_FEWEST, _NEAR = 4, 200
_SENTENCE = re.compile(r"[.:;\n]")
_FIRST = re.compile(r"\bfirst(?:ly)?,? ", re.IGNORECASE)
_STEPS_SAID = 3
_STEP = re.compile(
    r"(?:, (?:and )?| and )(?:second|third|then|next|after that|finally|last)(?:ly)?,? ", re.IGNORECASE
)
_WHICH = r"(?:\b(?:which|what) (?:one )?|^\W{0,3}(?:the )?)"
_BEFORE = r"(?:already|earlier|previous(?:ly)?|before|so far)"
_TOPICS = {
    "earlier": (
        rf"\b{_BEFORE}\b.{{0,40}}\b(?:refund\w*|given back|paid|return\w*|money)\b|\bgiven back\b"
        rf"|\b(?:refund\w*|payments?|money)\b.{{0,30}}\b{_BEFORE}\b"
    ),
    "due": r"\b(?:due|owed|sum|amount|worked out|calculat\w+|arithmetic|how much|payout|maths?)\b",
    "owner": r"\b(?:owner\w*|senders?|address\w*|account|identity|entitled to write|may write)\b",
    "barred": (
        r"\b(?:in the way|stands? against|hand(?:ed|ing)?[- ]?over|escalat\w+|(?:for|to) the desk"
        r"|obstacles?|bars?|barriers?|blocks?"
        r"|forbids?|exceptions?|sections? \d)\b"
    ),
    "clause": r"\b(?:(?:clauses?|rules?|paragraphs?|provisions?)\b|(?:handbook|policy)\W*$)",
    "outcome": r"\b(?:conclusions?|outcomes?|decisions?|verdict|recommendation|next action|what to do)\b",
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
    heading: str = ""
    """The heading that stands over them, if one does."""
    below: str = ""
    """The heading that comes after them."""
    numbered: bool = False

    @property
    def known(self) -> bool:
        """Whether every point is of a topic that is known."""
        return all(topics for _, topics in self.points)

    @property
    def strange(self) -> str:
        """The first point of which it is not known what it asks."""
        return next((name for name, topics in self.points if not topics), "")


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
    return found or _in_a_sentence(asked)


def _in_a_sentence(asked: str) -> Worksheet | None:
    """The steps that a sentence counts up: `first the request, then the order, then the sum`."""
    if _ANNOUNCES.search(asked) is None:
        return None
    said = (part[met.end() :] for part in _SENTENCE.split(asked) if (met := _FIRST.search(part)))
    counted = ([step.strip() for step in _STEP.split(part) if step.strip()] for part in said)
    steps = next((found for found in counted if len(found) >= _STEPS_SAID), [])
    read = tuple((step, _of_parts(step)) for step in steps)
    known = sum(bool(topics) for _, topics in read)
    return Worksheet(read, numbered=True) if 2 * known > len(read) else None


def _sheet(lines: list[str], start: int, end: int) -> Worksheet | None:
    points = [_POINT.match(line) for line in lines[start:end]]
    read = tuple((_name(point), _topics(point)) for point in points if point is not None)
    known = sum(bool(topics) for _, topics in read)
    if 2 * known <= len(read):
        return None  # a list of something else
    numbered = all(point is not None and point["n"] for point in points)
    return Worksheet(read, _heading(lines, start - 1), _heading(lines, end), numbered)


def _heading(lines: list[str], at: int) -> str:
    return lines[at].strip() if 0 <= at < len(lines) and lines[at].lstrip().startswith("#") else ""


def _name(point: re.Match[str]) -> str:
    said = point["label"] or re.split(r"[,;(]", point["said"])[0]
    return said.strip(" .:*`")


def _topics(point: re.Match[str]) -> tuple[str, ...]:
    """All that a point's name says, and each clause that it names; else the first that is told of it."""
    by_clause = ("each barrier",) if _EACH_BARRIER.search(point["said"]) else ()
    if label := point["label"]:
        named = tuple(name for name, pattern in _TOPIC if pattern.search(label))
        alone = ("no other",) if "order" in named and _NO_OTHER.search(point["said"]) else ()
        if named or by_clause:
            return (*(name for name in named if not (by_clause and name == "barred")), *alone, *by_clause)
    return by_clause or _of_parts(point["said"])


def _of_parts(said: str) -> tuple[str, ...]:
    """The topics of what is told of a point, part by part; of none the first that stands anywhere in it."""
    first = re.split(r"[;(]", said)[0]
    parts = (
        next((name for name, pattern in _TOPIC if pattern.search(part)), "") for part in _AND.split(first)
    )
    if found := tuple(dict.fromkeys(filter(None, parts))):
        return found
    return tuple(filter(None, [_topic(said)]))


def _topic(said: str) -> str:
    return next((name for name, pattern in _TOPIC if pattern.search(said)), "")


_NO_OTHER = re.compile(
    r"\b(?:why|that) (?:no|not|none)\b[^.\n]{0,20}\b(?:other|another|else)\b|\bno other\b", re.IGNORECASE
)
_AND = re.compile(r"[,.] (?:and |with )?| and ")
_EACH_BARRIER = re.compile(r"\bH-\d (?:to|through|until|bis|-|–) H-\d\b|\bH-\d(?:, H-\d){2}")
"""Names the clauses that hand a case over, of which each is to be looked at."""
