"""Repeats, gaps, ratings, proper scores, jackknife and drift: against libraries that know nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import krippendorff
import numpy as np
import pytest
import scoringrules
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import effectsize_smd

from graders.statistics import proper, sem
from graders.statistics.agreement import alpha
from graders.statistics.effect import hedges
from graders.statistics.judges import drift
from graders.statistics.repeats import all_of, any_of
from graders.statistics.units import Unit

Kind = Literal["nominal", "ordinal", "interval"]
numbers = st.floats(-5, 5, allow_nan=False)
samples = st.lists(st.integers(-20, 20).map(float), min_size=4, max_size=15)


@given(st.lists(st.integers(0, 8), min_size=2, max_size=6), st.integers(1, 8))
def test_repeats_are_draws_without_putting_back(passes: list[int], k: int) -> None:
    units = [Unit(str(n), str(n), (1.0,) * c + (0.0,) * (8 - c)) for n, c in enumerate(passes)]
    none = [stats.hypergeom.pmf(0, 8, c, k) for c in passes]
    every = [stats.hypergeom.pmf(k, 8, c, k) for c in passes]
    assert any_of(units, k).value == pytest.approx(1 - np.mean(none))
    assert all_of(units, k).value == pytest.approx(np.mean(every))


@given(samples, samples)
def test_a_gap_is_statsmodels_smd(above: list[float], below: list[float]) -> None:
    found = hedges(above, below)
    assume(found is not None)
    assert found is not None
    sides = [(np.mean(side), np.std(side, ddof=1), len(side)) for side in (above, below)]
    oracle, _ = effectsize_smd(*sides[0], *sides[1])
    # Its small-sample factor is the usual approximation of ours.
    assert found.value == pytest.approx(oracle, rel=0.01, abs=1e-9)


@given(
    st.lists(st.tuples(*[st.none() | st.integers(1, 4)] * 3), min_size=3, max_size=12),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_alpha_is_the_krippendorff_librarys(units: list[tuple[int | None, ...]], kind: Kind) -> None:
    paired = [unit for unit in units if sum(rating is not None for rating in unit) > 1]
    assume(len({rating for unit in paired for rating in unit if rating is not None}) > 1)
    data = [[np.nan if rating is None else float(rating) for rating in unit] for unit in units]
    oracle = krippendorff.alpha(np.array(data).T, level_of_measurement=kind)
    assert alpha([*zip(*units, strict=True)], kind) == pytest.approx(oracle)


@given(numbers, numbers, numbers, st.floats(0.01, 0.5))
def test_an_interval_scores_as_scoringrules_says(a: float, b: float, seen: float, tail: float) -> None:
    low, high = min(a, b), max(a, b)
    oracle = scoringrules.interval_score(np.array(seen), np.array(low), np.array(high), tail)
    assert proper.interval_score(low, high, seen, tail) == pytest.approx(float(oracle))


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=1))
def test_probabilities_score_as_scoringrules_says(pairs: list[tuple[float, float]]) -> None:
    forecasts, outcomes = [p for p, _ in pairs], [y for _, y in pairs]
    oracle = np.mean(scoringrules.brier_score(np.array(outcomes), np.array(forecasts)))
    assert proper.brier(forecasts, outcomes) == pytest.approx(float(oracle))


@given(st.lists(st.integers(-20, 20), min_size=3, max_size=12))
def test_the_jackknife_of_a_mean_is_its_standard_error(values: list[int]) -> None:
    def without(name: int) -> float:
        return float(np.mean([value for n, value in enumerate(values) if n != name]))

    found = sem.general(dict(enumerate(values)), without)
    assert found == pytest.approx(float(stats.sem(values)), abs=1e-9)


@given(st.tuples(numbers, numbers, numbers, numbers))
def test_drift_is_least_squares_with_both_effects(scores: Sequence[float]) -> None:
    model, judge = np.array([0, 1, 0, 1]) - 0.5, np.array([0, 0, 1, 1]) - 0.5
    fit = sm.OLS(np.array(scores), np.column_stack([np.ones(4), model, judge, model * judge])).fit()
    found = drift(s00=scores[0], s10=scores[1], s01=scores[2], s11=scores[3])
    assert [*found] == pytest.approx(fit.params[1:], abs=1e-9)
