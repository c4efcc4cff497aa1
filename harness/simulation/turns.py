"""Whether a program's last words ask for plain text, whatever JSON its earlier ones asked for."""

from __future__ import annotations

import re

from harness.simulation.context import Context

_PLAIN = re.compile(
    r"\b(?:in|as) plain (?:text|english|words|prose)\b|\bplain text (?:only|please)\b|\bas prose\b"
    r"|\b(?:not|without|instead of)\b[^.\n]{0,20}\bjson\b"
    r"|\bno json\b|\b(?:in|with|exactly|just|only) (?:a|one|two|three|\d) (?:single |short |plain )?"
    r"(?:words?|sentences?|paragraph|lines?)\b"
    r"|\b(?:answer|reply|respond)\W{1,3}(?:only )?(?:with )?[\"'`]?(?:yes|no)\b",
    re.IGNORECASE,
)
"""Says the form."""
_STARTS = (
    r"^\W{0,12}(?:(?:now|then|next|please|ok(?:ay)?|great|good|thanks|thank you|and"
    r"|finally|also|based on \w+)"
    r"[,.!:]?\s+)*"
)
_WRITES = re.compile(
    _STARTS
    + r"(?:write|draft|compose|translate|summari[sz]e|explain|rephrase|rewrite|shorten|tell me|phrase)\b",
    re.IGNORECASE,
)
"""Asks for words of another kind than the answer before."""
_ASKS = re.compile(
    rf"{_STARTS}(?:answer|reply|respond|in (?:one|two|a)|say|write|draft|compose|translate|explain|"
    r"summari[sz]e|rephrase|"
    r"rewrite|give|state|is|are|do|does|did|can|should|what|why|which|use|just|only|tell|phrase|no json)\b",
    re.IGNORECASE,
)
_PICKS = re.compile(
    r"\b(?:answer|reply|respond)\W{1,3}(?:only |just )?(?:with )?(?:only |just )?"
    r"(?:[\"'`]?(?:[a-e]|[1-5])[\"'`]?(?:, (?:or )?| or |/))+[\"'`]?(?:[a-e]|[1-5])[\"'`]?(?: only)?\W*$",
    re.IGNORECASE,
)
"""A last line that wants one of several named things, however these look."""
_LONGEST = 240
"""Characters of a line that instructs; what is longer is more likely to be what is written about."""


def asks_plainly(context: Context) -> bool:
    """Whether the last user turn itself wants plain text.

    By saying so in its first or last lines; or, where the model has answered before, by asking for a text.
    """
    lines = [line.strip() for line in context.asked.splitlines() if line.strip()]
    if lines and _PICKS.search(lines[-1]):
        return True
    if re.search(r"\bjson\b|\{\s*[\"'\w]+\s*:", _own(context.asked), re.IGNORECASE):
        return False
    edges = [line for line in (*lines[:2], *lines[-2:]) if len(line) <= _LONGEST]
    if any(_PLAIN.search(line) and _ASKS.search(line) for line in edges):
        return True
    return context.said > 0 and any(_WRITES.search(line) for line in edges)


def _own(text: str) -> str:
    """A turn's words without those that only rule JSON out."""
    return re.sub(r"\b(?:no|not|without|instead of)\b[^.\n]{0,20}\bjson\b", " ", text, flags=re.IGNORECASE)
