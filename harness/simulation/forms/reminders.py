"""Turns that only want the last answer in the form that was asked for: `Once more, the answer only.`"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.simulation.reading.context import Piece

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")
_REMINDS = re.compile(
    r"\b(?:not|n['’]t|wrong|other|another|different)\b[^?]{0,50}"
    r"\b(?:form(?:at)?|shape|what i (?:asked|wanted)|as (?:i )?(?:asked|told))\b"
    r"|\b(?:stick|keep|hold|adhere|back) to the (?:form(?:at)?|shape)\b"
    r"|\b(?:once more|again|try again|one more time)\b"
    r"|\b(?:bare|only|just|nothing but)\b[^?]{0,20}\b(?:the|an?)?\s?(?:bare )?(?:answer|value|word|option"
    r"|choice|result)\b"
    r"|\b(?:answer|value|word|result) (?:only|alone|itself)\b"
    r"|\bin (?:exactly )?the (?:form(?:at)?|shape)\b[^?]{0,30}\b(?:asked|told|wanted|given|above|specified)\b"
    r"|\b(?:nothing (?:else|more|before|after|around)|no (?:other|further|extra) (?:words?|text)"
    r"|without (?:any )?(?:other|further|extra|an?) (?:words?|text|explanations?|comments?))\b"
    r"|^\W*(?:please|thanks?|thank you|no|sorry)\W*$",
    re.IGNORECASE,
)
_OF_CASE = re.compile(
    r"\b(?:sure|certain|right|correct|mail|order|customer|refund|check|json|keys?|letter|english|german|french"
    r"|spanish|dutch|polish|shorter|longer|warmer|friendlier|polite\w*|kinder|simpler|plainer)\b|\d",
    re.IGNORECASE,
)
_LONGEST = 240


def asking(said: Sequence[Piece]) -> list[Piece]:
    """A program's turns up to the last that asks for anything but the form of the answer before it."""
    left = list(said)
    while left and left[0].turn != left[-1].turn:
        last = [piece.text for piece in left if piece.turn == left[-1].turn]
        if not _only_reminds("\n".join(last)):
            break
        left = [piece for piece in left if piece.turn != left[-1].turn]
    return left


def _only_reminds(text: str) -> bool:
    parts = [part for part in _SENTENCE.split(text) if part.strip()]
    if not parts or len(text) > _LONGEST or _OF_CASE.search(text):
        return False
    return all(map(_REMINDS.search, parts))
