"""What the statistics are computed on: values by scenario, scenarios by family.

A unit is one scenario with its values, one a replay. Families are the clusters: scenarios that were
written from one template tend to fail together, so only families count as independent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from scipy import special

Clustering = Literal["family", "scenario", "replay"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One scenario's values; `values` is never empty."""

    id: str
    family: str
    values: tuple[float, ...]
    weight: float = 1.0
    stratum: str = ""
    """Scenarios of one kind, whose share of the whole is fixed by their weights."""
    at: tuple[tuple[int, int], ...] = ()
    """Epoch and replay of each value, where somebody wants to know."""

    @property
    def mean(self) -> float:
        """The mean over the replays."""
        return facts(self.values).mean


class Facts(NamedTuple):
    """What is asked of a scenario's values again and again, in a jackknife above all."""

    mean: float
    variance: float
    """With one degree of freedom less; 0 for one value."""
    above: float
    below: float
    """Shares of values above and below 0."""
    moves: bool
    """Whether all are -1, 0 or 1."""


@lru_cache(maxsize=20_000)
def facts(values: tuple[float, ...]) -> Facts:
    """Facts of one scenario's values: plain numbers, whoever asks first."""
    values = tuple(map(float, values))
    count = len(values)
    mean = sum(values) / count
    variance = sum((value - mean) ** 2 for value in values) / (count - 1) if count > 1 else 0.0
    return Facts(
        mean,
        variance,
        sum(value > 0 for value in values) / count,
        sum(value < 0 for value in values) / count,
        all(value in {-1.0, 0.0, 1.0} for value in values),
    )


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and where it may lie."""

    value: float
    low: float
    high: float
    n: int
    """Trials that it rests on."""
    clusters: int
    """Independent groups that it rests on."""
    by: Clustering
    """What those groups are."""
    se: float
    """Standard error: 0 where the sample shows no spread (no proof that there is none), infinite
    where it cannot show any."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The variance of a weighted mean, from the scatter of clusters."""

    variance: float
    clusters: int
    effective: float
    """Kish's number of equally weighted clusters; below `clusters` where weights differ."""
    by: Clustering


def weighted_mean(units: Sequence[Unit]) -> float:
    """Mean of scenario means by weight. Raises `ValueError` without units."""
    if not units:
        raise ValueError("no scenario was measured")
    total = sum(unit.weight for unit in units)
    return sum(unit.weight * unit.mean for unit in units) / total


def spread(units: Sequence[Unit]) -> Spread:
    """Linearised variance of `weighted_mean` between clusters (ultimate-cluster estimator).

    v = F/(F-1) * sum_f [sum_{s in f} w_s (m_s - m)/W]^2; with families of one size and one weight
    that is var(family means)/F. Where clusters lie in strata, two or more in each, they scatter about
    their stratum's mean, and the strata's variances add up: how much each counts is no accident. One
    family alone says nothing of others: then scenarios are the clusters, and with one scenario its
    replays, and `by` says so. One value has infinite variance.
    """
    by: Clustering
    if len({unit.family for unit in units}) > 1:
        by, groups = "family", group(units, lambda unit: unit.family)
    elif len(units) > 1:
        by, groups = "scenario", group(units, lambda unit: unit.id)
    else:
        by, groups = "replay", [[Unit("", "", (value,))] for value in units[0].values]
    weights = [sum(unit.weight for unit in members) for members in groups]
    total = sum(weights)
    count = len(groups)
    variance = float("inf")
    if count > 1:
        variance = sum(_scatter(stratum, total) for stratum in _strata(groups))
    return Spread(variance, count, total * total / sum(weight * weight for weight in weights), by)


def _strata(groups: Sequence[Sequence[Unit]]) -> list[list[Sequence[Unit]]]:
    """Clusters by stratum; all together where one lies in several, or a stratum has only one."""
    found: dict[str, list[Sequence[Unit]]] = {}
    for members in groups:
        names = {unit.stratum for unit in members}
        if len(names) > 1:
            return [list(groups)]
        found.setdefault(names.pop(), []).append(members)
    return list(found.values()) if min(map(len, found.values())) > 1 else [list(groups)]


def _scatter(groups: Sequence[Sequence[Unit]], total: float) -> float:
    """The variance that clusters of one stratum bring into a mean over weights that sum to `total`."""
    mean, count = weighted_mean([unit for members in groups for unit in members]), len(groups)
    moves = [sum(unit.weight * (unit.mean - mean) for unit in members) / total for members in groups]
    return count / (count - 1) * sum(move * move for move in moves)


def spread_within(units: Sequence[Unit]) -> Spread:
    """Variance of `weighted_mean` on these very scenarios: only the replays are drawn anew.

    Stratified by scenario: v = sum_s (w_s/W)^2 * var(values_s, ddof=1)/K_s. A scenario with one
    replay shows nothing of its own scatter and takes the others' mean variance; where no scenario
    has two, the scatter between scenarios stands in (`spread`), which is too wide rather than too narrow.
    """
    repeated = [unit for unit in units if len(unit.values) > 1]
    if not repeated:
        return spread(units)
    own = {unit.id: facts(unit.values).variance for unit in repeated}
    common = sum(own.values()) / len(own)
    total = sum(unit.weight for unit in units)
    variance = sum((unit.weight / total) ** 2 * own.get(unit.id, common) / len(unit.values) for unit in units)
    count = sum(len(unit.values) - 1 for unit in repeated) + 1
    return Spread(variance, count, float(trials(units)), "replay")


def group(units: Iterable[Unit], name: Callable[[Unit], str]) -> list[list[Unit]]:
    """Units by name, in order of first appearance."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(name(unit), []).append(unit)
    return list(groups.values())


def trials(units: Iterable[Unit]) -> int:
    """How many values there are in all."""
    return sum(len(unit.values) for unit in units)


def t_quantile(p: float, degrees: float) -> float:
    """Student's t; the normal's for infinite degrees. 0 degrees give infinity."""
    if degrees <= 0:
        return float("inf")
    return float(special.stdtrit(degrees, p)) if degrees != float("inf") else z_quantile(p)


def z_quantile(p: float) -> float:
    """The standard normal's quantile."""
    return float(special.ndtri(p))


def t_interval(units: Sequence[Unit], alpha: float = 0.05) -> Interval:
    """The mean of a quantity without bounds, with Student's t over clusters.

    One cluster alone gives (-inf, inf): callers print that as not known.
    """
    value, scatter = weighted_mean(units), spread(units)
    se = scatter.variance**0.5
    half = t_quantile(1 - alpha / 2, scatter.clusters - 1) * se if scatter.clusters > 1 else float("inf")
    return Interval(value, value - half, value + half, trials(units), scatter.clusters, scatter.by, se)
