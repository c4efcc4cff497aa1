"""What an attack is, and what can come of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from graders.attacks.arena import Arena

Where = Literal["docker", "process", "host"]
"""What an attack is tried against; `host` is our own code that reads what a candidate sent."""
Outcome = Literal["stopped", "gained", "not_tried"]


class NotTried(Exception):
    """The attack did not get to the wall, so nothing was learned about it."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack and the wall that should stop it."""

    id: str
    """Begins with its number in the list of attacks; the folder of its program, where it has one."""
    title: str
    wall: str
    run: Callable[[Arena], list[str]]
    """What was gained, in words; empty when it was stopped. Raises `NotTried`."""
    where: tuple[Where, ...] = ("docker",)
    """Where protection is claimed; elsewhere it is not run."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one attack in one place."""

    id: str
    title: str
    where: Where
    outcome: Outcome
    gained: tuple[str, ...] = ()
    why: str = ""
    """Why it was not tried."""


@dataclass(frozen=True, slots=True)
class Results:
    """What came of all of them."""

    tried: int
    stopped: int
    gained: int
    not_preventable: tuple[str, ...]
    not_tried: tuple[str, ...] = ()
    attacks: tuple[Tried, ...] = field(default=())

    @property
    def held(self) -> bool:
        """Nothing was gained, and nothing was left untried."""
        return self.tried > 0 and not self.gained and not self.not_tried


def results(found: list[Tried], not_preventable: tuple[str, ...]) -> Results:
    """Count them."""
    return Results(
        tried=sum(one.outcome != "not_tried" for one in found),
        stopped=sum(one.outcome == "stopped" for one in found),
        gained=sum(one.outcome == "gained" for one in found),
        not_preventable=not_preventable,
        not_tried=tuple(f"{one.id} ({one.where}): {one.why}" for one in found if one.outcome == "not_tried"),
        attacks=tuple(found),
    )
