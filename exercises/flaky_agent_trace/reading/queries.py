"""Questions in plain words and what they mean here: as a field of that name would be answered.

Yes or no to a flag, to a value, to a figure that is named, to a count; or one value alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import RootModel

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.offers import effort
from exercises.flaky_agent_trace.papers.outcomes import sum_in
from harness.exercise.spec import read_toml
from harness.simulation.forms.spoken import question
from harness.simulation.meaning.meant import slot_meant, value_meant
from harness.simulation.reading.asking import Ask, ask_in
from harness.simulation.reading.counts import count_of
from harness.simulation.reading.values import canonical

from .counting import counted
from .marked import rival_asked
from .mind import Mind
from .points import Query

UNTOLD = "I can't tell that from what I was given"


class _Put(RootModel[dict[str, dict[str, dict[str, tuple[str, ...]]]]]):
    """`questions.toml`: slot → the value that a yes says, or `asked` → wordings."""


@cache
def _put() -> dict[str, dict[str, tuple[str, ...]]]:
    return _Put.model_validate(read_toml(Path(__file__).with_name("questions.toml"))).root["slots"]


@cache
def phrases() -> dict[str, tuple[tuple[str, Any], ...]]:
    """How questions for yes or no put it, besides names of fields: slot → wordings, each with its value."""
    sides: dict[str, Any] = {"yes": True, "no": False}
    return {
        slot: tuple(
            (words, sides.get(value, value))
            for value, put in told.items()
            for words in put
            if value != "asked"
        )
        for slot, told in _put().items()
    }


@cache
def wordings() -> dict[str, tuple[str, ...]]:
    """How questions for a value put it: slot → wordings."""
    return {slot: told["asked"] for slot, told in _put().items() if "asked" in told}


_COUNTED = re.compile(
    r"\b(?P<most>(?:exactly|only|just|precisely) )?(?P<n>(?P<exact>one|a single|two|three|four)|no"
    r"|several|multiple|more than one|many)"
    r" (?P<what>(?:different |separate "
    r")?(?:orders?|items?|products?|articles?|skus?|pieces?|requests?|issues?|problems?))\b",
    re.IGNORECASE,
)
_LISTS = {
    "order": "orders_concerned",
    "request": "asks",
    "issue": "asks",
    "problem": "asks",
    "piece": "quantity",
}
_COMPARED = re.compile(
    r"\b(?P<op>within|in under|no (?:later|more|longer) than|at most|not more than|up to|under|less than"
    r"|fewer than|below"
    r"|more than|longer than|over|above|at least|exceeds?|beyond|higher than|greater than)\s"
    r"(?:the\s|a\s|its\s)?(?P<what>(?:EUR |GBP |PLN |€|£)?\d[\d.,]{0,12}(?:-|\s)?(?P<unit>days?|EUR|GBP"
    r"|PLN|€|£|euros?|pounds?|zł)?)",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"more than|longer|over|above|exceed|beyond|higher|greater", re.IGNORECASE)
_OTHER_THAN = re.compile(
    r"\b(?:other|different|else) (?:than|from)(?: (?:the|a|an|their|his|her|getting))* "
    r"(?P<what>money(?: back)?|(?:cash )?refund)\b",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(
    r",?\s(?:and|but) (?:no|not) (?:the |his |her |their )?(?:money|cash)(?: back)?\b", re.IGNORECASE
)
_FOR_DELAY = re.compile(
    r"\b(?:ask|want|claim|demand|request|insist|expect|seek|look)(?:s|ed|ing)?\b[^?.]{0,40}?"
    r"\b(?:compensat\w+|price reduction|discount|reduction|allowance|(?:money|something|a sum) off"
    r"|damages|something"
    r"|money)\b[^?.]{0,30}\b(?:for|because|since|over|due to|on account of|as)\b[^?.]{0,30}"
    r"\b(?:late(?:ness)?|delay\w*|overdue)\b",
    re.IGNORECASE,
)
"""Whether money for a late delivery is asked for, which may have come late or not."""
_LATE = re.compile(r"\b(?:late|delay\w*|overdue|promised)\b", re.IGNORECASE)
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_MONEY = re.compile(
    r"(?:EUR|GBP|PLN|€|£)\s?\d[\d.,]{0,12}\d|(?<![\d.,])\d[\d.,]{0,12}\s?(?:EUR|GBP|PLN|€"
    r"|£|euros?|pounds?|zł)(?!\w)",
    re.IGNORECASE,
)
_BARE_SUM = re.compile(r"\b\d{1,6}\.\d\d\b")
_SCALE = re.compile(r"\b(?:from\s)?(\d{1,2})\s?(?:\([^()\n]{1,30}\)\s?)?(?:to|-|–|through|and)\s?(\d{1,3})\b")
_HOW = re.compile(r"\bhow\s(\w{3,20})\b", re.IGNORECASE)
_HOW_SURE = re.compile(
    r"\bhow (?:sure|confident|certain)\b|\b(?:your|the) (?:confidence|certainty)\b", re.IGNORECASE
)
_NO_MORE = re.compile(
    r"\b(?:no|without(?: an?| any)?) (?:explanations?|comments?|reasons?|reasoning|other text)\b",
    re.IGNORECASE,
)
_OF_ORDER = re.compile(
    r"\b(?:which|what|the|this|right|correct) (?:\w+ )?(?:order|purchase)\b[^.?\n]{0,20}"
    r"\b(?:is|was|are|meant|means?|concerned|right|one)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\b(?:when|date|day|on which)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"\b(?:clauses|rules|paragraphs|sections|ids)\b", re.IGNORECASE)
_OF_SYSTEM = 0.6
"""How much of a system prompt's rule for answers has to be about what it is taken to ask."""
_NUMBERS = frozenset({"number", "money"})
_VALUES = frozenset({"id", "number", "money", "date", "word", "text", "list"})


