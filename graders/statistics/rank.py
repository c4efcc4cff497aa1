"""How well a score separates and orders: AUC with its interval, Somers' D."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
