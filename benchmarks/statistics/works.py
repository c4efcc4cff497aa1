"""Simulated works: trials with known laws, as measurements see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graders.measure.trial import Trial
from harness.exercise.parts import Verdict

Floats = NDArray[np.float64]
FAMILY, SCENARIO, TASTE = 0.7, 0.5, 0.4
"""Spreads in log-odds: of families, of scenarios within them, and of each work's own families."""


@dataclass(frozen=True, slots=True)
class Work:
    """A work's law: log-odds of success, how many failures do harm, dollars a task."""

    skill: float
    harm: float
    usd: float


@dataclass(frozen=True, slots=True)
class Bank:
    """Scenarios of one law; `hard[f, s]` in log-odds, `own[work][f]` what a work finds easier or harder."""

    hard: Floats
    own: tuple[Floats, ...]


def make_bank(rng: np.random.Generator, works: int, *, families: int, size: int) -> Bank:
    """Draw a bank of `families` times `size` scenarios."""
    hard = rng.normal(0, FAMILY, (families, 1)) + rng.normal(0, SCENARIO, (families, size))
    return Bank(hard, tuple(rng.normal(0, TASTE, families) for _ in range(works)))


def replay(
    rng: np.random.Generator, bank: Bank, works: Sequence[Work], *, replays: int, epoch: int = 0
) -> list[list[Trial]]:
    """Trials of every work on the same draws, as a grade's are."""
    luck, bad = rng.random((2, *bank.hard.shape, replays))
    price = np.exp(rng.normal(0, 0.2, (*bank.hard.shape, replays)))
    found = []
    for work, own in zip(works, bank.own, strict=True):
        p = 1 / (1 + np.exp(-(work.skill + own[:, None] - bank.hard)))
        good = luck < p[:, :, None]
        harm = ~good & (bad < work.harm)
        found.append(_trials(good, harm, price * work.usd, epoch))
    return found


def _trials(good: NDArray[np.bool_], harm: NDArray[np.bool_], usd: Floats, epoch: int) -> list[Trial]:
    return [
        Trial(
            scenario=f"s{f}.{s}",
            family=f"f{f}",
            weight=1.0,
            replay=r,
            epoch=epoch,
            verdict=Verdict(success=bool(good[f, s, r]), harm=bool(harm[f, s, r]), label="simulated"),
            usd=float(usd[f, s, r]),
            tokens_in=1,
            tokens_out=1,
            calls=1,
            not_understood=0,
            seconds=1.0,
            refused=0,
            ended="exited",
        )
        for f, s, r in np.ndindex(good.shape)
    ]
