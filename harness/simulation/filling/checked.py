"""Checklists: questions that a prompt lists by ids, each with a verdict of its own and words for it.

An exercise finds the questions and notes them in the schema, on the list or on the field that each has; a
belief is asked by `CHECK` and the question, and says whether it is so, whether that is well, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from harness.simulation.filling.typed import leaf_fits, type_of
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.offering import unknowing
from harness.simulation.meaning.slots import words_of

Json = Any
CHECKS = "\0checks"
"""Key of a list's questions: [the field that holds the id, [[id, question], …]]."""
CHECKED = "\0checked"
"""Key of the one question that a field answers."""
CHECK = "check of "
_YES = frozenset({"yes", "true", "y", "ja", "oui", "si", "tak"})
_NO = frozenset({"no", "false", "n", "nein", "non", "nee", "nie"})
_WELL = frozenset(
    words_of(
        "pass passed passes ok okay fine good correct right met satisfied fulfilled green valid sound "
        "holds kept complies compliant"
    )
)
_ILL = frozenset(
    words_of(
        "fail failed fails bad wrong violated unmet incorrect red broken invalid problem objection "
        "breached noncompliant"
    )
)
_NOT = frozenset({"not", "un", "no"})


class Filler(Protocol):
    """What of the filling of a schema is needed here."""

    untold: list[str]
    given: Mapping[str, Json]

    def fill(self, schema: Json, belief: Belief, *, path: str = "", depth: int = 0) -> Json: ...

    def resolve(self, schema: Json) -> dict[str, Json]: ...

    def empty(self, schema: Json) -> Json: ...


def side(option: str) -> tuple[str, bool] | None:
    """What an option says of a check: (`yes`, whether it is so) or (`well`, whether that is well)."""
    said = words_of(option)
    if len(said) == 1 and said[0] in _YES | _NO:
        return "yes", said[0] in _YES
    denied = bool(_NOT & {*said})
    if {*said} & _WELL:
        return "well", not denied
    return ("well", denied) if {*said} & _ILL else None


def is_verdict(part: Mapping[str, Json]) -> bool:
    """Whether a field has room for the verdict of a check."""
    options = [str(option) for option in part.get("enum") or () if option is not None]
    if options:
        sides = [found for option in options if (found := side(option)) is not None]
        return {True, False} <= {value for _, value in sides}
    return type_of(part) == "boolean"


def checklist(
    filling: Filler, schema: Mapping[str, Json], belief: Belief, path: str, depth: int
) -> list[Json]:
    """One entry for each question of a list."""
    key, asked = schema[CHECKS]
    items, before = filling.resolve(schema.get("items")), filling.given
    entries = []
    for id, question in asked:
        filling.given = {**before, f"{path}[].{key}": id}
        entries.append(filling.fill({**items, CHECKED: question}, belief, path=f"{path}[]", depth=depth + 1))
    filling.given = before
    return entries


def checked(filling: Filler, schema: Mapping[str, Json], belief: Belief, path: str, depth: int) -> Json:
    """What a field says of its question: a verdict, or an object with one and with words."""
    found = belief(f"{CHECK}{schema[CHECKED]}")
    said: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    properties = schema.get("properties")
    if type_of(schema) != "object" or not isinstance(properties, dict):
        return _verdict(filling, path.rsplit(".", 1)[-1], schema, said, path)
    filled: dict[str, Json] = {}
    for key, part in properties.items():
        within, shape = f"{path}.{key}", filling.resolve(part)
        if within in filling.given:
            filled[key] = filling.given[within]
        elif is_verdict(shape):
            filled[key] = _verdict(filling, key, shape, said, within)
        elif type_of(shape) == "string" and not shape.get("enum"):
            text = str(said.get("text") or "")
            none = shape.get("nullable") and said.get("well")
            filled[key] = None if none else text if leaf_fits(text, shape) else filling.empty(shape)
        else:
            filled[key] = filling.fill(part, belief, path=within, depth=depth + 1)
    return filled


def _untold(option: Json) -> bool:
    """Whether an option says that it cannot be told."""
    return str(option).casefold() in {"n/a", "na", "n.a."} or bool(unknowing([str(option)]))


def _verdict(filling: Filler, key: str, part: Mapping[str, Json], said: Mapping[str, Any], path: str) -> Json:
    silent = bool(said) and said["yes"] is None
    options = [option for option in part.get("enum") or () if option is not None and silent]
    if (unsaid := next(filter(_untold, options), None)) is not None:
        return unsaid
    if silent and part.get("nullable"):
        return None
    if not said or silent:
        filling.untold += [path] if path not in filling.untold else []
        return filling.empty(part)
    if part.get("enum"):
        sides = ((option, side(str(option))) for option in part["enum"] if option is not None)
        fits = (option for option, told in sides if told is not None and said[told[0]] is told[1])
        return next(fits, filling.empty(part))
    named = side(key)
    return said[named[0]] is named[1] if named is not None else said["yes"]
