"""Questions that are answered by the marks of a list, by a day or by a share, in the form that they tell.

"Which of these orders? Answer with the number in brackets." wants the place in a list; "Which lines, and how
many pieces of each? Such as: a 1, c 2." its marks with a count; "On which day? YYYY-MM-DD" a bare day; "How
much of the price, from 0 to 100 per cent?" a share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from exercises.flaky_agent_trace.ontology import ORDER_ID
from harness.simulation.meaning.offering import Offer

_SAY = r"(?:answer|reply|respond|say|write|give|return|output|put|state|use)"
_LISTED = re.compile(
    r"^[ \t>*-]{0,6}[(\[#]?(?P<mark>\d{1,2}|[A-Za-z])(?:[)\].:=]{1,2}|[ \t]?[–—-])"
    r"[ \t]{1,3}(?P<line>[^\n]{4,300})",
    re.MULTILINE,
)
_HEADED = re.compile(
    r"^[ \t>*#-]{0,6}(?:(?:Order|Bestellung|Commande|Pedido|Zamówienie) [(\[]?"
    r"(?P<after>[A-Za-z]|\d{1,2})[)\]]?"
    r"|(?P<mark>[A-Z]))[ \t*]{0,3}[:=](?=\s)",
    re.MULTILINE,
)
"""A mark over an order, or before it, that is shown as a program keeps it."""
_HEAD = 120
"""Characters within which an order has its number."""
_OR = r"[\"'”]?\s?(?:,|/|\||,? or)\s?(?:order )?[\"'“]?"
_NOT_KNOWN = re.compile(
    r"(?:,|/|\||\bor)\s?[\"'“]?(?P<word>can(?:['’]t|not| not) (?:tell|say)|unclear|unsure|unknown|undecided"
    r"|not sure|don['’]t know|no idea|either|neither|\?)",
    re.IGNORECASE,
)
"""What is to be said where it is open, behind the marks."""
_BY_MARK = re.compile(
    rf"\b{_SAY}\b[^.?!\n]{{0,40}}?\b(?<!order )(?<!order’s )(?<!order's )"
    r"(?:numbers?|digits?|letters?|ind(?:ex|ices)|positions?|marks?)\b"
    r"(?! of (?:the|that|this|their|his|her) (?:order|purchase)s?\b(?! in\b))"
    r"|\b(?:number|digit|letter|index|position|mark)s? (?:only|alone|in (?:round |square )?brackets"
    r"|in (?:the|this|my) list)\b",
    re.IGNORECASE,
)
_WHICH_ORDER = re.compile(
    r"\b(?:which|what)\b[^?\n]{0,30}\b(?:orders?|purchases?|of (?:these|them|those))\b", re.IGNORECASE
)
_WHICH_LINES = re.compile(
    r"\b(?:which|what|how many)\b[^?\n]{0,40}\b(?:lines?|items?|articles?|positions?|pieces|products?)\b",
    re.IGNORECASE,
)
_SAMPLE = re.compile(
    r"(?:\b(?:such as|like|e\.g\.|for example|for instance|in the (?:form|format)|as in|form|format)\b[:,]?"
    r"|:)\s{1,3}"
    r"[\"'`“]?(?P<one>[A-Za-z]|\d{1,2})(?P<gap>\s?[:=x×*]\s?|[ -])(?P<count>\d{1,2})"
    r"(?P<between>\s?[,;+/|&]\s?|\s)(?:[A-Za-z]|\d{1,2})(?P=gap)\d{1,2}\b",
    re.IGNORECASE,
)
_SEVERAL_MARKS = re.compile(
    r"(?<![\w.-])(?:\d|[A-Z])(?P<between>\s?[+,;/&]\s?| and )(?:\d|[A-Z])(?!\w|[.-]\d)"
)
_TOLD = re.compile(
    rf"\b(?:if|when|where|unless)\b(?P<case>[^.?!\n]{{3,160}}?)(?:,|:)?\s(?:then |just |please )?{_SAY}\b"
    r"(?: (?:with|just|only|the|a|word|sign)){0,3}:?\s{1,2}[\"'`“]?"
    r"(?P<word>\?|-1|0|[A-Za-z][A-Za-z-]{0,14}|-)[\"'`”]?(?=\s*(?:[.,;]|\?|\n|$))",
    re.IGNORECASE,
)
_CASES = {
    "whole": re.compile(
        r"\b(?:whole|everything|entire|all (?:of|lines|items|the)|complete)\b", re.IGNORECASE
    ),
    "unclear": re.compile(
        r"\b(?:one or the other|settle\w*|tell|clear|unclear|ambiguous|doubt|sure|unsure|known?|decide"
        r"|(?:fits?|could be) (?:more|several|two|both)|say)\b",
        re.IGNORECASE,
    ),
    "none": re.compile(r"\b(?:none|no|nothing|neither|not)\b", re.IGNORECASE),
}
_DAY_FORM = re.compile(
    r"\bYYYY-MM-DD\b|\bDD\.MM\.YYYY\b|\bISO(?: 8601|-8601)?\b(?! (?:code|639|country|currency|language))",
    re.IGNORECASE,
)
_ASKS_DAY = re.compile(r"\b(?:which (?:day|date)|what (?:day|date)|when|since when|date)\b", re.IGNORECASE)
_SHARE = re.compile(
    r"\b(?:how much|what (?:share|part|portion|fraction|percentage)|which (?:share|part|percentage)"
    r"|how many per ?cent|percentage of)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\bper ?cent\b|\bpercentage\b|%", re.IGNORECASE)
_OF_PRICE = re.compile(
    r"\b(?:price|cost|paid|pay|due|owe[ds]?|back|refund\w*|reimburse\w*|value|goods)\b", re.IGNORECASE
)
OF_ORDER = re.compile(
    r"\border(?:['’]s)? (?:total|value|sum|amount)\b"
    r"|\b(?:whole|entire|full|total) (?:order|bill|invoice)\b"
    r"|\b(?:total|sum|value) of the (?:order|bill|invoice)\b",
    re.IGNORECASE,
)
"""The share of all that was ordered is another than that of the price of what goes back."""
SHARE_SAID = re.compile(
    r"(?P<share>\d{1,3}(?:\.\d{1,2})?)\s?(?:%|per ?cent\b)"
    r"(?:\s(?:of the price )?(?:for|of|on)\s(?:the\s)?(?P<name>[^,;%]{2,60}))?",
    re.IGNORECASE,
)
"""What an answer says to be paid: `85 % for the kettle`."""
RIVAL = re.compile(
    r"\b(?:could|might|may|can|is it possible|does|do)\b[^?\n]{0,90}\b(?:another|a different|any other"
    r"|one of the others?|some other)\b(?: (?:one|order|purchase)\b)?",
    re.IGNORECASE,
)
"""Asks whether another order may be meant."""
_MEANS = re.compile(r"\b(?:mean\w*|meant|fits?|match\w*|about|refer\w*|intend\w*)\b", re.IGNORECASE)


class Form(NamedTuple):
    """How marks are written as an answer."""

    marks: dict[str, str]
    """Id of an order → its mark."""
    between: str = ""
    """What stands between several; empty where only one is allowed."""
    gap: str = ""
    """What stands between a mark and its count."""
    words: tuple[tuple[str, str], ...] = ()
    """Case (`whole`, `unclear`, `none`) → what is said then."""

    def word(self, *cases: str) -> str:
        """What is said in the first of these cases that the program speaks of."""
        return next((said for case in cases for of, said in self.words if of == case), "")


def question_in(asked: str) -> str:
    """The sentence that asks; empty where none does."""
    said = [part for part in re.split(r"(?<=[.?!])\s|\n", asked) if part.rstrip("\"'”").endswith("?")]
    return next((part for part in said if len(part.split()) > 1), "")


def rival_asked(question: str) -> bool:
    """Whether it is asked if another order could be meant just as well."""
    return bool(RIVAL.search(question) and _MEANS.search(question))


def order_marks(texts: Iterable[str]) -> dict[str, str]:
    """Each order's mark in a list of the program's; empty where there is no such list."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _LISTED.finditer(text):
            ids = {id.upper() for id in ORDER_ID.findall(match["line"][:120])}
            if len(ids) == 1 and (id := ids.pop()) not in found and match["mark"] not in found.values():
                found[id] = match["mark"]
        found = found or _headed(text)
    return found if {"0", "1", "A", "a"} & {*found.values()} else {}


