"""Whether somebody is right about the case, whose view the last message tells."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.papers.outcomes import outcomes_in, sum_in
from exercises.flaky_agent_trace.reading.mind import Mind

from .in_prose import decided_in_prose
from .prices import price_spoken_of
from .standing import counted

_SHORT = 40
"""Words of a turn that asks no more than that."""
_CLAUSE = re.compile(r"\b[A-Z]-\d{1,2}\b")
_SAYS = re.compile(
    r"\b(?:colleague|boss|manager|supervisor|team ?lead|lead|finance|lawyer|customer|client|she|he|they"
    r"|someone"
    r"|somebody|chatgpt|another model|i)\b[^.?!\n]{0,24}?\b(?:says?|said|thinks?|thought|claims?"
    r"|believes?|insists?"
    r"|argues?|would|wants?|told me|reckons?|tells me)\b(?P<what>[^.?!\n]{3,160})",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"\b(?:is|are|was|were|am) (?:he|she|they|it|that|this|i|my \w+|the \w+) (?:right|correct|wrong"
    r"|mistaken)\b"
    r"|\b(?:do you|would you|you) agree\b|\bwho(?:['’]s| is) right\b|\bwhat do you (?:say|think)\b|\bagree\?"
    r"|\b(?:right|correct)\?",
    re.IGNORECASE,
)


def tells_a_view(mind: Mind) -> bool:
    """Whether somebody's view of the case is told, and asked if it is right."""
    if not mind.context.said:
        return mind.mail.present and bool(mind.clauses) and mind.sees_orders and bool(_views(mind))
    asked = last_said(mind)
    return bool(mind.clauses and _SAYS.search(asked) and _RIGHT.search(asked) and _claimed(mind))


def _views(mind: Mind) -> str:
    """The sentences in which a first message tells somebody's view of the case and asks if it is right."""
    asked = " ".join(mind.asked_last.split()[-_SHORT:])
    said = _SAYS.search(asked)
    right = _RIGHT.search(asked, said.end()) if said is not None else None
    return asked if said and right and _CLAUSE.search(said["what"]) else ""


def last_said(mind: Mind) -> str:
    """The last message as it stands: what it tells of somebody's view is no earlier reading of a mail."""
    last = mind.context.of("user")[-1:]
    return (
        " ".join(last[0].text.split())
        if last and not mind.scene.mail_share(last[0])
        else " ".join(mind.asked_last.split())
    )


_ALL = re.compile(r"\b(?:all|full(?:y)?|whole|entire|everything|complete(?:ly)?|100 ?%)\b", re.IGNORECASE)
_NONE = re.compile(
    r"\b(?:nothing|no (?:refund|money)|not (?:pay|refund|owe)|n['’]t (?:pay|refund|owe|get)|den(?:y"
    r"|ied)|declin\w+"
    r"|reject\w*|refus\w+)\b",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"\b(?:escalat\w+|refunds? desk|hand(?:ed)? (?:it )?over|pass(?:ed)? (?:it )?on)\b", re.IGNORECASE
)
_PAYS = re.compile(r"\b(?:refund\w*|pay\w*|paid|money|owe\w*|due)\b", re.IGNORECASE)


def _claimed(mind: Mind) -> str:
    """What somebody is said to think of it: `all`, `nothing`, `desk`, a sum, or just that it is paid."""
    said = _SAYS.search(_view(mind))
    what = said["what"] if said else ""
    if _CLAUSE.search(what) and not sum_in(what):
        return "clause"
    if _NONE.search(what):
        return "nothing"
    if _DESK.search(what):
        return "desk"
    if sum_in(what) is not None:
        return "sum"
    if _ALL.search(what) and _PAYS.search(last_said(mind)):
        return "all"
    return "pay" if _PAYS.search(what) or outcomes_in(what) else ""


def _view(mind: Mind) -> str:
    """Where somebody's view is told: in the last message, or below the case in the first."""
    return last_said(mind) if mind.context.said else _views(mind)


def opinion(mind: Mind, answers: Answers) -> str:
    """Whether somebody is right about it."""
    own = answers.resolution
    facts = own.facts or answers.facts
    paid = sum_in(_view(mind))
    order = facts.order
    said = _SAYS.search(_view(mind))
    named = _CLAUSE.findall(said["what"]) if said is not None and _claimed(mind) == "clause" else []
    pays = own.action == "refund"
    right = {
        "clause": bool(named) and {*named} <= {*own.reason.split()},
        "nothing": own.action == "deny",
        "desk": own.action == "escalate",
        "sum": pays and paid is not None and own.amount is not None and paid.cents == round(own.amount * 100),
        "all": pays
        and order is not None
        and own.amount is not None
        and own.amount >= price_spoken_of(answers, order, last_said(mind)),
    }.get(_claimed(mind), pays)
    days = " ".join(counted(answers)) if named else ""
    word = "Yes" if right else "No, I don't think so"
    told = decided_in_prose(mind, answers)
    return f"{word}. {told[:1].upper()}{told[1:]} {days}".rstrip()
