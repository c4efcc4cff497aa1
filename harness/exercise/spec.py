"""`exercise.toml`: what an exercise says about itself."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.errors import SpecError

Role = Literal["large", "medium", "small", "judge"]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
MIX = r"^([0-9a-f]{8,64})?$"


class Strict(BaseModel):
    """The base of everything that is read from a file or a wire: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Strict):
    """What one trial may use."""

    wall_seconds: Positive = 60
    """Real seconds; a sane client with honest backoff never meets it."""
    memory_mb: int = Field(default=512, ge=64)
    processes: int = Field(default=64, ge=8)
    disk_mb: int = Field(default=64, ge=1)
    output_bytes: int = Field(default=1_000_000, ge=1_000)
    """Captured from stdout and stderr together; past it the trial is killed."""

    def times(self, tasks: int) -> Limits:
        """For a trial of so many tasks, which come one after the other."""
        return self.model_copy(
            update={
                "wall_seconds": self.wall_seconds * tasks,
                "output_bytes": self.output_bytes * tasks,
            }
        )


class Budget(Strict):
    """What one trial may spend at the gateway; past it requests are refused."""

    requests: int = Field(default=60, ge=1)
    usd: Positive = 0.50
    tool_calls: int = Field(default=200, ge=1)

    def times(self, tasks: int) -> Budget:
        """For a trial of so many tasks."""
        return Budget(
            requests=self.requests * tasks, usd=self.usd * tasks, tool_calls=self.tool_calls * tasks
        )


class Snapshot(Strict):
    """A dated state of a model. What sets it apart from the others stands in the card."""

    name: str
    released: date


class ModelSpec(Strict):
    """A simulated model: its name, its size and its price sheet (US dollars per million tokens)."""

    name: str
    context_tokens: int = Field(default=128_000, ge=1_000)
    max_output_tokens: int = Field(default=16_384, ge=1)
    input_usd: Annotated[float, Field(ge=0)]
    output_usd: Annotated[float, Field(ge=0)]
    cache_read_usd: Annotated[float, Field(ge=0)]
    cache_write_usd: Annotated[float, Field(ge=0)]
    cache_min_tokens: int = Field(default=1_024, ge=1)
    token_factor: Positive = 1.0
    """Its tokens, as a multiple of o200k_base's."""
    latency_seconds: Positive = 0.8
    """Median virtual seconds to the first token."""
    tokens_per_second: Positive = 80
    snapshots: tuple[Snapshot, ...] = ()
    """Oldest first. `name` is then an alias for one of them; each can be asked for by its own name."""
    current: str = ""
    """The snapshot that the alias stands for; the last where left out. Later ones are not released yet."""

    @model_validator(mode="after")
    def _names_a_snapshot(self) -> ModelSpec:
        names = [snapshot.name for snapshot in self.snapshots]
        if self.current and self.current not in names:
            raise ValueError(f"`current` names `{self.current}`, which is none of its snapshots")
        if self.name in names or len(set(names)) < len(names):
            raise ValueError("snapshots need names of their own")
        return self


class LiveModel(Strict):
    """A real model that takes a role's requests in live mode. Only the variable's name stands here."""

    dialect: Literal["openai", "anthropic"]
    model: str = Field(min_length=1)
    base_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """By default the vendor's own; OpenAI's ends in `/v1`, Anthropic's does not."""
    key_variable: str = Field(default="", pattern=r"^([A-Z][A-Z0-9_]*)?$")
    """The environment variable with the key; by default the SDK's own. It is read by the gateway only."""
    input_usd: Annotated[float, Field(ge=0)] | None = None
    """Prices per million tokens, for models that no public list knows."""
    output_usd: Annotated[float, Field(ge=0)] | None = None
    cache_read_usd: Annotated[float, Field(ge=0)] | None = None
    cache_write_usd: Annotated[float, Field(ge=0)] | None = None

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return (self.base_url or LIVE_URL[self.dialect]).rstrip("/")

    @property
    def compatible(self) -> bool:
        """Whether somebody else's server speaks the vendor's dialect."""
        return self.url != LIVE_URL[self.dialect]

    @property
    def title(self) -> str:
        """Names it for a grade: API and model, and the host where that is not the vendor's.

        A port and what else an address may hold say nothing about the model.
        """
        host = f"@{urlsplit(self.url).hostname}" if self.compatible else ""
        return f"{self.dialect}:{self.model}{host}"

    @property
    def variable(self) -> str:
        """Where the key is."""
        return self.key_variable or LIVE_KEY[self.dialect]


LIVE_URL = {"openai": "https://api.openai.com/v1", "anthropic": "https://api.anthropic.com"}
LIVE_KEY = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}


class Practice(Strict):
    """What a candidate has to work with."""

    scenarios: str = "practice/scenarios.jsonl"
    card: str = "practice/card.toml"
    """The simulated model's parameters in practice; an assessment's own stand in the vault."""
    mix: str = Field(default="", pattern=MIX)
    """Which causes of failure weigh how much: a hexadecimal seed for the exercise's `mix.py`. A kit made
    for an assessment has that assessment's here, so that rates measured in practice hold in grading."""
    shown: tuple[str, ...] | None = None
    """Keys of a practice scenario's `world` that the candidate's copy shows; all where left out. The copy
    never holds the author's annotations and the faults: what goes wrong is to be found."""


class ExerciseSpec(Strict):
    """The whole of `exercise.toml`."""

    schema_version: Literal[1] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{2,40}$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: str
    capability: str
    summary: str
    timebox_minutes: int = Field(ge=10, le=600)
    python: str = Field(default="3.11", pattern=r"^3\.[1-9]\d$")
    """The Python of the sandbox image that the candidate may rely on, as a lower bound."""
    command: tuple[str, ...] = ("python", "main.py")
    status: Literal["draft", "active"] = "draft"
    """An exercise stays a draft until its signal report holds."""
    limits: Limits = Limits()
    budget: Budget = Budget()
    models: dict[Role, ModelSpec]
    labels: dict[str, str] = {}
    """What the judge's labels mean, each in a sentence: a report says it beside them."""
    live: dict[Role, LiveModel] = {}
    """The real models that the author has tried the exercise with, by role."""
    practice: Practice = Practice()

    def role_of(self, model: str) -> Role | None:
        """The role that an alias or a snapshot stands for, `None` for a model that the exercise lacks."""
        for role, spec in self.models.items():
            if model == spec.name or any(model == snapshot.name for snapshot in spec.snapshots):
                return role
        return None


def read_toml(path: Path) -> dict[str, object]:
    """A TOML file as a dict.

    Raises `SpecError` with the line of the mistake where there is one.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecError(f"`{path}` does not exist") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"`{path}` is not valid TOML: {error}", hint="mend the line that is named") from None


def load_spec(path: Path) -> ExerciseSpec:
    """Read and check `exercise.toml`. Raises `SpecError`, naming each field that is wrong."""
    data = read_toml(path)
    try:
        return ExerciseSpec.model_validate(data)
    except ValidationError as error:
        raise SpecError(f"`{path}` does not describe an exercise:\n{explain(error)}") from None


def explain(error: ValidationError) -> str:
    """A Pydantic error as one line per field, without addresses or jargon."""
    return "\n".join(
        f"  `{'.'.join(str(step) for step in item['loc']) or 'the whole'}`: {item['msg']}"
        for item in error.errors(include_url=False)
    )