def _headed(text: str) -> dict[str, str]:
    """Each order's mark where it is the order's heading; empty unless each has an order of its own."""
    heads = list(_HEADED.finditer(text))
    ends = [*(head.start() for head in heads[1:]), *([len(text)] if heads else ())]
    found: dict[str, str] = {}
    for head, end in zip(heads, ends, strict=True):
        named = ORDER_ID.search(text[head.end() : min(end, head.end() + _HEAD)])
        if named is not None:
            found.setdefault(named.group().upper(), head["after"] or head["mark"])
    return found if len(found) == len({*found.values()}) else {}


def order_form(asked: str, marks: dict[str, str]) -> Form | None:
    """The form of an answer that names orders by their marks."""
    between = _between(asked, marks)
    which = _WHICH_ORDER.search(question_in(asked)) or (between and _MEANS.search(asked))
    if not marks or not which or not (between or _BY_MARK.search(asked)):
        return None
    open_word = _NOT_KNOWN.search(asked, between.end()) if between is not None else None
    words = (*_words(asked), *((("unclear", open_word["word"]),) if open_word is not None else ()))
    several = None if between else _SEVERAL_MARKS.search(asked)
    return Form(marks, several["between"] if several else "", words=words)


def _between(asked: str, marks: dict[str, str]) -> re.Match[str] | None:
    """Where a program names the marks of two orders to choose from: `A or B`, the last time."""
    if len(marks) != _PAIR:
        return None
    one, other = (re.escape(mark) for mark in marks.values())
    either = rf"(?<![\w-])(?:{one}{_OR}{other}|{other}{_OR}{one})(?![\w-])"
    return next(reversed([*re.finditer(either, asked)]), None)


