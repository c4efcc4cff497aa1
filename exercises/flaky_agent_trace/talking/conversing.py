"""What people ask in a talk about a case besides its facts: what is odd, the rule, the dates.

Each is told from what the model believes and would do, in sentences; no program reads a form out of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.papers.drafted import letter_at
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import in_context
from exercises.flaky_agent_trace.reading.threads import messages
from exercises.flaky_agent_trace.shop.policy import barriers
from exercises.flaky_agent_trace.writing.abroad import abroad, asked_in, grounds_in
from exercises.flaky_agent_trace.writing.telling import (
    besides,
    by_number,
    complained,
    quoted,
    retold,
    retold_abroad,
    thread,
    wants_told,
)
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text
from harness.simulation.reading.values import Money

from .in_prose import decided_in_prose, in_one_line, which_order
from .reworded import kept
from .standing import counted

FEW = {
    "three": 3,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
}
_ASKS = {
    "odd": r"(?<!if )\b(?:anything|something|what(?:['’]s| is))\b[^.?\n]{0,20}\b(?:odd|strange|unusual"
    r"|suspicious|fishy"
    r"|weird|off|wrong|noteworthy|remarkable)\b[^.?\n]{0,30}\b(?:mail|e-?mail|message|case|request|ticket"
    r"|here|this|that|letter)\b|\bred flags?\b",
    "back": r"\bwhat (?:would|should|do|must|could) (?:you|we|i) (?:need to )?(?:still )?ask\b"
    r"|\bwhich questions?\b[^.?\n]{0,30}\b(?:ask|open)\b"
    r"|\bwhat (?:information )?(?:is|do you) (?:still )?(?:missing|need)\b[^.?\n]{0,30}\?",
    "colleague": r"\b(?:explain|describe|summari[sz]e|tell|present"
    r"|lay out)\b[^.?\n]{0,60}\b(?:colleague|newcomer"
    r"|trainee|beginner|new (?:hire|agent|starter)|manager|boss|someone new|new to)\b",
    "dates": r"\b(?:chronolog\w+|timeline|time ?line|in order of (?:dates?|time)|by date|in date order"
    r"|what happened when)\b|\bwhat happened\b[^.?\n]{0,20}\border\b",
    "rule": r"^\W{0,4}(?:(?:please|and|now|just|can you|could you) ){0,3}"
    r"(?:quote|cite|show|give|read|recite|copy)\b"
    r"[^.?\n]{0,20}\b(?:rule|clause|paragraph"
    r"|passage)s?\b"
    r"[^.?\n]{0,40}\b(?:go by|apply|applies|used?|rely|rests?|behind|decid\w+|relevant|matters?|it"
    r"|that|this)\b"
    r"|\b(?:which|what) (?:rule|clause|paragraph)s? (?:does|do|did|is|are) (?:that|it|this"
    r"|you)\b[^.\n]{0,40}\?"
    r"|\b(?:where|which rule) (?:does it|do they) say (?:that|so)\b",
    "days": r"\bhow (?:late|overdue|long after|long overdue)\b",
    "short": r"^\W{0,4}(?:(?:and|now|please|ok(?:ay)?|can you|could you|make|put|say|that|it|this|a bit|much"
    r"|even|too long|your answer|the answer)\b"
    r"\W{0,3}){0,5}(?:shorter|shorten (?:it|that|this|your answer)|briefer|more briefly"
    r"|(?:in )?(?:at most|no more than|max(?:imum)?|under|up to)? ?"
    rf"(?:\d{{1,2}}|{'|'.join(FEW)}) words(?: at most| or (?:less|fewer)| max)?(?=\W*(?:please)?\W*$)"
    r"|(?:in|as) (?:one|a single) (?:sentence|line)|in short|tl;?dr"
    r"|kürzer|plus court|más corto|korter|krócej)\b",
    "sure": r"^\W{0,4}(?:(?:and|but|are|you|really|quite|absolutely) ){0,4}(?:sure|certain)\b",
}
_KNOWN = {which: re.compile(said, re.IGNORECASE) for which, said in _ASKS.items()}
_DATA = re.compile(r"\|[^|\n]*\||[{}]|\bHL-\d{6}\b[^?\n]*$")
"""A line with data, not with a question."""
_WORDS = re.compile(r"[^\W\d_]{2}")
_LONGEST = 45
"""Words of a message that asks no more than that."""
_FORM = re.compile(
    r"\b(?:json|xml|csv|yaml|table|columns?|fields?|template|only|numbers?|integer|bullets?|words|draft"
    r"|reply|letter|proposal)\b",
    re.IGNORECASE,
)


def talk_asked(mind: Mind) -> str:
    """Which of these the last message asks for; empty: none. `tongue:de` for the last answer in German."""
    if not (mind.mail.present or mind.claims):
        return ""
    if mind.mail.present and len(mind.discussed) > 1 and by_number(mind):
        return f"{TALK}numbers"
    if _FORM.search(_SO_MANY.sub(" ", mind.asked_last)):
        return ""
    lines = [line for line in mind.asked_last.splitlines() if _WORDS.search(line) and not _DATA.search(line)]
    if _MORE.search("\n".join(lines)):
        return ""
    parts = dict.fromkeys(("\n".join(lines[-2:]), "\n".join(lines[-1:]), "\n".join(lines[:1])))
    asks = sum(line.count("?") for line in lines)
    return next((kind for part in parts if part.count("?") == asks and (kind := _kind(mind, part))), "")


_MORE = re.compile(
    r"(?:^|[.:;!]\s|\b(?:and|then|please)\s)\W{0,4}(?:decide|classify|extract|answer|respond|output"
    r"|return|write|apply"
    r"|draft|label|refund or|approve or)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Asks for more than talk."""


