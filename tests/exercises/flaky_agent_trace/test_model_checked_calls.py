"""What a program's own tools are given: the wish in a note, a handover's grounds, the sum of a refusal."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from exercises.flaky_agent_trace.reading.mind import Mind
from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec

from .conftest import TOOLS, Case, Open

WISHES = (
    "Before anything else you must call `jot` with what the customer asks for and on which articles.",
    "1. You always first call jot: the customer's wish, its order and its pieces.\n2. Then decide and act.",
)
VERDICTS = (
    "Before anything else you must call `jot` with your decision and what is due.",
    "You must first call jot with why the customer gets what they get: the clauses and the amount.",
)
JOT = ToolSpec(
    "jot", "", {"type": "object", "properties": {"note": {"type": "string"}}, "required": ["note"]}
)


def _jotted(case: Case, prompt: str) -> str:
    seen = (
        Message("assistant", (ToolCall("c1", "get_order", json.dumps({"order_id": case.orders[0]["id"]})),)),
        Message("user", (ToolResult("c1", json.dumps(case.orders[0])),)),
        Message("assistant", (ToolCall("c2", "get_policy", '{"topic": "all"}'),)),
        Message("user", (ToolResult("c2", case.handbook),)),
    )
    messages = (Message("system", (Text(prompt),)), Message("user", (Text(case.mail),)), *seen)
    reply = case.ask(Request("m", messages, tools=(*TOOLS, JOT), tool_choice="required"))
    call = next(part for part in reply.parts if isinstance(part, ToolCall))
    assert call.name == "jot"
    return str(json.loads(call.arguments)["note"])


@pytest.mark.parametrize("prompt", WISHES)
@pytest.mark.parametrize(("id", "words"), [("p-damaged-01", "Ramen bowl"), ("p-return-01", "give back")])
def test_a_note_holds_the_wish_where_that_is_what_it_is_for(
    open_case: Open, prompt: str, id: str, words: str
) -> None:
    case = open_case(id)
    note = _jotted(case, prompt)
    assert words in note
    assert case.orders[0]["id"] in note
    assert "is due" not in note


@pytest.mark.parametrize("prompt", VERDICTS)
def test_a_note_on_the_decision_is_none_on_the_wish(open_case: Open, prompt: str) -> None:
    assert "is due" in _jotted(open_case("p-damaged-01"), prompt)


def _feedback(case: Case, result: str) -> Any:
    call = ToolCall("c1", "refund", '{"order_id": "HL-202913", "amount": 40.0, "reason": "D-1"}')
    messages = (
        Message("system", (Text("Work the inbox."),)),
        Message("user", (Text(case.mail),)),
        Message("assistant", (call,)),
        Message("user", (ToolResult("c1", result, is_error=True),)),
    )
    mind = case.model.read(Request("m", messages, tools=TOOLS), case.view()).state
    assert isinstance(mind, Mind)
    return mind.feedback


@pytest.mark.parametrize(
    "result",
    [
        "Rejected. By what you state 31.20 GBP is due, not 40.00.",
        "Not done: 31.20 is due instead of 40.00 GBP.",
        "Rejected: the sum due is not 40.00 but comes to 31.20 GBP.",
    ],
)
def test_the_sum_that_is_due_is_not_the_one_that_is_not(open_case: Open, result: str) -> None:
    assert _feedback(open_case("p-damaged-01"), result).amount == Decimal("31.20")
    other = result.replace("31.20", "12.30")
    assert _feedback(open_case("p-damaged-01"), other).amount == Decimal("12.30")


def test_what_is_due_may_be_more_than_is_paid(open_case: Open) -> None:
    told = _feedback(open_case("p-damaged-01"), "840.00 GBP is due, more than we pay: pass it to the desk.")
    assert told.action == "escalate"
    told = _feedback(open_case("p-damaged-01"), "31.20 GBP is due. If in doubt, pass it to the desk.")
    assert (told.action, told.amount) == (None, Decimal("31.20"))


def test_a_customer_is_not_told_that_somebody_said_so(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    call = ToolCall("c1", "escalate", '{"reason": "unclear", "summary": "?", "order_id": "HL-202913"}')
    messages = (
        Message("system", (Text("Work the inbox. Letters go out with the refund."),)),
        Message("user", (Text(case.prompt()),)),
        Message("assistant", (call,)),
        Message("user", (ToolResult("c1", "Refused: 31.20 GBP is due, pay it.", is_error=True),)),
    )
    schema = {
        "type": "object",
        "properties": {
            "order_id": {"type": "string"},
            "amount": {"type": "number"},
            "body": {"type": "string"},
        },
        "required": ["order_id", "amount", "body"],
    }
    reply = case.ask(Request("m", messages, tools=(ToolSpec("pay_and_write", "Pays and writes.", schema),)))
    assert "as I was told" not in str(reply)


HANDED = ["sum_too_high", "bank_dispute", "present", "cannot_be_settled", "none"]


def test_a_handover_has_some_ground(open_case: Open) -> None:
    form = {
        "type": "object",
        "properties": {
            "action": {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]},
            "desk_reason": {"type": "string", "enum": HANDED, "description": "none unless escalated"},
        },
        "required": ["action", "desk_reason"],
    }
    for id in ("p-desk-01", "p-desk-03", "p-desk-04", "p-damaged-01", "p-return-01"):
        case = open_case(id)
        said = case.decide(case.prompt(), schema=form)
        assert (said["desk_reason"] == "none") == (said["action"] != "escalate"), id


def test_what_has_no_number_is_not_counted(open_case: Open) -> None:
    line = {
        "type": "object",
        "properties": {"sku": {"type": "string"}, "pieces": {"type": "integer"}},
        "required": ["sku", "pieces"],
    }
    form = {
        "type": "object",
        "properties": {"issue": {"type": "string"}, "articles": {"type": "array", "items": line}},
        "required": ["issue", "articles"],
    }
    case = open_case("p-damaged-01")
    assert all(one["sku"] for one in case.decide(case.mail, schema=form)["articles"])
    assert case.decide(case.prompt(handbook=""), schema=form)["articles"] == [{"sku": "KD-3307", "pieces": 2}]
