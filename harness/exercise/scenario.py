"""Scenarios, and the banks that they stand in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from harness.errors import SpecError
from harness.exercise.spec import Share, Strict, explain


def _forward(hours: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= hours[0] < hours[1]:
        raise ValueError("hours go from an earlier to a later one, from 0 on")
    return hours


Hours = Annotated[tuple[float, float], AfterValidator(_forward)]
"""From and until which virtual hour of a trial, the end left out."""


def within(hours: Hours | None, hour: float) -> bool:
    """Whether `hour` lies in the window; `None` is always."""
    return hours is None or hours[0] <= hour < hours[1]


class ToolFault(Strict):
    """A fault of one of the world's tools, drawn per (tool, canonical arguments, attempt)."""

    tool: str
    kind: Literal["error_before", "lost_ack", "rate_limited", "slow", "truncated"]
    """`error_before`: 503, nothing done. `lost_ack`: done, but 504. `rate_limited`: 429, nothing
    done. `slow`: done after `seconds` of virtual time. `truncated`: done, half the body comes."""
    rate: Share = 1.0
    attempts: int = Field(default=1, ge=1)
    """Only the first so many attempts at the same call can fail."""
    seconds: float = Field(default=8.0, ge=0)
    hours: Hours | None = None
    """When it can happen, by the world's hour; always where left out."""


class ModelFault(Strict):
    """A fault of the model endpoint, drawn per (decision, subject, request number)."""

    kind: Literal[
        "rate_limited",
        "overloaded",
        "server_error",
        "timeout",
        "request_timeout",
        "conflict",
        "forbidden",
        "unprocessable",
        "cut_stream",
        "malformed_chunk",
        "error_event",
        "slow",
    ]
    """The first six are worth another try: 429, 503 or 529, 500, 504, 408, 409. `forbidden` (403) and
    `unprocessable` (422) stay what they are. `error_event`: a stream ends early with the vendor's own
    error event, an answer in one piece is refused as overloaded."""
    rate: Share
    roles: tuple[str, ...] = ("large", "medium", "small", "judge")
    seconds: float = Field(default=20.0, ge=0)
    hours: Hours | None = None
    """When it can happen, by the world's hour; always where left out."""


class AliasMove(Strict):
    """In this scenario a model's alias stands for another snapshot than the exercise says."""

    model: str
    """The alias."""
    snapshot: str
    hours: Hours | None = None
    """When it does, by the world's hour; always where left out. Of several the last that fits counts."""


class PublicScenario(Strict):
    """What the gateway may know of a scenario: everything but the expected outcome."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,80}$")
    family: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,60}$")
    tags: dict[str, str] = {}
    """Strata for the report, such as `language` or `stratum`."""
    world: dict[str, Any]
    """The world's initial state; the exercise's `world.py` knows its shape."""
    meaning: dict[str, Any] = {}
    """The author's annotations of what each document means; the exercise's `model.py` knows them."""
    tool_faults: tuple[ToolFault, ...] = ()
    model_faults: tuple[ModelFault, ...] = ()
    aliases: tuple[AliasMove, ...] = ()
    tasks: int = Field(default=1, ge=1)
    """How many tasks `GET /task` hands out in one trial; limits and budget are for one and grow with them."""


class Scenario(PublicScenario):
    """One case of an exercise, with what a good end looks like."""

    weight: float = Field(default=1.0, gt=0)
    expected: dict[str, Any]
    """Read by the exercise's judge alone, after the trial. It never enters the gateway."""

    def public(self) -> PublicScenario:
        """The scenario without its expected outcome: all that leaves for the gateway."""
        fields = {name: getattr(self, name) for name in PublicScenario.model_fields}
        return PublicScenario.model_construct(**fields)


@dataclass(frozen=True, slots=True)
class Bank:
    """An ordered set of scenarios; its digest stands in every key of every draw."""

    scenarios: tuple[Scenario, ...]
    digest: str

    def __iter__(self) -> Iterator[Scenario]:
        return iter(self.scenarios)

    def __len__(self) -> int:
        return len(self.scenarios)

    def __getitem__(self, id: str) -> Scenario:
        for scenario in self.scenarios:
            if scenario.id == id:
                return scenario
        raise KeyError(id)

    @property
    def families(self) -> tuple[str, ...]:
        """The families, in order of first appearance."""
        return tuple(dict.fromkeys(scenario.family for scenario in self.scenarios))


def make_bank(scenarios: Iterable[Scenario]) -> Bank:
    """A bank of these scenarios. Raises `SpecError` for an id that stands twice, or for none."""
    kept = tuple(scenarios)
    seen: set[str] = set()
    for scenario in kept:
        if scenario.id in seen:
            raise SpecError(f"scenario `{scenario.id}` stands twice in the bank")
        seen.add(scenario.id)
    if not kept:
        raise SpecError("the bank holds no scenario")
    text = json.dumps([s.model_dump(mode="json") for s in kept], sort_keys=True, separators=(",", ":"))
    return Bank(kept, hashlib.sha256(text.encode()).hexdigest())


def load_bank(path: Path) -> Bank:
    """Read a bank from JSON Lines. Lines that start with `#` are comments.

    Raises `SpecError` that names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"`{path}` cannot be read: {error}") from None
    scenarios = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            scenarios.append(Scenario.model_validate_json(line))
        except ValidationError as error:
            raise SpecError(f"`{path}`, line {number}, is not a scenario:\n{explain(error)}") from None
    return make_bank(scenarios)
