"""A list of what is to be done, of which each entry says its kind by a constant: `pay`, then `write`.

An exercise makes out which kinds an answer's list can hold and notes them in its schema; the belief says
which of them are due, in their order, and each is filled in its own shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

Json = Any
ACTS = "\0acts"
"""Key of such a list's kinds, an `Act` each, and the slot by which a belief knows which of them are due."""
SLOT = "acts"


class Act(TypedDict):
    """One kind of entry."""

    name: str
    """What it does, as the belief says it."""
    shape: Mapping[str, Json]
    given: Mapping[str, Json]
    """Field → what it always says: the constant, and nothing for what only others have."""
    means: Mapping[str, str]
    """Field → slot, where the kind says more of it than its name."""
    covers: tuple[str, ...]
    """The kinds that are not due after this one: it does what they do."""


def due(acts: Sequence[Act], said: Json) -> Iterator[Act]:
    """The entries for what is to be done; all that there can be, where nothing is believed."""
    if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
        yield from acts
        return
    by_name = {act["name"]: act for act in reversed(acts)}
    covered: set[str] = set()
    for name in said:
        if name in by_name and name not in covered:
            covered |= {*by_name[name]["covers"]}
            yield by_name[name]
