"""The environment: one mail, parcel records, and the desk's tools."""

from __future__ import annotations

from typing import Any

from harness.exercise.parts import ToolProblem
from harness.exercise.scenario import PublicScenario
from harness.rng import Draws


class Desk:
    """One trial's mail. `scenario.world` holds `now`, `mail` and `parcels`."""

    tools = ("get_parcel", "send_status", "open_claim", "hand_over")

    def __init__(self, state: dict[str, Any]) -> None:
        self._state = state
        self._parcels = {parcel["tracking_id"]: parcel for parcel in state["parcels"]}
        self._done: list[dict[str, Any]] = []
        self._taken = False

    def task(self) -> dict[str, Any] | None:
        """The mail, once."""
        if self._taken:
            return None
        self._taken = True
        return {"now": self._state["now"], "mail": self._state["mail"]}

    def call(self, tool: str, arguments: dict[str, Any], *, now: float) -> Any:
        """Do it. Every act is kept, in order."""
        del now
        if tool == "hand_over":
            self._done.append({"action": "hand_over"})
            return {"case_id": f"C-{len(self._done)}", "status": "open"}
        id = str(arguments.get("tracking_id"))
        if id not in self._parcels:
            raise ToolProblem(404, "not_found", f"no parcel `{id}`")
        if tool == "get_parcel":
            return self._parcels[id]
        if tool == "send_status":
            self._done.append({"action": "send_status", "tracking_id": id})
            return {"message_id": f"M-{len(self._done)}", "status": "sent"}
        kind, value = arguments.get("kind"), arguments.get("value")
        if kind not in {"lost", "damaged"}:
            raise ToolProblem(422, "invalid_arguments", "`kind` must be lost or damaged")
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise ToolProblem(422, "invalid_arguments", "`value` must be a number above 0, in euros")
        self._done.append({"action": "open_claim", "tracking_id": id, "kind": kind, "value": f"{value:.2f}"})
        return {"claim_id": f"CL-{len(self._done)}", "status": "opened"}

    def end_state(self) -> dict[str, Any]:
        """What was done, in order."""
        return {"done": self._done}


def create(scenario: PublicScenario, draws: Draws) -> Desk:
    """A fresh world. Draw what is random in it from `draws`; this one needs nothing."""
    del draws
    return Desk(scenario.world)
