"""Separation, order, gaps, agreement, judges, sequential looks: against independent oracles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from graders.statistics.agreement import alpha, gwet, kappa
from graders.statistics.effect import correction, hedges
from graders.statistics.judges import corrected, drift
from graders.statistics.rank import auc, auc_interval, order, somers_d
from graders.statistics.sequential import LOOKS, NOMINAL, bound, crossing, look
from graders.statistics.units import z_quantile

scores = st.lists(st.integers(0, 8).map(float), min_size=2, max_size=12)


@given(scores, scores)
def test_auc_is_mann_whitneys_u(above: list[float], below: list[float]) -> None:
    u = stats.mannwhitneyu(above, below, method="asymptotic").statistic if {*above, *below} else 0
    assert auc(above, below) == pytest.approx(u / (len(above) * len(below)))


@given(scores, scores)
def test_the_interval_of_an_auc_holds_it_and_stays_inside(above: list[float], below: list[float]) -> None:
    found = auc_interval(above, below)
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1


def test_perfect_separation_is_not_certainty() -> None:
    twenty = auc_interval([1.0] * 20, [0.0] * 20)
    assert twenty.high == 1
    assert 0.88 < twenty.low < 0.95
    assert auc_interval([1.0] * 5, [0.0] * 5).low < twenty.low


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=3, max_size=15))
def test_somers_d_is_scipys(pairs: list[tuple[int, int]]) -> None:
    score, quality = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    if len(set(quality)) < 2:
        with pytest.raises(ValueError, match="differ"):
            somers_d(score, quality)
        return
    if len(set(score)) < 2:
        assert somers_d(score, quality) == 0
        return
    with np.errstate(invalid="ignore"):  # its p-value divides by a variance that may be 0
        oracle = stats.somersd(quality, score).statistic
    assert somers_d(score, quality) == pytest.approx(oracle)


def test_strata_are_not_compared_with_each_other() -> None:
    assert somers_d([1, 2, 9, 8], [1, 2, 1, 2], strata=["a", "a", "b", "b"]) == 0
    assert somers_d([1, 2, 8, 9], [1, 2, 1, 2], strata=["a", "a", "b", "b"]) == 1


def test_order_of_works_that_share_nothing_is_the_plain_jackknife() -> None:
    score, quality = [1.0, 3.0, 2.0, 5.0, 4.0], [1.0, 2.0, 3.0, 4.0, 5.0]
    found = order(score, quality, [{f"m{n}"} for n in range(5)])
    left = [
        somers_d([s for i, s in enumerate(score) if i != n], [q for i, q in enumerate(quality) if i != n])
        for n in range(5)
    ]
    error = (4 / 5 * 5) ** 0.5 * float(np.std(left))
    assert found.value == somers_d(score, quality)
    assert found.high - found.value == pytest.approx(min(1 - found.value, 1.96 * error), rel=1e-3)
    assert (found.least, found.units) == (min(left), 5)
    assert order(score, quality, [{"all"}] * 5).low == -1


@pytest.mark.slow
def test_works_that_share_changes_are_no_independent_sample() -> None:
    """Changes are drawn anew for each panel: works left out one by one show too little of what that moves."""
    rng = np.random.default_rng(1)
    size, changes = 40, 20
    values, by_change, by_work = [], [], []
    for _ in range(80):
        has = np.zeros((size, changes), dtype=bool)
        for row in has:
            row[rng.choice(changes, rng.choice([1, 1, 2, 3, 5]), replace=False)] = True
        quality = has @ np.where(rng.random(changes) < 0.5, 0, rng.normal(0, 8, changes))
        one, other = ([float(x) for x in quality + rng.normal(0, 5, size)] for _ in range(2))
        shared = order(one, other, [{f"c{n}" for n in np.flatnonzero(row)} for row in has])
        apart = order(one, other, [{f"m{n}"} for n in range(size)])
        values.append(shared.value)
        by_change.append(shared.high - shared.low)
        by_work.append(apart.high - apart.low)
    moved = 2 * 1.96 * np.std(values)
    assert np.mean(by_work) < 0.9 * moved
    assert moved < np.mean(by_change) < 2 * moved


def test_hedges_by_hand() -> None:
    found = hedges([4, 5, 6], [1, 2, 3])
    assert found is not None
    assert found.value == pytest.approx(3 * (1 - 3 / (4 * 4 - 1)), rel=0.01)
    assert found.low < found.value < found.high
    assert hedges([1], [2, 3]) is None
    assert hedges([1, 1], [2, 2]) is None
    assert correction(30) == pytest.approx(1 - 3 / 119, rel=1e-3)


def test_hedges_is_not_biased_in_small_groups() -> None:
    rng = np.random.default_rng(5)
    found = [hedges(list(rng.normal(1, 1, 5)), list(rng.normal(0, 1, 5))) for _ in range(3_000)]
    assert np.mean([each.value for each in found if each]) == pytest.approx(1, abs=0.04)


ratings = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=4, max_size=30)


@given(ratings, st.sampled_from(["identity", "linear", "quadratic"]))
def test_kappa_is_statsmodels(pairs: list[tuple[int, int]], kind: str) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    if len({*first, *second}) < 2:
        return
    table = np.zeros((4, 4))
    for a, b in pairs:
        table[a, b] += 1
    named = {"identity": None, "linear": "linear", "quadratic": "quadratic"}[kind]
    oracle = cohens_kappa(table, wt=named, return_results=False)
    assert kappa(first, second, 4, kind) == pytest.approx(oracle)


def test_alpha_is_krippendorffs_own_example() -> None:
    """Krippendorff (2011), 'Computing Krippendorff's alpha-reliability', section C and E."""
    dot = None
    data = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, dot, dot, dot],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, dot, 3],
        [dot, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, dot],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, dot],
    ]
    assert alpha(data, "nominal") == pytest.approx(0.743, abs=0.0006)
    assert alpha(data, "ordinal") == pytest.approx(0.815, abs=0.0006)
    assert alpha(data, "interval") == pytest.approx(0.849, abs=0.0006)


