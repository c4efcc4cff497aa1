"""Numbers in words, as prompts and mails have them in six languages: `three` and `drei` are 3."""

from __future__ import annotations

COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_ABROAD = {
    1: "ein eine einen einem einer eins eentje un une uno una een één jeden jedna jedną jedno jednym",
    2: "zwei zweien deux dos twee dwa dwie dwóch",
    3: "drei dreien trois tres drie trzy trzech",
    4: "vier vieren quatre cuatro cztery czterech",
    5: "fünf fünfen cinq cinco vijf pięć pięciu",
    6: "sechs seis zes sześć sześciu",
    7: "sieben siete zeven siedem",
    8: "acht huit ocho osiem",
    10: "zehn diez tien dziesięć",
    14: "vierzehn quatorze catorce veertien czternaście",
    30: "dreißig trente treinta dertig trzydzieści",
}
ABROAD = {word: number for number, words in _ABROAD.items() for word in words.split()}
"""German, French, Spanish, Dutch and Polish words; those for one are articles, too."""
IN_WORDS = "|".join(COUNTS)
"""English words for a pattern, where a word ends behind it."""
NUMBERS = COUNTS | ABROAD
IN_ANY_WORDS = "|".join(NUMBERS)

_SAID = NUMBERS | dict.fromkeys(("a", "an", "a single", "single"), 1)


def count_of(said: str) -> int:
    """The number that digits say, one of these words, or `a`; raises `KeyError` for any other."""
    word = " ".join(said.casefold().split())
    return int(word) if word.isdigit() else _SAID[word]
