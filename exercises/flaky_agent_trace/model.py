"""The simulated model of this exercise: reads a request, and answers it as a fallible model would.

It sees the request, what the world served, and the author's notes on what the mail's words mean;
never what a good end would be.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.exchange import Reply, Request, Text, ToolCall
from harness.exercise.parts import Reading, SimulatedModel, Thought, TrialView, Turn
from harness.exercise.scenario import PublicScenario
from harness.simulation.card import Card, parse_card
from harness.simulation.context import quoted, read_context
from harness.simulation.contract import operation_of, read_contract
from harness.simulation.noise import Noise
from harness.simulation.saying import call, json_reply, say, torn, variant
from harness.simulation.schema import Filling
from harness.simulation.version import source_digest

from .answers import Answers
from .features import SHAPE, features_of, objections
from .judgement import Resolution
from .ontology import CUES, ONTOLOGY, TOOLS
from .perception import perceive
from .scene import Mind, Scene, behold, scene_of
from .steps import Actor, next_step
from .wording import LETTERS, money_text, reply_body, summary, thought

_ROOM = 256
"""Scenarios kept at a time; a trial has one, and few run at once."""

_QUESTIONS = {
    "decide": "resolution", "revise": "resolution", "extract": "reading", "classify": "reading",
    "critique": "review", "judge": "review", "draft": "wording", "summarise": "summary", "plan": "plan",
}  # fmt: skip


class RefundModel:
    """Reads mails, orders and the handbook; decides, acts, extracts, criticises and writes."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.provenance = card.provenance
        self.version = f"flaky_agent_trace/{source_digest(Path(__file__).parent)[:12]}"
        self._scenes: OrderedDict[int, Scene] = OrderedDict()

    def read(self, request: Request, view: TrialView) -> Reading:
        """Understand the request. Pure: same request and view, same reading."""
        context = read_context(request, view)
        contract = read_contract(request, context, TOOLS, ONTOLOGY)
        mind = behold(self._scene(view.scenario), context, contract, view)
        operation = operation_of(
            contract, CUES, quotes_own=bool(quoted(context, view)), proposal=mind.proposal is not None,
            asked=mind.scene.instructions(context.of("system", "user")),
        )  # fmt: skip
        if operation == "chat" and mind.mail.present:
            # A case without a question: people who paste one want to know what to do with it.
            operation = "decide" if mind.clauses else "summarise"
        mind.operation = operation
        mind.features = features_of(mind, request)
        mind.features_checked = objections(mind)
        why_not = _why_not(mind)
        decision = next_step(mind) if operation == "act" else _QUESTIONS.get(operation, "chat")
        if operation == "act" and contract.submit is not None and decision == "close":
            decision = "resolution"
        return Reading(not why_not, why_not, operation, decision, _subject(mind), (mind, request))

    def answer(self, reading: Reading, turn: Turn) -> Thought:
        """Answer it. The only randomness is `turn`'s."""
        assert isinstance(reading.state, tuple)
        mind, request = reading.state
        noise = Noise(self.card, turn)
        reply, unknown = _Answering(mind, noise, reading).reply()
        del request
        return Thought(reply, noise.modes, _slowness(reply), tuple(unknown))

    def _scene(self, scenario: PublicScenario) -> Scene:
        known = self._scenes.get(id(scenario))
        if known is None or known.scenario is not scenario:
            known = scene_of(scenario)
            self._scenes[id(scenario)] = known
            while len(self._scenes) > _ROOM:
                self._scenes.popitem(last=False)
        return known


