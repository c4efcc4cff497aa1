"""Answers to questions in plain words, in the form that they are asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.reading.points import Query
from exercises.flaky_agent_trace.reading.queries import UNTOLD
from harness.simulation.forms.spoken import Question, answered
from harness.simulation.reading.values import Money

from .answers import Answers
from .labels import is_hard

_LISTED = re.compile(r"^\W{0,3}(\d{1,2})[\].):]{1,2}\s+(.{0,200})$", re.MULTILINE)
_PERCENT = re.compile(r"\b0\s*(?:-|–|to|\.\.)\s*100\b|\bper ?cent|%", re.IGNORECASE)
_ORDER_NUMBER = re.compile(r"\border(?:'s)? (?:number|id)\b|\bid\b", re.IGNORECASE)
_READ = frozenset({"opened", "legal", "injection"})
"""What a mail that does not say it denies."""


def reply_to(query: Query | None, answers: Answers) -> str:
    """The answer."""
    if query is None:
        return "Unknown"
    ask = query.ask
    if query.wants == "score":
        low, top = query.scale
        hard = query.value in {"hard", "easy"}
        high = is_hard(answers) is (query.value == "hard") if hard else answers(query.slot) == query.value
        share = 0.8 if high else 0.2
        return str(round(low + share * (top - low)))
    if query.wants == "value":
        return _value(query, answers)
    held = holds(query, answers)
    if held is None:
        return ask.loss or ("Unknown" if ask.brief else f"{UNTOLD}.")
    word = ask.words[0 if held else 1] if ask.words else "yes" if held else "no"
    return word.capitalize() if word.islower() and word in {"yes", "no"} else word


def holds(query: Query, answers: Answers) -> bool | None:
    """Whether what is asked is so; `None` where it is not known."""
    own = _compared(query, answers)
    others = [holds(one, answers) for one in query.also]
    if own is False or False in others:
        return False
    return None if own is None or None in others else True


def _compared(query: Query, answers: Answers) -> bool | None:  # noqa: PLR0911, PLR0912  (one way a line)
    known = answers(query.slot)
    if query.holds == "among":
        return any(ask.issue == query.value for ask in answers.facts.asks) if answers.facts.asks else None
    if query.slot == "unclear" and known is not None:
        return bool(known) is query.value
    if query.holds.startswith("count"):
        number = len(known) if isinstance(known, list) else known
        if number is None:
            return None
        return bool(number > query.value if query.holds == "count>" else number == query.value)
    if query.slot == "order_id" and query.holds == "is" and answers.facts.orders_concerned > 1:
        return query.value in answers("orders_concerned")  # each of several is meant
    if known is None and query.slot == "amount" and query.holds == "=":
        return False
    if known is None:
        return False if query.slot in _READ and answers.mind.mail.present else None
    if isinstance(known, Money):
        cents = known.cents
        if query.holds == "=":
            return bool(cents == query.value)
        return bool(cents > query.value) if query.holds == ">" else bool(cents <= query.value)
    if query.holds == "other":
        return bool(known != query.value)
    if query.holds == ">":
        return bool(known > query.value)
    if query.holds == "<=":
        return bool(known <= query.value)
    if isinstance(query.value, bool):
        return bool(known) is query.value
    if query.slot == "status" and query.value == "shipped":
        return known in {"shipped", "delivered"}
    return bool(known == query.value)


def _value(query: Query, answers: Answers) -> str:
    """One value alone; where orders are offered by numbers and a number is wanted, that number."""
    ask, ontology = query.ask, vocabulary().ontology
    plain = Question((query.slot,), brief=True, at_a_loss=ask.loss, percent=bool(_PERCENT.search(ask.text)))
    said = answered(plain, ontology, answers)
    instead: Any = getattr(ontology.slots[query.slot], "instead", "")
    if said == "unknown" and instead:
        said = answered(replace(plain, slots=(instead,)), ontology, answers)
    if query.slot == "order_id" and ask.number and not _ORDER_NUMBER.search(ask.text):
        users = answers.mind.context.of("user", "system")
        listed = [match.groups() for piece in users for match in _LISTED.finditer(piece.text)]
        by_order = {found.group(): number for number, line in listed if (found := ORDER_ID.search(line))}
        return by_order.get(said, ask.loss or said) if len(by_order) > 1 else said
    if query.slot == "amount" and said == "unknown" and ask.number:
        return ask.loss or "0"
    return said
