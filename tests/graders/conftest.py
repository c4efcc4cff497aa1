"""Made-up trials: works whose true quality is known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import pytest

from graders.measure.measurement import Measurement
from graders.measure.rates import harm_rate, success_rate, usd_per_task
from graders.measure.trial import Trial
from graders.rubric import Rubric
from harness.exercise.parts import Verdict

Make = Callable[..., list[Trial]]


def luck(*parts: object) -> float:
    """A uniform number keyed by what is decided, as the gateway draws."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def make_trials(
    p: float,
    *,
    harm: float = 0.3,
    usd: float = 0.01,
    scenarios: int = 60,
    families: int = 20,
    replays: int = 2,
    epoch: int = 0,
    bank: int = 0,
    spread: float = 0.2,
) -> list[Trial]:
    """Trials of a work that succeeds with probability p; `harm` is the share of its failures that harm.

    Works made with the same bank and epoch meet the same luck. `spread` moves whole families.
    """
    trials = []
    for number in range(scenarios):
        family = f"f{number % families}"
        shift = spread * (luck("family", bank, family) - 0.5)
        for replay in range(replays):
            u = luck("trial", bank, epoch, number, replay)
            won = u < p + shift
            harmed = not won and luck("harm", bank, epoch, number, replay) < harm
            verdict = Verdict(success=won, harm=harmed, label="ok" if won else "wrong")
            cost = usd * (0.8 + 0.4 * luck("usd", bank, epoch, number, replay))
            trials.append(
                Trial(
                    scenario=f"s{number}",
                    family=family,
                    weight=1.0,
                    replay=replay,
                    epoch=epoch,
                    verdict=verdict,
                    usd=cost,
                    tokens_in=1_000,
                    tokens_out=100,
                    calls=4,
                    not_understood=0,
                    seconds=3.0,
                    refused=0,
                    ended="exited",
                )
            )
    return trials


def measure(trials: Sequence[Trial], baseline: Sequence[Trial]) -> list[Measurement]:
    del baseline
    return [success_rate(trials), harm_rate(trials), usd_per_task(trials)]


RUBRIC = Rubric.model_validate(
    {
        "canary": "c",
        "version": "1",
        "item": [
            {
                "id": "success",
                "label": "ended well",
                "measurement": "success_rate",
                "points": 50,
                "min_gap": 0.1,
                "better": "higher",
            },
            {
                "id": "harm",
                "label": "harm",
                "measurement": "harm_rate",
                "points": 15,
                "min_gap": 0.02,
                "better": "lower",
            },
            {
                "id": "cost",
                "label": "cost",
                "measurement": "usd_per_task",
                "points": 10,
                "zero": "3*reference",
                "full": "reference",
                "min_gap": 0.0001,
                "better": "lower",
                "at_most": 1,
                "gate": "success",
            },
        ],
    }
)


@pytest.fixture(name="make_trials", scope="session")
def _make_trials() -> Make:
    return make_trials


@pytest.fixture(name="measure", scope="session")
def _measure() -> Callable[[Sequence[Trial], Sequence[Trial]], list[Measurement]]:
    return measure


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return RUBRIC
