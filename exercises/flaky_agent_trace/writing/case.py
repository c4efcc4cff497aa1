"""A case as those who write about it know it: what stands in the context, and what the model holds of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Facts


class Case(Protocol):
    """One case, slot by slot. The answers to a program are one."""

    mind: Mind
    belief: Belief
    facts: Facts

    @property
    def resolution(self) -> Resolution:
        """What the model would do."""

    @property
    def objections(self) -> Sequence[str]:
        """What it objects to in a proposal."""

    def __call__(self, slot: str) -> Any:
        """The canonical value of a slot, `None` where the model has none."""