_PAIR = 2


def lines_form(asked: str) -> Form | None:
    """The form of an answer that names an order's lines by their marks, with a count for each."""
    sample = _SAMPLE.search(asked)
    if sample is None or not _WHICH_LINES.search(question_in(asked)):
        return None
    return Form({}, sample["between"], sample["gap"], _words(asked))


def asks_bare_day(asked: str) -> bool:
    """Whether nothing but a day is wanted."""
    return bool(_DAY_FORM.search(asked) and _ASKS_DAY.search(question_in(asked)))


def day_form(asked: str) -> str:
    """How days are to be written, for `strftime`."""
    return "%d.%m.%Y" if "DD.MM.YYYY" in asked.upper() else "%Y-%m-%d"


def asks_share(asked: str) -> bool:
    """Whether it is asked how much of a price is due, in hundredths."""
    question = question_in(asked)
    rest = asked[asked.find(question) :] if question else ""
    of_price = _OF_PRICE.search(question) or OF_ORDER.search(question)
    return bool(_SHARE.search(question) and of_price and _PERCENT.search(rest))


def shares_in(offer: Offer) -> bool:
    """Whether the answers say how much of a price is due."""
    said = [bool(SHARE_SAID.match(answer.strip())) for answer in offer.answers]
    return sum(said) > 1 and sum(said) >= len(said) - 1


def loss_told(asked: str) -> str:
    """What is to be said where it is not known."""
    return Form({}, words=_words(asked)).word("unclear", "none")


def _words(asked: str) -> tuple[tuple[str, str], ...]:
    found = []
    for told in _TOLD.finditer(asked):
        case = next((case for case, said in _CASES.items() if said.search(told["case"])), "")
        if case:
            found.append((case, told["word"]))
    return tuple(found)
