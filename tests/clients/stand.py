"""The gateway that clients are tried on: the `echo` exercise, one key for each fault."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.spec import Budget
from harness.gateway.admin_api import GatewayConfig, GatewayRecord, OpenedTrial, OpenTrial
from harness.gateway.process import GatewayProcess
from harness.gateway.urls import trial_env

ECHO = Path(__file__).parents[1] / "fixtures" / "echo"
SPENT = Budget(requests=1, usd=1, tool_calls=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One client's keys: a trial for each scenario of the exercise, and one whose budget is soon spent."""

    gateway: GatewayProcess
    exercise: Exercise
    trials: dict[str, OpenedTrial]

    @property
    def env(self) -> dict[str, str]:
        """What the client's program finds in its environment."""
        keys = {name: opened.token for name, opened in self.trials.items()}
        plain = trial_env(self.gateway.base_url, keys["plain"], self.exercise.spec)
        return {**plain, "TAKEHOME_KEYS": json.dumps(keys)}

    def close(self) -> dict[str, GatewayRecord]:
        """What the gateway saw, by the name of the key."""
        return {name: self.gateway.close(opened.trial) for name, opened in self.trials.items()}


@dataclass(frozen=True, slots=True)
class Stand:
    """A running gateway; each client gets trials of its own."""

    gateway: GatewayProcess
    exercise: Exercise

    def visit(self) -> Visit:
        """Fresh keys."""
        scenarios = [scenario.public() for scenario in self.exercise.bank]
        trials = {s.id: self.gateway.open(OpenTrial(scenario=s, replay=0, epoch=0)) for s in scenarios}
        plain = self.exercise.bank["plain"].public()
        trials["spent"] = self.gateway.open(OpenTrial(scenario=plain, replay=0, epoch=0, budget=SPENT))
        return Visit(self.gateway, self.exercise, trials)


@contextmanager
def open_stand() -> Iterator[Stand]:
    """The gateway in a process of its own. Raises `EnvironmentFailure`."""
    exercise = find_exercise(str(ECHO))
    with tempfile.TemporaryDirectory(prefix="th-") as folder:
        config = GatewayConfig.of(exercise, exercise.practice, Path(folder), hold_ms=0)
        with GatewayProcess(config, Path(folder) / "gateway.log") as gateway:
            yield Stand(gateway, exercise)
