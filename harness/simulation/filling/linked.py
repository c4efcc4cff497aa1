"""Fields of one object that hang together: where one is settled, the other agrees with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from harness.simulation.filling.picking import lone
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.meant import value_meant
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.slots import Ontology, sides, words_of
from harness.simulation.meaning.specs import SlotSpec
from harness.simulation.reading.text import fold

Json = Any
_OWN = frozenset({"correct", "right", "own", "proper", "expected", "recomputed", "should"})
"""Beside these a name is of what the model itself would do."""
_HALTS = frozenset({"stop", "block", "blocked", "hold", "halt", "flag", "flagged", "alert"})
"""What is done for a reason, and not done without one."""
_HANDS = frozenset({"people", "person", "human", "humans", "colleague", "colleagues", "handover", "desk"})
"""To whom a case goes for a reason."""
_WHY = frozenset({"reason", "reasons", "code", "ground", "grounds", "cause", "clause", "because"})
_ANY = re.compile(
    r"\b(?:any|at least one|one or more|either) of (?:them|these|those|the above|the (?:\w+ )?(?:flags|checks"
    r"|questions|points|fields))\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"^\W{0,4}true (?:only )?(?:if|when|where|for|means)\b(?P<what>[^.;]+)", re.IGNORECASE)


class Filler(Protocol):
    """What of the filling of a schema is needed here."""

    ontology: Ontology
    meant: dict[str, str]

    def slot(self, name: str, schema: Mapping[str, Json]) -> str | None: ...

    def resolve(self, schema: Json) -> dict[str, Json]: ...


def verdicts(filling: Filler, properties: Mapping[str, Json], path: str) -> None:
    """Note the choice that is a verdict on a proposal: what is right stands in a field of its own."""
    parts = {key: filling.resolve(part) for key, part in properties.items()}
    slots = {key: filling.slot(key, part) for key, part in parts.items() if part.get("enum")}
    for key, slot in slots.items():
        rivals = [other for other in slots if other != key and slots[other] == slot is not None]
        if not any(_OWN & {*words_of(other)} for other in rivals) or _OWN & {*words_of(key)}:
            continue
        options = tuple(map(str, parts[key]["enum"]))
        named = filling.ontology.all_named("".join(words_of(key)))
        flags = (known for known in named if _takes_sides(filling.ontology.slots[known], options))
        if (verdict := next(flags, None)) is not None:
            filling.meant[f"{path}.{key}" if path else key] = verdict


def _takes_sides(spec: SlotSpec, options: tuple[str, ...]) -> bool:
    return spec.kind == "flag" and all(sides(spec, options))


def agreed(filling: Filler, properties: Mapping[str, Json], filled: dict[str, Json]) -> dict[str, Json]:
    """The fields of an object, those that sum up others as these are: any of them, and what has a reason."""
    parts = {key: filling.resolve(part) for key, part in properties.items() if key in filled}
    flags = [key for key, part in parts.items() if type_of(part) == "boolean"]
    said = dict(filled)
    for key in flags:
        others = [said[other] for other in flags if other != key]
        if len(others) > 1 and _ANY.search(str(parts[key].get("description") or "")):
            said[key] = any(other is True for other in others)
        elif why := _reasons(key, parts):
            said[key] = any(_says(said[other]) for other in why)
    said |= dict.fromkeys(_of_other_cases(parts, said))
    return lone(filling, properties, said)


_FOR = re.compile(
    r"^\W{0,4}(?:only |nur )?(?:for|with|if|when|in case of|bei|für|wenn)\s(?P<what>[^:,;.()]{2,60})",
    re.IGNORECASE,
)


def _of_other_cases(parts: Mapping[str, Json], said: Mapping[str, Json]) -> list[str]:
    """The fields that may be null and are for other options of a choice beside them: `for "bad", …`."""
    found = []
    for key, part in parts.items():
        head = _FOR.match(str(part.get("description") or "")) if part.get("nullable") else None
        for other, choice in parts.items() if head is not None else ():
            options = [option for option in choice.get("enum") or () if other != key and option is not None]
            named = [
                o for o in options if head and re.search(rf"(?<!\w){re.escape(str(o))}(?!\w)", head["what"])
            ]
            if named and said[other] not in named:
                found.append(key)
    return found


def _listed_reasons(parts: Mapping[str, Json]) -> list[str]:
    """The list of reasons of an object that has no choice beside it, which would decide as well."""
    if any(part.get("enum") for part in parts.values()):
        return []
    named = [key for key, part in parts.items() if type_of(part) == "array" and {*words_of(key)} & _WHY]
    return [key for key in named if len(named) == 1 and (parts[key].get("items") or {}).get("enum")]


def _reasons(key: str, parts: Mapping[str, Json]) -> list[str]:
    """The fields that say why what a flag says is so: `stop_reason` beside `stop`."""
    own = {*words_of(key)}
    if not own & _HALTS:
        return _listed_reasons(parts) if own & _HANDS else []
    return [other for other in parts if own < (words := {*words_of(other)}) and words - own <= _WHY]


def _says(value: Json) -> bool:
    return value not in (None, "", [], {}) and not unknowing(str(value))


def told_when(ontology: Ontology, description: str) -> str | None:
    """The flag that a description has in mind where it says when a yes or no is true."""
    found = _WHEN.match(description)
    if found is None:
        return None
    said = f" {' '.join(fold(found['what']).words)} "
    for slot, spec in ontology.slots.items():
        names = (" ".join(words_of(name)) for name in (slot, *spec.aliases) if spec.kind == "flag")
        named = [name for name in names if len(name.split()) >= _FEWEST and f" {name} " in said]
        if named and " or " not in said.replace(f" {named[0]} ", " "):  # no other case of it
            return slot
    return None


_FEWEST = 3
_TRUE_WHEN = re.compile(
    r"^\W{0,4}(?:boolean|bool|yes|yes/no|true)?\W{0,3}(?:set )?(?:nur |only )?(?:dann )?"
    r"(?:true|yes|wahr|vrai)?,?\s?(?:only |nur |solo )?"
    r"(?:if|when|where|whether|for|means|wenn|falls|ob|si|als|jeśli|czy)\s(?P<what>[^.;]+)",
    re.IGNORECASE,
)
_NEVER = re.compile(r"^\W{0,4}(?:false|no|not|null|nein|non)\b|\b(?:unless|except|without)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|no|neither)\b|n['’]t\b", re.IGNORECASE)
_MOST = 12
"""Words of a condition that stands alone: more are about other things too."""


def true_when(ontology: Ontology, description: str) -> tuple[tuple[str, Any], ...]:
    """The slots and values of which a description says that a yes or no is true where one of them is so.

    Word slots only where a yes or no may ask for one of their values: what is decided is none of them.
    """
    found = _TRUE_WHEN.match(description)
    what = found["what"] if found is not None else re.split(r"[.;]", description)[0]
    if _NEVER.search(what) or not 1 < len(what.split()) <= (_MOST if found is None else 2 * _MOST):
        return ()
    allowed = _tellable(ontology)
    whole = value_meant(what, ontology, allowed, {})
    ways = re.split(r"\bor\b|,", what) if " or " in what else []
    if ways and _NOT.search(what):
        return ()  # of which of them it is said is not known
    each = [one for way in ways if (one := value_meant(way, ontology, allowed, {})) is not None]
    if whole is None:
        return tuple(dict.fromkeys(each)) if len(each) == len(ways) else ()
    return tuple(dict.fromkeys((whole, *(one for one in each if one[0] == whole[0]))))


@lru_cache(maxsize=64)
def _tellable(ontology: Ontology) -> tuple[str, ...]:
    """The slots that hold facts which a yes or no may be about; a verdict goes by a choice's name as well."""
    slots = ontology.slots
    words = {slot for slot, spec in slots.items() if spec.kind == "word"}
    asked = {slot for slot in words if slots[slot].silent and slots[slot].around and not slots[slot].general}
    open_ones = {slot for slot in words - asked if not slots[slot].silent}
    chosen = {"".join(words_of(name)) for slot in open_ones for name in (slot, *slots[slot].aliases)}
    return tuple(
        slot for slot, spec in slots.items() if not spec.exact and (slot in asked or (
            spec.kind == "flag" and not any("".join(words_of(name)) in chosen for name in spec.aliases)
        ))
    )  # fmt: skip


def rivals(ontology: Ontology, slot: str, answer: str, options: tuple[str, ...]) -> list[str]:
    """The options that say what the chosen one says."""
    value = ontology.value_of(slot, answer)
    return [option for option in options if value is not None and ontology.value_of(slot, option) == value]


def borne_by(alike: list[str], answer: str, quote: str) -> str | None:
    """Of options that say the same the one whose words stand in what bears it out; `None`: none does."""
    text = {*fold(quote).words}
    found = (option for option in alike if {*words_of(option)} <= text)
    return next(found, None) if len(alike) > 1 else answer
