"""Single requests that a sceptical engineer sends: each answer follows what the request shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Open = Callable[..., Any]
REFUNDS = ("p-damaged-01", "p-continent-01", "p-post-02", "p-same-01", "p-post-04")


def _due(case: Any, more: int = 0, **other: Any) -> dict[str, Any]:
    due = case.scenario.expected["outcomes"][0]
    return {
        "order_id": due["order"], "action": "refund", "amount": float(Decimal(due["amount"]) + more), **other,
    }  # fmt: skip


@pytest.mark.parametrize("id", REFUNDS)
def test_each_aspect_of_a_proposal_gets_its_own_verdict(open_case: Open, id: str) -> None:
    """Flags, scores and lines: only what is wrong is called wrong."""
    flags = {name: {"type": "boolean"} for name in ("order_ok", "correct_action", "amount_valid", "overall")}
    scores = {
        name: {"type": "integer", "minimum": 1, "maximum": 5} for name in ("order_score", "amount_score")
    }
    for changed, wrong in (({}, set()), ({"more": 10}, {"amount"}), ({"order_id": "HL-999999"}, {"order"})):
        case = open_case(id)
        text = f"{case.prompt()}\n\nAn agent proposed: {json.dumps(_due(case, **changed))}\n"
        said = case.decide(text, schema={"type": "object", "properties": flags, "required": list(flags)})
        right = {"order_ok": "order" not in wrong, "amount_valid": "amount" not in wrong}
        assert said == {**right, "correct_action": True, "overall": not wrong}
        rated = case.decide(text, schema={"type": "object", "properties": scores, "required": list(scores)})
        assert {name for name in ("order", "amount") if rated[f"{name}_score"] < 4} == wrong
        lines = case.say(
            f"{text}Check the order, the action and the amount. Answer PASS or FAIL for each."
        ).text
        assert {line.split(":")[0].lower() for line in lines.splitlines() if "FAIL" in line} == wrong
        one = case.say(f"{text}Is the amount right? Answer yes or no.").text
        assert one.startswith("No" if "amount" in wrong else "Yes")


@pytest.mark.parametrize("id", REFUNDS)
def test_a_proposal_in_a_fence_is_judged_and_not_filled_in(open_case: Open, id: str) -> None:
    for more, word in ((0, "Yes"), (10, "No")):
        case = open_case(id)
        shown = f"{case.prompt()}\n\nProposed:\n```json\n{json.dumps(_due(case, more))}\n```\n\n"
        assert case.say(f"{shown}Is the proposal correct? Answer yes or no.").text.startswith(word)
    case = open_case(id)
    wanted = f'{case.prompt()}\n\nRespond with:\n```json\n{{"action": "refund", "amount": 1.5}}\n```'
    assert json.loads(case.say(wanted).text)["amount"] == _due(case)["amount"]
    both = f"Answer A: {json.dumps(_due(case, 10))}\nAnswer B: {json.dumps(_due(case))}\n"
    assert case.say(f"{case.prompt()}\n\n{both}Which is better? Reply A or B only.").text == "B"


@pytest.mark.parametrize("id", REFUNDS)
def test_an_extraction_is_held_against_the_mail(open_case: Open, id: str) -> None:
    schema = {"type": "object", "properties": {"valid": {"type": "boolean"}}, "required": ["valid"]}
    for other in ({}, {"issue": "goodwill"}):
        case = open_case(id)
        issue = next(fact["value"] for fact in case.scenario.meaning["facts"] if fact["fact"] == "issue")
        shown = {"order_id": _due(case)["order_id"], "issue": issue, **other}
        text = f"{case.prompt(handbook='')}\n\nExtraction: {json.dumps(shown)}\n\nIs it faithful to the mail?"
        assert case.decide(text, schema=schema)["valid"] is not bool(other)


@pytest.mark.parametrize("id", ["p-damaged-01", "p-continent-02", "p-desk-01", "p-post-02"])
def test_a_last_line_that_is_asked_for_stands_there(open_case: Open, id: str) -> None:
    case = open_case(id)
    action = case.scenario.expected["outcomes"][0]["action"]
    text = f"{case.prompt()}\n\nThink step by step and end with a line\n"
    assert case.say(f"{text}ANSWER: <action>").text.splitlines()[-1] == f"ANSWER: {action}"
    yes = "yes" if action == "refund" else "no"
    asked = (
        f"{case.prompt()}\n\nShould we refund? Think first, then finish with 'ANSWER: yes' or 'ANSWER: no'."
    )
    assert case.say(asked).text.splitlines()[-1] == f"ANSWER: {yes}"


def test_a_letter_tells_the_sum_that_it_is_told_and_no_rule(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = "Write a reply to the customer: we refund {} for the order."
    for paid in ("12.50", "7.25"):
        assert paid in case.say(f"{case.mail}\n\n{asked.format(paid)}").text
    rule = "We pay 10.00 EUR per late parcel if it is late.\nWrite a reply to the customer."
    assert "10.00" not in case.say(f"{case.mail}\n\n{rule}").text


def test_clean_copies_notes_and_pitfalls_are_what_they_are_called(open_case: Open) -> None:
    case = open_case("p-continent-01")
    clean = case.say(f"Redact all names and addresses from this mail.\n\n{case.mail}").text
    assert "drei von den sechs Weingläsern" in clean
    assert not {"Pohl", "Jürgen"} & set(clean.split())
    assert "@" not in clean
    note = case.say(f"{case.prompt()}\n\nWrite a hand-over note for the desk.").text
    assert "54.00" in note
    assert "Decision:" not in note
    assert case.say(f"{case.prompt()}\n\nWhat could go wrong with this ticket?").text.startswith("- ")
    asked = "Consider the pitfalls and what could go wrong. Then decide: refund, deny or escalate."
    assert case.say(f"{case.prompt()}\n\n{asked}").text.startswith("Decision: refund")
    asked = "How confident are you (0-100) that a refund is due? Number only."
    assert case.say(f"{case.prompt()}\n\n{asked}").text.isdigit()


def test_feedback_on_a_draft_gets_a_better_one(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    draft = f"{case.prompt()}\n\nYour previous answer:\n{json.dumps(_due(case, 10))}\n\n"
    said = case.say(f"{draft}Feedback: the amount is wrong.\nImprove your answer.").text
    assert "28.60" in said
    assert said.startswith("Decision: refund")
