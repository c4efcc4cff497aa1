"""What a question in plain words means: the slot that a field of that name would have, and its value.

Words count in any order, and what is said besides counts against it: "Is the parcel heavy?" is about no slot,
though it speaks of a parcel.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from harness.simulation.meaning.slots import Ontology, words_of
from harness.simulation.reading.text import stem

Groups = tuple[frozenset[str], ...]
Phrases = Mapping[str, tuple[tuple[str, Any], ...]]
"""Slot → (words, value) pairs: `late|delay days|long` is a word of each group."""

_SMALL = """
a an the of to in on at by for from with as it its is are was were be been being do does did done
has have had can could may might must shall should will would this that these those there any
anything some and or if so too also still yet now ever even just only really actually currently
please we us our you your i me my he she they them their his her who which what when where how
whether s t under according about here all into out
"""
_LITTLE = frozenset(_SMALL.split())
_COMMON = """
customer mail email message letter asking ticket case item product article goods order parcel
package request sender writer author buyer person say said mention ask asked want wanted policy
handbook rule make
made give given get got need contain involve concern speak talk talking write wrote written state
already agent shop amount due sum total refund automatic compensation anything something text above
below question
"""
_FILLERS = frozenset(map(stem, _COMMON.split()))
"""Said of anything here; they tell little."""
_NOT = frozenset({"not", "never", "isn", "wasn", "hasn", "doesn", "didn", "aren"})
_LEAST = 0.5
_LEAST_OF_WORD = 0.6
_SAYS_ENOUGH = 2
_GENERIC = frozenset({"days", "day", "number", "date", "amount", "sum", "percent", "percentage", "figure"})
"""What says no more than the kind of the answer."""
_BY_RULE = re.compile(
    r"\b(?:under|according to|as per|per|by|within the meaning of|in (?:terms|the sense) of|following"
    r"|pursuant to|going by)\s"
    r"(?:the\s)?(?:sections?|clauses?|rules?|paragraphs?|chapters?|parts?|articles?|points?|§{1,2})\s?"
    r"[\w.-]{1,8}(?:\s(?:of|in)\s(?:the|our)\s\w{1,20})?",
    re.IGNORECASE,
)
"""Says by which rule something is asked, not what."""
_ASIDE = re.compile(
    r"\b(?:that|which|who) (?:is|are|was|were) to (?:be |go |come )?\w{2,12}\b"
    r"|\b(?:beyond|without|free of) (?:an?y? |all |reasonable )*doubts?\b|\bin question\b",
    re.IGNORECASE,
)
"""Says which item it is that something is asked of, or how surely."""
_HEAD = re.compile(
    r"\b(?:which|what(?:['’]s| is| was| are)?|whose|how many|tell me|with|output|return|give|state|name"
    r"|extract|identify|print"
    r"|say|find|report|(?:only|just) the)\s(?:me\s|only\s|just\s|back\s){0,2}(?:the\s|an?\s)?"
    r"(?P<head>[\w'’-]{1,30}(?:\s[\w'’-]{1,30}){0,5})",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\s(?:is|are|was|were|does|do|did|has|have|had|should|would|can|could|will|that|which|who|we|you|they"
    r"|he|she|if|or"
    r"|only|as|the customer|nothing|and|to|into|decides?|covers?|applies)\b.*$",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:^|[.?!,]\s+)(?P<head>[\w-]{2,20}(?:\s[\w-]{2,20}){0,2}) only\b", re.IGNORECASE)


def value_meant(
    question: str, ontology: Ontology, allowed: Collection[str], phrases: Phrases
) -> tuple[str, Any] | None:
    """The slot and the value of it that a yes-or-no question asks whether it is."""
    words = words_of(_ASIDE.sub(" ", _BY_RULE.sub(" ", question)))
    said = frozenset(stem(word) for word in words if word not in _LITTLE | _NOT)
    best: tuple[float, bool, float] = (0.0, False, 0.0)
    found: tuple[str, Any] | None = None
    for slot in allowed:
        flag = ontology.slots[slot].kind == "flag"
        if not flag and ontology.slots[slot].kind != "word" and slot not in phrases:
            continue
        for groups, value in _valued(ontology, slot, phrases.get(slot, ())):
            share, weight = _share(groups, said, _beside(ontology, slot))
            least = _LEAST if flag or slot in phrases else _LEAST_OF_WORD
            if share >= least and (share, flag, weight) > best:
                best, found = (share, flag, weight), (slot, value)
    if found is not None and isinstance(found[1], bool) and _NOT & set(words) and "n" not in words:
        negated = not question.casefold().startswith(("isn", "wasn", "hasn", "doesn", "didn", "aren"))
        return (found[0], found[1] is not negated) if negated else found
    return found


def slot_meant(
    question: str,
    ontology: Ontology,
    allowed: Collection[str],
    kinds: Collection[str],
    phrases: Mapping[str, tuple[str, ...]],
    *,
    least: float = 0.0,
) -> str | None:
    """The slot whose value is asked for: by what stands behind `which`, else by all that is said."""
    fits = [slot for slot in allowed if ontology.slots[slot].kind in kinds]
    named = list(heads(question))
    if named and _GENERIC.issuperset(words_of(named[-1])):
        found, weight, share = _covering(question, ontology, fits, phrases)
        if found is not None and weight >= _SAYS_ENOUGH and share >= _LEAST:
            return found
    for head in named:
        hit = ontology.slot_of(head)
        if hit in fits:
            return hit
        joined = "".join(word for word in words_of(head) if word not in _LITTLE)
        hit = next((slot for slot in ontology.all_named(joined) if slot in fits), None)
        if hit is not None:
            return hit
    found, weight, share = _covering(question, ontology, fits, phrases)
    return found if weight >= 1 and share >= least else None


def _covering(
    question: str, ontology: Ontology, fits: Collection[str], phrases: Mapping[str, tuple[str, ...]]
) -> tuple[str | None, float, float]:
    """The slot of which the most is said, how much that is, and how much of all that is said."""
    said = frozenset(stem(word) for word in words_of(question) if word not in _LITTLE)
    best: tuple[float, float] = (0.0, 0.0)
    found = None
    for slot in fits:
        for groups in (*_named(ontology, slot), *map(_groups, phrases.get(slot, ()))):
            share, weight = _share(groups, said)
            if (weight, share) > best:
                best, found = (weight, share), slot
    return found, *best


def heads(question: str) -> Iterator[str]:
    """What a question says that it wants: `SKU`, `id of the order`, `order id`; the longer wording first."""
    for match in _HEAD.finditer(question):
        head = _ENDS.sub("", f"{match['head']} ").strip()
        yield head
        if (short := re.split(r"\s(?:of|in|for|from|on|between)\s", head)[0]) != head:
            yield short
    if trailing := _TRAILING.search(question):
        yield trailing["head"]


def _share(groups: Groups, said: frozenset[str], beside: frozenset[str] = frozenset()) -> tuple[float, float]:
    """How much of what is said they are about, and how much they say; 0 where a word of them is missing."""
    if not groups or not all(said & group for group in groups):
        return 0.0, 0.0
    held = said & frozenset().union(*groups)
    weight = sum(0.4 if word in _FILLERS else 1.0 for word in held)
    rest = len(said - held - _FILLERS - beside)
    return weight / (weight + rest), weight


@lru_cache(maxsize=2048)
def _beside(ontology: Ontology, slot: str) -> frozenset[str]:
    """What may stand beside the slot's names."""
    spec = ontology.slots[slot]
    named = (word for alias in (slot, *spec.aliases) for word in words_of(alias))
    own = () if spec.kind == "flag" else named
    return frozenset(map(stem, (*spec.beside, *getattr(spec, "around", ()), *own)))


