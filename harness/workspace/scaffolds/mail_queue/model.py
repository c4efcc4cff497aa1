"""The simulated model: it files mails, and errs where it sees only half of one.

`scenario.meaning` holds what the author says the mail means: `queue`, and `spans`, the words that
carry it. The model never sees `expected`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from harness.exchange import Reply, Request, Text, ToolCall, ToolResult
from harness.exercise.parts import Reading, Thought, TrialView, Turn
from harness.simulation.card import Card, Shape, parse_card
from harness.simulation.noise import Noise

QUEUES = ("billing", "shipping", "returns")
SHAPE = Shape(
    modes=frozenset({"wrong_queue"}),
    features=frozenset({"subject_seen", "small"}),
    quirks={},
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the context holds, and how an answer may be given."""

    queue: str | None
    features: dict[str, float]
    filed: bool
    by_tool: bool
    field: str


class Clerk:
    """Files by the tool `file_mail`, or answers a schema with one field for the queue."""

    version = "example/1"

    def __init__(self, card: Card) -> None:
        self._card = card
        self.provenance = card.provenance

    def read(self, request: Request, view: TrialView) -> Reading:
        """Understood as soon as words of the mail that carry its meaning stand in the context."""
        context = "\n".join(_text(part) for message in request.messages for part in message.parts)
        meaning = view.scenario.meaning
        if not any(span in context for span in meaning["spans"]):
            return Reading(
                understood=False,
                why_not="no mail stands in the context",
                operation="chat",
                decision="chat",
                subject="none",
            )
        results = [part for message in request.messages for part in message.parts]
        schema = (request.output.schema if request.output else None) or {}
        known = Known(
            queue=meaning["queue"],
            features={
                "subject_seen": float(view.scenario.world["mail"]["subject"] in context),
                "small": float(view.role == "small"),
            },
            filed=any(isinstance(part, ToolResult) and not part.is_error for part in results),
            by_tool=any(tool.name == "file_mail" for tool in request.tools),
            field=next(iter(schema.get("properties", {})), ""),
        )
        decision = "close" if known.filed else "queue"
        operation = "act" if known.by_tool else "classify"
        return Reading(True, "", operation, decision, view.scenario.id, state=known)

    def answer(self, reading: Reading, turn: Turn) -> Thought:
        """The queue, by tool, schema or plain word."""
        known = reading.state
        if not isinstance(known, Known):
            return Thought(Reply((Text("I am a simulated model, and know of no mail here."),), "end"))
        if known.filed:
            return Thought(Reply((Text("The mail is filed."),), "end"))
        noise = Noise(self._card, turn)
        queue = known.queue or QUEUES[0]
        if noise.fires("wrong_queue", known.features):
            others = [other for other in QUEUES if other != queue]
            queue = others[noise.pick(len(others), "other")]
        return Thought(_say(queue, known, turn), modes=noise.modes)


def _say(queue: str, known: Known, turn: Turn) -> Reply:
    if known.by_tool:
        id = f"call_{int(turn.uniform('text', 'id') * 16**12):012x}"
        return Reply((ToolCall(id, "file_mail", json.dumps({"queue": queue})),), "tool")
    if known.field:
        return Reply((Text(json.dumps({known.field: queue})),), "end")
    return Reply((Text(queue),), "end")


def _text(part: Text | ToolCall | ToolResult) -> str:
    if isinstance(part, Text):
        return part.text
    return part.arguments if isinstance(part, ToolCall) else part.content


def create(card: dict[str, Any]) -> Clerk:
    """Raises `SpecError` for a card that names what this model does not know."""
    return Clerk(parse_card(card, SHAPE))
