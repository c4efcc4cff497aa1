"""Slot by slot, what the model answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from harness.simulation.noise import Noise

from .judgement import resolve
from .mind import Mind
from .policy import Decision, Facts


class Answers:
    """One model's answers about one case: a `Belief`, so slot → canonical value, `None` where it has none."""

    def __init__(self, mind: Mind, facts: Facts, noise: Noise) -> None:
        self.mind, self.facts, self.noise = mind, facts, noise
        self.record = mind.parcels.get(facts.tracking_id or "")

    @cached_property
    def decision(self) -> Decision:
        """Made, and its slips drawn, only where it is asked for: an extraction makes none."""
        return resolve(self.mind, self.facts, self.noise)

    def __call__(self, slot: str) -> Any:
        """What the filling of a schema asks for; `given_` and `quote_of_` are its own prefixes."""
        if slot.startswith("given_"):
            return self(slot.removeprefix("given_")) is not None
        if slot.startswith("quote_of_"):
            return self.quote(slot.removeprefix("quote_of_"))
        if slot in OWN:
            return OWN[slot](self)
        return self.record.get(slot) if self.record else None

    def quote(self, slot: str = "issue") -> str | None:
        """The mail's words for what is believed of a slot, be it misread."""
        believed = getattr(self.facts, slot, None)
        known = (facts.get(slot) for facts in (self.mind.facts, self.mind.decoys))
        fact = next((one for one in known if one and (one.value == believed or slot == "demanded")), None)
        return " … ".join(fact.spans) if fact else None

    def reason(self) -> str | None:
        """Why: of an extraction the mail's words, of a decision the rule."""
        return self.quote() if self.mind.operation in {"extract", "classify"} else self.decision.reason

    def customer_name(self) -> str | None:
        """The sender's name, as far as it stands in the context."""
        name = self.mind.mail.name
        shown = (
            one for one in (name, name.split()[0]) if any(p.folded.has(one) for p in self.mind.context.pieces)
        )
        return next(shown, None)

    def summary(self) -> str:
        """The mail in one sentence."""
        issue = (self.facts.issue or "something unclear").replace("_", " ")
        return f"The customer writes about {self.facts.tracking_id or 'a parcel'}: {issue}."

    def letter(self) -> str:
        """An answer to the customer, by what was decided."""
        id, decision = self.facts.tracking_id or "your parcel", self.decision
        if decision.action == "open_claim" and decision.value is not None:
            return f"For {id} we open a claim of {decision.value.cents / 100:.2f} EUR: {decision.reason}."
        if decision.action == "hand_over":
            return f"A colleague will look into {id} and write to you."
        place, day = (self.record.get(name) if self.record else None for name in ("last_place", "last_scan"))
        return f"{id} was last seen in {place or 'our network'}" + (f" on {day}." if day else ".")

    def told(self, operation: str) -> str:
        """The answer in plain words."""
        if operation in {"summarise", "extract", "classify"}:
            return self.summary()
        if operation == "draft":
            return self.letter()
        action = self.decision.action.replace("_", " ").capitalize()
        return f"{action}: {self.facts.tracking_id or 'no parcel'}, because {self.decision.reason}."


OWN: dict[str, Callable[[Answers], Any]] = {
    "tracking_id": lambda answers: answers.facts.tracking_id,
    "issue": lambda answers: answers.facts.issue,
    "demanded": lambda answers: answers.facts.demanded,
    "action": lambda answers: answers.decision.action,
    "kind": lambda answers: answers.decision.kind,
    "value": lambda answers: answers.decision.value,
    "needs_human": lambda answers: answers.decision.action == "hand_over",
    "reason": Answers.reason,
    "reasoning": Answers.summary,
    "summary": Answers.summary,
    "message": Answers.letter,
    "quote": Answers.quote,
    "customer_name": Answers.customer_name,
    "language": lambda answers: answers.mind.wording.language if answers.mind.wording else None,
    "confidence": lambda answers: round(0.95 - 0.3 * answers.mind.ambiguity, 2),
}
"""Slots that are not simply a field of the parcel's record."""
