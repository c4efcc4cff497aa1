"""Agreement of raters: weighted kappa, Krippendorff's alpha, Gwet's AC."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

Rating = int | None
"""A category, 0 and up in their order; `None` where a rater did not rate."""
Weights = NDArray[np.float64]


def weights(categories: int, kind: str) -> Weights:
    """Agreement weights: `identity`, `linear` or `quadratic`."""
    i, j = np.indices((categories, categories))
    if kind == "identity" or categories == 1:
        return np.asarray(i == j, dtype=float)
    distance = np.abs(i - j) / (categories - 1)
    return np.asarray(1 - (distance if kind == "linear" else distance**2), dtype=float)


def kappa(first: Sequence[int], second: Sequence[int], categories: int, kind: str = "quadratic") -> float:
    """Cohen's weighted kappa of two raters. Raises `ValueError` when chance alone agrees fully."""
    if len(first) != len(second) or not first:
        raise ValueError("both raters must have rated the same cases")
    table = np.zeros((categories, categories))
    for a, b in zip(first, second, strict=True):
        table[a, b] += 1
    table /= table.sum()
    weight = weights(categories, kind)
    seen = float((weight * table).sum())
    chance = float((weight * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    if chance >= 1:
        raise ValueError("both raters gave one and the same category throughout")
    return (seen - chance) / (1 - chance)


def alpha(ratings: Sequence[Sequence[Rating]], kind: str = "ordinal") -> float:
    """Krippendorff's alpha of `ratings[rater][case]`; `nominal`, `ordinal` or `interval`.

    Cases with fewer than two ratings are left out. Raises `ValueError` when nothing can be compared
    or all ratings are alike.
    """
    cases = [[rater[n] for rater in ratings if rater[n] is not None] for n in range(len(ratings[0]))]
    kept = [[value for value in case if value is not None] for case in cases if len(case) > 1]
    if not kept:
        raise ValueError("no case was rated twice")
    size = max(value for case in kept for value in case) + 1
    table = np.zeros((size, size))
    for case in kept:
        for a, b in permutations(range(len(case)), 2):
            table[case[a], case[b]] += 1 / (len(case) - 1)
    totals = table.sum(axis=1)
    number = float(totals.sum())
    distance = _distances(totals, kind)
    expected = float((np.outer(totals, totals) * distance).sum()) / (number - 1)
    if expected == 0:
        raise ValueError("all ratings are alike")
    return 1.0 - float((table * distance).sum()) / expected


def _distances(totals: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    size = len(totals)
    i, j = np.indices((size, size))
    if kind == "nominal":
        return np.asarray(i != j, dtype=float)
    if kind == "interval":
        return np.asarray((i - j) ** 2, dtype=float)
    reach = np.concatenate([[0.0], np.cumsum(totals)])
    low, high = np.minimum(i, j), np.maximum(i, j)
    between = reach[high + 1] - reach[low] - (totals[low] + totals[high]) / 2
    return np.asarray(np.where(i == j, 0.0, between) ** 2)


def gwet(first: Sequence[int], second: Sequence[int], categories: int, kind: str = "identity") -> float:
    """Gwet's AC1 (`identity`) or AC2 of two raters: does not collapse when one category is rare.

    chance = T_w / (q(q-1)) * sum_k pi_k (1 - pi_k), T_w the sum of all weights.
    """
    if len(first) != len(second) or not first or categories < 2:
        raise ValueError("two raters of the same cases and two categories are needed")
    weight = weights(categories, kind)
    seen = float(np.mean([weight[a, b] for a, b in zip(first, second, strict=True)]))
    share = np.bincount([*first, *second], minlength=categories) / (2 * len(first))
    chance = float(weight.sum()) / (categories * (categories - 1)) * float((share * (1 - share)).sum())
    return (seen - chance) / (1 - chance)
