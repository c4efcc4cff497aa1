"""What a validator says of an answer is heeded in the next one, whatever shape was asked for and how."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.exercises.flaky_agent_trace.conftest import DECISION

Open = Callable[..., Any]
LATE, DUE, DESK = "p-return-02", "p-return-01", "p-desk-01"
KEYS = "Return JSON with order_id, action (refund|deny|escalate|need_info), amount, reason."
ZERO = '{"order_id": "HL-199561", "action": "deny", "amount": 0, "reason": "too late"}'
SUBMIT = ToolSpec("submit_decision", "Submit the decision", DECISION)


def again(case: Any, first: str, fault: str, **options: Any) -> dict[str, Any]:
    """The answer to a complaint about an earlier one."""
    messages = (
        Message("user", (Text(f"{case.prompt()}\n\n{KEYS}"),)),
        Message("assistant", (Text(first),)),
        Message("user", (Text(fault),)),
    )
    answer = json.loads(case.ask(Request("m", messages, **options)).text)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize(
    "fault",
    [
        "1 validation error\namount\n  Value error, must be null unless action is refund [type=value_error]",
        "Wrong: unless you refund, amount has to be null. Again please.",
        "amount must be null. Return the JSON again.",
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_a_sum_that_must_be_null_is_null(open_case: Open, fault: str, strict: bool) -> None:
    options: dict[str, Any] = {"output": OutputFormat("answer", DECISION, strict=True)} if strict else {}
    answer = again(open_case(LATE), ZERO, fault, **options)
    assert (answer["action"], answer["amount"]) == ("deny", None)
    assert again(open_case(LATE), ZERO, "Invalid JSON, send it again.", **options)["amount"] == 0


def test_what_must_be_null_for_another_action_is_there_for_its_own(open_case: Open) -> None:
    first = '{"order_id": "HL-204173", "action": "deny", "amount": 0, "reason": "x"}'
    answer = again(open_case(DUE), first, "amount must be null unless action is refund. Again please.")
    assert (answer["action"], answer["amount"]) == ("refund", 64.0)


def test_a_word_that_is_not_allowed_is_put_in_one_that_is(open_case: Open) -> None:
    fault = "'deny' is not one of ['PAY', 'REJECT', 'DESK', 'ASK']"
    assert again(open_case(LATE), ZERO, fault)["action"] == "REJECT"


def test_type_and_length_are_as_a_complaint_wants_them(open_case: Open) -> None:
    first = '{"order_id": "HL-207433", "action": "escalate", "amount": null, "reason": "a chargeback, open"}'
    short = again(open_case(DESK), first, "reason\n  String should have at most 16 characters")["reason"]
    assert short == "open chargeback"
    due = '{"order_id": "HL-204173", "action": "refund", "amount": 64, "reason": "x"}'
    fault = "amount\n  Input should be a valid string [type=string_type, input_value=64]"
    assert again(open_case(DUE), due, fault)["amount"] == "64.00"


@pytest.mark.parametrize(
    "fault",
    [
        "Invalid: required field 'currency' is missing. Send the whole object again.",
        "KeyError: 'currency'",
    ],
)
def test_a_field_that_is_missed_is_added(open_case: Open, fault: str) -> None:
    due = '{"order_id": "HL-204173", "action": "refund", "amount": 64, "reason": "x"}'
    assert again(open_case(DUE), due, fault)["currency"] == "EUR"


def test_complaints_add_up(open_case: Open) -> None:
    case = open_case(LATE)
    messages = (
        Message("user", (Text(f"{case.prompt()}\n\n{KEYS}"),)),
        Message("assistant", (Text(ZERO),)),
        Message("user", (Text("amount must be null unless refund. Send the JSON again."),)),
        Message("assistant", (Text(ZERO.replace("0", "null")),)),
        Message("user", (Text("'deny' is not one of ['PAY', 'REJECT', 'DESK', 'ASK']. Again please."),)),
    )
    answer = json.loads(case.ask(Request("m", messages)).text)
    assert (answer["action"], answer["amount"]) == ("REJECT", None)


@pytest.mark.parametrize("fault", ["ValueError: amount must be null unless action is 'refund'", "ok"])
def test_what_comes_back_for_a_submission_is_heeded(open_case: Open, fault: str) -> None:
    case = open_case(LATE)
    messages = (
        Message("user", (Text(case.prompt()),)),
        Message("assistant", (ToolCall("c1", "submit_decision", ZERO),)),
        Message("user", (ToolResult("c1", fault, fault != "ok"),)),
    )
    reply = case.ask(Request("m", messages, tools=(SUBMIT,), tool_choice="submit_decision"))
    call = next(part for part in reply.parts if isinstance(part, ToolCall))
    assert json.loads(call.arguments)["amount"] == (0 if fault == "ok" else None)


def test_a_key_that_is_null_unless_something_is_due_is_so_at_once(open_case: Open) -> None:
    asked = KEYS.replace("amount", "amount (null unless refund)")
    for id, amount in ((LATE, None), (DUE, 64.0), (DESK, None)):
        case = open_case(id)
        answer = json.loads(case.say(f"{case.prompt()}\n\n{asked}").text)
        assert answer["amount"] == amount
