"""What is asked back of an answer that came in a form gets words, and of the case; the form is kept else."""

from __future__ import annotations

import json

import pytest

from harness.exchange import Message, Request, Text
from tests.exercises.flaky_agent_trace.conftest import Case, Open

FORM = (
    'Decide. Answer only with JSON: {"action": "refund|deny|escalate|need_info", "order_id": "...",'
    ' "amount": 0.0, "reason": "..."}'
)
TAGGED = """Decide and answer so:
<verdict>
<action>refund | deny | escalate | ask</action>
<order>HL-... or none</order>
<amount>sum to be refunded</amount>
</verdict>"""
GLASSES = '{"action": "refund", "order_id": "HL-209177", "amount": 54.0, "reason": "damaged (D-1)"}'
IN_TAGS = "<verdict>\n<action>refund</action>\n<order>HL-209177</order>\n<amount>54.00</amount>\n</verdict>"
WAYS = [(FORM, GLASSES), (TAGGED, IN_TAGS)]


def back(case: Case, asked: str, form: str = FORM, answer: str = GLASSES) -> str:
    turns = [
        Message("user", (Text(f"{case.prompt()}\n\n{form}"),)),
        Message("assistant", (Text(answer),)),
        Message("user", (Text(asked),)),
    ]
    return case.ask(Request("m", tuple(turns))).text


@pytest.mark.parametrize(("form", "answer"), WAYS)
@pytest.mark.parametrize(
    "asked",
    [
        "Why did you pay for three glasses and not six? Quote the sentence of the mail.",
        "Why only three instead of all?",
        "Which sentence of the mail made you choose D-1?",
    ],
)
def test_the_words_behind_a_choice_are_quoted(open_case: Open, asked: str, form: str, answer: str) -> None:
    case = open_case("p-continent-01")
    said = back(case, asked, form, answer)
    assert case.readings[-1].understood
    assert "drei von den sechs Weingläsern sind hin" in said
    assert "{" not in said
    assert "<verdict>" not in said


@pytest.mark.parametrize(("form", "answer"), WAYS)
def test_the_clauses_that_were_looked_at_are_told(open_case: Open, form: str, answer: str) -> None:
    said = back(
        open_case("p-continent-01"), "Which of H-1 to H-7 did you check, and with what result?", form, answer
    )
    assert [line[:6] for line in said.splitlines()] == [f"- H-{number}:"[:6] for number in range(1, 8)]


@pytest.mark.parametrize(
    "asked",
    ["Would your decision change if the mail had come on {}?", "What if the message had been sent on {}?"],
)
def test_a_mail_that_came_later_is_no_later_delivery(open_case: Open, asked: str) -> None:
    late, soon = (
        back(open_case("p-continent-01"), asked.format(day)) for day in ("10 November", "26 October")
    )
    assert "no refund would" in late
    assert "54.00" in soon


def test_nothing_that_was_unclear(open_case: Open) -> None:
    assert "Nothing in your instructions" in back(
        open_case("p-continent-01"), "What in my prompt was unclear to you?"
    )


@pytest.mark.parametrize(
    "asked",
    [
        "That is not valid JSON. Return the object again.",
        "The amount must be in cents. Try again.",
        "Double-check the number of pieces and return the final answer.",
    ],
)
def test_who_wants_the_answer_again_gets_the_form(open_case: Open, asked: str) -> None:
    assert "amount" in json.loads(back(open_case("p-continent-01"), asked))
