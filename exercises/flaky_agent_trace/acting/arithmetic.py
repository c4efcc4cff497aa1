"""Tools that only reckon, with numbers or days: called first where the program says to use them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.working import working
from harness.simulation.calling.tools import Offered
from harness.simulation.meaning.slots import words_of

from .errands import called

Json = Any
_USED = re.compile(r"\b(?:use|call|with|via|through|by|always|must|never|only)\b", re.IGNORECASE)
_SUMS = re.compile(r"\b(?:calc\w*|arithmetic|maths?|expressions?)\b")
_DAYS = re.compile(r"\bdays?\b.{0,40}\b(?:between|from|since|apart|difference)\b|\bdate diff\w*")
_SUM = r"\d{1,7}(?:\.\d\d)?"
_STEP = re.compile(rf"(?<![\d.])(?P<left>{_SUM}(?: [x*+-] {_SUM}){{1,9}}|{_SUM} % of {_SUM}) = ")
_SHARE = re.compile(rf"(?<![\d.])({_SUM}) % of ({_SUM})")
_PAIR = 2


def to_reckon(mind: Mind, answers: Answers) -> tuple[Offered, dict[str, Json]] | None:
    """The next such tool that the program names and that was not called, with what it is given."""
    for tool in mind.contract.tools:
        if tool.kind == "foreign" and not called(mind, tool) and _told(mind, tool):
            given = next(_given(mind, tool, answers), None)
            if given is not None:
                return tool, given
    return None


def _told(mind: Mind, tool: Offered) -> bool:
    """Whether the program says that it is to be used."""
    name = re.compile(rf"\b{re.escape(tool.spec.name)}\b")
    lines = re.split(r"(?<=[.!?])\s|\n", mind.instructions)
    return any(name.search(line) and _USED.search(line) for line in lines)


def _of_an_order(tool: Offered, name: str) -> bool:
    """Whether an argument is an order's number: such a tool reckons by itself, and takes no formula."""
    part = tool.spec.schema["properties"][name]
    ontology = vocabulary().ontology
    slot = ontology.slot_of(name, str(part.get("description") or ""))
    return slot is not None and ontology.slots[slot].kind == "id"


def _given(mind: Mind, tool: Offered, answers: Answers) -> Iterator[dict[str, Json]]:
    """The arguments: the sum as a formula, or the days that the case turns on."""
    names = list(tool.spec.schema.get("properties") or ())
    said = f"{' '.join(words_of(tool.spec.name))}. {tool.spec.description}".lower()
    if len(names) == 1 and _SUMS.search(said) and not _of_an_order(tool, names[0]):
        steps = _STEP.search(working(answers) or "")
        if steps is not None:
            yield {names[0]: _SHARE.sub(r"\2 * \1 / 100", steps["left"]).replace(" x ", " * ")}
    record = mind.orders.get(answers.resolution.order_id or "")
    if len(names) == _PAIR and _DAYS.search(said) and record is not None and mind.mail.received is not None:
        came = record.get("delivered")
        until = mind.mail.received
        if came is not None:
            yield {names[0]: str(came), names[1]: str(until)}
