"""The seam between the gateway and what answers its model requests."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from harness.exchange import Reply, Request, Usage
from harness.exercise.parts import ModeDraw, Reading, TrialView
from harness.exercise.spec import ModelSpec
from harness.rng import Draws


class Ask(NamedTuple):
    """One model request with all that a backend may know about its trial."""

    request: Request
    spec: ModelSpec
    view: TrialView
    draws: Draws
    """Log to a list of this request's own."""
    contrary: bool = False
    """Whether a simulated model guesses the other way where it has to guess."""


class Cost(NamedTuple):
    """What a real model cost: US dollars, `None` when no price is known."""

    usd: float | None


class Completion(NamedTuple):
    """What a backend answered: final, cut to the limits that the request gives."""

    replies: tuple[Reply, ...]
    """One for each choice asked for."""
    first: float
    """Seconds until the reply begins. Virtual for a simulated model."""
    seconds: float
    """Seconds until it has ended."""
    usage: Usage | None = None
    """What an upstream billed; `None`: the gateway counts."""
    output: int | None = None
    """Tokens of all replies where the backend has counted them as the gateway does."""
    modes: tuple[ModeDraw, ...] = ()
    unknown_fields: tuple[str, ...] = ()
    cost: Cost | None = None
    """`None`: by the price sheet."""
    why_not: str = ""
    """Why the request turned out in answering not to be understood; empty where it is."""
    guessed: tuple[str, ...] = ()
    """The fields that the replies guess; empty where more is not understood."""


class Backend(Protocol):
    """Answers model requests. One for all trials of a gateway; keeps no state of a trial."""

    @property
    def version(self) -> str:
        """Stands in the record, and in the key of every draw."""

    @property
    def longest(self) -> int:
        """o200k_base tokens that no reply exceeds, at a live model when the client sets no limit; bounds
        what is reserved.
        """

    def read(self, ask: Ask) -> Reading:
        """Understand the request: its decision and subject key the draws. Draws nothing."""

    async def complete(self, ask: Ask, reading: Reading, attempt: int) -> Completion:
        """Answer it. `attempt` is the first of `request.n` reserved ones.

        Raises `harness.gateway.wire.base.Problem` for what an upstream refused.
        """
