"""Checklists of a program: answers that have a place for each of the questions that a prompt lists by ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.filling.checked import CHECKED, CHECKS, is_verdict
from harness.simulation.filling.schema import Filling
from harness.simulation.filling.typed import type_of
from harness.simulation.forms.contract import Contract, asked_slots

Json = Any
_LINE = (
    r"^[ \t>|]{{0,6}}(?:[-*•][ \t]{{1,3}})?[\"'`*_(\[]{{0,3}}{id}[\"'`*_)\]]{{0,3}}[ \t]{{0,3}}"
    r"(?:[:.)=|–—-]|->|→)[ \t\"'*|]{{0,4}}(?P<told>[^\n]{{10,400}})"
)
_CLAUSE = re.compile(r"[A-Z]-\d{1,2}")
"""An id of the handbook: its rules are no questions."""
_FEWEST, _DEEPEST = 2, 2
_REVIEW = "checks"


def with_checklists(contract: Contract, told: str) -> Contract:
    """The contract in which such places are marked. `told`: the program's own words."""
    if contract.form not in {"schema", "json", "submit"} or contract.step is not None or not contract.schema:
        return contract
    schema = _marked(contract.schema, Filling(vocabulary().ontology, contract.schema), told, 0)
    if schema == contract.schema:
        return contract
    return replace(contract, schema=schema, slots=asked_slots(schema, vocabulary().ontology) | {_REVIEW})


def questions_told(ids: Iterable[str], told: str) -> list[list[str]]:
    """Each id with its question; none where a prompt does not say what each asks."""
    found = []
    for id in ids:
        line = re.search(_LINE.format(id=re.escape(id)), told, re.MULTILINE | re.IGNORECASE)
        if line is None or _CLAUSE.fullmatch(id):
            return []
        found.append([id, line["told"].strip(" \t\"'*|")])
    return found


def _marked(schema: Mapping[str, Json], root: Filling, told: str, depth: int) -> dict[str, Json]:
    parts = schema.get("properties")
    if not isinstance(parts, dict) or depth > _DEEPEST:
        return dict(schema)
    marked = {key: _part(part, root, told, depth) for key, part in parts.items()}
    shapes = {key: root.resolve(part) for key, part in parts.items()}
    own = [key for key, part in shapes.items() if _answers(part, root)]
    asked = questions_told(own, told) if len(own) >= _FEWEST else []
    marked |= {key: {**shapes[key], CHECKED: question} for key, question in asked if _coded(key)}
    return {**schema, "properties": marked}


def _coded(key: str) -> bool:
    """Whether a key says nothing by itself: `q1`, `C03`."""
    return re.fullmatch(r"[A-Za-z]{1,8}[_-]?\d{1,3}|\d{1,3}", key) is not None


def _answers(part: Mapping[str, Json], root: Filling) -> bool:
    """Whether a field can hold the answer to a question: a verdict, or an object with one."""
    inner = {name: root.resolve(held) for name, held in (part.get("properties") or {}).items()}
    return is_verdict(part) or any(is_verdict(held) for held in inner.values())


def _part(part: Json, root: Filling, told: str, depth: int) -> Json:
    node = root.resolve(part)
    if type_of(node) == "object" and isinstance(part, dict) and "$ref" not in part:
        return _marked(node, root, told, depth + 1)
    items = (
        root.resolve(node["items"])
        if type_of(node) == "array" and isinstance(node.get("items"), dict)
        else {}
    )
    fields = {key: root.resolve(held) for key, held in (items.get("properties") or {}).items()}
    verdicts = {key for key, held in fields.items() if is_verdict(held)}
    for key, held in fields.items():
        ids = [str(option) for option in held.get("enum") or () if option is not None]
        if key in verdicts or not verdicts or len(ids) < _FEWEST:
            continue
        if asked := questions_told(ids, told):
            return {**node, CHECKS: [key, asked]}
    return part