@lru_cache(maxsize=2048)
def _named(ontology: Ontology, slot: str) -> tuple[Groups, ...]:
    """The names of a slot as sets of stems."""
    spec = ontology.slots[slot]
    plain = tuple(_groups(name) for name in (slot, *spec.aliases, *spec.hints))
    return (*plain, *(_groups(words) for words in getattr(spec, "words", ())))


@lru_cache(maxsize=2048)
def _valued(
    ontology: Ontology, slot: str, phrases: tuple[tuple[str, Any], ...]
) -> tuple[tuple[Groups, Any], ...]:
    """Wordings with the value that each asks for."""
    spec = ontology.slots[slot]
    told = [(_groups(words), value) for words, value in phrases]
    if spec.kind == "flag":
        told += [(groups, True) for groups in _named(ontology, slot)]
        told += [(_groups(word), side == "yes") for side, words in spec.values.items() for word in words]
    elif spec.kind == "word":
        told += [(_groups(word), value) for value, words in spec.values.items() for word in (value, *words)]
    return tuple(told)


@lru_cache(maxsize=4096)
def _groups(words: str) -> Groups:
    if "|" in words:
        return tuple(frozenset(map(stem, group.casefold().split("|"))) for group in words.split())
    return tuple(frozenset({stem(word)}) for word in words_of(words) if word not in _LITTLE)
