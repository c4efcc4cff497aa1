"""Standard errors of a score, which may be any function of the trials.

`general`: how far the score moves on another bank of the same law. `replay`: how far it moves on a
regrade of the same work on the same bank. Both are jackknives, so that anchors which were measured
on the same scenarios and draws, ratios and weights are carried along without a formula for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
Id = TypeVar("Id")


def general(groups: Mapping[Id, object], score_without: Callable[[Id], float]) -> float:
    """Delete-one-family jackknife (Tukey 1958): sqrt((F-1)/F * sum (theta_f - mean)^2).

    `score_without(f)` is the score of all trials but those of family f. Infinite for one family.
    """
    return jackknife([score_without(name) for name in groups])


def replay(replays: Mapping[Id, Sequence[int]], score_without: Callable[[Id, int], float]) -> float:
    """Stratified delete-one-replay jackknife: sqrt(sum_s (K_s-1)/K_s * sum_r (theta_sr - mean_s)^2).

    `score_without(s, r)` is the score of all trials but replay r of scenario s (of every work at
    once, since they share the draws). Infinite when no scenario has two replays; scenarios with one
    borrow the mean variance of the others.
    """
    parts = luck(replays, score_without)
    return sum(parts.values()) ** 0.5 if parts else float("inf")


def luck(replays: Mapping[Id, Sequence[int]], score_without: Callable[[Id, int], float]) -> dict[Id, float]:
    """The variance that each scenario's replays bring into a score, see `replay`; empty where not known."""
    parts = {
        scenario: jackknife([score_without(scenario, number) for number in kept]) ** 2
        for scenario, kept in replays.items()
        if len(kept) > 1
    }
    if not parts:
        return {}
    # A scenario with one replay moves as its neighbours would with one: K times their variance.
    borrowed = sum(parts.values()) / len(parts) * max(len(kept) for kept in replays.values())
    return {scenario: parts.get(scenario, borrowed) for scenario in replays}


def of_general(general: float, replay: float, groups: int) -> float:
    """How far `general` itself moves on a regrade of the same work on the same bank, as a standard error.

    A family's deviation is what it is in the long run, which stays, and its replays' luck, which a regrade
    draws anew. With rho = replay^2/general^2, luck's share of the variance, and F families alike in size,
    sum (b_f + e_f)^2 / (F(F-1)) has the variance (4 (1-rho) rho + 2 rho^2)/(F-1) times its square, so

        se = general * sqrt(rho (2 - rho) / (2 (F - 1)))

    which for rho = 1 is the spread of a chi-square with F-1 degrees. Infinite for one family.
    """
    if groups < 2:
        return float("inf")
    share = min(1.0, (replay / general) ** 2) if general else 0.0
    return float(general * (share * (2 - share) / (2 * (groups - 1))) ** 0.5)


def follows(left: Mapping[Id, float], luck: Mapping[Id, float], general: float) -> float:
    """The covariance of a score with its own `general` on a regrade: below 0 near a scale's upper end.

    `left[f]` is the score without family f, `luck[f]` the variance that its replays bring in. With z_f the
    family's deviation, sum z_f^2 = general^2, luck e_f moves the score by e_f and z_f^2 by 2 z_f e_f, so

        cov = sum_f z_f var(e_f) / general,    z_f = sqrt((F-1)/F) (mean - left_f)
    """
    if len(left) < 2 or not general:
        return 0.0
    mean = sum(left.values()) / len(left)
    worth = ((len(left) - 1) / len(left)) ** 0.5
    moves = sum((mean - score) * luck.get(name, 0.0) for name, score in left.items())
    return float(worth * moves / general)


def jackknife(scores: Sequence[float]) -> float:
    """Error of a statistic from its values with one unit left out each: sqrt((n-1)/n * sum (x_i - mean)^2).

    Infinite for one unit.
    """
    count = len(scores)
    if count < 2:
        return float("inf")
    mean = sum(scores) / count
    return float(((count - 1) / count * sum((score - mean) ** 2 for score in scores)) ** 0.5)
