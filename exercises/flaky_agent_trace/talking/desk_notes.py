"""A note for the colleagues who take a case over: why it is theirs, by which clause, what is wanted."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes
from exercises.flaky_agent_trace.writing.in_brief import in_one_sentence
from exercises.flaky_agent_trace.writing.summing import groups, joined
from exercises.flaky_agent_trace.writing.telling import quoted
from exercises.flaky_agent_trace.writing.wording import ground
from harness.simulation.reading.asking import sentences_in
from harness.simulation.reading.counts import IN_WORDS, count_of

from .crafts import craft_of, known_of
from .facts_given import facts_given
from .in_prose import decided_in_prose

_REASON = re.compile(r"\b(?:reasons?|why|clauses?|grounds?|rules?)\b", re.IGNORECASE)
_LINES = re.compile(
    rf"\b(?P<n>[1-9]|{IN_WORDS})[ -](?:\w+ )?(?P<kind>lines?|bullets?|bullet points|sentences?)\b",
    re.IGNORECASE,
)
_BY_WHEN = re.compile(r"\b(?:by when|deadline|until when|how long|which date|bis wann)\b", re.IGNORECASE)
_THREATS = {"H-5": "legal", "H-3": "chargeback"}
"""Clauses that hold for what the mail says, and what that is."""
_WANT_FIRST = re.compile(
    r"\b(?:first|start with|begin with) (?:what|the (?:request|wish|customer))\b", re.IGNORECASE
)
_USUAL = 2
_UNTIL = re.compile(
    r"\b(?:by|until|before|within|no later than|bis(?: zum)?|binnen|innerhalb)\b[^.?!]{0,40}?"
    r"\b(?:\d{1,2}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|noon|served|days?|weeks?|friday"
    r"|(?:end of|this) (?:the )?(?:day|week|month)|\w*tag|tagen|woche)\b",
    re.IGNORECASE,
)
"""A deadline that the customer sets."""


def desk_note_asked(mind: Mind) -> bool:
    """Whether a note is wanted that gives the reason, and all that it rests on is at hand."""
    asked = mind.asked_last
    return bool(mind.clauses and mind.sees_orders and craft_of(asked) == "note" and _REASON.search(asked))


def desk_note(mind: Mind, answers: Answers) -> str:
    """The note, in so many lines or sentences as are wanted."""
    asked = mind.asked_last
    found = [*_LINES.finditer(asked)]
    parts = [_reason(mind, answers), _wish(mind, answers, asked)]
    parts = parts[::-1] if _WANT_FIRST.search(asked) else parts
    counts = [count_of(one["n"]) for one in found]
    number = max([*counts, counts.count(1)], default=_USUAL)
    parts += known_of(answers) if number > _USUAL else []
    parts += filter(None, [facts_given(mind, " ".join(parts))])
    lines = [joined(group) for group in groups(parts, min(number, len(parts)))]
    kind = found[0]["kind"].casefold() if found else "line"
    mark = "- " if kind.startswith("bullet") else ""
    return (" " if kind.startswith("sentence") else "\n").join(f"{mark}{line}" for line in lines)


def _reason(mind: Mind, answers: Answers) -> str:
    """The clauses, what they are for, and the words of the mail that bear it out."""
    own = answers.resolution
    ids = [id for id in own.reason.split() if id in mind.clauses and id != "H-7"]
    if not ids or own.action != "escalate":
        return decided_in_prose(mind, answers)
    said = [f"{id}: {ground(id, mind, own)}" for id in ids]
    words = [
        quoted(one) for id in ids if id in _THREATS for one in quotes(mind, _THREATS[id], sentences=True)[:1]
    ]
    return f"{'; '.join(said)} – {words[0]}" if words else f"{'; '.join(said)}."


def _wish(mind: Mind, answers: Answers, asked: str) -> str:
    said = in_one_sentence(answers)
    if not _BY_WHEN.search(asked):
        return said
    until = next((quoted(one) for one in sentences_in(mind.scene.mail.plain) if _UNTIL.search(one)), "")
    return f"{said} By when: {until}" if until else f"{said} The mail names no day for it."
