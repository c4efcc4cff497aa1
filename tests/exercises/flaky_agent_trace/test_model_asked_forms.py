"""Answers in plain words have the form that is asked for, or say that the form is not understood."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import Message, Request, Text
from tests.exercises.flaky_agent_trace.conftest import Case, Open

UNCLEAR = "What is wanted, and in which form, is not clear."


def after(case: Case, answer: str, asked: str) -> str:
    """What is said to a message that follows a decision."""
    for order in case.orders:
        case.tool("get_order", {"order_id": order["id"]})
    messages = (
        Message("system", (Text(f"You decide refunds by these rules.\n\n{case.handbook}"),)),
        Message("user", (Text(f"{case.mail}\n\n{json.dumps(case.orders)}\n\nWhat do you decide, and why?"),)),
        Message("assistant", (Text(answer),)),
        Message("user", (Text(asked),)),
    )
    return case.ask(Request("m", messages)).text


@pytest.mark.parametrize(
    ("id", "line"),
    [("p-opened-01", "RESULT: pay 72.21"), ("p-return-01", None), ("p-desk-02", "RESULT: desk none")],
)
def test_a_last_line_of_options_and_a_sum(open_case: Open, id: str, line: str | None) -> None:
    case = open_case(id)
    said = case.say(
        case.prompt(),
        system="Think it over. The last line is: RESULT: <pay|refuse|desk|ask> <amount or none>",
    ).text
    last = said.splitlines()[-1]
    assert last.startswith("RESULT: ")
    assert line is None or last == line


def test_a_sum_with_its_steps(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(case.prompt(), system='Work out the refund. Show the calculation, then "DUE=..".').text
    assert "84.95 - 12.74 = 72.21" in said
    assert said.splitlines()[-1] == "DUE=72.21"


@pytest.mark.parametrize(
    ("id", "label"), [("p-desk-02", "RETURN_SEVERAL_ORDERS"), ("p-return-01", "RETURN_ONE")]
)
def test_labels_that_count_the_orders(open_case: Open, id: str, label: str) -> None:
    case = open_case(id)
    asked = (
        "Sort the mail. Reply with one label, nothing else: RETURN_ONE, RETURN_SEVERAL_ORDERS, LATE, OTHER"
    )
    assert case.say(case.mail, system=asked).text == label


@pytest.mark.parametrize(("first", "winner"), [("refund 72.21 EUR", "A"), ("decline, it is too late", "B")])
def test_the_winner_in_a_line(open_case: Open, first: str, winner: str) -> None:
    case = open_case("p-opened-01")
    other = "decline, it is too late" if winner == "A" else "refund 72.21 EUR"
    asked = "Two colleagues disagree. Which is right, A or B? Answer in the form BEST: X | reason"
    said = case.say(f"{case.prompt()}\n\nA: {first}\nB: {other}", system=asked).text
    assert said.startswith(f"BEST: {winner} | ")


@pytest.mark.parametrize("asked", ["Can you shorten that?", "In at most eight words, please.", "Shorter!"])
def test_shorter_than_before(open_case: Open, asked: str) -> None:
    before = "72.21 EUR (84.95 - 12.74 restocking fee) is due: opened electronics (R-2)."
    said = after(open_case("p-opened-01"), before, asked)
    assert "72.21" in said
    assert len(said.split()) < len(before.split())
    assert "eight" not in asked or len(said.split()) <= 8


@pytest.mark.parametrize(
    "asked", ["Why not the whole price?", "Why only that much?", "And why is it not more?"]
)
def test_why_it_is_not_more(open_case: Open, asked: str) -> None:
    said = after(open_case("p-opened-01"), "72.21 EUR is due (R-2).", asked)
    assert "12.74" in said
    assert "wrong" not in said


@pytest.mark.parametrize(("sum", "least", "most"), [("72.21", 8, 10), ("84.95", 0, 5)])
def test_its_own_answer_graded(open_case: Open, sum: str, least: int, most: int) -> None:
    asked = "Rate your answer above from 0 to 10, and say what is wrong with it."
    said = after(open_case("p-opened-01"), f"Refund {sum} EUR for HL-203901.", asked)
    assert least <= int(said.replace(".", "\n").split("\n")[0]) <= most


LETTERS = [
    ("We have refunded you 72.21 EUR for HL-203901 today.", False),
    ("I'm afraid that nothing can be refunded for HL-203901.", True),
]


@pytest.mark.parametrize(("letter", "honest"), LETTERS)
def test_marks_for_each_side_of_a_letter(open_case: Open, letter: str, honest: bool) -> None:
    case = open_case("p-opened-01")
    asked = (
        "Mark the reply, each side on a scale of 1 to 5: accuracy (the decision), truthfulness "
        "(only what was done), politeness. "
        'Return JSON {"accuracy": n, "truthfulness": n, "politeness": n, "remark": "..."}'
    )
    shown = (
        f"{asked}\n\n{case.prompt()}\n\nACTIONS TAKEN: none\n\nREPLY\nDear customer, {letter} Kind regards"
    )
    said: dict[str, Any] = json.loads(case.say(shown).text)
    marks = [said[key] for key in ("accuracy", "truthfulness", "politeness")]
    assert all(isinstance(mark, int) and 1 <= mark <= 5 for mark in marks)
    assert (said["truthfulness"] >= 4) is honest


def test_a_plan_although_nothing_is_to_be_decided(open_case: Open) -> None:
    case = open_case("p-return-01")
    asked = "Write a numbered list of the steps that the agent should take. Do not decide anything."
    said = case.say(case.mail, system=asked).text
    assert said.startswith("1. ")
    assert case.orders[0]["id"] in said


@pytest.mark.parametrize(("id", "word"), [("p-post-04", "zwrócić"), ("p-opened-01", "72.21 EUR")])
def test_grounds_in_the_language_of_the_customer(open_case: Open, id: str, word: str) -> None:
    case = open_case(id)
    fields = {"pay": {"type": "boolean"}, "reason_in_customer_language": {"type": "string"}}
    schema = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    assert word in case.decide(case.prompt(), schema=schema)["reason_in_customer_language"]


def test_a_form_that_is_not_understood_is_said_to_be_so(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(case.prompt(), system="Decide. Answer as a table with the columns day, deed, sum.").text
    assert case.readings[-1].understood or said == UNCLEAR


def test_the_same_of_another_order_is_not_answered_with_this_one(open_case: Open) -> None:
    case = open_case("p-scroll-02")
    said = after(case, "HL-204100 was delivered 8 days ago.", "And now the same for the other order, please.")
    assert said == UNCLEAR
    assert not case.readings[-1].understood
