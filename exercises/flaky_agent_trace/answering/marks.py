"""The marks of a rubric, what is said of them, and the verdict that follows from them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from exercises.flaky_agent_trace.deciding.criteria import PLAIN, Held, held_by, worth
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.rubrics import Place, Rubric, said_beside
from exercises.flaky_agent_trace.reading.scales import PASS, Scale
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import words_of

_FINE = {
    "correct": "the facts are right", "honest": "it tells of nothing that is not so",
    "policy": "the rules are kept",
    "complete": "nothing is left out", "tone": "the tone is polite", "empathy": "it feels with the customer",
    "language": "it is in the customer's language", "brief": "it is short", "clear": "it is clear",
    "safe": "it promises and gives away nothing", "amount": "the sum is right", "order": "the order is right",
    "action": "the decision is right", "helpful": "the customer knows what happens",
}  # fmt: skip
_N = r"(?P<n>\d{1,3}(?:\.\d{1,2})?|[A-F]\b)"
_EVERY = re.compile(
    rf"\b(?:every|each|all|both)\b[^.\n]{{0,50}}?(?:(?P<over>\babove|\bover|\bmore than|>(?!=))|at least|>=|≥"
    rf"|minimum(?: of)?|(?:not|no) (?:below|lower than|less than|under)) ?{_N}"
    rf"|\b(?:every|each|all)\b[^.\n]{{0,40}}?(?P<up>\d{{1,3}}) (?:or|and) (?:higher|more|above|better|up)",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?:any|one|a (?:single )?(?:score|mark|criterion)|no (?:score|mark|criterion)|none|nothing)\b"
    r"[^.\n]{0,40}?"
    rf"(?:below|under|less than|lower than|<(?!=)) ?{_N}",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?P<what>average|mean|total|sum|overall)\b[^.\n]{0,40}?"
    rf"(?:at least|>=|≥|(?:is |not )?(?:below|under|less than)|<(?!=)|minimum of) ?{_N}"
    r"|\b(?P<which>average|mean|total|sum|overall)\b[^.\n]{0,30}?(?P<up>\d{1,3}(?:\.\d)?) (?:or|and) "
    r"(?:higher|more|above|better|up)",
    re.IGNORECASE,
)
_FEW = 4
_TWO = 2
_MOST = 1
"""Steps by which a mark of all may be better than the worst of its parts that is about facts."""


class Marks:
    """One model's marks for what a rubric is about."""

    def __init__(self, mind: Mind, own: Resolution, objections: list[str]) -> None:
        self.mind, self.own, self.objections = mind, own, objections
        assert mind.rubric is not None
        self.rubric: Rubric = mind.rubric

    @cached_property
    def held(self) -> dict[str, list[Held]]:
        """What is held against each criterion."""
        criteria = self.rubric.criteria
        return {one: held_by(one, self.mind, self.own, self.objections) for one in criteria}

    def share(self, criterion: str) -> float:
        """How good it is in one respect, from 0 to 1."""
        return worth(self.held[criterion])

    @property
    def _every(self) -> list[Any]:
        scales = {place.criterion: place.scale for place in self.rubric.places if place.scale is not None}
        return [(scales.get(one) or self.rubric.scale).mark(self.share(one)) for one in self.rubric.criteria]

    @property
    def _numbers(self) -> list[float]:
        return [float(mark) for mark in self._every if re.fullmatch(r"-?\d+(?:\.\d+)?", str(mark))]

    @property
    def faults(self) -> list[str]:
        """All that costs points, each thing once."""
        least = PLAIN if self.rubric.usual else 0
        every = [one.text for found in self.held.values() for one in found if one.weight >= least]
        # What breaks a clause is named with it only where nothing else says it.
        return [
            text
            for text in dict.fromkeys(every)
            if not any(other != text and text.endswith(f": {other}") for other in every)
        ]

    def value(self, place: Place) -> Any:  # noqa: PLR0911  (one kind of field a line)
        """What stands in a field."""
        match place.kind:
            case "mark" if place.scale is not None:
                return self._typed(place.scale.mark(self.share(place.criterion)), place)
            case "all" if place.scale is not None:
                return self._typed(self.of_all(place.name, place.scale), place)
            case "passes" | "fails":
                return self.passes() is (place.kind == "passes")
            case "verdict":
                return place.sides[0] if self.passes() else place.sides[1]
            case "amiss":
                found = self._about(place)
                return found if type_of(place.schema) == "array" else "; ".join(found)
            case "entries":
                return self._entries(place)
            case _:
                return self.why(place.criterion)

    def _typed(self, mark: Any, place: Place) -> Any:
        whole = isinstance(mark, float) and mark.is_integer() and type_of(place.schema) != "string"
        strict = self.mind.contract.strict and type_of(place.schema) == "string"
        return str(mark) if strict and not isinstance(mark, str) else int(mark) if whole else mark

    def _about(self, place: Place) -> list[str]:
        return (
            [one.text for one in self.held[place.criterion]] if place.criterion in self.held else self.faults
        )

    def _entries(self, place: Place) -> list[dict[str, Any]]:
        """One entry for each criterion: its name, its mark, and why."""
        fields: dict[str, Any] = dict((place.schema.get("items") or {}).get("properties") or {})
        found = []
        for name, about in self.rubric.named:
            if about == "all":
                continue
            entry: dict[str, Any] = {}
            for key in fields:
                if key == place.criterion:
                    entry[key] = name
                elif said_beside(key):
                    entry[key] = self.why(about)
                elif place.scale is not None:
                    entry[key] = place.scale.mark(self.share(about))
            found.append(entry)
        return found

    def of_all(self, name: str, scale: Scale | None = None) -> Any:
        """The mark of all: the parts together, or on the average; else near it, no more than a step above
        the worst of the facts.
        """
        scale = scale or self.rubric.scale
        numbers, words = self._numbers, {*words_of(name)}
        if numbers and (words & {"total", "sum"}) and self._adds_up(scale, numbers):
            return int(sum(numbers)) if float(sum(numbers)).is_integer() else round(sum(numbers), 2)
        shares = [self.share(one) for one in self.rubric.criteria]
        mean = sum(shares) / max(1, len(shares))
        if words & {"average", "mean", "avg"} and len(numbers) == len(shares):
            return round(sum(numbers) / len(numbers), 2)
        if scale.polar:
            return scale.mark(min(shares))
        facts = [self.share(one) for one in self.rubric.criteria if one in _OF_FACTS]
        return scale.mark(min([mean, *(share + 0.25 * _MOST for share in facts)]))

    def _adds_up(self, scale: Scale, numbers: list[float]) -> bool:
        return not scale.words and scale.high >= self.rubric.scale.high * len(numbers)

    def why(self, criterion: str = "") -> str:
        """What costs the points, in a sentence; that all is well where nothing does."""
        criteria = (criterion,) if criterion in self.held else self.rubric.criteria
        found = [one.text for one in self.held[criterion]] if criterion in self.held else self.faults
        fine = [_FINE[one] for one in criteria if one in _FINE]
        fine = fine if len(fine) <= _FEW else [*fine[: _FEW - 1], "I find nothing wrong with the rest"]
        said = "; ".join(found) or _joined(fine)
        return f"{said[0].upper()}{said[1:].rstrip('.')}." if said else ""

    def passes(self) -> bool:
        """Whether it may go out: by the bounds that the prompt sets, else if every mark is a good one."""
        if self.rubric.usual:
            return not self.faults
        told = self.mind.instructions
        shares = [self.share(one) for one in self.rubric.criteria]
        bounds = [one for one in (self._least(told, shares), self._of_whole(told)) if one is not None]
        return all(bounds) if bounds else all(share >= PASS for share in shares)

    def _least(self, told: str, shares: list[float]) -> bool | None:
        """Whether every mark reaches what every mark has to; `None` where nothing is said."""
        every, below = _EVERY.search(told), _ANY.search(told)
        found = every or below
        if found is None:
            return None
        least = found["n"] or found["up"]
        if not least[0].isdigit():
            grades = self.rubric.scale.words
            return least not in grades or min(shares) >= self.rubric.scale.share(least)
        over = every is not None and bool(every["over"])
        return all(mark > float(least) if over else mark >= float(least) for mark in self._numbers)

    def _of_whole(self, told: str) -> bool | None:
        found = _WHOLE.search(told)
        least = (found["n"] or found["up"]) if found is not None else ""
        if found is None or not least[0].isdigit() or not self._numbers:
            return None
        what = (found["what"] or found["which"]).casefold()
        place = next((one for one in self.rubric.places if one.kind == "all"), None)
        high = Scale(0, 10**6) if what in {"total", "sum"} else place.scale if place is not None else None
        return float(self.of_all(what, high)) >= float(least)

    def lines(self) -> str:
        """A line for each criterion."""
        rubric = self.rubric
        said = []
        if rubric.columns:
            said = [f"| {' | '.join(rubric.columns)} |", f"|{' --- |' * len(rubric.columns)}"]
        for name, about in rubric.named:
            mark = self.of_all(name) if about == "all" else rubric.scale.mark(self.share(about))
            if rubric.columns:
                why = [self.why("" if about == "all" else about)] * (len(rubric.columns) - _TWO)
                said.append(f"| {' | '.join((name, str(mark), *why))} |")
            else:
                said.append(f"{name}{rubric.sign}{mark}")
        return "\n".join(said)


_OF_FACTS = frozenset({"correct", "honest", "policy", "safe"})


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
