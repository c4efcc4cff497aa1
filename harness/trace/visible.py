"""Text that a stranger wrote, made safe to look at.

What a page or a terminal would hide or reorder is written out: control and bidirectional
characters, zero-width ones, blank letters, piles of combining marks, and letters of another script
that sit among Latin ones (Trojan Source, CVE-2021-42574 and CVE-2021-42694).
"""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180e")
"""Letters and marks that draw nothing."""
_PILE = 2
"""So many combining marks in a row are still a word."""
_PLAIN = re.compile(r"[\x20-\x7e\n\t]*\Z")
_WORD = re.compile(r"\w+")
_LOOKALIKES = ("CYRILLIC ", "GREEK ", "ARMENIAN ", "CHEROKEE ", "FULLWIDTH LATIN ", "MATHEMATICAL ")
"""Scripts with letters that pass for Latin ones."""


def visible(text: str) -> str:
    r"""The same text with everything that would not show, or would lie, as `\u{…}`.

    Line feeds and tabs stay; a lone carriage return does not.
    """
    if _PLAIN.match(text):
        return text
    shown: list[str] = []
    marks = 0
    for char in text.replace("\r\n", "\n"):
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        shown.append(escaped(char) if _hides(char) or marks > _PILE else char)
    return "".join(shown)


def visible_code(text: str) -> str:
    """As `visible`, and look-alike letters inside Latin words written out too."""
    return visible(text if text.isascii() else _WORD.sub(_foreign, text))


def escaped(char: str) -> str:
    """A character by its number."""
    return f"\\u{{{ord(char):x}}}"


def capped(text: str, limit: int) -> str:
    """At most `limit` characters, and how many were left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… [{len(text) - limit:,} further characters not shown]"


def _hides(char: str) -> bool:
    if char in "\n\t":
        return False
    return (
        unicodedata.category(char) in _HIDDEN
        or char in _BLANK
        or "\ufe00" <= char <= "\ufe0e"  # variation selectors; the sixteenth only colours an emoji
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def _foreign(match: re.Match[str]) -> str:
    word = match.group()
    if not any("a" <= char <= "z" or "A" <= char <= "Z" for char in word):
        return word
    return "".join(
        escaped(char) if unicodedata.name(char, "").startswith(_LOOKALIKES) else char for char in word
    )
