"""The shapes of business records: what an exercise's records look like, and one as a context shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from harness.simulation.reading.text import fold
from harness.simulation.reading.values import Kind


@dataclass(frozen=True)
class FieldSpec:
    """One field of a record."""

    kind: Kind
    aliases: tuple[str, ...] = ()
    """Other names that programs give it; its own name is one anyway."""
    values: tuple[str, ...] = ()
    """Of a `word`: what it may be."""
    pattern: re.Pattern[str] | None = None
    """What the value looks like in prose, where its look gives it away."""
    telling: bool = False
    """Of a `word`: whether its values can be nothing else, whatever name stands before them."""
    since: str = ""
    """Of a number of days: the date from which they are counted, `delivered on 5 May (9 days ago)`."""


@dataclass(frozen=True, eq=False)
class RecordSpec:
    """One kind of record. Compared by identity: an exercise has one of each."""

    name: str
    id_field: str
    id_pattern: re.Pattern[str] | None
    """Finds ids in text; `None` for a part that is known by its parent."""
    fields: Mapping[str, FieldSpec]
    parts: Mapping[str, tuple[RecordSpec, tuple[str, ...]]] = field(default_factory=dict)
    """Lists of parts, with the other names that programs give the list."""

    def field_of(self, key: str) -> str | None:
        """The field that a key means, if any."""
        return _index(self).get(_key(key))

    def part_of(self, key: str) -> str | None:
        """The list of parts that a key means, if any."""
        return part_index(self).get(_key(key))


@dataclass
class Record:
    """What a context says of one thing. `values` holds the last word on each field."""

    spec: RecordSpec
    id: str
    values: dict[str, Any] = field(default_factory=dict)
    others: dict[str, list[Any]] = field(default_factory=dict)
    """Earlier values of fields that were said differently."""
    parts: dict[str, list[Record]] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    """Indices of the pieces that it was read from."""

    def put(self, name: str, value: Any) -> None:
        """Take a value as the last word."""
        known = self.values.get(name)
        if known is not None and not same(known, value):
            self.others.setdefault(name, []).append(known)
        self.values[name] = value

    def get(self, name: str) -> Any:
        """The last word on a field, `None` where the context is silent."""
        return self.values.get(name)


def same(one: Any, other: Any) -> bool:
    """Whether two canonical values say the same; money without a currency agrees with any."""
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other) == 2:
        return bool(one[0] == other[0] and (None in (one[1], other[1]) or one[1] == other[1]))
    if isinstance(one, str) and isinstance(other, str):
        return fold(one).skeleton == fold(other).skeleton
    return bool(one == other)


@lru_cache(maxsize=4096)
def _key(key: str) -> str:
    return "".join(fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key)).words)


@lru_cache(maxsize=64)
def _index(spec: RecordSpec) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, field_spec in spec.fields.items():
        for alias in (name, *field_spec.aliases):
            found.setdefault(_key(alias), name)
    return found


@lru_cache(maxsize=64)
def part_index(spec: RecordSpec) -> dict[str, str]:
    return {_key(alias): name for name, (_, others) in spec.parts.items() for alias in (name, *others)}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What this trial's world knows by name, to recognise parts in prose: name → part id."""

    part_names: Mapping[str, str] = field(default_factory=dict)
