"""A remark in one line with what is told of it before its colon: `Clerk's note (promise), 2026-10-15: …`."""

from __future__ import annotations

import re
from collections.abc import Callable

_REMARK = re.compile(r"^[\s*_>•-]{0,12}(?P<head>[^\W\d][^:|;\n]{2,80}):\s{1,4}(?P<said>\S.*)$")
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_ASIDE = re.compile(r"[(\[](?P<kind>[^()\[\]\d\n]{2,30})[)\]]|\b(?:kind|type):?\s(?P<word>\w{2,20})")
_AUTHOR = re.compile(
    r"\b(?:by|from|von|par|por|door)\s(?P<who>[^\W\d][^,()\[\]\d:]{1,40}?)"
    r"(?=\s(?:on|am|le|el|op)\s|[,()\[\]\d:]|$)"
)
_PAID = re.compile(
    r"^[\s*_>•-]{0,12}(?P<done>[^\W\d_]{4,16}ed)\s(?:back\s)?(?:[A-Z]{3}\s|[€£])?\d{1,6}[.,]\d\d\b[^:\n]{0,60}$"
)
"""What was done, with a sum and a day and no colon: `refunded 18.00 on 2026-10-02 (damage)`."""
_MOST = 3
"""Words up to that for the remark."""


def remark_in(line: str, list_of: Callable[[str], str | None]) -> tuple[str, dict[str, str]] | None:
    """The list that a line adds to and its pairs, where more than a label stands before the colon."""
    paid = _PAID.match(line)
    if paid is not None and _DAY.search(line) and (known := list_of(paid["done"].removesuffix("ed"))):
        return known, {}
    found = _REMARK.match(line)
    if found is None:
        return None
    head = found["head"]
    words = re.findall(r"[^\W\d_]+", head)[:_MOST]
    name = next(
        (known for word in words if (known := list_of(word) or list_of(word.removesuffix("ed"))) is not None),
        None,
    )
    day, aside, author = _DAY.search(head), _ASIDE.search(head), _AUTHOR.search(head)
    if name is None or not (day or aside or author):
        return None
    told = {"kind": aside["kind"] or aside["word"] if aside else "", "on": day.group() if day else ""}
    told |= {"author": author["who"].strip() if author else "", "text": found["said"]}
    return name, {key: value for key, value in told.items() if value}
