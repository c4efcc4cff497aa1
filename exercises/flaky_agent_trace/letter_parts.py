"""What a letter takes from the request: the reason that a program gave, the orders that may be meant."""

from __future__ import annotations

import re
from typing import Any

from harness.simulation.text import content_words
from harness.simulation.values import Money

from .letters import letters
from .mind import Mind
from .told_letters import language_of

IN_WORDS = re.compile(r"[a-z]{2} [a-z]")
"""Grounds that a program gave, not those of the handbook."""


def reason_given(mind: Mind, action: str, reason: str, language: str) -> list[str]:
    """The reason that a program gave, in a language other than English.

    If unknown, as it stands: but none that is in another language, unless it has to be told.
    """
    if not IN_WORDS.search(reason) or language == "en":
        return []
    known = next(
        (
            ground
            for ground in letters().grounds
            if ground.action == action and re.search(rf"\b(?:{ground.words})\b", reason, re.IGNORECASE)
        ),
        None,
    )
    if known is not None:
        return [str(getattr(known, language))]
    foreign = (language_of(reason) or language_of(mind.instructions) or language) != language
    return [] if foreign and not _TO_TELL.search(mind.instructions) else [f"{_REASON[language]}: {reason}."]


def foreign_reason(mind: Mind, reason: str) -> bool:
    """Whether a program's reason has no place in an English letter: it is in another language."""
    other = IN_WORDS.search(reason) and language_of(reason) not in {None, "en"}
    return bool(other) and not _TO_TELL.search(mind.instructions)


_TO_TELL = re.compile(
    r"(?<!not )(?<!never )(?<!n't )(?<!n’t )"
    r"\b(?:give|state|tell|explain|include|mention|name|say|add|with|nenn\w*|gib|erklär\w*|indique\w*"
    r"|explique\w*|indica|explica|noem|geef|vermeld|podaj)\b(?! (?:no|any)\b)[^.\n]{0,40}"
    r"\b(?:reasons?|grounds|why|grund|gründe|begründung|motif|raison|motivo|razón|reden|powód)\b(?! ?:)",
    re.IGNORECASE,
)
"""A program that wants the reason told."""
_REASON = {"de": "Begründung", "fr": "Motif", "es": "Motivo", "nl": "Reden", "pl": "Powód"}


def choices(mind: Mind) -> tuple[str, ...]:
    """The orders that a customer may mean: those with what the mail speaks of, else all of a few."""
    english = mind.scene.meaning.english
    said = (
        content_words(english.body if english else mind.scene.written) if mind.mail.present else frozenset()
    )
    shown: dict[str, list[tuple[str, bool]]] = {}
    for id, order in mind.orders.items():
        names = [str(part.get("name")) for part in order.parts.get("items", []) if part.get("name")]
        shown[id] = [(name, bool(content_words(re.sub(r"\d+", " ", name)) & said)) for name in names]
    meant = {id: [name for name, own in items if own] for id, items in shown.items()}
    meant = {id: names for id, names in meant.items() if names}
    if len(meant) < _SEVERAL:
        meant = {id: [name for name, _ in items] for id, items in shown.items() if items}
    if not _SEVERAL <= len(meant) <= _FEW:
        return ()
    alike = len({tuple(names[:2]) for names in meant.values()}) < len(meant)
    dated = alike or _DATED.search(mind.instructions) is not None
    shown_too = ["placed"] * dated + ["total"] * (_SUMMED.search(mind.instructions) is not None)
    more = {id: [text for field in shown_too if (text := _told(mind.orders[id].get(field)))] for id in meant}
    return tuple(f"{id} ({', '.join([*names[:2], *more[id]])})" for id, names in meant.items())


def _told(value: Any) -> str:
    """A field of an order, as a letter names it."""
    if isinstance(value, Money):
        return f"{value.cents / 100:.2f} {value.currency or ''}".strip()
    return "" if value is None else str(value)


_LISTS = r"\b(?:list|with|give|mention|name|include|show|each|tell)\b[^.\n]{0,80}?"
_DATED = re.compile(rf"{_LISTS}\b(?:dates?|placed|when|ordered on)\b", re.IGNORECASE)
_SUMMED = re.compile(rf"{_LISTS}\b(?:totals?|sums?|amounts?|price)\b", re.IGNORECASE)
"""What a list of orders is to say of each."""


_SEVERAL, _FEW = 2, 5
