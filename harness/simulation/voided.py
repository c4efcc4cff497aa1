"""Fields that are to be empty unless another field of the same object says something."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from harness.simulation.slots import words_of
from harness.simulation.typed import void

Json = Any
_STEM = 5
_UNLESS = re.compile(
    r"\b(?:empty|null|none|nothing|blank|\[\]|0(?:\.00?)?)[\"'`\]]{0,2} (?:unless|except (?:if|when|for))"
    r"(?P<then>[^.;\n]{2,60})",
    re.IGNORECASE,
)


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
        elif (found := _UNLESS.search(str(schema.get("description") or ""))) is not None:
            said = {filled[name] for name in filled if _offers(resolve(properties[name]), found["then"])}
            if said and not any(_speaks(found["then"], option) for option in said):
                kept[key] = empty(properties[key])
    return kept


def _offers(schema: Mapping[str, Json], words: str) -> bool:
    """Whether the words name one of the options of a field."""
    return any(_speaks(words, option) for option in schema.get("enum") or ())


def _speaks(words: str, option: Json) -> bool:
    stems = {word[:_STEM] for word in words_of(words)}
    named = [word[:_STEM] for word in words_of(str(option))]
    return bool(named) and stems.issuperset(named)
