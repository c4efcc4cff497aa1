"""Tools of a program's own: one works a sum out, another pays what was found and is not told how much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec

from .conftest import Case, Open

Json = Any
TEXT = {"type": "string"}
LINES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"sku": TEXT, "count": {"type": "integer"}},
        "required": ["sku", "count"],
    },
}


def tool(name: str, told: str, required: list[str], /, **parts: Json) -> ToolSpec:
    return ToolSpec(name, told, {"type": "object", "properties": parts, "required": required})


TO_HUMANS = tool("to_humans", "Passes the case to a colleague.", ["summary"], summary=TEXT, order=TEXT)
QUERY = tool("query_sender", "Asks the customer to clarify.", ["question"], question=TEXT)
REFUSED = tool("close_refused", "Ends the case without any money.", ["order", "note"], order=TEXT, note=TEXT)
WORK_OUT = tool(
    "work_out_refund",
    "Works out what is owed on an order and says what to do.",
    ["order", "lines"],
    order=TEXT,
    lines=LINES,
)
PAYOUT = tool(
    "execute_payout", "Pays out the figure that work_out_refund came up with.", ["order"], order=TEXT
)
QUOTE = tool(
    "quote_refund",
    "Computes the refund for an order and returns a quote with an id.",
    ["order_number"],
    order_number=TEXT,
    articles={"type": "array", "items": TEXT},
)
PAY_QUOTE = tool("pay_quote", "Pays a quote.", ["quote_id"], quote_id=TEXT)
UNWANTED = tool(
    "unwanted_calculator",
    "Calculator for goods that are sent back unwanted.",
    ["order", "lines"],
    order=TEXT,
    lines=LINES,
    used_skus={
        "type": "array",
        "items": TEXT,
        "description": "SKUs of articles that were used or opened",
    },
)
BROKEN = tool(
    "broken_calculator",
    "Calculator for goods that arrived broken or are faulty.",
    ["order", "lines", "told_on"],
    order=TEXT,
    lines=LINES,
    told_on={"type": "string", "description": "the day on which the fault was first reported, YYYY-MM-DD"},
)
RELEASE = tool("release", "Sends the sum that was calculated back to the customer.", ["order"], order=TEXT)
CLOSING = (TO_HUMANS, QUERY, REFUSED)


def calls(case: Case, tools: tuple[ToolSpec, ...], answers: Mapping[str, str]) -> list[tuple[str, Json]]:
    """What is called until a tool is called that has no answer."""
    told = f"You work the refund inbox with the tools.\n\n{case.handbook}"
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
    messages = [Message("system", (Text(told),)), Message("user", (Text(shown),))]
    found: list[tuple[str, Json]] = []
    while len(found) < 6:
        reply = case.ask(Request("m", tuple(messages), tools=tools))
        made = [part for part in reply.parts if isinstance(part, ToolCall)]
        assert made, reply.text
        found += [(one.name, json.loads(one.arguments)) for one in made]
        if made[0].name not in answers:
            return found
        results = tuple(ToolResult(one.id, answers[one.name], False) for one in made)
        messages += [Message("assistant", reply.parts), Message("user", results)]
    return found


def test_the_sum_is_worked_out_before_it_is_paid(open_case: Open) -> None:
    answers = {"work_out_refund": '{"verdict": "pay", "amount": "28.60", "currency": "GBP"}'}
    done = calls(open_case("p-damaged-01"), (WORK_OUT, PAYOUT, *CLOSING), answers)
    assert done == [
        ("work_out_refund", {"order": "HL-202913", "lines": [{"sku": "KD-3307", "count": 2}]}),
        ("execute_payout", {"order": "HL-202913"}),
    ]


def test_a_quote_is_paid_by_its_number(open_case: Open) -> None:
    answers = {"quote_refund": '{"quote_id": "Q-5512", "amount": "28.60", "currency": "GBP"}'}
    done = calls(open_case("p-damaged-01"), (QUOTE, PAY_QUOTE, *CLOSING), answers)
    assert done[0][0] == "quote_refund"
    assert done[-1] == ("pay_quote", {"quote_id": "Q-5512"})


def test_what_the_calculator_says_is_done(open_case: Open) -> None:
    answers = {"work_out_refund": "Verdict: REFUSE (R-3)"}
    done = calls(open_case("p-damaged-01"), (WORK_OUT, PAYOUT, *CLOSING), answers)
    assert done[-1][0] == "close_refused"
    assert "refunded" not in done[-1][1]["note"]


@pytest.mark.parametrize(
    ("id", "name", "used"),
    [
        ("p-damaged-01", "broken_calculator", None),
        ("p-opened-01", "unwanted_calculator", ["EL-9150"]),
        ("p-return-01", "unwanted_calculator", []),
    ],
)
def test_the_calculator_for_the_request_is_taken(open_case: Open, id: str, name: str, used: Json) -> None:
    answers = {"unwanted_calculator": "PAY 10.00 EUR", "broken_calculator": "PAY 28.60 GBP"}
    done = calls(open_case(id), (UNWANTED, BROKEN, RELEASE, *CLOSING), answers)
    assert [called for called, _ in done] == [name, "release"]
    assert done[0][1].get("used_skus") == used
    if name == "broken_calculator":
        assert done[0][1]["told_on"] == "2026-09-23"


def test_what_is_handed_over_is_not_worked_out(open_case: Open) -> None:
    done = calls(open_case("p-desk-01"), (WORK_OUT, PAYOUT, *CLOSING), {})
    assert [called for called, _ in done] == ["to_humans"]


def test_what_is_not_settled_is_asked(open_case: Open) -> None:
    done = calls(open_case("p-names-02"), (WORK_OUT, PAYOUT, *CLOSING), {})
    assert [called for called, _ in done] == ["query_sender"]
