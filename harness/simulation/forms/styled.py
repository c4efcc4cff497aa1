"""How a brief answer is to be written: in capitals, in cents, with a comma, without spaces."""

from __future__ import annotations

import re
from collections.abc import Callable

_CASE = {
    "upper": re.compile(
        r"\b(?:in|all|using|as) (?:all )?(?:capitals?(?: letters)?|caps|upper-?case|block letters"
        r"|großbuchstaben|majuscules|mayúsculas)\b"
        r"|\bupper-?case(?:d)?(?: only)?\s*[.!]?\s*$",
        re.IGNORECASE | re.MULTILINE,
    ),
    "lower": re.compile(
        r"\b(?:in |all |using )?lower[- ]?case(?: letters)?\b|\bkleinbuchstaben\b|\bminuscules\b",
        re.IGNORECASE,
    ),
}
_CENTS = re.compile(
    r"\b(?:in|as|how many|number of) (?:euro ?|whole |integer )?(?:cents?|pence|pennies|minor units?"
    r"|grosz\w*)\b|\bcents? as an integer\b",
    re.IGNORECASE,
)
_COMMA = re.compile(
    r"\b(?:decimal comma|comma as (?:the )?decimal (?:separator|mark|point)"
    r"|comma for (?:the )?decimals?|dezimalkomma)\b",
    re.IGNORECASE,
)
_SUM = re.compile(r"(?P<whole>\d{1,7})\.(?P<part>\d\d)(?P<rest>(?: (?:EUR|GBP|PLN))?)")
_CODE = re.compile(
    r"\bwith (?:the |its |a )?currency(?: code)?\b|\bincluding (?:the )?currency\b"
    r"|\bcurrency code\b(?! (?:only|alone))"
    r"|\b(?:e\.g\.|like|such as|for example)[ :,]{1,2}[\"'`“]?\d{1,4}[.,]\d\d (?:EUR|GBP|PLN)",
    re.IGNORECASE,
)
_TONGUE = re.compile(
    r"\b(?:answer|reply|respond|decision|verdict|say|give|write|output|word)\b[^.?\n]{0,30}\b(?:in|into) "
    r"(?:german|french|spanish|dutch|polish|italian|portuguese|latin|czech|swedish|danish)\b"
    r"|\bantworte\w*\b[^.?\n]{0,40}\bauf (?:deutsch|französisch|spanisch)\b"
    r"|\brépond\w*\b[^.?\n]{0,40}\ben français\b|\bresponde\b[^.?\n]{0,40}\ben español\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"(?:refund|deny|escalate|need info|yes|decline|approve|damaged|late|return)[.!]?", re.IGNORECASE
)
"""Words that are English, and no answer in another language."""
_FEW = 8


def styled(asked: str, said: str, currency: Callable[[], str]) -> str:
    """A brief answer as a program's last words want it written; `currency`: of the sums in it, if any."""
    last = asked[-_NEAR:]
    brief = "\n" not in said.strip() and len(said.split()) <= _FEW
    if not brief:
        return said
    found = _SUM.fullmatch(said.strip())
    if found is not None and _CENTS.search(last):
        return str(int(found["whole"] + found["part"]))
    if found is not None and not found["rest"] and _CODE.search(last):
        said = f"{said.strip()} {currency()}".strip()
    if _COMMA.search(last):
        said = _SUM.sub(r"\g<whole>,\g<part>\g<rest>", said)
    case = next((case for case, wanted in _CASE.items() if wanted.search(last)), "")
    return said.upper() if case == "upper" else said.lower() if case == "lower" else said


def unstyled(asked: str, said: str) -> str:
    """What a program says of how an answer is written that this one is not; empty where it has it all."""
    last = asked[-_NEAR:]
    sums = _SUM.search(said)
    for pattern, missed in (
        (_CENTS, sums is not None),
        (_COMMA, sums is not None),
        (_TONGUE, _ENGLISH.fullmatch(said.strip()) is not None),
        (_CASE["upper"], len(said.split()) <= _FEW and said != said.upper()),
        (_CASE["lower"], len(said.split()) <= _FEW and said != said.lower()),
    ):
        found = pattern.search(last)
        if found is not None and missed:
            return found.group()
    return ""


_NEAR = 300
