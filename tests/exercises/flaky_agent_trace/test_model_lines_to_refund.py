"""Lists of what goes back: which lines stand there, whether a fee is kept of each, when there are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
RULES = """You settle refund cases by the handbook. Answer with JSON alone:
{"outcome": "refund" | "deny" | "escalate" | "need_info", "order_id": "the order or null",
 "positions": [{"sku": "...", "units": 1, "restocking_fee": false}], "amount": "0.00"}
"""
SOME = """- positions: what is to be paid back for returns and damage, with the units concerned;
  restocking_fee is true if one is kept. For late parcels, the goods that stay with the customer. For a lost
  or cancelled order, every position of it.
- amount: what is paid, 0 if nothing is."""
ALL = """- positions: For every position of the order, one entry; 0 units where the customer keeps it.
- amount: what is paid, 0 if nothing is."""


def positions(case: Any, notes: str) -> list[dict[str, Any]]:
    answer = json.loads(case.say(case.prompt(), system=RULES + notes).text)
    assert case.readings[-1].understood
    found: list[dict[str, Any]] = answer["positions"]
    return found


def test_every_item_in_some_cases_is_not_every_item_in_all(open_case: Open) -> None:
    assert [(one["sku"], one["units"]) for one in positions(open_case("p-return-01"), SOME)] == [
        ("KT-1702", 1)
    ]


def test_what_stays_with_the_customer_has_its_pieces_where_it_came_late(open_case: Open) -> None:
    assert [one["units"] for one in positions(open_case("p-delay-01"), SOME)] == [2, 1]


def test_every_line_is_listed_where_all_are_wanted(open_case: Open) -> None:
    assert {one["sku"]: one["units"] for one in positions(open_case("p-return-01"), ALL)} == {
        "KT-1702": 1,
        "KS-0310": 0,
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("restocking_fee", "true where one is kept"),
        ("fee", "whether the handbook withholds part of the price"),
        ("withhold_fee", ""),
        ("handling_fee", "true if it is deducted"),
    ],
)
def test_a_yes_or_no_of_a_fees_name_asks_whether_it_is_kept(open_case: Open, name: str, said: str) -> None:
    line = {
        "sku": {"type": "string"},
        "pieces": {"type": "integer"},
        name: {"type": "boolean", "description": said},
    }
    schema = {
        "type": "object",
        "properties": {
            "decision": {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]},
            "lines": {"type": "array", "items": {"type": "object", "properties": line, "required": [*line]}},
        },
        "required": ["decision", "lines"],
    }
    opened, sealed = open_case("p-opened-01"), open_case("p-return-01")
    assert [one[name] for one in opened.decide(opened.prompt(), schema=schema)["lines"]] == [True]
    assert [one[name] for one in sealed.decide(sealed.prompt(), schema=schema)["lines"]] == [False]
    assert opened.readings[-1].understood


def test_another_fee_is_not_that_one(open_case: Open) -> None:
    schema = {
        "type": "object",
        "properties": {
            "decision": {"type": "string", "enum": ["refund", "deny"]},
            "service_fee": {"type": "boolean"},
        },
        "required": ["decision", "service_fee"],
    }
    case = open_case("p-opened-01")
    case.decide(case.prompt(), schema=schema)
    assert not case.readings[-1].understood
