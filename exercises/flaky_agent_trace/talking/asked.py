"""The question in plain words that a request asks, noted in the mind: what it is, and how it is answered."""

from __future__ import annotations

import re
from dataclasses import replace

from exercises.flaky_agent_trace.answering.itemised import NAME, name_words
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.drafted import PAID
from exercises.flaky_agent_trace.papers.rulebook import IN_GENERAL, PARAMETERS
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.points import Query
from exercises.flaky_agent_trace.reading.queries import (
    DECIDED_BY,
    UNTOLD,
    asked_of,
    either_of,
    left_to_words,
    of_a_draft,
    points_of,
    query_of,
    unanswerable,
)
from exercises.flaky_agent_trace.writing.closing import last_line_asked
from harness.simulation.forms.contract import Contract
from harness.simulation.operations import operation_of
from harness.simulation.reading.asked_parts import asks_change
from harness.simulation.reading.asking import Ask, sentences_in
from harness.simulation.reading.days import days_asked
from harness.simulation.reading.sums import sum_asked
from harness.simulation.reading.text import stem

from .advising import advised
from .asked_back import asked_back
from .comparing import compared_editions
from .conversing import talk_asked
from .dispatched import dispatched
from .explained import telling_asked
from .findings import wants_state
from .following import NEWS, follow_asked, unheard
from .last_days import last_days
from .plainly import labelled_ask
from .posed import posed
from .reviews import review_asked
from .rules import rule_answer, rule_asked
from .small_questions import small_asked
from .standing import AGAIN, doubted
from .sums_asked import sums_asked
from .supposed import SUPPOSED, supposes
from .texts import text_asked
from .told_later import UNHEARD

_RETOLD = frozenset({"rewrite", "cleaned"})


def note_text(mind: Mind) -> bool:
    """Whether the program asks for a text of some length, about the case or about texts of its own."""
    if mind.contract.form != "text" or mind.contract.tools or wants_state(mind):
        return False
    if follow_asked(mind):
        return False
    told = text_asked(mind) if mind.mail.present else ""
    alone = not (mind.mail.present or mind.orders or mind.deeds)
    rule = (
        ""
        if told
        else compared_editions(mind)
        or advised(mind)
        or last_days(mind)
        or (reckoned_apart(mind.asked_last) if alone else "")
    )
    if not (told or rule):
        return False
    mind.points, mind.told, mind.rule, mind.lacking, mind.labels = (), told, rule, "", None
    mind.operation = {
        "argue": "decide",
        "weighed": "decide",
        "desk note": "decide",
        "english": "translate",
    }.get(told, "summarise")
    mind.craft, mind.question = "", None
    return True


def reckoned_apart(asked: str) -> str:
    """The result of a sum or of a count of days that is all that is asked."""
    return sum_asked(asked) or days_asked(asked)


def note_question(  # noqa: PLR0911  (the first question that it is)
    mind: Mind, operation: str, answerable: frozenset[str], *, relevant: bool
) -> bool:
    """Whether the program asks such a question, which then says what the operation is.

    `operation`: what the request is without it. `relevant`: whether anything of this case stands in it.
    """
    mind.points, mind.told, mind.rule, mind.lacking, mind.labels = (), "", "", "", None
    if mind.contract.form != "text" or mind.contract.tools:
        return False
    if relevant and _note_talk(mind):
        return True
    ask = asked_of(mind)
    if relevant and doubted(mind) and not (ask is not None and ask.brief and ask.own):
        mind.told, mind.craft, mind.question, mind.operation = AGAIN, "", None, "revise"
        return True
    if ask is None:
        return False
    points = points_of(ask, mind.asked_last if ask.own else mind.instructions) if relevant else ()
    if points and _of_rules_alone(mind, points):
        return False
    if points:
        mind.craft, mind.question = "", None
        return _as_fields(mind, ask, points)
    result = "" if not relevant else sum_asked(ask.question) or days_asked(ask.text)
    if not result and not relevant:
        return False
    said = result or (rule_answer(mind, ask) if mind.clauses and not _judges(mind, operation) else None)
    if said is not None:
        mind.operation, mind.rule, mind.lacking = "summarise", said, "" if said else UNTOLD
    elif _asks_of_rules(mind, ask) or last_line_asked(ask.text) or _judges(mind, operation):
        return False
    elif (told := telling_asked(mind, ask.text)) and not _value_alone(ask):
        mind.told, mind.operation = told, "summarise" if told in _RETOLD else "decide"
    elif (
        (mind.proposal is not None and not _of_now(mind, ask))
        or of_a_draft(ask)
        or not _of_case(mind, ask, answerable)
    ):
        return False
    mind.craft, mind.question = "", None
    return True


