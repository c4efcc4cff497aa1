"""What answers a session's model requests: the exercise's simulated model, real ones, or a cassette."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from harness.exercise.assessment import Assessment
from harness.exercise.registry import Exercise
from harness.exercise.spec import LiveModel, Role

LIVE_WALL_FACTOR = 5.0
"""Real models take real time: so many times longer than the exercise says may a live trial take."""


class Named(NamedTuple):
    """For records, stores and grades."""

    version: str
    provenance: str
    """What a grade holds for."""


@dataclass(frozen=True, slots=True)
class Models:
    """`live` by role; with a cassette as well, what they say is recorded; a cassette alone is replayed."""

    live: Mapping[Role, LiveModel] = field(default_factory=dict)
    max_usd: float | None = None
    """What all trials of the session may spend."""
    cassette: Path | None = None

    @property
    def backend(self) -> Literal["simulated", "live", "cassette"]:
        """The gateway's word."""
        if self.cassette is not None:
            return "cassette"
        return "live" if self.live else "simulated"

    @property
    def wall_factor(self) -> float:
        """Multiplies a trial's wall time."""
        return LIVE_WALL_FACTOR if self.live else 1.0

    def named(self, exercise: Exercise, assessment: Assessment) -> Named:
        """Raises `TakehomeError` for a card or a cassette that cannot be read."""
        if self.live:
            from harness.gateway.backends.live import live_version

            version = live_version(self.live)
            today = datetime.now(UTC).date().isoformat()
            return Named(version, f"{version}, on {today}; holds for these models at that time")
        if self.cassette is not None:
            from harness.gateway.backends.cassette import digest, read_cassette

            head, _ = read_cassette(self.cassette)
            provenance = f"{head.models}, recorded on {head.recorded}; holds for these models at that time"
            return Named(f"{head.models}; cassette {digest(self.cassette)}", provenance)
        model = exercise.model(assessment.card)
        return Named(model.version, model.provenance)


SIMULATED = Models()
