"""Output of a program, kept up to a cap."""

from __future__ import annotations

TAIL_BYTES = 8_192


class Budget:
    """The bytes that stdout and stderr may take together."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.passed = False

    def take(self, wanted: int) -> int:
        """How many of `wanted` bytes still fit; past the limit `passed` is set."""
        granted = min(wanted, self.left)
        self.left -= granted
        if granted < wanted:
            self.passed = True
        return granted


class Capture:
    """One stream: its head as far as the shared budget reaches, and always its last bytes."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._head = bytearray()
        self._tail = bytearray()
        self._lost = 0

    def feed(self, data: bytes) -> None:
        """Take in more of the stream."""
        kept = self._budget.take(len(data))
        self._head += data[:kept]
        if kept < len(data):
            self._tail += data[kept:]
            self._trim()

    def _trim(self) -> None:
        surplus = len(self._tail) - TAIL_BYTES
        if surplus > 0:
            del self._tail[:surplus]
            self._lost += surplus

    def value(self) -> bytes:
        """What was kept; a note stands where bytes were left out."""
        if not self._lost:
            return bytes(self._head + self._tail)
        return bytes(self._head) + b"\n[... %d bytes left out ...]\n" % self._lost + bytes(self._tail)
