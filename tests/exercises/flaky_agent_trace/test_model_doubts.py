"""Asked whether it is sure of what it has decided, the model counts again, shows it, and says what holds."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text
from harness.exercise.registry import Exercise

Open = Callable[..., Any]
DOUBTS = (
    "Are you sure? Count the days again, one by one if you must.",
    "Really? Please recount before I book it.",
    "Hm. Go through it once more.",
    "Is that right? Double-check the dates.",
)


def doubted(case: Any, decided: str, doubt: str, asked: str = "What do we do?", prompt: str = "") -> str:
    """The answer to a doubt about an earlier answer."""
    messages = (
        Message("user", (Text(f"{prompt or case.prompt()}\n\n{asked}"),)),
        Message("assistant", (Text(decided),)),
        Message("user", (Text(doubt),)),
    )
    return str(case.ask(Request("m", messages)).text)


@pytest.mark.parametrize("doubt", DOUBTS)
def test_the_count_is_shown_and_a_wrong_decision_corrected(open_case: Open, doubt: str) -> None:
    said = doubted(open_case("p-return-02"), "Refund 58.00 GBP on HL-199561, within 30 days.", doubt)
    assert "34 days, and 30 are allowed" in said
    assert "`deny`, not `refund`" in said
    assert "onfidence" not in said


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_right_decision_is_kept(open_case: Open, doubt: str) -> None:
    said = doubted(open_case("p-return-01"), "Refund 64.00 EUR on HL-204173.", doubt)
    assert "9 days" in said
    assert "My answer stands." in said


def test_the_count_goes_by_the_order_before_it(open_case: Open) -> None:
    case = open_case("p-return-02")
    later = case.prompt().replace("2026-09-10", "2026-09-20")
    said = doubted(case, "Refund 58.00 GBP on HL-199561.", DOUBTS[0], prompt=later)
    assert "24 days, and 30 are allowed" in said
    assert "My answer stands." in said


@pytest.mark.parametrize(("decided", "holds"), [("84.95 EUR", False), ("72.21 EUR", True)])
def test_a_sum_is_worked_out_again(open_case: Open, decided: str, holds: bool) -> None:
    said = doubted(open_case("p-opened-01"), decided, "Are you certain? Redo the sum.", "How much is due?")
    assert "Less the restocking fee: 12.74 EUR." in said
    assert ("My answer stands." in said) is holds


def test_days_of_delay_are_counted_where_they_decide(open_case: Open) -> None:
    said = doubted(open_case("p-delay-01"), "Deny HL-204660: not late enough.", "Check the delay once more.")
    assert "4 days late" in said
    assert "`refund`, not `deny`" in said


def test_lines_that_a_program_reads_are_there_again(open_case: Open) -> None:
    said = doubted(open_case("p-return-02"), "Decision: refund\nOrder: HL-199561", DOUBTS[0])
    assert "\nDecision: deny\nOrder: HL-199561\n" in said
    end = "What do we do? The last line must be `ANSWER: <action>`."
    assert doubted(open_case("p-return-02"), "ANSWER: refund", DOUBTS[0], end).endswith("\nANSWER: deny")


def test_the_count_slips_as_the_decision_does(
    open_case: Open, exercise: Exercise, unerring: dict[str, Any]
) -> None:
    """What is shown is what the model decided by, a miscount included."""
    card = copy.deepcopy(unerring)
    card["modes"]["date_slip"]["base"] = 20.0
    case = open_case("p-return-02", exercise.model(card))
    said = doubted(case, "Refund 58.00 GBP on HL-199561.", "Are you sure?")
    assert "date_slip" in case.fired
    assert "34 days" not in said
    assert "30 are allowed, so it is in time" in said
    assert "My answer stands." in said
