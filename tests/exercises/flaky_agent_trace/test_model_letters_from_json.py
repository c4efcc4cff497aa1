"""Facts in JSON beside a wish for a letter are what it tells, and no form for the answer."""

from __future__ import annotations

import json

import pytest

from .conftest import Json, Open

DENIED = {"outcome": "denied", "order_id": "HL-204173", "reason": "the 30 days are over"}


@pytest.mark.parametrize(
    ("asked", "facts", "said"),
    [
        ("Draft the reply, formal tone, sign as Maya.", DENIED, "the 30 days are over"),
        ("Write the reply. Don't apologise.", DENIED, "can't offer a refund"),
        (
            "Please compose an e-mail to the customer, short and warm.",
            {"decision": "refund", "order": "HL-204173", "amount": "64.00 EUR", "reason": "sent in time"},
            "We have refunded 64.00 EUR for order HL-204173",
        ),
        (
            "Write the letter.",
            {
                "outcome": "refunded",
                "order_id": "HL-204173",
                "amount": "64.00 EUR",
                "reason": "returned in time",
            },
            "This is because it was returned in time.",
        ),
    ],
)
def test_a_letter_tells_the_facts(open_case: Open, asked: str, facts: dict[str, Json], said: str) -> None:
    case = open_case("p-return-01")
    text = case.say(f"{asked} {json.dumps(facts)}\n\nThe customer's mail:\n\n{case.mail}").text
    assert case.readings[-1].understood
    assert said in text, text
    assert not text.startswith("{")
    assert ("Maya" in text) is ("Maya" in asked)


@pytest.mark.parametrize(
    "asked",
    [
        "Schreib dem Kunden, kurz und freundlich.",
        "Schreibe bitte an den Kunden.",
        "Écris au client.",
        "Escribe al cliente.",
        "Napisz do klienta.",
        "Schrijf de klant.",
    ],
)
def test_a_letter_is_asked_for_in_other_languages(open_case: Open, asked: str) -> None:
    case = open_case("p-continent-01")
    facts = {"outcome": "refunded", "order_id": "HL-209177", "amount": "27.00", "currency": "EUR"}
    text = case.say(f"{asked} {json.dumps(facts)}\n\n{case.mail}").text
    assert case.readings[-1].operation == "draft"
    assert "27,00 EUR" in text, text


@pytest.mark.parametrize(
    "asked",
    ["Write the reply and return JSON like this:", "Draft the reply; answer in this format:"],
)
def test_a_form_stays_a_form(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    form = {"outcome": "denied", "order_id": "HL-000000", "body": "..."}
    text = case.say(f"{case.prompt()}\n\n{asked} {json.dumps(form)}").text
    assert json.loads(text).keys() == form.keys()
