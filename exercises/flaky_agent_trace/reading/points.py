"""What questions come to once they are understood: of which slot, with which answers, in which field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exercises.flaky_agent_trace.papers.offers import Labels
from exercises.flaky_agent_trace.reading.marked import Form
from harness.simulation.meaning.offering import Offer
from harness.simulation.reading.asking import Ask

Json = Any


@dataclass(frozen=True, slots=True)
class Query:
    """One question about the case."""

    ask: Ask
    slot: str = ""
    value: Any = None
    """What a yes says of the slot."""
    holds: str = "is"
    """How the slot's value and `value` have to compare: `is`, `other`, `<=`, `>`, `count`, `among`."""
    also: tuple[Query, ...] = ()
    """What has to hold besides."""
    wants: str = ""
    """Of a question that is not for yes or no: `value` or `score`."""
    scale: tuple[int, int] = (0, 0)

    @property
    def slots(self) -> frozenset[str]:
        """Every slot that the answer needs."""
        return frozenset({self.slot}).union(*(one.slots for one in self.also))


@dataclass(frozen=True, slots=True)
class Narrow:
    """One question that leaves only some answers."""

    offer: Offer
    kind: str
    """`order`, `pieces`, `article`, `wish` (of one article), `count`, `sides` (who writes), `polar`, `word`,
    `flag`, `value`, `share`; without any answers `orders_marked`, `lines_marked`, `day`, `share`.
    """
    slot: str
    query: Query | None = None
    """What a yes says, where the answers are yes and no."""
    sku: str = ""
    labels: Labels | None = None
    form: Form | None = None
    """Of an answer by marks: how it is written."""


@dataclass(frozen=True, slots=True)
class PosedField:
    """A field that is a question. `kind`: a narrow question's, `counts` (pieces by article), `lines` (a
    text for each article), `day`, or `untold`: nothing here knows the answer.
    """

    kind: str
    narrow: Narrow
    schema: Mapping[str, Json]
    form: str = ""
    """Of `lines`: how one is written."""
