"""A talk about a decided case: why it is not otherwise, facts that are told later, small questions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text

Open = Callable[..., Any]
SPEAKER, KETTLE, GLASSES, LAMP, SHIPPED = (
    "p-opened-01", "p-return-01", "p-continent-01", "p-damaged-02", "p-continent-02",
)  # fmt: skip


def talk(case: Any, *turns: str) -> str:
    """The answer to the last of several turns after the case was decided."""
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\nHandbook:\n{case.handbook}\n\n"
    messages = [Message("user", (Text(f"{shown}What are we to do here?"),))]
    for turn in turns:
        said = str(case.ask(Request("m", tuple(messages))).text)
        messages += [Message("assistant", (Text(said),)), Message("user", (Text(turn),))]
    return str(case.ask(Request("m", tuple(messages))).text)


WHY = [
    (SPEAKER, "Why don't we also give the shipping back?", ("4.90 EUR", "M-2", "USB charger")),
    (SPEAKER, "But isn't the postage due too?", ("4.90 EUR", "M-2")),
    (GLASSES, "What made you leave the decanter out?", ("Decanter", "M-1", "drei von den sechs")),
    (GLASSES, "Why not all six glasses?", ("3 of the 6", "drei von den sechs")),
    (SPEAKER, "How come you're not paying the whole order?", ("USB charger", "R-2", "M-2")),
    (SPEAKER, "On what grounds?", ("R-2 says", "6 days", "In my shower")),
    (SPEAKER, "Couldn't we just use clause L-1 here?", ("No.", "late deliveries", "2026-09-22")),
    (SPEAKER, "Can't we waive the restocking fee?", ("No.", "15 %", "12.74")),
    (KETTLE, "Why is no fee kept?", ("No restocking fee", "Gooseneck kettle", "not electronics")),
    (LAMP, "Why not R-1?", ("change of mind", "damaged", "D-2")),
    (LAMP, "Could we make an exception, as a gesture?", ("No.", "M-4")),
    (KETTLE, "Why didn't you hand it over?", ("refunds desk", "chargeback", "64.00 EUR")),
    (SPEAKER, "You forgot the shipping.", ("4.90 EUR", "M-2")),
    (SHIPPED, "Couldn't we cancel it anyway?", ("No.", "shipped", "L-4")),
    ("p-desk-01", "Why not just pay it?", ("H-3", "chargeback")),
]


@pytest.mark.parametrize(("id", "asked", "parts"), WHY)
def test_why_is_answered_of_the_thing_that_is_asked(
    open_case: Open, id: str, asked: str, parts: tuple[str, ...]
) -> None:
    case = open_case(id)
    said = talk(case, asked)
    assert all(part in said for part in parts), said
    assert case.readings[-1].understood


def test_a_clause_that_is_not_in_the_handbook_is_none(open_case: Open) -> None:
    assert "no clause Z-9" in talk(open_case(SPEAKER), "Why not Z-9?")


TOLD = [
    (SPEAKER, "The customer just wrote that the charger comes back too.", "101.11 EUR"),
    (SPEAKER, "The seal is intact after all.", "84.95 EUR"),
    (SPEAKER, "it was delivered on 3 September, not on the 22nd", "more than 14 days"),
    (SPEAKER, "Update: it turns out it's a gift order. What now?", "H-4"),
    (SPEAKER, "There's an open chargeback on it now.", "H-3"),
    (SPEAKER, "I just saw that we already refunded 20 EUR on the speaker.", "52.21 EUR"),
    (SPEAKER, "He just mailed again: a lawyer is involved now.", "H-5"),
    (GLASSES, "Warehouse says the decanter arrived broken as well.", "103.00 EUR"),
    (GLASSES, "All six glasses are broken, he says now.", "108.00 EUR"),
    (GLASSES, "Another two glasses are cracked.", "90.00 EUR"),
    (LAMP, "We found an earlier mail: he already reported it on 28 October.", "24.00 EUR"),
]


@pytest.mark.parametrize(("id", "told", "part"), TOLD)
def test_a_case_is_decided_anew_by_what_is_told_later(open_case: Open, id: str, told: str, part: str) -> None:
    case = open_case(id)
    said = talk(case, told)
    assert said.startswith("That changes it. With"), said
    assert part in said
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "told",
    [
        "Turns out it's a gift card order.",
        "By the way, the customer is very angry.",
        "He decided to keep it after all.",
        "The parcel came back to the warehouse yesterday.",
        "It wasn't delivered on 22 September but on the 3rd.",
        "The form for the tax office was signed by his sister.",
    ],
)
def test_what_nobody_knows_the_outcome_of_gets_no_old_answer(open_case: Open, told: str) -> None:
    case = open_case(SPEAKER)
    said = talk(case, told)
    assert "72.21" not in said
    assert not case.readings[-1].understood


def test_what_was_told_holds_for_the_rest_of_the_talk(open_case: Open) -> None:
    said = talk(open_case(GLASSES), "The decanter arrived broken, too.", "Please show me the calculation.")
    assert "Total: 103.00 EUR" in said
    said = talk(open_case(SPEAKER), "The seal is intact after all.", "Why is there no fee?")
    assert "nothing says that the Shower speaker has been opened" in said


@pytest.mark.parametrize("asked", ["Who is the courier?", "Why did the courier not ring?", "How old is he?"])
def test_a_question_beside_the_case_gets_no_old_answer(open_case: Open, asked: str) -> None:
    case = open_case(SPEAKER)
    assert talk(case, asked) == "I can't tell that from what I was given."
    assert not case.readings[-1].understood


@pytest.mark.parametrize("asked", ["Decide.", "So what is your decision?", "Give me the final answer."])
def test_who_wants_the_decision_again_gets_it(open_case: Open, asked: str) -> None:
    assert "72.21 EUR" in talk(open_case(SPEAKER), asked)


SMALL = [
    (SPEAKER, "Can it still be cancelled?", "No. HL-203901 is delivered"),
    (SPEAKER, "Is it too late to cancel?", "Yes. HL-203901 is delivered"),
    ("p-monday-02", "Could it still be cancelled?", "Yes. HL-208801 is still in processing"),
    (SPEAKER, "A or B: A refund in full, B partial?", "B. 72.21 EUR"),
    (KETTLE, "Refund: full or partial?", "Full. 64.00 EUR"),
    (LAMP, "Which of the two is it: (a) a partial refund or (b) a full one?", "Neither. Nothing is due"),
    (LAMP, "A) escalate B) refund C) deny?", "C. Nothing is due"),
    (SPEAKER, "Does the customer keep anything?", "Yes: the USB charger 30 W"),
    (LAMP, "Was the parcel opened?", "The mail doesn't say"),
    (SPEAKER, "Quote the sentence in which the mail says that it was opened.", "“In my shower (3 songs)"),
    (SPEAKER, "Which sentence shows that it is damaged?", "The mail doesn't say that."),
    (SPEAKER, "Quote the line where he threatens legal action.", "The mail doesn't say that."),
    ("p-return-02", "Is it still within the window? yes/no", "No"),
]


@pytest.mark.parametrize(("id", "asked", "start"), SMALL)
def test_a_small_question_gets_its_own_answer(open_case: Open, id: str, asked: str, start: str) -> None:
    assert talk(open_case(id), asked).startswith(start)


def test_what_is_quoted_stands_in_the_mail(open_case: Open) -> None:
    case = open_case("p-sale-02")
    said = talk(case, "Quote the sentence in which the customer threatens to go to court.")
    assert all(line.strip("“”") in " ".join(case.mail.split()) for line in said.splitlines())


@pytest.mark.parametrize(
    "asked",
    [
        "OK. Last one: suppose it was opened, but delivered on 10 September instead. What then?",
        "One more: let's say it had been delivered on 10 September. What then?",
    ],
)
def test_what_is_supposed_is_no_fact_that_was_told(open_case: Open, asked: str) -> None:
    said = talk(open_case(SPEAKER), asked)
    assert "That is how it is already" not in said
    assert "no refund would be due" in said
    assert "72.21" in talk(open_case(SPEAKER), asked, "Decide the case as it stands.")


@pytest.mark.parametrize("asked", ["Which clause is that, and why exactly?", "On what grounds?", "Why?"])
def test_why_after_a_supposition_is_answered_of_what_was_supposed(open_case: Open, asked: str) -> None:
    case = open_case(SPEAKER)
    said = talk(case, "Suppose it was delivered on 10 September instead. What then?", asked)
    assert said.startswith("In that case: nothing is due")
    assert "18 days" in said
    said = talk(case, "What if a lawyer were involved?", asked)
    assert "H-5" in said
    assert "R-2" not in said
