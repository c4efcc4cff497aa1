"""The desk's rules, read where a prompt states them.

This reads a handful of ways to say each rule. In an exercise of yours this is where the work is: every
candidate words the rules anew.
"""

from __future__ import annotations

import re
from typing import Any

from harness.simulation.reading.values import moneys

from .policy import Rules

_DAYS = re.compile(r"(\d{1,3})\s+days\b", re.IGNORECASE)
_LOST = re.compile(r"\b(?:scan(?:ned|s)?|lost|missing)\b", re.IGNORECASE)
_DAMAGE = re.compile(r"\b(?:damaged?|broken)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\b(?:above|over|more than|exceed(?:s|ing)?)\b", re.IGNORECASE)
_DISPUTE = re.compile(
    r"\bdelivered\b[^\n]{0,80}\b(?:not|never|n't)\b[^\n]{0,20}\b(?:receive|get|got|arrive)", re.IGNORECASE
)
_DECLARED = re.compile(r"\bdeclared value\b", re.IGNORECASE)


def rules_in(text: str) -> Rules:
    """The rules of a text; its numbers are taken as they stand."""
    found: dict[str, Any] = {}
    for sentence in re.split(r"\n|(?<=[.;?])\s", text):
        if sentence.rstrip().endswith("?"):
            continue  # it asks, and states nothing
        days, sums = _DAYS.search(sentence), moneys(sentence)
        if days and _LOST.search(sentence):
            found["lost_days"] = int(days[1])
        elif days and _DAMAGE.search(sentence):
            found["damage_days"] = int(days[1])
        if sums and _ABOVE.search(sentence):
            found["limit"] = sums[0].value
        if _DISPUTE.search(sentence):
            found["disputes"] = True
        if _DECLARED.search(sentence):
            found["declared"] = True
    return Rules(**found)


def without_rules(text: str) -> str:
    """The lines of a text that state no rule."""
    return "\n".join(line for line in text.splitlines() if rules_in(line) == Rules())
