"""Notices that the whole machine stood still, from outside of every sandbox.

A suspended or stopped machine lets the time-outs of a client run down although nobody was slow. A
trial that this happened to says nothing about its program, however it ended. The beat is our own
process's: a program in a sandbox cannot hold it up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from harness.errors import EnvironmentFailure

BEAT_SECONDS = 0.2
STILL_SECONDS = 5.0
"""A beat that comes so late is a stand-still; a machine that is only busy keeps it far shorter."""


class Heartbeat:
    """`beat` is called every `BEAT_SECONDS` by one thread, `check` by any."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that only go forward, such as a jump of the wall clock does not move."""
        self.now = clock
        self._last = clock()
        self._still: list[tuple[float, float]] = []
        self._lock = Lock()

    def beat(self) -> None:
        """Take note of the time since the last beat."""
        with self._lock:
            now = self.now()
            if now - self._last >= STILL_SECONDS:
                self._still.append((self._last, now))
            self._last = now

    def still(self, begun: float) -> float:
        """Seconds that the machine stood still between `begun` and now."""
        # Whoever wakes first after a stand-still must not miss it.
        self.beat()
        with self._lock:
            return sum(end - max(start, begun) for start, end in self._still if end > begun)

    def check(self, begun: float) -> None:
        """Raises `EnvironmentFailure` when the machine stood still between `begun` and now."""
        still = self.still(begun)
        if still > 0:
            raise EnvironmentFailure(
                f"the machine stood still for {still:.0f} s in the middle of a trial",
                hint="keep it from going to sleep; finished trials are kept, and the same command goes on",
            )
