"""Lists that are to be empty in some cases; in which state things are, and what marks a mail out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
Json = dict[str, Any]
LINE = {"sku": {"type": "string"}, "pieces": {"type": "integer"}}
STATES = ["sealed", "opened", "faulty", "not what was ordered", "never arrived", "not stated"]


def due(told: str) -> Json:
    entry = {"type": "object", "properties": LINE, "required": [*LINE]}
    properties = {
        "decision": {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]},
        "lines": {"type": "array", "items": entry, "description": told},
    }
    return {"type": "object", "properties": properties, "required": [*properties]}


@pytest.mark.parametrize(
    "told",
    [
        "What goes back; empty for L-4 and if nothing is paid.",
        "The lines to refund, [] when no money is due",
        "Items paid for. Leave empty if no refund is due.",
    ],
)
def test_nothing_is_due_nothing_is_listed(open_case: Open, told: str) -> None:
    denied, paid = open_case("p-return-02"), open_case("p-return-01")
    assert denied.decide(denied.prompt(), schema=due(told)) == {"decision": "deny", "lines": []}
    assert paid.decide(paid.prompt(), schema=due(told))["lines"] == [{"sku": "KT-1702", "pieces": 1}]


def test_a_clause_names_the_case_in_which_it_is_empty(open_case: Open) -> None:
    cancelled = open_case("p-monday-02")
    told = "Lines that go back, empty for L-2 and L-4."
    assert cancelled.decide(cancelled.prompt(), schema=due(told))["lines"] == []
    late = open_case("p-delay-01")
    assert late.decide(late.prompt(), schema=due(told))["lines"]


def test_a_list_of_what_is_asked_for_stays(open_case: Open) -> None:
    denied = open_case("p-return-02")
    assert denied.decide(denied.prompt(), schema=due("What the customer asks for."))["lines"]


def read(case: Any, **fields: Json) -> Json:
    schema = {"type": "object", "properties": fields, "required": [*fields]}
    said: Json = case.decide(
        case.prompt(), system="Record what the mail says; decide nothing.", schema=schema
    )
    return said


@pytest.mark.parametrize(
    ("id", "state"),
    [
        ("p-post-02", "not stated"),
        ("p-autumn-02", "not stated"),
        ("p-monday-02", "never arrived"),
        ("p-continent-01", "faulty"),
        ("p-opened-01", "opened"),
    ],
)
def test_what_came_late_came(open_case: Open, id: str, state: str) -> None:
    entry = {"sku": {"type": "string"}, "condition": {"type": "string", "enum": STATES}}
    item = {"type": "object", "properties": entry, "required": [*entry]}
    said = read(open_case(id), items={"type": "array", "items": item})
    assert {one["condition"] for one in said["items"]} == {state}


@pytest.mark.parametrize("word", ["instructions_to_the_ai", "commands_to_the_agent", "speaks_to_ai"])
def test_instructions_mark_a_mail_out(open_case: Open, word: str) -> None:
    flags = {"type": "array", "items": {"type": "string", "enum": ["legal_action", "bad_review", word]}}
    assert read(open_case("p-pushy-01"), risk_flags=flags) == {"risk_flags": [word]}
    assert read(open_case("p-return-01"), risk_flags=flags) == {"risk_flags": []}
