"""Calculators of a program's own, and a tool that pays what one of them has found without being told a sum.

The one that is said to be for what the customer asks is called first; what it says of the case is then done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.outcomes import sum_in
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.calling.reckoners import works_out
from harness.simulation.calling.tools import Offered
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.context import Piece

_VERDICT = re.compile(
    r"[\"'*]{0,3}\b(?:verdict|decision|outcome|result|action|status|finding|recommendation)[\"'*]{0,3}"
    r"[ \t]{0,2}[:=][ \t]{0,2}[\"'*]{0,3}(?P<said>[A-Za-z][\w -]{1,30})",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^\W{0,4}(?P<said>[A-Z]{3,}(?:[ _][A-Z]{3,})?)\b")
_CLAUSE = re.compile(r"\b[A-Z]-\d\b")
_FAILED = re.compile(r"\b(?:error|cannot|could not|invalid|missing|no such|unknown|not on)\b", re.IGNORECASE)
_TRIES = 2


def sumless(mind: Mind) -> bool:
    """Whether the tool that pays is not told how much."""
    pays = mind.contract.tool("refund")
    return pays is not None and mind.contract.form == "calls" and pays.named("amount") is None


def calculators(mind: Mind) -> list[Offered]:
    """The tools that work something out of an order and change nothing."""
    return [
        tool
        for tool in mind.contract.tools
        if tool.kind == "foreign" and not tool.follows and works_out(tool.spec)
    ]


def to_calculate(mind: Mind, own: Resolution) -> Offered | None:
    """The calculator that is to be called before a decision is carried out; `None`: none is left."""
    if not sumless(mind) or own.action not in {"refund", "deny"} or own.order_id is None:
        return None
    issues = {ask.issue for ask in own.belief.facts.asks}
    offered = calculators(mind)
    meant = {tool.spec.name: _issues(tool) for tool in offered}
    fits = [tool for tool in offered if meant[tool.spec.name] & issues]
    fits = fits or [tool for tool in offered if not meant[tool.spec.name] or len(offered) == 1]
    return next((tool for tool in fits if not _answered(mind, tool, own.order_id)), None)


def _issues(tool: Offered) -> set[str]:
    """What a calculator is said to be for."""
    table = vocabulary().ontology.predicates
    said = table.said_in(tool.spec.description) or table.said_in(" ".join(words_of(tool.spec.name)))
    return {one.name for one in said if one.group == "issue" and not one.denied}


def _answered(mind: Mind, tool: Offered, order_id: str) -> bool:
    """Whether it has said something of this order, or will not."""
    results = [text for call, text in _results(mind) if call.tool == tool.spec.name and _of(call, order_id)]
    return any(not _FAILED.search(text) for text in results) or len(results) >= _TRIES


def _of(call: Piece, order_id: str) -> bool:
    named = {id.upper() for id in ORDER_ID.findall(str(call.arguments))}
    return not named or order_id in named


def _results(mind: Mind) -> Iterator[tuple[Piece, str]]:
    """Each call of a calculator with what came back."""
    names = {tool.spec.name for tool in calculators(mind)}
    for call in mind.context.of("call"):
        result = mind.context.result_of(call) if call.tool in names else None
        if result is not None:
            yield call, result.text


def as_calculated(mind: Mind, own: Resolution) -> Resolution:
    """The decision as the last calculator has it, where that says another than the model would come to."""
    if not sumless(mind) or own.order_id is None:
        return own
    told = [text for call, text in _results(mind) if _of(call, own.order_id) and not _FAILED.search(text)]
    verdict = _verdict(told[-1]) if told else None
    if verdict is None or (verdict == own.action and verdict != "refund"):
        return own
    found = sum_in(told[-1])
    amount = Decimal(found.cents) / 100 if found is not None and verdict == "refund" else None
    if verdict == own.action:
        return replace(own, amount=amount or own.amount)
    reason = " ".join(dict.fromkeys(_CLAUSE.findall(told[-1]))) or own.reason
    unit = own.currency or (found.currency if found is not None else None)
    return replace(own, action=verdict, amount=amount, currency=unit if amount else None, reason=reason)


def _verdict(text: str) -> str | None:
    """What a result says is to be done."""
    found = _VERDICT.search(text) or _FIRST.search(text)
    return vocabulary().ontology.value_of("action", found["said"]) if found is not None else None
