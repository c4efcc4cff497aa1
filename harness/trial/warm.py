"""Sandboxes that stay warm between runs, each for one work only.

`takehome try` runs its two works in turn, a grade runs its works round by round: to make every
container anew took longer than the trials in it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable

from harness.sandbox.base import Sandbox


class WarmSandboxes:
    """Lends sandboxes; safe to call from several threads.

    Those who close what `open_sandbox` opens close what waits here as well: it may have been closed
    in the meantime, and then starts anew when it is used.
    """

    def __init__(self, open_sandbox: Callable[[], Sandbox], most: int) -> None:
        """`most`: how many may wait; the one that has waited longest makes room."""
        self._open = open_sandbox
        self._most = most
        self._waiting: deque[tuple[Hashable, Sandbox]] = deque()
        self._lock = threading.Lock()

    def lend(self, work: Hashable) -> Sandbox:
        """One that has run this work and no other, or a new one. Raises `EnvironmentFailure`."""
        with self._lock:
            for pair in reversed(self._waiting):
                if pair[0] == work:
                    self._waiting.remove(pair)
                    return pair[1]
        return self._open()

    def give_back(self, work: Hashable, sandbox: Sandbox) -> None:
        """Keep one that works for later. Raises `EnvironmentFailure` when another cannot be closed."""
        with self._lock:
            self._waiting.append((work, sandbox))
            spare = self._waiting.popleft()[1] if len(self._waiting) > self._most else None
        if spare is not None:
            spare.close()
