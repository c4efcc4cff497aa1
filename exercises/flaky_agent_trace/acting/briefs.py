"""What the refunds desk reads of a case that is handed over: who wants what, and what matters about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.quoting import in_context, quotes
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.writing.letter_facts import IN_WORDS
from exercises.flaky_agent_trace.writing.summing import items_told
from exercises.flaky_agent_trace.writing.telling import THEY, asides, plural, quoted
from exercises.flaky_agent_trace.writing.wording import reason_text, which_half

_INSTEAD = {"replacement": "a replacement", "store_credit": "store credit"}
_OWN = {
    "H-2": "The sum that is due is above what may be paid here",
    "H-3": "A chargeback on the order is open",
    "H-4": "It is a gift order",
    "I-1": "It is not settled which order is meant",
    "I-2": "The sender's address is neither the order's own nor confirmed on the account",
}
"""Clause id → what of the case it is about."""


def brief(answers: Answers, own: Resolution) -> str:
    """The case in a few sentences. `own`: why it is handed over."""
    told = [*_wishes(answers, own), *_matters(answers, own)]
    return " ".join(f"{said[:1].upper()}{said[1:].rstrip('.')}." for said in told)


def _wishes(answers: Answers, own: Resolution) -> Iterator[str]:
    """Who asks for what, on which order."""
    facts, mind = answers.facts, answers.mind
    name = mind.sender_name or "the customer"
    who = f"{name} ({facts.sender})" if facts.sender else name
    order = own.order_id or answers.belief.order_id
    if not facts.asks:
        yield f"{who} writes about order {order}" if order else f"{who} has written, with no clear request"
    for number, ask in enumerate(facts.asks):
        whole = f"order {order}" if order else "an order"
        items = items_told(answers, ask)
        what = f"{items} from {whole}" if items and not number else items or whole
        insists = (
            f", and insists on {_INSTEAD[facts.wants]}" if facts.wants in _INSTEAD and not number else ""
        )
        said = plural(THEY[ask.issue], number).format(what=what)
        yield f"{'they also' if number else who} {said}{asides(ask)}{insists}"
    words = [quoted(span) for span in in_context(mind, "issue")] if mind.contract.forced else []
    if words:
        yield f"In the customer's words: {' … '.join(words)}"


def _matters(answers: Answers, own: Resolution) -> Iterator[str]:
    """What makes it one for the desk: by its clauses, else by the reason as it is given."""
    mind, left = answers.mind, []
    for id in [own.reason] if IN_WORDS.search(own.reason) else own.reason.split():
        half = which_half(id, own)
        said = (
            _note(answers, own) if half in {"promise", "H-6"} else _OWN.get(id, "") or _of_mail(answers, id)
        )
        if half in _INSTEAD:  # said with the wish
            said = "" if answers.facts.asks else f"they insist on {_INSTEAD[half]}"
        elif not said:
            left.append(id)
        if said:
            yield f"{said} ({id})" if id in mind.clauses else said
    why = reason_text(mind, replace(own, reason=" ".join(left)))
    if left and why != letters().reasons["other"]:
        yield f"Why it comes to you: {why}"


def _of_mail(answers: Answers, id: str) -> str:
    """What of the mail a clause is about; empty for another clause."""
    match id:
        case "H-1":
            orders = answers("orders_concerned") or []
            named = f": {', '.join(orders)}" if len(orders) > 1 else ""
            return f"the mail asks for something on several orders{named}"
        case "H-5":
            words = " ".join(quoted(span) for span in quotes(answers.mind, "legal", sentences=True))
            return f"the mail holds a legal threat{f': {words}' if words else ''}"
        case "L-3":
            return "the order is marked as delivered, and the customer says that it never came"
    return ""


def _note(answers: Answers, own: Resolution) -> str:
    """What a colleague has promised, as a note on the order has it."""
    record = answers.mind.orders.get(own.order_id or "")
    notes = [note for note in (record.parts.get("notes", []) if record else []) if note.get("text")]
    note = next((note for note in notes if note.get("kind") == "promise"), notes[-1] if notes else None)
    if note is None:
        return "a colleague has promised something in writing"
    on = f" of {note.get('on'):%d %B %Y}" if isinstance(note.get("on"), dt.date) else ""
    return f"a colleague's note{on} on the order is a promise: {quoted(str(note.get('text')).rstrip('.'))}"
