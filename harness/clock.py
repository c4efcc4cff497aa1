"""Virtual time of one trial.

In simulated mode a model's latency is drawn, not slept. A request begins at the latest virtual end
among replies that were fully written before its head arrived, so sequential calls add up, parallel
calls overlap, and a client's own sleep counts nothing. Seconds throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class VirtualClock:
    """Where virtual time stands, by replies that the client has in hand."""

    _written: float = field(default=0.0)

    @property
    def now(self) -> float:
        """The latest virtual end among replies fully written so far, in seconds from the start."""
        return self._written

    def written(self, end: float) -> None:
        """A reply that ends at virtual time `end` has been fully written to the client."""
        self._written = max(self._written, end)
