"""Of clauses gone through one by one: which these are, and the facts that bear each out, days as counted."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.days_told import counts

_LISTED = re.compile(
    r"\b(?:clauses|rules|paragraphs)\b[^.\n]{0,30}:\s{0,2}(?P<ids>[A-Z]-\d(?:(?:,| and|,? or)? [A-Z]-\d)+)"
)
_RULES = r"(?:clauses?|rules?|sections?|paragraphs?|provisions?)"
_IN_ORDER = re.compile(
    r"\b(?:handbook|policy|rulebook|terms)(?:['’]s)? (?:own )?order\b"
    r"|\bin the order of the (?:handbook|policy)\b"
    rf"|\b{_RULES}\b[^.\n]{{0,30}}\bin (?:their )?order\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\bday[- ]?counts?\b|\bcount\w*\b[^.\n]{0,20}\bdays\b|\bdays? (?:count|passed|elapsed|in question)"
    r"|\b(?:number|how many) (?:of )?days\b|\bwith (?:any |the |its |all )?(?:dates|days)\b",
    re.IGNORECASE,
)


def listed(mind: Mind) -> list[str]:
    """The clauses that the program wants gone through: `Check these clauses: I-2, R-1`."""
    found = _LISTED.search(mind.asked_last)
    return re.findall(r"[A-Z]-\d", found["ids"]) if found is not None else []


def gone_over(mind: Mind, decisive: Sequence[str], others: Collection[str]) -> list[str]:
    """The clauses to go over: those that decide, others on the matter, whole sections asked for by name."""
    topics = {mind.clauses[id].clause.topic for id in mind.clauses}
    wanted = {topic for topic in topics if _named(topic, mind.instructions)} if others else set()
    named = [id for id in mind.clauses if mind.clauses[id].clause.topic in wanted]
    found = list(dict.fromkeys([*decisive, *others, *named]))
    return [id for id in mind.clauses if id in found] if _IN_ORDER.search(mind.instructions) else found


def _named(topic: str, asked: str) -> bool:
    return re.search(rf"\b{topic} (?:and \w+ )?{_RULES}\b", asked, re.IGNORECASE) is not None


def with_days(id: str, said: str, mind: Mind, own: Resolution) -> str:
    """What is said of a clause, with the days that it turns on where these are wanted."""
    asked = f"{mind.instructions}\n{json.dumps(mind.contract.schema or {})}"
    if own.facts is None or not _COUNTED.search(asked):
        return said
    counted = "; ".join(counts(id, own.facts))
    return f"{said} ({counted})" if said and counted else said or counted
