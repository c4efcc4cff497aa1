import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.statistics import proper

numbers = st.floats(-5, 5, allow_nan=False)


@given(numbers, numbers, numbers, st.floats(0.01, 0.5))
def test_an_interval_never_scores_below_its_width(a: float, b: float, seen: float, alpha: float) -> None:
    low, high = min(a, b), max(a, b)
    score = proper.interval_score(low, high, seen, alpha)
    assert score >= high - low
    assert (score == high - low) == (low <= seen <= high) or score == pytest.approx(high - low)


def test_knowing_the_law_is_best_on_average() -> None:
    seen = np.random.default_rng(0).normal(0, 2, 40_000)
    for alpha in (0.05, 0.2):
        best = proper.best_interval_score(2.0, alpha)
        z = {0.05: 1.959964, 0.2: 1.281552}[alpha]
        scores = [
            float(np.mean([proper.interval_score(-w * 2 * z, w * 2 * z, y, alpha) for y in seen]))
            for w in (0.6, 1.0, 1.6)
        ]
        assert scores[1] == pytest.approx(best, rel=0.02)
        assert min(scores) == scores[1]


def test_an_upside_down_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="above"):
        proper.interval_score(1, 0, 0, 0.1)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=1))
def test_brier_skill_against_itself_is_zero(pairs: list[tuple[float, float]]) -> None:
    outcomes = [y for _, y in pairs]
    assert proper.brier_skill([0.3] * len(outcomes), outcomes, 0.3) == pytest.approx(0)
    assert proper.brier_skill(outcomes, outcomes, 0.3) == pytest.approx(1)


def test_inflation_and_coverage() -> None:
    assert proper.inflation(0.2, 0.1) == pytest.approx(0.5)
    assert proper.inflation(-0.2, -0.2) == pytest.approx(0)
    assert proper.inflation(0, 0.1) is None
    assert proper.coverage([(0, 1), (2, 3)], [0.5, 5]) == 0.5
    assert proper.coverage([], []) is None