def _note_talk(mind: Mind) -> bool:
    """Whether it is what people ask in a talk: a case that they pose, or change, and the like."""
    mind.rule = posed(mind) or dispatched(mind)
    if not mind.rule and (mind.context.said or mind.proposal is None):
        mind.told = (
            asked_back(mind)
            or sums_asked(mind)
            or follow_asked(mind)
            or talk_asked(mind)
            or (SUPPOSED if supposes(mind) else "")
        )
        mind.told = mind.told or small_asked(mind)
        said = unheard(mind) if mind.context.said else UNHEARD if _asks_of_news(mind) else ""
        if not mind.told and said:
            mind.told, mind.lacking = NEWS, said
    if not (mind.rule or mind.told):
        return False
    mind.craft, mind.question = "", None
    mind.operation = "decide" if mind.told and mind.clauses else "summarise"
    return True


def _asks_of_rules(mind: Mind, ask: Ask) -> bool:
    """Whether a rule is asked for, and no fact of a case that is at hand: `Is there a chargeback?`"""
    at_hand = ask.closed and mind.mail.present and mind.orders and not _IN_GENERAL.search(ask.question)
    query = query_of(ask) if at_hand else None
    of_case = query is not None and query.slots <= _FACTS
    return bool(rule_asked(ask.question)) and not of_case


_IN_GENERAL = re.compile(
    r"\b(?:an?|any|every|all) (?:customer|buyer|client|item|article|product|order)s?\b"
    r"|\b(?:customers|buyers|clients|people|one)\b",
    re.IGNORECASE,
)
_FACTS = frozenset({"chargeback", "final_sale", "gift", "has_chargeback", "injection", "legal"})


def _asks_of_news(mind: Mind) -> bool:
    """Whether a first message tells something beside the case and asks if that changes a decision."""
    said = sentences_in(mind.asked_last)[-2:]
    return len(said) > 1 and asks_change(said[-1]) and " still " not in f" {said[-1].casefold()} "


def _of_rules_alone(mind: Mind, points: tuple[tuple[str, Query | None], ...]) -> bool:
    """Whether a case is asked about, and nothing but the handbook is there to answer it."""
    case = mind.mail.present or mind.orders or mind.deeds or mind.claims or mind.proposal or mind.headed
    asked = frozenset().union(*(query.slots for _, query in points if query))
    return bool(mind.clauses) and not case and not (asked and asked <= _RULED)


def _of_now(mind: Mind, ask: Ask) -> bool:
    """Whether a talk goes on with a question for yes or no: what was said before is no proposal."""
    return bool(mind.context.said) and ask.own and ask.closed and not _IS_RIGHT.search(ask.question)


_IS_RIGHT = re.compile(
    r"\b(?:is|was|are|does|do|would|can)\b[^?]{0,40}\b(?:right|correct|ok(?:ay)?|sound|hold|fine|agree|stand"
    r"|go out|accurate)\b",
    re.IGNORECASE,
)
"""Asks whether what was said is right."""


_RULED = frozenset({*PARAMETERS, *IN_GENERAL, "clauses"})


def _value_alone(ask: Ask) -> bool:
    """Whether nothing but a figure is wanted, and not the way to it."""
    query = query_of(ask) if ask.brief and not _THE_WAY.search(ask.question) else None
    plain = query is not None and query.wants == "value"
    return plain and query is not None and vocabulary().ontology.slots[query.slot].kind in _FIGURES


