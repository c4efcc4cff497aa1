"""Faults of the model endpoints and of the world's tools: which ones happen, by keyed draws."""

from __future__ import annotations

import hashlib
from typing import Any

from harness.exercise.scenario import ModelFault, PublicScenario, ToolFault, within
from harness.exercise.spec import Role
from harness.gateway.ledger import canonical
from harness.gateway.wire.base import Problem
from harness.rng import DrawKey, Draws

RETRY_MS = 25
"""What `retry-after-ms` says: short, so that honest back-off costs no grading time."""


def model_fault(
    scenario: PublicScenario,
    draws: Draws,
    role: Role,
    question: tuple[str, str],
    number: int,
    *,
    hour: float = 0.0,
) -> ModelFault | None:
    """The fault that meets the `number`-th request about the question (decision, subject), if any.

    `hour`: the world's, see `parts.hour_of`.
    """
    for index, fault in enumerate(scenario.model_faults):
        if role in fault.roles and within(fault.hours, hour):
            key = DrawKey("fault", *question, number, f"{index}:{fault.kind}")
            if draws.uniform(key) < fault.rate:
                return fault
    return None


def refusal(fault: ModelFault) -> Problem | None:
    """The fault as a refusal; `None` when the model does answer."""
    match fault.kind:
        case "rate_limited":
            return Problem(
                "rate_limited",
                "Rate limit reached. Please try again in 25ms.",
                code="rate_limit_exceeded",
                retry_ms=RETRY_MS,
            )
        case "overloaded":
            return Problem("overloaded", "Overloaded. Please try again later.", retry_ms=RETRY_MS)
        case "server_error":
            return Problem(
                "server_error",
                "The server had an error while processing your request. Please retry.",
                retry_ms=RETRY_MS,
            )
        case _:
            return None


def damage(fault: ModelFault, events: list[bytes], where: float) -> tuple[bytes, bool]:
    """A stream after `cut_stream` or `malformed_chunk`: its bytes, and whether the connection drops.

    `where` in (0, 1) places the damage behind the first event and before the last two. Half of the
    cut streams end cleanly, which SDKs do not notice; of the other half the connection breaks.
    """
    at = 1 + int(where * max(1, len(events) - 3))
    if fault.kind == "malformed_chunk":
        torn = events[at][: max(8, len(events[at]) // 2)].rstrip(b"\n") + b"\n\n"
        return b"".join([*events[:at], torn, *events[at + 1 :]]), False
    return b"".join(events[:at]), where * 1000 % 1 < 0.5


def call_name(tool: str, arguments: dict[str, Any]) -> str:
    """What makes two tool calls the same call: tool and arguments, the idempotency key left out."""
    kept = {name: value for name, value in arguments.items() if name != "idempotency_key"}
    digest = hashlib.sha256(canonical(kept).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{tool}:{digest[:32]}"


def tool_fault(
    scenario: PublicScenario, draws: Draws, tool: str, call: str, attempt: int, *, hour: float = 0.0
) -> ToolFault | None:
    """The fault that meets the `attempt`-th try of the call that `call_name` named, if any."""
    for index, fault in enumerate(scenario.tool_faults):
        if fault.tool == tool and attempt < fault.attempts and within(fault.hours, hour):
            key = DrawKey("fault", f"tool:{tool}", call, attempt, f"{index}:{fault.kind}")
            if draws.uniform(key) < fault.rate:
                return fault
    return None
