import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower

from graders.statistics.paired import difference, pair, pairs_needed, power_of
from graders.statistics.units import Unit, t_interval

steps = st.sampled_from([-1.0, 0.0, 1.0])


@given(st.lists(st.tuples(steps, steps), min_size=2, max_size=60))
def test_an_interval_holds_its_difference(moves: list[tuple[float, float]]) -> None:
    pairs = [Unit(f"s{n}", f"f{n % 7}", move) for n, move in enumerate(moves)]
    found = difference(pairs)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.high > found.low


@given(st.lists(st.tuples(steps, steps), min_size=3, max_size=40))
def test_turning_the_difference_round_mirrors_it(moves: list[tuple[float, float]]) -> None:
    pairs = [Unit(f"s{n}", f"f{n % 5}", move) for n, move in enumerate(moves)]
    back = [Unit(u.id, u.family, tuple(-v for v in u.values)) for u in pairs]
    ours, theirs = difference(pairs), difference(back)
    assert ours.value == pytest.approx(-theirs.value)
    assert (ours.low, ours.high) == pytest.approx((-theirs.high, -theirs.low))
    assert (ours.gained, ours.lost) == (theirs.lost, theirs.gained)


def test_identical_works_are_not_proven_identical() -> None:
    found = difference([Unit(f"s{n}", f"f{n % 30}", (0.0, 0.0)) for n in range(100)])
    assert not found.distinguishable
    assert 0.05 < found.high < 0.15
    assert found.detectable > 0.05


def test_a_clear_gain_is_seen() -> None:
    found = difference([Unit(f"s{n}", f"f{n % 30}", (float(n % 4 == 0), 0.0)) for n in range(100)])
    assert found.value == pytest.approx(0.125)
    assert found.distinguishable
    assert (found.gained, found.lost) == (0.125, 0.0)


def test_quantities_take_t_over_families() -> None:
    rng = np.random.default_rng(3)
    pairs = [Unit(f"s{n}", f"f{n % 12}", (float(rng.normal(1, 1)),)) for n in range(60)]
    found, student = difference(pairs), t_interval(pairs)
    assert (found.low, found.high, found.se) == pytest.approx((student.low, student.high, student.se))


def test_pairing_needs_the_same_trials() -> None:
    with pytest.raises(ValueError, match="same scenarios"):
        pair([Unit("a", "f", (1.0,))], [Unit("b", "f", (1.0,))])
    with pytest.raises(ValueError, match="other replays"):
        pair([Unit("a", "f", (1.0,))], [Unit("a", "f", (1.0, 0.0))])


def test_five_points_with_two_percent_backflow_need_about_270_pairs() -> None:
    assert 265 <= pairs_needed(0.05, 0.02) <= 280


@given(st.floats(0.01, 0.5), st.floats(0.005, 0.5))
def test_power_agrees_with_statsmodels(delta: float, se: float) -> None:
    # One sample of 10 with sd = se * sqrt(10): the effect size is delta/sd.
    effect = delta / (se * 10**0.5)
    oracle = NormalIndPower(ddof=0).power(effect, nobs1=10, alpha=0.05, ratio=0, alternative="two-sided")
    assert power_of(delta, se) == pytest.approx(oracle, abs=1e-6)


def test_power_without_spread() -> None:
    assert power_of(0.1, 0.0) == 1.0
    assert power_of(0.0, 0.0) == 0.05


def test_an_interval_for_a_fixed_bank_covers_its_own_bank_and_no_more() -> None:
    """Coverage of the change on these very scenarios, by simulation; families differ widely."""
    rng = np.random.default_rng(7)
    families = rng.normal(-0.3, 0.25, 20)
    p = np.clip(np.repeat(families, 3) + rng.normal(0, 0.1, 60), -0.95, 0.6)
    held, narrower = 0, 0
    runs = 400
    for _ in range(runs):
        better = rng.random((60, 4)) < np.clip(-p, 0, 1)[:, None]
        worse = rng.random((60, 4)) < np.clip(p, 0, 1)[:, None]
        moves = worse.astype(float) - better.astype(float)
        pairs = [Unit(f"s{n}", f"f{n // 3}", tuple(row)) for n, row in enumerate(moves)]
        fixed, sampled = difference(pairs, bank="fixed"), difference(pairs)
        held += fixed.low <= p.mean() <= fixed.high
        narrower += fixed.high - fixed.low < sampled.high - sampled.low
    assert held / runs > 0.93
    assert narrower / runs > 0.9


def test_one_replay_each_falls_back_on_the_scatter_between_scenarios() -> None:
    pairs = [Unit(f"s{n}", f"f{n % 5}", (float(n % 2),)) for n in range(20)]
    assert difference(pairs, bank="fixed") == difference(pairs)
