"""The inbox of one trial: which ticket is handed out next, and what becomes of each.

Time is virtual and moves only here: handing out a ticket brings the clock to the hour at which it is
due. A ticket that is put back comes again two hours later, behind what is due before it; one that has been
handed out three times without a close goes to people.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from .records import Arrival, Weekend

Json = Any
MOST_HANDOUTS = 3
LATER = 2.0
"""Hours until a ticket that was put back comes again."""


@dataclass(slots=True)
class Ticket:
    """One ticket, and what was done on it."""

    arrival: Arrival
    due: float
    place: int
    """Its place among those that are due at the same hour."""
    handouts: int = 0
    deferred: int = 0
    closed: bool = False
    with_people: bool = False
    """Three hand-outs were not enough: somebody at the desk has it."""
    refunds: list[dict[str, Json]] = field(default_factory=list)
    escalations: list[dict[str, Json]] = field(default_factory=list)
    replies: list[dict[str, Json]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its number."""
        return self.arrival.state.ticket.id

    @property
    def waits(self) -> bool:
        """Whether it is still to be handled by the agent."""
        return not self.closed and not self.with_people

    def done(self) -> dict[str, Json]:
        """What was done, each list sorted by content: the judge reads sets, not sequences."""
        return {
            "refunds": sorted(self.refunds, key=_content),
            "escalations": sorted(self.escalations, key=_content),
            "replies": sorted(self.replies, key=_content),
        }

    def fate(self) -> dict[str, Json]:
        """How it fared in the inbox."""
        return {
            "handouts": self.handouts,
            "deferred": self.deferred,
            "closed": self.closed,
            "with_people": self.with_people,
        }


@dataclass(slots=True)
class Inbox:
    """The tickets of a trial, by arrival."""

    weekend: Weekend
    tickets: list[Ticket] = field(init=False)
    current: Ticket | None = None
    """The one handed out last, closed or not; none before the first, and after one was put back."""
    hour: float = 0.0

    def __post_init__(self) -> None:
        self.tickets = [
            Ticket(arrival, arrival.hour, place) for place, arrival in enumerate(self.weekend.arrivals)
        ]

    @property
    def now(self) -> dt.datetime:
        """The virtual time of day."""
        return self.weekend.start + dt.timedelta(hours=self.hour)

    def hand_out(self) -> Ticket | None:
        """The current ticket as long as it isn't closed, else the next one; `None` when none is left."""
        ticket = self.current
        if ticket is not None and ticket.waits and ticket.handouts >= MOST_HANDOUTS:
            ticket.with_people = True
        if ticket is None or not ticket.waits:
            waiting = [ticket for ticket in self.tickets if ticket.waits]
            ticket = min(waiting, key=lambda each: (each.due, each.place), default=None)
        if ticket is None:
            return None
        self.current = ticket
        self.hour = max(self.hour, ticket.due)
        ticket.handouts += 1
        return ticket

    def put_back(self, ticket: Ticket) -> dt.datetime | None:
        """It comes again at this time; `None`: it has been put back too often, and went to people."""
        ticket.deferred += 1
        if self.current is ticket:
            self.current = None
        if ticket.handouts >= MOST_HANDOUTS:
            ticket.with_people = True
            return None
        ticket.due = self.hour + LATER
        ticket.place += len(self.tickets)
        return self.weekend.start + dt.timedelta(hours=ticket.due)

    def find(self, id: str) -> Ticket | None:
        """A ticket that has been handed out, by its number."""
        return next((ticket for ticket in self.tickets if ticket.id == id and ticket.handouts), None)


def _content(entry: dict[str, Json]) -> list[str]:
    return [str(value) for value in entry.values()]
