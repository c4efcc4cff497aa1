"""Answers of real models, recorded once and replayed: JSON Lines, one answer a line.

An answer is found by what was asked (role and meaning, whatever the dialect, tool-call ids numbered),
by the trial, and by how often the trial had asked the same before. Two trials never share an answer:
replays of one scenario stay as different as the models made them. A miss is an error, never a call.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from harness.errors import EnvironmentFailure, UsageError
from harness.exchange import Reply, Stop, Text, ToolCall, Usage
from harness.exercise.parts import Reading
from harness.exercise.spec import LiveModel, Role, Strict, explain
from harness.gateway.backends.base import Ask, Completion, Cost
from harness.gateway.backends.live import live_version, meaning
from harness.gateway.wire.base import Problem

Json = Any
FORMAT = 1
LOOKS_SECRET = re.compile(r"\b(sk|key|xoxb|ghp|AKIA)[-_A-Za-z0-9]{20,}")
SCRUBBED = "[secret]"


class Head(Strict):
    """The first line."""

    cassette: int = FORMAT
    models: str
    """As `live_version` names them."""
    recorded: str
    """The day."""


class Part(Strict):
    """Text, or a tool call."""

    text: str | None = None
    id: str = ""
    name: str = ""
    arguments: str = ""


class Choice(Strict):
    """One reply."""

    parts: tuple[Part, ...]
    stop: Stop
    stop_sequence: str | None = None


class Track(Strict):
    """One recorded answer."""

    scenario: str
    replay: int
    epoch: int
    role: str
    meaning: str
    occurrence: int
    replies: tuple[Choice, ...]
    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0
    cache_write_hour: int = 0
    usd: float | None
    first: float
    seconds: float

    @property
    def key(self) -> Key:
        """Where it is found."""
        return Key(self.scenario, self.replay, self.epoch, self.role, self.meaning, self.occurrence)

    def completion(self) -> Completion:
        """As a backend gives it."""
        replies = [
            Reply(
                tuple(
                    Text(p.text) if p.text is not None else ToolCall(p.id, p.name, p.arguments)
                    for p in choice.parts
                ),
                choice.stop,
                choice.stop_sequence,
            )
            for choice in self.replies
        ]
        usage = Usage(self.input, self.output, self.cache_read, self.cache_write, self.cache_write_hour)
        return Completion(tuple(replies), self.first, self.seconds, usage, cost=Cost(self.usd))


class Key(NamedTuple):
    """Which request of which trial."""

    scenario: str
    replay: int
    epoch: int
    role: str
    meaning: str
    occurrence: int


def key_of(ask: Ask, attempt: int) -> Key:
    """The key of a request. `attempt` is the first of the `n` that it reserved."""
    _, _, scenario, replay, epoch = ask.draws.scope
    occurrence = attempt // ask.request.n
    return Key(str(scenario), int(replay), int(epoch), ask.view.role, meaning(ask.request), occurrence)


@dataclass(slots=True)
class Recorder:
    """Appends to a cassette, which must be new or hold the same models."""

    path: Path
    models: Mapping[Role, LiveModel]
    _secrets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raises `UsageError`, `EnvironmentFailure`."""
        self._secrets = [key for model in self.models.values() if (key := os.environ.get(model.variable))]
        wanted = live_version(self.models)
        if self.path.exists() and self.path.stat().st_size:
            head, _ = read_cassette(self.path)
            if head.models != wanted:
                raise UsageError(
                    f"`{self.path}` holds answers of other models: {head.models}",
                    hint="record into another file",
                )
        else:
            self._write(Head(models=wanted, recorded=datetime.now(UTC).date().isoformat()))

    def keep(self, ask: Ask, attempt: int, completion: Completion) -> None:
        """Add an answer."""
        usage = completion.usage or Usage(0, 0)
        choices = []
        for reply in completion.replies:
            parts = [
                Part(text=p.text)
                if isinstance(p, Text)
                else Part(id=p.id, name=p.name, arguments=p.arguments)
                for p in reply.parts
            ]
            choices.append(Choice(parts=tuple(parts), stop=reply.stop, stop_sequence=reply.stop_sequence))
        self._write(
            Track(
                **key_of(ask, attempt)._asdict(),
                replies=tuple(choices),
                input=usage.input,
                output=usage.output,
                cache_read=usage.cache_read,
                cache_write=usage.cache_write,
                cache_write_hour=usage.cache_write_hour,
                usd=None if completion.cost is None else completion.cost.usd,
                first=round(completion.first, 4),
                seconds=round(completion.seconds, 4),
            )
        )

    def _write(self, line: Strict) -> None:
        text = json.dumps(line.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
        for secret in self._secrets:
            text = text.replace(secret, SCRUBBED)
        text = LOOKS_SECRET.sub(SCRUBBED, text)
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text + "\n")
        except OSError as error:
            raise EnvironmentFailure(f"`{self.path}` cannot be written: {error.strerror}") from None


@dataclass(slots=True)
class CassetteBackend:
    """Replays; calls nobody."""

    path: Path
    longest: int = 2_048
    head: Head = field(init=False)
    _tracks: dict[Key, Track] = field(init=False)

    def __post_init__(self) -> None:
        """Raises `UsageError`."""
        self.head, self._tracks = read_cassette(self.path)

    @property
    def version(self) -> str:
        """That of the models that were recorded, so that the scenario's faults strike where they did."""
        return self.head.models

    def read(self, ask: Ask) -> Reading:
        """As the live backend reads it."""
        return Reading(
            understood=True,
            why_not="",
            operation="live",
            decision=f"live:{meaning(ask.request)[:24]}",
            subject=ask.view.role,
        )

    async def complete(self, ask: Ask, reading: Reading, attempt: int) -> Completion:
        """The recorded answer. Raises `Problem` with the code `cassette_miss` when there is none."""
        del reading
        key = key_of(ask, attempt)
        track = self._tracks.get(key)
        if track is None:
            raise Problem(
                "not_found",
                f"The cassette has no answer to this request (scenario {key.scenario}, replay {key.replay}, "
                f"role {key.role}, occurrence {key.occurrence}).",
                code="cassette_miss",
            )
        return track.completion()


def read_cassette(path: Path) -> tuple[Head, dict[Key, Track]]:
    """Its head and its answers. A torn last line is left out. Raises `UsageError`."""
    try:
        data = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"`{path}` cannot be read as a cassette: {error}", hint="record one with live models first"
        ) from None
    lines = data.split("\n")[:-1]
    try:
        head = Head.model_validate_json(lines[0] if lines else "")
    except ValidationError as error:
        raise UsageError(f"`{path}` is not a cassette:\n{explain(error)}") from None
    return head, dict(_tracks(path, lines[1:]))


def digest(path: Path) -> str:
    """Names the cassette in stores and grades."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _tracks(path: Path, lines: list[str]) -> Iterator[tuple[Key, Track]]:
    for number, line in enumerate(lines, start=2):
        try:
            track = Track.model_validate_json(line)
        except ValidationError as error:
            raise UsageError(f"`{path}`, line {number}, is no answer:\n{explain(error)}") from None
        yield track.key, track
