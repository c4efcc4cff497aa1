"""Why a clause pays nothing, as a denial gives it for its ground: the condition that fails.

By the clause's own numbers, as the context has them, and never by days that were counted: so a needless
denial says what a right one says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.papers.clauses import UNNUMBERED
from exercises.flaky_agent_trace.papers.entries import refusal_of, ruling_of
from exercises.flaky_agent_trace.papers.lettered import marks_of_rules
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.dues import holds
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.letters import Lines
from exercises.flaky_agent_trace.shop.policy import Facts, delay_counts, reckon

_PAYS = frozenset({"R-1", "R-2", "D-1", "L-1", "L-2", "L-4"})


def numbered(id: str) -> bool:
    """Whether a clause has a number to be cited by."""
    return not id.startswith(UNNUMBERED)


def cited_as(mind: Mind, ids: Iterable[str]) -> list[str]:
    """What clauses are cited by: their numbers, or the marks that a short rulebook gives them."""
    known = [id for id in ids if numbered(id)]
    own = [id for id in known if id in mind.clauses and not mind.clauses[id].cited]
    if not own:
        return known
    marks = marks_of_rules("\n".join(piece.text for piece in mind.context.of("system", "user")))
    return [marks.get(id, id) if id in own else id for id in known]


def citing(id: str, mind: Mind) -> str:
    """The number of a clause that is at hand, in brackets; empty where it has none."""
    seen = mind.clauses.get(id)
    told = seen is not None and numbered(id) and (seen.cited or not seen.anew) and mind.shows(id)
    return f" ({id})" if told else ""


def own_words(mind: Mind, id: str, resolution: Resolution) -> str:
    """A clause that says something else than it did, in the middle of a sentence; empty for all others."""
    seen = mind.clauses.get(id)
    if seen is not None and seen.clause.own:
        return _in_a_sentence(ruling_of(seen.clause.text))
    refused = seen is not None and resolution.action == "deny" and _refused(seen.clause, resolution)
    return _in_a_sentence(refusal_of(seen.clause.text)) if seen is not None and refused else ""


def _in_a_sentence(said: str) -> str:
    said = said.rstrip(".")
    return said if said[:2].isupper() else f"{said[:1].lower()}{said[1:]}"


def failing(id: str, mind: Mind, resolution: Resolution, words: Mapping[str, Lines]) -> str:
    """What of a clause keeps a denied request from being paid; empty where its matter says it, or none is.

    `words`: of what fails, how it is said: with the clause's numbers, and where these are not at hand.
    """
    if resolution.action != "deny":
        return ""
    stated = {id: seen.clause for id, seen in mind.clauses.items()}
    if id in stated and _refused(stated[id], resolution):
        return ""  # its own sentence does
    said = words.get(_cause_of(id, mind, resolution), ())
    numbers = stated[id].numbers if id in stated else {}
    known = (form.format(**numbers) for form in said if _has(numbers, form))
    return next(known, "")


def _refused(clause: Clause, resolution: Resolution) -> bool:
    """Whether a sentence that was put into a clause is what refuses a request."""
    facts = resolution.facts or resolution.belief.facts
    order = facts.order
    rules = [rule for rule in clause.rules if rule.effect == "refuse"]
    return order is not None and any(
        holds(rule, facts, ask, order, item, late=False)
        for rule in rules
        for ask in facts.asks
        for item in order.items
        if not ask.items or item.sku in dict(ask.items)
    )


def fails_as_usual(id: str, mind: Mind, resolution: Resolution) -> bool:
    """Whether it is the clause's usual condition that fails."""
    return _cause_of(id, mind, resolution) == id


def _cause_of(id: str, mind: Mind, resolution: Resolution) -> str:
    stated = {id: seen.clause for id, seen in mind.clauses.items()}
    return _cause(id, resolution.facts or resolution.belief.facts, resolution.kept or stated)


def _has(numbers: Mapping[str, int], form: str) -> bool:
    return "{" not in form or any(f"{{{name}}}" in form for name in numbers)


def _cause(id: str, facts: Facts, clauses: Mapping[str, Clause]) -> str:
    """Which of a clause's conditions fails, by the facts that the decision went by; else the usual one."""
    order = facts.order
    if order is None:
        return id
    if id in _PAYS and _spent(facts, clauses):
        return "M-3"
    if id == "L-2" and order.status == "processing":
        return "unsent"
    if id == "L-1" and id in clauses and order.delivered is not None and not delay_counts(facts, clauses):
        numbers = clauses[id].numbers
        if (order.delivered - order.promised).days > numbers.get("late_days", 0):
            late = (facts.received - order.delivered).days > numbers.get("late_claim_days", 10_000)
            return "claimed" if late else "once"
    return id


def _spent(facts: Facts, clauses: Mapping[str, Clause]) -> bool:
    """Whether only earlier refunds leave nothing to pay."""
    if facts.order is None or not facts.order.refunds or "M-3" not in clauses:
        return False
    before = reckon(facts, {id: clause for id, clause in clauses.items() if id != "M-3"})
    left = reckon(facts, clauses)
    return before is not None and left is not None and left.amount <= 0 < before.amount
