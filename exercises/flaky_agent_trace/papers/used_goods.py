"""What a mail says of goods that somebody has taken out of their box and put to use."""

from __future__ import annotations

import re

from .customer_words import holds

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|(?<=\n)(?=>)")
_DONE = (
    r"(?:hung|opened|unpacked|unwrapped|used|tried|put (?:it|them) (?:up|on|together)|assembled|installed"
    r"|switched|turned|plugged|washed|wore|built|set (?:it|them) up)"
)
_USED = re.compile(
    r"\b(?:used (?!to\b)|in use\b|tried (?:it|them|the|one|both|on|out)\b|wore\b|worn\b|washed\b"
    rf"|(?:when|once|after|as soon as|and) (?:i|we|he|she|they) (?:\w+ )?{_DONE}\b"
    r"|(?:have|has|['’]ve|['’]s|had|been|was|were|got|it|them) (?:now |just |finally |already )?(?:been )?"
    r"(?:unpacked|unwrapped|assembled|installed|hung up|switched on|taken out of (?:its|the) (?:box|bag))\b"
    r"|finally unpacked|(?:benutzt|gebraucht|ausprobiert|ausgepackt|getragen|aufgehängt|aufgebaut|montiert"
    r"|gewaschen)\b|(?:utilisé|essayé|déballé|porté|monté|lavé|installé)(?:e|s|es)?\b"
    r"|(?:usad|probad|estrenad|desempaquetad|montad|lavad)[oa]s?\b"
    r"|(?:gebruikt|geprobeerd|uitgepakt|gedragen|opgehangen|gemonteerd|gewassen)\b"
    r"|(?:używa\w{2,4}|użył\w{0,3}|rozpakowa\w{2,4}|wypróbowa\w{2,4}|zamontowa\w{2,4}|wypra\w{2,4}))",
    re.IGNORECASE,
)


def used_in(text: str) -> bool:
    """Whether a mail says that its thing was unpacked, tried or used, and does not deny it."""
    return any(holds(_USED, part) for part in _SENTENCE.split(text))
