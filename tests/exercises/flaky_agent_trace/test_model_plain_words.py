"""Requests answered in plain text: last lines with placeholders, sums, days, rules, forms of an answer."""

from __future__ import annotations

import json

import pytest

from exercises.flaky_agent_trace.writing.wishes import candidates
from tests.exercises.flaky_agent_trace.conftest import Open

DUE, DENIED, DESK, THREAD = "p-monday-01", "p-return-02", "p-desk-01", "p-thread-01"
LAST = {
    "Finish with a line `ANSWER: <refund AMOUNT CURRENCY | deny | escalate | ask>`.": {
        DUE: "ANSWER: refund 46.80 EUR", DENIED: "ANSWER: deny", DESK: "ANSWER: escalate",
    },
    "The last line must be `DUE: PAY <amount> <currency>` or `DUE: REJECT` or `DUE: ESCALATE`.": {
        DUE: "DUE: PAY 46.80 EUR", DENIED: "DUE: REJECT", DESK: "DUE: ESCALATE",
    },
    "The final line must be 'REFUND: {amount} {currency}' or 'REFUND: 0'.": {
        DUE: "REFUND: 46.80 EUR", DENIED: "REFUND: 0",
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
    case.say(
        f"{case.prompt()}\n\nThink. Last line: `ANSWER: ` followed by REFUND with the amount, or DENY or ASK."
    )
    assert not case.readings[-1].understood
    case.say(f"{case.prompt()}\n\nThink. Finish with a line `ANSWER: refund AMOUNT`.")
    assert case.readings[-1].understood


def test_what_a_last_line_is_to_say_is_told_or_declined(open_case: Open) -> None:
    case = open_case(THREAD)
    asked = "Summarise this mail. End with a line 'OPEN:' that says {}."
    said = case.say(f"{asked.format('what the customer wants, and the order')}\n\n{case.mail}").text
    assert said.splitlines()[-1] == "OPEN: Refund for “the bar stool” (damaged), HL-206790"
    case.say(f"{asked.format('how warm it is, and in which town')}\n\n{case.mail}")
    assert not case.readings[-1].understood


BOOK = {
    "If someone returns the whole order on day 20, do we give the shipping fee back?": "M-2: The",
    "Does VAT come off the price?": "M-1: Refund what was paid",
}


@pytest.mark.parametrize("asked", BOOK)
def test_a_question_about_the_rules_finds_the_clause_in_the_context(open_case: Open, asked: str) -> None:
    case = open_case(DUE)
    book = "You answer questions about this handbook.\n\n{}"
    assert case.say(asked, system=book.format(case.handbook)).text.startswith(BOOK[asked])
    gone = "\n".join(line for line in case.handbook.splitlines() if line[:3] != BOOK[asked][:3])
    assert not case.say(asked, system=book.format(gone)).text.startswith(BOOK[asked])
    said = case.say("Who waters the plants of the shipping office?", system=book.format(case.handbook)).text
    assert not case.readings[-1].understood
    assert said == "I find no clause in the handbook that answers this."


def test_a_mark_for_a_run_is_not_made_up(open_case: Open) -> None:
    case = open_case(DUE)
    run = f"{case.prompt()}\n\nRUN\n1. get_order\n2. refund 46.80 EUR"
    said = case.say(
        run, system="Grade the agent's run from 1 to 5. First line: score. Second line: why."
    ).text
    assert not case.readings[-1].understood
    assert said == "How well a run went is beyond what is known here."
    case.say(run, system="Decide on the ticket.")
    assert case.readings[-1].understood


def test_a_list_of_orders_says_of_each_what_is_asked_for(open_case: Open) -> None:
    case = open_case("p-regular-02")
    asked = "Write a short mail to Sven that asks which of these three orders he means. {}\n\n{}"
    orders = json.dumps(case.orders)
    said = case.say(asked.format("List each with number, date placed and items.", orders)).text
    assert "HL-212101 (Bath towel, organic, 2026-10-24)" in said
    assert "2026-10-24" not in case.say(asked.format("", orders)).text


def test_what_is_asked_for_besides_is_no_option() -> None:
    assert candidates("Ask which order he means; list them with number and total.") == ()
    assert candidates("Ask whether she means the lamp or the desk.") == ("lamp", "desk")
