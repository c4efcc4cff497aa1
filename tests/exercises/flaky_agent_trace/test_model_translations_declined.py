"""What cannot be translated is said to be so: no other text stands for it, nor what a mail said before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Request, Text

from .conftest import Case, Open

ASKED = "Translate this mail into English."
CANNOT = "I can't translate this reliably"
OWN = {
    "de": "Guten Tag,\n\nich habe am 3. Oktober einen Wasserkocher bestellt, heute ist er angekommen. Leider"
    " hat er einen Riss. Ich hätte gern mein Geld zurück, es geht um HL-209177.\n\nKarl",
    "fr": "Bonjour,\n\nla bouilloire est arrivée hier et elle ne chauffe pas du tout. Je voudrais être"
    " remboursée, s'il vous plaît.\n\nClaire",
}


def headed(case: Case, body: str) -> str:
    sender = case.task["ticket"]["from"]
    received = case.task["ticket"]["received"]
    return f"From: {sender['name']} <{sender['email']}>\nReceived: {received}\nSubject: Hallo\n\n{body}"


def declined(case: Case, text: str) -> bool:
    said = case.say(text).text
    return said.startswith(CANNOT) and not case.readings[-1].understood


@pytest.mark.parametrize("language", OWN)
@pytest.mark.parametrize(
    "asked",
    [
        ASKED,
        "Please put this into English.",
        "What does the message say in English?",
        "Give me an English version of the mail above.",
        "Render it in English, please, keeping the paragraphs.",
    ],
)
@pytest.mark.parametrize("id", ["p-continent-01", "p-return-01"])
def test_an_own_mail_is_not_translated(open_case: Open, id: str, asked: str, language: str) -> None:
    case = open_case(id)
    assert declined(case, f"{headed(case, OWN[language])}\n\n{asked}")


@pytest.mark.parametrize(
    "form", ["Translate into English:\n\n{}", "Into English, please:\n\n<mail>\n{}\n</mail>"]
)
def test_nor_without_its_head(open_case: Open, form: str) -> None:
    case = open_case("p-continent-01")
    said = case.say(form.format(OWN["de"])).text
    assert not case.readings[-1].understood
    assert "customer request" not in said
    assert "football" not in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sechs", "acht"),
        ("drei von den sechs", "zwei von den sechs"),
        ("gestern", "vorgestern"),
        ("Glasbruch", "Zerbrochenes Glas"),
        ("Fotos hängen an.", "Fotos hängen an. Das Wetter ist hier leider nicht so schön."),
        ("Erstattet mir einfach die kaputten.", "Schickt mir bitte neue."),
    ],
)
def test_nor_a_mail_of_which_a_sentence_is_another(open_case: Open, old: str, new: str) -> None:
    case = open_case("p-continent-01")
    assert old in case.mail
    assert declined(case, f"{case.mail.replace(old, new)}\n\n{ASKED}")


def test_another_number_is_the_one_that_stands_there(open_case: Open) -> None:
    case = open_case("p-continent-01")
    said = case.say(f"{case.mail.replace('209177', '209178')}\n\n{ASKED}").text
    assert case.readings[-1].understood
    assert "my parcel (209178) came. Unfortunately" in said
    assert "209177" not in said


@pytest.mark.parametrize(
    ("gone", "kept"),
    [
        ("Neue brauche ich nicht, drei reichen uns beiden. ", "Just refund me the broken ones."),
        (" Fotos hängen an.", "three are enough"),
        ("gestern kam mein Paket (209177). ", "The decanter has survived"),
    ],
)
def test_what_was_taken_out_is_not_there(open_case: Open, gone: str, kept: str) -> None:
    case = open_case("p-continent-01")
    assert gone in case.mail
    whole, less = (case.say(f"{text}\n\n{ASKED}").text for text in (case.mail, case.mail.replace(gone, "")))
    assert case.readings[-1].understood
    assert kept in less
    assert len(less) < len(whole)


@pytest.mark.parametrize("body", ["edited", "own"])
def test_a_field_for_it_counts_as_not_understood(open_case: Open, body: str) -> None:
    case = open_case("p-continent-01")
    fields = {"translation": {"type": "string"}, "language": {"type": "string"}}
    schema = {"type": "object", "properties": fields, "required": [*fields]}
    text = case.mail.replace("sechs", "acht") if body == "edited" else headed(case, OWN["de"])
    said = json.loads(case.say(text, output=OutputFormat("answer", schema, strict=True)).text)
    assert not case.readings[-1].understood
    assert "three of the six" not in said["translation"]


@pytest.mark.parametrize("language", ["Italian", "Japanese", "Ukrainian", "Portuguese", "French"])
def test_into_other_languages_nothing_is_translated(open_case: Open, language: str) -> None:
    case = open_case("p-return-01")
    said = case.say(f"{case.mail}\n\nTranslate this mail into {language}.").text
    assert said == "I can translate into English only."
    assert not case.readings[-1].understood


def test_nor_after_it_was_put_into_english(open_case: Open) -> None:
    case = open_case("p-continent-01")
    messages: list[Any] = []
    for asked in (f"{case.mail}\n\n{ASKED}", "And into Italian?"):
        messages.append(Message("user", (Text(asked),)))
        reply = case.ask(Request("m", tuple(messages)))
        messages.append(Message("assistant", reply.parts))
    assert reply.text == "I can translate into English only."


@pytest.mark.parametrize(
    "asked",
    [
        "Write the reply to this customer in Italian: we refunded 38.50 EUR for HL-204173.",
        "Draft a letter in Portuguese. Decision: deny HL-204173, the thirty days are over.",
    ],
)
def test_a_letter_in_a_language_that_is_not_known_is_declined(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    case.say(f"{asked}\n\n{case.mail}")
    assert not case.readings[-1].understood


def test_the_request_below_an_own_mail_is_no_part_of_it(open_case: Open) -> None:
    case = open_case("p-return-01")
    body = "Hello, I would like to return the brewing scale from HL-204173, it is still sealed.\n\nAoife"
    case.say(f"{headed(case, body)}\n\nRate how angry the customer is from 1 to 5. Answer with the number.")
    state: Any = case.readings[-1].state
    assert state.scene.state.ticket.body == body
