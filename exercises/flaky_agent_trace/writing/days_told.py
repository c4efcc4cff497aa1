"""The days between which a clause counts, as they are told; whether each step to a decision is wanted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Facts

_BY_DELIVERY, _BY_REPORT, _BY_PROMISE = frozenset({"R-1", "R-2"}), frozenset({"D-1", "D-2"}), "L-2"
_IN_STEPS = re.compile(
    r"\bstep[- ]by[- ]step\b|\bchain[- ]of[- ]thought\b|<scratch\w{0,10}>"
    r"|\bshow (?:all )?your (?:work\w*|steps)\b"
    r"|\b(?:think|reason|work)\b[^.\n]{0,30}\b(?:aloud|out loud|in writing)\b",
    re.IGNORECASE,
)


def in_steps(asked: str) -> bool:
    """Whether each step to an answer is wanted before it."""
    return _IN_STEPS.search(asked) is not None


def first_steps(mind: Mind, own: Resolution) -> str:
    """The days that a decision turns on, in a sentence, where each step to it is wanted."""
    if own.facts is None or not (in_steps(mind.instructions) or _DAYS_WANTED.search(_forms(mind))):
        return ""
    ids = [id for id in own.reason.split() if id in mind.clauses]
    counted = list(dict.fromkeys(said for id in ids for said in counts(id, own.facts)))
    return f"The days: {'; '.join(counted)}." if counted else ""


def _forms(mind: Mind) -> str:
    """What the program's form and tools say of what goes into them."""
    own = [mind.contract.schema or {}, *(tool.spec.schema for tool in mind.contract.tools)]
    return json.dumps(own, ensure_ascii=False)


_DAYS_WANTED = re.compile(
    r"\b(?:with|number of|count(?:ing|ed)?|how many|relevant|the) (?:the )?"
    r"(?:dates?(?: and (?:the )?(?:number of )?days)?|days)\b[^\".]{0,30}"
    r"\b(?:between|since|elapsed|passed|counted|them)\b",
    re.IGNORECASE,
)
"""Wants the days that a decision turns on told with the grounds."""


def counts(id: str, facts: Facts) -> Iterator[str]:
    """The two days between which a clause counts, and what comes of it: as the model has counted."""
    order = facts.order
    if order is None:
        return
    delivered, promised = order.delivered, order.promised
    if id in _BY_DELIVERY and delivered is not None:
        yield _between("delivered", delivered, "asked", facts.received)
    elif id in _BY_REPORT and delivered is not None:
        told = next((ask.reported for ask in facts.asks if ask.reported), None)
        yield _between("delivered", delivered, "reported", told or facts.received)
    elif id == "L-1" and delivered is not None:
        yield _between("promised", promised, "delivered", delivered)
    elif id == _BY_PROMISE and delivered is None:
        yield _between("promised", promised, "asked", facts.received)


def _between(since: str, start: date, until: str, end: date) -> str:
    return f"{since} {start}, {until} {end}: day {(end - start).days}"
