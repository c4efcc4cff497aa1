"""The last day on which something may be asked for: the delivery, and the days that the handbook allows."""

from __future__ import annotations

import datetime as dt
import re

from exercises.flaky_agent_trace.answering.itemised import name_words
from exercises.flaky_agent_trace.papers.rulebook import PARAMETERS, parameter
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.days import with_year
from harness.simulation.reading.records import Record
from harness.simulation.reading.text import stem
from harness.simulation.reading.values import dates

_ASKS = re.compile(
    r"\b(?:last|latest|final) (?:possible |calendar )?(?:day|date|moment)\b|\b(?:until|till|by"
    r"|up to) (?:when|(?:which|what) (?:day|date))\b"
    r"|\bwhen (?:does|do|will|did) [^?\n]{0,60}\b(?:window|period|deadline|term"
    r"|right)\b[^?\n]{0,30}\b(?:end|close|expire|run out|over)\w*"
    r"|\bdeadline\b[^?\n]{0,60}\?|\bwhat is the deadline\b|\bhow long (?:can|may|does"
    r"|will) (?:the customer|she|he|they|one|a customer)\b"
    r"|\bbis wann\b|\bletzte[rn]? tag\b|\bjusqu['’]à quand\b|\bhasta cuándo\b",
    re.IGNORECASE,
)
_WHAT = (
    (
        "report_days",
        r"damag\w*|defect\w*|fault\w*|broken|wrong (?:item|article)|report\w*|beschädigt\w*|defekt\w*",
    ),
    ("shipping_days", r"shipping (?:fee|cost)s?|postage|delivery fee"),
    ("late_claim_days", r"(?<!how )(?<!too )late\b|delay\w*|compensation|verspät\w*"),
    (
        "opened_days",
        r"(?<!un)(?<!not )(?<!never )(?<!never been )(?:opened|unsealed|used)\b|geöffnet\w*|benutzt\w*",
    ),
    (
        "return_days",
        (
            r"unopened|sealed|unwanted|change\w* (?:of|their|her|his) mind|return\w*|send\w* back"
            r"|refund\w*|give back|zurück\w*"
        ),
    ),
)
_NAMED = tuple((slot, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for slot, words in _WHAT)
_POINT = re.compile(
    r"\((?P<mark>[a-h]|\d)\)\s*(?P<said>[^()?;\n]{3,80}?)(?=,?\s*(?:and |or )?\((?:[a-h]|\d)\)|[?;.\n]|$)"
)
_PLAIN = re.compile(
    r"\b(?:yyyy-mm-dd|iso|(?:with|only|just) the (?:date|day)|date only|nothing else)\b", re.IGNORECASE
)
_ISO = re.compile(r"\byyyy-mm-dd\b|\biso\b", re.IGNORECASE)
_ELECTRONICS = re.compile(r"\belectronics?\b|\belektronik\w*", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:decide|draft|classify|extract|translate|summari[sz]e|write (?:a|the) (?:reply|mail"
    r"|letter))\b|\{\s*\"",
    re.IGNORECASE,
)


def last_days(mind: Mind) -> str:
    """The answer; empty where no such day is asked for, or the request does not give what it takes."""
    asked = mind.asked_last
    if not mind.clauses or mind.context.said or not _ASKS.search(asked) or _MORE.search(asked):
        return ""
    order = _order(mind, asked)
    start = _delivered(asked) or (order.get("delivered") if order is not None else None)
    if not isinstance(start, dt.date):
        return ""
    points = [(met["mark"], met["said"]) for met in _POINT.finditer(asked)]
    parts = points or [("", asked)]
    slots = [_slot(said, order, asked) for _, said in parts]
    if None in slots:
        return ""
    clauses = {id: one.clause for id, one in mind.clauses.items()}
    allowed = [parameter(str(slot), clauses, None) for slot in slots]
    if any(not isinstance(days, float) for days in allowed):
        return ""
    ends = [start + dt.timedelta(days=int(days)) for days in allowed]
    if not points and _PLAIN.search(asked):
        return ends[0].isoformat() if _ISO.search(asked) else spoken(ends[0])
    return "\n".join(
        f"{f'({mark}) ' if mark else ''}{spoken(end)}: {int(days)} days from the delivery on "
        f"{spoken(start)} ({PARAMETERS[str(slot)][0]})."
        for (mark, _), slot, days, end in zip(parts, slots, allowed, ends, strict=True)
    )


def spoken(day: dt.date) -> str:
    """A day in words."""
    return f"{day.day} {day:%B %Y}"


def _delivered(asked: str) -> dt.date | None:
    """The day of a delivery that the question gives, if it gives just one."""
    told = [part for part in _SENTENCE.split(with_year(asked)) if _CAME.search(part)]
    found = {one.value for part in told for one in dates(part)}
    return next(iter(found)) if len(found) == 1 else None


_SENTENCE = re.compile(r"(?<=[.?!;])\s+|\n")
_CAME = re.compile(
    r"\b(?:deliver(?:y|ed|ies)|arriv(?:al|es|ed)|came|got (?:it|them|there|the \w+)|handed over"
    r"|geliefert|zugestellt|lieferung|livrée?s?|livraison|entregad\w|entrega|geleverd|bezorgd|dostarczon\w+"
    r"|received (?:it|them|the (?:parcel|goods|order|item|box)))\b",
    re.IGNORECASE,
)
"""Tells of the day on which goods came, and not a mail."""


def _order(mind: Mind, asked: str) -> Record | None:
    """The order that the question is about: the one that it names, or the mail does, or the only one."""
    meant = mind.mail.values("order")
    named = [order for id, order in mind.orders.items() if id in asked]
    known = named or [mind.orders[id] for id in meant if id in mind.orders] or list(mind.orders.values())
    return known[0] if len(known) == 1 else None


def _slot(said: str, order: Record | None, asked: str) -> str | None:
    """Which of the handbook's terms is meant; what is opened has one of its own where it is electronics."""
    slot = next((slot for slot, named in _NAMED if named.search(said)), None)
    if slot == "opened_days" and not _ELECTRONICS.search(said):
        return "opened_days" if _electronic(order, asked) else "return_days" if order is not None else None
    return slot


def _electronic(order: Record | None, asked: str) -> bool:
    """Whether what is named of an order, or all of it, is electronics."""
    items = order.parts.get("items", []) if order is not None else []
    words = {stem(word.casefold()) for word in re.findall(r"[^\W\d_]{4,}", asked)}
    named = [item for item in items if name_words(str(item.get("name") or "")) & words] or items
    return bool(named) and all(item.get("category") == "electronics" for item in named)
