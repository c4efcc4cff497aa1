"""Letters of so many sentences or words at least: what is said besides, without a promise."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.shop.letters import letters
from harness.simulation.reading.counts import IN_WORDS, count_of

from .lengths import words_wanted

_N = rf"(?:\d|{IN_WORDS})"
_LEAST = re.compile(
    rf"\b(?:(?P<low>{_N})\s?(?:to|-|–|or)\s?{_N}|(?:at least|no fewer than) (?P<least>{_N}))"
    r" (?:\w+ )?sentences\b(?! each)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?](?=\s|$)")
_MOST = 6


def fuller(asked: str, said: list[str], language: str) -> list[str]:
    """The sentences that a letter lacks of those that a program wants at least."""
    found = _LEAST.search(asked)
    if found is None:
        return _of_words(words_wanted(asked)[0], said, language)
    word = found["low"] or found["least"]
    least = min(count_of(word), _MOST)
    lacking = least - len(_STOP.findall("\n".join(said)))
    known = "\n".join(said).casefold()
    ways = sorted(
        letters().besides[language], key=lambda one: one.split()[0].casefold() in known
    )  # said already
    return [" ".join(ways[:lacking])] if lacking > 0 else []


def _of_words(least: int, said: list[str], language: str) -> list[str]:
    """As many of them as a letter lacks words."""
    known = "\n".join(said)
    lacking, found = least - len(known.split()), []
    for one in letters().besides[language][:-1]:  # not the thanks, which have been said
        if lacking > 0 and one not in known:
            found.append(one)
            lacking -= len(one.split())
    return [" ".join(reversed(found))] if found else []
