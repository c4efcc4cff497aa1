"""Programs in several styles that meet the simulated model in this process: no gateway, no sandbox."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Reply, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.exercise.parts import (
    Reading,
    Served,
    SimulatedModel,
    Thought,
    ToolProblem,
    TrialView,
    Turn,
    Verdict,
    World,
)
from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.scenario import Scenario
from harness.rng import Draws
from harness.simulation.reading.context import digest

Json = Any
Renaming = Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]

PROMPT = """You work the refund inbox of a shop. Find the order, read the handbook, decide, act, and close
the ticket with one reply."""


def _tool(name: str, required: list[str], /, **properties: Json) -> ToolSpec:
    kinds = {key: {"type": kind} for key, kind in properties.items()}
    return ToolSpec(name, "", {"type": "object", "properties": kinds, "required": required})


TOOLS = (
    _tool(
        "search_orders", [],
        email="string", name="string", order_id="string", text="string", page="integer",
    ),
    _tool("get_order", ["order_id"], order_id="string"),
    _tool("get_policy", ["topic"], topic="string", fresh="boolean"),
    _tool("refund", ["order_id", "amount", "reason"], order_id="string", amount="number", reason="string"),
    _tool("escalate", ["reason", "summary"], order_id="string", reason="string", summary="string"),
    _tool(
        "reply", ["order_id", "outcome", "amount", "body"],
        order_id="string", outcome="string", amount="number", body="string",
    ),
)  # fmt: skip

DECISION: dict[str, Json] = {
    "type": "object",
    "properties": {
        "order_id": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "action": {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]},
        "amount": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "reason": {"type": "string"},
    },
    "required": ["order_id", "action", "amount", "reason"],
    "additionalProperties": False,
}


READ: dict[tuple[Any, ...], tuple[SimulatedModel, Scenario, Reading]] = {}
"""What was read last. With the model and the scenario, so that their `id` stays theirs."""
MOST_READ = 64


@dataclass
class Case:
    """One trial of one scenario."""

    exercise: Exercise
    scenario: Scenario
    model: SimulatedModel
    replay: int = 0
    role: Any = "medium"
    snapshot: str = ""
    served: list[Served] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    """All that the model said, arguments of calls too."""
    readings: list[Reading] = field(default_factory=list)
    thoughts: list[Thought] = field(default_factory=list)
    attempts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        # Not the model's version: a changed comment is no other luck.
        scope = ("bank", "1", self.scenario.id, self.replay, 0)
        self.draws = Draws(b"test", scope)
        self.world: World = self.exercise.world(self.scenario.public(), self.draws)

    def view(self) -> TrialView:
        said = frozenset(map(digest, self.said))
        return TrialView(self.scenario.public(), tuple(self.served), said, self.role, self.snapshot)

    def read(self, request: Request) -> Reading:
        """What the model takes a request to be: the same for the same request, so it is read once.

        As at the gateway, where the choices of one request share a reading. Of what was said in this trial
        only what stands in the request is seen.
        """
        parts = (part for message in request.messages for part in message.parts)
        shown = "\0".join(_words(part) for part in parts)
        heard = frozenset(text for text in self.said if text in shown)
        whose = id(self.model), id(self.scenario), self.role, self.snapshot
        key = (*whose, repr(request), repr(self.served), heard)
        if key not in READ:
            while len(READ) >= MOST_READ:
                del READ[next(iter(READ))]
            READ[key] = self.model, self.scenario, self.model.read(request, self.view())
        return READ[key][-1]

    def ask(self, request: Request) -> Reply:
        reading = self.read(request)
        key = (reading.decision, reading.subject)
        turn = Turn(self.draws, reading.decision, reading.subject, self.attempts[key])
        self.attempts[key] += 1
        thought = self.model.answer(reading, turn)
        if thought.why_not:
            reading = reading._replace(understood=False, why_not=thought.why_not)
        self.readings.append(reading)
        self.thoughts.append(thought)
        parts: list[Text | ToolCall] = []
        for number, part in enumerate(thought.reply.parts):
            if isinstance(part, ToolCall):
                part = ToolCall(f"c{len(self.thoughts)}_{number}", part.name, part.arguments)  # noqa: PLW2901
            text = part.arguments if isinstance(part, ToolCall) else part.text
            self.said.add(text)
            parts.append(part)
        return Reply(tuple(parts), thought.reply.stop)

    def say(self, text: str, *, system: str = "", **options: Any) -> Reply:
        messages = ((Message("system", (Text(system),)),) if system else ()) + (
            Message("user", (Text(text),)),
        )
        return self.ask(Request("m", messages, **options))

    def decide(
        self, text: str, *, system: str = "", schema: dict[str, Json] | None = None
    ) -> dict[str, Json]:
        """Ask for structured output; the parsed answer."""
        reply = self.say(text, system=system, output=OutputFormat("answer", schema or DECISION, strict=True))
        value = json.loads(reply.text)
        assert isinstance(value, dict)
        return value

    def tool(self, name: str, arguments: dict[str, Json]) -> tuple[str, bool]:
        """Call the world: (JSON text, whether it failed)."""
        try:
            result = self.world.call(name, arguments, now=0)
        except ToolProblem as problem:
            return json.dumps({"error": {"code": problem.code, "message": problem.message}}), True
        self.served.append(Served(len(self.served), name, arguments, result))
        return json.dumps(result, ensure_ascii=False), False

    @cached_property
    def task(self) -> dict[str, Json]:
        """What `GET /task` said first."""
        task = self.world.task()
        assert task is not None
        return task

    @property
    def mail(self) -> str:
        """The ticket as a program would paste it."""
        task = self.task
        ticket = task["ticket"]
        return (
            f"Now: {task['now']}\nTicket: {ticket['id']}\n"
            f"From: {ticket['from']['name']} <{ticket['from']['email']}>\n"
            f"Received: {ticket['received']}\nSubject: {ticket['subject']}\n\n{ticket['body']}"
        )

    @property
    def orders(self) -> list[dict[str, Json]]:
        """Every order of this world, as `get_order` shows it."""
        return [
            self.world.call("get_order", {"order_id": order["id"]}, now=0)
            for order in self.scenario.world["orders"]
        ]

    @property
    def handbook(self) -> str:
        """The handbook that holds."""
        return str(self.world.call("get_policy", {"topic": "all", "fresh": True}, now=0)["text"])

    def prompt(
        self, *, mail: str | None = None, orders: str | None = None, handbook: str | None = None
    ) -> str:
        """All that a single call needs."""
        shown = json.dumps(self.orders, indent=1, ensure_ascii=False) if orders is None else orders
        rules = self.handbook if handbook is None else handbook
        return f"{self.mail if mail is None else mail}\n\nOrders:\n{shown}\n\nPolicy:\n{rules}"

    def act(
        self, *, tools: tuple[ToolSpec, ...] = TOOLS, prompt: str = PROMPT,
        names: Renaming = lambda name, values: (name, values),
        steps: int = 12, **options: Any,
    ) -> list[Message]:  # fmt: skip
        """A plain loop of calls and results until a reply was sent; `names` undoes renamings."""
        messages = [Message("system", (Text(prompt),)), Message("user", (Text(self.mail),))]
        for _ in range(steps):
            reply = self.ask(Request("m", tuple(messages), tools=tools, **options))
            messages.append(Message("assistant", reply.parts))
            calls = [part for part in reply.parts if isinstance(part, ToolCall)]
            if not calls:
                messages.append(Message("user", (Text("Go on."),)))
                continue
            results, sent = [], False
            for call in calls:
                try:
                    name, values = names(call.name, json.loads(call.arguments))
                except ValueError:
                    results.append(ToolResult(call.id, '{"error": "arguments are not valid JSON"}', True))
                    continue
                text, failed = self.tool(name, values)
                sent |= name == "reply" and not failed
                results.append(ToolResult(call.id, text, failed))
            messages.append(Message("user", tuple(results)))
            if sent:
                break
        return messages

    def carry_out(self, decision: dict[str, Json]) -> Verdict:
        """Do what a structured decision says, and judge the end."""
        order, action = decision.get("order_id"), decision.get("action")
        named = {"order_id": order} if order else {}
        if action == "refund":
            self.tool("refund", {**named, "amount": decision["amount"], "reason": "due"})
            self.tool(
                "reply", {**named, "outcome": "refunded", "amount": decision["amount"], "body": "Done."}
            )
        elif action == "escalate":
            self.tool("escalate", {**named, "reason": "see handbook", "summary": "handed over"})
            self.tool("reply", {**named, "outcome": "escalated", "body": "A colleague will write."})
        else:
            self.tool(
                "reply", {**named, "outcome": "denied" if action == "deny" else "need_info", "body": "Hi."}
            )
        return self.verdict

    @property
    def verdict(self) -> Verdict:
        """How it stands."""
        return self.exercise.judge(self.scenario, self.world.end_state())

    @property
    def fired(self) -> list[str]:
        """Every mode that fired so far."""
        return [draw.mode for thought in self.thoughts for draw in thought.modes if draw.fired]

    @property
    def odds(self) -> list[tuple[str, float, float]]:
        """(mode, p, u) of everything that was drawn."""
        return [(draw.mode, draw.p, draw.u) for thought in self.thoughts for draw in thought.modes]


def _words(part: Text | ToolCall | ToolResult) -> str:
    if isinstance(part, Text):
        return part.text
    return part.arguments if isinstance(part, ToolCall) else part.content


Open = Callable[..., Case]


def without_errors(card: dict[str, Any]) -> dict[str, Any]:
    """The card with every error mode out of reach."""
    kept = copy.deepcopy(card)
    for mode in kept["modes"].values():
        mode["base"], mode["weights"] = -20.0, {}
    return kept


@pytest.fixture(scope="session")
def exercise() -> Exercise:
    return find_exercise("flaky_agent_trace")


@pytest.fixture(scope="session")
def card(exercise: Exercise) -> dict[str, Any]:
    """The practice card."""
    return exercise.practice.card


@pytest.fixture(scope="session")
def unerring(card: dict[str, Any]) -> dict[str, Any]:
    """The card of a model that never errs: what is left is how it reads."""
    return without_errors(card)


@pytest.fixture(scope="session")
def models(exercise: Exercise, card: dict[str, Any], unerring: dict[str, Any]) -> dict[str, SimulatedModel]:
    return {"practice": exercise.model(card), "unerring": exercise.model(unerring)}


@pytest.fixture
def open_case(exercise: Exercise, models: dict[str, SimulatedModel]) -> Open:
    """`open_case(scenario id, model=…, replay=…)`: a fresh trial of a practice scenario."""

    def opened(id: str, model: str | SimulatedModel = "unerring", **options: Any) -> Case:
        chosen = models[model] if isinstance(model, str) else model
        return Case(exercise, exercise.bank[id], chosen, **options)

    return opened


@pytest.fixture
def altered(exercise: Exercise, models: dict[str, SimulatedModel]) -> Open:
    """`altered(id, model=…, **meaning)`: a practice scenario of which the author says something else."""

    def made(id: str, /, model: str | SimulatedModel = "practice", **meaning: Json) -> Case:
        scenario = exercise.bank[id]
        changed = scenario.model_copy(update={"meaning": {**scenario.meaning, **meaning}})
        return Case(exercise, changed, models[model] if isinstance(model, str) else model)

    return made


@pytest.fixture(scope="session")
def ids(exercise: Exercise) -> list[str]:
    """The ids of the practice tickets; weekends have tests of their own."""
    return [scenario.id for scenario in exercise.bank if scenario.tasks == 1]
