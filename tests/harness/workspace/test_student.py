from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.workspace.student import beta, cdf, quantile

DF = st.one_of(st.integers(1, 400).map(float), st.floats(0.5, 400))


@given(st.floats(-60, 60), DF)
def test_the_distribution_is_scipy_s(t: float, df: float) -> None:
    assert cdf(t, df) == pytest.approx(stats.t.cdf(t, df), abs=1e-9)


@given(st.floats(0.0005, 0.9995), DF)
def test_the_quantile_is_scipy_s(p: float, df: float) -> None:
    assert quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-7, abs=1e-9)


@given(st.floats(0.01, 0.99), DF)
def test_quantile_and_distribution_are_inverse(p: float, df: float) -> None:
    assert cdf(quantile(p, df), df) == pytest.approx(p, abs=1e-9)


def test_tables_agree() -> None:
    assert quantile(0.975, 10) == pytest.approx(2.2281388520, abs=1e-9)
    assert quantile(0.5, 3) == pytest.approx(0, abs=1e-12)


def test_the_ends_of_beta() -> None:
    assert (beta(2, 3, 0), beta(2, 3, 1)) == (0, 1)


@pytest.mark.parametrize(("p", "df"), [(0, 3), (1, 3), (0.5, 0)])
def test_what_has_no_quantile_is_refused(p: float, df: float) -> None:
    with pytest.raises(ValueError, match="quantile"):
        quantile(p, df)
