"""The simulated model: a parcel desk's, competent and fallible.

It sees the request, and the author's notes on what the mail's words mean; never what a good end would be.
Read on in this order: `mind.py` (what stands there), `perception.py` (what is believed of it),
`judgement.py` (what is decided), `steps.py` (what is done), `answers.py` (what is said).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.exchange import Request
from harness.exercise.parts import SimulatedModel, TrialView
from harness.simulation.base import Parts, Simulation
from harness.simulation.card import Card, parse_card
from harness.simulation.forms.contract import Contract
from harness.simulation.forms.spoken import answered, question
from harness.simulation.noise import Noise
from harness.simulation.reading.context import Context

from .answers import Answers
from .features import SHAPE, features_of
from .mind import Mind, behold
from .ontology import NAMES, answerable, vocabulary
from .perception import perceive, right_parcel
from .steps import act, next_step

FOLDER = Path(__file__).parent


class ParcelModel(Simulation[Mind]):
    """Reads mails and records; extracts, decides, acts and tells."""

    names = NAMES

    def __init__(self, card: Card) -> None:
        super().__init__(FOLDER.name, card, vocabulary(), FOLDER)

    def behold(self, context: Context, contract: Contract, view: TrialView) -> Mind:
        return behold(context, contract, view)

    def instructions(self, mind: Mind) -> str:
        return mind.instructions

    def proposed(self, mind: Mind) -> bool:
        """Never: this desk's model is not asked to review what another step came to."""
        del mind
        return False

    def settle(self, mind: Mind, operation: str, request: Request) -> None:
        """A question in plain words (`Is it lost? Yes or no`) asks for slots as a schema does."""
        del request
        if mind.contract.form == "text":
            mind.question = question(mind.instructions, vocabulary().ontology, answerable())
        if operation == "chat" and mind.question is not None:
            decides = not vocabulary().cues.decide.isdisjoint(mind.question.slots)
            operation = "decide" if decides else "extract"
        mind.operation = operation
        mind.features = features_of(mind, self.card)

    def relevant(self, mind: Mind) -> bool:
        return mind.wording is not None or bool(mind.parcels or mind.told)

    def step(self, mind: Mind) -> str:
        return next_step(mind)

    def subject(self, mind: Mind) -> str:
        """The mail, where it is read; else the parcel that is decided on."""
        return mind.mail.id if mind.wording is not None else right_parcel(mind) or mind.mail.id

    def belief(self, mind: Mind, noise: Noise) -> Answers:
        return Answers(mind, perceive(mind, noise), noise)

    def act(self, mind: Mind, noise: Noise, step: str) -> Parts:
        return act(mind, self.belief(mind, noise), noise, step)

    def prose(self, mind: Mind, noise: Noise) -> str:
        answers = self.belief(mind, noise)
        if mind.question is not None and mind.operation in {"extract", "classify", "decide"}:
            return answered(mind.question, vocabulary().ontology, answers)
        return answers.told(mind.operation)


def create(card: dict[str, Any]) -> SimulatedModel:
    """Raises `SpecError` for a card that names what this model does not know."""
    return ParcelModel(parse_card(card, SHAPE))
