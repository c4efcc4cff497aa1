"""How long the machine, and not the program, kept a trial from going on.

A trial's wall time is charged to its program only as far as the machine let it run. Two things are
seen: threads that were ready and got no processor (the kernel's own count of that, in `schedstat`),
and stretches in which not even the supervisor ran. A program could bring about the first by itself,
with more threads than there are processors; so a stretch counts only as far as the program got less
than one whole processor in it, which is what every trial may have.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

LOOK_SECONDS = 0.25
FIRST_LOOK_SECONDS = 1.0
"""Most trials are over by then and cost no look at all."""
STILL_SECONDS = 1.0
"""From here on a late look is a stand-still of the supervisor, not its turn that took a while."""
TASKS = 256
"""No more are looked at: a crowd has used its processors anyway."""
_NANO = 1e-9


class Task(NamedTuple):
    """What the kernel counted for one thread since it began; seconds."""

    ran: float
    waited: float
    """Ready to run, without a processor."""


Tasks = dict[int, Task]


class Withheld:
    """Looks at a trial's threads now and then; `seconds` is what must not be charged to it."""

    def __init__(
        self,
        started: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        own: Callable[[], float] = time.process_time,
    ) -> None:
        """`own`: the seconds that our own process has run, which hold up a look as well."""
        self.seconds = 0.0
        self._clock = clock
        self._own = own
        self._last = started
        self._own_before = own()
        self._next = started + FIRST_LOOK_SECONDS
        self._before: Tasks = {}

    def look(self, tasks: Callable[[], Tasks], *, now: bool = False) -> None:
        """Take another look when it is time for one, or at once when it matters."""
        at = self._clock()
        if at < self._next and not now:
            return
        found, own = tasks(), self._own()
        stretch = at - self._last
        none = Task(0.0, 0.0)
        ran = sum(task.ran - self._before.get(id, none).ran for id, task in found.items())
        waited = sum(task.waited - self._before.get(id, none).waited for id, task in found.items())
        late = at - self._next - (own - self._own_before)
        if late >= STILL_SECONDS:
            waited = max(waited, late)
        self.seconds += max(0.0, min(waited, stretch - ran))
        self._before, self._own_before = found, own
        self._last, self._next = at, at + LOOK_SECONDS


def tasks_of(pids: Iterable[int]) -> Tasks:
    """The threads of these processes; none where the kernel does not tell."""
    found: Tasks = {}
    for pid in pids:
        with contextlib.suppress(OSError, ValueError):
            for name in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  (hot)
                with open(f"/proc/{pid}/task/{name}/schedstat", "rb") as file:  # noqa: PTH123
                    ran, waited, _ = map(int, file.read().split())
                found[int(name)] = Task(ran * _NANO, waited * _NANO)
        if len(found) >= TASKS:
            break
    return found
