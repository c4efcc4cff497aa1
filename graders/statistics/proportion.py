"""Intervals of a pass rate that know that scenarios come in families (Korn & Graubard 1998)."""

from __future__ import annotations

from collections.abc import Sequence

from scipy import special

from graders.statistics.units import Interval, Unit, spread, t_quantile, trials, weighted_mean, z_quantile
from harness import score_intervals


def rate(units: Sequence[Unit], alpha: float = 0.05) -> Interval:
    """A pass rate with its interval; values lie in [0, 1].

    The variance between families says how many independent trials the sample is worth; Clopper and
    Pearson's exact interval is taken at that number. Without spread (all passed, none passed, or all
    families alike) each family counts once, as one may have been lucky with all of them. A single
    scenario gets Wilson's interval over its replays. Raises `ValueError` for values outside [0, 1].
    """
    if any(not 0 <= value <= 1 for unit in units for value in unit.values):
        raise ValueError("a rate's values lie between 0 and 1")
    value, scatter, n = weighted_mean(units), spread(units), trials(units)
    se = scatter.variance**0.5
    if scatter.by == "replay":
        low, high = wilson(value * n, n, alpha)
    else:
        low, high = clopper_pearson(value, effective_n(units, alpha), alpha)
    return Interval(value, low, high, n, scatter.clusters, scatter.by, se)


def effective_n(units: Sequence[Unit], alpha: float = 0.05) -> float:
    """How many independent trials the sample is worth: p(1-p)/v * (z/t)^2, at most all trials."""
    value, scatter = weighted_mean(units), spread(units)
    inside = value * (1 - value)
    if scatter.clusters < 2 or inside <= 1e-12 or scatter.variance <= 1e-15:
        return scatter.effective
    quantile = 1 - alpha / 2
    shrink = z_quantile(quantile) / t_quantile(quantile, scatter.clusters - 1)
    return min(float(trials(units)), inside / scatter.variance * shrink**2)


def clopper_pearson(p: float, n: float, alpha: float = 0.05) -> tuple[float, float]:
    """Exact binomial interval for p*n successes in n trials; neither need be whole."""
    x = min(max(p, 0.0), 1.0) * n
    low = 0.0 if x <= 1e-9 else float(special.betaincinv(x, n - x + 1, alpha / 2))
    high = 1.0 if n - x <= 1e-9 else float(special.betaincinv(x + 1, n - x, 1 - alpha / 2))
    return low, high


def wilson(x: float, n: float, alpha: float = 0.05) -> tuple[float, float]:
    """Wilson's score interval for x successes in n trials."""
    return score_intervals.wilson(x / n, n, z_quantile(1 - alpha / 2))


def none_seen(n: float, alpha: float = 0.05) -> float:
    """One-sided upper bound of a rate of which no case was seen in n (about 3/n at .05)."""
    return float(1 - alpha ** (1 / n))
