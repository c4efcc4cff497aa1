"""The environment: one mail, and one tool that files it."""

from __future__ import annotations

from typing import Any

from harness.exercise.parts import ToolProblem
from harness.exercise.scenario import PublicScenario
from harness.rng import Draws

QUEUES = ("billing", "shipping", "returns")


class Desk:
    """One trial's mail. `scenario.world` holds `now` and `mail`."""

    tools = ("file_mail",)

    def __init__(self, state: dict[str, Any]) -> None:
        self._state = state
        self._queue: str | None = None
        self._taken = False

    def task(self) -> dict[str, Any] | None:
        """The mail, once."""
        if self._taken:
            return None
        self._taken = True
        return {"now": self._state["now"], "mail": self._state["mail"]}

    def call(self, tool: str, arguments: dict[str, Any], *, now: float) -> Any:
        """`file_mail {queue}`; filing again moves it."""
        del tool, now
        queue = arguments.get("queue")
        if queue not in QUEUES:
            raise ToolProblem(422, "invalid_arguments", f"`queue` must be one of {', '.join(QUEUES)}")
        self._queue = queue
        return {"filed": queue}

    def end_state(self) -> dict[str, Any]:
        """Where the mail lies."""
        return {"queue": self._queue}


def create(scenario: PublicScenario, draws: Draws) -> Desk:
    """A fresh world. Draw what is random in it from `draws`; this one needs nothing."""
    del draws
    return Desk(scenario.world)
