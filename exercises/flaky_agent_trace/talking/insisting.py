"""Turns of a talk that bid the model pay, refuse or hand over, whatever it has answered.

A handbook is no opinion: who insists gets the decision again, and that anything else would be an exception
which is for people to make. Who bids what is due anyway is told that it is.
"""

from __future__ import annotations

import re
from decimal import Decimal

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.abroad import abroad, asked_in

from .in_prose import decided_in_prose
from .standing import last_turn

_LONGEST = 40
"""Words of a turn that does no more than insist."""
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|,\s|\n+", re.IGNORECASE)
_WHOM = r"(?:him|her|them|it|this|that|the|all|in full|everything|half|back|[€£]|\d|EUR|GBP|PLN|Mr|Mrs|Ms)\b"
_START = (
    r"^\W*(?:(?:and|but|so|no|well|come on|ok(?:ay)?|then|now|please|just|simply|still|anyway|do"
    r"|go ahead|i said"
    r"|i say|(?:you|we) (?:can|should|must)|let['’]s|i want you to|i(?:['’]d"
    r"| would) (?:still )?(?:just )?)\b\W*)*"
)
_BIDS: dict[str, re.Pattern[str]] = {
    action: re.compile(said, re.IGNORECASE)
    for action, said in {
        "refund": rf"{_START}(?:(?:pay|refund|reimburse|compensate)(?: (?:out|back))? {_WHOM}"
        rf"|(?:give|send|transfer) (?:him|her|them|it|the customer)\b[^.?]{{0,24}}\b(?:money|refund|cash"
        rf"|\d|back)"
        r"|(?:approve|issue|make) (?:it|the refund|a (?:full )?refund|the payment)\b"
        r"|make an exception\b|(?:she|he|they) (?:gets?|shall (?:get|have)|is to get) (?:it|\d|the money"
        r"|[€£])"
        r"|(?:zahl|erstatt|gib|überweis)\w{0,3} (?:\w+ ){0,5}(?:\d|€|geld|betrag|alles|zurück)"
        r"|mach\w{0,3} (?:\w+ )?eine ausnahme)",
        "deny": rf"{_START}(?:deny|refuse|decline|reject|turn down) {_WHOM}"
        rf"|{_START}(?:pay|refund|give) (?:him |her |them )?nothing\b"
        r"|^\W*(?:lehn|verweiger)\w{0,3} (?:es|das|ihr|ihm|den)\b",
        "escalate": rf"{_START}(?:escalate|hand over|pass on) {_WHOM}"
        rf"|{_START}(?:hand|pass|send|give|leave) (?:it|this|that) (?:over|on|to the)\b"
        r"|^\W*(?:gib|leit)\w{0,3} (?:es|das|ihn) (?:\w+ ){0,3}weiter\b",
    }.items()
}  # fmt: skip
_OTHERWISE = re.compile(
    r"\?|\b(?:letter|e-?mail|draft|reply|json|decision:|action:|clauses?|table|format|sentence|words?"
    r"|instead of"
    r"|i (?:have|['’]ve) (?:already )?(?:paid|refunded))\b|\bif\b",
    re.IGNORECASE,
)
"""Asks, or wants something written."""
_NO_SUM = r"(?!\s?(?:%|days?|tage?|pieces?|items?|per ?cent|years?|jahre?|of\b|[-/:]\d|st\b|nd\b|rd\b|th\b))"
_SUM = re.compile(
    rf"(?<![\w.,/-])(?P<sum>\d{{1,5}}(?:[.,]\d{{2}})?)(?![\d.,]*\d)(?!\w){_NO_SUM}", re.IGNORECASE
)


def insists(mind: Mind, asked: str) -> str:
    """What the last turn bids the model do; empty where it bids nothing, or more."""
    if not mind.in_talk:
        return ""
    if len(asked.split()) > _LONGEST or _OTHERWISE.search(asked):
        return ""
    bids = (_bid(sentence) for sentence in _SENTENCE.split(asked))
    return next(filter(None, bids), "")


def _bid(sentence: str) -> str:
    return next((action for action, said in _BIDS.items() if said.search(sentence)), "")


def insisted(mind: Mind, answers: Answers) -> str:
    """That it is due, or that it is not and who may pay it all the same."""
    kept, exception, agreed = abroad().insisted[asked_in(mind)]
    decided = decided_in_prose(mind, answers)
    if _agrees(mind, answers.resolution):
        return f"{agreed} {decided}"
    return f"{kept} {decided} {exception}"


def _agrees(mind: Mind, own: Resolution) -> bool:
    """Whether what is bidden is what would be done anyway."""
    asked = last_turn(mind)
    if insists(mind, asked) != own.action:
        return False
    sums = [Decimal(met["sum"].replace(",", ".")) for met in _SUM.finditer(asked)]
    if own.action != "refund" or not sums:
        return own.action != "refund" or not _ALL.search(asked)
    return sums[-1] == own.amount


_ALL = re.compile(r"\b(?:full|whole|all|everything|entire|exception|anyway|alles|ganze\w?)\b", re.IGNORECASE)
