"""Reasons for the writer of a letter in a program's own terms: `changed_mind: 0 GBP, day 46 of 30 (R-1)`."""

from __future__ import annotations

import re

_READERS = (
    r"(?:for you|for (?:the )?(?:writer|letter|reply|team|agent|your information)|internal(?:ly| only)?"
    r"|not for (?:the )?customers?|not to be quoted)"
)
_TO_WHOM = re.compile(rf",? ?\(?\b{_READERS}\)?$", re.IGNORECASE)
_HEAD = re.compile(rf"^\W{{0,3}}{_READERS}\W{{0,3}}:\s{{0,3}}", re.IGNORECASE)
_SUM = r"\d{1,6}(?:[.,]\d\d)? ?[A-Z]{3}\b,?\s?"
_CODED = re.compile(
    rf"(?:^|(?<=; )|(?<=;))(?:[a-z]{{2,20}}(?:_[a-z]{{1,20}}){{1,6}}\s?:\s?(?:{_SUM})?"
    rf"|[a-z]{{2,20}}(?:[_ ][a-z]{{1,20}}){{0,6}}\s?:\s?{_SUM})"
)
"""A program's own name for what is asked, and the sum for it."""
_CITED = re.compile(r"\s?\((?:see )?[A-Z]-\d[^()\n]{0,40}\)")
_CLAUSE = re.compile(r"\b[A-Z]-\d\b")
_IN_A_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can(?:not|['’]t)?|been|than|already|no|not|never)\b", re.IGNORECASE
)


def to_whomever(label: str) -> str:
    """A label without who is to read what stands behind it: `Reason, for you`."""
    return _TO_WHOM.sub("", label)


def uncoded(said: str) -> str:
    """A reason without such terms; of one that is no sentence without them only the clauses are left."""
    plain = _HEAD.sub("", said)
    if not _CODED.search(plain):
        return plain
    words = _CITED.sub("", _CODED.sub("", plain)).strip(" .;")
    return words if _IN_A_SENTENCE.search(words) else " ".join(_CLAUSE.findall(plain))
