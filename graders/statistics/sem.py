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
    return _jackknife([score_without(name) for name in groups])


def replay(replays: Mapping[Id, Sequence[int]], score_without: Callable[[Id, int], float]) -> float:
    """Stratified delete-one-replay jackknife: sqrt(sum_s (K_s-1)/K_s * sum_r (theta_sr - mean_s)^2).

    `score_without(s, r)` is the score of all trials but replay r of scenario s (of every work at
    once, since they share the draws). Infinite when no scenario has two replays; scenarios with one
    borrow the mean variance of the others.
    """
    parts = []
    single = 0
    for scenario, kept in replays.items():
        if len(kept) < 2:
            single += 1
            continue
        parts.append(_jackknife([score_without(scenario, number) for number in kept]) ** 2)
    if not parts:
        return float("inf")
    # A scenario with one replay moves as its neighbours would with one: K times their variance.
    borrowed = sum(parts) / len(parts) * max(len(kept) for kept in replays.values())
    return float((sum(parts) + single * borrowed) ** 0.5)


def _jackknife(scores: Sequence[float]) -> float:
    count = len(scores)
    if count < 2:
        return float("inf")
    mean = sum(scores) / count
    return float(((count - 1) / count * sum((score - mean) ** 2 for score in scores)) ** 0.5)