_ABOUT_ANSWERS = frozenset({
    "valid", "ruling", "winner", "score", "issues", "checks", "aspect", "plan", "tool_name", "tool_arguments",
    "calls_made", "done", "reply", "subject", "summary", "quote", "reasoning", "reason", "safe",
    "refund_request", "matches",
    "fit_score", "rank", "settled_order", "cases", "look_ups", "ticket_id",
})  # fmt: skip
GROUNDS = frozenset({"grounds", "handover_grounds", "denial_grounds", "risks"})
"""What a decision rests on: what is so of the case has slots of its own."""
_WRITES = re.compile(
    r"(?:^|[.!?:,]\s+|\b(?:and|then|please)\s+)(?:write|draft|compose|prepare|translate|summari[sz]e"
    r"|rewrite|rephrase|redact"
    r"|anonymi[sz]e|mask|quote|plan|list)\b",
    re.IGNORECASE,
)

_A_TEXT = re.compile(
    r"\b(?:only|just|but)\b(?:\s\w+){0,3}?\s(?:e-?mail|mail|reply|letter|message|text|translation|summary"
    r"|body|note|rewritten)\b"
    r"(?! (?:address|date))"
    r"|\b(?:text|body|wording) of (?:the|your) (?:\w+ )?(?:e-?mail|mail|reply|letter|message|answer)\b"
    r"[^.\n]{0,12}\b(?:only|alone|and nothing else)\b",
    re.IGNORECASE,
)
"""A whole text is what is to be given alone."""
_A_FORMAT = re.compile(
    r"\b(?:json|xml|csv|yaml|tsv|markdown|table|columns?|keys?|tags?|template|fields?)\b|<\w[^<>\n]{0,40}>"
    r"|\w\s?\|\s?\w+\s?\|",
    re.IGNORECASE,
)
"""The answer has a shape of its own."""
_OF_A_DRAFT = re.compile(
    r"\b(?:draft|proposals?|proposed|agent [\dA-E]|assistant['’]s|candidate [A-E\d]|option [A-E\d])\b"
    r"|\b(?:the|this|that|our|my) (?:\w{1,12} )?(?:reply|answer|letter|decision|extraction)\b",
    re.IGNORECASE,
)


def of_a_draft(ask: Ask) -> bool:
    """Whether it is about something that another step made of the case, or for an answer with a shape of "
    "its own.
    """
    return bool(_OF_A_DRAFT.search(ask.question) or _A_FORMAT.search(ask.text))


def answerable() -> frozenset[str]:
    """Every slot about the case itself, rather than about a proposal or an answer."""
    slots = vocabulary().ontology.slots
    return frozenset(
        slot for slot in slots if slot not in _ABOUT_ANSWERS and not slot.endswith(("_ok", "_score"))
    )


def asked_of(mind: Mind) -> Ask | None:
    """What the program asks, by the last message or else by its system prompt."""
    system = mind.scene.instructions(mind.context.of("system"))
    return ask_in(mind.asked_last, system)


_OPEN = re.compile(
    r"\b(?:should|sure|agree|ok(?:ay)?|fine|do we|can we|must we|approve|correct|right|good|reply|draft"
    r"|letter|answer|tone|proposal"
    r"|decision|extraction|summary|due|owe[ds]?|pay|refund\w*)\b",
    re.IGNORECASE,
)
DECIDED_BY = frozenset({"action", "eligible", "amount", "clauses"})


def unanswerable(ask: Ask) -> bool:
    """Whether a yes or no is wanted of something that nobody here knows: said so, rather than guessed."""
    return ask.closed and (ask.words is not None or not _OPEN.search(ask.question))


