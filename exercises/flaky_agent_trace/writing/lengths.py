"""How long a letter is to be, in words and sentences, and a letter of given facts that keeps to it.

No fact is left out for it: the thanks go first, then sentences are drawn together, then greeting and close.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.simulation.reading.counts import IN_ANY_WORDS, count_of

_WORDS = r"(?:words|wörtern?|worte\w*|mots|palabras|woorden|słów)"
_N = r"\d{1,3}"
_RANGE = re.compile(
    rf"\b(?P<low>{_N})\s?(?:-|–|to|and|bis|à|a|tot|do|und|et|y|en|i)\s?(?P<high>{_N}) {_WORDS}\b",
    re.IGNORECASE,
)
_LEAST = re.compile(
    rf"\b(?:at least|no fewer than|not less than|minimum(?: of)?|mindestens|au moins|al menos|minstens"
    rf"|co najmniej) (?P<low>{_N}) {_WORDS}\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    rf"\b(?:about|around|roughly|approximately|approx\.?|circa|ca\.|etwa|ungefähr|rund|environ|unos|unas"
    rf"|ongeveer|około|~)\s?(?P<n>{_N}) {_WORDS}\b|~ ?(?P<bare>{_N}) {_WORDS}\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    rf"\b(?:höchstens|maximal|nicht mehr als|bis zu|unter|au plus|au maximum|maximum|pas plus de|como máximo"
    rf"|máximo|no más de|hoogstens|maximaal|niet meer dan|najwyżej|maksymalnie|nie więcej niż) "
    rf"(?P<most>{_N}) {_WORDS}\b|\b(?P<after>{_N}) {_WORDS} (?:au plus|au maximum|como máximo|maximum)\b",
    re.IGNORECASE,
)
_COUNT = rf"(?:\d|a single|{IN_ANY_WORDS})"
_SENTENCES = re.compile(
    rf"\b(?:(?:{_COUNT}) ?(?:to|-|–|or|bis|oder|à|ou) ?)?(?P<n>{_COUNT}) (?:[\w-]+ )?"
    r"(?:sentences?|sätzen?|satz|phrases|frases|zinnen|zdani\w+)\b(?! each)",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(r"\b(?:at least|no fewer than|mindestens|au moins|al menos|minstens) $", re.IGNORECASE)
_SLACK = 0.2


def words_wanted(asked: str) -> tuple[int, int | None]:
    """The fewest and the most words of a letter, as far as these are more than a plain limit."""
    if ranged := _RANGE.search(asked):
        return int(ranged["low"]), int(ranged["high"])
    if about := _ABOUT.search(asked):
        n = int(about["n"] or about["bare"])
        return round(n * (1 - _SLACK)), round(n * (1 + _SLACK))
    least, most = _LEAST.search(asked), _MOST.search(asked)
    return int(least["low"]) if least else 0, int(most["most"] or most["after"]) if most else None


def sentences_wanted(asked: str) -> int | None:
    """The most sentences that a letter is to have."""
    for found in _SENTENCES.finditer(asked):
        if not _AT_LEAST.search(asked[: found.start()]):
            return count_of(found["n"])
    return None


def fitted(asked: str, most: int | None, parts: dict[str, list[str]], brief: str) -> str:
    """A letter of given facts that keeps to its length; empty where none does that says them all.

    `parts`: `greeting`, `body`, `more`, `closing`. `brief`: the body without thanks.
    """
    sentences = sentences_wanted(asked)
    for way in _ways(parts, brief, sentences):
        said = "\n\n".join(part for part in way if part)
        fits = most is None or len(said.split()) <= most
        if fits and (sentences is None or _stops(said) <= sentences):
            return said
    return ""


def _ways(parts: dict[str, list[str]], brief: str, sentences: int | None) -> Iterator[list[str]]:
    """Ways to say it, each shorter than the one before."""
    greeting, body, more, closing = (parts[name] for name in ("greeting", "body", "more", "closing"))
    short = [brief, *body[1:]]
    yield [*greeting, *body, *more, *closing]
    yield [*greeting, *short, *more, *closing]
    whole = _drawn([*short, *more], sentences) if sentences else [*short, *more]
    yield [*greeting, *whole, *closing]
    yield [*greeting, *whole, *(part.partition("\n")[2] for part in closing)]
    yield [*greeting, *whole]
    yield whole


_STOP = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜÉŁŚŻ¿])")
_STARTS = (
    "The This You We It There That A An Please Your What Das Der Die Wir Es Le La Les Nous Vous Cette El"
    " Los Se Het De U Uw Op Pieniądze"
)
_SMALL = frozenset(_STARTS.split())


def _stops(said: str) -> int:
    return len(re.findall(r"[.!?](?=\s+[A-ZÄÖÜÉŁŚŻ¿]|\s*$)", said))


def _drawn(paragraphs: list[str], most: int) -> list[str]:
    """Sentences drawn together, as many as it takes, from the last on."""
    said = [one for part in paragraphs for one in _STOP.split(part)]
    at = len(said) - 1
    while len(said) > most and at > 0:
        first = said[at].partition(" ")[0]
        if first in _SMALL and said[at - 1].endswith("."):
            joined = f"{said[at - 1][:-1]}; {said[at][0].lower()}{said[at][1:]}"
            said[at - 1 : at + 1] = [joined]
        at -= 1
    return [" ".join(said)]
