from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders import evidence as ev
from graders.report.weekends import APART, apart, named, timelines


@given(st.lists(st.floats(0, 60), max_size=30))
def test_marks_keep_their_order_and_never_overlap(hours: list[float]) -> None:
    hours.sort()
    moved = apart(hours)
    assert len(moved) == len(hours)
    assert all(right - left >= APART - 1e-6 for left, right in pairwise(moved))


def test_marks_that_have_room_stay_where_they_are() -> None:
    assert apart([0.0, 5.0, 9.5]) == [0.0, 5.0, 9.5]
    assert apart([10.0, 10.0, 10.0]) == pytest.approx([8.4, 10.0, 11.6])
    assert apart([1.0, 20.0, 20.5]) == pytest.approx([1.0, 19.45, 21.05])


def test_a_weekend_has_one_name_everywhere(evidence: ev.Evidence) -> None:
    assert [named(weekend) for weekend in evidence.weekends] == [
        "dark-cellar, replay 0",
        "long-night, replay 0",
    ]
    plot = timelines(evidence.weekends)
    assert plot is not None
    assert "dark-cellar, replay 0" in plot
    assert "the starter" in plot
    assert timelines(()) is None
