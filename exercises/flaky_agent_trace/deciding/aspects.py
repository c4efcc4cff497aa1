"""What of a proposal is right and what is wrong, aspect by aspect, as checklists and rubrics ask for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from exercises.flaky_agent_trace.papers.manners import OF_LETTERS
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import decide

from .broken_clauses import broken_clauses
from .critique import faults
from .judgement import Resolution

_ASPECTS = {
    "order": r"order(?: id| number)?",
    "action": r"action|decision|outcome",
    "amount": r"(?:refund )?amount|sum",
    "policy": r"policy|rules?|handbook",
    "issue": r"issue|category",
    "items": r"items?|quantity",
    "language": r"language",
}
_OF_NOTES = ("opened", "reported", "complete", "legal", "quote")
"""What is only asked of notes on a mail."""
ASPECTS = frozenset(
    (
        *(f"{aspect}_{form}" for aspect in _ASPECTS for form in ("ok", "score")),
        *(f"{aspect}_ok" for aspect in _OF_NOTES),
    )
)
"""Slots: whether one aspect is right, and how right."""
_SAID = {name: f"(?P<{name}>{words})" for name, words in _ASPECTS.items()}
_ANY = "|".join(_SAID.values())
_ONE = re.compile(
    rf"\b(?:is|was|are|check (?:only )?(?:that|whether|if)) (?:only )?(?:the|its) (?:proposed )?(?:{_ANY})"
    r" (?:is |are )?(?:\w+ )?(?:right|correct|ok|okay|valid|accurate|wrong|incorrect)\b",
    re.IGNORECASE,
)
_WHOLE = frozenset({"decision", "outcome"})
"""Words for the whole proposal where they stand alone."""
_EACH = re.compile(
    r"\b(?:each|every)\b(?! (?:\w+ )?(?:mistakes?|errors?|faults?|flaws?|problems?|issues?|objections?"
    r"|details?|things?|tickets?|cases?|customers?|times?)\b)"
    r"|\b(?:per (?:line|aspect|criterion|item)|one line|separately)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b(?:{_ANY})\b(?!\s*:\s*$)", re.IGNORECASE | re.MULTILINE)


def share(objections: list[str]) -> float:
    """How good a thing is of which so much is wrong, from 0 to 1."""
    return max(0.1, 0.5 - 0.2 * len(objections)) if objections else 0.9


def judged(slot: str, mind: Mind, own: Resolution, objections: list[str]) -> bool | float:
    """What an aspect's slot says. `objections`: all that the reviewer holds against the proposal."""
    aspect, _, form = slot.rpartition("_")
    found = held(aspect, mind, own, objections)
    return share(found) if form == "score" else not found


def held(aspect: str, mind: Mind, own: Resolution, objections: list[str]) -> list[str]:
    """What of it is held against one aspect; all where there is nothing to judge."""
    if mind.at_a_loss:
        return objections
    known = {fault.text: fault.aspects for fault in faults(mind, own)}
    return [said for said in objections if aspect in known.get(said, {"action", "policy"})]


_RIGHT = {
    "order": "the order is the one that the mail is about", "action": "the decision is right",
    "amount": "the sum is right", "policy": "the rules are kept", "issue": "the issue is read rightly",
    "items": "the items and their number are right", "language": "it is in the right language",
    "opened": "it is read rightly whether they were opened",
}  # fmt: skip


def checked(mind: Mind, own: Resolution, objections: list[str], working: str) -> list[dict[str, object]]:
    """A verdict on each aspect: those that the program names, or else those that the thing speaks of.

    `working`: how the sum comes about that is held right.
    """
    named = tuple(dict.fromkeys(match.lastgroup or "" for match in _NAMED.finditer(mind.instructions)))
    usual = ("order", "action", "amount") if mind.proposal else ("order", "issue", "items", "opened")
    found = {aspect: held(aspect, mind, own, objections) for aspect in (named if len(named) > 1 else usual)}
    besides: Iterator[tuple[str, str, list[str]]] = ((name, line, []) for name, line in _besides(mind, own))
    lines = ((aspect, _line(aspect, mind, own, said, working), said) for aspect, said in found.items())
    return [
        {
            "aspect": aspect,
            "name": aspect,
            "text": line,
            "reasoning": line,
            "valid": not said,
            "reason": "; ".join(said),
            "clause_verdict": "not_met" if said else "met",
        }
        for aspect, line, said in (*lines, *besides)
    ]


