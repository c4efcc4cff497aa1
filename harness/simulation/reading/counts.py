"""Numbers in words, as English prompts and mails have them: `three` is 3."""

from __future__ import annotations

COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
IN_WORDS = "|".join(COUNTS)
"""For a pattern, where a word ends behind it."""


_ONE = frozenset({"a", "an", "a single"})


def count_of(said: str) -> int:
    """The number that digits say, one of these words, or `a`."""
    word = said.casefold()
    return int(word) if word.isdigit() else 1 if word in _ONE else COUNTS[word]
