"""The labels that a program offers to choose from, and what they mean to this shop."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.meaning.labels import (
    explained_labels,
    glossary,
    labels_for,
    labels_in,
    shown_labels,
    told_of_labels,
)
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.context import Context

from .retelling import issues_in
from .sentences import says

_BY_VALUE = ("issue", "mood", "urgency", "language", "wants", "action")
REST = re.compile(
    r"\b(?:other|others|else|rest|misc\w*|none|unknown|unclear|general|default|unsure|sonst\w*|andere\w?)\b",
    re.IGNORECASE,
)
_DELIVERY = frozenset({"late", "not_arrived"})
_MONEY = frozenset({"changed_mind", "damaged", "wrong_item", "goodwill", "already_paid_back", "cancel"})
TOPICS: tuple[tuple[str, frozenset[str]], ...] = (
    (r"quality|damage\w*|defect\w*|broken|faulty|warranty", frozenset({"damaged"})),
    (r"wrong|mix-?up", frozenset({"wrong_item"})),
    (r"delay\w*|late", frozenset({"late"})),
    (r"lost|missing", frozenset({"not_arrived"})),
    (r"logistics?|shipping|shipments?|deliver\w*|carriers?|warehouse|transport|couriers?", _DELIVERY),
    (r"cancel\w*", frozenset({"cancel"})),
    (r"returns?|exchanges?", frozenset({"changed_mind", "wrong_item", "damaged"})),
    (r"goodwill|discounts?", frozenset({"goodwill"})),
    (r"products?", frozenset({"damaged", "wrong_item"})),
    (r"refunds?|billing|payments?|finance|money", _MONEY),
    (r"complaints?|support|service|customer|legit\w*|genuine|ham|not spam", _MONEY | _DELIVERY),
    (r"identity|third[ -]part\w*|proxy|on behalf|authori[sz]ation", frozenset({"for another"})),
    (r"spam|phishing|fraud|sales|marketing|technical|account|advert\w*|newsletter", frozenset()),
)
"""Words for queues and the like, the narrowest first, and the issues that go there."""
_EFFORT = {
    "easy": re.compile(r"(?:easy|simple|straightforward|trivial|routine)", re.IGNORECASE),
    "hard": re.compile(r"(?:hard|difficult|complex|complicated|tricky)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels on offer. `slot`: what they are values of, `topic` or `effort`; empty: nothing is understood."""

    words: tuple[str, ...]
    slot: str
    meant: tuple[tuple[str, frozenset[str]], ...] = ()
    """Of labels that are explained the issues that the explanation speaks of."""
    many: bool = False
    """Whether every label that fits is wanted."""


def labels_of(asked: str, context: Context) -> Labels | None:
    """The labels that a program offers, `None` where it offers none."""
    users = context.of("user")
    last = users[-1].text if users else ""
    whole = "\n".join([*(piece.text for piece in context.of("system")), last])
    words = labels_in(asked)
    if not words and (told := _explained(whole)):
        return told
    words = words or shown_labels(last) or shown_labels(whole) or tuple(glossary(whole))
    words = words or labels_for("label", asked, only=True)
    if not words:
        return None
    meant = [word for word in words if not REST.search(plain(word))]
    ontology = vocabulary().ontology
    for slot in _BY_VALUE:
        values = tuple(None if word not in meant else ontology.value_of(slot, word) for word in words)
        known = [value for value in values if value]
        if known and len(known) == len(meant) and (len(set(known)) > 1 or len(meant) < len(words)):
            return Labels(words, slot)
    if any(effort(word) for word in words):
        return Labels(words, "effort")
    told_so = _told(words, whole)
    issues = sum(ontology.value_of("issue", word) is not None for word in meant)
    if issues >= _SOME or any(topic(word) is not None or dict(told_so).get(word) for word in meant):
        return Labels(words, "topic", told_so)
    named = any(ontology.named("".join(words_of(word))) for word in words)
    return None if named else Labels(words, "")


