"""What a short text says of a case: the predicates that stand in it, each with whether it is denied.

A field of any name is told by what its options, or the conditions of a yes or no, are said to mean. The table
of predicates is the exercise's (`[predicates]` of its ontology); whether one is so is asked of the belief, by
`is` and its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.simulation.meaning.beliefs import Belief
from harness.simulation.reading.text import fold

ABOUT = "is "
"""Before the name of a predicate, where the belief is asked whether it is so."""
ITEMS = "items of "
"""Before the predicates of which the entries of a list are asked for."""
_PARTS = re.compile(r"[,;:]|\.\s|\bor\b|\boder\b|\bou\b", re.IGNORECASE)
_DENIED = re.compile(
    r"(?:\b(?:not|no|never|nor|without|kein\w{0,2}|nicht)\b|n['’]t\b)(?:\s\w{1,15}){0,2}\s\Z", re.IGNORECASE
)


@dataclass(frozen=True)
class Predicate:
    """One thing that may be so of a case."""

    name: str
    group: str
    """Those of one group answer one question: of several in a text one that holds is enough."""
    said: re.Pattern[str]
    """How texts put it. What its group `which` holds is a part of its name: a clause's number."""


@dataclass(frozen=True)
class Said:
    """A predicate that a part of a text speaks of."""

    name: str
    group: str
    denied: bool = False
    part: int = 0

    def holds(self, belief: Belief) -> float | None:
        """How far it is so, from 0 to 1; `None` where nothing of it is known."""
        value = belief(f"{ABOUT}{self.name}")
        if value is None:
            return None
        return 1.0 - float(value) if self.denied else float(value)


@dataclass(frozen=True, eq=False)
class Table:
    """All predicates of an exercise. Compared by identity."""

    every: tuple[Predicate, ...] = ()
    texts: tuple[Predicate, ...] = ()
    """Those of the group `text`: slots, with how it is put that a text is to be that, whatever its name."""
    sums: tuple[Predicate, ...] = ()
    """Those of the group `sum`: slots, with how it is put that a sum is that."""
    ids: tuple[Predicate, ...] = ()
    """Those of the group `id`: slots, with how it is put that a short text is the number of one of that."""

    def text_meant(self, described: str) -> str | None:
        """The slot of a text that is described as what the slot says: a letter, whatever it is called."""
        return _first_meant(self.texts, described)

    def sum_meant(self, described: str) -> str | None:
        """The slot of a sum that is described as what the slot says."""
        return _first_meant(self.sums, described)

    def id_meant(self, described: str) -> str | None:
        """The slot of a text that is described as the number of what the slot stands for."""
        return _first_meant(self.ids, described)

    def said_in(self, text: str) -> tuple[Said, ...]:
        """The predicates of a text, in its order."""
        return _said_in(self, " ".join(text.replace("_", " ").split())[:_LONGEST])

    def unsaid(self, name: str) -> tuple[str, ...]:
        """The words of a name that no predicate accounts for."""
        rest = " ".join(fold(name.replace("_", " ")).words)
        for predicate in self.every:
            rest = predicate.said.sub(" ", rest)
        return tuple(rest.split())


_LONGEST = 400


def _first_meant(slots: tuple[Predicate, ...], described: str) -> str | None:
    said = " ".join(described.split())[:_LONGEST]
    return next((one.name for one in slots if one.said.search(said)), None)


def table_of(groups: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Table:
    """The table from group → predicate → patterns."""
    every = tuple(
        Predicate(name, group, re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", re.IGNORECASE))
        for group, names in groups.items()
        for name, said in names.items()
    )
    of_slots = {group: tuple(one for one in every if one.group == group) for group in _OF_SLOTS}
    rest = tuple(one for one in every if one.group not in of_slots)
    return Table(rest, *of_slots.values())


_OF_SLOTS = ("text", "sum", "id")
"""Groups whose predicates are slots."""


@lru_cache(maxsize=4096)
def _said_in(table: Table, text: str) -> tuple[Said, ...]:
    matches = [(one, match) for one in table.every for match in one.said.finditer(text)]
    spans = [match.span() for _, match in matches]
    found: list[tuple[int, int, Said]] = []
    for predicate, match in matches:
        which = match.groupdict().get("which")
        name = f"{predicate.name} {which}" if which else predicate.name
        denied = _denied(text, match.start(), spans)
        part = len(_PARTS.findall(text[: match.start()]))
        found.append((match.start(), match.end(), Said(name, predicate.group, denied, part)))
    # What stands within the words for another is said by those: the `late` of `too late for a return`.
    own = [
        (start, said)
        for start, end, said in found
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b, _ in found)
    ]
    return tuple(dict.fromkeys(said for _, said in sorted(own, key=lambda one: one[0])))


def _denied(text: str, start: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether what begins here is denied: not by what belongs to another, `doesn't work or came late`."""
    denial = _DENIED.search(text[:start])
    return denial is not None and not any(a <= denial.start() < b <= start for a, b in spans)
