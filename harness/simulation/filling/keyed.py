"""What a field is by more than one slot's name: a list by its entries, a yes or no about several things,
a value with what is told of it beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from harness.simulation.filling.linked import true_when
from harness.simulation.filling.typed import leaf_fits, typed
from harness.simulation.meaning.beside import ARTICLES, BESIDE, OTHER_THAN, SAYING
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.slots import Ontology, untold, words_of
from harness.simulation.meaning.specs import SlotSpec
from harness.simulation.reading.text import stem

Claim = tuple[str, str | None]
"""A slot and the value that it is to have; a flag has none and is to hold."""
VALUES = frozenset(
    {"value", "val", "answer", "content", "extracted", "extracted value", "normalized", "data"}
)
_OF_IT = {
    "confidence": "confidence certainty probability conf sureness score likelihood",
    "quote": "quote quotes evidence span excerpt verbatim citation proof",
    "reasoning": "reasoning reason rationale explanation justification why note comment",
    "quote_source": "source origin",
}
_TOLD = {word: slot for slot, words in _OF_IT.items() for word in words.split()}
"""What may be told of a value: how sure it is, and what bears it out."""
QUOTES = frozenset(_OF_IT["quote"].split())

_SHORT = 2
"""`id` is anybody's."""


def list_of(ontology: Ontology, names: tuple[str, ...], judged: tuple[str, ...]) -> str | None:
    """The list whose entries have these fields, by what keys them. `judged`: those of numbers or flags."""
    for slot, spec in ontology.slots.items():
        if not spec.keyed or ontology.slots[spec.keyed].kind == "money":
            continue
        keys = [n for n in names if spec.keyed in {ontology.part_of(slot, n), ontology.slot_of(n)}]
        if keys and any(ontology.part_of(slot, name) for name in judged):
            return slot
    return None


def value_among(names: Collection[str]) -> str | None:
    """The one key of an object that holds what the object's name asks for, where all others tell of it."""
    held = [name for name in names if " ".join(words_of(name)) in VALUES]
    told = [name for name in names if words_of(name)[-1:] and words_of(name)[-1] in _TOLD]
    return held[0] if len(held) == 1 and told and len(told) + 1 == len(names) else None


def told_of(
    ontology: Ontology, name: str, siblings: Collection[str], held: str | None
) -> tuple[str, str] | None:
    """For `item_confidence` beside `item`, or `confidence` beside `held`: (what is told, of which field)."""
    *of, last = words_of(name) or ("",)
    slot = _TOLD.get(last, "")
    if slot not in ontology.slots or not (of or held):
        return None
    if held is not None:
        return slot, held
    near = sorted((len(other), other) for other in siblings if words_of(other)[: len(of)] == tuple(of))
    return next(((slot, other) for _, other in near if other != name), None)


def bears_out(name: str, part: Mapping[str, Any], siblings: Collection[str]) -> tuple[str, str] | None:
    """For a quote that is described as the words for the one field beside it that the description names."""
    if words_of(name)[-1:] == () or words_of(name)[-1] not in QUOTES:
        return None
    said = f" {' '.join(words_of(str(part.get('description') or '')))} "
    named = [other for other in siblings if other != name and f" {' '.join(words_of(other))} " in said]
    return ("quote", named[0]) if len(named) == 1 else None


@lru_cache(maxsize=4096)
def claims_made(
    ontology: Ontology, slot: str | None, name: str, described: str, *, alone: bool
) -> tuple[Claim, ...]:
    """The values of which a yes or no says whether one is so: by its name, of one that stands `alone` by
    what is said of it as well.
    """
    if (flag := ontology.flag_of(name)) is not None:
        return (flag,)
    several = slot is None or "or" in words_of(name) or OTHER_THAN.search(name) is not None
    claims = claims_of(ontology, name, described) if several else ()
    if slot is not None or claims or not alone:
        return claims
    told_so = true_when(ontology, described)
    return tuple((known, None if value is True else value) for known, value in told_so)