_SENDER = re.compile(r"\b(?:sender|address|account|identity)\b", re.IGNORECASE)
_DAYS = re.compile(r"\b(?:days|dates|deadlines?)\b", re.IGNORECASE)


def _besides(mind: Mind, own: Resolution) -> Iterator[tuple[str, str]]:
    """Of these what a list of checks is to name."""
    asked = f"{mind.instructions} {json.dumps(mind.contract.schema or {})}" if mind.proposal else ""
    if "checks" not in mind.contract.slots:
        return
    for name, line in looked_at(mind, own):
        if {"sender": _SENDER, "days": _DAYS}[name].search(asked):
            yield name, line


def _by_no_count(own: Resolution) -> bool:
    """Whether it is denied without a count of days that bears that out: who miscounts tells no count."""
    return own.action == "deny" and own.facts is not None and decide(own.facts, own.kept).action != "deny"


def looked_at(mind: Mind, own: Resolution) -> Iterator[tuple[str, str]]:
    """What the records show besides: who writes, and which days count, as they were counted."""
    record = mind.orders.get(own.order_id or "") or next(iter(mind.orders.values()), None)
    if record is None:
        return
    known = f"{record.get('email') or ''} {record.get('also') or ''}".casefold()
    if known.strip() and mind.mail.sender:
        ours = mind.mail.sender.casefold() in known
        yield (
            "sender",
            f"sender: {mind.mail.sender} is {'an' if ours else 'no'} address of the order's account",
        )
    delivered, received = record.get("delivered"), mind.mail.received
    if own.order_id and delivered is not None and received is not None and not _by_no_count(own):
        counted = own.facts.received if own.facts is not None else received
        day = (counted - delivered).days
        yield "days", f"days: delivered on {delivered}, the mail of {received} came on day {day}"


def _line(aspect: str, mind: Mind, own: Resolution, said: list[str], working: str) -> str:
    """What was looked at and what came of it."""
    proposed = mind.proposal or {}
    if aspect == "amount" and own.action in {"escalate", "need_info"} and not said:
        return "amount: nothing is to be paid before that, as proposed"
    if aspect == "order" and own.action == "need_info" and not said:
        return "order: it is not settled which order is meant, as proposed"
    if aspect == "amount" and working:
        return f"amount: {'; '.join((working, *said)) if said else f'{working}, as proposed'}"
    if aspect == "policy" and said and (broken := broken_clauses(mind, own, proposed)):
        return f"policy: {broken[0]} is not kept; {'; '.join(said)}"
    done = _DONE.get(str(proposed.get("action")), proposed.get("action"))
    what = {"order": proposed.get("order_id"), "action": done}.get(aspect)
    shown = f" ({what})" if what and not said else ""
    return f"{aspect}: {'; '.join(said) or _RIGHT[aspect]}{shown}"


_DONE = {"escalate": "handover to the desk", "deny": "no refund", "need_info": "the customer is asked"}


def aspect_asked(asked: str) -> str:
    """The one aspect that a question is about; empty where it is about the whole."""
    found = [match for match in _ONE.finditer(asked) if match[match.lastgroup or 0].lower() not in _WHOLE]
    named = {match.lastgroup or "" for match in found}
    named |= {aspect for aspect, words in OF_LETTERS.items() if words.search(asked)}
    return named.pop() if len(named) == 1 else ""


def aspects_listed(asked: str) -> tuple[str, ...]:
    """The aspects of which each is to get a verdict of its own."""
    if not _EACH.search(asked):
        return ()
    found = tuple(dict.fromkeys(match.lastgroup or "" for match in _NAMED.finditer(asked)))
    return found if len(found) > 1 else ()