def test_gwet_does_not_collapse_under_skew() -> None:
    """Gwet (2008): 118 + 2 agreements, 5 + 0 disagreements in 125: kappa is about 0, AC1 about .95."""
    first = [0] * 118 + [0] * 5 + [1] * 2 + [1] * 0
    second = [0] * 118 + [1] * 5 + [0] * 2 + [1] * 0
    assert kappa(first, second, 2, "identity") < 0.05
    assert gwet(first, second, 2) == pytest.approx(0.941, abs=0.003)


def test_a_biased_judge_is_corrected() -> None:
    true, sensitivity, specificity = 0.3, 0.8, 0.9
    seen = true * sensitivity + (1 - true) * (1 - specificity)
    found = corrected(
        seen, 400, sensitivity=sensitivity, n_positive=80, specificity=specificity, n_negative=80
    )
    assert found.value == pytest.approx(true)
    assert not found.clipped
    assert found.se > (seen * (1 - seen) / 400) ** 0.5
    low = corrected(0.02, 400, sensitivity=0.8, n_positive=80, specificity=0.9, n_negative=80)
    assert low.clipped
    assert low.value == 0
    with pytest.raises(ValueError, match="chance"):
        corrected(0.5, 10, sensitivity=0.5, n_positive=5, specificity=0.5, n_negative=5)


def test_the_error_of_a_corrected_rate_is_what_it_does() -> None:
    rng = np.random.default_rng(11)
    values, errors = [], []
    for _ in range(2_000):
        p = rng.binomial(300, 0.3 * 0.85 + 0.7 * 0.1) / 300
        se, sp = rng.binomial(60, 0.85) / 60, rng.binomial(60, 0.9) / 60
        found = corrected(p, 300, sensitivity=se, n_positive=60, specificity=sp, n_negative=60)
        values.append(found.value)
        errors.append(found.se)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.08)


def test_drift_tells_model_from_judge() -> None:
    found = drift(s00=0.5, s10=0.6, s01=0.7, s11=0.8)
    assert found.model == pytest.approx(0.1)
    assert found.judge == pytest.approx(0.2)
    assert found.interaction == pytest.approx(0)


def test_looks_come_only_when_planned() -> None:
    assert look([0.9] * 4, 0.5).said == "go on"
    assert look([0.88, 0.9, 0.92, 0.9, 0.9], 0.5).said == "above"
    assert look([0.1, 0.12, 0.08, 0.1, 0.11], 0.5).said == "below"
    near = [0.4, 0.6] * 10
    assert look(near[:5], 0.5).said == "go on"
    assert look(near, 0.5).said == "undecided"
    with pytest.raises(ValueError, match="at most"):
        look([0.5] * 21, 0.5)


def test_bounds_are_pococks() -> None:
    """Pocock (1977), table 1; and what is spent at looks of any spacing is what was asked for."""
    table = {1: 1.960, 2: 2.178, 3: 2.289, 4: 2.361, 5: 2.413, 10: 2.555}
    for number, value in table.items():
        assert bound(tuple(range(1, number + 1))) == pytest.approx(value, abs=0.001)
    assert bound(LOOKS) == pytest.approx(z_quantile(1 - NOMINAL / 2), abs=0.001)
    assert crossing((2, 4, 6, 8, 20), bound((2, 4, 6, 8))) == pytest.approx(0.063, abs=0.001)
    assert crossing((2, 4, 6, 8, 20), bound((2, 4, 6, 8, 20))) == pytest.approx(0.05)
    with pytest.raises(ValueError, match="rise"):
        bound((4, 2))


@pytest.mark.slow
def test_peeking_four_times_errs_in_one_of_twenty() -> None:
    """Of 40,000 runs: .06 lies more than two standard errors above what Student's t really errs."""
    rng = np.random.default_rng(2)
    runs, wrong = 40_000, 0
    for rounds in (rng.binomial(30, 0.7, (runs, LOOKS[-1])) / 30).tolist():
        said = [look(rounds[:count], 0.7).said for count in LOOKS]
        wrong += any(word in {"above", "below"} for word in said)
    assert 0.045 < wrong / runs < 0.06
