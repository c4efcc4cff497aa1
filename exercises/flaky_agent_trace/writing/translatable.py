"""Whether a mail can be put into English: only one whose every sentence is known, but for its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from exercises.flaky_agent_trace.deciding.told_letters import language_of
from exercises.flaky_agent_trace.papers.english import SENTENCE, paragraphs
from exercises.flaky_agent_trace.papers.headers import HEADER
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.text import fold

from .wishes import OTHER_LANGUAGES

ENGLISH_ONLY = "I can translate into English only"
NO_TRANSLATION = "I can't translate this reliably, so I'd rather not guess at what it says"
_NAMES = {
    "de": r"german|deutsch\w*|allemand|alemán|duits|niemieck\w+",
    "fr": r"french|französisch\w*|français|francés|frans",
    "es": r"spanish|spanisch\w*|espagnol|español|spaans",
    "nl": r"dutch|niederländisch\w*|néerlandais|nederlands",
    "pl": r"polish|polnisch\w*|polonais|polaco|pools|polski",
    "": OTHER_LANGUAGES,
}
INTO = re.compile(
    r"(?:\b(?:in|into|to|auf|ins|en|al|na|naar het)\s|[-=]?>|→)\s{0,3}(?:"
    + "|".join(f"(?P<{code or 'other'}>{names})" for code, names in _NAMES.items())
    + r")\b",
    re.IGNORECASE,
)
"""Another language than English that something is wanted in."""
_FEWEST = 3
"""Words of a sentence that says something of its own."""
_CLOSE = 0.6
"""How much of a sentence is left of it where it was put otherwise."""
_TO_US = re.compile(
    r"\b(?:mail|e-?mail|correo|courriel|nachricht|text|translat\w*|übersetz\w*|traduc\w*|tradui\w*|vertaal\w*"
    r"|przetłumacz\w*|englis\w*|inglés|anglais|engels|json|kund\w+|cliente|client|klant)\b",
    re.IGNORECASE,
)
"""Speaks of the mail, or to whoever reads it."""


def untranslatable(mind: Mind) -> str:
    """Why the translation that is wanted cannot be given; empty: it can, or none is wanted."""
    if not (mind.operation == "translate" or "translation" in mind.contract.slots):
        return ""
    into = INTO.search(mind.asked_last) if mind.context.said and mind.operation == "translate" else None
    if into is not None and into.lastgroup != mind.scene.meaning.language:
        return ENGLISH_ONLY
    if not mind.mail.present:
        return NO_TRANSLATION if mind.claims is None and mind.operation == "translate" else ""
    scene = mind.scene
    if scene.rewritten:
        return "" if language_of(scene.state.ticket.body) == "en" else NO_TRANSLATION
    if scene.meaning.english is None:
        return ""
    known = renumbered(mind) is not None and not _other_subject(mind) and all(_whole(mind))
    return "" if known else NO_TRANSLATION


def _other_subject(mind: Mind) -> bool:
    """Whether the mail's subject is not the one that it was sent with."""
    own = f" {' '.join(fold(mind.scene.state.ticket.subject).words)} "
    texts = (piece.text for piece in mind.context.of("system", "user") if mind.scene.mail_share(piece) > 0)
    told = (fold(found["said"]).words for text in texts for found in _SUBJECT.finditer(text))
    return any(f" {' '.join(words)} " != own for words in told)


_SUBJECT = re.compile(r"(?m)^[>\s]{0,16}Subject[ \t]{0,4}:[ \t]{0,4}(?P<said>\S[^\n]*)$", re.IGNORECASE)


def sentences_shown(mind: Mind, own: str, english: str) -> str | None:
    """The English of the sentences of a paragraph that the request shows; `None`: which is not known."""
    theirs, parts = SENTENCE.split(own), SENTENCE.split(english)
    there = [_stands(mind, sentence) for sentence in theirs]
    if there == sorted(there, reverse=True):
        return ""  # cut off at its end
    if len(theirs) != len(parts):
        return None
    return " ".join(part for part, shown in zip(parts, there, strict=True) if shown)


def _stands(mind: Mind, sentence: str) -> bool:
    words = f" {' '.join(fold(sentence).words)} "
    pieces = mind.context.of("system", "user", "assistant", "result")
    return any(words in piece.folded.skeleton for piece in pieces)


def _whole(mind: Mind) -> Iterator[bool]:
    """Of each paragraph, whether it is known which English is that of the sentences that are shown."""
    english = mind.scene.meaning.english
    if english is not None:
        others = renumbered(mind) or {}
        sent = with_numbers(mind.scene.state.ticket.body, others)
        for own, part in zip(paragraphs(sent), paragraphs(english.body), strict=False):
            yield sentences_shown(mind, own, part) is not None


def with_numbers(text: str, others: dict[str, str]) -> str:
    """A text with other numbers in place of its own."""
    return _DIGITS.sub(lambda found: others.get(found[0], found[0]), text)


_DIGITS = re.compile(r"\d+")


def renumbered(mind: Mind) -> dict[str, str] | None:
    """Numbers of the mail → those that stand in the request in their place; `None`: more is another."""
    found: dict[str, str] = {}
    english = mind.scene.meaning.english
    told = fold(f"{english.subject}\n{english.body}").words if english is not None else ()
    own = fold(f"{mind.scene.state.ticket.subject}\n{mind.scene.state.ticket.body}").words
    for sentence in _strange(mind):
        pairs = _only_numbers(mind, sentence)
        if pairs is None:
            return None
        for old, new in pairs.items():
            same = own.count(old) == told.count(old) == 1
            if not same or found.setdefault(old, new) != new:
                return None
    return found


def _strange(mind: Mind) -> Iterator[str]:
    """The sentences beside the mail that are made of its own, or of the language that it is in."""
    for piece in mind.context.of("system", "user"):
        if mind.scene.mail_share(piece) <= 0:
            continue
        for line in HEADER.sub("", mind.scene.without_mail(piece)).splitlines():
            for sentence in SENTENCE.split(line):
                words = fold(sentence).words
                known = f" {' '.join(words)}" in mind.scene.mail.skeleton
                if len(words) >= _FEWEST and not known and _of_mail(mind, sentence):
                    yield sentence


def _of_mail(mind: Mind, sentence: str) -> bool:
    if _nearest(mind, sentence)[0] > _CLOSE:
        return True
    return language_of(sentence) == mind.scene.meaning.language and not _TO_US.search(sentence)


def _nearest(mind: Mind, sentence: str) -> tuple[float, tuple[str, ...]]:
    """How near a sentence comes to one of the mail, and the words of that one."""
    words = fold(sentence).words
    ticket = mind.scene.state.ticket
    lines = f"{ticket.subject}\n{ticket.body}".splitlines()
    own = (tuple(fold(part).words) for line in lines for part in SENTENCE.split(line))
    near = ((SequenceMatcher(None, known, words, autojunk=False).ratio(), known) for known in own if known)
    return max(near, key=lambda pair: pair[0], default=(0.0, ()))


def _only_numbers(mind: Mind, sentence: str) -> dict[str, str] | None:
    """Numbers that were put otherwise, where nothing else of a sentence was."""
    words, (_, known) = fold(sentence).words, _nearest(mind, sentence)
    changed = [(old, new) for old, new in zip(known, words, strict=False) if old != new]
    numbers = all(old.isdigit() and new.isdigit() for old, new in changed)
    return dict(changed) if numbers and len(words) == len(known) else None
