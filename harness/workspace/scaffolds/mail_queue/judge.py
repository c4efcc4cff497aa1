"""What tells a good end from a bad one: the world's end state against the scenario's `expected`."""

from __future__ import annotations

from typing import Any

from harness.exercise.parts import Verdict
from harness.exercise.scenario import Scenario


def judge(scenario: Scenario, end: dict[str, Any]) -> Verdict:
    """`expected` holds `queue`. A mail in a wrong queue is lost for days: that is harm."""
    queue = end.get("queue")
    if queue is None:
        return Verdict(success=False, harm=False, label="not_filed")
    if queue != scenario.expected["queue"]:
        return Verdict(success=False, harm=True, label="wrong_queue", detail=str(queue))
    return Verdict(success=True, harm=False, label="ok")
