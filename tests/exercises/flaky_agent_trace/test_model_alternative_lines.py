"""One line of several, lines that a prompt quotes, and what stands before them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]


def asked(case: Any, form: str, mail: str | None = None) -> str:
    """The answer to a case in this form."""
    said: str = case.say(case.prompt(mail=mail), system=f"You decide refund cases. {form}").text
    assert case.readings[-1].understood
    assert not case.thoughts[-1].guessed
    return said


def late(case: Any) -> str:
    """The mail a month later."""
    changed: str = case.mail.replace("2026-09-23", "2026-10-23").replace("last Wednesday", "weeks ago")
    return changed


@pytest.mark.parametrize(
    ("form", "paid", "denied"),
    [
        ("Reply with one line: PAY <amount> <currency> or REJECT or DESK.", "PAY 28.60 GBP", "REJECT"),
        ("Answer: PAY x or REJECT.", "PAY 28.60", "REJECT"),
        ("Answer with one of these lines:\n- PAY <amount> EUR\n- REJECT", "PAY 28.60 GBP", "REJECT"),
        ("Output exactly one of: `REFUND <amount>`, `DENY`, `ESCALATE`.", "REFUND 28.60", "DENY"),
        ("Answer with 'refund <amount>' or 'deny' or 'escalate'.", "refund 28.60", "deny"),
        ("Respond with either APPROVE: <amount> <currency> | DECLINE.", "APPROVE: 28.60 GBP", "DECLINE"),
        ("Antworte mit genau einer Zeile: ERSTATTEN <Betrag> oder ABLEHNEN.", "ERSTATTEN 28.60", "ABLEHNEN"),
        ("Return PAY <sum> if money is due, REJECT if not.", "PAY 28.60", "REJECT"),
        ("Write VERDICT: PAY <amount> or VERDICT: REJECT.", "VERDICT: PAY 28.60", "VERDICT: REJECT"),
        ("Reply with one line, PAY <amount in cents> / REJECT / DESK.", "PAY 2860", "REJECT"),
        ("Reply PAY <amount> or ZILCH.", "PAY 28.60", "ZILCH"),
        ("Reply PAY <amount> or ASK <question> or REJECT <clause>.", "PAY 28.60", "REJECT D-2"),
    ],
)  # fmt: skip
def test_one_of_the_lines_is_the_answer(open_case: Open, form: str, paid: str, denied: str) -> None:
    case = open_case("p-damaged-01")
    assert asked(case, form) == paid
    assert asked(case, form, late(case)) == denied


@pytest.mark.parametrize(
    "form",
    [
        "Answer: PAY <amount> or REJECT, then one sentence citing the clause.",
        "Say either **PAY <amount>** or **REJECT** and why in one sentence.",
    ],
)
def test_a_sentence_is_wanted_as_well(open_case: Open, form: str) -> None:
    case = open_case("p-damaged-01")
    line, why = asked(case, form).split("\n")
    assert line == "PAY 28.60"
    assert "D-1" in why
    assert why.endswith(".")
    assert why[0].isupper()


def test_thoughts_come_before_the_line(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = asked(case, "Chain of thought first, then finish with: PAY <amount> <currency> or REJECT")
    assert said.endswith("\n\nPAY 28.60 GBP")
    assert "delivered 2026-09-16" in said


def test_a_gap_that_means_nothing_is_not_filled_for_sure(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    case.say(case.prompt(), system="You decide refund cases. Reply PAY <frobs> or REJECT")
    assert case.thoughts[-1].guessed or not case.readings[-1].understood


@pytest.mark.parametrize(
    ("form", "lines"),
    [
        (
            "First a line 'DUE: <sum> <currency>', then 'BECAUSE: <one sentence with clause ids>'.",
            ["DUE: 28.60 GBP", "BECAUSE: Item damaged, faulty or wrong (D-1)."],
        ),
        (
            "Answer with `Order: <number>`, then `Pay: <amount> <currency>`, then `Clause: <id>`.",
            ["Order: HL-202913", "Pay: 28.60 GBP", "Clause: D-1"],
        ),
        ("Output 'VERDICT: <pay|reject|desk>' followed by 'SUM: <amount>'.", ["VERDICT: pay", "SUM: 28.60"]),
        (
            "Gib zuerst eine Zeile 'FÄLLIG: <Betrag> <Währung>' aus, dann 'KLAUSEL: <Nummer der Klausel>'.",
            ["FÄLLIG: 28.60 GBP", "KLAUSEL: D-1"],
        ),
    ],
)
def test_lines_that_are_quoted_one_after_the_other(open_case: Open, form: str, lines: list[str]) -> None:
    assert asked(open_case("p-damaged-01"), form).split("\n") == lines


def test_quoted_lines_of_nothing_known_are_declined(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    case.say(case.prompt(), system="Reply with 'foo: <frob>' and, on the next line, 'bar: <quux>'.")
    assert not case.readings[-1].understood


@pytest.mark.parametrize("rivals", [("<A>{0}</A>\n<B>{1}</B>"), ("A: {0}\nB: {1}")])
def test_two_decisions_in_tags_or_behind_letters(open_case: Open, rivals: str) -> None:
    case = open_case("p-opened-01")
    question = "Which decision is right under the handbook? Say A or B and why, in two sentences at most."
    right, wrong = "refund 72.21 EUR", "refund 84.95 EUR"
    first = case.say(f"{question}\n\n{case.prompt()}\n\n{rivals.format(right, wrong)}").text
    second = case.say(f"{question}\n\n{case.prompt()}\n\n{rivals.format(wrong, right)}").text
    assert first.startswith("A.")
    assert second.startswith("B.")


@pytest.mark.parametrize(
    "asked_for",
    [
        "Think step by step, then give ANSWER: <amount> <currency> on the last line.",
        "Think step by step in <scratch> tags, then give ANSWER: <amount> <currency> on the last line.",
        "Think step by step, then finish with one line of the form\nANSWER: <amount> <currency>",
    ],
)
def test_steps_and_then_the_line(open_case: Open, asked_for: str) -> None:
    case = open_case("p-damaged-01")
    said = case.say(f"{case.prompt()}\n\nHow much is due to the customer?", system=asked_for).text
    scratch = "<scratch>" in asked_for
    assert said.startswith("<scratch>") is scratch
    assert said.endswith("</scratch>\nANSWER: 28.60 GBP" if scratch else "\n\nANSWER: 28.60 GBP")
    assert "D-1" in said
    assert "2 x 14.30 = 28.60" in said
