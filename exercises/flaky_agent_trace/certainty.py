"""How sure the model says that it is."""

from __future__ import annotations

from harness.simulation.noise import Noise

_DOUBTED = {"wrong_order", "wrong_issue", "guesses_order", "wrong_items", "date_slip", "missed_ask"}


def felt(noise: Noise) -> float:
    """As models are: mostly sure, a little less where it is hard, and at times where they have erred."""
    doubt = max((draw.p for draw in noise.modes if draw.mode.split("/")[0] in _DOUBTED), default=0.0)
    own = noise.turn.uniform("text", "confidence")
    erred = any(draw.fired and draw.mode.split("/")[0] in _DOUBTED for draw in noise.modes)
    misgives = erred and noise.turn.uniform("text", "misgiving") < 0.5
    return round(max(0.3, min(0.99, 0.96 - 0.35 * doubt - 0.06 * own - 0.15 * misgives)), 2)
