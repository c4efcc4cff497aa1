"""The candidate's statistics: how sure a difference or a rate is, and what could have been seen.

A pair is one (scenario, replay) run with and without the change under common random numbers. Its
difference is averaged by scenario, d_s, and over the S scenarios, D. Scenarios of one family are
written from one template, so the variance clusters by family (Liang & Zeger 1986, with the usual
small-sample factor for G families):

    V = G/(G−1) · Σ_g (Σ_{s in g} (d_s − D))² / S²,   D ± t_{G−1} · √V

A rate's pairs are -1, 0 or 1; theirs is Tango's score interval of the shares that changed up and
down, at the number of independent pairs that would scatter as much:

    n = (up + down − D²)/V · (z/t_{G−1})²

With a single family each scenario is its own cluster; with a single scenario nothing is known about
others and there is no interval. Where every scenario shows the same difference of a rate, V = 0
says nothing: the interval then reaches as far as a share of deviating scenarios that S scenarios
could all have missed, 1 − (α/2)^(1/S). Where no pair differed at all, that reach is no measurement
but a bound on what stayed unseen, and is told as such (`unseen`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

from harness.score_intervals import tango, wilson
from harness.workspace.student import cdf, quantile

POWER = 0.8
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Value:
    """A number from one trial or pair."""

    scenario: str
    family: str
    value: float


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over scenarios with its clustered standard error."""

    value: float
    n: int
    """Trials or pairs."""
    scenarios: int
    clusters: int
    """Families, or scenarios where there is one family only."""
    se: float | None
    """`None` with a single scenario."""

    @property
    def df(self) -> int:
        """Degrees of freedom of the standard error."""
        return self.clusters - 1


def mean(values: Sequence[Value]) -> Mean:
    """The mean of scenario means. Raises `ValueError` for no values."""
    if not values:
        raise ValueError("no values")
    by_scenario: dict[str, list[float]] = defaultdict(list)
    family = {item.scenario: item.family for item in values}
    for item in values:
        by_scenario[item.scenario].append(item.value)
    means = {scenario: fmean(found) for scenario, found in by_scenario.items()}
    total = fmean(means.values())
    single = len(set(family.values())) == 1
    sums: dict[str, float] = defaultdict(float)
    for scenario, found in means.items():
        sums[scenario if single else family[scenario]] += found - total
    clusters = len(sums)
    se = None
    if clusters > 1:
        squares = math.fsum(part * part for part in sums.values())
        se = math.sqrt(clusters / (clusters - 1) * squares) / len(means)
        # What is left of equal numbers is rounding.
        se = 0.0 if se < 1e-12 * max(1.0, abs(total)) else se
    return Mean(total, len(values), len(means), clusters, se)


@dataclass(frozen=True, slots=True)
class Difference:
    """Change minus baseline."""

    mean: Mean
    bound: float | None
    """How far the difference can lie from zero in the unit: 1 for rates, `None` for dollars."""
    differing: int
    """Pairs whose two sides are not equal."""
    changed: tuple[float, float] | None = None
    """A rate's shares of pairs that changed up and down, scenarios counting alike."""

    @property
    def value(self) -> float:
        """The mean difference."""
        return self.mean.value

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """The two-sided interval; `None` where the data cannot give one."""
        se, p = self.mean.se, (1 + level) / 2
        if se and self.changed is not None:
            up, down = self.changed
            z, t = NormalDist().inv_cdf(p), quantile(p, self.mean.df)
            return tango(up, down, (up + down - self.value**2) / se**2 * (z / t) ** 2, z)
        half = self._half(level)
        if half is None:
            return None
        low, high = self.value - half, self.value + half
        if self.bound is not None:
            low, high = max(low, -self.bound), min(high, self.bound)
        return low, high

    def _half(self, level: float) -> float | None:
        if self.mean.se is None:
            return None
        if self.mean.se > 0:
            return quantile((1 + level) / 2, self.mean.df) * self.mean.se
        if self.bound is None:
            return None
        return self.bound * (1 - math.pow((1 - level) / 2, 1 / self.mean.scenarios))

    def unseen(self, level: float = 0.95) -> float | None:
        """Where no pair differed, how large a difference, up or down, all of them could have missed.

        `None` where some did, and where the data cannot tell: a single scenario, dollars.
        """
        return None if self.differing else self._half(level)

    def detectable(self) -> float | None:
        """The true difference that would show (5 % two-sided) four times in five at this n."""
        if not self.mean.se:
            return None
        df = self.mean.df
        return (quantile(1 - ALPHA / 2, df) + quantile(POWER, df)) * self.mean.se

    def power(self, effect: float) -> float | None:
        """The chance that a true difference of `effect` shows at this n (shifted central t)."""
        if not self.mean.se:
            return None
        df = self.mean.df
        cut = quantile(1 - ALPHA / 2, df)
        shift = abs(effect) / self.mean.se
        return 1 - cdf(cut - shift, df) + cdf(-cut - shift, df)

    def needed(self, effect: float) -> int | None:
        """Pairs for a power of .8 at `effect`, if pairs came with fresh scenarios of the same law.

        Scales this n by (detectable / effect)²; more replays of the same scenarios buy less.
        """
        detectable = self.detectable()
        if detectable is None or effect == 0:
            return None
        return math.ceil(self.mean.n * (detectable / effect) ** 2)


def difference(
    baseline: Sequence[Value], change: Sequence[Value], *, bound: float | None = None
) -> Difference:
    """Paired difference of values that stand in the same order. Raises `ValueError` if they don't."""
    pairs = []
    for before, after in zip(baseline, change, strict=True):
        if before.scenario != after.scenario:
            raise ValueError("the two sides are not paired")
        pairs.append(Value(before.scenario, before.family, after.value - before.value))
    changed = None
    if bound is not None and all(pair.value in {-1, 0, 1} for pair in pairs):
        up, down = (
            mean([Value(pair.scenario, pair.family, float(pair.value == sign)) for pair in pairs]).value
            for sign in (1, -1)
        )
        changed = up, down
    return Difference(mean(pairs), bound, sum(pair.value != 0 for pair in pairs), changed)


def rate_interval(values: Sequence[Value], level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a rate at its effective n (Korn & Graubard 1998).

    n_eff = min(n, p(1−p)/V · (z/t)²) with the clustered V; S, the number of scenarios, where every
    trial agrees or V is zero; n for a single scenario. Values are 0 or 1. Raises `ValueError` for
    none.
    """
    found = mean(values)
    p = min(1.0, max(0.0, found.value))
    z = NormalDist().inv_cdf((1 + level) / 2)
    if found.se is None:
        n = float(found.n)
    elif found.se == 0 or p in {0.0, 1.0}:
        n = float(found.scenarios)
    else:
        t = quantile((1 + level) / 2, found.df)
        n = min(float(found.n), p * (1 - p) / found.se**2 * (z / t) ** 2)
    return wilson(p, n, z)
