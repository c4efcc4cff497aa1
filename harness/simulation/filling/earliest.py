"""Whether what is read now counts where the first of some mails, or the day of it, is asked for."""

from __future__ import annotations

import re

_FIRST = re.compile(
    r"\b(?:earliest|first|oldest|erste\w?|früheste\w?|premier|primer|eerste|pierwsz\w{1,3})\b"
    r"(?: [\w-]{1,20}){0,3}? "
    r"(?:(?:e-?)?mails?|messages?|letters?|nachricht|courriel|correo|bericht|wiadomoś\w{1,3})\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:today|received|this (?:e-?mail|mail|message|one|ticket))\b[^.;]{0,30}\b(?:if|when|where|unless)\b"
    r"|\b(?:if|when|where|otherwise|else|or)\b[^.;]{0,60}\b(?:today|this (?:e-?mail|mail|message|ticket))\b",
    re.IGNORECASE,
)
_ONLY_BEFORE = re.compile(r"\b(?:earlier|before|previous(?:ly)?|prior|already)\b", re.IGNORECASE)
_NULL = re.compile(
    r"\b(?:null|none|empty|blank|omit(?:ted)?)\b,? (?:it )?(?:if|when|where|unless)\b[^.;]{0,60}"
    r"\b(?:this|first|today|now|only|earlier|before)\b"
    r"|\bbefore this\b[^.;]{0,40}\b(?:null|none|empty)\b",
    re.IGNORECASE,
)


def counts_now(described: str) -> bool:
    """Whether a description has the mail that is read in mind as well: `date of the earliest mail`."""
    if _NULL.search(described):
        return False
    return bool(_NOW.search(described) or (_FIRST.search(described) and not _ONLY_BEFORE.search(described)))


_PARAGRAPH = re.compile(r"\n(?=\s{0,4}(?:\d{1,2}[.)]|[-*•]|#|\n|$))")


def paragraphs(name: str, told: str) -> str:
    """What a program tells of a field where it calls it by its name."""
    own = re.compile(rf"\b{re.escape(name)}\b")
    return "\n".join(part for part in _PARAGRAPH.split(told) if own.search(part))
