"""Differences between two works on the same scenarios and the same draws.

Every draw is keyed by what is decided, so the two works met the same luck in (scenario, replay), and
the difference is taken there. Intervals cluster by family and carry what could have been detected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from scipy import special

from graders.statistics.units import (
    Clustering,
    Spread,
    Unit,
    facts,
    spread,
    spread_within,
    t_quantile,
    trials,
    weighted_mean,
    z_quantile,
)
from harness.score_intervals import tango


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean paired difference: `value` = ours - theirs."""

    value: float
    low: float
    high: float
    pairs: int
    clusters: int
    by: Clustering
    se: float
    detectable: float
    """The smallest true difference that these pairs would have shown with a power of .8."""
    gained: float
    """Share of pairs in which ours is higher."""
    lost: float
    """Share of pairs in which ours is lower (backflow)."""

    @property
    def distinguishable(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def pair(ours: Sequence[Unit], theirs: Sequence[Unit]) -> list[Unit]:
    """Differences by (scenario, replay), replays in the order given.

    Raises `ValueError` unless both hold the same scenarios with as many replays.
    """
    other = {unit.id: unit for unit in theirs}
    if len(other) != len(theirs) or {unit.id for unit in ours} != set(other):
        raise ValueError("the two do not hold the same scenarios")
    pairs = []
    for unit in ours:
        partner = other[unit.id]
        if len(unit.values) != len(partner.values):
            raise ValueError(f"scenario `{unit.id}` has other replays in the two")
        moved = tuple(a - b for a, b in zip(unit.values, partner.values, strict=True))
        pairs.append(Unit(unit.id, unit.family, moved, unit.weight, at=unit.at))
    return pairs


def difference(
    pairs: Sequence[Unit],
    alpha: float = 0.05,
    *,
    power: float = 0.8,
    binary: bool = True,
    bank: Literal["sampled", "fixed"] = "sampled",
) -> Difference:
    """The mean difference; pass/fail pairs (-1, 0, 1) get the interval that suits rare discordance.

    `binary=False` says that the values are quantities, which may happen to be whole. `bank="fixed"`
    asks about these very scenarios, not about others of their kind: only replays scatter.

    Quantities get Student's t over families. Pass/fail pairs get Tango's score interval at the number
    of independent pairs that the scatter of families leaves; pairs that never differ still get a
    width, since unseen discordance is not ruled out.
    """
    value, scatter = weighted_mean(pairs), (spread if bank == "sampled" else spread_within)(pairs)
    seen, total = [facts(unit.values) for unit in pairs], sum(unit.weight for unit in pairs)
    gained, lost = (
        sum(unit.weight * share for unit, share in zip(pairs, shares, strict=True)) / total
        for shares in ([each.above for each in seen], [each.below for each in seen])
    )
    degrees = scatter.clusters - 1
    se = scatter.variance**0.5
    if binary and all(each.moves for each in seen):
        n = _effective_pairs(scatter, gained + lost - value**2, alpha)
        low, high = tango(gained, lost, n, z_quantile(1 - alpha / 2))
        detectable = _shown_by(n, min(gained, lost), alpha, power)
    else:
        half = t_quantile(1 - alpha / 2, degrees) * se if degrees else float("inf")
        low, high = value - half, value + half
        reach = t_quantile(1 - alpha / 2, degrees) + t_quantile(power, degrees)
        detectable = reach * se if degrees else float("inf")
    return Difference(
        value, low, high, trials(pairs), scatter.clusters, scatter.by, se, detectable, gained, lost
    )


def pairs_needed(delta: float, backflow: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """How many independent pass/fail pairs show a gain of `delta` when a share `backflow` gets worse.

    n = (z_{1-alpha/2} + z_power)^2 * (delta + 2*backflow - delta^2) / delta^2.
    """
    if not 0 < delta <= 1 or not 0 <= backflow <= 1 - delta:
        raise ValueError("0 < delta and delta + backflow <= 1 are needed")
    return ceil(_reach(alpha, power) * (delta + 2 * backflow - delta**2) / delta**2)


def _shown_by(n: float, backflow: float, alpha: float, power: float) -> float:
    """The gain that n independent pairs show: `pairs_needed`, solved for `delta`."""
    reach = _reach(alpha, power)
    root = sqrt(1 + 8 * backflow * (n + reach) / reach)
    return min(1.0, reach * (1 + root) / (2 * (n + reach)))


def _reach(alpha: float, power: float) -> float:
    return (z_quantile(1 - alpha / 2) + z_quantile(power)) ** 2


def power_of(delta: float, se: float, alpha: float = 0.05) -> float:
    """The chance that a two-sided test at `alpha` shows a true difference `delta`."""
    if se <= 0:
        return 1.0 if delta else alpha
    bound = z_quantile(1 - alpha / 2)
    shift = abs(delta) / se
    return float(special.ndtr(shift - bound) + special.ndtr(-shift - bound))


def _effective_pairs(scatter: Spread, inside: float, alpha: float) -> float:
    """How many independent pairs would scatter as much: `inside` is the variance of one pair.

    More than there are, where families (or scenarios) are more alike than luck would have it.
    """
    if scatter.clusters < 2 or inside <= 1e-12 or scatter.variance <= 1e-15:
        return scatter.effective
    quantile = 1 - alpha / 2
    shrink = z_quantile(quantile) / t_quantile(quantile, scatter.clusters - 1)
    return inside / scatter.variance * shrink**2
