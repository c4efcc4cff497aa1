"""Stopping at planned looks without paying for the peeks (Pocock 1977).

The claim is conditional on the bank: it says how the work does on these scenarios, not on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from scipy import optimize

from graders.statistics.units import t_quantile

LOOKS = (5, 10, 15, 20)
NOMINAL = 0.0182
"""Two-sided level of each of four looks, for .05 in all."""


_NODES = 96
"""Of Gauss and Legendre, for each look: four more digits than are needed."""


@lru_cache(maxsize=64)
def bound(looks: tuple[int, ...], alpha: float = 0.05) -> float:
    """Standard errors that a mean must lie away at one of these looks, for `alpha` in all, two-sided.

    `looks`: sample sizes upwards, of any spacing. One look gives the normal's quantile, four equal steps
    2.361, five 2.413 (Pocock 1977, table 1). Raises `ValueError` for looks that do not rise.
    """
    if not looks or looks[0] < 1 or any(b <= a for a, b in pairwise(looks)):
        raise ValueError("looks are sample sizes that rise")
    return float(optimize.brentq(lambda c: crossing(looks, c) - alpha, 0.5, 6.0, xtol=1e-9))


def crossing(looks: tuple[int, ...], bound: float) -> float:
    """The chance that a mean of nothing but noise lies `bound` standard errors away at one of the looks.

    The density of the sums that went on, from look to look (Armitage, McPherson and Rowe 1969).
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    places, density, before = np.zeros(1), np.ones(1), 0
    for size in looks:
        step, edge = (size - before) ** 0.5, bound * size**0.5
        here = edge * nodes
        moved = np.exp(-(((here[:, None] - places[None, :]) / step) ** 2) / 2) / (step * (2 * np.pi) ** 0.5)
        places, density, before = here, (moved @ density) * edge * weights, size
    return 1 - float(density.sum())


class Look(NamedTuple):
    """What a look says."""

    said: Literal["above", "below", "go on", "undecided"]
    value: float
    low: float
    high: float
    rounds: int


def look(rounds: Sequence[float], cut: float) -> Look:
    """Whether the mean of round means is settled to lie above or below `cut`.

    Each element is one round's pass rate. Before the first look, and between looks, it says
    `go on`; after the last, `undecided`. Raises `ValueError` past the last look.
    """
    count = len(rounds)
    if count > LOOKS[-1]:
        raise ValueError(f"there are at most {LOOKS[-1]} rounds")
    mean = sum(rounds) / count if count else 0.0
    if count not in LOOKS:
        return Look("go on", mean, float("-inf"), float("inf"), count)
    variance = sum((value - mean) ** 2 for value in rounds) / (count - 1)
    half = t_quantile(1 - NOMINAL / 2, count - 1) * (variance / count) ** 0.5
    low, high = mean - half, mean + half
    if low > cut:
        return Look("above", mean, low, high, count)
    if high < cut:
        return Look("below", mean, low, high, count)
    return Look("go on" if count < LOOKS[-1] else "undecided", mean, low, high, count)
