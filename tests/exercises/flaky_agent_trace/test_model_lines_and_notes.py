"""Answers in one line of an own form, notes for the desk, letters that ask, and rules of a program's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exercise.registry import Exercise

from .conftest import Open
from .test_model_follow_ups import given


def asked(case: Any, question: str) -> str:
    return str(case.say(f"{given(case)}{question}").text)


@pytest.mark.parametrize(
    ("id", "question", "line"),
    [
        (
            "p-opened-01",
            "Input: a mail. Output: one line `VERB;ORDER;SUM;CURRENCY`, VERB one of PAY, DENY, DESK, ASK.",
            "PAY;HL-203901;72.21;EUR",
        ),
        (
            "p-desk-01",
            "Return one line `VERDICT,ORDER,CLAUSE`, VERDICT one of YES, NO, DESK.",
            "DESK,HL-207433,H-3",
        ),
        (
            "p-post-05",
            "mood: calm|cross|livid. wants: money|exchange. Write as `mood=… wants=…` on one line.",
            "mood=calm wants=money",
        ),
        (
            "p-post-05",
            "Answer with one line `lang=... wants=...`; lang the ISO code, wants is one of money, exchange.",
            "lang=fr wants=money",
        ),
    ],
)
def test_a_line_of_an_own_form_is_filled(open_case: Open, id: str, question: str, line: str) -> None:
    case = open_case(id)
    assert asked(case, question).strip() == line
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "question",
    [
        "Pick a mood: sad, glad, mad.",
        "What mood is he in: sunny, cloudy or stormy?",
        "How urgent is it, low/med/high? Answer in one sentence.",
        "In one sentence: is the risk low, medium or high?",
    ],
)
def test_words_on_offer_get_no_number_and_no_decision(open_case: Open, question: str) -> None:
    case = open_case("p-opened-01")
    said = asked(case, question)
    assert not case.readings[-1].understood
    assert not any(sign.isdigit() for sign in said)


@pytest.mark.parametrize(
    ("id", "question", "start"),
    [
        ("p-opened-01", "Is A or B right? A: refund 84.95. B: refund 72.21.", "B. 72.21 EUR"),
        ("p-opened-01", "Which is correct?\nA) refund 72.21 EUR\nB) no refund", "A. 72.21 EUR"),
        ("p-opened-01", "Is A or B right? A: refund 84.95. B: refund 64.00.", "Neither."),
        ("p-damaged-02", "Do we owe her money? Begin with yes or no, then the reason.", "No. Nothing is due"),
        ("p-opened-01", "Can we refund anything here? Yes or no, and one sentence why.", "Yes. 72.21 EUR"),
        (
            "p-opened-01",
            "Must we refund all of it? Answer with yes or no and one sentence why.",
            "No. 72.21 EUR",
        ),
    ],
)
def test_a_choice_or_a_yes_comes_with_what_is_due(
    open_case: Open, id: str, question: str, start: str
) -> None:
    case = open_case(id)
    assert asked(case, question).startswith(start)
    assert case.readings[-1].understood


NOTES = [
    (
        "p-sale-02",
        "Write the case note in two lines: clause and reason first, then what he wants, by when.",
    ),
    (
        "p-desk-01",
        "Draft a handover note: one line for the reason with its rule, one for the wish, in two lines.",
    ),
]


@pytest.mark.parametrize(("id", "question"), NOTES)
def test_a_desk_note_gives_the_reason_and_the_wish(open_case: Open, id: str, question: str) -> None:
    case = open_case(id)
    reason, wish = asked(case, question).splitlines()
    assert reason.startswith({"p-sale-02": "H-5: legal threat", "p-desk-01": "H-3: open chargeback"}[id])
    assert "wants" in wish
    assert ("By when: “If you refund" in wish) is (id == "p-sale-02")


ASKING = [
    "Write him a kind mail that asks which of the two orders he means; list both with delivery date.",
    "Please draft a letter asking him which order this concerns, name each with its delivery date.",
]


@pytest.mark.parametrize("question", ASKING)
def test_a_letter_that_asks_tells_of_no_refund(open_case: Open, question: str) -> None:
    case = open_case("p-names-02")
    said = asked(case, question)
    assert all(part in said for part in ("HL-207020", "HL-206300", "2026-10-12", "2026-10-08", "pedido")), (
        said
    )
    assert case.readings[-1].understood


def test_it_is_written_in_the_language_that_it_is_called_by(open_case: Open) -> None:
    said = asked(open_case("p-names-02"), "Compose a short German letter that asks which order he means.")
    assert "Um welche Bestellung" in said


@pytest.mark.parametrize("what", ["which bench is broken", "whether it was used", "when it broke"])
def test_another_question_is_not_put_as_one_for_the_order(open_case: Open, what: str) -> None:
    case = open_case("p-thread-01")
    said = asked(case, f"Write a mail to him asking {what}.")
    assert not case.readings[-1].understood
    assert "refund" not in said


JSON = 'Reply as JSON: {"do": "refund"|"decline", "amount": string|null, "clauses": [string], "note": string}'


def answered(case: Any, rules: str) -> dict[str, Any]:
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\n{rules}\n\n{JSON}"
    value: dict[str, Any] = json.loads(case.say(shown).text)
    return value


@pytest.mark.parametrize(
    ("rule", "amount"),
    [
        ("Delivered 2 or more days after the promised date: within 30 days we pay a flat 8.00 EUR.", "8.00"),
        ("Delivered at least 3 days after the promised date: we pay 5.50 EUR or GBP within 30 days.", "5.50"),
        ("Delivered four days or more after the promised date: within 30 days, 8 EUR or GBP.", "0.00"),
        ("Delivered more than 2 days after the promised date: we pay 20 % of what the goods cost.", "10.60"),
    ],
)  # fmt: skip
def test_a_late_parcel_is_paid_for_as_its_rule_says(open_case: Open, rule: str, amount: str) -> None:
    case = open_case("p-delay-02")
    text = case.handbook
    start = text.index("Delivered more than 3 days")
    end = text.index("L-2", start)
    told = answered(case, f"Handbook:\n{text[:start]}{rule}\n{text[end:]}")
    assert told["amount"] == amount
    assert told["clauses"] == ["L-1"]


def test_a_rule_is_cited_by_the_letter_that_it_has(open_case: Open) -> None:
    rules = (
        "Rules:\nA. Unwanted goods: money back within 7 days of delivery, later not.\n"
        "B. Broken goods: money back within 14 days.\nC. Refunds above 200 EUR are for the desk."
    )
    assert answered(open_case("p-return-01"), rules)["clauses"] == ["A"]


def test_a_clause_with_figures_that_is_not_understood_is_said_to_be(open_case: Open) -> None:
    case = open_case("p-delay-02")
    start = case.handbook.index("Delivered more than 3 days")
    end = case.handbook.index("L-2", start)
    answered(
        case, f"Handbook:\n{case.handbook[:start]}Complaints in time win 8.00 EUR.\n{case.handbook[end:]}"
    )
    assert not case.readings[-1].understood


def test_a_field_for_a_note_has_no_room_to_ramble(
    exercise: Exercise, unerring: dict[str, Any], open_case: Open
) -> None:
    modes = {**unerring["modes"], "rambles": {**unerring["modes"]["rambles"], "base": 20.0}}
    wordy = exercise.model({**unerring, "modes": modes})
    case = open_case("p-opened-01", wordy)
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\nHandbook:\n{case.handbook}\n\n"
    note = json.loads(case.say(shown + JSON).text)["note"]
    reasoning = json.loads(case.say(shown + JSON.replace('"note"', '"reasoning"')).text)["reasoning"]
    assert len(note.split()) < 60 < len(reasoning.split())