def claims_of(ontology: Ontology, name: str, description: str = "") -> tuple[Claim, ...]:
    """For a yes-or-no field with a long name: what is so if any of it is; empty where some of it is unknown.

    `reports_damage_or_late_delivery` names two values, and beside them only words that say who says so;
    `instead_of_money` means any other wish than that, of which the description may name those that count.
    """
    plain, *others = OTHER_THAN.split("_".join(words_of(name)))
    ways = re.split(r"(?:^|_)or_", plain)
    found = [tuple(_claims(ontology, tuple(way.split("_")))) for way in ways]
    if all(found):
        return tuple(dict.fromkeys(claim for way in found for claim in way))
    return _any_but(ontology, plain, others[0], description) if len(others) == 1 else ()


def _any_but(ontology: Ontology, beside: str, words: str, description: str) -> tuple[Claim, ...]:
    """Every other value of the word slot that has this one, or those of them that the description names."""
    for slot, spec in ontology.slots.items():
        if not (SAYING | {*spec.around}).issuperset(filter(None, beside.split("_"))):
            continue
        for but in _values(spec, tuple(word for word in words.split("_") if word not in ARTICLES)):
            rest = [value for value in spec.values if value != but]
            told = [
                value
                for value in rest
                if any(_stems(n) and _says(description, n) for n in (value, *spec.values[value]))
            ]
            return tuple((slot, value) for value in told or rest)
    return ()


def _says(description: str, name: str) -> bool:
    """Whether a description has the words of a name, one after another."""
    said = " ".join(map(stem, words_of(description)))
    return f" {' '.join(_stems(name))} " in f" {said} "


def _claims(ontology: Ontology, words: tuple[str, ...]) -> Iterator[Claim]:
    """The values that the words name, by the longest name, where all other words are about saying so."""
    bare = tuple(word for word in words if word not in ARTICLES)
    for width in range(len(bare), 0, -1):
        for start in range(len(bare) - width + 1):
            run, rest = bare[start : start + width], (*bare[:start], *bare[start + width :])
            named = [(s, v) for s, spec in ontology.slots.items() for v in _values(spec, run)]
            # What says the same again changes nothing: `returns_unwanted_item`.
            again = {w for w in rest for s, v in named if v in _values(ontology.slots[s], (w,))}
            if not (SAYING | BESIDE | again).issuperset(rest):
                continue
            wished = [claim for claim in named if set(ontology.slots[claim[0]].around) & set(rest)]
            own = [claim for claim in named if claim[1] not in {value for _, value in wished}]
            if named:
                yield from wished or own[:1]
                yield from (claim for claim in own if wished and claim not in wished)
                return
            flag = ontology.slot_of("_".join(run), boolean=True) if width > 1 or not rest else None
            if flag is not None and ontology.slots[flag].kind == "flag":
                yield flag, None
                return


def _values(spec: SlotSpec, run: tuple[str, ...]) -> Iterator[str]:
    """The values of a word slot of which these words are a name, where it takes yes-or-no questions."""
    if spec.around and not spec.general:
        for value, others in spec.values.items():
            if tuple(map(stem, run)) in {_stems(name) for name in (value, *others)}:
                yield value


@lru_cache(maxsize=4096)
def _stems(name: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words_of(name) if word not in ARTICLES)


def own_of(ontology: Ontology, names: tuple[str, ...]) -> str | None:
    """The list that fields can only be those of, whatever it is called: what is decided of each ticket."""
    for slot, spec in ontology.slots.items():
        keyed = spec.keyed and spec.keyed in map(ontology.slot_of, names)
        parts = {ontology.part_of(slot, name) for name in names if spec.keyed and len(name) > _SHORT} - {None}
        exact = [spec for part in parts if part and (spec := ontology.slots[part]).exact]
        if exact and (keyed or any(spec.kind == "id" for spec in exact)):
            return slot
    return None


