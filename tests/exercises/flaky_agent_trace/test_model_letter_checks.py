"""A draft is held against what was done, what was decided and who reads it; rivals against each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat

Open = Callable[..., Any]
FLAG = {"type": "object", "properties": {"false_claim": {"type": "boolean"}}, "required": ["false_claim"]}
PAID = 'Draft: "We have refunded 28.60 GBP."'
LOGS = {
    "Actions: []": True,
    "Tool log: (empty)": True,
    "No refund has been made yet.": True,
    'Actions: [{"tool": "refund", "order_id": "HL-202913", "amount": 28.60}]': False,
    'Actions: [{"tool": "refund", "order_id": "HL-202913", "amount": 14.30}]': True,
    "Executed calls:\n1. refund(HL-202913, 28.60) -> ok": False,
    "Executed calls:\n1. refund(HL-202913, 28.60) -> failed": True,
    "Tools called: get_order HL-202913": True,
}


@pytest.mark.parametrize(("log", "false"), LOGS.items())
def test_a_draft_is_held_against_the_log(open_case: Open, log: str, *, false: bool) -> None:
    said = open_case("p-damaged-01").say(
        f"{log}\n{PAID}\nDoes the draft claim an action that is not in the list?",
        output=OutputFormat("check", FLAG, strict=True),
    )
    assert json.loads(said.text)["false_claim"] is false
    for asked, yes, no in (
        ("Does the draft tell of a refund that was not made? Answer yes or no.", "Yes", "No"),
        ("Is the draft true to the log? PASS or FAIL", "FAIL", "PASS"),
        ("Answer FALSE if it says anything that did not happen, TRUE otherwise.", "FALSE", "TRUE"),
    ):
        for text in (f"{log}\n{PAID}\n{asked}", f"{PAID}\n\n{log}\n\n{asked}"):
            told = open_case("p-damaged-01").say(text).text
            assert told.startswith(yes if false else no), (text, told)


def test_what_is_promised_is_no_claim(open_case: Open) -> None:
    draft = 'Actions: []\nDraft: "We will refund 28.60 GBP."'
    text = f"{draft}\nDoes the draft tell of a refund that was not made? Yes or no."
    assert open_case("p-damaged-01").say(text).text.startswith("No")


@pytest.mark.parametrize(
    "asked",
    [
        "Is the draft correct? Answer PASS or FAIL with a reason.",
        "May this go out? PASS / FAIL",
        "Is anything in the draft wrong? Answer FAIL if so, PASS otherwise.",
    ],
)
@pytest.mark.parametrize(("sum", "verdict"), [("57.20", "FAIL"), ("28.60", "PASS")])
def test_a_draft_is_held_against_the_case(open_case: Open, asked: str, sum: str, verdict: str) -> None:
    draft = f'Draft reply:\n"Hi Callum, we\'ve refunded £{sum} for the ramen bowls."\n'
    for user, system in ((f"{draft}{asked}", ""), (draft, f"You are the last check. {asked}")):
        case = open_case("p-damaged-01")
        assert case.say(f"{case.prompt()}\n\n{user}", system=system).text.startswith(verdict)


def test_a_draft_is_held_against_the_decision(open_case: Open) -> None:
    for sum, verdict in (("27.00", "WRONG"), ("54.00", "OK")):
        case = open_case("p-continent-01")
        draft = f"Antwortentwurf:\nHallo Jürgen,\nwir haben Ihnen {sum} EUR erstattet.\nViele Grüße\n"
        asked = "Decision: refund 54.00 EUR\n\nDoes the draft agree with the decision? Reply OK or WRONG."
        assert case.say(f"{case.mail}\n\n{draft}\n{asked}").text.startswith(verdict)


def test_a_draft_is_in_the_customers_language_or_not(open_case: Open) -> None:
    for draft, yes in (
        ("Dear Jarosław, we have refunded 348.00 PLN to you.", False),
        ("Dzień dobry, zwróciliśmy 348.00 PLN za zamówienie HL-216120. Dziękujemy za wiadomość.", True),
    ):
        case = open_case("p-post-04")
        asked = "Is it in the customer's language? Answer yes or no."
        said = case.say(f'{case.prompt()}\n\nDraft: "{draft}"\n{asked}').text
        assert said.startswith("Yes" if yes else "No"), said


RIVALS = {
    "A: refund 14.35\nB: refund 14.94\nWhich is correct, A or B?": "A. ",
    "A: refund 14.94\nB: refund 14.35\nWhich is correct, A or B?": "B. ",
    "Agent 1: refund 14.94 EUR\nAgent 2: refund 14.35 EUR\nWhich agent is right? Answer 1 or 2.": "2",
    "Candidate A: deny\nCandidate B: refund 14.35 EUR\nWhich candidate is right? Answer A or B.": "B",
    "Option 1: deny\nOption 2: escalate\nOption 3: refund 14.35 EUR\nWhich is right? Only the number.": "3",
    "Two agents disagree. Agent 1: refund 14.35 EUR. Agent 2: refund 14.94 EUR. Who is right?": "1. ",
    "The first model said refund 14.94 EUR. Do you agree? Answer AGREE or DISAGREE.": "DISAGREE",
    "The first model said refund 14.35 EUR. Do you agree? Answer AGREE or DISAGREE.": "AGREE",
    "Proposed: refund 14.94 EUR on HL-204660.\nCORRECT or INCORRECT": "INCORRECT",
    "Proposed: refund 14.35 EUR on HL-204660.\nGive a score from 0 to 10.": "9",
    "Is 14.94 EUR right?": "No",
    "Is 14.35 EUR right?": "Yes",
}


@pytest.mark.parametrize(("asked", "verdict"), RIVALS.items())
def test_verdicts_between_two_in_any_labelling(open_case: Open, asked: str, verdict: str) -> None:
    case = open_case("p-delay-01")
    said = case.say(f"{case.prompt()}\n\n{asked}").text
    assert said.startswith(verdict) if verdict.endswith(" ") else said.split(".")[0] == verdict, said


@pytest.mark.parametrize(
    "steps",
    [
        "1. Find the order.\n2. Check whether to refund.\n3. Decide which outcome is best.",
        "1. refund if the item is damaged\n2. deny if it is too late\nWhich outcome is best?",
    ],
)
def test_numbered_steps_are_no_rivals(open_case: Open, steps: str) -> None:
    case = open_case("p-delay-01")
    case.say(f"{case.prompt()}\n\n{steps}")
    assert case.readings[-1].operation != "judge"