def left_to_words(query: Query) -> bool:
    """Whether a decision is asked for that is better told with its grounds."""
    return query.ask.closed and query.ask.words is None and query.slot in DECIDED_BY and query.holds == "is"


def query_of(ask: Ask) -> Query | None:
    """The question as slots, `None` where it is about none."""
    if ask.closed:
        return _closed(ask, ask.question, answerable())
    wordy = _WRITES.search(ask.text) or _A_TEXT.search(ask.text) or _WHAT_NOW.search(ask.question)
    if (ask.brief or ask.loss) and not wordy:
        return _valued(ask, answerable())
    return None


_OFFERED = re.compile(
    r"(?<![,/|] )(?<!or "
    r")[\"'`]?\b([A-Z][A-Z_-]{2,20})\b[\"'`]?(?:\s?[/|]\s?"
    r"|,?\sor\s)[\"'`]?([A-Z][A-Z_-]{2,20})\b(?!\s?(?:/|,|\||or\b))"
)


def either_of(ask: Ask) -> Query | None:
    """For two words in capitals of which one says yes to a flag and one no: `CLEAR or AMBIGUOUS`."""
    found = None if ask.words else _OFFERED.search(ask.text)
    if found is None:
        return None
    ontology = vocabulary().ontology
    flags = sorted(slot for slot in answerable() if ontology.slots[slot].kind == "flag")
    sides = [
        value_meant(word.replace("_", " ").lower(), ontology, flags, phrases()) for word in found.groups()
    ]
    if None in sides or sides[0][0] != sides[1][0] or sides[0][1] == sides[1][1]:  # type: ignore[index]
        return None
    slot, first = sides[0]  # type: ignore[misc]
    words = (found[1], found[2]) if first else (found[2], found[1])
    return Query(replace(ask, words=words, closed=True, brief=True), slot, True)


def closed_query(ask: Ask, said: str) -> Query | None:
    """A question for yes or no as slots, `None` where it is about none."""
    return _closed(ask, said, answerable())


_EACH = re.compile(r"\b(?:each|every|all|following|line by line|per line)\b", re.IGNORECASE)
_POINT = re.compile(
    r"^[ \t]{0,4}(?P<mark>(?:\d{1,2}|[a-z])[.):]"
    r"|[-*•])[ \t]{1,4}(?P<said>[^\n]{6,200})$",
    re.MULTILINE,
)


def points_of(ask: Ask, asked: str) -> tuple[tuple[str, Query | None], ...]:
    """Several points that are each to be answered by yes or no: its mark, and what it asks."""
    if ask.words is None or not _EACH.search(ask.text):
        return ()
    found = [(match["mark"], match["said"].strip()) for match in _POINT.finditer(asked)]
    known = tuple((mark, _closed(ask, said, answerable())) for mark, said in found)
    return known if len(known) > 1 and any(query for _, query in known) else ()


def _closed(ask: Ask, said: str, answerable: frozenset[str]) -> Query | None:
    """A question for yes or no; several that have to hold together are taken apart."""
    said = _NO_MONEY.sub(" ", said)
    parts = [part for part in re.split(r"\s+and\s+", said) if part]
    if len(parts) > 1 and (each := [_one(ask, part, answerable) for part in parts]) and None not in each:
        known = [one for one in each if one is not None]
        return Query(ask, known[0].slot, known[0].value, known[0].holds, tuple(known[1:]))
    return _one(ask, said, answerable)


def _one(ask: Ask, said: str, answerable: frozenset[str]) -> Query | None:  # noqa: PLR0911  (one kind a look)
    ontology = vocabulary().ontology
    if rival_asked(said):
        return Query(ask, "order_match", "one", "other")
    if _FOR_DELAY.search(said):
        return Query(ask, "asks", "late", "among")
    if counted := _COUNTED.search(said):
        what = counted["what"].split()[-1].casefold().rstrip("s")
        none = counted["n"].casefold() == "no"
        exactly = 0 if none else count_of(counted["exact"]) if counted["exact"] else None
        value, holds = (1, "count>") if exactly is None else (exactly, "count")
        return Query(ask, _LISTS.get(what, "items"), value, holds)
    if found := _COMPARED.search(said):
        unit = (found["unit"] or "").casefold()
        if unit.startswith("day"):
            number = re.search(r"\d+", found["what"])
            slot = "delay" if _LATE.search(said) else "days"
            return Query(
                ask, slot, float(number[0]) if number else 0.0, ">" if _ABOVE.search(found["op"]) else "<="
            )
        if (money := sum_in(found["what"])) is not None:
            slot = (
                slot_meant(said, ontology, answerable - {"claimed_amount"}, {"money"}, wordings()) or "amount"
            )
            return Query(ask, slot, money.cents, ">" if _ABOVE.search(found["op"]) else "<=")
    if named := _named_figure(ask, said, answerable):
        return named
    if other := _OTHER_THAN.search(said):
        wish = ontology.value_of("wants", other["what"])
        return Query(ask, "wants", wish, "other") if wish else None
    said = _ARRIVED.sub(" ", said) if _BROKEN.search(said) else said
    meant = value_meant(said, ontology, sorted(answerable - GROUNDS), phrases())
    return Query(ask, meant[0], meant[1]) if meant is not None else None


