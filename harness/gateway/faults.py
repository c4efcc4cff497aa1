"""Faults of the model endpoints and of the world's tools: which ones happen, by keyed draws."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from harness.exercise.scenario import ModelFault, PublicScenario, ToolFault, within
from harness.exercise.spec import Role
from harness.gateway.ledger import canonical
from harness.gateway.wire.base import Kind, Problem
from harness.rng import DrawKey, Draws

RETRY_MS = 25
"""What `retry-after-ms` says: short, so that honest back-off costs no grading time."""
DAMAGING = frozenset({"cut_stream", "malformed_chunk", "error_event"})
"""Faults that meet an answer on its way; the others turn the request away or slow it down."""


class Refusal(NamedTuple):
    """How a fault turns a request away."""

    kind: Kind
    message: str
    code: str | None = None
    passes: bool = True
    """Whether trying again is of use."""


OVERLOADED = Refusal("overloaded", "Overloaded. Please try again later.")
REFUSALS: dict[str, Refusal] = {
    "rate_limited": Refusal(
        "rate_limited", "Rate limit reached. Please try again in 25ms.", "rate_limit_exceeded"
    ),
    "overloaded": OVERLOADED,
    "error_event": OVERLOADED,
    "server_error": Refusal(
        "server_error", "The server had an error while processing your request. Please retry."
    ),
    "timeout": Refusal("timeout", "The request timed out while it was processed. Please retry."),
    "request_timeout": Refusal("request_timeout", "The request did not come in time. Please retry."),
    "conflict": Refusal("conflict", "The request conflicts with another one. Please retry."),
    "forbidden": Refusal("forbidden", "Your API key may not use this model.", passes=False),
    "unprocessable": Refusal("unprocessable", "The request cannot be processed as it is.", passes=False),
}
"""By the kind of fault."""


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


def refusal(fault: ModelFault, *, stream: bool) -> Problem | None:
    """The fault as a refusal; `None` when the model does answer.

    An answer in one piece has no events, so an `error_event` is a refusal there.
    """
    if fault.kind not in REFUSALS or (fault.kind == "error_event" and stream):
        return None
    return problem_of(REFUSALS[fault.kind])


def problem_of(refused: Refusal) -> Problem:
    """A new one each time: an exception that is raised again remembers where it was raised before."""
    retry = RETRY_MS if refused.passes else None
    return Problem(refused.kind, refused.message, code=refused.code, retry_ms=retry)


def damage(
    fault: ModelFault, events: list[bytes], where: float, error: Callable[[int], bytes]
) -> tuple[bytes, bool]:
    """A stream after one of the faults that `DAMAGING` names: its bytes, and whether the connection drops.

    `where` in (0, 1) places the damage behind the first event and before the last two. Half of the
    cut streams end cleanly, which SDKs do not notice; of the other half the connection breaks.
    `error` makes the vendor's error event from the number of events before it.
    """
    at = 1 + int(where * max(1, len(events) - 3))
    if fault.kind == "malformed_chunk":
        at += events[at].startswith(b"event: ping")  # clients read no data of these
        return b"".join([*events[:at], _torn(events[at]), *events[at + 1 :]]), False
    if fault.kind == "error_event":
        return b"".join([*events[:at], error(at)]), False
    return b"".join(events[:at]), where * 1000 % 1 < 0.5


def _torn(event: bytes) -> bytes:
    """The event with the first half of its JSON."""
    name, data, text = event.partition(b"data: ")
    return name + data + text[: len(text) // 2].rstrip() + b"\n\n"


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
