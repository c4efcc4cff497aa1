"""Look-ups by a criterion: `look_up(kind: by_email | by_id, value)`, one tool for several ways to look.

Each kind of look-up that it is stands as a tool of its own; what is looked up tells the criterion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from harness.exchange import ToolSpec
from harness.simulation.calling.purposes import types_of
from harness.simulation.calling.tools import READS, ToolKind, kind_of, mapping
from harness.simulation.meaning.slots import words_of

Json = Any


class Criteria(NamedTuple):
    """One kind of look-up that such a tool is."""

    kind: str
    key: str
    """The argument that names the criterion."""
    options: Mapping[str, str]
    """What it is looked up by, in the option's own words → the option for that; by nothing: empty."""
    value: str
    """The argument that holds what is looked up."""


def criteria_of(spec: ToolSpec, kinds: Mapping[str, ToolKind]) -> Iterator[Criteria]:
    """Every kind of look-up that a tool is by an option beside a value; none where it is no such tool."""
    parts = spec.schema.get("properties")
    parts = parts if isinstance(parts, dict) else {}
    looks = {name: kind for name, kind in kinds.items() if kind.looks}
    said = {*words_of(spec.name), *words_of(spec.description)[:_BEGINNING]}
    acts = {name: kind for name, kind in kinds.items() if not kind.looks}
    reads = kind_of(spec.name, "", looks) is not None or said & (READS - {"open"})  # a case is opened, too
    if not reads or kind_of(spec.name, spec.description, acts):
        return
    choices = {key: options for key, part in parts.items() if len(options := _options(part)) >= _FEWEST}
    values = [own for own, part in parts.items() if own not in choices and _free(part)]
    if len(choices) != 1 or len(values) != 1:
        return  # each way has an argument of its own, or what is looked up is told otherwise as well
    ((key, options),) = choices.items()
    found: dict[str, dict[str, str]] = {}
    for option in options:
        kind, by = _looked_up_by(option, looks)
        if not kind and kind_of(option, "", acts):
            return  # it does more than look
        if kind:
            found.setdefault(kind, {}).setdefault(by, option)
    known = sum(len(ways) for ways in found.values())
    if known >= max(_FEWEST, len(options) / 2) and any(by for ways in found.values() for by in ways):
        yield from (Criteria(kind, key, ways, values[0]) for kind, ways in found.items())


_FEWEST = 2
_BEGINNING = 8


def _options(part: Json) -> list[str]:
    """The options of an argument, be they told in its description alone."""
    if not isinstance(part, Mapping):
        return []
    if isinstance(enum := part.get("enum"), list):
        return [one for one in enum if isinstance(one, str)]
    told = str(part.get("description") or "")
    quoted = re.findall(r"[\"'`“]([A-Za-z][\w-]{1,30})[\"'`”]", told)
    return quoted or re.findall(r"(?<![\w-])([a-z][\w-]{1,30})(?=\s{0,2}[|/]|$)", told)


def _free(part: Json) -> bool:
    """Whether an argument takes any text."""
    plain = isinstance(part, Mapping) and not part.get("enum") and not _options(part)
    return plain and types_of(part) <= {"string", "null"}


def _looked_up_by(option: str, looks: Mapping[str, ToolKind]) -> tuple[str, str]:
    """The kind of look-up that an option stands for, and by what; nothing where it is none."""
    words = words_of(option)
    bare = "_".join(words[words.index("by") + 1 :] if "by" in words else words)
    whole = kind_of(option, "", looks)
    for name, kind in looks.items():
        by = next(iter(mapping({bare: {}}, kind).values()), "")
        if by and by in kind.needs and whole in {None, name}:
            return name, bare
    for name, kind in looks.items():
        by = next(iter(mapping({bare: {}}, kind).values()), "")
        if by and by in kind.either and whole in {None, name}:
            return name, bare
    if whole is None:
        return "", ""
    kind = looks[whole]
    return whole, next(iter((*kind.needs, *kind.either)), "")
