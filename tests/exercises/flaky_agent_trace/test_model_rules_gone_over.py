"""A list whose entries name a rule and say whether it holds is one of rules, whatever it is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
Json = dict[str, Any]
RULES = """You assess a refund request. Go over the identity rules and the clauses that could matter, in the
handbook's order; give the day count where a time limit is in question. Then conclude."""


def form(name: str, **fields: Json) -> Json:
    entry = {"type": "object", "properties": fields, "required": [*fields]}
    properties = {
        name: {"type": "array", "items": entry},
        "conclusion": {"type": "string", "enum": ["refund", "decline", "hand_over", "ask_customer"]},
    }
    return {"type": "object", "properties": properties, "required": [*properties]}


FIELDS: tuple[Json, ...] = (
    {"clause": {"type": "string"}, "applies": {"type": "boolean"}, "because": {"type": "string"}},
    {
        "rule": {"type": "string", "description": "Number of the rule"},
        "holds": {"type": "boolean"},
        "why": {"type": "string", "description": "The facts behind it, with dates"},
    },
    {
        "paragraph": {"type": "string"},
        "is_applicable": {"type": "boolean"},
        "explanation": {"type": "string"},
    },
)


@pytest.mark.parametrize("name", ["steps", "next_steps", "actions", "walk", "reasoning", "trail"])
@pytest.mark.parametrize("fields", FIELDS)
def test_entries_on_rules_make_a_list_of_rules(open_case: Open, name: str, fields: Json) -> None:
    case = open_case("p-return-01")
    rule, holds, why = fields
    entries = case.decide(case.prompt(), system=RULES, schema=form(name, **fields))[name]
    assert case.readings[-1].understood
    said = {entry[rule]: entry for entry in entries}
    assert said["R-1"][holds]
    assert not said["R-2"][holds]
    assert "I-2" in said
    assert "day 9" in said["R-1"][why]
    assert list(said) == sorted(said, key=case.handbook.index)


def test_the_days_are_those_of_the_record(open_case: Open) -> None:
    case = open_case("p-return-01")
    later = case.prompt().replace("2026-10-05", "2026-10-08")
    entries = case.decide(later, system=RULES, schema=form("steps", **FIELDS[0]))["steps"]
    said = {entry["clause"]: entry["because"] for entry in entries}
    assert "day 6" in said["R-1"]
    assert "day 9" not in said["R-1"]


def test_no_days_are_counted_unasked(open_case: Open) -> None:
    case = open_case("p-return-01")
    plain = "You assess a refund request by the handbook, rule by rule."
    entries = case.decide(case.prompt(), system=plain, schema=form("steps", **FIELDS[0]))["steps"]
    assert not any("day 9" in entry["because"] for entry in entries)


def test_steps_without_rules_are_what_is_to_be_done(open_case: Open) -> None:
    case = open_case("p-return-01")
    fields = {"step": {"type": "string"}, "done": {"type": "boolean"}, "because": {"type": "string"}}
    entries = case.decide(case.prompt(), system=RULES, schema=form("steps", **fields))["steps"]
    assert not any("R-1" in entry["step"] for entry in entries)
