from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Usage
from harness.exercise.spec import Budget, ModelSpec
from harness.gateway.meter import Meter, price

SHEET = ModelSpec(name="m", input_usd=2, output_usd=8, cache_read_usd=0.2, cache_write_usd=2.5)


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(1_000_000, 0), 2),
        (Usage(0, 1_000_000), 8),
        (Usage(1_000_000, 0, cache_read=1_000_000), 0.2),
        (Usage(1_000_000, 0, cache_write=1_000_000), 2.5),
        (Usage(1_000_000, 0, cache_write=1_000_000, cache_write_hour=1_000_000), 4),
        (Usage(3_000_000, 1_000_000, cache_read=1_000_000, cache_write=1_000_000), 2 + 0.2 + 2.5 + 8),
    ],
)
def test_the_price_sheet(usage: Usage, usd: float) -> None:
    assert price(SHEET, usage) == pytest.approx(usd)


def test_requests_and_tool_calls_end() -> None:
    meter = Meter(Budget(requests=2, usd=1, tool_calls=1))
    assert [meter.admit_request() for _ in range(4)] == [True, True, False, False]
    assert (meter.requests, meter.refused, meter.requests_left) == (4, 2, 0)
    assert [meter.admit_tool_call() for _ in range(2)] == [True, False]


def test_a_request_refused_for_money_may_be_made_smaller() -> None:
    meter = Meter(Budget(requests=1, usd=0.1, tool_calls=1))
    assert meter.admit_request()
    assert not meter.reserve(0.2)
    assert meter.admit_request()
    assert meter.reserve(0.05)


@given(st.lists(st.tuples(st.floats(0, 0.3), st.floats(0, 1), st.booleans()), max_size=30))
def test_money_reserved_and_spent_never_exceeds_the_budget(work: list[tuple[float, float, bool]]) -> None:
    meter = Meter(Budget(requests=1, usd=1, tool_calls=1))
    for reserve, share, done in work:
        if meter.reserve(reserve):
            assert meter.spent + meter.reserved <= 1 + 1e-9
            if done:
                meter.settle(reserve, Usage(1, 1), reserve * share)
            else:
                meter.release(reserve)
    assert meter.reserved == pytest.approx(0, abs=1e-9)
    assert meter.spent <= 1 + 1e-9
