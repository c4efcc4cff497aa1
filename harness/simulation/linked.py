"""Fields of one object that hang together: where one is settled, the other agrees with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from harness.simulation.slots import UNKNOWING, Ontology, SlotSpec, sides, words_of
from harness.simulation.text import fold
from harness.simulation.typed import type_of

Json = Any
_OWN = frozenset({"correct", "right", "own", "proper", "expected", "recomputed", "should"})
"""Beside these a name is of what the model itself would do."""
_HALTS = frozenset({"stop", "block", "blocked", "hold", "halt", "flag", "flagged", "alert"})
"""What is done for a reason, and not done without one."""
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
        elif {*words_of(key)} & _HALTS and (why := _reasons(key, parts)):
            said[key] = any(_says(said[other]) for other in why)
    return said


def _reasons(key: str, parts: Mapping[str, Json]) -> list[str]:
    """The fields that say why what a flag says is so: `stop_reason` beside `stop`."""
    own = {*words_of(key)}
    return [other for other in parts if own < (words := {*words_of(other)}) and words - own <= _WHY]


def _says(value: Json) -> bool:
    return value not in (None, "", [], {}) and str(value).lower() not in UNKNOWING


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


def rivals(ontology: Ontology, slot: str, answer: str, options: tuple[str, ...]) -> list[str]:
    """The options that say what the chosen one says."""
    value = ontology.value_of(slot, answer)
    return [option for option in options if value is not None and ontology.value_of(slot, option) == value]


def borne_by(alike: list[str], answer: str, quote: str) -> str | None:
    """Of options that say the same the one whose words stand in what bears it out; `None`: none does."""
    text = {*fold(quote).words}
    found = (option for option in alike if {*words_of(option)} <= text)
    return next(found, None) if len(alike) > 1 else answer
