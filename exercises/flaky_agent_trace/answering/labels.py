"""Which of the labels that a program offers fits the mail."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.offers import (
    FOR_ANOTHER,
    LAW,
    REST,
    TOPICS,
    Labels,
    effort,
    for_another,
    plain,
    topic,
    understood,
)
from harness.simulation.meaning.slots import words_of

from .answers import Answers

_NEXT = {
    "need_info": ("escalate", "deny"), "escalate": ("need_info", "deny"), "late": ("not_arrived",),
    "not_arrived": ("late",), "wrong_item": ("damaged", "changed_mind"), "damaged": ("wrong_item",),
    "angry": ("neutral",), "positive": ("neutral",),
}  # fmt: skip
"""What comes nearest where the thing itself is not on offer."""


def fitting(labels: Labels, answers: Answers) -> str:
    """The label that fits, else the one for all the rest, else the nearest: one of them in any case."""
    if labels.slot == "effort":
        wanted = "hard" if is_hard(answers) else "easy"
        return next((word for word in labels.words if effort(word) == wanted), labels.words[-1])
    told = answers("issue" if labels.slot == "topic" else labels.slot)
    # Of what is open a belief has several values, the one that fits best first.
    said = next((one for one in told if _of_value(labels, one)), None) if isinstance(told, list) else told
    rest = [word for word in labels.words if REST.search(plain(word))]
    other = _of_another(labels, answers) or _of_law(labels, answers)
    own = (
        other or _of_value(labels, said) or ("" if labels.slot == "topic" or rest else _nearest(labels, said))
    )
    if not own and (labels.slot == "topic" or (labels.slot == "issue" and not rest)):
        own = _of_topic(labels, said)
    return _by_number(labels, own, answers) or next(iter(rest), labels.words[-1])


def every_fitting(labels: Labels, answers: Answers) -> str:
    """All labels that fit, as they stand there; empty where of one of them it is not known."""
    rest = [word for word in labels.words if REST.search(plain(word))]
    held = {word: _fits(word, answers) for word in labels.words if word not in rest}
    if None in held.values():
        return ""
    return ", ".join([word for word, fits in held.items() if fits] or rest[:1])


def _fits(word: str, answers: Answers) -> bool | None:
    """Whether one label fits; `None` where that is not known."""
    facts, value_of, said = answers.facts, vocabulary().ontology.value_of, plain(word)
    if LAW.search(said) or _LAW.search(said):
        return bool(facts.legal)
    if _CHARGEBACK.search(said):
        return bool(answers("has_chargeback") or answers.mind.mail.values("chargeback"))
    if _OPENED.search(said):
        return any(ask.opened for ask in facts.asks)
    if (issue := value_of("issue", word)) is not None:
        return any(ask.issue == issue for ask in facts.asks)
    wish = value_of("wants", word)
    return facts.wants == wish if wish is not None else None


_CHARGEBACK = re.compile(r"\b(?:charge ?back|dispute)\b")
_LAW = re.compile(r"\b(?:anw[aä]lt\w*|rechtlich\w*|avocat|abogado|advocaat|prawnik)\b")
_OPENED = re.compile(r"\b(?:opened|used|geöffnet|benutzt|ouvert|abierto|geopend)\b")


def tells(labels: Labels, issues: Collection[str]) -> bool:
    """Whether one of the labels is known to be right for a mail with these issues, or known to be none of
    them: a label that means nothing may be the one.
    """
    if labels.slot not in {"issue", "topic"} or any(label_of(labels, issue) for issue in issues):
        return True
    rest = [word for word in labels.words if REST.search(plain(word))]
    if not rest:
        return any(_nearest(replace(labels, slot="issue"), issue) for issue in issues)
    return all(understood(labels, word) for word in labels.words if word not in rest)


def _of_law(labels: Labels, answers: Answers) -> str:
    """The label for a threat of the law, where the mail has one."""
    own = (word for word in labels.words if LAW.search(plain(word)))
    return next(own, "") if labels.slot == "topic" and answers.facts.legal else ""


def _of_another(labels: Labels, answers: Answers) -> str:
    """The label for who writes for another person, where that is one and the mail does."""
    told = dict(labels.meant)
    own = (
        word
        for word in labels.words
        if FOR_ANOTHER in told.get(word, ()) or _rank(word, FOR_ANOTHER) is not None
    )
    return next(own, "") if labels.slot == "topic" and for_another(answers.mind.scene.written) else ""


def label_of(labels: Labels, issue: str) -> str:
    """The label for an issue, by its name, by what is told of it, or by the narrowest topic; empty: none."""
    return _of_value(labels, issue) or _of_topic(labels, issue)


_MANY = frozenset({"multi", "multiple", "several", "many", "two", "both", "more"})
_ONE = frozenset({"single", "one", "only", "simple"})


def _by_number(labels: Labels, own: str, answers: Answers) -> str:
    """Of two labels for the same thing the one that says of how many orders: `RETURN_MULTI_ORDER`."""
    counts = _MANY if answers.facts.orders_concerned > 1 else _ONE
    bare = {*words_of(own)} - _MANY - _ONE
    alike = (
        word
        for word in labels.words
        if own
        and counts & {*words_of(word)}
        and bare & {*words_of(word)}
        and {*words_of(own)} & (_MANY | _ONE)
    )
    return next(alike, own)


def _of_value(labels: Labels, said: str | None) -> str:
    """The label of just this name, else one that means it."""
    named = (word for word in labels.words if words_of(word) == words_of(str(said)))
    slot = "issue" if labels.slot == "topic" else labels.slot
    value_of = vocabulary().ontology.value_of
    glossed = {word: issues for word, issues in labels.meant if issues}
    meant = (word for word in labels.words if said and value_of(slot, word) == said)
    meant = (word for word in meant if said in glossed.get(word, {said}))
    told = (word for word, issues in glossed.items() if said in issues)
    return next(named, "") or next(meant, "") or next(told, "")


def _nearest(labels: Labels, said: str | None) -> str:
    near = (_of_value(labels, other) for other in _NEXT.get(said or "", ()))
    return next(filter(None, near), "")


def _of_topic(labels: Labels, issue: str | None) -> str:
    """The label of the narrowest topic that an issue belongs to."""
    told = {word for word, issues in labels.meant if issues}
    if told and (near := _nearest(replace(labels, slot="issue"), issue)):
        return near
    open_ones = [word for word in labels.words if word not in told]
    ranked = [(rank, word) for word in open_ones if (rank := _rank(word, issue)) is not None]
    return min(ranked, key=lambda one: one[0])[1] if ranked else ""


def _rank(label: str, issue: str | None) -> int | None:
    """How narrow the topic is by which a label fits an issue; `None` where it does not."""
    named = topic(label)
    return named if named is not None and issue in TOPICS[named][1] else None


def is_hard(answers: Answers) -> bool:
    """Whether a case is no plain one."""
    facts = answers.facts
    several = facts.orders_concerned > 1 or len(facts.asks) > 1
    odd = facts.legal or facts.wants != "refund" or answers.mind.mail.injected
    return several or odd or answers.belief.order_id is None
