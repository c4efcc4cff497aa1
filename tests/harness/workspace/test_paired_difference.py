from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.workspace.paired import Difference, Value, difference, mean, rate_interval

TABLE = st.lists(
    st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=2), min_size=1, max_size=4),
    min_size=2,
    max_size=5,
)
"""families × scenarios × replays"""


def values(table: Sequence[Sequence[Sequence[float]]]) -> list[Value]:
    return [
        Value(f"f{f}s{s}", f"f{f}", float(found))
        for f, family in enumerate(table)
        for s, replays in enumerate(family)
        for found in replays
    ]


@given(TABLE)
def test_the_standard_error_is_the_sandwich_of_the_docstring(table: list[list[list[int]]]) -> None:
    found = mean(values(table))
    by_scenario = [[float(np.mean(replays)) for replays in family] for family in table]
    flat = [value for family in by_scenario for value in family]
    total = float(np.mean(flat))
    sums = np.array([sum(value - total for value in family) for family in by_scenario])
    families = len(sums)
    expected = math.sqrt(families / (families - 1) * float(sums @ sums)) / len(flat)
    assert found.value == pytest.approx(total)
    assert found.se == pytest.approx(expected, abs=1e-9)


def test_with_one_scenario_a_family_it_is_the_paired_t_test() -> None:
    rng = random.Random(1)
    before = [rng.gauss(0, 1) for _ in range(12)]
    after = [rng.gauss(0.3, 1) for _ in range(12)]
    sides = [[Value(f"s{n}", f"s{n}", x) for n, x in enumerate(side)] for side in (before, after)]
    found = difference(*sides)
    expected = stats.ttest_rel(after, before).confidence_interval(0.95)
    assert found.interval(0.95) == pytest.approx((expected.low, expected.high))


def test_scenarios_of_one_family_that_move_together_count_as_one() -> None:
    """Four families of five copies are no surer than four scenarios."""
    copies = [[[float(f % 2)]] * 5 for f in range(4)]
    single = [[[float(f % 2)]] for f in range(4)]
    assert mean(values(copies)).se == pytest.approx(mean(values(single)).se)


def test_a_single_scenario_gives_no_interval() -> None:
    one = [Value("s", "f", 1.0)] * 5
    assert difference(one, one, bound=1).interval() is None


def test_no_difference_anywhere_is_not_certainty() -> None:
    side = [Value(f"s{n}", f"f{n % 5}", 1.0) for n in range(30)]
    found = difference(side, side, bound=1)
    interval = found.interval(0.95)
    assert interval is not None
    assert interval == pytest.approx((-(1 - 0.025 ** (1 / 30)), 1 - 0.025 ** (1 / 30)))
    assert found.differing == 0
    assert found.unseen() == pytest.approx(1 - 0.025 ** (1 / 30))
    assert difference(side, side).unseen() is None, "dollars have no bound"
    assert found.detectable() is None
    assert found.power(0.1) is None
    assert found.needed(0.1) is None


def test_pairs_that_cancel_did_differ() -> None:
    before = [Value(f"s{n}", "f", float(replay)) for n in range(4) for replay in range(2)]
    after = [Value(f"s{n}", "f", float(1 - replay)) for n in range(4) for replay in range(2)]
    found = difference(before, after, bound=1)
    assert (found.value, found.differing, found.unseen()) == (0, 8, None)
    assert found.interval() is not None


def test_sides_that_are_not_paired_are_refused() -> None:
    with pytest.raises(ValueError, match="paired"):
        difference([Value("a", "f", 0)], [Value("b", "f", 0)])
    with pytest.raises(ValueError):
        difference([Value("a", "f", 0)], [])
    with pytest.raises(ValueError):
        mean([])


def made(seed: int, scenarios: int, effect: float) -> Difference:
    rng = random.Random(seed)
    before = [Value(f"s{n}", f"s{n}", 0.0) for n in range(scenarios)]
    after = [Value(f"s{n}", f"s{n}", rng.gauss(effect, 1)) for n in range(scenarios)]
    return difference(before, after)


def test_the_interval_covers_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(1_500):
        low, high = made(seed, 8, 0.5).interval(0.8) or (0, 0)
        covered += low <= 0.5 <= high
    # 80 % of 1,500, four standard errors either way
    assert abs(covered / 1_500 - 0.8) < 0.042


def test_the_power_that_it_states_is_met() -> None:
    """Had the variance been known: at the detectable difference four in five are seen."""
    seen = 0
    for seed in range(1_500):
        effect = 3.0 / math.sqrt(20)
        found = made(seed, 20, effect)
        low, high = found.interval(0.95) or (0, 0)
        seen += not low <= 0 <= high
    exact = (
        1 - stats.nct.cdf(stats.t.ppf(0.975, 19), 19, 3.0) + stats.nct.cdf(-stats.t.ppf(0.975, 19), 19, 3.0)
    )
    assert abs(seen / 1_500 - exact) < 0.05
    stated = Difference(mean([Value(f"s{n}", f"s{n}", x) for n, x in enumerate(standard(20))]), None, 20)
    assert stated.power(3.0 / math.sqrt(20)) == pytest.approx(exact, abs=0.03)


def standard(count: int) -> list[float]:
    """Numbers with mean 0 and sample variance 1."""
    raw = np.arange(count, dtype=float)
    scaled = (raw - raw.mean()) / raw.std(ddof=1)
    return [float(x) for x in scaled]


def test_what_is_needed_follows_from_what_is_detectable() -> None:
    found = made(3, 20, 0.0)
    detectable = found.detectable()
    assert detectable is not None
    assert found.power(detectable) == pytest.approx(0.8, abs=1e-3)
    assert found.needed(detectable) in {20, 21}
    assert found.needed(detectable / 2) in {80, 81}
    assert found.needed(0) is None


@given(TABLE)
def test_a_rate_s_interval_holds_the_rate(table: list[list[list[int]]]) -> None:
    found = values(table)
    low, high = rate_interval(found)
    assert 0 <= low <= mean(found).value + 1e-12
    assert mean(found).value - 1e-12 <= high <= 1


def test_replays_of_the_same_scenarios_do_not_make_a_certain_rate_surer() -> None:
    few = [Value(f"s{n}", "f", 1.0) for n in range(10)]
    many = [Value(f"s{n}", "f", 1.0) for n in range(10) for _ in range(20)]
    assert rate_interval(few) == rate_interval(many)


def test_rare_changes_are_held_as_often_as_it_says() -> None:
    """Student's t, which takes the scatter as seen, holds a change of 3 in 100 too seldom."""
    rng = np.random.default_rng(11)
    held, students, runs = {0.8: 0, 0.95: 0}, 0, 600
    for _ in range(runs):
        moved = rng.random((20, 3, 2)) < 0.03
        after = values(moved.astype(float).tolist())
        found = difference([Value(one.scenario, one.family, 0.0) for one in after], after, bound=1)
        for level in held:
            low, high = found.interval(level) or (-1, 1)
            held[level] += low <= 0.03 <= high
        half = stats.t.ppf(0.975, found.mean.df) * (found.mean.se or 0)
        students += abs(found.value - 0.03) <= half
    assert 0.77 <= held[0.8] / runs <= 0.85
    assert 0.93 <= held[0.95] / runs <= 0.985
    assert students / runs < 0.92
