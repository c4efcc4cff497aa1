"""The letter to a customer that is all that a program shows."""

from __future__ import annotations

import re

from .drafted import letter_at
from .proposals import LETTER_LABEL


def letter_in(text: str, *, told: bool = False) -> str:
    """The letter to a customer that is all that a text shows, under a label; empty where none does, or more.

    `told`: it is said elsewhere that there is one, and no label is needed.
    """
    places = [letter_at(text, label.end()) for label in LETTER_LABEL.finditer(text)]
    starts = (0, *(line.start() for line in _LINE.finditer(text))) if told and not any(places) else ()
    place = next(filter(None, places), None) or next(
        filter(None, (letter_at(text, at) for at in starts)), None
    )
    if place is None:
        return ""
    rest = f"{text[: place[0]]}\n{text[place[1] :]}"
    return "" if _HEADED.search(rest) or len(rest.split()) > _BESIDE_IT else text[slice(*place)].strip()


OUTGOING = re.compile(
    r"\b(?:drafts?|outgoing|repl(?:y|ies)|our (?:letter|answer|mail)s?|entw[uü]rfe?|brouillons?|borrador\w*"
    r"|(?:letter|e-?mail|mail|message|answer)s? (?:of ours |that we )?(?:to|for|sent to) (?:the |our |a )?"
    r"customers?|concept|szkic\w*)\b",
    re.IGNORECASE,
)
"""Speaks of a letter to a customer."""
_LINE = re.compile(r"^(?=\S)", re.MULTILINE)
_HEADED = re.compile(
    r"^\W{0,4}(?:from|subject|received|von|betreff|de|objet|asunto|van|onderwerp|od|temat)\s?:"
    r"|\"sku\"|<e?mail\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A mail's head, or an order."""
_BESIDE_IT = 120
"""Words that may stand beside a letter: what is asked about it."""
