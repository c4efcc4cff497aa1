from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.clock import VirtualClock


def test_time_begins_at_nought_and_follows_what_was_written() -> None:
    clock = VirtualClock()
    assert clock.now == 0
    clock.written(2.5)
    clock.written(1.0)
    assert clock.now == 2.5


@given(st.lists(st.floats(0, 1e6)))
def test_time_never_goes_back(ends: list[float]) -> None:
    clock, before = VirtualClock(), 0.0
    for end in ends:
        clock.written(end)
        assert clock.now >= max(before, end)
        before = clock.now
    assert clock.now == max(ends, default=0)