_BROKEN = re.compile(
    r"\b(?:damaged|broken|faulty|defective|cracked|smashed|intact|in pieces)\b", re.IGNORECASE
)
_ARRIVED = re.compile(r"\b(?:arrived?|come|came|delivered|get here)\b", re.IGNORECASE)
"""Of what is damaged, that it came is no question."""


def _named_figure(ask: Ask, said: str, answerable: frozenset[str]) -> Query | None:
    """For a question that names a sum, an order or a day: whether that is the one."""
    ontology = vocabulary().ontology
    if order := ORDER_ID.search(said):
        return Query(ask, "order_id", order.group().upper())
    if day := _DATE.search(said):
        slot = slot_meant(said, ontology, answerable, {"date"}, wordings())
        return Query(ask, slot, canonical(day.group(), "date")) if slot else None
    money = _MONEY.search(said) or _BARE_SUM.search(said)
    if money and (total := sum_in(money.group())) is not None:
        slot = slot_meant(
            said, ontology, answerable - {"claimed_amount", "refunded_before"}, {"money"}, wordings()
        )
        return Query(ask, slot or "amount", total.cents, "=")
    return None


_ORDERS = re.compile(r"\b(?:orders|candidates|ids|numbers)\b", re.IGNORECASE)
_KEPT = re.compile(
    r"\b(?:what|which)\b[^.?\n]{0,60}\b(?:keeps?|kept|keeping|stays? with|remains? with|holds? on to"
    r"|not (?:be )?(?:return|sent? back|send back)\w*)\b|\bwas behält\b|\bque garde\b|\bqué se queda\b",
    re.IGNORECASE,
)
_ONE_OF_THEM = re.compile(r"\bwhich (?:one )?of (?:the|these|those|her|his|their) orders\b", re.IGNORECASE)


_WHAT_NOW = re.compile(r"\b(?:what|and|so) now\W*$", re.IGNORECASE)
"""Asks what is to be done, and not for the date."""


def _valued(ask: Ask, answerable: frozenset[str]) -> Query | None:
    """A question for one value."""
    if counted(ask.question) == "orders_concerned":
        return Query(ask, "orders_count", wants="value")
    return _of_value(ask, answerable)


def _of_value(ask: Ask, answerable: frozenset[str]) -> Query | None:
    """A question for a value that is no count of orders."""
    ontology = vocabulary().ontology
    if _HOW_SURE.search(ask.text) and "confidence" in answerable:
        of_order = (Query(ask, "order_id"),) if _OF_ORDER.search(ask.text) else ()
        return Query(ask, "confidence", also=of_order, wants="value")
    scale = _SCALE.search(ask.text)
    if scale and (how := _HOW.search(ask.text)):
        if effort(how[1]):
            return Query(ask, "action", effort(how[1]), wants="score", scale=(int(scale[1]), int(scale[2])))
        for felt in ("mood", "urgency"):
            if value := ontology.value_of(felt, how[1]):
                return Query(ask, felt, value, wants="score", scale=(int(scale[1]), int(scale[2])))
    kinds = _VALUES
    if re.search(r"\bhow (?:many|much)\b|\binteger\b", ask.text, re.IGNORECASE):
        kinds = _NUMBERS
    elif _WHEN.search(ask.text):
        kinds = frozenset({"date"})
    known = question(ask.text, ontology, answerable)
    if known is not None and len(known.slots) == 1 and (known.options or known.is_it or known.numbers):
        return None
    asking = _NO_MORE.sub(" ", ask.question)
    least = 0.0 if ask.own or ask.question.endswith("?") or kinds is not _VALUES else _OF_SYSTEM
    slot: str | None = slot_meant(asking, ontology, sorted(answerable), kinds, wordings(), least=least)
    slot = "kept_items" if _KEPT.search(ask.question) and "kept_items" in answerable else slot
    if slot is None and ask.question != ask.text:
        slot = slot_meant(ask.text, ontology, sorted(answerable), kinds, wordings(), least=least)
    if slot is None and known is not None and len(known.slots) == 1:
        slot = known.slots[0]
    if slot in {"order_ids", "orders_fit"} and (
        _ONE_OF_THEM.search(ask.text) or not _ORDERS.search(ask.text)
    ):
        slot = "order_id"
    if slot == "clauses" and "clause_id" in answerable and not _CLAUSES.search(ask.text):
        slot = "clause_id"
    return Query(ask, slot, wants="value") if slot else None
