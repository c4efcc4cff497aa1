"""A draft read for faults by rules that a prompt numbers: which of them it breaks, and with which words."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.deciding.told_letters import PASSED, PROMISED, TO_COME
from exercises.flaky_agent_trace.papers.drafted import PAID
from exercises.flaky_agent_trace.reading.mind import Mind

_RULE = re.compile(r"^[ \t]{0,8}\(?(?P<n>\d{1,2})[.)][ \t]{1,3}(?P<said>[^\n]{6,300})$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_ABOUT = (
    (re.compile(r"refund|money|\bamount\b"), re.compile(r"\b(?:money|refund\w*|paid|pays?|sums?)\b"), PAID),
    (re.compile(r"handover"), re.compile(r"\b(?:colleagues?|handed|handover|desk|cases?)\b"), PASSED),
    (re.compile(r"promise|arranged|was done"), re.compile(r"\bpromis\w+"), PROMISED),
    (re.compile(r"request concerns"), re.compile(r"\border\b"), re.compile(r"HL-\d")),
    (re.compile(r"it is in"), re.compile(r"\blanguage\b"), re.compile(r"\w")),
)
"""Of each kind of fault: how it is put, how a rule against it is, and what says it in a letter."""
_SUM = re.compile(r"\d[.,]\d\d\b")


def broken_rules(mind: Mind, faults: list[str]) -> list[int] | None:
    """The numbers of the rules that a draft breaks; `None` where none are numbered, or it is no draft."""
    told = {int(rule["n"]): rule["said"].casefold() for rule in _RULE.finditer(mind.instructions)}
    if not told or not isinstance((mind.proposal or {}).get("letter"), str):
        return None
    against = [rule for put, rule, _ in _ABOUT if any(map(put.search, faults))]
    hit = [next((n for n, said in told.items() if rule.search(said)), None) for rule in against]
    return sorted({n for n in hit if n is not None})


def offending_words(mind: Mind, faults: list[str]) -> str | None:
    """The first sentence of a draft that says what is held against it."""
    letter = (mind.proposal or {}).get("letter")
    if not isinstance(letter, str):
        return None
    says = [says for put, _, says in _ABOUT if any(map(put.search, faults))]
    parts = [part.strip() for part in _SENTENCE.split(letter) if part.strip()]
    sums = [part for part in parts if _SUM.search(part) and TO_COME.search(part)] if PAID in says else []
    return next((part for one in says for part in parts if one.search(part)), next(iter(sums), None))
