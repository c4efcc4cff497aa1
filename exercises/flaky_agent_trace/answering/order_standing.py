"""What each of several orders is to the mail, and the mail's own words that point to it."""

from __future__ import annotations

from collections.abc import Iterator

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes


def standing(mind: Mind, id: str, *, meant: bool, possible: bool) -> list[str]:
    """What an order is to the mail, the fittest first: programs offer one word or another for it."""
    if meant or possible:
        return ["match"] if meant else ["possible"]
    spoken_of = id in mind.discussed or any(True for _ in _spoken_of(mind, id))
    return ["mentioned", "no"] if spoken_of else ["no"]


def words_for(mind: Mind, id: str, sentence: str | None, *, meant: bool) -> str | None:
    """The words that point to an order. `sentence`: the one of the mail's body that names it."""
    if sentence is not None:
        return sentence
    own = [
        span for fact in mind.mail.facts if (fact.fact, fact.value) == ("order", id) for span in fact.spans
    ]
    words = (*own, *quotes(mind, "item")) if meant else tuple(_spoken_of(mind, id))
    return next(iter(words), None)


def _spoken_of(mind: Mind, id: str) -> Iterator[str]:
    """The words in which a mail speaks of an order that it is not about."""
    for decoy in mind.mail.decoys:
        if (decoy.fact, decoy.value) == ("order", id):
            yield from decoy.spans
