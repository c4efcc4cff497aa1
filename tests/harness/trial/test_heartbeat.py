"""A machine that stood still is noticed, and only by the trials that it happened to."""

from __future__ import annotations

import pytest

from harness.errors import EnvironmentFailure
from harness.trial.heartbeat import BEAT_SECONDS, STILL_SECONDS, Heartbeat


class Clock:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_steady_or_busy_machine_is_none_that_stood_still(clock: Clock) -> None:
    heart = Heartbeat(clock)
    begun = heart.now()
    for late in (BEAT_SECONDS, 1.0, STILL_SECONDS - 0.01, BEAT_SECONDS):
        clock.now += late
        heart.beat()
        heart.check(begun)


def test_a_stand_still_in_the_middle_of_a_trial_is_the_machines(clock: Clock) -> None:
    heart = Heartbeat(clock)
    clock.now += 1
    heart.beat()
    begun = heart.now()
    clock.now += 60
    heart.beat()
    clock.now += BEAT_SECONDS
    with pytest.raises(EnvironmentFailure, match="stood still for 60 s") as caught:
        heart.check(begun)
    assert caught.value.hint


def test_who_wakes_before_the_beat_does_not_miss_it(clock: Clock) -> None:
    heart = Heartbeat(clock)
    begun = heart.now()
    clock.now += 10
    with pytest.raises(EnvironmentFailure, match="10 s"):
        heart.check(begun)


def test_one_that_was_before_the_trial_is_none_of_its_business(clock: Clock) -> None:
    heart = Heartbeat(clock)
    clock.now += 60
    heart.beat()
    clock.now += BEAT_SECONDS
    begun = heart.now()
    clock.now += 1
    heart.check(begun)
