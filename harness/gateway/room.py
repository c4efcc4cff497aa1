"""How many bytes of large requests may be held at once: a trial's share of the gateway's memory."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024
TRIAL_BYTES = 32 * MIB
"""Eight of the largest requests."""
GATEWAY_BYTES = 512 * MIB


@dataclass(slots=True)
class Room:
    """Bytes that are left; `within`: the larger room that this one is part of."""

    left: int
    within: Room | None = None

    def take(self, size: int) -> bool:
        """Have so many bytes; False, and nothing is taken, where they are not left."""
        if size > self.left or (self.within is not None and not self.within.take(size)):
            return False
        self.left -= size
        return True

    def give(self, size: int) -> None:
        """Give back what was taken."""
        self.left += size
        if self.within is not None:
            self.within.give(size)
