"""What about a request makes the model err more or less: all that the card may weigh."""

from __future__ import annotations

import math

from harness.simulation.card import FORM_MODES, Card, Shape

from .mind import Mind
from .steps import last_act

READING = frozenset({"wrong_parcel", "wrong_issue"})
JUDGING = frozenset({"dropped_rule", "demanded_value", "needless_handover", "skips_lookup"})
SHAPE = Shape(
    modes=FORM_MODES | READING | JUDGING,
    features=frozenset(
        {"small", "medium", "drift", "length", "language", "ambiguity", "asked", "evidence", "checked"}
    ),
    quirks={},
)


def features_of(mind: Mind, card: Card) -> dict[str, float]:
    """Every feature that is the same for all modes; `perception.py` adds those that are not."""
    act, wording = last_act(mind), mind.wording
    found = {
        **card.snapshots.get(mind.snapshot, {}),
        "small": float(mind.role == "small"),
        "medium": float(mind.role == "medium"),
        "length": min(3.0, math.log2(1 + mind.context.length / 6000)),
        "language": float(wording is not None and wording.language != "en"),
        "ambiguity": mind.ambiguity if wording is not None else 0.0,
        "checked": float(act is not None and act.objected_to),
    }
    return {name: value for name, value in found.items() if value}