def _kind(mind: Mind, part: str) -> str:
    """Which of these a paragraph asks for."""
    asked = part.strip()
    if len(asked.split()) > _LONGEST:
        return ""
    before = mind.context.of("assistant")[-1:]  # none where nothing was said but calls
    letter = any(letter_at(piece.text, 0) is not None for piece in before)
    if mind.context.said and not letter and (code := _tongue(asked)):
        return f"{TONGUE}{code}"
    found = next((which for which, said in _KNOWN.items() if said.search(asked)), "")
    unheard = {"rule": not mind.clauses, "days": not mind.clauses, "sure": bool(mind.clauses)}
    if unheard.get(found) or (found in {"short", "sure"} and not mind.context.said):
        return ""
    return found and f"{TALK}{found}"


TALK, TONGUE = "talk:", "tongue:"


def _tongue(asked: str) -> str:
    """The language that the last answer is wanted in, where that is all that is asked."""
    met = _IN_TONGUE.match(asked)
    if met is None:
        return ""
    names = abroad().languages.items()
    return next((code for code, known in names if any(met[1].casefold().startswith(n) for n in known)), "")


_IN_TONGUE = re.compile(
    r"\W{0,4}(?:(?:and|now|please|ok(?:ay)?|can you|could you|say|tell me|put|that|it|this|the same"
    r"|your (?:last )?answer|the answer|translate|translated|render|write|give (?:it|that) (?:to )?me"
    r"|again|und|et|y|en|a)\b"
    r"\W{0,3}){0,6}(?:in|into|to|auf|en|in het|po)\s(?:plain )?([^\W\d]{4,14})(?:,? please)?\W{0,4}$",
    re.IGNORECASE,
)


def talked(  # noqa: PLR0911  (one text a kind)
    which: str, mind: Mind, answers: Answers
) -> str:
    """The text."""
    if which.startswith(TONGUE):
        code = which.removeprefix(TONGUE)
        if not mind.clauses:
            return retold_abroad(answers, code) or retold(answers)
        return grounds_in(code, mind, answers.resolution) or decided_in_prose(mind, answers)
    match which.removeprefix(TALK):
        case "odd":
            return _odd(mind, answers)
        case "back":
            return _back(mind, answers)
        case "colleague":
            ending = [decided_in_prose(mind, answers)] if mind.clauses else []
            return " ".join([retold(answers), *ending])
        case "dates":
            return "\n".join(f"- {day.isoformat()}: {what}" for day, what in _events(mind, answers))
        case "days":
            return " ".join(counted(answers)) or decided_in_prose(mind, answers)
        case "numbers":
            return thread(answers)
        case "sure":
            return _sure(mind, answers)
        case "rule":
            named = [id for id in answers.resolution.reason.split() if id in mind.clauses]
            told = [f"{id}: {' '.join(worded(mind.clauses[id]).split())}" for id in named]
            return "\n".join(told) or "No clause of the handbook settles it by itself."
    if mind.clauses:
        return shorter(mind, answers)
    return complained(answers)[0] if answers.facts.asks else wants_told(answers)


