"""Fields that are to be empty unless another field of the same object says something."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from harness.simulation.filling.keyed import QUOTES
from harness.simulation.filling.typed import type_of, void
from harness.simulation.meaning.slots import words_of

Json = Any
_STEM = 5
_UNLESS = re.compile(
    r"\b(?:empty|null|none|nothing|blank|\[\]|0(?:\.00?)?)[\"'`\]]{0,2} (?:unless|except (?:if|when|for))"
    r"(?P<then>[^.;\n]{2,60})",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"(?:^|[.;,] ?)(?P<first>[\w\"'`]{3,20}) only\b(?! (?:one|the|a)\b)"
    r"|\b(?:only|nur) (?:for|if|when|where|with|on|bei|wenn)\b(?P<then>[^.;\n]{2,60})",
    re.IGNORECASE,
)
"""`refund only`, of a field that may be empty."""


def voided(
    properties: Mapping[str, Json],
    filled: Mapping[str, Json],
    resolve: Callable[[Json], dict[str, Json]],
    empty: Callable[[Json], Json],
) -> dict[str, Json]:
    """The fields with those empty that have to be: `empty unless refund` beside an `action` of `deny`."""
    kept = dict(filled)
    for key, item in filled.items():
        schema = resolve(properties[key])
        if void(properties[key], item, filled):
            kept[key] = None
        elif when := _condition(schema):
            said = {
                filled[name] for name in filled if name != key and _offers(resolve(properties[name]), when)
            }
            if said and not any(_speaks(when, option) for option in said):
                kept[key] = empty(properties[key])
    return {**kept, **_bearing_nothing(kept, {key: resolve(part) for key, part in properties.items()})}


def _bearing_nothing(filled: Mapping[str, Json], shapes: Mapping[str, Mapping[str, Json]]) -> dict[str, None]:
    """The quotes that may be null beside a day or a sum that is: there is nothing that they bear out."""
    quotes = [key for key in filled if words_of(key)[-1:] and words_of(key)[-1] in QUOTES]
    others = filled.keys() - {*quotes}
    if not others or any(filled[key] is not None for key in others):
        return {}
    return {key: None for key in quotes if shapes[key].get("nullable")}


_FINE = re.compile(
    r"\b(?:null|none|nothing|empty)\W{0,2} (?:if|when|where) (?:(?:it|all|you|the \w+) )?(?:is )?"
    r"(?:approve[ds]?|accept(?:ed)?|correct|right|ok|okay|fine|valid|agree[ds]?)\b",
    re.IGNORECASE,
)
_CORRECTED = frozenset({"corrected", "correction"})


def corrections(properties: Mapping[str, Json], resolve: Callable[[Json], dict[str, Json]]) -> list[str]:
    """The fields that are empty where nothing is to be corrected: by their names or descriptions."""
    shapes = {key: resolve(schema) for key, schema in properties.items()}
    return [
        key
        for key, schema in shapes.items()
        if schema.get("nullable")
        and (_CORRECTED & {*words_of(key)} or _FINE.search(str(schema.get("description") or "")))
    ]


def right_name(name: str) -> str:
    """What a field asks for that is to stand in another's place: `reason` of `corrected_reason`."""
    words = words_of(name)
    rest = [word for word in words if word not in _CORRECTED | _RIGHT]
    return "_".join(rest) if len(rest) < len(words) else ""


_RIGHT = frozenset(
    {"revised", "amended", "rewritten", "improved", "proper", "replacement", "korrigierte", "corrigé"}
)


def _condition(schema: Mapping[str, Json]) -> str:
    """The words that say when a field is filled; empty where it always is."""
    told = str(schema.get("description") or "")
    if (found := _UNLESS.search(told)) is not None:
        return found["then"]
    only = _ONLY.search(told) if schema.get("nullable") or type_of(schema) == "array" else None
    return (only["first"] or only["then"]) if only is not None else ""


def _offers(schema: Mapping[str, Json], words: str) -> bool:
    """Whether the words name one of the options of a field."""
    return any(_speaks(words, option) for option in schema.get("enum") or ())


def _speaks(words: str, option: Json) -> bool:
    stems = {word[:_STEM] for word in words_of(words)}
    named = [word[:_STEM] for word in words_of(str(option))]
    return bool(named) and stems.issuperset(named)
