"""Letters that a program dictates: its facts are what they say, in whatever form it hands them over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.deciding.told_letters import language_of
from harness.exchange import Message, OutputFormat, Request, Text

Open = Callable[..., Any]
RULES = """You produce the closing mail of a support case. What was done is settled.
* the language the customer wrote in, no more than 85 words, without a subject
* name the order, and the money with its currency where there was any
* one everyday sentence on the reason, no ids of clauses
* no commitments other than what you are given
* signature: Harbour Lane Support
Only the mail, nothing else."""
GERMAN = """Du verfasst die abschließende Mail an den Kunden. Sprache des Kunden, höchstens 85 Wörter.
Nenne Bestellnummer und Betrag. Unterschreibe mit "Harbour Lane Support". Nur der Text der Mail."""
FRENCH = """Tu rédiges le courriel de clôture au client, dans sa langue, 85 mots au plus.
Indique la commande et le montant. Signe "Harbour Lane Support". Le texte seul."""
WITH_FEE = {
    "sentence": "CARRIED OUT: paid back 59.41 EUR for HL-212805 (cleaner 69.90 minus 10.49, the 15 % fee for "
    "an opened device). Return label goes to her automatically.",
    "two sentences": "We paid her 59.41 EUR on HL-212805. 10.49 EUR (15 %) were withheld, it was opened. "
    "The return label follows by itself.",
    "lines": "order: HL-212805\nresult: refunded\nsum: 59.41 EUR\nfee kept: 10.49 EUR (15 %, opened)\n"
    "next: the return label is mailed automatically",
    "bullets": "Facts\n- order HL-212805\n- refunded today: 59.41 EUR\n- 10.49 EUR kept, the 15 % fee for an "
    "opened device\n- a return label is sent automatically",
    "json": json.dumps({
        "outcome": "refunded", "order_id": "HL-212805", "amount_cents": 5941, "currency": "EUR",
        "fee_cents": 1049, "reason": "15 % fee, opened device", "next": "return label sent automatically",
    }),
    "tags": '<case><decided>refunded</decided><order>HL-212805</order><amount currency="EUR">59.41</amount>'
    "<fee>10.49</fee><reason>15 % fee, device was opened</reason>"
    "<next>return label comes automatically</next></case>",
    "German": "ERLEDIGT: 59,41 EUR zu HL-212805 erstattet (69,90 abzüglich 10,49, 15 % Gebühr, geöffnet). "
    "Das Rücksendeetikett kommt automatisch.",
    "Dutch": "GEDAAN: 59,41 EUR terugbetaald op HL-212805; 10,49 EUR ingehouden (15 %, geopend). "
    "Het retourlabel wordt automatisch verstuurd.",
}  # fmt: skip


@pytest.mark.parametrize("facts", WITH_FEE)
@pytest.mark.parametrize("rules", [RULES, GERMAN, FRENCH], ids=["en", "de", "fr"])
def test_a_letter_tells_the_facts_it_is_given(open_case: Open, facts: str, rules: str) -> None:
    case = open_case("p-post-01")
    said = case.say(f"The customer's mail:\n{case.mail}\n\n{WITH_FEE[facts]}", system=rules).text
    assert language_of(said) == "de"
    for told in ("Mechthild Oster", "HL-212805", "59,41 EUR", "10,49 EUR", "15 %", "geöffnet", "etikett"):
        assert told in said, said
    assert said.endswith("\nHarbour Lane Support")
    assert "Werktagen" not in said
    assert "Zeitungspapier" not in said  # her own mail


def test_it_needs_no_mail(open_case: Open) -> None:
    asked = f"{RULES.replace('the language the customer wrote in', 'German')}\n\n{WITH_FEE['bullets']}"
    said = open_case("p-post-01").say(f"{asked}\n- customer: Mechthild Oster").text
    assert "59.41 EUR" in said or "59,41 EUR" in said
    assert "HL-212805" in said
    assert "Mechthild Oster" in said


@pytest.mark.parametrize(
    "facts",
    [
        "Declined, nothing paid. The 189.00 PLN on HL-209850 had already been refunded on 2 November 2026.",
        "result = denied\norder = HL-209850\nalready_refunded = 189.00 PLN\nrefunded_already_on = 2026-11-02",
        "Abgelehnt: Zu HL-209850 wurden 189,00 PLN bereits am 02.11.2026 erstattet.",
    ],
)
def test_what_was_paid_before_is_not_promised_again(open_case: Open, facts: str) -> None:
    case = open_case("p-earlier-02")
    for options in ({}, {"output": _letter("body")}):
        said = case.say(f"{case.mail}\n\n{facts}", system=RULES, **options).text
        assert "189,00 PLN została już zwrócona dnia 02.11.2026" in said, said
        assert "HL-209850" in said


def _letter(*fields: str) -> OutputFormat:
    properties = {field: {"type": "string"} for field in fields}
    schema = {"type": "object", "properties": properties, "required": list(fields)}
    return OutputFormat("mail", schema, strict=True)


def test_a_case_that_was_handed_over_is_told_as_such(open_case: Open) -> None:
    case = open_case("p-post-05")
    facts = (
        "CARRIED OUT: case opened with the refunds desk, as HL-205230 is a gift order. Nothing was refunded."
    )
    said = case.say(f"{case.mail}\n\n{facts} They reply within three working days.", system=RULES).text
    for told in ("HL-205230", "service des remboursements", "cadeau", "3 jours ouvrés"):
        assert told in said, said
    assert "\n\nMerci" in said  # French goes on with a capital
    said = case.say(f"{case.mail}\n\n{facts}", system=RULES).text
    assert "jours" not in said


@pytest.mark.parametrize(
    "facts",
    [
        "TO ASK: which of the two is it, HL-209850 (toaster) or HL-202913 (bowls)?",
        '{"outcome": "need_info", "question": "Is it about HL-209850 (toaster) or HL-202913 (bowls)?"}',
        json.dumps(
            {
                "result": "need_info",
                "any_of": [
                    {"order": "HL-209850", "item": "toaster"},
                    {"order": "HL-202913", "item": "bowls"},
                ],
            }
        ),
        "- settled: nothing yet\n- ask: which one? she has HL-209850 (toaster), HL-202913 (bowls)",
    ],
)
def test_what_is_to_be_asked_is_asked(open_case: Open, facts: str) -> None:
    case = open_case("p-earlier-02")
    said = case.say(f"{case.mail}\n\n{facts}", system=RULES).text
    assert "HL-209850 (toaster) czy HL-202913 (bowls)?" in said, said


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ("DENIED on HL-202913. Reported 11 days after it came, 7 is our limit: harbourlane.example/warranty.",
         "eported 11 days after it came"),
        ("Outcome: refunded 28.60 GBP on HL-202913, two bowls came in pieces. No need to send them back.",
         "You don't need to send anything back."),
        ("Outcome: refunded 28.60 GBP on HL-202913. Reason: two bowls came in pieces.", "two bowls came in"),
    ],
)  # fmt: skip
def test_it_says_why_and_what_is_next(open_case: Open, facts: str, why: str) -> None:
    case = open_case("p-damaged-01")
    said = case.say(f"{case.mail}\n\n{facts}", system=RULES).text
    assert why in said, said
    assert ("/warranty" in said) is ("/warranty" in facts)


def test_a_letter_is_written_again_with_the_same_facts(open_case: Open) -> None:
    case = open_case("p-post-01")
    asked = f"{case.mail}\n\n{WITH_FEE['sentence']}"
    first = case.say(asked, system=RULES).text
    for wish, told in (("Once more in English, please.", "59.41 EUR"), ("Make it shorter.", "59,41 EUR")):
        messages = (
            Message("system", (Text(RULES),)), Message("user", (Text(asked),)),
            Message("assistant", (Text(first),)), Message("user", (Text(wish),)),
        )  # fmt: skip
        said = case.ask(Request("m", messages)).text
        assert told in said, said
        assert "newspaper" not in said  # the customer's mail, in English


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("In which language is the customer's mail? One word.", "de"),
        ("Translate the customer's mail into English.", "newspaper"),
    ],
)
def test_another_question_beside_the_facts_is_answered(open_case: Open, asked: str, told: str) -> None:
    case = open_case("p-post-01")
    said = case.say(
        f"{case.mail}\n\n{WITH_FEE['sentence']}\n\n{asked}", system="You help those who write mails."
    )
    assert told in said.text