_THE_WAY = re.compile(r"\b(?:how|why|explain|show|steps?|walk|break|justify|reasons?)\b", re.IGNORECASE)
_FIGURES = frozenset({"id", "money", "number", "date"})


def _judges(mind: Mind, operation: str) -> bool:
    """Whether a proposal is to be judged; who asks how the model came to its own answer, judges none."""
    if mind.context.said:
        return False
    return mind.proposal is not None or review_asked(mind, operation) in {"critique", "judge"}


def _of_case(mind: Mind, ask: Ask, answerable: frozenset[str]) -> bool:
    """For a question about the case: yes or no, one of several labels, one value."""
    either = either_of(ask)
    if either is None and not ask.closed and (labelled := labelled_ask(mind, ask, answerable)):
        mind.operation = labelled
        return True
    query = either or query_of(ask) or query_of(_of_it(mind, ask))
    query = replace(query, ask=ask) if query is not None and either is None else query
    query = _as_booked(mind, query) if query is not None else None
    if _of_rules_alone(mind, (("", query),)):
        return False
    if query is not None and query.slot in _OF_RECORD and _SAYS.match(ask.question):
        mind.operation, mind.lacking = "extract", UNTOLD
        return True
    if query is None:
        mind.operation, mind.lacking = "extract", UNTOLD
        return unanswerable(ask)
    return not left_to_words(query) and _as_fields(mind, ask, (("", query),))


_OF_RECORD = frozenset({"order_delivered", "delivered", "status", "promised", "placed", "payment", "in_time"})
_SAYS = re.compile(
    r"^\W*(?:and |so )?(?:does|did|has) (?:the )?(?:customer|client|buyer|mail|e-?mail|message|she|he"
    r"|they|it|sender)\b"
    r"[^?]{0,12}\b(?:sa(?:y|id)|mention\w*|tell|told|state[sd]?|writ\w+)\b",
    re.IGNORECASE,
)
"""Asks what stands in the mail, where the order would tell it."""


def _of_it(mind: Mind, ask: Ask) -> Ask:
    """A question for yes or no that calls an item by its name, with the name left out."""
    if not ask.closed or not mind.mail.present:
        return ask
    names = [
        str(part.get("name") or "") for one in mind.orders.values() for part in one.parts.get("items", ())
    ]
    named = frozenset().union(*map(name_words, (*names, *mind.mail.spans("item"))))
    said = NAME.sub(lambda met: "it" if stem(met[0].casefold()) in named else met[0], ask.question)
    return replace(ask, question=re.sub(r"\b(?:the|this|that|her|his|their) (?:it ?)+", "it ", said))


def _as_booked(mind: Mind, query: Query) -> Query | None:
    """Beside orders alone nothing can be decided: a refund that is asked about is one that they list."""
    if not mind.orders or mind.mail.present or mind.claims or mind.clauses or mind.deeds:
        return query
    if not query.ask.closed or query.slot not in DECIDED_BY:
        return query
    past = [len(record.parts.get("refunds", ())) for record in mind.orders.values()]
    if not PAID.search(query.ask.question) or max(past) > 1:
        return None
    if query.slot == "amount":
        return replace(query, slot="refunded_before")
    return replace(query, slot="already_refunded", value=True) if query.value in {True, "refund"} else None


def _as_fields(mind: Mind, ask: Ask, points: tuple[tuple[str, Query | None], ...]) -> bool:
    """The operation as a schema with fields for what is asked would have it."""
    slots: frozenset[str] = frozenset().union(*(query.slots for _, query in points if query))
    mind.points = points
    mind.contract = replace(mind.contract, slots=slots | ({"unclear"} if ask.loss else set()))
    formal = Contract("schema", {}, slots=slots)
    mind.operation = operation_of(formal, vocabulary().cues, quotes_own=False, proposal=False, asked="")
    return True
