"""Which articles a sentence names, by the words of their names or what customers call such things."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import RootModel

from harness.exercise.spec import read_toml
from harness.simulation.reading.text import fold, stem

_FEWEST = 3
"""Letters of a word that tells an article from another."""


class _Goods(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """`goods.toml`: a thing → the words by which customers call it, in any language."""


@cache
def _goods() -> dict[str, tuple[str, ...]]:
    return _Goods.model_validate(read_toml(Path(__file__).with_name("goods.toml"))).root["goods"]


@cache
def _called() -> dict[str, frozenset[str]]:
    """The stem of a word by which customers call a thing → the stems of the things that are called so."""
    found: dict[str, set[str]] = {}
    for thing, words in _goods().items():
        for word in words:
            found.setdefault(_stems(word), set()).add(_stems(thing))
    return {word: frozenset(things) for word, things in found.items()}


def _stems(text: str) -> str:
    return " ".join(stem(word) for word in fold(text).words)


_BESIDE = re.compile(
    r"\b(?:along with|together with|besides|next to|in the same parcel as|(?:that|which) came with"
    r"|the order with"
    r"|zusammen mit|neben|avec|junto con|samen met|razem z)\b[^,.;]{0,60}?(?=[,.;]|\b(?:is|are|has|have"
    r"|leaks?|came|arrived)\b|$)",
    re.IGNORECASE,
)
"""What something is told by; it is not what the sentence is about."""


def named(sentence: str, names: Mapping[str, str]) -> Iterator[str]:
    """The SKUs of the articles that a sentence names by a word that no other article has."""
    words = [stem(word) for word in fold(_BESIDE.sub(" ", sentence)).words]
    pairs = {" ".join(pair) for pair in pairwise(words)}
    said = {*words, *pairs}
    said |= {thing for word in said for thing in _called().get(word, ())}
    own = {
        sku: {stem(word) for word in fold(name).words if tells(word)} | {*fold(sku).words[-1:]}
        for sku, name in names.items()
    }
    words_of = {sku: {stem(word) for word in fold(name).words if tells(word)} for sku, name in names.items()}
    own = {
        sku: mine | {thing for thing in said if " " in thing and {*thing.split()} <= mine}
        for sku, mine in own.items()
    }
    for sku, mine in own.items():
        others = set().union(*(words for other, words in own.items() if other != sku))
        longer = [other for name, other in own.items() if name != sku and words_of[sku] < words_of[name]]
        whole = (
            len(words_of[sku]) > 1
            and words_of[sku] <= said
            and not any((other - mine) & said for other in longer)
        )
        if (mine - others) & said or (longer and whole):
            yield sku


def things_named(text: str) -> tuple[str, ...]:
    """The things that a text names, in English and in its order; of a `wine glass` not the `glass`."""
    words = [stem(word) for word in fold(text).words]
    found: list[str] = []
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + _LONGEST), at, -1)
        end = next((end for end in ends if " ".join(words[at:end]) in _things()), at)
        found += [_things()[" ".join(words[at:end])]] if end > at else []
        at = max(end, at + 1)
    return tuple(dict.fromkeys(found))


_LONGEST = 4


@cache
def _things() -> dict[str, str]:
    """The stems of whatever a thing is called → its English noun."""
    return {_stems(word): thing for thing, words in _goods().items() for word in (*words, thing)}


def tells(word: str) -> bool:
    """Whether a word of an article's name may tell it from others: `bag`, the `28` of a pan."""
    return len(word) >= _FEWEST and word not in _SMALL if not word.isdigit() else len(word) > 1


_SMALL = frozenset(
    {"and", "the", "for", "with", "set", "pair", "two", "new", "out", "per", "one", "von", "und"}
)