def _told(words: tuple[str, ...], whole: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Of each label the issues that its examples and its explanation speak of."""
    found = told_of_labels(words, whole)
    return tuple((word, frozenset().union(*map(_speaks_of, said))) for word, said in found.items() if said)


def _speaks_of(said: str) -> set[str]:
    """The issue that an example or an explanation tells; of several that one looks for, all."""
    told = issue_told(said)
    own = {FOR_ANOTHER} if for_another(said) else {told} if told else issues_in(said)
    if not own or len(said.split()) <= _FEW:
        own = {*own, *_predicated(said)}
    return {str(issue) for issue in own}


_FEW = 12
"""Words of an explanation: it may name several issues, and a customer's own words tell one."""


def _predicated(said: str) -> set[str]:
    """The issues that a text speaks of by what is said of cases in short."""
    found = vocabulary().ontology.predicates.said_in(said)
    return {one.name for one in found if one.group == "issue" and not one.denied}


_MANY = re.compile(
    r"\b(?:multi-?label|comma|commas|all (?:\w+ )?(?:labels|tags|that (?:apply|fit))"
    r"|every (?:\w+ )?(?:label|tag)|each label that|one or more|which (?:labels|tags)|labels that|any that"
    r"|alle (?:passenden|zutreffenden)?\s?(?:labels|etiketten|tags)|komma\w*|virgules?|toutes les|comas?"
    r"|todas las|przecink\w+|wszystkie)\b",
    re.IGNORECASE,
)


def many_asked(asked: str) -> bool:
    """Whether every label that fits is wanted, and not one."""
    return bool(_MANY.search(asked)) and not _ONE_LABEL.search(asked)


_ONE_LABEL = re.compile(
    r"\b(?:exactly one|only one|a single|just one|the (?:best|one|right)|genau eine?s?|one)"
    r" (?:\w+ )?(?:label|tag|categor\w+)\b|\bone of\b",
    re.IGNORECASE,
)


def understood(labels: Labels, word: str) -> bool:
    """Whether it is known what a label stands for."""
    slot = "issue" if labels.slot == "topic" else labels.slot
    named = slot in vocabulary().ontology.slots and vocabulary().ontology.value_of(slot, word) is not None
    told = bool(dict(labels.meant).get(word))
    return told or named or topic(word) is not None or LAW.search(plain(word)) is not None


LAW = re.compile(r"\b(?:legal|lawyers?|law|court|litigation|solicitors?|rechtliches|juristisch\w*)\b")
"""Words for a label of those who threaten with the law."""


def issue_told(text: str) -> str | None:
    """What a text complains of, by its sentences."""
    parts = [part for part in re.split(r"(?<=[.!?])\s+|\n+", text) if part.strip()]
    said = [says(part, {}, 2026).issue for part in parts]
    stops = any(_STOPS.search(part) for part in parts)
    unfit = "changed_mind" if any(_UNFIT.search(part) for part in parts) else None
    absent = "not_arrived" if any(_ABSENT.search(part) for part in parts) else None
    return "cancel" if stops else next(filter(None, said), absent or unfit)


_STOPS = re.compile(
    r"\b(?:cancel|stop|call off|storn\w+|annul\w+|cancela\w*|annuleer\w*"
    r"|anuluj\w*)\b[^.!?\n]{0,30}\b(?:order|it|purchase"
    r"|bestellung|commande|pedido|bestelling|zamówieni\w+)\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:nothing|not|never|no parcel)\b[^.!?\n]{0,20}\b(?:come|came|arriv\w*|delivered|turned up|here)\b"
    r"|\bwhere(?: is|['’]s) (?:my|the|our)\b",
    re.IGNORECASE,
)
_UNFIT = re.compile(
    r"(?<!took )(?<!takes )(?<!taken )(?<!taking )\btoo "
    r"(?:big|large|small|wide|long|short|tall|heavy|loud|narrow|bulky|dark|bright)\b"
    r"|\b(?:rather have|want) (?:the|my) money"
    r"|\b(?:don['’]t|do not|doesn['’]t|does not|no longer) (?:like|need|want)s?\b"
    r"|\bsend (?:it|them|this) back\b",
    re.IGNORECASE,
)


FOR_ANOTHER = "for another"
_KIN = (
    r"(?:mother|mum|mom|father|dad|son|daughter|wife|husband|partner|sister|brother|aunt|uncle|grand\w+"
    r"|neighbou?r|friend|boss"
    r"|colleague|mutter|vater|tante|onkel|frau|mann|oma|opa|schwester|bruder|nachbar\w*|mère|père|tante"
    r"|voisine?|madre|padre|t[íi]a"
    r"|abuel[oa]|vecin[oa]|moeder|vader|buurvrouw|buurman|oma|mama|matk\w|ojc\w|cioci\w|sąsiad\w*)"
)
_BEHALF = re.compile(
    r"\b(?:on behalf of|in the name of|for (?:another|somebody else|someone else)|another person"
    r"|strange(?:r|['’]s)? (?:address|account)"
    r"|namens|im namen|de la part de|au nom de|en nombre de|de parte de|w imieniu)\b"
    rf"|\b(?:write|writing|ask\w*|type|tik|schreibe\w*|écris|escribo|schrijf"
    rf"|piszę)\b[^.!?\n]{{0,30}}\b(?:for|für|pour|por|para|voor|za) (?:\w+ ){{0,2}}{_KIN}\b"
    rf"|\b{_KIN}\b[^.!?\n]{{0,20}}\b(?:ordered|bought|bestellt|a commandé|pidió|besteld)\b",
    re.IGNORECASE,
)


def for_another(text: str) -> bool:
    """Whether somebody writes for another person."""
    return bool(_BEHALF.search(text))


def _explained(text: str) -> Labels | None:
    """Labels of a list that says what each stands for, where most of them are issues."""
    told = explained_labels(text)
    value_of = vocabulary().ontology.value_of
    named = {word: value_of("issue", plain(word)) for word in told}
    meant = {word: issues_in(said).union(filter(None, [named[word]])) for word, said in told.items()}
    known = [word for word, issues in meant.items() if issues or REST.search(plain(word))]
    if not told or sum(map(bool, named.values())) < _SOME or len(known) < len(told) - 1:
        return None
    return Labels(tuple(told), "issue", tuple((word, frozenset(issues)) for word, issues in meant.items()))


_SOME = 2


def plain(label: str) -> str:
    """A label as plain words."""
    return " ".join(words_of(label))


def topic(label: str) -> int | None:
    """The narrowest topic that a label names."""
    said = plain(label)
    found = (n for n, (words, _) in enumerate(TOPICS) if re.search(rf"\b(?:{words})\b", said))
    return next(found, None)


def effort(label: str) -> str:
    """Whether a label says `easy` or `hard`; empty for another."""
    return next((value for value, words in _EFFORT.items() if words.fullmatch(label.strip())), "")
