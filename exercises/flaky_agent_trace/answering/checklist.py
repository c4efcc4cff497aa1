"""What the model says to a question of a checklist: of a proposal by its own reading, else of the case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.deciding.broken_clauses import broken_clauses
from exercises.flaky_agent_trace.deciding.critique import faults
from exercises.flaky_agent_trace.deciding.fault import Fault
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.narrow import article_names, readings
from exercises.flaky_agent_trace.reading.topics import BY_CLAUSE, TOPICS, topics_of
from harness.simulation.meaning.offering import Offer

from .narrowed import found

_NEGATIVE = re.compile(
    r"\b(?:(?:wrong|incorrect|broken|missing)(?! (?:items?|articles?|products?|goods|parcels?|things?)\b)"
    r"|mistakes?|errors?|violat\w+|break(?:s|ing)?|contradict\w*|overlook\w*|ignor\w+"
    r"|miss(?:es|ed)|forg[eo]t\w*|exceeds?|invent\w*|unsupported|too (?:much|little|high|low|many|few)"
    r"|misread|misunderstood|unjustified|anything)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:free (?:of|from)|without|no|not|never|nothing|none|avoid\w*|n['’]t)\b[^,;.?]{0,60}$", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^()]*\)")
_ENDS = {"escalate": "desk", "need_info": "order"}
_RIGHT = {
    "sender": "the sender's address was held against the order's",
    "desk": "no reason for the desk is passed over",
    "settled": "nothing that was settled is taken up", "shipping": "the shipping fee is as M-2 has it",
    "earlier": "earlier refunds were looked at", "goodwill": "nothing is paid as goodwill",
    "claims": "nothing rests on what the mail claims", "issue": "the reason is the one that the mail gives",
    "items": "the articles and their number are those of the mail", "amount": "the sum is right",
    "time": "the days are counted by the record's dates", "order": "it is the order that the mail is about",
    "rules": "the clauses are kept", "action": "the decision is right",
}  # fmt: skip


def asks_for_faults(question: str) -> bool:
    """Whether a yes says that something is wrong."""
    plain = _BRACKETS.sub(" ", question)
    negative = _NEGATIVE.search(plain)
    return negative is not None and _DENIED.search(plain[: negative.start()]) is None


def answered(question: str, answers: Any) -> dict[str, Any] | None:
    """Whether it is so (`None`: nothing is known of it), whether that is well, and a few words.

    `None` at all: it is not known what is asked.
    """
    mind: Mind = answers.mind
    if mind.proposal is None:
        return _of_case(question, answers)
    topics = topics_of(question)
    if not topics:
        return None
    objections: list[str] = answers.objections
    known = {fault.text: fault for fault in faults(mind, answers.resolution)}
    held = [said for said in objections if _about(said, known, mind, answers.resolution) & topics]
    if not held and not _can_be_told(topics, mind):
        return _SILENT
    bad = asks_for_faults(question)
    right = next((line for name, line in _RIGHT.items() if name in topics), "")
    return {"yes": bool(held) is bad, "well": not held, "text": "; ".join(held) or right}


def _can_be_told(topics: frozenset[str], mind: Mind) -> bool:
    """Whether the request shows what has to be known to find nothing wrong in any of these."""
    told = mind.mail.present or mind.claims is not None
    rules = bool(mind.decides_by) or not topics & _BY_RULES
    return told and rules and (mind.sees_orders or not topics & _BY_RECORDS)


_BY_RULES = frozenset({"desk", "time", "rules", "shipping", "earlier", "goodwill", "amount", "action"})
_BY_RECORDS = _BY_RULES - {"goodwill"} | {"sender", "items"}
"""What is judged by the handbook, and by an order."""
_SILENT: dict[str, Any] = {"yes": None, "well": None, "text": ""}
"""What is said where nothing of it is known."""


def _about(said: str, known: dict[str, Fault], mind: Mind, own: Resolution) -> set[str]:
    """The topics of an objection; of one that no reading bears out what it is most often about."""
    fault = known.get(said)
    return {*_topics(fault, mind, own)} if fault is not None else {"action", "rules"}


def _topics(fault: Fault, mind: Mind, own: Resolution) -> Iterator[str]:
    proposed = mind.proposal or {}
    for aspect in fault.aspects:
        if aspect in TOPICS:
            yield aspect
    if "opened" in fault.aspects:
        yield from ("rules", "items")
    if "action" in fault.aspects:
        ends = {own.action, str(proposed.get("action"))}
        yield from (topic for end, topic in _ENDS.items() if end in ends)
        yield from (BY_CLAUSE[id] for id in own.reason.split() if id in BY_CLAUSE)
    elif "amount" in fault.aspects:
        yield from (BY_CLAUSE[id] for id in broken_clauses(mind, own, proposed) if id in BY_CLAUSE)


_UNKNOWN = "unknown"


def _of_case(question: str, answers: Any) -> dict[str, Any] | None:
    """What the case says to a question for yes or no; `yes` is `None` where it says nothing of it, and
    all of it where it is not known what is asked.
    """
    offer = Offer(question, ("yes", "no", _UNKNOWN), question)
    narrow = next(readings(article_names(answers.mind), offer), None)
    if narrow is None or narrow.kind not in {"polar", "pieces"}:
        return None
    said = found(narrow, answers)
    if said not in {"yes", "no"}:
        return _SILENT
    yes = said == "yes"
    quoted = answers(f"quote_of_{narrow.slot}") if yes else None
    return {"yes": yes, "well": yes, "text": str(quoted or "")}
