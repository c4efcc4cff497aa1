"""What repeated attempts say: at least one pass in k (pass@k), all of k pass (pass^k)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import comb

from graders.statistics.proportion import rate
from graders.statistics.units import Interval, Unit

_Share = Callable[[int, int], float]


def any_of(units: Sequence[Unit], k: int, alpha: float = 0.05) -> Interval:
    """pass@k = mean over scenarios of 1 - C(K-c, k)/C(K, k) (Chen et al. 2021).

    Raises `ValueError` when a scenario has fewer than k replays.
    """
    return _repeated(units, k, alpha, lambda c, n: 1 - comb(n - c, k) / comb(n, k))


def all_of(units: Sequence[Unit], k: int, alpha: float = 0.05) -> Interval:
    """pass^k = mean over scenarios of C(c, k)/C(K, k) (Yao et al. 2024).

    Raises `ValueError` when a scenario has fewer than k replays.
    """
    return _repeated(units, k, alpha, lambda c, n: comb(c, k) / comb(n, k))


def chance_of_all(k: int, values: Sequence[float]) -> float:
    """pass^k of one scenario: C(c, k)/C(K, k)."""
    return comb(round(sum(values)), k) / comb(len(values), k)


def _repeated(units: Sequence[Unit], k: int, alpha: float, share: _Share) -> Interval:
    if k < 1 or any(len(unit.values) < k for unit in units):
        raise ValueError(f"{k} replays of each scenario are needed")
    folded = []
    for unit in units:
        if any(value not in {0.0, 1.0} for value in unit.values):
            raise ValueError("only passes and failures can be repeated")
        passes = round(sum(unit.values))
        folded.append(replace(unit, values=(share(passes, len(unit.values)),)))
    found = rate(folded, alpha)
    return replace(found, n=sum(len(unit.values) for unit in units))
