"""Answers by the marks of a list, by a day, or by the share of a price that is due."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.marked import (
    OF_ORDER,
    SHARE_SAID,
    Form,
    day_form,
    loss_told,
    question_in,
)
from exercises.flaky_agent_trace.reading.narrow import article_names, order_in
from exercises.flaky_agent_trace.reading.one_article import article_in
from exercises.flaky_agent_trace.reading.points import Narrow
from harness.simulation.filling.mapped import MARK
from harness.simulation.meaning.offering import role_of, unknowing
from harness.simulation.reading.values import render

from .answers import Answers

MARKED = frozenset({"orders_marked", "lines_marked", "day", "share"})
_HUNDRED = Decimal(100)


def marked(narrow: Narrow, answers: Answers) -> str:
    """The answer; empty where it is not known and nothing is told to be said then."""
    form = narrow.form
    match narrow.kind:
        case "orders_marked" if form is not None:
            return _orders(form, answers)
        case "lines_marked" if form is not None:
            return _lines(form, narrow.offer.question, answers)
        case "day":
            return _day(narrow, answers)
    return _share(narrow, answers)


def _orders(form: Form, answers: Answers) -> str:
    """The marks of the orders that something is wanted for."""
    found = answers("order_match")
    first = found[0] if isinstance(found, list) else found
    concerned = [id for id in answers("orders_concerned") if id in form.marks]
    if first == "several" and form.between and len(concerned) > 1:
        return form.between.join(sorted(form.marks[id] for id in concerned))
    if first in {"unclear", "several"} and (said := form.word("unclear")):
        return said
    if concerned and first != "none":
        return form.marks[concerned[0]]
    return form.word("none", "unclear")


def _lines(form: Form, question: str, answers: Answers) -> str:
    """Each line that something is wanted for, by its mark and its pieces."""
    named = order_in(question)
    if named and answers.belief.order_id not in {None, named}:
        return form.word("none", "unclear")
    if answers.belief.order_id is None or not answers.facts.asks:
        return form.word("unclear", "none")
    items = [item for item in answers("items") if item.get(MARK)]
    if not items:
        return form.word("unclear", "none")
    parts = answers.record.parts.get("items", []) if answers.record is not None else []
    count = {str(part.get("sku") or part.id): part.get("quantity") for part in parts}
    whole = len(items) == len(parts) and all(
        item["quantity"] in {None, count.get(str(item["sku"]))} for item in items
    )
    if whole and (said := form.word("whole")):
        return said
    return form.between.join(f"{item[MARK]}{form.gap}{int(item['quantity'] or 1)}" for item in items)


def _day(narrow: Narrow, answers: Answers) -> str:
    spec, day = vocabulary().ontology.slots[narrow.slot], answers(narrow.slot)
    if day is None and spec.instead:
        day = answers(spec.instead)
    if day is None:
        return loss_told(narrow.offer.told)
    return f"{dt.date.fromisoformat(str(render(day, 'date'))):{day_form(narrow.offer.told)}}"


def _share(narrow: Narrow, answers: Answers) -> str:
    """The share of the price that is due, before what was given back; or the answer that says it."""
    if answers.reckoned.steps is None:
        return unknowing(narrow.offer.answers) or loss_told(narrow.offer.told)
    if OF_ORDER.search(question_in(narrow.offer.told)):
        return "" if narrow.offer.answers else _of_order(answers)
    if not narrow.offer.answers:
        return _written(share_due(narrow.sku, answers))
    articles = article_names(answers.mind)
    for answer in narrow.offer.answers:
        said = [
            (article_in(articles, f"the {match['name']}") if match["name"] else narrow.sku, match["share"])
            for match in SHARE_SAID.finditer(answer)
        ]
        if said and all(Decimal(share) == share_due(sku, answers) for sku, share in said):
            return answer
    return next((a for a in narrow.offer.answers if role_of(a, narrow.offer.told) == "none"), "")


def _of_order(answers: Answers) -> str:
    """The share of all that an order came to that is paid back."""
    own, order = answers.resolution, answers.facts.order
    if order is None or own.action not in {"refund", "deny"}:
        return ""
    return _written((_HUNDRED * (own.amount or 0) / order.total).quantize(Decimal("0.1"), ROUND_HALF_UP))


def share_due(sku: str, answers: Answers) -> Decimal:
    """How much of the price of an article, or of all that something is wanted for, is due, in hundredths."""
    steps = answers.reckoned.steps
    if steps is None:
        return Decimal(0)
    lines = [line for line in steps.lines if sku in {"", line.sku}]
    price = sum((line.price for line in lines), Decimal(0))
    if steps.lump and not price:
        lines, price = [], steps.base
        return (_HUNDRED * steps.lump / price).quantize(Decimal(1), ROUND_HALF_UP) if price else Decimal(0)
    kept = sum((line.fee for line in lines), Decimal(0))
    share = _HUNDRED * (price - kept) / price if price else Decimal(0)
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _written(share: Decimal) -> str:
    return f"{share:f}".removesuffix(".0")
