"""The distance of two groups in their own spread: Hedges' g, here called d as the signal report does."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, sqrt
from typing import NamedTuple

from graders.statistics.units import z_quantile


class Gap(NamedTuple):
    """An effect and where it may lie."""

    value: float
    low: float
    high: float


def hedges(above: Sequence[float], below: Sequence[float], alpha: float = 0.05) -> Gap | None:
    """Standardised mean difference, corrected for small samples (Hedges 1981), normal interval.

    `None` when a side has fewer than two, or neither side spreads.
    """
    m, n = len(above), len(below)
    if m < 2 or n < 2:
        return None
    mean_a, mean_b = sum(above) / m, sum(below) / n
    degrees = m + n - 2
    pooled = (sum((x - mean_a) ** 2 for x in above) + sum((x - mean_b) ** 2 for x in below)) / degrees
    if pooled <= 0:
        return None
    factor = correction(degrees)
    value = factor * (mean_a - mean_b) / pooled**0.5
    variance = (m + n) / (m * n) + value * value / (2 * degrees)
    half = z_quantile(1 - alpha / 2) * factor * variance**0.5
    return Gap(value, value - half, value + half)


def correction(degrees: int) -> float:
    """J = gamma(df/2) / (sqrt(df/2) * gamma((df-1)/2)), exactly; 0 for one degree of freedom."""
    if degrees <= 1:
        return 0.0
    half = degrees / 2
    return exp(lgamma(half) - lgamma(half - 0.5)) / sqrt(half)
