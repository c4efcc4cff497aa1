"""How sure the model says that it is."""

from __future__ import annotations

from collections.abc import Callable

from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.noise import Noise

_DOUBTED = {"wrong_order", "wrong_issue", "guesses_order", "wrong_items", "date_slip", "missed_ask"}
_ON_RISK = frozenset(
    {"confidence", "risk_level", "risks", "grounds", "reason", "reasoning", "note", "summary"}
)
"""Who asks for no more than these has something weighed, and nothing decided."""

_ORDER = frozenset({"order_ids", "orders_fit", "contending_orders", "which_order"})
"""Who asks for these, and not for what is complained of, wants to know which order is meant."""


def felt(noise: Noise) -> float:
    """As models are: mostly sure, a little less where it is hard, and at times where they have erred."""
    doubt = max((draw.p for draw in noise.modes if draw.mode.split("/")[0] in _DOUBTED), default=0.0)
    own = noise.turn.uniform("text", "confidence")
    erred = any(draw.fired and draw.mode.split("/")[0] in _DOUBTED for draw in noise.modes)
    misgives = erred and noise.turn.uniform("text", "misgiving") < 0.5
    return round(max(0.3, min(0.99, 0.96 - 0.35 * doubt - 0.06 * own - 0.15 * misgives)), 2)


class Certain:
    """How sure it is of what a program asks to be sure of."""

    def __init__(self, mind: Mind, belief: Belief, noise: Noise, pays: Callable[[], bool]) -> None:
        """`pays`: whether the model finds a refund due; drawn only if it is called."""
        self.mind = mind
        self.belief = belief
        self.noise = noise
        self.pays = pays

    def __call__(self, slot: str) -> float | None:
        """A share from 0 to 1; `None` where it cannot be told of what."""
        return getattr(self, f"_{slot}")()  # type: ignore[no-any-return]

    def _confidence(self) -> float | None:
        """Of the answer; who asks for nothing but the order gets that of the order.

        Beside what somebody proposes it may be meant that this is right, where nothing else is answered.
        """
        asked = self.mind.contract.slots
        if self.mind.proposal and "confidence" in asked and asked <= _ON_RISK:
            return None
        of_order = bool(asked & _ORDER) and not asked & {"action", "unclear", "issue"}
        of_order = of_order or ("order_id" in asked and not asked & {"action", "unclear"})
        return self._order_confidence() if of_order else felt(self.noise)

    def _order_confidence(self) -> float:
        return self._turned(self.belief.order_id is not None)

    def _refund_likelihood(self) -> float:
        return self._turned(self.pays())

    def _turned(self, holds: bool) -> float:
        """What it is sure of, or how little is left of it."""
        own = felt(self.noise)
        return own if holds else round(1 - own, 2)
