"""What a program says that a text is to end with or to tell: `ANSWER: <action>`, a sum that was paid."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.outcomes import order_in, sum_in
from harness.simulation.forms.ending import LAST_LINE, cells_of
from harness.simulation.forms.gaps import losses_of
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.values import Money

from .case import Case
from .line_forms import decides_in_forms, filled, in_form
from .literal_endings import decides_below, forms_in, in_one_of
from .telling import asks_told

_GAP = re.compile(r"[<\[{]([^<>\[\]{}]{1,60})[>\]}]")
_PART = re.compile(
    r"(?:<[^<>\n]{1,60}>|\[[^\[\]\n]{1,60}\]|\{[^{}\n]{1,60}\}|(?!\||/|,|\bor\b)[^\n])+", re.IGNORECASE
)
"""One of several options."""
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
    return LAST_LINE.search(asked) is not None or decides_below(asked)


def last_line(asked: str, said: Case) -> str:
    """The line, filled in; empty where a program asks for none, or for something else.

    Empty too where a placeholder of it is not known here.
    """
    if (forms := forms_in(asked)) is not None and decides_below(asked):
        return in_one_of(forms, said)
    if (listed := decides_in_forms(asked)) is not None:
        return in_form(listed, said)
    found = None
    for match in LAST_LINE.finditer(asked):
        found = match
    if found is None:
        return ""
    form = _ASIDE.split(found["form"].replace(f"{found['label']}{found['sign']}", ""))[0].strip(" .'*") or "x"
    head = f"{found['label']}{found['sign']}"
    if stands := _STANDS.match(form):
        form = stands["words"].strip(" .")
    if re.match(r"yes|no", form, re.IGNORECASE) and not _SHOULD.search(asked):
        return ""
    others = [] if found["shut"] else _others(asked, found)
    if _WORDS.fullmatch(form) and (stands or not found["shut"]):
        value = _one_of(tuple(re.split(r",? or |, ", form)), said) or ""
    elif others:
        value = _value(" | ".join((_QUOTE.split(form)[0], *others)), said) or ""
    elif not found["shut"] and (cells := cells_of(form)):
        row = [part if part in {"|", ";", ","} else _cell(part, said) for part in cells]
        value = "".join(row).strip() if all(map(str.strip, row)) else ""
    elif (unit := _WITH_UNIT.fullmatch(form)) is not None:
        money, own = _value("0.00", said, found["label"]), said("currency")
        parts = [money, own] if unit["first"] else [own, money]
        value = " ".join(map(str, parts)) if own and money != "none" else money or ""
    else:
        one = len(_GAP.findall(form)) < 2 and _value(form, said, found["label"])
        value = one or ("" if found["shut"] else _filled(form, said))
        value = value or (_described(found, form, said) if found["shut"] else "")
    value = value or (filled(form, said) if len(_GAP.findall(form)) > 1 and not found["shut"] else "")
    return f"{head}{'' if head.endswith('=') and ' ' not in head else ' '}{value}" if value else ""


def _others(asked: str, found: re.Match[str]) -> list[str]:
    """The forms under the same label that the same line offers besides the first."""
    rest = asked[found.start("form") :].partition("\n")[0]
    again = rf"{re.escape(found['label'])}{re.escape(found['sign'])}[ \t]{{0,3}}([^\n\"'`”]{{1,60}})"
    return [form.strip(" .*") for form in re.findall(again, rest)]


def _described(found: re.Match[str], form: str, said: Case) -> str:
    """What the line is to say, told in words: the wish, the order, the item. Empty for anything else."""
    if re.search(r"\b[A-Z]{3,20}\b", form):
        return ""  # words of the answer
    named = [vocabulary().ontology.named(word) for word in words_of(form) if word not in _HOW]
    slots = dict.fromkeys(slot for slot in named if slot and vocabulary().ontology.slots[slot].kind != "flag")
    if wish := _WISH.search(f"{found['label']}: {form}"):
        slots = {slot: None for slot in slots if slot == "order_id"}
    values = [_value(slot, said) or "none" for slot in slots]
    told = [line.removeprefix("- ") for line in asks_told(said).splitlines()] if wish else []
    return ", ".join(["; ".join(told)] * bool(told) + values) if "none" not in values else ""


_QUOTE = re.compile(r"['’]\s")
_HOW = frozenset({"number", "line", "text", "customer", "answer"})
_WISH = re.compile(
    r"\b(?:wants?|wish(?:es)?|wanted|requests?|requested|asks?|asked|waiting for|needs?)\b", re.IGNORECASE
)


def _filled(form: str, said: Case) -> str:
    """A form with each of its placeholders filled by its name; empty where one of them cannot be."""
    holes = [hole for hole in _HOLE.findall(form) if _is_hole(hole, form)]
    values = [_cell(hole, said) if hole[0] in "<[{" else _value(hole, said) for hole in holes]
    if not holes or not all(values):
        return ""
    for hole, value in zip(holes, values, strict=True):
        form = form.replace(hole, str(value), 1)
    return form


def _is_hole(text: str, form: str) -> bool:
    """Whether it stands for something: in brackets, or a word in capitals that is no word of the answer."""
    if not text.isupper() or text[0] in "<[{" or "." in text:
        return True
    ontology = vocabulary().ontology
    if ontology.value_of("action", text) or text in {"EUR", "GBP", "PLN", "USD"}:
        return False
    return ontology.named("".join(words_of(text))) is not None or not form.isupper()


def _cell(part: str, said: Case) -> str:
    """One cell of a row, with the space around it."""
    if len(_GAP.findall(part)) > 1:
        return _filled(part, said)
    plain = part.strip(" <>[]{}'*")
    value = _value(_OR_ELSE.sub("", plain), said) or ""
    value = losses_of([("cell", plain)]).get("cell", "none") if value == "none" else value
    return f"{part[: len(part) - len(part.lstrip())]}{value}{part[len(part.rstrip()) :]}"


_OR_ELSE = re.compile(
    r",?\s(?:or|else|otherwise)\s\W{0,2}(?:none|null|n/?a|unknown|nothing|0(?:[.,]00?)?|-)\W{0,2}$",
    re.IGNORECASE,
)


def _value(form: str, said: Case, label: str = "") -> str | None:
    """What stands for options, a slot's name, a bare `x`, or for the number that a label names.

    `None` where it is not known what is meant, `none` where that has no value.
    """
    bare = form.strip(" <>[]{}'")
    whole = bare if _GAP.fullmatch(form.strip()) else form
    options = tuple(filter(None, (part.strip(" '\"“”") for part in _PART.findall(whole))))
    words = {option.casefold() for option in options}
    if (words and words <= {*_POLAR}) or (words & _POLAR and "ANSWER".casefold() in form.casefold()):
        word = "yes" if said("action") == "refund" else "no"
        return next((option for option in options if option.casefold() == word), word)
    if len(options) > 1:
        return _one_of(options, said)
    ontology = vocabulary().ontology
    slot = _sum_of(label) if _A_NUMBER.fullmatch(bare) else ontology.named("".join(words_of(bare)))
    if slot is None and bare.casefold() not in {"x", "..", "...", "…"}:
        return None
    value = said(slot or "action")
    if isinstance(value, Money):
        return f"{value.cents / 100:.2f}"
    if isinstance(value, list):
        return ", ".join(value) if all(isinstance(part, str) for part in value) else None
    return "none" if value is None else None if isinstance(value, dict) else str(value)


def _one_of(options: tuple[str, ...], said: Case) -> str | None:
    """The option that says what is to be done, its own placeholders filled."""
    chosen = vocabulary().ontology.option("action", str(said("action")), options)
    gaps = [option for option in options if _GAP.search(option)]
    if chosen is None and len(gaps) == 1 and len(options) == 2:  # a sum, or that there is none
        chosen = gaps[0] if said("action") == "refund" else next(o for o in options if o not in gaps)
    if chosen is None or not any(_is_hole(hole, chosen) for hole in _HOLE.findall(chosen)):
        return chosen if chosen is None or len(chosen.split()) <= _FEW else None
    return _filled(chosen, said)


_FEW = 3
_STANDS = re.compile(
    r"(?P<it>[A-Z])[\"'`]?[ ,(]{1,3}where (?P=it) (?:is|=) (?:one of |either )?(?P<words>[^()\n]{5,100})"
)
"""A letter for what is told behind it: `X' where X is REFUND, DENY or ESCALATE`."""
_WORDS = re.compile(r"[A-Za-z]\w{1,20}(?:, \w{2,20}){0,5},? or \w{2,20}")
"""Words to choose from, as a sentence lists them."""
_HOLE = re.compile(
    r"<[^<>\n]{1,60}>|\[[^\[\]\n]{1,60}\]|\{[^{}\n]{1,60}\}|\b[XN]{1,4}[.,][XN]{2}\b|\b[A-Z][A-Z_]{2,20}\b"
)
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
