"""A mail in English beside the mail: which of its words carry what, and what a text that holds them tells."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.shop.records import English, Fact, Meaning
from harness.simulation.reading.text import Folded, fold

from .retelling import details, read_retelling

GAP = re.compile(r"\n[>\s]{0,80}\n")
SENTENCE = re.compile(r"(?<=[.!?])[)\"”’']{0,2}\s+(?=\S)")
_NUMBER = re.compile(r"(?<!\d)\d{6}(?!\d)")
_QUOTED = re.compile(r"(?:\d{1,3} x )?“[^”\n]{1,200}”")
_SAID = re.compile(r"“[^”]{1,600}”")
_PIECES = re.compile(r"\b(all|one|\d{1,3}) of them\b", re.IGNORECASE)
_LEAST = 4
"""Fewer words in a row may be anybody's."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a mail, those of quoted mails with their marks."""
    return [part.strip("\n") for part in GAP.split(text) if part.strip("\n> ")]


@lru_cache(maxsize=512)
def words_of_mail(english: English) -> Folded:
    """All of it, ready to be searched."""
    return fold(f"{english.subject}\n{english.body}")


@lru_cache(maxsize=512)
def _telling(english: English) -> tuple[str, ...]:
    return tuple(line for line in english.body.splitlines() if len(fold(line).words) > _LEAST)


def stands_in(english: English | None, folded: Folded) -> bool:
    """Whether a text holds a sentence of it, and not as a quotation."""
    if english is None:
        return False
    folded = fold(_SAID.sub(" ", folded.plain))
    return any(
        len(fold(part).words) > _LEAST and folded.has(part)
        for line in _telling(english)
        for part in SENTENCE.split(line)
    )


def left_of(english: English, text: str) -> str:
    """A text without the sentences that are the mail's in English."""
    return "\n".join(_left(english, line) for line in text.splitlines())


def _left(english: English, line: str) -> str:
    """What of a line is not the mail's."""
    whole = words_of_mail(english)

    def of_mail(part: str) -> bool:
        folded = fold(part)
        return bool(folded.words) and folded.skeleton in whole.skeleton

    parts = SENTENCE.split(line)
    if len(fold(line).words) < _LEAST or not any(map(of_mail, parts)):
        return line
    return "" if of_mail(line) else " ".join(part for part in parts if not of_mail(part))


def read_english(meaning: Meaning, text: str) -> dict[str, Any]:
    """What a translation tells, slot → value as a retelling does; empty where the text holds none.

    A fact counts where its English words stand. What was misread stands there in other words, and these are
    read as any retelling.
    """
    english = meaning.english
    if english is None or not stands_in(english, folded := fold(text)):
        return {}
    found = [fact for fact in english.facts if all(map(folded.has, fact.spans))]
    rest = _changed(english, text)
    told = read_retelling(rest)
    entries = list(told.get("asks", []))
    asks = []
    for number in sorted({fact.ask for fact in english.facts if fact.fact == "issue"}):
        own = [fact for fact in found if fact.ask == number]
        issue = next((fact.value for fact in own if fact.fact == "issue"), None)
        other = entries.pop(0) if issue is None and entries else {}
        if issue is not None or other:
            asks.append(
                {**details(rest), **_ask(english, own, number, rest), "issue": issue or other["issue"]}
            )
    orders = [fact for fact in found if fact.fact == "order"]
    named = [id for fact in orders for span in fact.spans for id in _NUMBER.findall(span)]
    values: dict[str, Any] = {
        "asks": asks,
        "wants": next((fact.value for fact in found if fact.fact == "wants"), told.get("wants", "refund")),
        "legal": any(fact.fact == "legal" for fact in found) or bool(told.get("legal")),
        "quotes": [*told.get("quotes", []), *_as_written(meaning, found)],
    }
    if id := next(iter(named if orders else _NUMBER.findall(rest)), None):
        values["order_id"] = f"HL-{id}"
    elif not orders:
        values["unclear"] = True
    if len(meaning.orders_concerned) > 1 and len(orders) > 1:
        values["orders_concerned"] = list(meaning.orders_concerned)
    return values if asks else {}


def _changed(english: English, text: str) -> str:
    """What stands in other words than the mail's between its first line and its last."""
    lines = [(line, _left(english, line)) for line in text.splitlines()]
    of_mail = [at for at, (line, left) in enumerate(lines) if line != left]
    return "\n".join(left for _, left in lines[of_mail[0] : of_mail[-1] + 1]) if of_mail else ""


def _ask(english: English, own: list[Fact], number: int, rest: str) -> dict[str, Any]:
    """What is told of one request besides what it complains of."""
    entry: dict[str, Any] = {}
    known: dict[str, str] = {fact.fact: fact.value for fact in own}
    if "opened" in known:
        entry["opened"] = known["opened"] == "yes"
    if "reported" in known:
        entry |= details(f"First reported on {known['reported']}")
    items = [fact for fact in own if fact.fact == "item"]
    if items:
        entry["items"] = [{"sku": fact.value, "quantity": fact.quantity} for fact in items]
    elif mistaken := [fact for fact in english.facts if fact.fact == "item" and fact.ask == number]:
        entry["said"] = ", ".join(_QUOTED.findall(rest))
        if counted := _PIECES.search(rest):
            pieces = {"all": None, "one": 1}.get(counted[1].casefold(), counted[1])
            quantity = None if pieces is None else int(pieces)
            entry["items"] = [{"sku": mistaken[0].value, "quantity": quantity}]
    return entry


def _as_written(meaning: Meaning, found: list[Fact]) -> list[str]:
    """The mail's own words for the orders and items that are told."""
    told = {(fact.fact, fact.value, fact.ask) for fact in found if fact.fact in {"order", "item"}}
    return [
        span for fact in meaning.facts if (fact.fact, fact.value, fact.ask) in told for span in fact.spans
    ]
