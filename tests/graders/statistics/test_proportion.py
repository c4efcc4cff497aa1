import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from graders.statistics.bootstrap import bca
from graders.statistics.proportion import clopper_pearson, effective_n, none_seen, rate, wilson
from graders.statistics.repeats import all_of, any_of
from graders.statistics.units import Unit, spread, t_interval, weighted_mean

passes = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=4)


@st.composite
def banks(draw: st.DrawFn) -> list[Unit]:
    count = draw(st.integers(2, 25))
    return [
        Unit(
            f"s{number}",
            f"f{draw(st.integers(0, 6))}",
            tuple(draw(passes)),
            draw(st.sampled_from([1.0, 1.0, 2.0, 0.5])),
        )
        for number in range(count)
    ]


@given(st.integers(0, 40), st.integers(1, 40))
def test_exact_and_score_intervals_agree_with_statsmodels(passed: int, more: int) -> None:
    n = passed + more - 1 if passed else more
    p = passed / n
    assert clopper_pearson(p, n) == pytest.approx(proportion_confint(passed, n, method="beta"), abs=1e-9)
    assert wilson(passed, n) == pytest.approx(proportion_confint(passed, n, method="wilson"), abs=1e-9)


@given(banks())
def test_an_interval_holds_its_estimate_and_stays_inside(units: list[Unit]) -> None:
    found = rate(units)
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value <= found.high + 1e-12
    assert found.high <= 1
    assert found.high > found.low


@given(banks())
def test_variance_agrees_with_cluster_robust_least_squares(units: list[Unit]) -> None:
    families = [unit.family for unit in units]
    if len(set(families)) < 2:
        return
    fit = sm.WLS(
        [unit.mean for unit in units], np.ones(len(units)), weights=[unit.weight for unit in units]
    ).fit(cov_type="cluster", cov_kwds={"groups": np.unique(families, return_inverse=True)[1]})
    assert weighted_mean(units) == pytest.approx(fit.params[0])
    assert spread(units).variance == pytest.approx(fit.cov_params()[0, 0], abs=1e-12)


def test_families_that_fail_together_are_worth_less_than_their_trials() -> None:
    together = [Unit(f"s{n}", f"f{n // 10}", (float(n < 50),) * 2) for n in range(100)]
    apart = [Unit(f"s{n}", f"f{n}", (float(n < 50),) * 2) for n in range(100)]
    assert effective_n(together) < 10
    assert 70 < effective_n(apart) < 101
    assert rate(together).high - rate(together).low > rate(apart).high - rate(apart).low


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_without_spread_every_family_counts_once(value: float) -> None:
    units = [Unit(f"s{n}", f"f{n % 30}", (value, value)) for n in range(120)]
    found = rate(units)
    assert effective_n(units) == pytest.approx(30)
    assert found.high - found.low == pytest.approx(1 - 0.025 ** (1 / 30))
    assert found.by == "family"


def test_unequal_weights_lower_the_worth_of_a_spotless_sample() -> None:
    units = [Unit(f"s{n}", f"f{n}", (1.0,), 100.0 if n == 0 else 1.0) for n in range(30)]
    assert effective_n(units) < 2


def test_a_single_scenario_gets_wilson_over_its_replays() -> None:
    found = rate([Unit("s", "f", (1.0, 1.0, 0.0, 1.0))])
    assert (found.low, found.high) == pytest.approx(wilson(3, 4))
    assert found.by == "replay"


def test_one_family_falls_back_on_scenarios_and_says_so() -> None:
    assert rate([Unit("a", "f", (1.0,)), Unit("b", "f", (0.0,)), Unit("c", "f", (1.0,))]).by == "scenario"


def test_nothing_measured_is_no_rate() -> None:
    with pytest.raises(ValueError, match="no scenario"):
        rate([])


def test_a_rate_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between"):
        rate([Unit("s", "f", (1.5,))])


def test_one_value_of_a_quantity_knows_no_interval() -> None:
    found = t_interval([Unit("s", "f", (3.0,))])
    assert (found.low, found.high, found.se) == (float("-inf"), float("inf"), float("inf"))


def test_rule_of_three() -> None:
    assert none_seen(100) == pytest.approx(3 / 100, rel=0.02)


def test_repeated_attempts_by_hand() -> None:
    units = [Unit("a", "a", (1.0, 0.0, 1.0)), Unit("b", "b", (1.0, 1.0, 1.0)), Unit("c", "c", (0.0,) * 3)]
    assert all_of(units, 2).value == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert any_of(units, 2).value == pytest.approx((1 + 1 + 0) / 3)
    assert any_of(units, 1).value == pytest.approx(weighted_mean(units))
    assert all_of(units, 1).value == pytest.approx(weighted_mean(units))
    with pytest.raises(ValueError, match="4 replays"):
        all_of(units, 4)


@given(banks())
def test_more_attempts_never_hurt_any_and_never_help_all(units: list[Unit]) -> None:
    whole = [Unit(u.id, u.family, (*u.values, 0.0, 1.0), u.weight) for u in units]
    assert any_of(whole, 2).value >= any_of(whole, 1).value - 1e-12
    assert all_of(whole, 2).value <= all_of(whole, 1).value + 1e-12


def test_the_bootstrap_agrees_with_t_where_both_hold() -> None:
    rng = np.random.default_rng(7)
    units = [Unit(f"s{n}", f"f{n % 40}", (float(rng.normal(3, 1)),)) for n in range(120)]
    boot, student = bca(units), t_interval(units)
    assert boot.se == pytest.approx(student.se, rel=0.15)
    assert (boot.low, boot.high) == pytest.approx((student.low, student.high), abs=0.05)


def test_the_bootstrap_refuses_what_it_cannot_know() -> None:
    with pytest.raises(ValueError, match="clusters"):
        bca([Unit(f"s{n}", f"f{n}", (float(n),)) for n in range(5)])
    with pytest.raises(ValueError, match="alike"):
        bca([Unit(f"s{n}", f"f{n}", (1.0,)) for n in range(30)])
