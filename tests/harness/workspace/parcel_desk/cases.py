"""Programs that meet the parcel desk's model in this process: no gateway, no sandbox."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.exchange import Message, OutputFormat, Reply, Request, Text, ToolCall
from harness.exercise.parts import (
    Reading,
    SimulatedModel,
    Thought,
    ToolProblem,
    TrialView,
    Turn,
    Verdict,
    World,
)
from harness.exercise.registry import Exercise
from harness.exercise.scenario import Scenario
from harness.rng import Draws

Json = Any
RULES = """- A parcel that was not scanned for more than 10 days counts as lost: open a claim. Else say so.
- Damage has to be reported within 7 days of delivery; later than that it is for a colleague.
- What was delivered by the record and the customer did not receive is for a colleague.
- Claims are for the declared value, whatever the customer asks for.
- Claims above 500 EUR are for a colleague."""


def thing(**properties: Json) -> Json:
    """A strict schema with these fields."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
FACTS = thing(tracking_id=TEXT, issue={"enum": ["whereabouts", "lost", "damaged", "not_received"]})
DECISION = thing(
    tracking_id=TEXT,
    action={"enum": ["send_status", "open_claim", "hand_over"]},
    kind={"enum": ["lost", "damaged", None]},
    value={"type": ["number", "null"]},
)


@dataclass
class Case:
    """One mail, and a model to ask about it."""

    exercise: Exercise
    scenario: Scenario
    model: SimulatedModel
    replay: int = 0
    attempts: Counter[tuple[str, str]] = field(default_factory=Counter)
    thoughts: list[Thought] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.draws = Draws(b"test", (self.scenario.id, self.replay))
        self.world: World = self.exercise.world(self.scenario.public(), self.draws)

    @property
    def mail(self) -> str:
        """As a program hands it on."""
        mail = self.scenario.world["mail"]
        return f"From: {mail['name']} <{mail['from']}>\nSubject: {mail['subject']}\n\n{mail['body']}"

    @property
    def records(self) -> str:
        return "\n".join(json.dumps(parcel) for parcel in self.scenario.world["parcels"])

    @property
    def prompt(self) -> str:
        """All that is to be known."""
        return f"Today is 2026-11-16.\n\n{RULES}\n\nMail:\n{self.mail}\n\nRecords:\n{self.records}"

    def view(self) -> TrialView:
        return TrialView(self.scenario.public(), (), frozenset(self.said), "large")

    def ask(self, request: Request) -> Reply:
        reading = self.model.read(request, self.view())
        key = (reading.decision, reading.subject)
        thought = self.model.answer(reading, Turn(self.draws, *key, self.attempts[key]))
        self.attempts[key] += 1
        self.readings.append(reading)
        self.thoughts.append(thought)
        for part in thought.reply.parts:
            said = part.arguments if isinstance(part, ToolCall) else part.text
            self.said.add(hashlib.sha256(said.encode()).hexdigest())
        return thought.reply

    def say(self, text: str, **options: Any) -> str:
        return self.ask(asking(text, **options)).text

    @property
    def verdict(self) -> Verdict:
        """How what was done is judged."""
        return self.exercise.judge(self.scenario, self.world.end_state())

    def fill(self, text: str, schema: Json) -> Json:
        """The answer by a strict schema."""
        return json.loads(self.say(text, output=OutputFormat("answer", schema, strict=True)))

    def call(self, tool: str, arguments: dict[str, Json]) -> str:
        """Call the world, as a program does."""
        try:
            return json.dumps(self.world.call(tool, arguments, now=0))
        except ToolProblem as problem:
            return json.dumps({"error": {"code": problem.code, "message": problem.message}})

    @property
    def unclear(self) -> list[str]:
        """Why calls were not understood."""
        pairs = zip(self.readings, self.thoughts, strict=True)
        return [why for reading, thought in pairs if (why := reading.why_not or thought.why_not)]


def asking(text: str, **options: Any) -> Request:
    return Request("m", (Message("user", (Text(text),)),), **options)


@dataclass
class Desk:
    """The exercise, with its practice card or with nothing going wrong."""

    exercise: Exercise

    @property
    def ids(self) -> list[str]:
        return [scenario.id for scenario in self.exercise.bank]

    def case(self, id: str, *, errs: bool = False, replay: int = 0, **meaning: Json) -> Case:
        """`meaning`: what is annotated otherwise."""
        card = dict(self.exercise.practice.card)
        if not errs:
            card["modes"] = {mode: {"base": -20} for mode in card["modes"]}
        scenario = self.exercise.bank[id]
        scenario = scenario.model_copy(update={"meaning": {**scenario.meaning, **meaning}})
        return Case(self.exercise, scenario, self.exercise.model(card), replay)

    def cases(self) -> Iterator[Case]:
        return map(self.case, self.ids)
