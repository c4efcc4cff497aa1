"""How long the gateway itself was kept from answering: a candidate must not be charged for that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

LOOK_SECONDS = 0.25
LATE_SECONDS = 0.05
"""Below this a look is as punctual as an event loop is."""


class Stalls:
    """Adds up the time in which this process wanted to run and could not.

    A look that comes late because the process was at work is not counted: what a request costs in
    work here, a program could bring about by sending it.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, own: Callable[[], float] = time.process_time
    ) -> None:
        """`own`: the seconds that this process has run."""
        self.seconds = 0.0
        self._clock = clock
        self._own = own
        self._before = clock(), own()

    def look(self) -> None:
        """Called `LOOK_SECONDS` after the last time, or when the machine lets it."""
        at, ran = self._clock(), self._own()
        late = at - self._before[0] - LOOK_SECONDS - (ran - self._before[1])
        if late >= LATE_SECONDS:
            self.seconds += late
        self._before = at, ran

    async def watch(self) -> None:
        """Look on and on, until cancelled."""
        self._before = self._clock(), self._own()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look()
