"""Questions that count what a customer asks for, and answers that are such counts: `one`, `two or more`."""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf

from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.counts import ABROAD, COUNTS

_HOW_MANY = re.compile(
    r"\b(?:how many|number of|count of|wie viele\w?|combien d\w?|cuánt[oa]s|hoeveel|ilu|ile)\W{1,2}"
    r"(?:\w+\s){0,2}?(?:(?P<orders>orders|purchases|bestellungen|commandes|pedidos|bestellingen|zamówie\w+)"
    r"|(?P<asks>requests|wishes|issues|problems|complaints|claims|demands))\b(?P<rest>[^?]*)",
    re.IGNORECASE,
)
_MENTIONED = re.compile(r"\b(?:mention\w*|named|names|discuss\w*|speak\w*|talk\w*|refer\w*)\b", re.IGNORECASE)
_NOT_WANTED = re.compile(
    r"\b(?:shown|listed|placed|exist\w*|on record|in the list|have we|has the"
    r" customer (?:placed|made|got)|settled|closed|refunded|delivered|shipped|late)\b",
    re.IGNORECASE,
)
"""Counts others than those on which something is asked for."""
_NUMBERS = {
    **COUNTS,
    **ABROAD,
    **dict.fromkeys(("zero", "none", "no", "null", "keine", "aucune", "ninguno", "geen"), 0),
    "single": 1,
    "once": 1,
    "both": 2,
}
_MANY = frozenset({"several", "multiple", "many", "mehrere", "plusieurs", "varios", "meerdere", "kilka"})
_UP = frozenset({"more", "plus", "least", "mehr", "over", "above", "higher"})
_DOWN = frozenset({"most", "less", "fewer", "under", "below"})
_BESIDE = frozenset(words_of("or and than at only just exactly of the different order orders requests oder"))


def counted(question: str) -> str:
    """The slot of what a question counts; empty where it counts nothing that is wanted."""
    found = _HOW_MANY.search(question)
    if found is None or (found["orders"] and _NOT_WANTED.search(found["rest"])):
        return ""
    if found["orders"] and _MENTIONED.search(found["rest"]):
        return "order_ids"
    return "orders_concerned" if found["orders"] else "asks"


def counts_others(question: str) -> bool:
    """Whether orders are counted of which nothing here knows how many there are."""
    return _HOW_MANY.search(question) is not None and not counted(question)


@lru_cache(maxsize=1024)
def range_of(answer: str) -> tuple[float, float] | None:
    """The least and the most that an answer says; `None` where it says no count."""
    words = words_of(answer.replace("+", " plus "))
    numbers = [
        int(word) if word.isdigit() else _NUMBERS[word]
        for word in words
        if word.isdigit() or word in _NUMBERS
    ]
    known = _MANY | _UP | _DOWN | _BESIDE | _NUMBERS.keys()
    if any(word not in known and not word.isdigit() for word in words):
        return None
    if _MANY & {*words}:
        return 2, inf
    if not numbers:
        return None
    if _UP & {*words}:
        return min(numbers) + ("than" in words), inf
    if _DOWN & {*words}:
        return 0, max(numbers) - bool({"than", "under", "below"} & {*words})
    return min(numbers), max(numbers)
