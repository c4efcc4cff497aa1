"""The labels that a program offers to choose from, and what they mean to this shop."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.meaning.labels import explained_labels, labels_in, shown_labels
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.context import Context

from .retelling import issues_in

_BY_VALUE = ("issue", "mood", "urgency", "language", "wants", "action")
REST = re.compile(
    r"\b(?:other|others|else|misc\w*|none|unknown|unclear|general|default|unsure)\b", re.IGNORECASE
)
_DELIVERY = frozenset({"late", "not_arrived"})
_MONEY = frozenset({"changed_mind", "damaged", "wrong_item", "goodwill", "already_paid_back", "cancel"})
TOPICS: tuple[tuple[str, frozenset[str]], ...] = (
    (r"quality|damage\w*|defect\w*|broken|faulty|warranty", frozenset({"damaged"})),
    (r"wrong|mix-?up", frozenset({"wrong_item"})),
    (r"delay\w*|late", frozenset({"late"})),
    (r"lost|missing", frozenset({"not_arrived"})),
    (r"logistics?|shipping|shipments?|deliver\w*|carrier|warehouse|transport|courier", _DELIVERY),
    (r"cancel\w*", frozenset({"cancel"})),
    (r"returns?|exchanges?", frozenset({"changed_mind", "wrong_item", "damaged"})),
    (r"goodwill|discounts?", frozenset({"goodwill"})),
    (r"products?", frozenset({"damaged", "wrong_item"})),
    (r"refunds?|billing|payments?|finance|money", _MONEY),
    (r"complaints?|support|service|customer|legit\w*|genuine|ham|not spam", _MONEY | _DELIVERY),
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


def labels_of(asked: str, context: Context) -> Labels | None:
    """The labels that a program offers, `None` where it offers none."""
    users = context.of("user")
    last = users[-1].text if users else ""
    whole = "\n".join([*(piece.text for piece in context.of("system")), last])
    words = labels_in(asked)
    if not words and (told := _explained(whole)):
        return told
    words = words or shown_labels(last) or shown_labels(whole)
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
    if any(topic(word) is not None for word in meant):
        return Labels(words, "topic")
    named = any(ontology.named("".join(words_of(word))) for word in words)
    return None if named else Labels(words, "")


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