class _Answering:
    """One answer under way."""

    def __init__(self, mind: Mind, noise: Noise, reading: Reading) -> None:
        self.mind = mind
        self.noise = noise
        self.reading = reading
        self.unknown: list[str] = []

    def reply(self) -> tuple[Reply, list[str]]:
        """The reply, and the fields asked for that nobody knows."""
        mind = self.mind
        if not self.reading.understood and mind.contract.form in {"text", "react"}:
            return say(variant(self.noise, LETTERS.asides.honest, "honest")), []
        if self.reading.operation == "act":
            return self._act(), self.unknown
        if mind.contract.form == "text":
            return say(self._prose()), self.unknown
        return self._structured(), self.unknown

    def _fires(self, mode: str, choice: str = "") -> bool:
        return self.noise.fires(mode, self.mind.features, choice, subject=self.mind.ticket_id)

    def _act(self) -> Reply:
        mind = self.mind
        if not mind.mail.present and mind.claims is None and not mind.deeds and not mind.orders:
            return say(LETTERS.asides.empty[0])
        parts = Actor(mind, self.noise, self.reading.decision).act()
        if not parts or (mind.contract.required and not any(isinstance(part, ToolCall) for part in parts)):
            parts = self._submitted() or parts
        if mind.contract.form == "calls":
            if mind.contract.submit is not None and all(isinstance(part, Text) for part in parts):
                parts = self._submitted() or parts
            called = any(isinstance(part, ToolCall) for part in parts)
            return Reply(tuple(parts), "tool" if called else "end")
        return self._in_text(parts)

    def _submitted(self) -> list[Text | ToolCall]:
        submit = self.mind.contract.submit
        if submit is None:
            return []
        value = self._filled(submit.spec.schema, self._answers())
        return [call(submit.spec.name, value)]

    def _in_text(self, parts: list[Text | ToolCall]) -> Reply:
        """Calls for programs that read them out of text: one at a time."""
        made = next((part for part in parts if isinstance(part, ToolCall)), None)
        words = "\n".join(part.text for part in parts if isinstance(part, Text))
        if self.mind.contract.form == "react":
            if made is None:
                return say(f"Thought: I now know the final answer.\nFinal Answer: {words}")
            aside = words or "I need to take the next step."
            return say(f"Thought: {aside}\nAction: {made.name}\nAction Input: {made.arguments}")
        schema = dict(self.mind.contract.schema or {})
        arguments = json.loads(made.arguments) if made is not None and _parses(made.arguments) else {}
        answers = self._answers()
        fixed: dict[str, Any] = {
            "tool_name": made.name if made is not None else None,
            "tool_arguments": arguments,
            "action": made.name if made is not None else answers("action"),
            "done": made is None,
            "reply": words or None,
        }
        if self.reading.decision == "look_up":
            fixed["reasoning"] = words or "I need to look this up before I can decide."
        value = self._filled(schema, lambda slot: fixed[slot] if slot in fixed else answers(slot))
        return self._json(value)

    def _answers(self) -> Answers:
        return Answers(self.mind, perceive(self.mind, self.noise), self.noise)

    def _filled(self, schema: Mapping[str, Any], belief: Any) -> dict[str, Any]:
        filling = Filling(ONTOLOGY, schema)
        value = filling.fill(dict(schema), belief)
        self.unknown += [name for name in filling.unknown if name not in self.unknown]
        return value if isinstance(value, dict) else {}

    def _structured(self) -> Reply:
        contract = self.mind.contract
        value = self._filled(contract.schema or {}, self._answers())
        if contract.form == "submit" and contract.submit is not None:
            made = call(contract.submit.spec.name, value)
            if not contract.strict and self._fires("torn_call", "submit"):
                share = self.noise.turn.uniform("mode:tear", "submit")
                made = replace(made, arguments=torn(made.arguments, share))
            return Reply((made,), "tool")
        return self._json(value)

    def _json(self, value: dict[str, Any]) -> Reply:
        if self.mind.contract.strict:
            return json_reply(value)
        chatty = "Here is the result:" if self._fires("chatty_json") else ""
        return json_reply(value, fenced=self._fires("fenced_json"), chatty=chatty)

    def _prose(self) -> str:  # noqa: PLR0911  (one answer an operation)
        mind, noise = self.mind, self.noise
        operation = self.reading.operation
        if not mind.context.pieces or operation == "chat":
            return variant(noise, LETTERS.asides.honest, "honest")
        answers = self._answers()
        if operation in {"summarise", "extract", "classify"}:
            return summary(answers.belief)
        if operation == "plan":
            return "\n".join(f"{n}. {step}" for n, step in enumerate(answers("plan"), start=1))
        if operation in {"critique", "judge"}:
            if not answers.objections:
                return "I find nothing wrong with it: it agrees with the mail, the order and the rules."
            return "I would not let this pass:\n" + "\n".join(f"- {issue}" for issue in answers.objections)
        if operation == "draft":
            return reply_body(mind, answers.resolution, noise, verbose=self._fires("verbose"))
        return _decided(answers.resolution, noise)


def _decided(resolution: Resolution, noise: Noise) -> str:
    """A decision as labelled lines."""
    lines = [f"Decision: {resolution.action.replace('_', ' ')}"]
    if resolution.order_id:
        lines.append(f"Order: {resolution.order_id}")
    if resolution.amount is not None:
        lines.append(f"Amount: {money_text(resolution)}")
    lines.append(f"Reason: {thought(resolution, noise)}")
    return "\n".join(lines)


def _parses(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _why_not(mind: Mind) -> str:
    """Why the request is beyond this model; empty where it is not."""
    contract = mind.contract
    about = mind.mail.present or mind.claims is not None or mind.orders or mind.clauses or mind.proposal
    if not mind.context.pieces:
        return "the request is empty"
    if contract.tools and all(tool.kind == "foreign" for tool in contract.tools):
        return "none of the tools offered is one that this exercise knows"
    if (
        contract.form in {"schema", "submit", "json"}
        and contract.schema
        and not contract.slots
        and mind.operation != "act"
    ):
        return "none of the fields asked for means anything in this exercise"
    if not about:
        return "nothing of this exercise stands in the context"
    if mind.operation == "chat":
        return "what is asked for is not clear"
    return ""


def _subject(mind: Mind) -> str:
    """The order where the request is about one order and no mail, else the ticket."""
    if not mind.mail.present and mind.claims is None and len(mind.orders) == 1:
        return next(iter(mind.orders))
    return mind.ticket_id


def _slowness(reply: Reply) -> float:
    return 1.15 if any(isinstance(part, ToolCall) for part in reply.parts) else 1.0


def create(card: dict[str, Any]) -> SimulatedModel:
    """The model with this card. Raises `SpecError` for a card that does not fit."""
    return RefundModel(parse_card(card, SHAPE))
