"""What a program asks for beside a verdict and the answer so far lacks: why it is so, and the right sum.

`Is 57.20 correct? Answer yes or no, say why, and give the right sum.` A bare yes or no is no answer to that.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.critique import differences
from exercises.flaky_agent_trace.deciding.told_letters import FINE
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.points import Query
from exercises.flaky_agent_trace.reading.queries import DECIDED_BY
from exercises.flaky_agent_trace.reading.quoting import FACTS, quotes, telling
from exercises.flaky_agent_trace.writing.abroad import asked_in, grounds_in
from harness.simulation.reading.asked_parts import wants_sum, wants_why
from harness.simulation.reading.asking import sentences_in

from .in_prose import decision_told
from .standing import counted
from .why_not import fee_told, shipping_told

_VERDICT = re.compile(
    r"^\W*(?P<word>yes|no|true|false|ja|nein|oui|non|s[ií]|nee|tak|nie|right|wrong|correct|incorrect)\b\W*",
    re.IGNORECASE,
)
_POLAR = re.compile(
    r"\b(?:yes|true|ja|oui|s[ií]|tak|right|correct)\b\W{0,4}(?:or|oder|ou|o|of|lub|albo|czy|/|,)?\W{0,3}"
    r"\b(?:no|false|nein|non|nee|nie|wrong|incorrect)\b|\?",
    re.IGNORECASE,
)
_NEAR, _BARE = 2, 2
_OF_THE_SUM = frozenset({"restocking_fee", "fee_applies"})


class Parts(NamedTuple):
    """What is asked for beside a verdict."""

    why: bool
    sum_: bool


def parts_lacking(mind: Mind, said: str) -> Parts | None:
    """What else is asked for, where an answer begins with a verdict and may lack it."""
    if mind.contract.form != "text" or mind.contract.tools or not _VERDICT.match(said) or "\n" in said:
        return None
    asked = _beside_the_verdict(mind.asked_last) or _beside_the_verdict(mind.instructions)
    why = wants_why(asked) and (len(said.split()) <= _BARE or FINE in said)
    sum_ = wants_sum(asked) and not re.search(r"\d[.,]\d\d\b", said)
    return Parts(why, sum_) if why or sum_ else None


def _beside_the_verdict(text: str) -> str:
    """The sentences around the last one that asks for yes or no."""
    said = sentences_in(text)
    at = next((n for n in reversed(range(len(said))) if _POLAR.search(said[n])), None)
    return " ".join(said[max(0, at - 1) : at + _NEAR + 1]) if at is not None else ""


def with_parts(said: str, lacking: Parts, mind: Mind, answers: Answers) -> str:
    """The verdict with what else is asked for; where that is not known, the mind notes what is not."""
    if FINE in said:
        agreed = not differences(mind, answers.resolution)
        return f"{said} {_of_the_decision(mind, answers)}".rstrip() if agreed else said
    query = mind.points[0][1] if len(mind.points) == 1 else None
    ground = _of_the_decision(mind, answers) if lacking.sum_ else _ground(query, mind, answers)
    if not ground:
        mind.unable = "why that is so"
        return said
    verdict = _VERDICT.match(said)
    word = verdict["word"] if verdict is not None else said
    return f"{word[:1].upper()}{word[1:]}. {ground}"


def _ground(query: Query | None, mind: Mind, answers: Answers) -> str:
    slots = query.slots if query is not None else frozenset({"action"})
    if slots <= DECIDED_BY:
        return _of_the_decision(mind, answers)
    if not mind.clauses or answers.facts.order is None:
        return _words(slots, mind)
    if slots <= _OF_THE_SUM:
        return _of_the_decision(mind, answers) if asked_in(mind) != "en" else fee_told(mind, answers)[1]
    if asked_in(mind) == "en" and "shipping_back" in slots:
        return shipping_told(mind, answers)[1]
    if asked_in(mind) == "en" and slots & {"in_time", "days", "delay", "delay_counts"}:
        return " ".join(counted(answers))
    return _words(slots, mind)


def _of_the_decision(mind: Mind, answers: Answers) -> str:
    if not mind.clauses:
        return ""
    said = grounds_in(asked_in(mind), mind, answers.resolution) or decision_told(mind, answers)
    return f"{said[:1].upper()}{said[1:]}"


def _words(slots: frozenset[str], mind: Mind) -> str:
    """The mail's own words for a fact."""
    found = [span for slot in sorted(slots) if slot in FACTS for span in quotes(mind, FACTS[slot])]
    return " … ".join(f"“{telling(mind, span)}”" for span in dict.fromkeys(found))
