"""The clauses that come into question for a case, one a line: which apply, which do not, and why."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.answering.clause_checks import MET, NOT_MET, gone_through
from exercises.flaky_agent_trace.reading.mind import Mind

from .in_prose import decided_in_prose

WEIGHED = "weighed"
_CLAUSES = r"(?:clauses?|rules?|paragraphs?|provisions?|regeln|klauseln|paragra(?:f|ph)en)"
_WEIGHS = re.compile(
    rf"\b(?:which|what|welche)\b(?: of the)? {_CLAUSES}\b[^.?\n]{{0,60}}"
    r"(?:n['’]t\b|\b(?:not|nicht|rule[sd]? out)\b)"
    rf"|\b{_CLAUSES}\b[^.?\n]{{0,30}}\b(?:could|might|may) (?:apply|matter|be relevant|come into|decide)\b"
    rf"|\b(?:go|walk|work) through\b[^.?\n]{{0,30}}\b{_CLAUSES}\b[^.?\n]{{0,60}}\b(?:why|appl\w+)\b",
    re.IGNORECASE,
)


def weighing_asked(asked: str) -> bool:
    """Whether it is asked which clauses apply to the case, and which do not."""
    return bool(_WEIGHS.search(asked))


def weighed(mind: Mind, answers: Answers) -> str:
    """Each clause on the matter with what comes of it, and the decision."""
    lines = [_line(id, mind, answers) for id in _in_question(mind, answers)]
    ends = decided_in_prose(mind, answers)
    return "\n".join([*lines, f"So: {ends[0].lower()}{ends[1:]}"])


def _in_question(mind: Mind, answers: Answers) -> list[str]:
    """The clauses that decide, and behind them the others on the same matter."""
    decisive = [id for id in answers.resolution.reason.split() if id in mind.clauses]
    topics = {mind.clauses[id].clause.topic for id in decisive}
    beside = [id for id, seen in mind.clauses.items() if seen.clause.topic in topics]
    return list(dict.fromkeys([*decisive, *beside]))


def _line(id: str, mind: Mind, answers: Answers) -> str:
    found = gone_through(id, mind, answers.resolution, answers)
    said = {MET: "applies", NOT_MET: "is not met"}.get(found["clause_verdict"], "does not decide it")
    return f"{id} {said}: {found['reason']}."