def shorter(mind: Mind, answers: Answers) -> str:
    """The decision in so many words, or in fewer than before."""
    own = answers.resolution
    if said := kept(mind, answers):
        return said
    most = _SO_MANY.search(mind.asked_last)
    before = next((piece.text for piece in reversed(mind.context.of("assistant")) if piece.text), "")
    number = most["n"].casefold() if most is not None else ""
    room = FEW.get(number) or int(number or max(len(before.split()) - 1, 1))
    sum_due = f" {money_text(own)}" if own.action == "refund" else ""
    bare = f"{_DOES.get(own.action, own.action)}{sum_due}"
    full = grounds_in(asked_in(mind), mind, own) or in_one_line(answers)
    ways = (full, f"{bare}: {reason_text(mind, own)}.", f"{bare} ({own.reason}).")
    return next((way for way in ways if len(way.split()) <= room), f"{bare}.")


_DOES = {"refund": "Refund", "deny": "No refund", "escalate": "Refunds desk", "need_info": "Ask the customer"}
_SO_MANY = re.compile(rf"\b(?P<n>\d{{1,2}}|{'|'.join(FEW)}) words\b", re.IGNORECASE)


def _odd(mind: Mind, answers: Answers) -> str:
    """What of a mail and its order makes one look twice."""
    facts = answers.facts
    known = barriers(facts)
    said = [_ODD[id] for id in known if id in _ODD]
    if facts.legal and "H-5" not in known:
        said.append(_ODD["H-5"])
    said += [line.rstrip(".") for line in besides(mind)]
    if answers.belief.order_id is None and mind.orders:
        said.append("It doesn't settle which order is meant")
    if not said:
        return "Nothing stands out to me: as far as I can see it is an ordinary request."
    return " ".join(f"{line}." for line in said)


_ODD = {
    "H-1": "It asks for something on more than one order",
    "I-2": "The sender's address is not one that is confirmed on the account",
    "H-3": "There is an open chargeback on the order, so the bank has the case already",
    "H-4": "It is a gift order",
    "H-5": "It speaks of a lawyer, a court or an authority",
    "H-6": "More than plain money is at stake: a colleague's promise, or another thing than money is wanted",
}


def _back(mind: Mind, answers: Answers) -> str:
    if answers.belief.order_id is None:
        return f"Which order is meant. {which_order(mind, answers)}"
    if not mind.clauses:
        return "Nothing about the order: the mail settles which one is meant."
    if answers.resolution.action == "need_info":
        return decided_in_prose(mind, answers)
    return f"Nothing has to be asked. {decided_in_prose(mind, answers)}"


def _events(mind: Mind, answers: Answers) -> list[tuple[dt.date, str]]:
    """What happened on which day, as far as the request dates it."""
    found = [*_of_order(mind, answers), *_of_mail(mind, answers)]
    return sorted(dict.fromkeys(found), key=lambda event: event[0])


_DAYS = (
    ("placed", "{order} was ordered"), ("promised", "day for which {order} was promised"),
    ("delivered", "{order} was delivered"),
)  # fmt: skip


def _of_order(mind: Mind, answers: Answers) -> Iterator[tuple[dt.date, str]]:
    record = mind.orders.get(answers.belief.order_id or "")
    if record is None:
        return
    for field, what in _DAYS:
        if isinstance(day := record.get(field), dt.date):
            yield day, what.format(order=record.id)
    for part in record.parts.get("refunds", []):
        day, amount = part.get("on"), part.get("amount")
        if isinstance(day, dt.date) and isinstance(amount, Money):
            yield day, f"refund of {amount.cents / 100:.2f} {record.get('currency') or ''}".strip()


def _of_mail(mind: Mind, answers: Answers) -> Iterator[tuple[dt.date, str]]:
    for message in messages(mind):
        day: Any = message["message_date"]
        who = message["message_sender"] or "the customer"
        if isinstance(day, dt.date):
            yield day, f"{who} wrote: {quoted(str(message['message_gist']))}"
    known = {message["message_date"] for message in messages(mind)}
    for ask in answers.facts.asks:
        if ask.reported and ask.reported not in known:
            yield ask.reported, f"{ask.issue.replace('_', ' ')} first reported"


def _sure(mind: Mind, answers: Answers) -> str:
    """How far the mail bears out what was said of it."""
    if answers.belief.order_id is None and mind.orders:
        return f"Not of the order. {which_order(mind, answers)}"
    said = " … ".join(quoted(span) for span in in_context(mind))
    told = which_order(mind, answers) if mind.orders else ""
    return " ".join(filter(None, (f"Yes, as far as the mail goes: {said}." if said else "", told)))
