"""Questions about one article: which one it is, and what each of the answers says of it.

What is asked of one article is not what the mail as a whole asks for: the other one of the order may be kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.shop.dues import OF_GOODS
from harness.simulation.meaning.offering import Offer, gloss_of, unknowing
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.text import fold, stem

from .told_fields import issues_told

ELSE = frozenset({"else"})
"""What an answer says that is neither one of these nor that nothing is wanted: `exchange`."""
Meant = tuple[tuple[str, frozenset[str]], ...]
_NAMED = re.compile(
    r"\b(?:how many|wie viele|combien de|cuánt[oa]s|hoeveel|the|this|that|these|those|their|her|his|my"
    r"|der|die|das|den|dem|le|la|les|el|los|las|het|de)\s"
    r"(?=(?P<name>[^\W\d_][\w-]*(?:\s[\w-]+){0,4}))",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:line|position|item|article|product|entry|zeile|artikel|ligne|línea|regel|pozycj\w)\s"
    r"(?:item\s)?(?:no\.?\s?|nr\.?\s?|number\s|#)?(?P<at>\d{1,2})\b"
    r"|\b(?P<nth>first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\s(?:line|position|item|article|product"
    r"|entry)\b",
    re.IGNORECASE,
)
_NTH = ("first", "second", "third", "fourth", "fifth")
_KEPT = re.compile(
    r"\b(?:keep\w{0,4}|kept|stay\w{0,3}|remain\w{0,2}|nothing|none|no|not|neither|un(?:affected|touched"
    r"|concerned|mentioned|involved)"
    r"|fine|ok|okay|intact|sound|irrelevant|satisfied|happy|only mentioned|merely mentioned|mentioned only"
    r"|behalten|behält|bleibt|nichts|kein\w{0,2}|garder?|gardé\w?|conserv\w{2,4}|rien|aucun\w?|queda\w?"
    r"|conservar|nada|ningun\w?|houdt|houden|gehouden|niets|geen|zatrzym\w{2,6}|zostaje|nic|żad\w{2,3})\b",
    re.IGNORECASE,
)
"""By which an answer says that nothing is wanted for an article."""
_LEADS = re.compile(rf"^\W{{0,3}}(?:\w+ ){{0,3}}?{_KEPT.pattern}", re.IGNORECASE)
_BACK = re.compile(
    r"\b(?:refund\w*|money|return\w*|back|pay|reimburse\w*|claim\w*|affected|concerned|yes|wanted|asked"
    r"|requested|erstatt\w+|zurück\w*|rembours\w+|retour\w*|reembols\w+|devol\w+|terug\w*|zwrot\w*)\b",
    re.IGNORECASE,
)
"""By which an answer says that something is, whatever for."""


class Articles(dict[str, str]):
    """SKU → name of all that the orders of a request hold, in their order there."""

    one_order = True
    """Whether they are those of one order: then a place among them says which is meant."""


def article_in(articles: Mapping[str, str], question: str) -> str:
    """The one article that a question names, by number, name or place; empty: it names none or several."""
    said = fold(question)
    numbered = [sku for sku in articles if said.has(sku)]
    if numbered:
        return numbered[0] if len(numbered) == 1 else ""
    words = {stem(word) for word in words_of(question)}
    named = [sku for sku, name in articles.items() if name and _stems(name) <= words]
    if named:
        longest = [
            sku for sku in named if all(_stems(articles[one]) <= _stems(articles[sku]) for one in named)
        ]
        return longest[0] if len(longest) == 1 else ""
    return _placed(articles, question) or _called(articles, question)


def _stems(name: str) -> set[str]:
    return {stem(word) for word in words_of(name)}


def _placed(articles: Mapping[str, str], question: str) -> str:
    """The article at a place of the order: `line 2`, `the second item`."""
    found = {match["at"] or match["nth"].casefold() for match in _PLACE.finditer(question)}
    if len(found) != 1 or not getattr(articles, "one_order", False):
        return ""
    told = found.pop()
    at = int(told[0]) if told[0].isdigit() and not told.isdigit() else 0
    at = int(told) if told.isdigit() else at or _NTH.index(told) + 1
    return list(articles)[at - 1] if 0 < at <= len(articles) else ""


def _called(articles: Mapping[str, str], question: str) -> str:
    """The article of which a part of the name is said behind an article of grammar: `the scale`."""
    counts: dict[str, int] = {}
    for name in articles.values():
        for word in _stems(name):
            counts[word] = counts.get(word, 0) + 1
    own = {sku: {word for word in _stems(name) if counts[word] == 1} for sku, name in articles.items()}
    found: set[str] = set()
    for match in _NAMED.finditer(question):
        for word in map(stem, words_of(match["name"])[:_NEAR]):
            if word in _ORDINARY or len(word) < _SHORTEST:
                break
            hits = {sku for sku, words in own.items() if word in words}
            found |= hits
            if hits:
                break
    return found.pop() if len(found) == 1 else ""


_NEAR, _SHORTEST = 3, 3
_ORDINARY = frozenset(
    map(
        stem,
        [
            "customer",
            "client",
            "buyer",
            "writer",
            "sender",
            "mail",
            "email",
            "message",
            "letter",
            "order",
            "orders",
            "parcel",
            "shop",
            "refund",
            "money",
            "article",
            "articles",
            "item",
            "items",
            "product",
            "goods",
            "whole",
            "set",
            "pair",
            "other",
            "first",
            "second",
            "last",
            "one",
            "case",
            "question",
            "following",
            "answer",
            "problem",
            "request",
            "delivery",
            "line",
            "position",
            "kind",
            "reason",
            "want",
            "wants",
            "is",
            "was",
            "are",
            "were",
            "has",
            "have",
            "does",
        ],
    )
)
"""What stands behind an article of grammar in any question, and what ends a name."""


def said_of_article(offer: Offer) -> Meant | None:
    """What each answer says of the article that is asked of, as issues: none where nothing is wanted for it.

    What is neither is told apart from nothing alone. `None`: it is another thing that the answers tell apart.
    What is not known is said by none of these.
    """
    open_one = unknowing(offer.answers)
    every = [(answer, _issues(answer, offer.told)) for answer in offer.answers if answer != open_one]
    kept = any(issues == frozenset() for _, issues in every)
    if not kept and any(issues is None for _, issues in every):
        return None
    found = tuple((answer, ELSE if issues is None else issues) for answer, issues in every)
    some = [issues for _, issues in found if issues]
    if not some or not any(issues & (OF_GOODS | (ELSE if kept else OF_GOODS)) for issues in some):
        return None
    return found if kept or len({*some}) == len(some) > 1 else None


def _issues(answer: str, told: str) -> frozenset[str] | None:
    """The issues that an answer is for: none if it says that nothing is wanted; `None`: it says neither."""
    own, gloss = " ".join(words_of(answer)), gloss_of(answer, told)
    ontology = vocabulary().ontology
    said = [one for one in ontology.predicates.said_in(answer) if one.group == "issue"]
    affirmed = {one.name for one in said if not one.denied}
    if not affirmed and (_KEPT.search(own) or (said and all(one.denied for one in said))):
        return frozenset()
    if not affirmed and _LEADS.search(gloss):
        return frozenset()
    named = ontology.value_of("issue", answer)
    every = issues_told(answer, told) | affirmed | ({named} if named else set())
    if every and (every & OF_GOODS or affirmed or not _BACK.search(own)):
        return frozenset(every)
    return OF_GOODS if _BACK.search(f"{own} {gloss}") else None


def asked_of_article(question: str) -> frozenset[str]:
    """The issues of which a yes or no about one article asks; none: whether anything is wanted."""
    said = vocabulary().ontology.predicates.said_in(question)
    found = {one.name for one in said if one.group == "issue" and not one.denied}
    return frozenset(found & {"damaged", "wrong_item"}) if not _AS_WELL.search(question) else frozenset()


_AS_WELL = re.compile(r"\b(?:refund\w*|return\w*|money|back)\b", re.IGNORECASE)
"""Asks whether something is wanted for it, for whatever it is said to be."""


def keyed_by_article(articles: Mapping[str, str], keys: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each key that is an article's number or its whole name, with the article."""
    by_name = {fold(name).plain.casefold(): sku for sku, name in articles.items() if name}
    for key in keys:
        sku = key if key in articles else by_name.get(fold(key.replace("_", " ")).plain.casefold(), "")
        if sku:
            yield key, sku
