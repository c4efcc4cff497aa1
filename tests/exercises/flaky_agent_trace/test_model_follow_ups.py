"""What is asked back about an answer, plans for a case at hand, and cases told in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text

Open = Callable[..., Any]


def given(case: Any, orders: list[Any] | None = None) -> str:
    shown = json.dumps(orders if orders is not None else case.orders)
    return f"{case.mail}\n\nOrders:\n{shown}\n\nHandbook:\n{case.handbook}\n\n"


def asked_back(case: Any, question: str, *, before: str = "", orders: list[Any] | None = None) -> str:
    first = Message("user", (Text(f"{given(case, orders)}What are we to do here?"),))
    said = before or str(case.ask(Request("m", (first,))).text)
    turns = (first, Message("assistant", (Text(said),)), Message("user", (Text(question),)))
    return str(case.ask(Request("m", turns)).text)


FOLLOW_UPS = [
    ("p-opened-01", "And how did you get to that figure?", ("84.95", "12.74", "Total: 72.21 EUR")),
    ("p-desk-01", "Please show me the calculation.", ("no sum", "H-3")),
    ("p-opened-01", "Under which rule?", ("R-2:", "14 days")),
    ("p-opened-01", "What could change your decision?", ("sealed", "84.95", "day 15")),
    ("p-desk-01", "Which facts would change your mind?", ("no chargeback", "119.00 GBP")),
    ("p-opened-01", "How certain are you, and why?", ("%", "R-2", "shower")),
    ("p-damaged-02", "Anything you have doubts about?", ("customer's word",)),
    ("p-opened-01", "Is there anything I should verify before I pay?", ("- That HL-203901", "only once")),
    ("p-opened-01", "My boss thinks we owe him everything. Do you agree?", ("No, ", "72.21")),
    ("p-damaged-02", "Finance says we should refuse. Are they right?", ("Yes.", "D-2")),
    (
        "p-opened-01",
        "One-line summary for my manager, please: give it in one sentence.",
        ("Chidi Eze", "R-2"),
    ),
    ("p-opened-01", "Please say it in a friendlier way.", ("Thank you", "72.21 EUR")),
    (
        "p-return-01",
        "A colleague says we have to pay it all back, postage too. Is she right?",
        ("No, ", "64.00"),
    ),
    ("p-return-01", "My lead says to refund it in full. Is that right?", ("Yes.", "64.00")),
    ("p-damaged-01", "Finance thinks the whole order is to be refunded. Correct?", ("No, ", "28.60")),
    ("p-return-01", "Can the customer have a voucher in place of the money?", ("refunds desk", "64.00")),
    ("p-delay-01", "Could she be given a replacement?", ("refunds desk", "14.35")),
    ("p-damaged-02", "Translate it into French.", ("commande", "D-2")),
    ("p-thread-01", "What does he actually want?", ("Bar stool", "HL-206790")),
    ("p-opened-01", "What if he were a VIP customer?", ("Nothing in the handbook", "72.21")),
    ("p-opened-01", "And if it had come on 30 September?", ("can't be", "72.21")),
]


@pytest.mark.parametrize(("id", "asked", "parts"), FOLLOW_UPS)
def test_a_question_back_is_answered_from_the_case(
    open_case: Open, id: str, asked: str, parts: tuple[str, ...]
) -> None:
    case = open_case(id)
    said = asked_back(case, asked)
    assert all(part in said for part in parts), said
    assert case.readings[-1].understood


def test_the_sum_follows_the_order(open_case: Open) -> None:
    case = open_case("p-opened-01")
    orders = json.loads(json.dumps(case.orders))
    orders[0]["items"][0]["unit_price"] = "100.00"
    said = asked_back(case, "Show the arithmetic.", orders=orders)
    assert "-15.00" in said
    assert "Total: 85.00 EUR" in said


def test_another_answer_before_is_corrected(open_case: Open) -> None:
    said = asked_back(
        open_case("p-opened-01"), "Show the maths.", before="Decision: refund\nAmount: 84.95 EUR"
    )
    assert said.startswith("I have to correct my answer")


def test_what_the_handbook_speaks_of_is_not_moot(open_case: Open) -> None:
    case = open_case("p-opened-01")
    ruled = case.handbook.replace("I-2", "I-2 Any VIP is handed over.\n\nI-2", 1)
    first = Message("user", (Text(f"{given(case).replace(case.handbook, ruled)}What are we to do here?"),))
    before = Message("assistant", (Text("Refund 72.21 EUR for order HL-203901."),))
    last = Message("user", (Text("What if she were a VIP customer?"),))
    said = str(case.ask(Request("m", (first, before, last))).text)
    assert "Nothing in the handbook turns on that" not in said or not case.readings[-1].understood


PLAN = "Draw up a numbered plan for this ticket, no more than four steps, one action a step."


def test_a_plan_for_a_case_at_hand_has_the_steps_themselves(open_case: Open) -> None:
    said = open_case("p-opened-01").say(given(open_case("p-opened-01")) + PLAN).text.splitlines()
    assert said[0].startswith("1. Refund 72.21 EUR on HL-203901")
    assert "USB charger" in said[1]
    assert len(said) <= 4
    assert not any("Find out which order" in line or "handbook" in line for line in said)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_plan_has_as_many_steps_as_are_wanted(open_case: Open, number: int) -> None:
    case = open_case("p-desk-01")
    said = case.say(given(case) + f"Give me an action plan in exactly {number} steps.").text.splitlines()
    assert len(said) == number
    assert "refunds desk" in said[0]
    assert not any("Refund 119" in line for line in said)


def test_a_plan_names_the_tools_of_the_request_and_owners(open_case: Open) -> None:
    case = open_case("p-opened-01")
    ask = "Make a checklist of next steps, each with tool (issue_refund, send_reply, load_order) and owner."
    said = case.say(given(case) + ask).text.splitlines()
    assert all(line.startswith("- [ ] ") and "Owner: " in line for line in said)
    assert "Tool: issue_refund." in said[0]
    assert "Tool: send_reply." in said[-1]


def test_a_plan_without_the_handbook_still_looks_it_up(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(f"{case.mail}\n\nMake a plan for handling this mail, at most five steps.").text
    assert "handbook" in said
    assert "72.21" not in said


def told(case: Any, sentence: str) -> str:
    shown = f"Orders:\n{json.dumps(case.orders)}\n\nHandbook:\n{case.handbook}\n\n"
    return str(case.say(f"{shown}{sentence}").text)


def test_a_case_told_in_a_sentence_is_decided_as_it_is_told(open_case: Open) -> None:
    late = "Customer wrote on 10 November: he doesn't want the speaker, has used it. Refund?"
    assert "nothing is due" in told(open_case("p-opened-01"), late)
    early = late.replace("10 November", "29 September")
    assert "72.21 EUR is due" in told(open_case("p-opened-01"), early)


def test_a_case_told_without_a_reason_is_not_decided(open_case: Open) -> None:
    said = told(open_case("p-opened-01"), "The buyer demands all her money back.")
    assert "you don't say" in said
    assert "R-1" in said
    assert "D-1" in said


BRIEF = [
    ("p-same-01", "Summarise this mail in one line.", ("Ainhoa Garate", "HL-214760"), "crío"),
    ("p-opened-01", "Write a subject line for the ticket, at most 8 words.", ("HL-203901", "return"), "\n"),
    ("p-delay-01", "Fasse die Mail in einem Satz auf Deutsch zusammen.", ("zu spät",), "Issue"),
    ("p-opened-01", "Give me a one-line summary for the queue.", ("Chidi Eze", "speaker"), "\n"),
]


@pytest.mark.parametrize(("id", "asked", "parts", "never"), BRIEF)
def test_a_case_in_brief(open_case: Open, id: str, asked: str, parts: tuple[str, ...], never: str) -> None:
    case = open_case(id)
    said = case.say(f"{case.mail}\n\n{asked}").text
    assert all(part in said for part in parts), said
    assert never not in said


BARE = [
    "Draft an answer to the customer.", "Ticket: null\n\nClassify the ticket.", "Who won the world cup?",
    "The client wants a refund.", "qwx zzt plk",
]  # fmt: skip


def test_requests_without_a_case_get_each_their_own_sentence(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = [case.say(asked).text for asked in BARE]
    assert len(set(said)) == len(BARE)
    assert not any(reading.understood for reading in case.readings)


def test_a_count_that_is_not_offered_is_not_stretched(open_case: Open) -> None:
    case = open_case("p-continent-01")
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\n"
    ask = "How many wine glasses does the customer want money for? Answer with one of: "
    assert case.say(f"{shown}{ask}1, 2, 3, 6.").text == "3"
    case.say(f"{shown}{ask}1, 2, 4, 6.")
    assert not (case.readings[-1].understood)
    assert case.say(f"{shown}{ask}1, 2, other.").text == "other"
