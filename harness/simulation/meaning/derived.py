"""What a field asks for that has no slot of its own, by the slots that its name speaks of: how many there are
of something, whether something is there, how likely each value is.

Only what has to be filled and would else be unknown is looked at in this way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.simulation.meaning.beside import ARTICLES
from harness.simulation.meaning.nothing import UNKNOWING
from harness.simulation.meaning.slots import Ontology, all_words, words_of
from harness.simulation.reading.text import fold

NUMBERS = frozenset({"number", "integer"})
_FITS = {
    "boolean": {"flag"},
    "number": {"number", "money"},
    "integer": {"number", "money"},
    "array": {"list", "word", "text"},
    "string": {"word"},
}
"""Which slots a field of a type has room for."""
LEAVES = frozenset(
    fold("""
hit detected present found flag flagged raised triggered value set true holds yes active result answer exists
fired status verdict state
""").words
)
"""What the part of an object is called that answers what the object's name asks."""


def also_named(ontology: Ontology, name: str, kind: str, options: tuple[str, ...] = ()) -> str | None:
    """The slot that has this name where a field has to be filled. `options`: what it may say."""
    joined, room = "".join(words_of(name)), _FITS.get(kind, set())
    for slot, spec in ontology.slots.items():
        if spec.kind in room and joined in {"".join(words_of(other)) for other in spec.also}:
            known = [option for option in options if ontology.value_of(slot, option)]
            if not options or len(known) > 1:
                return slot
    return None


_PLACES = frozenset(fold("index idx i id no nr num number n position pos place seq sequence line row").words)


def place_named(name: str, place: int) -> int | None:
    """What the place in a list is by this name: an `index` counts from 0, a `number` from 1."""
    words = {word for word in words_of(name) if word not in ARTICLES}
    if not words & _PLACES or len(words) > _LONGEST_PLACE:
        return None
    return place + (not words & {"index", "idx", "i"})


_LONGEST_PLACE = 2
"""Words: `part_no`."""


# How many


@dataclass(frozen=True)
class Count:
    """How many entries a list has: all, or those of which a part has this value."""

    slot: str
    part: str = ""
    value: str = ""

    def of(self, entries: list[Any]) -> int:
        """How many of these."""
        states = [entry.get(self.part) for entry in entries if isinstance(entry, Mapping)]
        return states.count(self.value) if self.part else len(entries)


_COUNTERS = frozenset(fold("count counts counter cnt many tally total length anzahl").words)
_NUMBERING = frozenset(fold("number n num nr nb").words)
"""Of what comes after it; before it stands what has a number."""
_SEVERAL = frozenset(fold("multiple several many more than one").words)
_SINGLE = frozenset(fold("single one only exactly just").words)
_ANY = frozenset(
    fold("has have any contains includes there are is exists exist present found mentions").words
)
_BESIDE_COUNT = frozenset(
    fold("""
how of the in mail email message thread by customer there are is were was have has been distinct different
separate individual single unique overall found being all quantity
""").words
)


@lru_cache(maxsize=4096)
def counted(
    ontology: Ontology, name: str, beside: tuple[str, ...] = (), *, whole: bool = False
) -> Count | None:
    """What a number counts, by a word that says so; of a whole number also by a list's own name.

    `beside`: the slots of the lists that stand beside it.
    """
    words = words_of(name)
    numbering = words[0] in _NUMBERING or (_NUMBERING & set(words) and "of" in words)
    counts = bool(numbering or _COUNTERS & set(words))
    if not counts and not (whole and any(word.endswith("s") for word in words)):
        return None
    rest = tuple(word for word in words if word not in _COUNTERS | _NUMBERING) if counts else words
    return _count(ontology, rest, beside, plain=not counts)


@lru_cache(maxsize=4096)
def quantified(ontology: Ontology, name: str) -> tuple[Count, int, int] | None:
    """For a yes or no about how many there are: of what, and the least and the most for a yes."""
    words = words_of(name)
    several = bool({"multiple", "several", "many"} & set(words)) or {"more", "than", "one"} <= set(words)
    single = bool({"single", "one"} & set(words)) and not several
    said = _SEVERAL if several else _SINGLE if single else _ANY
    rest = tuple(word for word in words if word not in said | _ANY)
    if not rest or len(rest) == len(words):
        return None
    count = _count(ontology, rest, (), plain=said is _ANY)
    if count is None or (said is _ANY and not ontology.slots[count.slot].given):
        return None
    return count, 2 if several else 1, 1 if single else _ALL


_ALL = 10**9


def _count(
    ontology: Ontology, rest: tuple[str, ...], beside: tuple[str, ...], *, plain: bool
) -> Count | None:
    """What is counted, by the words that name it. `plain`: only what they name as they stand."""
    bare = tuple(word for word in rest if word not in _BESIDE_COUNT)
    for said in dict.fromkeys((rest, bare)):
        if said and (slot := _list_named(ontology, said, plain=plain)):
            states = (_state(ontology, slot, word) for word in said[:-1])
            return Count(slot, *next(filter(None, states), ()))
    for word in bare:
        others = tuple(other for other in bare if other != word)
        slot = _list_named(ontology, others, plain=plain) if others else None
        lists = [slot] if slot else list(beside) if not others else []
        for known in lists:
            if (state := _state(ontology, known, word)) is not None:
                return Count(known, *state)
    return None


