"""Clauses weighed for a case, somebody's view of it, and what tells one order from another."""

from __future__ import annotations

import json

import pytest

from harness.exchange import OutputFormat

from .conftest import Open

WEIGHINGS = [
    "Analyse before deciding: which clauses could apply, which do not, and why? Then conclude.",
    "Which rules might matter for this ticket, and which of them don't apply?",
    "Go through the clauses that bear on the case and say why each applies. Then decide.",
    "What clauses are relevant here and what can be ruled out?",
]


@pytest.mark.parametrize("asked", WEIGHINGS)
def test_the_clauses_in_question_are_weighed(open_case: Open, asked: str) -> None:
    case = open_case("p-opened-01")
    said = case.say(case.prompt(), system=asked).text
    assert said.startswith("R-2 applies")
    assert "R-3 does not decide it" in said
    assert "72.21 EUR" in said.splitlines()[-1]


VIEWS = [
    ("A colleague says D-2 applies because today is day 12. Is he right?", False),
    ("My boss thinks this falls under D-1. Do you agree?", True),
    ("The team lead told me that R-2 settles it. Is that right?", False),
]


@pytest.mark.parametrize(("view", "right"), VIEWS)
def test_somebody_is_right_about_a_clause_or_not(open_case: Open, view: str, *, right: bool) -> None:
    case = open_case("p-scroll-01")
    said = case.say(f"{case.prompt()}\n\n{view}").text
    assert said.startswith("Yes" if right else "No")
    assert "28.50 GBP" in said
    assert "5 days" in said


def test_the_words_that_point_to_an_order_are_its_evidence(open_case: Open) -> None:
    case = open_case("p-regular-01")
    asked = 'Which order is the mail about? Answer with JSON {"order": "HL-…"|null, "why": "…"}.'
    said = json.loads(case.say(case.prompt(handbook=""), system=asked, output=OutputFormat()).text)
    assert said["order"] == "HL-205760"
    assert "spoons" in said["why"]
    assert "asks for nothing" not in said["why"]


def test_a_look_up_that_failed_is_missing(open_case: Open) -> None:
    case = open_case("p-opened-01")
    asked = 'Apply the policy. Return JSON {"decision": "pay"|"deny"|"unknown", "missing": [string]}.'
    text = f"{case.handbook}\n---\n(order lookup failed: 503)\n---\n{case.mail}"
    said = json.loads(case.say(text, system=asked, output=OutputFormat()).text)
    assert said == {"decision": "unknown", "missing": ["the order's record"]}


@pytest.mark.parametrize(
    "asked",
    [
        "Before any decision, list contradictions between the customer's mail and the order. NONE if none.",
        "Compare the mail with the order record: which details do not match?",
        "Cross-check the e-mail against the order data and report inconsistencies.",
        "Vergleiche Mail und Bestellung. Nenne alle Widersprüche.",
    ],
)
def test_what_is_not_compared_is_declined(open_case: Open, asked: str) -> None:
    case = open_case("p-opened-01")
    said = case.say(f"ORDER\n{json.dumps(case.orders[0])}\n\nMAIL\n{case.mail}", system=asked).text
    assert not case.readings[-1].understood
    assert "Issue" not in said


def test_a_letter_of_few_sentences_is_never_rambling(open_case: Open) -> None:
    asked = "You write customer mails in the customer's language. Max 5 sentences, mention the amount."
    for replay in range(24):
        case = open_case("p-post-01", "practice", replay=replay)
        case.say(f"Refunded: 59.41 EUR, order HL-212805.\n\nCustomer's mail:\n{case.mail}", system=asked)
        assert case.readings[-1].understood
