"""How well a score separates and orders: AUC with its interval, Somers' D with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from math import sqrt
from typing import NamedTuple

from scipy import optimize

from graders.statistics.units import z_quantile

_TINY = 1e-12


class Area(NamedTuple):
    """An AUC and where it may lie."""

    value: float
    low: float
    high: float


def auc(above: Sequence[float], below: Sequence[float]) -> float:
    """The chance that one of `above` scores higher than one of `below`; ties count half."""
    if not above or not below:
        raise ValueError("both sides need somebody")
    wins = sum((a > b) + 0.5 * (a == b) for a in above for b in below)
    return wins / (len(above) * len(below))


def auc_interval(above: Sequence[float], below: Sequence[float], alpha: float = 0.05) -> Area:
    """AUC with Newcombe's interval (2006, method 5): it does not collapse at 1.

    Solves |theta^ - theta| = z sqrt(theta(1-theta)[1 + n*(1-theta)/(2-theta) + n*theta/(1+theta)]/(mn))
    with n* = (m+n)/2 - 1.
    """
    value, m, n = auc(above, below), len(above), len(below)
    z, star = z_quantile(1 - alpha / 2), (m + n) / 2 - 1

    def gap(theta: float) -> float:
        spread = theta * (1 - theta) * (1 + star * (1 - theta) / (2 - theta) + star * theta / (1 + theta))
        return abs(value - theta) - z * sqrt(spread / (m * n))

    # At 0 and 1 the equation has a root that says nothing: the search stops just short of it.
    low = 0.0 if value <= 0 else _root(gap, 0.0, min(value, 1 - _TINY))
    high = 1.0 if value >= 1 else _root(gap, max(value, _TINY), 1.0)
    return Area(value, low, high)


def _root(gap: Callable[[float], float], a: float, b: float) -> float:
    return float(optimize.brentq(gap, a, b, xtol=1e-10))


def somers_d(
    scores: Sequence[float], quality: Sequence[float], strata: Sequence[object] | None = None
) -> float:
    """Somers' D of score on quality: (concordant - discordant) / pairs that differ in quality.

    Within strata where these are given: pairs across them are not counted. Raises `ValueError`
    when no two differ in quality.
    """
    if len(scores) != len(quality):
        raise ValueError("as many scores as qualities are needed")
    groups = strata if strata is not None else [0] * len(scores)
    balance, pairs = 0, 0
    for i in range(len(scores)):
        for j in range(i):
            if groups[i] != groups[j] or quality[i] == quality[j]:
                continue
            pairs += 1
            up = (scores[i] > scores[j]) - (scores[i] < scores[j])
            balance += up if quality[i] > quality[j] else -up
    if not pairs:
        raise ValueError("no two differ in quality")
    return balance / pairs


class Order(NamedTuple):
    """Somers' D, where it may lie, and what it would be without the one part that it rests on most."""

    value: float
    low: float
    high: float
    units: int
    """How many parts were left out, one at a time."""
    least: float
    """The smallest D with a part left out."""
    without: str
    """That part's name."""


def order(
    scores: Sequence[float], quality: Sequence[float], parts: Sequence[Collection[str]], alpha: float = 0.05
) -> Order:
    """Somers' D of works that share parts (changes), with an interval by leaving out one part at a time.

    `parts[i]`: what work i is made of, at least a name of its own. A part is left out with all works that
    have it: sqrt((m-1)/m * sum (D_-part - mean)^2). Parts overlap, so this is no textbook jackknife, and
    too wide rather than too narrow: of 250 simulated panels of 47 works of 28 changes it held the mean of D
    in .97 to .99, leaving out works one at a time in .86 to .88. Raises as `somers_d` does.
    """
    value = somers_d(scores, quality)
    left: dict[str, float] = {}
    for name in dict.fromkeys(each for names in parts for each in names):
        kept = [number for number, names in enumerate(parts) if name not in names]
        if len({quality[number] for number in kept}) > 1:
            left[name] = somers_d([scores[n] for n in kept], [quality[n] for n in kept])
    if len(left) < 2:
        return Order(value, -1.0, 1.0, len(left), value, "")
    mean = sum(left.values()) / len(left)
    error = ((len(left) - 1) / len(left) * sum((each - mean) ** 2 for each in left.values())) ** 0.5
    half, without = z_quantile(1 - alpha / 2) * error, min(left, key=lambda name: left[name])
    return Order(value, max(-1.0, value - half), min(1.0, value + half), len(left), left[without], without)
