"""The simulated model of this exercise: a support agent's model, competent and fallible.

It sees the request, what the world served, and the author's notes on what the mail's words mean;
never what a good end would be. Read on in `scene.py` (what stands in the context), `perception.py`
(what it makes of the mail), `judgement.py` (what it decides), `questions.py` and `steps.py` (how it acts).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path
from typing import Any

from harness.exchange import Request, Text
from harness.exercise.parts import SimulatedModel, TrialView
from harness.exercise.scenario import PublicScenario
from harness.simulation.base import Parts, Simulation
from harness.simulation.card import Card, parse_card
from harness.simulation.context import Context
from harness.simulation.contract import Contract
from harness.simulation.noise import Noise
from harness.simulation.saying import variant

from .answers import Answers
from .features import SHAPE, features_of, objections
from .judgement import Resolution
from .ontology import vocabulary
from .perception import perceive
from .questions import next_step
from .scene import Mind, Scene, at_hand, behold, scenes_of
from .steps import Actor
from .wording import letters, money_text, reply_body, summary, thought

_ROOM = 256
"""Scenarios kept at a time; a trial has one, and few run at once."""


class RefundModel(Simulation[Mind]):
    """Reads mails, orders and the handbook; decides, acts, extracts, criticises and writes."""

    def __init__(self, card: Card) -> None:
        super().__init__("flaky_agent_trace", card, vocabulary(), Path(__file__).parent)
        self.honest = letters().asides.honest
        self._scenes: OrderedDict[int, tuple[PublicScenario, tuple[Scene, ...]]] = OrderedDict()

    def behold(self, context: Context, contract: Contract, view: TrialView) -> Mind:
        scene = at_hand(self._known(view.scenario), context, view)
        return behold(scene, context, contract, view)

    def instructions(self, mind: Mind) -> str:
        return mind.scene.instructions(mind.context.of("system", "user"))

    def proposed(self, mind: Mind) -> bool:
        return mind.proposal is not None

    def settle(self, mind: Mind, operation: str, request: Request) -> None:
        if operation == "chat" and mind.mail.present and not mind.contract.tools:
            # A case without a question: people who paste one want to know what to do with it.
            told = "extract" if mind.contract.form == "json" else "summarise"
            operation = "decide" if mind.clauses else told
        if mind.proposal and mind.contract.form == "text" and not mind.contract.tools:
            operation = "critique" if _YES_OR_NO.search(mind.context.asked) else operation
        mind.operation = operation
        mind.features = features_of(mind, request, self.card)
        said = objections(mind)
        mind.pointed, mind.checked = said.named, said.asserted

    def relevant(self, mind: Mind) -> bool:
        known = mind.claims is not None or mind.proposal is not None
        return bool(known or mind.mail.present or mind.orders or mind.clauses)

    def step(self, mind: Mind) -> str:
        step = next_step(mind)
        return "resolution" if step == "close" and mind.contract.submit is not None else step

    def subject(self, mind: Mind) -> str:
        """The order where the request is about one order and no mail, else the ticket."""
        if not mind.mail.present and mind.claims is None and len(mind.orders) == 1:
            return next(iter(mind.orders))
        return mind.ticket_id

    def belief(self, mind: Mind, noise: Noise) -> Answers:
        return Answers(mind, perceive(mind, noise), noise)

    def act(self, mind: Mind, noise: Noise, step: str) -> Parts:
        if not mind.mail.present and mind.claims is None and not mind.deeds and not mind.orders:
            return [Text(letters().asides.empty[0])]
        return Actor(mind, noise, step).act()

    def prose(self, mind: Mind, noise: Noise) -> str:
        if mind.operation == "chat":
            return variant(noise, self.honest, "honest")
        answers = self.belief(mind, noise)
        match mind.operation:
            case "summarise" | "extract" | "classify" | "translate":
                lead = "In English, and in short:\n\n" if mind.operation == "translate" else ""
                return lead + summary(answers.belief, answers.item_words)
            case "plan":
                return "\n".join(f"{n}. {step}" for n, step in enumerate(answers("plan"), start=1))
            case "critique" | "judge":
                return _reviewed(answers.objections, mind.context.asked)
            case "draft":
                verbose = noise.fires("verbose", mind.features, subject=mind.about)
                return reply_body(mind, answers.resolution, noise, verbose=verbose)
        return _decided(answers.resolution, noise)

    def _known(self, scenario: PublicScenario) -> tuple[Scene, ...]:
        """The tickets of a trial, read once."""
        known = self._scenes.get(id(scenario))
        if known is None or known[0] is not scenario:
            known = scenario, scenes_of(scenario)
            self._scenes[id(scenario)] = known
            while len(self._scenes) > _ROOM:
                self._scenes.popitem(last=False)
        return known[1]


_YES_OR_NO = re.compile(r"\byes\b\W+(?:or\W+)?no\b", re.IGNORECASE)
_FOR_FAULTS = re.compile(
    r"\b(?:wrong|mistakes?|errors?|problems?|invalid|object\w*|violat\w+|reject\w*)\b[^.?!\n]*\?",
    re.IGNORECASE,
)


def _reviewed(objections: list[str], asked: str) -> str:
    said = "I find nothing wrong with it: it agrees with the mail, the order and the rules."
    if objections:
        said = "I would not let this pass:\n" + "\n".join(f"- {issue}" for issue in objections)
    if not _YES_OR_NO.search(asked):
        return said
    return f"{'Yes' if bool(objections) == bool(_FOR_FAULTS.search(asked)) else 'No'}. {said}"


def _decided(resolution: Resolution, noise: Noise) -> str:
    """A decision as labelled lines."""
    lines = [f"Decision: {resolution.action.replace('_', ' ')}"]
    if resolution.order_id:
        lines.append(f"Order: {resolution.order_id}")
    if resolution.amount is not None:
        lines.append(f"Amount: {money_text(resolution)}")
    lines.append(f"Reason: {thought(resolution, noise)}")
    return "\n".join(lines)


def create(card: dict[str, Any]) -> SimulatedModel:
    """The model with this card. Raises `SpecError` for a card that does not fit."""
    return RefundModel(parse_card(card, SHAPE))
