"""A talk about a decided case: why it is that sum, a doubt that names a thing, thanks, the rules alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.exercises.flaky_agent_trace.test_model_talk import GLASSES, KETTLE, LAMP, SPEAKER, talk

Open = Callable[..., Any]
SUMS = [
    (SPEAKER, "Why 72.21 and not 113.85?", ("72.21 EUR is what is due", "USB charger", "15 %", "M-2")),
    (SPEAKER, "How come it's 72.21, not 84.95 or 89.85?", ("price without the fee", "with shipping")),
    (SPEAKER, "Shouldn't it be 77.11?", ("No.", "with shipping", "4.90 EUR", "M-2")),
    (SPEAKER, "Why not 24.00 EUR as well?", ("USB charger", "not among what the customer asks for")),
    (SPEAKER, "What is the reason for 72.21 EUR?", ("12.74", "R-2", "6 days")),
    (KETTLE, "Why is it 64.00 instead of 102.50?", ("all the goods", "Brewing scale")),
    (GLASSES, "Why not the whole 108.00?", ("3 of the 6", "M-1")),
    (LAMP, "Why don't we pay 24.00?", ("Nothing is due", "11 days")),
]  # fmt: skip


@pytest.mark.parametrize(("id", "asked", "parts"), SUMS)
def test_each_sum_that_is_named_is_explained(
    open_case: Open, id: str, asked: str, parts: tuple[str, ...]
) -> None:
    case = open_case(id)
    said = talk(case, asked)
    assert all(part in said for part in parts), said
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "asked", ["Why not 91.30?", "Shouldn't it be 71.12 EUR?", "How come it's not 500.00?"]
)
def test_a_sum_out_of_thin_air_is_not_explained(open_case: Open, asked: str) -> None:
    case = open_case(SPEAKER)
    assert "due" not in talk(case, asked)
    assert not case.readings[-1].understood


def test_why_it_is_that_sum_is_answered_in_the_first_turn_too(open_case: Open) -> None:
    case = open_case(SPEAKER)
    shown = f"Handbook:\n{case.handbook}\n\nOrder:\n{json.dumps(case.orders)}\n\nMail:\n{case.mail}"
    said = case.say(f"{shown}\n\nWhat makes it 72.21 here and not 84.95?").text
    assert said.startswith("72.21 EUR is what is due, 84.95 less a restocking fee of 12.74")


_PAY = {"order_no": {"type": "string"}, "cents": {"type": "integer"}, "currency": {"type": "string"}}
_TOOLS = (
    ToolSpec("pay_back", "pay money back", {"type": "object", "properties": _PAY, "required": [*_PAY]}),
    ToolSpec("send_mail", "final mail", {"type": "object", "properties": {"text": {"type": "string"}}}),
)


def test_a_question_between_calls_takes_no_sum_from_a_refund_s_number(open_case: Open) -> None:
    case = open_case(KETTLE)
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\nHandbook:\n{case.handbook}"
    call = ToolCall("c1", "pay_back", '{"order_no": "HL-204173", "cents": 6400, "currency": "EUR"}')
    paid = ToolResult("c1", '{"refund_id": "rf_1", "amount": "64.00", "currency": "EUR"}')

    def asked(text: str) -> str:
        messages = (
            Message("user", (Text(shown),)), Message("assistant", (call,)),
            Message("user", (paid, Text(text))),
        )  # fmt: skip
        return str(case.ask(Request("m", messages, tools=_TOOLS, tool_choice="none")).text)

    said = asked("Hold on: why 64.00 and not 107.40? Answer in one sentence.")
    assert "64.00 EUR is what is due" in said
    assert "Brewing scale" in said
    assert said.count(". ") == 0
    assert "1.00 EUR" not in asked("What sum is due, and by which clause?")


DOUBTS = [
    (KETTLE, "Are you sure? I think the shipping fee is due as well."),
    (KETTLE, "Really? I would have thought that delivery costs are owed too."),
    (KETTLE, "Surely the postage is missing? Isn't it due too?"),
    (KETTLE, "I'm not convinced. Shouldn't the freight go back as well?"),
    (KETTLE, "Thanks, but what about the shipping?"),
]


@pytest.mark.parametrize(("id", "asked"), DOUBTS)
def test_a_doubt_that_names_a_thing_is_answered_of_that_thing(open_case: Open, id: str, asked: str) -> None:
    said = talk(open_case(id), asked)
    assert "The shipping fee of 4.90 EUR stays with us" in said
    assert "Brewing scale" in said


@pytest.mark.parametrize("asked", ["Which clause is that, and why exactly?", "What rule is this and why?"])
def test_which_clause_and_why_is_answered_with_the_facts(open_case: Open, asked: str) -> None:
    said = talk(open_case(SPEAKER), asked)
    assert "R-2 says" in said
    assert "6 days, and 14 are allowed" in said
    assert "In my shower" in said


@pytest.mark.parametrize(
    "said",
    ["Thanks!", "Thank you", "Great, that's all. Thank you!", "Ok, thx", "Thanks a lot for your help."],
)
def test_thanks_are_met_with_a_word(open_case: Open, said: str) -> None:
    case = open_case(SPEAKER)
    assert talk(case, said) == "You're welcome."
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "asked", ["Now write the letter.", "Thanks. Please draft the reply to the customer."]
)
def test_a_letter_after_the_decision_asks_the_customer_nothing(open_case: Open, asked: str) -> None:
    said = talk(open_case(KETTLE), asked)
    assert "What are we to do here?" not in said
    assert "64.00 EUR" in said


@pytest.mark.parametrize(
    ("asked", "clause"),
    [
        ("Why does nobody get the postage back when half of the order is kept?", "M-2"),
        ("How come there is a restocking fee on opened gadgets?", "R-2"),
        ("Why can't we send a voucher as an apology?", "M-4"),
        ("Why do we not pay out an order with a running chargeback?", "H-3"),
    ],
)
def test_a_why_about_the_rules_gets_the_clause_that_is_for_it(
    open_case: Open, asked: str, clause: str
) -> None:
    case = open_case(SPEAKER)
    rules = Message("system", (Text(f"You know this handbook:\n{case.handbook}"),))
    said = case.ask(Request("m", (rules, Message("user", (Text(asked),))))).text
    assert said.startswith(f"{clause}: ")
    assert case.readings[-1].understood