def all_of(ontology: Ontology, name: str, names: tuple[str, ...]) -> str | None:
    """The list of all that is known by another name, `decisions` of `all decisions`, with these fields."""
    slot = ontology.named("".join(("all", *words_of(name))))
    keyed = ontology.slots[slot].keyed if slot is not None else ""
    return slot if keyed and keyed in map(ontology.slot_of, names) else None


def knows(ontology: Ontology, name: str) -> bool:
    """Whether a key without a type means something, be it only as a yes or no."""
    said = ontology.slot_of(name) is not None or ontology.flag_of(name) is not None
    return said or ("_" in name and bool(claims_of(ontology, name)))


def puzzling(ontology: Ontology, slot: str, schema: Mapping[str, Any]) -> bool:
    """Whether some option may say a value that none is known to say, and it cannot be told which."""
    options = tuple(map(str, schema.get("enum") or ()))
    if ontology.slots[slot].kind != "word" or any(map(unknowing, options)):
        return False
    return bool(untold(ontology, slot, options))


_COUNTING = frozenset({"count", "counts", "n", "num", "cnt", "many", "number", "how", "of", "the", "length"})
_MORE = frozenset({"more", "than", "one", "several", "multiple", "there", "are", "is"})
_SEVERAL = frozenset({"several", "multiple"})


def tallies(properties: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, str]:
    """The fields that only say how many another has, or whether more than one: each with that other.

    A count stands beside one list, be it named after it or not; `more_than_one` beside a list or a count.
    """
    lists = [key for key in properties if kinds[key] == "array"]
    found: dict[str, str] = {}
    for key in properties:
        words = frozenset(words_of(key))
        counts = kinds[key] == "integer" and _counts(words)
        more = kinds[key] == "boolean" and (words >= {"more", "than", "one"} or words <= _SEVERAL)
        about = {*map(stem, words - (_COUNTING if counts else _MORE))}
        if counts or more:
            near = [at for at in lists if about <= {*map(stem, words_of(at))}]
            if more and not lists:
                near = [
                    at for at in properties if kinds[at] == "integer" and _counts(frozenset(words_of(at)))
                ]
            found |= {key: near[0]} if near and len(lists) < 2 else {}
    return found


def _counts(words: frozenset[str]) -> bool:
    return bool(words & {"count", "counts", "n", "num", "cnt", "many", "length"}) or words >= {"number", "of"}


def tallied(value: Any, *, flag: bool) -> int | bool:
    """How many a list has, or whether more than one."""
    number = len(value) if isinstance(value, list) else int(value or 0)
    return number > 1 if flag else number


_TELLS = (
    "what", "issue", "problem", "description", "message", "text", "detail", "details", "finding", "error",
    "objection", "concern", "point", "explanation", "comment", "reason", "note", "title", "summary", "step",
    "factor", "name",
)  # fmt: skip
"""Names of the field that holds the words themselves, the likeliest first."""


def telling_field(fields: Mapping[str, Mapping[str, Any]], line: str) -> tuple[str, str]:
    """The field of an entry that says in words what the entry is, and the line as it says it."""
    for word in _TELLS:
        for key, part in fields.items():
            said = (
                typed(line, part, None, key) if words_of(key) == (word,) and not _SET & part.keys() else None
            )
            if isinstance(said, str) and leaf_fits(said, part):
                return key, said
    return "", ""


_SET = frozenset({"enum", "const", "format", "pattern", "properties", "items"})


def sum_named(ontology: Ontology, slot: str | None, name: str) -> str | None:
    """For a number that a yes or no has the name of, the sum that it is: `earlier_refunds: 18.00`."""
    if slot is None or ontology.slots[slot].kind != "flag":
        return slot
    found = ontology.slot_of(f"{name}_amount", held="number")
    return found if found is not None and ontology.slots[found].kind == "money" else slot
