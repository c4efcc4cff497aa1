"""Do-interventions on what a program says of an answer: concrete words change the next one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec

Open = Callable[..., Any]
RETURN = "p-return-01"
"""64.00 EUR are due."""
TOOLS = tuple(
    ToolSpec(name, "", {"type": "object", "properties": {key: {"type": kind} for key, kind in keys.items()}})
    for name, keys in {
        "refund": {"order_id": "string", "amount": "number", "reason": "string"},
        "escalate": {"order_id": "string", "reason": "string", "summary": "string"},
        "reply": {"order_id": "string", "outcome": "string", "amount": "number", "body": "string"},
    }.items()
)


def _after(case: Any, feedback: str, *, as_user: bool = False) -> ToolCall:
    """The call that follows a refund which the program's own check answered with `feedback`."""
    call = ToolCall("c1", "refund", json.dumps({"order_id": "HL-204173", "amount": 99.0, "reason": "due"}))
    told = (
        (
            Message("user", (ToolResult("c1", "nothing was paid yet, recheck"),)),
            Message("user", (Text(feedback),)),
        )
        if as_user
        else (Message("user", (ToolResult("c1", feedback),)),)
    )
    messages = (Message("user", (Text(case.prompt()),)), Message("assistant", (call,)), *told)
    parts = case.ask(Request("m", messages, tools=TOOLS)).parts
    return next(part for part in parts if isinstance(part, ToolCall))


@pytest.mark.parametrize("as_user", [False, True])
@pytest.mark.parametrize(
    ("feedback", "name", "amount"),
    [
        ("Not carried out: 72.50 seem due, recheck.", "refund", 72.5),
        ("Not carried out: 51.20 seem due, recheck.", "refund", 51.2),
        ("rejected: the amount should be 72.50, not 99.00", "refund", 72.5),
        ("Not allowed here: call escalate.", "escalate", None),
        ("Rejected. This must be handed over to the desk.", "escalate", None),
        ("Rejected by our check.", "refund", 64.0),
    ],
)
def test_a_concrete_word_changes_the_next_answer(
    open_case: Open, feedback: str, name: str, amount: float | None, as_user: bool
) -> None:
    call = _after(open_case(RETURN), feedback, as_user=as_user)
    assert call.name == name
    assert json.loads(call.arguments).get("amount") == amount


def test_it_is_heeded_mostly_and_by_the_draws_of_the_trial(open_case: Open) -> None:
    answers = [
        _after(open_case(RETURN, "practice", replay=replay), "Rejected: 72.50 seem due, recheck.").arguments
        for replay in range(60)
    ]
    heeded = sum('"amount": 72.5' in answer for answer in answers)
    assert 36 <= heeded < 60
    assert (
        answers[7]
        == _after(open_case(RETURN, "practice", replay=7), "Rejected: 72.50 seem due, recheck.").arguments
    )


def test_neither_mail_nor_handbook_is_feedback(open_case: Open) -> None:
    case = open_case(RETURN)
    messages = case.act()
    assert case.verdict.success, messages
