"""What the model decides by what it believes. Its slips of judgement are drawn only where it judges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.simulation.noise import Noise

from .mind import Mind
from .policy import Decision, Facts, decide

UNKNOWN: dict[str, Any] = {"lost_days": None, "damage_days": None, "disputes": False}
"""Rules that may be passed over, each as it is where it is not known."""


def resolve(mind: Mind, facts: Facts, noise: Noise) -> Decision:
    """The decision on a case: the right one, unless a slip can matter here and happens."""
    rules = mind.rules
    right = decide(facts, rules)

    def fires(mode: str, choice: str = "") -> bool:
        return noise.fires(mode, mind.features, choice, subject=mind.about)

    decision = right
    for rule, nothing in UNKNOWN.items():
        other = decide(facts, replace(rules, **{rule: nothing}))
        if other != right and fires("dropped_rule", rule):
            decision = other
    named, due = facts.demanded, decision.value
    if named and due and named.cents != due.cents and fires("demanded_value"):
        decision = replace(decision, value=named)
    if decision.action != "hand_over" and fires("needless_handover"):
        return Decision("hand_over", "it would be safer if a colleague looked at it")
    return decision
