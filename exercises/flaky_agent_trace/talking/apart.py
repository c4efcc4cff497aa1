"""Several questions in one message, put one by one: each is answered as it would be alone, by its mark."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.queries import UNTOLD
from exercises.flaky_agent_trace.reading.worksheets import WORKSHEET
from harness.exchange import Message, Request, Text
from harness.exercise.parts import Reading, Thought
from harness.simulation.reading.asking import sentences_in
from harness.simulation.reading.glossed import glossed
from harness.simulation.reading.question_lists import QuestionList, question_list, says_form_alone
from harness.simulation.saying import say

_OF_TEXTS = frozenset({"act", "draft", "revise", "translate", "plan", "judge"})


@dataclass(frozen=True, slots=True)
class Apart:
    """The readings of a message's questions, each alone."""

    marks: tuple[str, ...]
    readings: tuple[Reading, ...]
    mind: Mind


def apart(
    request: Request, reading: Reading, mind: Mind, read: Callable[[Request], Reading]
) -> Reading | None:
    """The reading of a request as several questions; none where it asks one thing, or answers them anyway."""
    form = mind.contract.form != "text" or mind.contract.tools or mind.contract.verbatim
    answered = len(mind.points) > 1 or mind.told == WORKSHEET or mind.rubric is not None
    if form or answered or reading.operation in _OF_TEXTS or not request.messages:
        return None
    last = request.messages[-1]
    listed = question_list(last.text) if last.role == "user" else None
    if listed is None or not _asked(listed, mind):
        return None
    head = request.messages[:-1]
    alone = [
        request._replace(messages=(*head, Message("user", (Text(listed.alone(at)),))))
        for at in range(len(listed.items))
    ]
    each = tuple(map(read, alone))
    why_not = next((one.why_not for one in each if not one.understood), "")
    marks = tuple(mark for mark, _ in listed.items)
    return reading._replace(
        understood=not why_not, why_not=why_not, operation=each[-1].operation, state=Apart(marks, each, mind)
    )


def _asked(listed: QuestionList, mind: Mind) -> bool:
    """Whether the program itself asks these, and nothing besides."""
    asked = " ".join(mind.asked_last.split())
    if not all(" ".join(glossed(said).split()) in asked for _, said in listed.items):
        return False
    for mark, said in listed.items:
        asked = asked.replace(" ".join(glossed(said).split()), "\n", 1).replace(mark, " ", 1)
    rest = [one for one in sentences_in(asked) if re.search(r"\w{3}", one)]
    return all(says_form_alone(one) or ("?" not in one and not _WANTS.search(one)) for one in rest)


_WANTS = re.compile(
    r"\b(?:answer|reply|write|decide|give|say|return|output|antworte|schreibe?|entscheide|réponds|écris|responde"
    r"|escribe|antwoord|schrijf|odpowiedz|napisz)\b",
    re.IGNORECASE,
)


def together(state: Apart, thoughts: list[Thought]) -> Thought:
    """The answers below one another, each by its mark."""
    lines = []
    for mark, thought in zip(state.marks, thoughts, strict=True):
        said = thought.reply.text.strip()
        lines.append(f"{mark} {said}" if "\n" not in said else f"{mark} " + said.replace("\n", "\n   "))
    modes = {mode.mode: mode for one in thoughts for mode in one.modes}
    return thoughts[0]._replace(
        reply=say("\n".join(lines)),
        modes=tuple(modes.values()),
        why_not=next((why for one in thoughts if (why := _lost(one))), ""),
    )


def _lost(thought: Thought) -> str:
    """Why a question is not answered."""
    return thought.why_not or (UNTOLD if thought.reply.text.startswith(UNTOLD) else "")
