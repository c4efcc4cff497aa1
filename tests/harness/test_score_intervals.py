"""Score intervals, against libraries and against the test that they invert."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar
from statsmodels.stats.contingency_tables import mcnemar

from harness.score_intervals import tango, wilson

Z = float(stats.norm.ppf(0.975))
counts = st.integers(0, 30)


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_is_scipy_s(successes: int, more: int) -> None:
    n = successes + more
    expected = stats.binomtest(successes, n).proportion_ci(0.95, "wilson")
    assert wilson(successes / n, n, Z) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(counts, counts, counts)
def test_tango_leaves_zero_out_when_mcnemar_rejects_it(up: int, down: int, same: int) -> None:
    assume(up + down)
    n = up + down + same
    low, high = tango(up / n, down / n, n, Z)
    rejects = mcnemar([[same, up], [down, 0]], exact=False, correction=False).pvalue < 0.05
    assert (low > 0 or high < 0) == rejects


def distance(difference: float, up: int, down: int, same: int) -> float:
    """How many standard errors the seen difference is from a true one, fitted by likelihood."""

    def unlikely(lost: float) -> float:
        parts = ((up, lost + difference), (down, lost), (same, 1 - 2 * lost - difference))
        return -sum(count * math.log(max(share, 1e-300)) for count, share in parts if count)

    least, most = max(0.0, -difference), (1 - difference) / 2
    lost = minimize_scalar(unlikely, bounds=(least, most), method="bounded", options={"xatol": 1e-12}).x
    n = up + down + same
    return float(((up - down) / n - difference) / math.sqrt((2 * lost + difference - difference**2) / n))


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 60))
def test_tango_ends_where_the_fitted_test_rejects(up: int, down: int, same: int) -> None:
    n = up + down + same
    low, high = tango(up / n, down / n, n, Z)
    assert distance(low, up, down, same) == pytest.approx(Z, abs=1e-3)
    assert distance(high, up, down, same) == pytest.approx(-Z, abs=1e-3)


@given(counts, counts, counts)
def test_tango_turned_round_is_mirrored(up: int, down: int, same: int) -> None:
    n = up + down + same + 1
    low, high = tango(up / n, down / n, n, Z)
    assert -1 <= low <= (up - down) / n <= high <= 1
    assert tango(down / n, up / n, n, Z) == (-high, -low)


def test_pairs_that_never_differ_have_a_width() -> None:
    # T(D)^2 = n·D/(1 − D) where nothing changed: D = z²/(n + z²).
    assert tango(0.0, 0.0, 30, Z) == pytest.approx((-Z * Z / (30 + Z * Z), Z * Z / (30 + Z * Z)))
    assert tango(1.0, 0.0, 30, Z)[1] == 1.0
