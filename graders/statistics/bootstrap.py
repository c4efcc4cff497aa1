"""BCa bootstrap over families (Efron 1987), by scipy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from graders.statistics.units import Interval, Unit, group, spread, trials, weighted_mean

FEWEST = 20
"""Fewer clusters than this carry no bootstrap."""


def bca(units: Sequence[Unit], alpha: float = 0.05, *, resamples: int = 4_000, seed: int = 0) -> Interval:
    """BCa interval of the weighted mean; families are drawn whole.

    Raises `ValueError` for fewer than `FEWEST` clusters, or when all are alike (the bootstrap then
    sees no spread and would claim certainty).
    """
    scatter = spread(units)
    if scatter.by == "replay" or scatter.clusters < FEWEST:
        raise ValueError(f"a bootstrap needs {FEWEST} clusters; there are {scatter.clusters}")
    if scatter.variance <= 1e-18:
        raise ValueError("all clusters are alike")
    members = group(units, lambda unit: unit.family if scatter.by == "family" else unit.id)
    totals = np.array([sum(u.weight * u.mean for u in family) for family in members])
    weights = np.array([sum(u.weight for u in family) for family in members])

    def mean(total: np.ndarray, weight: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.asarray(total.sum(axis=axis) / weight.sum(axis=axis))

    found = stats.bootstrap(
        (totals, weights),
        mean,
        paired=True,
        vectorized=True,
        n_resamples=resamples,
        confidence_level=1 - alpha,
        method="BCa",
        rng=np.random.default_rng(seed),
    )
    low, high = found.confidence_interval
    se = float(found.standard_error)
    return Interval(
        weighted_mean(units), float(low), float(high), trials(units), scatter.clusters, scatter.by, se
    )
