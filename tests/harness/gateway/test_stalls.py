"""The gateway tells being held up from being at work."""

from __future__ import annotations

import pytest

from harness.gateway.stalls import LOOK_SECONDS, Stalls


class Times:
    """A wall clock and the process's own."""

    at = 50.0
    ran = 3.0

    def pass_by(self, seconds: float, *, at_work: float = 0.0) -> None:
        self.at += seconds
        self.ran += at_work


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def stalls(times: Times) -> Stalls:
    return Stalls(lambda: times.at, lambda: times.ran)


def test_punctual_looks_count_nothing(times: Times, stalls: Stalls) -> None:
    for _ in range(10):
        times.pass_by(LOOK_SECONDS + 0.01)
        stalls.look()
    assert stalls.seconds == 0


def test_work_is_no_stall(times: Times, stalls: Stalls) -> None:
    times.pass_by(LOOK_SECONDS + 5, at_work=5)
    stalls.look()
    assert stalls.seconds == 0


def test_what_is_neither_sleep_nor_work_is_one(times: Times, stalls: Stalls) -> None:
    times.pass_by(LOOK_SECONDS + 5, at_work=2)
    stalls.look()
    times.pass_by(LOOK_SECONDS)
    stalls.look()
    assert stalls.seconds == pytest.approx(3)
