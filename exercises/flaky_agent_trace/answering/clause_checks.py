"""What comes of going through the rules one by one: whether what each asks for is so, and by which fact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.shop.policy import Facts, barriers
from exercises.flaky_agent_trace.writing.wording import ground

MET, NOT_MET, NOT_RELEVANT = "met", "not_met", "not_relevant"
_DECLINES = frozenset({"R-3", "D-2", "M-3", "M-4"})
"""Clauses that say what is not paid for: a denial by one of them meets it."""
_OTHERWISE = {NOT_MET: NOT_RELEVANT, NOT_RELEVANT: NOT_MET}
_SETTLED = {
    "I-1": "it is settled which order is meant",
    "I-2": "the sender writes from an address of the order",
}


def gone_through(id: str, mind: Mind, own: Resolution, read: Callable[[str], Any]) -> dict[str, str]:
    """The verdict on one clause, another for where there is no room for that, and the fact.

    `read`: the model's answer for a slot.
    """
    said = _verdict(id, own, read)
    return {
        "clause_verdict": said, "clause_or_not": _OTHERWISE.get(said, said),
        "reason": (why := _fact(id, said, mind, own)), "reasoning": why, "note": why,
    }  # fmt: skip


def _verdict(id: str, own: Resolution, read: Callable[[str], Any]) -> str:
    decisive = own.reason.split()
    if id == "I-2":
        return {True: MET, False: NOT_MET}.get(read("identity"), NOT_RELEVANT)
    if id == "I-1":
        return NOT_MET if read("unclear") else MET
    if id == "D-1" and "D-2" in decisive:
        return NOT_MET
    if id not in decisive:
        return NOT_RELEVANT
    return NOT_MET if own.action == "deny" and id not in _DECLINES else MET


def _fact(id: str, said: str, mind: Mind, own: Resolution) -> str:
    """Of a clause that decides its ground, else what it is about."""
    if said == MET and id in _SETTLED:
        return _SETTLED[id]
    if id in own.reason.split() or (id in {"I-1", "I-2"} and said == NOT_MET):
        return ground(id, mind, own) or letters().matters[id]
    if id == "D-1" and said == NOT_MET:
        return letters().reasons["D-2"]
    return f"this is about {letters().matters[id]}"


_MATTERS = {
    "R-1": ("changed_mind",), "R-2": ("changed_mind",), "R-3": ("changed_mind",),
    "D-1": ("damaged", "wrong_item"), "D-2": ("damaged", "wrong_item"), "L-1": ("late",),
    "L-2": ("not_arrived",), "L-3": ("not_arrived",), "L-4": ("cancel",), "M-4": ("goodwill",),
}  # fmt: skip
"""The complaints that a clause is about."""


def clause_applies(id: str, mind: Mind, facts: Facts, own: Resolution) -> bool | None:
    """Whether a clause applies to a case; `None` where it is not shown, or another has settled it first."""
    if id not in mind.clauses or not facts.asks:
        return None
    if id in own.reason.split() or id in barriers(facts):
        return True
    if id[0] in "HI":
        return None if id in {"H-7", "I-1"} or facts.order is None else False
    matters = _MATTERS.get(id)
    if matters is None:
        return None
    about = any(ask.issue in matters for ask in facts.asks)
    return None if about and own.action in {"escalate", "need_info"} else False
