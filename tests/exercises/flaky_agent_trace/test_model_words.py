"""Plain words for plain words: labels, questions about the rules, and what the model cannot do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text
from harness.exercise.registry import find_exercise
from harness.simulation.meaning.labels import labels_in

Open = Callable[..., Any]
QUALITY = "Classify this mail as one of: COMPLAINT_QUALITY, RETURN, OTHER. Answer with the label only."
QUEUE = "Reply with the queue only: refunds, logistics, spam"
WORD = "One word: damaged, late, wrong or change of mind"
LISTED = "Categories:\n- damaged\n- late delivery\n- return\n- other\n\nAnswer with the category only."
LABELS = {
    QUALITY: ("COMPLAINT_QUALITY", "RETURN", "OTHER"),
    QUEUE: ("refunds", "refunds", "logistics"),
    WORD: ("damaged", "change of mind", "late"),
    LISTED: ("damaged", "return", "late delivery"),
    "Classify: {damaged, late, return, other}": ("damaged", "return", "late"),
    "How hard is this ticket? Answer EASY or HARD.": ("EASY", "EASY", "EASY"),
    "Label the urgency as low, medium or high.": ("low", "low", "low"),
    "Answer HIGH, MEDIUM or LOW only.": ("LOW", "LOW", "LOW"),
    "Classify the mail as one of RETURN, DAMAGE, DELIVERY, OTHER. Only the label.": (
        "DAMAGE",
        "RETURN",
        "DELIVERY",
    ),
    "Return one of [RETURN, EXCHANGE, LATE_PARCEL].": ("RETURN", "RETURN", "LATE_PARCEL"),
    "Reply with the department: Returns, Quality, Logistics, Legal": ("Quality", "Returns", "Logistics"),
    "Answer with one of: English, German, other": ("English", "English", "English"),
    "Pick a queue: technical, sales, other": ("other", "other", "other"),
}
IDS = ("p-damaged-01", "p-return-01", "p-delay-01")


def _said(case: Any, text: str, **options: Any) -> tuple[str, bool]:
    reply = case.say(text, **options)
    return str(reply.text), case.readings[-1].understood


@pytest.mark.parametrize("asked", LABELS)
def test_one_of_the_labels_on_offer_is_the_answer(open_case: Open, asked: str) -> None:
    for id, label in zip(IDS, LABELS[asked], strict=True):
        case = open_case(id)
        assert _said(case, f"{asked}\n\n{case.mail}") == (label, True)
        assert _said(case, f"{case.mail}\n\n{asked}") == (label, True)
        assert _said(case, case.mail, system=asked) == (label, True)


def test_decisions_are_among_the_words_on_offer(open_case: Open) -> None:
    for asked, label in (
        ("Reply with refund, deny, escalate or ask only.", "refund"),
        ("Answer with REFUND, NO_REFUND or ASK.", "REFUND"),
        ("Answer with exactly one of: issue_refund, no_refund, escalate", "issue_refund"),
        ("Should we refund? Answer yes or no.", "Yes"),
    ):
        case = open_case("p-return-01")
        assert _said(case, f"{case.prompt()}\n\n{asked}") == (label, True)
    case = open_case("p-return-01")
    assert (
        _said(case, f"{case.mail}\n\nAnswer with APPROVE or REJECT.")[0] == "REJECT"
    )  # not before it is clear


def test_other_lists_are_no_labels() -> None:
    for asked in (
        "Answer OK, or say what is wrong.", "Answer SHIP if nothing is wrong, HOLD otherwise.",
        "Answer yes or no.", "Do not say APPROVED or REJECTED.", "One of two items goes back, day 9.",
        "Extract the order id, the items and the sender of the mail, or nothing.",
        "After the reply was sent, stop.",
        "Category: one of damaged, late, return\nUrgency: one of low, medium, high\nSummary: …",
    ):  # fmt: skip
        assert not labels_in(asked), asked


def test_labels_are_learnt_from_examples(open_case: Open) -> None:
    shown = (
        "Mail: My cup came broken.\nLabel: DAMAGE\n\nMail: Where is my parcel? It is two weeks late.\n"
        "Label: DELAY\n\nMail: I don't like the colour, can I send it back?\nLabel: RETURN\n\n"
    )
    for id, label in zip(IDS, ("DAMAGE", "RETURN", "DELAY"), strict=True):
        case = open_case(id)
        assert _said(case, f"{shown}Mail: {case.task['ticket']['body']}\nLabel:") == (label, True)


@pytest.mark.parametrize(
    "asked", ["Reply with one of: foo, bar, baz", "Answer yes or no.", "Choose one: VIP or NORMAL."]
)
def test_words_without_a_meaning_here_are_not_understood(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    text, understood = _said(case, f"{asked}\n\n{case.mail}")
    assert not understood
    assert "Issue" not in text
    assert not _said(case, f"{case.prompt()}\n\n{asked}")[1]


RULES = {
    "How many days does a customer have to return an item?": ("R-1: ", "30 days"),
    "What does the policy say about final sale items?": ("R-3: ", "final sale"),
    "What is the refund window for damaged goods?": ("D-1: ", "7 days"),
    "Can a customer return a final sale item?": ("R-3: ", "not taken back"),
    "What happens to late parcels?": ("L-1: ", "10 %"),
    "How much is the restocking fee for opened electronics?": ("R-2: ", "15 %"),
}


@pytest.mark.parametrize("asked", RULES)
def test_a_question_about_the_rules_is_answered_with_the_clause(open_case: Open, asked: str) -> None:
    start, held = RULES[asked]
    case = open_case("p-damaged-01")
    for text in (case.prompt(), case.handbook):
        answer, understood = _said(case, f"{text}\n\n{asked}")
        assert understood
        assert answer.startswith(start)
        assert held in answer
    answer, understood = _said(case, f"{case.mail}\n\n{asked}")
    assert not understood
    assert "handbook is not in what I was given" in answer
    assert (
        "-1: " not in _said(case, f"{case.prompt()}\n\nWhen must a case be handed over?")[0]
    )  # by many clauses
    # Of this case it is asked as before.
    assert not _said(case, f"{case.prompt()}\n\nIs the item within the return window?")[0].startswith("R-")


def test_a_reworded_rule_is_quoted_as_it_stands(open_case: Open) -> None:
    case = open_case("p-return-01")
    rule = "Unwanted items may be returned within 45 days of delivery."
    asked = "How many days does a customer have to return an item?"
    assert _said(case, f"Rules:\n{rule}\n\n{case.mail}\n\n{asked}")[0] == rule


@pytest.mark.parametrize(
    "asked",
    [
        "When was it delivered?", "When was the order delivered?", "What was delivered? Only that.",
        "When was the parcel delivered? Only that.",
    ],
)  # fmt: skip
def test_when_is_never_answered_with_yes(open_case: Open, asked: str) -> None:
    case = open_case("p-damaged-01")
    assert "2026-09-16" in _said(case, f"{case.prompt()}\n\n{asked}")[0]


@pytest.mark.parametrize(
    "asked",
    [
        "Rewrite the mail for clarity.", "Write a joke about this.", "Ask the customer for a photo.",
        "Translate the mail into German.", "Please proofread this message.",
    ],
)  # fmt: skip
def test_another_craft_is_declined_rather_than_a_summary(open_case: Open, asked: str) -> None:
    for id in IDS:
        case = open_case(id)
        for text in (f"{asked}\n\n{case.mail}", f"{case.prompt()}\n\n{asked}"):
            answer, understood = _said(case, text)
            assert not understood
            assert "Issue" not in answer
            assert "Decision" not in answer


def test_two_of_an_item_without_a_name_are_two_of_them(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    assert "Items: 2 of them (“two”)" in _said(case, f"Summarise this.\n\n{case.mail}")[0]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("Which order is it about?", "HL-204173"), ("What does the customer want?", "give back")],
)
def test_the_last_message_is_the_question_and_not_all_that_the_prompt_names(
    open_case: Open, asked: str, answer: str
) -> None:
    case = open_case("p-return-01")
    prompt = (find_exercise("flaky_agent_trace").folder / "starter" / "prompt.md").read_text(encoding="utf-8")
    messages = [Message("system", (Text(prompt),)), Message("user", (Text(case.mail),))]
    said = case.ask(Request("m", (*messages, Message("user", (Text(asked),))))).text
    assert answer in said
    assert "@" not in said


def test_asked_how_it_would_go_about_it_a_model_makes_a_plan(open_case: Open) -> None:
    case = open_case("p-return-01")
    asked = "Before you act: write in three lines how this ticket should be handled. Do not call tools."
    messages = [Message("user", (Text(case.mail),)), Message("user", (Text(asked),))]
    assert "1. Find out which order" in case.ask(Request("m", tuple(messages))).text
