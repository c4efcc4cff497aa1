"""Answers that are a list of what is to be done: the money, the handover, the letter, each in its shape.

A program that carries out a whole plan asks for it in one answer. Its kinds of entries are known as tools
are: by the constant that names each, else by the letter that one takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.deeds import LOOKS
from harness.simulation.calling.tools import kind_of, mapping
from harness.simulation.filling.acts import ACTS, Act
from harness.simulation.filling.schema import Filling
from harness.simulation.filling.typed import type_of
from harness.simulation.forms.contract import Contract, asked_slots
from harness.simulation.meaning.slots import words_of

Json = Any
_ENDS = frozenset(words_of("close finish done end complete resolve finalize stop"))
_LETTER = "reply"
_DEEPEST = 2
_SLOTS = {"refund": {"amount": "amount"}, "reply": {"body": _LETTER}, "need_info": {"body": _LETTER},
          "deny": {"body": _LETTER}, "escalate": {}}  # fmt: skip
"""What an argument of an act is, whatever else a field of its name may be."""
_ONE_BY_ONE = re.compile(
    r"\b(?:one (?:\w+ ){0,3}(?:at a time|per turn|each turn|by one)|step by step"
    r"|after (?:each|every)|next (?:step|tool|action|call)"
    r"|(?:you(?:'ll| will)? (?:then )?(?:get|see|receive|be (?:given|told|shown))|feed)"
    r" [^.\n]{0,30}\bresults?)\b",
    re.IGNORECASE,
)
"""Calls are answered before the next are made."""
_SPOKEN = {
    "refund": words_of("refund payment pay repay repayment reimburse payback payout reimbursement"),
    "escalate": words_of(
        "escalate escalation case handover handoff forward transfer specialist desk colleague human"
    ),
    "reply": words_of(
        "letter mail email notify notification write message inform tell answer reply respond response"
    ),
}
"""What names an act where it is no name of a tool: `letter`, `case`."""
_ONLY = {"amount": ("refund",), "items": ("refund",), _LETTER: (_LETTER, "need_info", "deny")}
"""Slots that belong to some acts alone."""


def acts_due(action: str) -> list[str]:
    """What a decision has to be followed by; a list has entries for some of it."""
    return [action, _LETTER, "end"]


def with_acts(contract: Contract, told: str, *, begun: bool) -> Contract:
    """The contract in which such lists are marked. `begun`: some of it has been done, and answered."""
    step = contract.step
    if contract.form not in {"schema", "json", "submit"} or not contract.schema:
        return contract
    kinds = {tool.kind for tool in step.tools} if step is not None else set()
    if step is not None and (step.array is None or begun or kinds & {*LOOKS} or _ONE_BY_ONE.search(told)):
        return contract
    schema = _marked(contract.schema, Filling(vocabulary().ontology, contract.schema), 0)
    if schema == contract.schema:
        return contract
    slots = asked_slots(schema, vocabulary().ontology)
    whole = contract if step is None else replace(contract, step=None, tools=(), required=False)
    return replace(whole, schema=schema, slots=slots)


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
                    yield _as_act(name, shape, fields, {key: option}, root, alone=alone)
            return


def _act(option: str, told: str, fields: Mapping[str, Json], root: Filling) -> str | None:
    """What an entry of this name does."""
    kinds, ontology = vocabulary().tools, vocabulary().ontology
    known = {name: kind for name, kind in kinds.items() if name in _SLOTS}
    if {*words_of(option)} & _ENDS and not any(_is_letter(key, part, root) for key, part in fields.items()):
        return "end"
    found = kind_of(option, "", known) or kind_of(option, "", known, own=True)
    found = found or ontology.value_of("action", option) or kind_of(option, told, known)
    spoken = (name for name, words in _SPOKEN.items() if {*words} & {*words_of(option)})
    found = found or next(spoken, None)
    if found is None and any(_is_letter(key, part, root) for key, part in fields.items()):
        return _LETTER
    return found if found in _SLOTS else None


def _is_letter(key: str, part: Mapping[str, Json], root: Filling) -> bool:
    return type_of(part) == "string" and not part.get("enum") and root.slot(key, part) == _LETTER


def _as_act(
    name: str,
    shape: Mapping[str, Json],
    fields: Mapping[str, Json],
    given: dict[str, Json],
    root: Filling,
    *,
    alone: bool,
) -> Act:
    kind, own = vocabulary().tools.get(name), _SLOTS.get(name, {})
    means: dict[str, str] = {}
    for within, held in (("", fields), *_inner(fields, root)):
        known = mapping(held, kind) if kind is not None else {}
        means |= {f"{within}{key}": own[what] for key, what in known.items()
                  if what in own and not held[key].get("enum")}  # fmt: skip
    told = {key: part for key, part in fields.items() if type_of(part) == "string" and "const" not in part
            and not part.get("enum")}  # fmt: skip
    letters = [key for key, part in told.items() if root.slot(key, part) == _LETTER]
    if name == _LETTER and alone and not letters and _LETTER not in means.values():
        unknown = [key for key, part in told.items() if root.slot(key, part) is None]
        means |= dict.fromkeys(unknown[:1], _LETTER)  # nothing else that it takes could be the letter
    writes = name != _LETTER and alone and bool(letters or _LETTER in means.values())
    nothing = {key: None for key, part in fields.items() if part.get("nullable") and key not in means
               and name not in _ONLY.get(root.slot(key, part) or "", (name,))}  # fmt: skip
    return Act(
        name=name, shape=shape, given={**nothing, **given}, means=means, covers=(_LETTER,) if writes else ()
    )


def _inner(fields: Mapping[str, Json], root: Filling) -> Iterator[tuple[str, dict[str, Json]]]:
    """The arguments that stand in an object of their own."""
    for key, part in fields.items():
        if isinstance(held := part.get("properties"), dict):
            yield f"{key}.", {own: root.resolve(inner) for own, inner in held.items()}
