"""What an argument is told besides a bare ground where more is asked for: days, sums, pieces.

Who is asked for "the clauses, dates and calculation" gives these, and so does who was told that the grounds
are not clear enough.
"""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.writing.days_told import counts
from exercises.flaky_agent_trace.writing.telling import named
from exercises.flaky_agent_trace.writing.wording import counted, money_text, reason_text
from exercises.flaky_agent_trace.writing.working import working
from harness.simulation.meaning.slots import words_of

Json = Any
_FULL = re.compile(
    r"\b(?:dates?|days|calculat\w*|arithmetic|workings?|steps?|detail\w*|in full|evidence|how (?:the|you)"
    r"|datum|daten|tage|berechnung|rechnung|dates|calcul|jours|fechas|cálculo|berekening|obliczeni\w+)\b",
    re.IGNORECASE,
)
_PIECES = re.compile(
    r"\b(?:how many|pieces?|quantit\w+|number of|counts?|each|stück\w*|anzahl|menge|combien|quantité"
    r"|cantidad"
    r"|aantal|ile|sztuk\w*)\b",
    re.IGNORECASE,
)
_ITEMS = frozenset(
    {"items", "item", "articles", "article", "products", "product", "goods", "lines", "pieces"}
)


def wants_full(own: str, schema: Json) -> bool:
    """Whether an argument for the grounds asks for days or sums besides."""
    told = str(schema.get("description") or "") if isinstance(schema, dict) else ""
    bare = not told and {"justification", "reasoning", "rationale"} & set(words_of(own))
    return bool(bare or _FULL.search(told))


def in_full(answers: Answers, resolution: Resolution) -> str:
    """The grounds with the days that they turn on and the steps of the sum."""
    facts = resolution.facts or answers.facts
    said = [reason_text(answers.mind, resolution)]
    ids = [id for id in resolution.reason.split() if id in answers.mind.clauses]
    said += dict.fromkeys(day for id in ids for day in counts(id, facts))
    own = answers.resolution
    if resolution.action == "refund":
        same = (own.action, own.amount) == ("refund", resolution.amount)
        steps = working(answers) if same else ""
        sum = money_text(resolution)
        said += [steps if steps and steps != sum else f"the sum is {sum}"] if sum else []
    return "; ".join(said)


def fuller_than(before: str, answers: Answers, resolution: Resolution) -> str:
    """The grounds for one who did not accept those before: in full, then with whose request it is as well."""
    full = in_full(answers, resolution)
    if full != before:
        return full
    pieces, received = pieces_told(answers), answers.facts.received
    what = f"{pieces} of order {resolution.order_id}" if pieces else f"order {resolution.order_id}"
    who = answers.facts.sender or "the customer"
    return f"{full}; this is for {what}, by the request of {who} of {received}"


def wants_pieces(own: str, schema: Json) -> bool:
    """Whether an argument in words asks which items it is about, and how many pieces of each."""
    if not isinstance(schema, dict) or schema.get("type") != "string" or schema.get("enum"):
        return False
    return (
        bool(_ITEMS & set(words_of(own))) and _PIECES.search(str(schema.get("description") or "")) is not None
    )


def pieces_told(answers: Answers) -> str:
    """The items with their pieces; all of the order where it is asked for as a whole."""
    order = answers.facts.order
    bought = {item.sku: item.quantity for item in order.items} if order is not None else {}
    asked = {sku: pieces for ask in answers.facts.asks for sku, pieces in ask.items}
    return " and ".join(
        counted(named(answers, sku), pieces if pieces is not None else bought.get(sku))
        for sku, pieces in (asked or bought).items()
    )
