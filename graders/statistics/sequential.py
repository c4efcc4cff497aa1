"""Stopping after 5, 10, 15 or 20 rounds without paying for the peeks (Pocock 1977).

The claim is conditional on the bank: it says how the work does on these scenarios, not on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from graders.statistics.units import t_quantile

LOOKS = (5, 10, 15, 20)
NOMINAL = 0.0182
"""Two-sided level of each of four looks, for .05 in all."""


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
