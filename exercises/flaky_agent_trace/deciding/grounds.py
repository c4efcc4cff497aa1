"""The grounds that a model gives for what it does, also where the handbook gives none.

Who errs is no less sure of it: a needless denial names the clause that would have denied a case a little
different, a needless handover the one that would have handed it over. And who is right does not always
name a clause. So no wording tells a slip.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Decision, Facts
from harness.rng import SHARED, DrawKey
from harness.simulation.noise import Noise

_DENIED = {
    "changed_mind": ("R-1", "R-1", "R-3"), "damaged": ("D-2",), "wrong_item": ("D-2",), "late": ("L-1",),
    "not_arrived": ("L-2",), "cancel": ("L-4",), "goodwill": ("M-4",), "already_paid_back": ("M-3",),
}  # fmt: skip
_PAID = {"changed_mind": "R-1", "damaged": "D-1", "wrong_item": "D-1", "late": "L-1", "not_arrived": "L-2"}
_PAID |= {"cancel": "L-4"}
_LARGE = Decimal(150)
_READ = 3
"""Clauses with their numbers: who has them before him names one."""
PLAIN = "doubt"
"""No clause: the case is not clear enough."""


def _pick(mind: Mind, noise: Noise, count: int, choice: str) -> int:
    """One of `count` grounds, the same however often the trial's model is asked."""
    key = DrawKey("mode:grounds", SHARED, mind.ticket_id, SHARED, choice)
    return int(noise.turn.draws.uniform(key) * count)


def _names_clauses(mind: Mind) -> bool:
    """Whether clauses were read, or the answer has a place for one, or tells nothing but grounds."""
    if sum(seen.cited for seen in mind.clauses.values()) >= _READ:
        return True
    reviews = mind.contract.form == "text" and mind.operation in {"critique", "judge"}
    slot_of = vocabulary().ontology.slot_of
    arguments = (tool.spec.schema.get("properties") or {} for tool in mind.contract.tools)
    asked = mind.contract.slots.union(slot_of(name) or "" for named in arguments for name in named)
    return bool(mind.told or reviews or asked & {"clauses", "clause_id", "clause_list"})


def for_denial(mind: Mind, facts: Facts, noise: Noise) -> str:
    """The clause that would deny a case much like this one."""
    tempting = [id for ask in facts.asks[:1] for id in _DENIED[ask.issue]] or ["M-4"]
    if facts.asks and facts.asks[0].opened:
        tempting[-1] = "R-2"
    return tempting[_pick(mind, noise, len(tempting), "a denial")]


def for_refund(facts: Facts) -> str:
    """The clause by which a case of this kind is paid, where it is."""
    return next((_PAID[ask.issue] for ask in facts.asks if ask.issue in _PAID), "R-1")


def for_handover(mind: Mind, facts: Facts, noise: Noise) -> str:
    """A clause that would hand over a case much like this one, or none where plain words will do."""
    order = facts.order
    plain = [] if _names_clauses(mind) else [PLAIN, PLAIN]
    tempting = [*plain, "H-6 H-7", "I-2 H-7"]
    if len(mind.discussed) > 1 or len(mind.orders) > 1:
        tempting += ["H-1 H-7"] * 2
    if order is not None and order.total > _LARGE:
        tempting += ["H-2 H-7"] * 2
    if any(decoy.fact == "policy" for decoy in mind.mail.decoys):
        tempting += ["H-5 H-7"] * 2
    if any(ask.issue == "not_arrived" for ask in facts.asks):
        tempting += ["L-3 H-7"] * 2
    left = [id for id in tempting if id.split()[0] not in mind.refuted] or [PLAIN]
    return left[_pick(mind, noise, len(left), "a handover")]


def worded(mind: Mind, decision: Decision, noise: Noise) -> Decision:
    """The decision as the model gives its grounds: not every handover names its clause unasked."""
    plain = decision.action == "escalate" and decision.reason != PLAIN and not _names_clauses(mind)
    if plain and _pick(mind, noise, 5, "a plain word") == 0:
        return replace(decision, reason=PLAIN)
    return decision
