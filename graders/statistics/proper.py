"""Scores that are best served by saying what one believes."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, pi, sqrt

from graders.statistics.units import z_quantile


def interval_score(low: float, high: float, seen: float, alpha: float) -> float:
    """Width plus 2/alpha times the miss (Gneiting & Raftery 2007); smaller is better.

    `low..high` is claimed to hold `seen` with probability 1 - alpha.
    """
    if not low <= high:
        raise ValueError("an interval's low end stands above its high end")
    return (high - low) + 2 / alpha * (max(0.0, low - seen) + max(0.0, seen - high))


def best_interval_score(sd: float, alpha: float) -> float:
    """The expected interval score of a forecaster who knows the normal law of what will be seen.

    4 * phi(z_{1-alpha/2}) / alpha * sd: nobody does better on average.
    """
    z = z_quantile(1 - alpha / 2)
    return 4 * exp(-z * z / 2) / sqrt(2 * pi) / alpha * sd


def brier(forecasts: Sequence[float], outcomes: Sequence[float]) -> float:
    """Mean squared error of probabilities."""
    if len(forecasts) != len(outcomes) or not forecasts:
        raise ValueError("as many forecasts as outcomes are needed, and at least one")
    return sum((p - y) ** 2 for p, y in zip(forecasts, outcomes, strict=True)) / len(forecasts)


def brier_skill(forecasts: Sequence[float], outcomes: Sequence[float], naive: float) -> float:
    """1 - Brier / Brier of always saying `naive`: 1 is perfect, 0 no better, below 0 worse."""
    reference = brier([naive] * len(outcomes), outcomes)
    if reference == 0:
        raise ValueError("the naive forecast is already perfect: skill is not defined")
    return 1 - brier(forecasts, outcomes) / reference


def inflation(claimed: float, fresh: float) -> float | None:
    """(claimed - fresh)/|claimed|: 0 is honest, 1 is an effect that was not there. None for 0."""
    return (claimed - fresh) / abs(claimed) if claimed else None


def coverage(claimed: Sequence[tuple[float, float]], seen: Sequence[float]) -> float | None:
    """The share of intervals that hold what was seen. None without any."""
    hits = [low <= value <= high for (low, high), value in zip(claimed, seen, strict=True)]
    return sum(hits) / len(hits) if hits else None
