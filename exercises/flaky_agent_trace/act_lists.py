"""Answers that are a list of what is to be done: the money, the handover, the letter, each in its shape.

A program that carries out a whole plan asks for it in one answer. Its kinds of entries are known as tools
are: by the constant that names each, else by the letter that one takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.simulation.acts import ACTS, Act
from harness.simulation.contract import Contract, asked_slots
from harness.simulation.schema import Filling
from harness.simulation.slots import words_of
from harness.simulation.tools import ToolKind, kind_of, mapping
from harness.simulation.typed import type_of

from .ontology import vocabulary

Json = Any
_ENDS = frozenset(words_of("close finish done end complete resolve finalize stop"))
_LETTER = "reply"
_DEEPEST = 2
_SLOTS = {"refund": {"amount": "amount"}, "reply": {"body": _LETTER}, "need_info": {"body": _LETTER},
          "deny": {"body": _LETTER}, "escalate": {}}  # fmt: skip
"""What an argument of an act is, whatever else a field of its name may be."""
_ONLY = {"amount": ("refund",), "items": ("refund",), _LETTER: (_LETTER, "need_info", "deny")}
"""Slots that belong to some acts alone."""


def acts_due(action: str) -> list[str]:
    """What a decision has to be followed by; a list has entries for some of it."""
    return [action, _LETTER, "end"]


def with_acts(contract: Contract) -> Contract:
    """The contract in which such lists are marked."""
    if contract.form not in {"schema", "json", "submit"} or contract.step is not None or not contract.schema:
        return contract
    schema = _marked(contract.schema, Filling(vocabulary().ontology, contract.schema), 0)
    if schema == contract.schema:
        return contract
    return replace(contract, schema=schema, slots=asked_slots(schema, vocabulary().ontology))


def _marked(schema: Mapping[str, Json], root: Filling, depth: int) -> dict[str, Json]:
    parts = schema.get("properties")
    if not isinstance(parts, dict) or depth > _DEEPEST:
        return dict(schema)
    return {**schema, "properties": {key: _part(part, root, depth) for key, part in parts.items()}}


def _part(part: Json, root: Filling, depth: int) -> Json:
    node = root.resolve(part)
    if type_of(node) == "array" and isinstance(node.get("items"), dict):
        acts = list(_acts(root.resolve(node["items"]), root))
        return {**node, ACTS: acts} if _is_plan(acts) else part
    return _marked(node, root, depth + 1) if type_of(node) == "object" and "$ref" not in part else part


def _is_plan(acts: list[Act]) -> bool:
    """Whether a list can tell the customer something as well as do something; else it holds decisions."""
    names = {act["name"] for act in acts}
    return bool(names & {"refund", "escalate"}) and _LETTER in names


def _acts(items: Mapping[str, Json], root: Filling) -> Iterator[Act]:
    """The kinds of entries: each shape with its constant, or one shape with a choice."""
    branches = [b for b in items.get("branches") or () if isinstance(b.get("properties"), dict)]
    if len(branches) > 1:
        for branch in branches:
            yield from _named(branch, root, alone=True)
    elif isinstance(items.get("properties"), dict):
        yield from _named(items, root, alone=False)


def _named(shape: Mapping[str, Json], root: Filling, *, alone: bool) -> Iterator[Act]:
    fields = {key: root.resolve(part) for key, part in shape["properties"].items()}
    for key, part in fields.items():
        options = [part["const"]] if "const" in part else part.get("enum") or []
        if not all(isinstance(option, str) for option in options) or (len(options) == 1) != alone:
            continue
        told = f"{shape.get('description') or ''} {part.get('description') or ''}" if alone else ""
        acts = {option: _act(option, told, fields if alone else {}, root) for option in options}
        if (alone and None not in acts.values()) or {"refund", _LETTER} <= {*acts.values()}:
            for option, name in acts.items():
                if name is not None:
                    yield _as_act(name, shape, fields, {key: option}, root)
            return


def _act(option: str, told: str, fields: Mapping[str, Json], root: Filling) -> str | None:
    """What an entry of this name does."""
    kinds, ontology = vocabulary().tools, vocabulary().ontology
    known = {name: kind for name, kind in kinds.items() if name in _SLOTS}
    if {*words_of(option)} & _ENDS and not any(_is_letter(key, part, root) for key, part in fields.items()):
        return "end"
    found = kind_of(option, "", known) or kind_of(option, "", known, own=True)
    found = found or ontology.value_of("action", option) or kind_of(option, told, known)
    if found is None and any(_is_letter(key, part, root) for key, part in fields.items()):
        return _LETTER
    return found if found in _SLOTS else None


def _is_letter(key: str, part: Mapping[str, Json], root: Filling) -> bool:
    return type_of(part) == "string" and not part.get("enum") and root.slot(key, part) == _LETTER


def _as_act(
    name: str, shape: Mapping[str, Json], fields: Mapping[str, Json], given: dict[str, Json], root: Filling
) -> Act:
    kind: ToolKind | None = vocabulary().tools.get(name)
    known = mapping(fields, kind) if kind is not None else {}
    means = {
        own: _SLOTS[name][canonical] for own, canonical in known.items() if canonical in _SLOTS.get(name, {})
    }
    means = {own: slot for own, slot in means.items() if not fields[own].get("enum")}
    nothing = {own: None for own, part in fields.items() if part.get("nullable") and own not in means
               and name not in _ONLY.get(root.slot(own, part) or "", (name,))}  # fmt: skip
    return Act(name=name, shape=shape, given={**nothing, **given}, means=means)