def _list_named(ontology: Ontology, words: tuple[str, ...], *, plain: bool) -> str | None:
    """The list that words name, be they in the singular where they need not be `plain`."""
    forms = [words]
    if not plain:
        forms += [(*words[:at], f"{words[at]}s", *words[at + 1 :]) for at in reversed(range(len(words)))]
    for many in forms:
        for said in dict.fromkeys((many, tuple(reversed(many)))):
            slots = (*ontology.all_named("".join(said)), also_named(ontology, "_".join(said), "array"))
            if known := [slot for slot in slots if slot and ontology.slots[slot].kind == "list"]:
                return known[0]
        slot = ontology.slot_of("_".join(many), held="array")
        kinds = {"list", "word"} if many[-1].endswith("s") else {"list"}
        if slot is not None and ontology.slots[slot].kind in kinds:
            return slot
    return None


def _state(ontology: Ontology, slot: str, word: str) -> tuple[str, str] | None:
    """The part of a list's entries of which a word is a value: `open` of the requests' state."""
    for part in ontology.slots[slot].parts:
        spec = ontology.slots[part]
        if spec.kind == "word":
            for value, others in spec.values.items():
                if (word,) in {words_of(other) for other in (value, *others)}:
                    return part, value
    return None


# Whether it is there

_THERE = frozenset(
    fold("""
has have had with gave give wrote told shared contains contain includes include included mentions mentioned
gives given provides provided states stated names named supplies supplied quotes quoted specified cited
present available known exists existing found attached there enclosed readable
""").words
)
_MISSING = frozenset(
    fold("no not missing lacks lacking lack without absent unknown unavailable omitted").words
)
_BY_WHOM = ARTICLES | frozenset(
    fold("""
customer customers user sender client mail email message ticket text body request in by from any explicit
explicitly valid are were did does do it at all already
""").words
)

_IN_MAIL = re.compile(r" in (?:the )?(?:mail|email|message|text|request|body|ticket|subject)$")


@lru_cache(maxsize=4096)
def presence(ontology: Ontology, name: str) -> tuple[str, bool] | None:
    """For a yes or no that asks whether something is there: the slot, and whether yes means that it is."""
    words = words_of(name)
    said = _THERE | _MISSING
    if not said & set(words) and not _IN_MAIL.search(" ".join(words)):
        return None
    for dropped in (said, said | ARTICLES, said | _BY_WHOM):
        rest = tuple(word for word in words if word not in dropped)
        slot = ontology.slot_of("_".join(rest)) if rest else None
        if slot is not None and ontology.slots[slot].given:
            return slot, not _MISSING & set(words)
    return None


# How likely each value is

_CHANCE = frozenset(fold("p prob probability likelihood chance confidence conf score share weight").words)
_DISTRIBUTIONS = _CHANCE | frozenset(
    fold("probabilities probs distribution scores likelihoods confidences chances odds weights").words
)


def chances(ontology: Ontology, kinds: Mapping[str, str], within: str) -> tuple[str, dict[str, str]] | None:
    """The slot over whose values the numbers of an object are spread, and the value of each field.

    `within`: the object's own name, by which they may be known for what they are.
    """
    spread = bool(_DISTRIBUTIONS & set(words_of(within)))
    numbers = [name for name, kind in kinds.items() if kind in NUMBERS]
    if len(numbers) < 2:
        return None
    for slot, spec in ontology.slots.items():
        if spec.kind != "word" or spec.general:
            continue
        found: dict[str, str] = {}
        for name in numbers:
            rest = tuple(word for word in words_of(name) if word not in _CHANCE and word not in ARTICLES)
            value = "" if spread and set(rest) <= set(UNKNOWING) else _value_said(ontology, slot, rest)
            if value is not None and (spread or len(rest) < len(words_of(name))):
                found[name] = value
        if len(found) > 1 and len(set(found.values())) == len(found):
            return slot, found
    return None


def _value_said(ontology: Ontology, slot: str, words: tuple[str, ...]) -> str | None:
    """The value of which just these words are a name."""
    for value, others in ontology.slots[slot].values.items():
        if words in all_words((value, *others)):
            return value
    return None


def spread(value: Any, sure: Any, of: Mapping[str, str]) -> dict[str, float]:
    """What each field gets where one value is believed, and how surely: the rest is shared out evenly."""
    rest = 1 - (float(sure) if isinstance(sure, int | float) else 0.9)
    others = [name for name, known in of.items() if known != value]
    each = round(rest / max(len(others), 1), 2)
    first = round(1 - each * len(others), 2)
    return {name: first if known == value else each for name, known in of.items()}
