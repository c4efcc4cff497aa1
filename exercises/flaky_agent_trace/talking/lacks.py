"""Why a request cannot be answered: what of it is not understood, or is beyond what is known here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exercises.flaky_agent_trace.answering.answers import NO_PROPOSAL
from exercises.flaky_agent_trace.deciding.criteria import unmarkable
from exercises.flaky_agent_trace.deciding.questions import unread_rule
from exercises.flaky_agent_trace.deciding.told_letters import ungraded, unmeasured
from exercises.flaky_agent_trace.papers.manners import manner_asked
from exercises.flaky_agent_trace.papers.reviewing import (
    UNCOMPARED,
    contradictions_asked,
    grades_a_run,
    marks_asked,
    shows_a_run,
)
from exercises.flaky_agent_trace.reading.batches import CASES, stranger
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.restated import unheard
from exercises.flaky_agent_trace.writing.dictated import unwritable
from harness.simulation.saying import UNCLEAR

from .bypassed import bypassed
from .standing import only_doubted
from .supposed import BEYOND, beyond
from .told_later import unclear

_SAME_OF_ANOTHER = re.compile(
    r"\b(?:the same|that again|likewise|same (?:again|thing|question))\b[^.?\n]{0,20}\b(?:for|with|of|on) "
    r"(?:the (?:other|second|next|previous|first)|another|HL-\d{6})",
    re.IGNORECASE,
)
"""Asks what was asked before of something else: which of both it is cannot be told here."""


def _marks_a_run(mind: Mind) -> bool:
    """Whether marks are wanted and what is shown is the record of a run."""
    users = mind.context.of("user")
    text = users[-1].text if users else ""
    asked = f"{text[:_NEAR]}\n{text[-_NEAR:]}\n{mind.instructions}"
    return shows_a_run(text) and marks_asked(asked)


_NEAR = 600


def lacks(mind: Mind) -> Iterator[str]:
    """What is not known or not understood here that an answer would have to rest on."""
    alone = mind.mail.present and mind.proposal is None
    compares = UNCOMPARED if alone and contradictions_asked(mind.instructions) else ""
    if said := compares or mind.lacking or unread_rule(mind):
        yield said
    if mind.scene.unread:
        yield "what the customer wants with this mail is not clear"
    if mind.operation == "decide" and mind.contract.form != "text" and mind.of_another:
        yield "the case in the request is none that is known here"
    if CASES in mind.contract.slots and (other := stranger(mind)):
        yield f"of another ticket in the request ({other}) too little is known here to decide it"
    judges = mind.operation == "critique" and mind.shown and mind.rubric is None
    if judges and manner_asked(mind.asked_last) == "writing":
        yield "how well a letter is written is beyond what is known here"
    if not mind.contract.tools and (grades_a_run(mind.instructions) or _marks_a_run(mind)):
        yield "how well a run went is beyond what is known here"
    if not mind.contract.tools and beyond(mind):
        yield BEYOND
    if unmeasured(mind) or ungraded(mind):
        yield "what the letter is to be held against is told in a way that is not understood here"
    if only_doubted(mind):
        yield "what is doubted is not clear"
    if mind.at_a_loss:
        yield NO_PROPOSAL
    yield from unmarkable(mind)
    yield from unwritable(mind)
    if mind.operation == "decide" and mind.contract.form != "text" and unheard(mind):
        yield "what the customer asks for is told in a way that is not understood here"
    yield from unclear(mind)
    again = mind.context.said and not mind.contract.tools and _SAME_OF_ANOTHER.search(mind.asked_last)
    if again or (mind.narrow is None and bypassed(mind)):
        yield UNCLEAR
