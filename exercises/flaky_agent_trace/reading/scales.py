"""The scales on which things are marked: 1 to 5, 0 to 1, A to F, pass or fail, percent, poor to excellent."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.simulation.filling.checked import side
from harness.simulation.filling.typed import type_of

Json = Any
_NUMBER = r"(?P<low>[01])(?: ?\([^()\n]{1,40}\)| ?= ?\w+,?)?\s{0,3}(?:-|–|to|\.\.\.?|through|and|bis)\s{0,3}"
_SPAN = re.compile(rf"(?<![\w.,-]){_NUMBER}(?P<high>100|10|20|[1-9])(?![\d\w]|[.,]\d|-\d)")
_OUT_OF = re.compile(
    r"\b(?:out of|von) (?P<high>100|20|10|[3-9])\b|(?<=[\w>\]]\s)?/ ?(?P<over>100|20|10|5)\b"
)
_PERCENT = re.compile(r"\bper ?cent(?:age)?\b|\b(?:in|as|a) %|\b0 ?%? ?(?:-|–|to) ?100 ?%", re.IGNORECASE)
_LETTERS = re.compile(r"\bA ?(?:-|–|to|through) ?(?P<last>[DEF])\b|\bA[,/|] ?B[,/|] ?C\b")
_PASSES = re.compile(r"\b(?P<good>pass)(?:es)? ?(?:/|\||or) ?(?P<bad>fail)s?\b", re.IGNORECASE)
_BEST_FIRST = re.compile(
    r"\b1 ?(?:=|is|\(|:|means) ?(?:the )?(?:best|excellent|very good|perfect|sehr gut|top|flawless|great)\b",
    re.IGNORECASE,
)
_GRADES = ("F", "E", "D", "C", "B", "A")
_RANKS = {
    0.0: "terrible awful unacceptable bad poor fail failed very_poor none low",
    0.25: "weak below insufficient lacking needs_work needs_improvement",
    0.5: "fair medium average ok okay mediocre acceptable adequate satisfactory partial partly moderate"
    " mixed",
    0.75: "good solid fine high",
    1.0: "excellent perfect great outstanding very_good full pass passed strong top flawless",
}
_WORTH = {word: share for share, words in _RANKS.items() for word in words.split()}
_GAP = re.compile(
    r"^\W{0,6}(?:n|x|int|integer|number|num|score|mark|points?|float|\.\.\.|…)?\W{0,6}$", re.IGNORECASE
)
_TWO = 2
PASS = 0.75
"""Of a thing that passes at least so much is as it should be."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From the worst mark to the best."""

    low: float = 0
    high: float = 1
    words: tuple[str, ...] = ()
    """Marks in words, the worst first."""
    reversed: bool = False
    """Whether the lowest number is the best mark."""
    flag: bool = False
    """Whether it is JSON's true and false."""

    @property
    def polar(self) -> bool:
        """Whether there are only two marks."""
        return self.flag or len(self.words) == _TWO

    def mark(self, share: float) -> Any:
        """The mark for a thing that is so good, from 0 to 1."""
        if self.flag:
            return share >= PASS
        if self.words:
            if self.polar:
                return self.words[share >= PASS]
            return self.words[math.floor(share * (len(self.words) - 1) + 0.5)]
        number = self.low + (1 - share if self.reversed else share) * (self.high - self.low)
        return math.floor(number + 0.5) if self.high > 1 else round(number, 2)

    def share(self, mark: Any) -> float:
        """How good a thing is that has a mark."""
        if self.flag:
            return float(bool(mark))
        if self.words:
            return self.words.index(mark) / max(1, len(self.words) - 1)
        return (
            abs((self.high if self.reversed else self.low) - float(mark)) / (self.high - self.low)
            if self.high > self.low
            else 0.0
        )


_WORST = re.compile(
    r"(?<![\d.,-])[01] ?(?:=|:|means|is|for|if)\s?(?:[^\W\d]+ ){0,4}?(?:wrong|incorrect|false|falsch\w*)\b",
    re.IGNORECASE,
)


def worst_if_wrong(told: str) -> bool:
    """Whether the lowest mark is said to be for what is wrong: `1 = wrong amount`."""
    return bool(_WORST.search(told))


def scale_in(text: str) -> Scale | None:
    """The scale that words name."""
    if found := _SPAN.search(text):
        low, high = int(found["low"]), int(found["high"])
        return Scale(low, high, reversed=bool(_BEST_FIRST.search(text))) if low < high else None
    if found := _LETTERS.search(text):
        last = found["last"] or "F"
        kept = _GRADES[_GRADES.index(last) :] if last in _GRADES else _GRADES
        return Scale(words=tuple(grade for grade in kept if grade != "E" or last == "E"))
    if found := _PASSES.search(text):
        return Scale(words=(found["bad"], found["good"]))
    if found := _OUT_OF.search(text):
        return Scale(0, int(found["high"] or found["over"]))
    return Scale(0, 100) if _PERCENT.search(text) else None


def scale_of(  # noqa: PLR0911  (one kind of field a look)
    part: Mapping[str, Json], told: str
) -> Scale | None:
    """The scale of a field, by itself or else by what the prompt tells; `None` where it holds no mark."""
    options = [option for option in part.get("enum") or () if option is not None]
    if options:
        return _of_options(options)
    kind, said = type_of(part), str(part.get("description") or part.get("title") or "")
    if kind == "boolean":
        return Scale(flag=True)
    low, high = part.get("minimum"), part.get("maximum")
    if isinstance(low, int | float) and isinstance(high, int | float) and low < high:
        return Scale(low, high, reversed=bool(_BEST_FIRST.search(f"{said} {told}")))
    own = scale_in(said)
    if own is not None and not own.words and kind in {"number", "integer", "string", ""}:
        return own if not _BEST_FIRST.search(told) else Scale(own.low, own.high, reversed=True)
    if kind in {"number", "integer"}:
        general = scale_in(told)
        numbers = general if general is not None and not general.words else None
        return numbers or (Scale(1, 5) if kind == "integer" else Scale(0, 1))
    if kind in {"string", ""} and _GAP.match(said):
        return own or scale_in(told)
    return own if kind == "string" and own is not None and len(said) < _SHORT else None


_SHORT = 24


def _of_options(options: list[Any]) -> Scale | None:
    said = [str(option) for option in options]
    if all(re.fullmatch(r"\d{1,3}(?:\.\d+)?", one) for one in said):
        return Scale(words=tuple(sorted(options, key=float)))
    if all(one.upper() in _GRADES for one in said) and "A" in map(str.upper, said):
        return Scale(words=tuple(sorted(said, key=lambda one: _GRADES.index(one.upper()))))
    if len(said) == _TWO and (sides := [side(one) for one in said]) and None not in sides:
        good = [one for one, found in zip(said, sides, strict=True) if found is not None and found[1]]
        return (
            Scale(words=(next(one for one in said if one not in good), good[0])) if len(good) == 1 else None
        )
    folded = ["_".join(re.findall(r"[a-z]+", one.casefold())) for one in said]
    if all(one in _WORTH for one in folded) and len({_WORTH[one] for one in folded}) == len(folded):
        ranked = sorted(zip(folded, said, strict=True), key=lambda pair: _WORTH[pair[0]])
        return Scale(words=tuple(one for _, one in ranked))
    return None
