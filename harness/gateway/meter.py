"""What a trial used and spent, against what it may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from harness.exchange import Usage
from harness.exercise.spec import Budget, ModelSpec

HOUR_FACTOR = 1.6
"""A cache entry kept for an hour costs 2.0 times the input price where five minutes cost 1.25."""


def price(spec: ModelSpec, usage: Usage) -> float:
    """US dollars of one request by the price sheet."""
    if not (usage.cache_read or usage.cache_write):
        return (usage.input * spec.input_usd + usage.output * spec.output_usd) / 1e6
    fresh = usage.input - usage.cache_read - usage.cache_write
    brief = usage.cache_write - usage.cache_write_hour
    written = brief + usage.cache_write_hour * HOUR_FACTOR
    return (
        fresh * spec.input_usd
        + usage.cache_read * spec.cache_read_usd
        + written * spec.cache_write_usd
        + usage.output * spec.output_usd
    ) / 1e6


class Caching(NamedTuple):
    """What a request may do to the prompt cache, whatever it will find there."""

    possible: bool
    hour: bool = False
    """Whether it asks to keep something for an hour."""


def worst_uses(input: int, output: int, caching: Caching) -> list[Usage]:
    """The uses of which the dearest is the most that a request can cost.

    A prompt is fresh, read and written in some mixture, so the worst is all of it one of the three.
    """
    found = [Usage(input, output)]
    if caching.possible:
        found += [Usage(input, output, cache_read=input), Usage(input, output, cache_write=input)]
    if caching.hour:
        found.append(Usage(input, output, cache_write=input, cache_write_hour=input))
    return found


@dataclass(slots=True)
class Meter:
    """Counts of one trial. Money is reserved before the work and settled after it."""

    budget: Budget
    requests: int = 0
    """Model requests that arrived, refused ones included."""
    refused: int = 0
    tool_calls: int = 0
    spent: float = 0.0
    reserved: float = 0.0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    def admit_request(self) -> bool:
        """Count a model request; False when the trial has had all of its requests."""
        self.requests += 1
        if self.requests - self.refused > self.budget.requests:
            self.refused += 1
            return False
        return True

    def admit_tool_call(self) -> bool:
        """Count a call to the world; False when the trial has had all of them."""
        self.tool_calls += 1
        return self.tool_calls <= self.budget.tool_calls

    def reserve(self, usd: float) -> bool:
        """Set money aside; False, and the request counts as refused, when it is not there."""
        if self.spent + self.reserved + usd > self.budget.usd:
            self.refused += 1
            return False
        self.reserved += usd
        return True

    def release(self, usd: float) -> None:
        """Give back what was reserved for work that was not done."""
        self.reserved -= usd

    def settle(self, reserved: float, usage: Usage, usd: float) -> None:
        """Turn a reservation into what the work really cost."""
        self.reserved -= reserved
        self.spent += usd
        self.input += usage.input
        self.output += usage.output
        self.cache_read += usage.cache_read
        self.cache_write += usage.cache_write

    @property
    def requests_left(self) -> int:
        """For the rate-limit headers."""
        return max(0, self.budget.requests - self.requests + self.refused)
