"""Forms that ask article by article: a question that names one, keys that are their numbers or names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.offering import Offer
from harness.simulation.meaning.slots import words_of

from .narrow import readings
from .one_article import Articles, article_in, keyed_by_article
from .points import Narrow, PosedField

Json = Any
_NUMBERS = frozenset({"integer", "number"})
_OWN = frozenset({None, "quantity", "meant", "items", "item", "amount", "wants", "matches", "refund_request"})
"""Slots that the name of such a field may have: the question says what it is."""
_COUNTS = re.compile(
    r"\b(?:how many|number of|quantit\w+|(?:pieces?|units?|items?|copies|articles?|things|goods|products?)"
    r"|wie viele|combien|cuánt[oa]s|hoeveel|ile)\b(?! (?:days?|weeks?|orders?|mails?|parcels?|times?)\b)",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:back|money|refund\w*|return\w*|reimburs\w+|repa(?:y|id)\w*|claim\w*|want\w*|wish\w*|ask\w*|request\w*"
    r"|complain\w*|concern\w*|affected|meant|involved|at issue|in question|damaged|broken|faulty|defective"
    r"|wrong|send|sends|goes|go)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:keeps?|kept|keeping|stays?|retain\w*|ordered|bought|purchased|deliver\w+|arriv\w+|contain\w*|shipped"
    r"|opened|used|unused|sealed|unopened|refunded (?:before|already|earlier)|already)\b",
    re.IGNORECASE,
)
"""Asks of another number of pieces than of those that something is wanted for."""


def asked_otherwise(key: str, part: Json, articles: Mapping[str, str], asked: str) -> PosedField | None:
    """A count of other pieces of one article than of those wanted for it: nothing here knows it."""
    question = last_question(asked)
    if type_of(part) not in _NUMBERS or vocabulary().ontology.slot_of(key, "") not in _OWN:
        return None
    if not (_COUNTS.search(question) and _article_of(articles, asked)) or asks_what_is_wanted(question):
        return None
    return PosedField("untold", Narrow(Offer(question, (), question), "untold", "items"), part)


def of_an_article(key: str, part: Json, articles: Mapping[str, str], asked: str) -> PosedField | None:
    """A count or a yes or no about the one article of a question that something is wanted for.

    `asked`: what the field answers. `None`: it is another field.
    """
    question = last_question(asked)
    numeric = type_of(part) in _NUMBERS
    own = vocabulary().ontology.slot_of(key, "", boolean=not numeric)
    sku = _article_of(articles, asked)
    if not sku or own not in _OWN or (numeric and not _COUNTS.search(question)):
        return None
    return _wanted(part, sku, articles[sku], question)


def by_key(key: str, part: Json, articles: Mapping[str, str], asked: str) -> dict[str, PosedField] | None:
    """Of an object with a field for each of some articles what each of them asks; `None`: it is another."""
    keys = part.get("properties") if isinstance(part, dict) else None
    if not isinstance(keys, dict) or not keys:
        return None
    told = f"{' '.join(words_of(key))}: {part.get('description') or ''}"
    question = told if asks_what_is_wanted(told) else last_question(asked)
    named = dict(keyed_by_article(articles, keys))
    posed = {one: _wanted(keys[one], sku, articles[sku], question) for one, sku in named.items()}
    found = {one: field for one, field in posed.items() if field is not None}
    return found if len(found) == len(keys) else None


def _article_of(articles: Mapping[str, str], asked: str) -> str:
    """The article that a question names, or the sentence before it where it says `of them`."""
    question = last_question(asked)
    if (sku := article_in(articles, question)) or not _OF_IT.search(question):
        return sku
    before = re.split(r"(?<=[.!?])\s|\n", asked.partition(question)[0].rstrip())
    return article_in(articles, before[-1])


_OF_IT = re.compile(r"\b(?:them|it|those|these|that|this|its|one)\b", re.IGNORECASE)


def _wanted(part: Json, sku: str, name: str, question: str) -> PosedField | None:
    """For how many pieces of one article something is wanted, or whether for any."""
    if not isinstance(part, dict) or not asks_what_is_wanted(question):
        return None
    if type_of(part) in _NUMBERS:
        answers = tuple(map(str, part.get("enum") or ()))
        return PosedField(
            "pieces", Narrow(Offer(question, answers, question), "pieces", "items", sku=sku), part
        )
    if type_of(part) != "boolean":
        return None
    offer = Offer(f"{question} ({sku})", ("yes", "no"), question)
    found = (one for one in readings(Articles({sku: name}), offer) if one.kind in {"wish", "pieces"})
    narrow = next(found, None)
    return PosedField(narrow.kind, narrow, part) if narrow is not None else None


def listed(part: Json, asked: str) -> PosedField | None:
    """A list of texts that says which articles something is wanted for, and of each how many: `2 x SKU`."""
    items = part.get("items") if isinstance(part, dict) else None
    if (
        type_of(part) != "array"
        or not isinstance(items, dict)
        or type_of(items) != "string"
        or items.get("enum")
    ):
        return None
    question = last_question(asked)
    if not (_THINGS.search(question) and asks_what_is_wanted(question)):
        return None
    behind = asked.rpartition(question)[2]  # what stands before it may show what there is
    told = f"{behind}\n{part.get('description') or ''}\n{items.get('description') or ''}"
    if (form := counted_form(told)) is None:
        return None
    return PosedField("lines", Narrow(Offer(question, (), told), "lines", "items"), part, form)


_THINGS = re.compile(
    r"\b(?:articles?|items?|pieces|goods|products?|positions?|lines?|skus?|things?|what)\b", re.IGNORECASE
)
_NUMBER = r"(?:number|count|quantity|qty|pieces|how many|n|<[^<>\n]{1,20}>|\d{1,2})"
_ARTICLE = r"(?:<?(?:sku|article|item|product)(?: (?:number|no\.?|code|id))?>?|[A-Z]{2,4}-\d{3,8})"
_TIMES = r"(?:\s?[x×*]\s?|\s?[:=]\s?)"
_FORMS = (
    re.compile(rf"(?<![\w-]){_NUMBER}(?P<times>{_TIMES}){_ARTICLE}(?![\w-])", re.IGNORECASE),
    re.compile(rf"(?<![\w-]){_ARTICLE}(?P<times>{_TIMES}){_NUMBER}(?![\w-])", re.IGNORECASE),
)


def counted_form(told: str) -> str | None:
    """How a text wants a number of pieces and an article written, as a template; `None`: it does not say."""
    for form, pattern in zip(("{count}%s{sku}", "{sku}%s{count}"), _FORMS, strict=True):
        if (found := pattern.search(told)) is not None:
            return form % found["times"]
    return None


def asks_what_is_wanted(question: str) -> bool:
    """Whether it is asked for what something is wanted, and not what is kept, or came."""
    return bool(_WANTED.search(question)) and not (
        _OTHERWISE.search(question) and not _FOR_IT.search(question)
    )


_FOR_IT = re.compile(r"\b(?:money|back|refund\w*|reimburs\w+|return\w*|claims?)\b", re.IGNORECASE)


def last_question(asked: str) -> str:
    """The last sentence that asks; all of it where none does."""
    sentences = re.split(r"(?<=[.?!])\s|\n", asked)
    return next((said.strip() for said in reversed(sentences) if said.rstrip().endswith("?")), asked)
