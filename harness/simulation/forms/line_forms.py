"""One line in one of several forms that a prompt lists: `PAY <order>: <sum>`, `DECLINE <order>`, `ASK`.

Each begins with words in capitals that say what is done; what stands behind a form tells when it is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_LEAD = r"^[ \t]{0,6}(?:[-*•>][ \t]{1,3}|\d{1,2}[.)][ \t]{1,3})?"
_QUOTED = re.compile(
    rf"{_LEAD}[`\"“](?P<form>[A-Z]{{2,20}}\b[^`\"”\n]{{0,160}})[`\"”]"
    r"(?P<gloss>[^\n]{0,200})$"
)
_BARE = re.compile(rf"{_LEAD}(?P<form>[A-Z]{{2,20}}(?![\w=:])[^\n]{{0,200}})$")
_BEHIND = re.compile(r"[ \t]{1,6}(?:#|//|\(|—|–|--|- |<-|←|(?:if|when|where|for|unless)[ ])[^\n]*$")
_HEAD = re.compile(r"[A-Z]{2,20}(?: [A-Z]{2,20}){0,3}\b")
_GAP = re.compile(r"<[^<>\n]{1,60}>|\{[^{}\n]{1,60}\}|\[[^\[\]\n]{1,60}\]")
_ANNOUNCES = re.compile(
    r"\b(?:one|a single|single|last|final|closing)\b[^.\n]{0,30}\b(?:line|form)s?\b"
    r"|\bone of (?:these|the following|the|those)\b"
    r"|\b(?:forms?|grammar|syntax|shapes?|patterns?)\b[^.\n]{0,30}:\s*$",
    re.IGNORECASE,
)
_NEAR = 240


@dataclass(frozen=True, slots=True)
class LineForm:
    """One of the forms."""

    text: str
    head: str
    """The words in capitals with which it begins."""
    gloss: str
    """When it is to be used."""


@dataclass(frozen=True, slots=True)
class LineForms:
    """All that a prompt lists in one place."""

    forms: tuple[LineForm, ...]
    start: int
    end: int
    above: str
    """What stands before them."""


@lru_cache(maxsize=256)
def line_forms_in(text: str) -> LineForms | None:
    """The last such list of a text, announced as what one line is to be."""
    found, block = None, list[tuple[LineForm, int, int]]()
    at = 0
    for line in [*text.split("\n"), ""]:
        form = _form(line)
        if form is not None:
            block.append((form, at, at + len(line)))
        elif block:
            found = _listed(text, block) or found
            block = []
        at += len(line) + 1
    return found


def _form(line: str) -> LineForm | None:
    quoted = _QUOTED.match(line)
    match = quoted or _BARE.match(line)
    if match is None:
        return None
    form = match["form"].strip()
    behind = None if quoted else _BEHIND.search(form)
    gloss = quoted["gloss"] if quoted else behind.group() if behind is not None else ""
    form = form[: behind.start()].strip() if behind is not None else form
    head = _HEAD.match(form)
    return LineForm(form, head.group(), gloss.strip(" .")) if head is not None else None


def _listed(text: str, block: list[tuple[LineForm, int, int]]) -> LineForms | None:
    forms, start = tuple(form for form, _, _ in block), block[0][1]
    above = text[max(0, start - _NEAR) : start]
    with_gaps = sum(_GAP.search(form.text) is not None for form in forms)
    heads = {form.head for form in forms}
    if len(heads) < 2 or not with_gaps or not _ANNOUNCES.search(above):
        return None
    return LineForms(forms, start, block[-1][2], above)
