"""The outcome that a letter is to tell: what the program says, else what the model would do itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

from exercises.flaky_agent_trace.deciding.handed import asks_back, reason_in, sentence_at
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.papers.outcomes import outcomes_in
from exercises.flaky_agent_trace.reading.mind import Mind

from .closing import paid_as_told

_TO_TELL = re.compile(
    r"(?P<deny>\b(?:den(?:y|ies|ying|ied)|declin\w+|refus(?:e|es|ing|ed|al)|reject\w*|turn(?:ing"
    r"|ed)? (?:\w+ ){0,3}?down)\b)"
    r"|(?P<escalate>\b(?:handed over|hand(?:ing)? over|escalat\w+|passed on|refunds desk)\b)"
    r"|(?P<need_info>\bask(?:s|ing)? (?:the customer|them|him|her|back|which|for (?:the|an) order)\b"
    r"(?! (?:about|whether|if|for (?!(?:the|an|their) order))))",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"^\W{0,8}(?:for )?examples?\b[^\n]{0,400}(?:\n[^\n]{1,400}){0,20}", re.IGNORECASE | re.MULTILINE
)
_CONDITIONAL = re.compile(r"[^.!?\n]{0,200}\b(?:if|unless|whenever|in case)\b[^.!?\n]{0,300}", re.IGNORECASE)
_OF_A_DRAFT = re.compile(
    r"\b(?:reply|body|answer|message|response|draft|letter|mail) (?:was|is|has been|got) "
    r"(?:rejected|refused|declined)\b"
    r"|^\W{0,6}(?:rejected|refused|declined)\W{0,3}:",
    re.IGNORECASE | re.MULTILINE,
)
"""What is turned down there is the letter."""


def as_told(mind: Mind, own: Resolution) -> Resolution:
    """The resolution that a letter tells: the program's, where it says which, else the model's own."""
    asked = _EXAMPLE.sub(" ", _OF_A_DRAFT.sub(" ", _CONDITIONAL.sub(" ", mind.instructions)))
    asked = "\n".join(line for line in asked.splitlines() if len(outcomes_in(line)) < 3)
    said = _TO_TELL.search(asked)
    told = next((action for action, found in said.groupdict().items() if found), "") if said else ""
    told = "need_info" if asks_back(mind) else told
    why = reason_in(sentence_at(asked, said.start())) if said and mind.operation == "draft" else ""
    saying = mind.asked_last if mind.clauses else mind.instructions
    if not told and (paid := paid_as_told(saying, own)):
        why = next((reason_in(line) for line in saying.splitlines() if paid_as_told(line, own)), "")
        return replace(paid, reason=why) if mind.operation == "draft" else paid
    if not told or told == own.action:
        return replace(own, reason=why) if told and why else own
    return replace(
        own,
        action=cast("Any", told),
        amount=None,
        reason=why,
        order_id=own.order_id or own.belief.order_id,
    )
