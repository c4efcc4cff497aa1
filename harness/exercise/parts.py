"""What an exercise's own code must offer: a world, a simulated model, a judge.

`<package>.world:create(scenario, draws) -> World`, `<package>.model:create(card) -> SimulatedModel`,
`<package>.judge:judge(scenario, end) -> Verdict`; an exercise without a model of its own leaves
`model.py` out and then runs live only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from harness.exchange import Reply, Request
from harness.exercise.scenario import PublicScenario, Scenario
from harness.exercise.spec import Role
from harness.rng import DrawKey, Draws

Json = Any


class ToolProblem(Exception):
    """A tool refuses a call, as a production API would: `status` and a JSON error body."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class World(Protocol):
    """The stateful environment behind the agent's tools. One trial, one world."""

    @property
    def tools(self) -> tuple[str, ...]:
        """The names that `POST /tools/<name>` knows."""

    def task(self) -> dict[str, Json] | None:
        """What `GET /task` answers, `now` included; `None` once there is no further task."""

    def call(self, tool: str, arguments: dict[str, Json], *, now: float) -> Json:
        """Do it and return the JSON result. `now`: virtual seconds. Raises `ToolProblem`."""

    def end_state(self) -> dict[str, Json]:
        """The state that the judge reads: JSON, in an order that does not depend on timing."""


def hour_of(world: World) -> float:
    """Which virtual hour of the trial it is: a world in which time passes has `hour`, others stay at 0."""
    return float(getattr(world, "hour", 0.0))


@dataclass(frozen=True, slots=True)
class Served:
    """A value that the gateway served to the trial: the task, or a tool's result."""

    seq: int
    tool: str
    """The tool's name, or `task`."""
    arguments: dict[str, Json]
    result: Json
    delivered: bool = True
    """False when a fault kept the result from the client."""


@dataclass(frozen=True, slots=True)
class TrialView:
    """All that a simulated model may know besides the request: never the expected outcome."""

    scenario: PublicScenario
    served: tuple[Served, ...]
    said: frozenset[str]
    """SHA-256 (hex) of every text and of every tool call's arguments that a model replied with in
    this trial: tells the program's own words from the model's."""
    role: Role
    """The role of the model that is asked."""
    snapshot: str = ""
    """The dated name of what answers; the model's own name where it has no snapshots."""


class Reading(NamedTuple):
    """What a simulated model took a request to be, before anything is drawn.

    A tuple, as `Request` is: many are made.
    """

    understood: bool
    why_not: str
    """Empty when understood."""
    operation: str
    """extract, classify, decide, plan, act, critique, revise, summarise, draft, judge, chat."""
    decision: str
    """The exercise's name for the question; with `subject` it keys the draws."""
    subject: str
    state: object = None
    """The model's own; handed back to `answer`."""
    guessed: tuple[str, ...] = ()
    """Fields that can only be guessed, where these alone keep the request from being understood."""


@dataclass(frozen=True, slots=True)
class ModeDraw:
    """One way to err: its probability here, the draw, and whether it happened."""

    mode: str
    p: float
    u: float
    fired: bool
    features: dict[str, float] = field(default_factory=dict)


class Thought(NamedTuple):
    """A simulated model's answer, and how it came about."""

    reply: Reply
    modes: tuple[ModeDraw, ...] = ()
    latency_factor: float = 1.0
    """Multiplies the model's drawn latency."""
    unknown_fields: tuple[str, ...] = ()
    """Fields asked for that the ontology does not know; filled with low-information values."""
    why_not: str = ""
    """Empty, unless it turned out only in answering that the request is not understood."""
    guessed: tuple[str, ...] = ()
    """Fields that were guessed and could have said something else; empty where more is not understood."""


class Turn(NamedTuple):
    """Draws of one answer: the attempt was reserved when the request arrived."""

    draws: Draws
    decision: str
    subject: str
    attempt: int
    contrary: bool = False
    """Whether what is guessed is guessed the other way."""

    def uniform(self, stream: str, choice: str = "") -> float:
        """An own draw of this attempt."""
        return self.draws.uniform(DrawKey(stream, self.decision, self.subject, self.attempt, choice))

    def correlated(self, stream: str, choice: str = "", *, rho: float) -> float:
        """A draw that resamples of the same question share by `rho`."""
        return self.draws.correlated(
            DrawKey(stream, self.decision, self.subject, self.attempt, choice), rho=rho
        )


class SimulatedModel(Protocol):
    """A model that reasons over its context and errs as one does."""

    version: str
    """Stands in every draw's key and in the grade."""
    provenance: str
    """The card's: `invented`, or fitted to which model and when."""

    def read(self, request: Request, view: TrialView) -> Reading:
        """Understand the request. Pure: same request and view, same reading."""

    def answer(self, reading: Reading, turn: Turn) -> Thought:
        """Answer it. The only randomness is `turn`'s."""


@dataclass(frozen=True, slots=True)
class Part:
    """How one task of a trial of many ended."""

    task: str
    hour: float
    """The virtual hour in which it came."""
    success: bool
    harm: bool
    label: str
    left: bool = False
    """Whether people have it to do: it was handed over without need, or never finished."""
    struck: bool = True
    """Whether something had broken by the time it came."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a trial ended, by the world's end state alone."""

    success: bool
    harm: bool
    """Something was done that should not have been: money, data, a false promise."""
    label: str
    """One short word for the report, such as `ok`, `wrong_amount`, `nothing_done`."""
    detail: str = ""
    """In words. Of the form `expected …; …; …` the report sets what was expected against what was found."""
    why: str = field(default="", compare=False)
    """Why just that was expected, in the author's words: the scenario's, and no part of the judgement."""
    metrics: dict[str, float] = field(default_factory=dict)
    """Further finite numbers by name, such as `escalated` or `refunded_usd_wrongly`."""
    parts: tuple[Part, ...] = ()
    """Its tasks in order of their hours, where a trial has many."""


class Judge(Protocol):
    """Compares an end state with what the scenario expects. Pure."""

    def __call__(self, scenario: Scenario, end: dict[str, Json]) -> Verdict: ...
