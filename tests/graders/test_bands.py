"""How likely a regrade says the same, against what regrades of simulated banks say."""

import pytest

from benchmarks.rows import Row
from benchmarks.statistics import regrades
from graders.bands import REFER, half_width


def test_few_families_widen_the_band() -> None:
    assert half_width(1_000) == pytest.approx(REFER, abs=0.01)
    assert half_width(30) == pytest.approx(1.89, abs=0.005)
    assert half_width(8) == pytest.approx(2.18, abs=0.005)


@pytest.mark.slow
def test_what_is_printed_of_a_regrade_is_what_regrades_do() -> None:
    """Held fast, as if no regrade estimated it anew, the band makes it too sure where families are few."""
    rows: dict[str, dict[str, Row]] = {}
    for row in regrades.printed(1_000):
        rows.setdefault(row.case, {})[row.subject] = row
    for case, found in rows.items():
        seen, ours = found["regrades"].value, found["takehome"].value
        assert ours == pytest.approx(seen, abs=0.015), case
        if case.startswith("8 "):
            assert found["the band held fast"].value > seen + 0.015
