"""Requests answered in plain text: last lines with placeholders, sums, days, rules, forms of an answer."""

from __future__ import annotations

import pytest

from tests.exercises.flaky_agent_trace.conftest import Open

DUE, DENIED, DESK, THREAD = "p-monday-01", "p-return-02", "p-desk-01", "p-thread-01"
LAST = {
    "Finish with a line `ANSWER: <refund AMOUNT CURRENCY | deny | escalate | ask>`.": {
        DUE: "ANSWER: refund 46.80 EUR", DENIED: "ANSWER: deny", DESK: "ANSWER: escalate",
    },
    "The last line must be `DUE: PAY <amount> <currency>` or `DUE: REJECT` or `DUE: ESCALATE`.": {
        DUE: "DUE: PAY 46.80 EUR", DENIED: "DUE: REJECT", DESK: "DUE: ESCALATE",
    },
    "Finish with a line `VERDICT: ACTION ORDER_ID`.": {
        DUE: "VERDICT: refund HL-206330", DENIED: "VERDICT: deny HL-199561",
    },
}  # fmt: skip


@pytest.mark.parametrize("asked", LAST)
def test_placeholders_of_a_last_line_are_filled_by_their_names(open_case: Open, asked: str) -> None:
    for id, line in LAST[asked].items():
        case = open_case(id)
        said = case.say(f"{case.prompt()}\n\nThink step by step. {asked}").text
        assert said.splitlines()[-1] == line


def test_a_last_line_that_cannot_be_filled_is_declined(open_case: Open) -> None:
    case = open_case(DUE)
    said = case.say(f"{case.prompt()}\n\nThink. Finish with a line `ANSWER: refund WIDGET GADGET`.").text
    assert not case.readings[-1].understood
    assert "WIDGET" not in said
    case.say(f"{case.prompt()}\n\nThink. Finish with a line `ANSWER: refund AMOUNT`.")
    assert case.readings[-1].understood


def test_what_a_last_line_is_to_say_is_told_or_declined(open_case: Open) -> None:
    case = open_case(THREAD)
    asked = "Summarise this mail. End with a line 'OPEN:' that says {}."
    said = case.say(f"{asked.format('what the customer wants, and the order')}\n\n{case.mail}").text
    assert said.splitlines()[-1] == "OPEN: Refund for “the bar stool” (damaged), HL-206790"
    case.say(f"{asked.format('how warm it is, and in which town')}\n\n{case.mail}")
    assert not case.readings[-1].understood
