"""What a program says that a text is to end with or to tell: `ANSWER: <action>`, a sum that was paid."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from harness.simulation.ending import LAST_LINE, cells_of
from harness.simulation.gaps import losses_of
from harness.simulation.slots import words_of
from harness.simulation.values import Money

from .judgement import Resolution
from .ontology import vocabulary
from .outcomes import order_in, sum_in

_GAP = re.compile(r"[<\[{]([^<>\[\]{}]{1,60})[>\]}]")
_BETWEEN = re.compile(r"\s{0,4}(?:\||/|,|\bor\b)\s{0,4}")
_SHOULD = re.compile(
    r"\b(?:should|shall|do|can|may|must) (?:we|i) (?:refund|pay|approve)\b"
    r"|\b(?:refund|eligible)\b[^.\n]{0,200}\?",
    re.IGNORECASE,
)
"""Asks whether to refund, which is what yes then says."""
_PAID = re.compile(
    r"\b(?:we|i)(?:['’]?(?:ve|ll| have| will| are| am))?(?: \w+){0,2} (?:refund(?:ed|ing)?|paid|pay)\b"
    r"[^.\n]{0,20}\d[\d.,]*[^\n]{0,8}"
    r"|\b(?:decision|outcome|facts?)\b[^.\n]{0,12}\brefund(?:ed)?\b[^.\n]{0,20}\d[\d.,]*[^\n]{0,8}",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"\b(?:if|when|where|whenever|above|over|more than|up to|per|unless|always|never|only|may)\b",
    re.IGNORECASE,
)
_POLAR = frozenset({"yes", "no"})


def last_line_asked(asked: str) -> bool:
    """Whether a program says with which line a text is to end."""
    return LAST_LINE.search(asked) is not None


def last_line(asked: str, said: Callable[[str], Any]) -> str:
    """The line, filled in; empty where a program asks for none, or for something else.

    `said`: slot → what is believed.
    """
    found = None
    for match in LAST_LINE.finditer(asked):
        found = match
    if found is None:
        return ""
    form = _ASIDE.split(found["form"].replace(f"{found['label']}{found['sign']}", ""))[0].strip(" .'*")
    head = f"{found['label']}{found['sign']}"
    if re.match(r"yes|no", form, re.IGNORECASE) and not _SHOULD.search(asked):
        return ""
    if cells := cells_of(form):
        row = [part if part in {"|", ";", ","} else _cell(part, said) for part in cells]
        return f"{head} {''.join(row).strip()}" if all(map(str.strip, row)) else ""
    if gaps := _GAP.findall(form):
        filled = [_value(gap, said, found["label"]) for gap in gaps]
        return f"{head} {' '.join(filled)}" if all(filled) else ""
    if (unit := _WITH_UNIT.fullmatch(form)) is not None:
        money, own = _value("0.00", said, found["label"]), said("currency")
        parts = [money, own] if unit["first"] else [own, money]
        return f"{head} {' '.join(map(str, parts)) if own and money != 'none' else money}"
    value = _value(form, said, found["label"])
    return f"{head} {value}" if value else ""


def _cell(part: str, said: Callable[[str], Any]) -> str:
    """One cell of a row, with the space around it."""
    plain = part.strip(" <>[]{}'*")
    loss = losses_of([("cell", plain)]).get("cell", "none")
    value = _value(_OR_ELSE.sub("", plain), said) or (loss if "|" not in plain else "")
    value = loss if value == "none" else value
    return f"{part[: len(part) - len(part.lstrip())]}{value}{part[len(part.rstrip()) :]}"


_OR_ELSE = re.compile(
    r",?\s(?:or|else|otherwise)\s\W{0,2}(?:none|null|n/?a|unknown|nothing|0|-)\W{0,2}$", re.IGNORECASE
)


def _value(form: str, said: Callable[[str], Any], label: str = "") -> str:
    """What stands for options, a slot's name, a bare `x`, or for the number that a label names."""
    ontology = vocabulary().ontology
    options = tuple(part.strip(" '\"“”") for part in _BETWEEN.split(form) if part.strip(" '\"“”"))
    words = {option.casefold() for option in options}
    if (words and words <= {*_POLAR}) or (words & _POLAR and "ANSWER".casefold() in form.casefold()):
        word = "yes" if said("action") == "refund" else "no"
        return next((option for option in options if option.casefold() == word), word)
    if len(options) > 1:
        return ontology.option("action", str(said("action")), options) or ""
    slot = _sum_of(label) if _A_NUMBER.fullmatch(form.strip()) else ontology.named("".join(words_of(form)))
    value = said(slot or "action") if slot or form.casefold() in {"x", "...", "…"} else None
    if isinstance(value, Money):
        return f"{value.cents / 100:.2f}"
    if slot in {"amount", "order_id"} and value is None:
        return "none"
    return "" if value is None or isinstance(value, list | dict) else str(value)


_ASIDE = re.compile(
    r",? \(?(?:e\.g\.|for example|such as)|,? (?:only|alone|and nothing else)\b", re.IGNORECASE
)
_WITH_UNIT = re.compile(
    r"(?P<first>\d{1,4}(?:[.,]\d\d?)?)\s?(?:EUR|GBP|PLN|USD)|(?:EUR|GBP|PLN|USD)\s?\d{1,4}(?:[.,]\d\d?)?"
)
_A_NUMBER = re.compile(
    r"(?:the |a |an |your )?(?:final |total |refund )?"
    r"(?:number(?: or 0)?|value|amount|sum|decimal|float|result|total|figure)"
    r"(?: (?:in|with|to) [\w .]{1,30})?|\d{1,4}(?:[.,]\d\d?)?|[xn]{1,3}(?:[.,][xn]{2})?",
    re.IGNORECASE,
)
"""Stands for some number."""


def _sum_of(label: str) -> str:
    """The number that a label names; else the sum that is due."""
    ontology = vocabulary().ontology
    slot = ontology.named("".join(words_of(label)))
    return slot if slot is not None and ontology.slots[slot].kind in {"money", "number"} else "amount"


def paid_as_told(asked: str, own: Resolution) -> Resolution | None:
    """What a program says that a letter is to tell: that a sum was paid; `None` where it says no sum."""
    for line in asked.splitlines():
        paid = None if _RULE.search(line) else _PAID.search(line)
        money = sum_in(paid.group()) if paid else None
        if money is not None:
            order = order_in(line) or own.order_id or own.belief.order_id
            known = own.belief.facts.order
            unit = money.currency or own.currency or (known.currency if known is not None else None)
            amount = Decimal(money.cents) / 100
            return replace(own, action="refund", amount=amount, currency=unit, reason="", order_id=order)
    return None
