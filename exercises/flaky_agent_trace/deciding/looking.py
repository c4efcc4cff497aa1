"""A critic's look at a proposal: what it objects to, and what it holds right."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from exercises.flaky_agent_trace.papers.proposals import letters_put
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.noise import Noise

from .critique import faults, of_decision
from .fault import Fault
from .held_right import against, as_proposed
from .judgement import Resolution

NO_PROPOSAL = "there is no proposal to review"
_POOR = "the grounds given could be clearer"


@dataclass(frozen=True)
class Looked:
    """What comes of it."""

    held_right: Resolution
    objections: list[str] = field(default_factory=list)
    passed: bool = False
    """Whether it lets pass what it would not have done itself."""


def look(mind: Mind, own: Resolution, noise: Noise) -> Looked:
    """What a critic of this view finds, slips included: it lets pass what is wrong, or finds fault with what
    is right.
    """
    if mind.at_a_loss:
        return Looked(own, [NO_PROPOSAL])
    if found := faults(mind, own):
        if not _passes(mind, found, noise):
            return Looked(own, [fault.text for fault in found])
        said = mind.proposal or {}
        return Looked(as_proposed(mind, own, said) if said else own, passed=bool(said))
    return _false_alarm(mind, own, noise) or Looked(own, _poor_grounds(mind, noise))


_GLANCES = 4
"""So often a look meets what the request itself rules out: it has to be missed each time."""


def _passes(mind: Mind, found: list[Fault], noise: Noise) -> bool:
    """Whether a critic lets pass what it would not have done: luck that belongs to what is put before it, so
    that of several proposals on one ticket each is looked at anew.
    """
    said = mind.proposal or {}
    put = [f"{said.get(slot)}" for slot in ("action", "order_id", "amount")] if said else []
    about = " ".join((mind.ticket_id, *(put or sorted({fault.text for fault in found}))))
    glances = _GLANCES if any(fault.gross for fault in found) else 1
    choices = ("", *(f"glance {many}" for many in range(2, glances + 1)))
    return all(noise.fires("rubber_stamp", mind.features, choice, subject=about) for choice in choices)


def _false_alarm(mind: Mind, own: Resolution, noise: Noise) -> Looked | None:
    """What a reviewer holds against a refund that is due: asked to find fault, it finds some.

    The less it sees itself of order and rules, the readier it is. Who sees both has misread something, and
    decides by that; where the case offers nothing to misread, it sees that all is well.
    """
    said = mind.proposal or {}
    if said.get("action") != "refund" or (_of_letter(mind) and not of_decision(mind)):
        return None
    lacks = _unseen(mind)
    features = {**mind.features, "evidence": float(not lacks)}
    if not noise.fires("overstrict", features, subject=mind.about):
        return None
    if lacks:
        return Looked(own, [f"nothing here shows {lacks}, so that the refund cannot be checked against it"])
    other = against(mind, own, noise)
    found = [fault.text for fault in faults(mind, other)] if other is not None else []
    return Looked(other, found) if other is not None and found else None


def _of_letter(mind: Mind) -> bool:
    """Whether a letter is shown: what is judged is what that tells, and not whether money is due."""
    told = (mind.scene.told(piece) for piece in mind.context.of("system", "user"))
    return bool((mind.proposal or {}).get("letter")) or any(map(letters_put, told))


def _unseen(mind: Mind) -> str:
    """What a refund would have to be held against, and is not shown; empty where all is."""
    if not mind.sees_orders:
        return "the order"
    if not mind.clauses:
        return "the rule by which it is due"
    return "" if mind.mail.present else "what the customer wrote"


_OF_GROUNDS = re.compile(
    r"\b(?:justif\w+|grounds|reasons?|reasoning|explanations?|rationale|begründung\w*|justification|motifs?"
    r"|justificación|motivos|motivering|onderbouwing|uzasadnieni\w+)\b[^.\n]{0,60}"
    r"\b(?:clear\w*|sound|sufficient\w*|complete|convinc\w+|adequate\w*|good enough|holds?|specific"
    r"|support\w*|klar|nachvollziehbar|ausreichend|clair\w*|suffisant\w*|clar[oa]s?|suficiente\w*|duidelijk|voldoende"
    r"|jasn\w+|wystarczając\w+)\b"
    r"|\b(?:clear|sound|sufficient|convincing|adequate|good|well)[ -]"
    r"(?:justif\w+|grounds|reasons?|explanations?)\b",
    re.IGNORECASE,
)
"""Asks for a verdict on what is said for a proposal."""
_FEW = 8
"""Words: grounds that are shorter tell little."""


def _poor_grounds(mind: Mind, noise: Noise) -> list[str]:
    """What is held against grounds that a program wants judged, and that tell little."""
    said: dict[str, Any] = mind.proposal or mind.read_before
    told = str(said.get("reason") or said.get("reasoning") or "")
    judged = bool(said) and not said.get("letter") and _OF_GROUNDS.search(mind.instructions) is not None
    if not judged or len(told.split()) >= _FEW:
        return []
    return [_POOR] if noise.fires("nitpick", mind.features, subject=mind.ticket_id) else []
