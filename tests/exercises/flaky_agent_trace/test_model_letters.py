"""Letters: the decision that is handed over is what they tell, as the program wishes them to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.deciding.told_letters import language_of
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.writing.wishes import wishes
from harness.exchange import OutputFormat

from .conftest import DECISION, Case

Open = Callable[..., Any]
WRITE = "Write the reply to the customer."
HANDED = {
    "lines": "Decision: {act}\nAmount: 11.10 GBP\nOrder: HL-202913",
    "other order": "Order: HL-202913\nAmount: 11.10 GBP\nOutcome: {act}",
    "json": 'Outcome: {{"action": "{act}", "order_id": "HL-202913", "amount": 11.1, "currency": "GBP"}}',
    "tags": "<decision><action>{act}</action><amount>11.10 GBP</amount></decision>",
    "done": "Decision: {act} 11.10 GBP on HL-202913, done.",
    "sentence": "Our policy engine decided to {act} this, 11.10 GBP.",
    "result": "Result: {act} 11.10 GBP (D-1).",
}


@pytest.mark.parametrize("form", HANDED)
@pytest.mark.parametrize(
    ("act", "told"), [("refund", "11.10 GBP"), ("deny", "refund"), ("escalate", "refunds desk")]
)
def test_a_letter_tells_what_was_decided(open_case: Open, form: str, act: str, told: str) -> None:
    handed = HANDED[form].format(act=act)
    for text, system in (
        ("{mail}\n\n{handed}\n\n" + WRITE, ""),
        ("{handed}\n\n{mail}", f"You write to customers. {WRITE}"),
        ("{prompt}\n\n{handed}\n" + WRITE, ""),
    ):
        case = open_case("p-damaged-01")
        said = case.say(text.format(mail=case.mail, prompt=case.prompt(), handed=handed), system=system).text
        assert said.startswith(("Hello", "Hi", "Dear")), said
        assert told in said, said
        assert ("11.10" in said) is (act == "refund"), said


def test_a_field_for_the_letter_tells_it_too(open_case: Open) -> None:
    schema = {"type": "object", "properties": {"body": {"type": "string"}}, "required": ["body"]}
    for handed, told in (
        ("Decision: refund 11.10 GBP", "11.10 GBP"),
        ("Decision: deny", "unable|aren't able|can't"),
    ):
        case = open_case("p-damaged-01")
        reply = case.say(f"{case.mail}\n\n{handed}", output=OutputFormat("letter", schema, strict=True))
        body = json.loads(reply.text)["body"]
        assert any(word in body for word in told.split("|")), body


def test_it_is_in_the_customers_language(open_case: Open) -> None:
    case = open_case("p-post-04")
    said = case.say(f"{case.mail}\n\nOutcome: refund 348.00 PLN\n\n{WRITE}").text
    assert language_of(said) == "pl"
    assert "348,00 PLN" in said


@pytest.mark.parametrize(
    "aside",
    [
        "Possible decisions: refund, deny or escalate.",
        "Decision: refund | deny | escalate",
        "If the order is not clear, ask the customer for it.",
        "Example:\nDecision: deny\nReply: Dear customer, no.",
    ],
)
def test_what_may_be_decided_is_no_decision(open_case: Open, aside: str) -> None:
    case = open_case("p-damaged-01")
    assert "28.60 GBP" in case.say(f"{case.prompt()}\n\n{aside}\n\n{WRITE}").text


def test_a_decision_with_a_question_is_still_reviewed(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = case.say(f"{case.prompt()}\n\nDecision: refund 57.20 GBP on HL-202913. Is that right?").text
    assert "28.60, not 57.20" in said


@pytest.mark.parametrize(
    ("wish", "there", "not_there"),
    [
        ("Address him as Major Reid.", "Major Reid,", "Callum"),
        ("Close with 'The bowl people'.", "The bowl people", "Harbour Lane"),
        ("Sign as Tom Ash.", "\nTom Ash", "Harbour Lane"),
        ("No greeting.", "28.60 GBP", "Callum"),
        ("Leave out the signature.", "28.60 GBP", "Harbour Lane"),
        ("Ask him whether he wants to keep the bowls.", "whether you want to keep the bowls?", "he wants"),
        ("Say that the bowls need not come back.", "the bowls need not come back.", "Say that"),
        ("Write it in German.", "Bestellung", "Hello"),
        ("If he is angry, ask him about the glaze.", "28.60 GBP", "glaze"),
        ("Do not mention that we are sorry.", "28.60 GBP", "note that"),
    ],
)
def test_simple_wishes_are_followed(open_case: Open, wish: str, there: str, not_there: str) -> None:
    case = open_case("p-damaged-01")
    said = case.say(f"{case.mail}\n\nDecision: refund 28.60 GBP on HL-202913.\n\n{WRITE} {wish}").text
    assert there in said, said
    assert not_there not in said, said


@pytest.mark.parametrize("most", [60, 30, 20])
def test_a_letter_keeps_to_its_length(open_case: Open, most: int) -> None:
    case = open_case("p-delay-02")
    handed = "Decision: deny, because a delay of three days is not more than three."
    said = case.say(f"{case.mail}\n\n{handed}\n\n{WRITE} At most {most} words.").text
    assert len(said.split()) <= most, said


def test_an_earlier_refund_is_mentioned(open_case: Open) -> None:
    case = open_case("p-earlier-01")
    said = case.say(f"{case.prompt()}\n\nDecision: deny. {WRITE} Mention the earlier refund.").text
    assert "already refunded 18.00 GBP" in said


def test_an_agent_with_tools_is_told_no_wishes_by_its_rules() -> None:
    rules = "Say that you are sorry. Ask the customer for photos of the damage."
    assert wishes(rules, writing=False).asks == ()
    assert wishes(rules, writing=True).asks == ("for photos of the damage",)


def test_who_goes_through_all_of_it_tells_what_was_checked(exercise: Any, models: Any) -> None:
    said = []
    known = {name: kind for name, kind in DECISION["properties"].items() if name != "reason"}
    asked = {**known, "reasoning": {"type": "string"}}
    schema = {"type": "object", "properties": asked, "required": [*asked]}
    for replay in range(12):
        case = Case(exercise, exercise.bank["p-return-01"], models["practice"], replay=replay)
        said.append(str(case.decide(case.prompt(), schema=schema)["reasoning"]))
    long = [text for text in said if text.startswith("First the mail")]
    assert long
    assert all("HL-204173: placed 01 October 2026" in text for text in long)
    assert all("R-1, on returns for a change of mind: this is the one" in text for text in long)
    assert all(text.count("R-2, on opened electronics, ") == 1 for text in long)
    assert not any("step by step" in text for text in said)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "nl", "pl"])
def test_who_writes_at_length_says_nothing_twice_and_stays_in_the_language(language: str) -> None:
    said = letters().padding[language]
    assert len(set(said)) == len(said) == 6
    assert all(language_of(paragraph) == language for paragraph in said)


@pytest.mark.parametrize("wish", [WRITE, "Please draft the mail.", "Now compose the answer to the customer."])
@pytest.mark.parametrize("label", ["Decision", "Outcome", "Result"])
def test_what_is_wanted_in_the_same_line_is_no_part_of_a_decision(
    open_case: Open, label: str, wish: str
) -> None:
    case = open_case("p-damaged-01")
    paid = case.say(f"{label}: refund 11.10 GBP on HL-202913. {wish}\n\n{case.mail}").text
    denied = case.say(f"{label}: deny. {wish}\n\n{case.mail}").text
    assert "11.10 GBP" in paid, paid
    assert paid.startswith(("Hello", "Hi", "Dear")), paid
    assert wish.rstrip(".").lower() not in denied.lower(), denied
    assert "refund" in denied, denied


def test_a_decision_with_a_question_behind_it_is_reviewed(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = case.say(f"Decision: refund 11.10 GBP on HL-202913. Is that right?\n\n{case.prompt()}").text
    assert "28.60" in said
    assert not said.startswith(("Hello", "Hi", "Dear"))


@pytest.mark.parametrize(
    ("asked", "signed"),
    [
        ("Sign as Harbour Lane. Output only the body.", "Harbour Lane"),
        ("Sign as Dr. J. Smith. Be brief.", "Dr. J. Smith"),
        ("Sign with Kieran of the desk.", "Kieran"),
        ("Sign as HarbourLane.com. No more.", "HarbourLane.com"),
    ],
)
def test_a_signature_ends_with_the_sentence(asked: str, signed: str) -> None:
    assert wishes(asked, writing=True).signed == signed


@pytest.mark.parametrize(
    "asked",
    ["Write the decline to the customer.", "Draft our refusal.", "Explain to the customer why we decline."],
)
def test_a_letter_may_be_called_by_what_it_says(open_case: Open, asked: str) -> None:
    case = open_case("p-delay-02")
    assert case.say(f"{case.prompt()}\n\n{asked}").text.startswith(("Hello", "Hi", "Dear"))


@pytest.mark.parametrize("asked", ["Should we write the decline to the customer?", "Is the denial right?"])
def test_a_question_about_such_a_letter_is_none(open_case: Open, asked: str) -> None:
    case = open_case("p-delay-02")
    assert not case.say(f"{case.prompt()}\n\n{asked}").text.startswith(("Hello", "Hi", "Dear"))


def test_one_sentence_to_the_customer_is_no_letter(open_case: Open) -> None:
    case = open_case("p-autumn-01")
    said = case.say(
        f"{case.prompt()}\n\nWe decline. Explain to the customer in one friendly sentence why."
    ).text
    assert "\n" not in said
    assert "more than 30 days" in said


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("Write a short mail that asks whether order HL-207020 (steel) or HL-206300 (beech) is meant.",
         "HL-207020 (steel) o HL-206300 (beech)"),
        ("Draft a question to him: does he mean HL-207020 or HL-206300?", "HL-207020 o HL-206300"),
        ("Write one question in Dutch to the customer asking which is meant, the 28 cm or the 20 cm one.",
         "28 cm of 20 cm"),
        (('Write the reply to the customer. Decision: {"outcome": "need_info", "question": "which one: '
         'HL-207020 or HL-206300?"}'), "HL-207020 o HL-206300"),
    ],
)  # fmt: skip
def test_a_question_to_the_customer_names_what_there_is_to_choose(
    open_case: Open, asked: str, named: str
) -> None:
    case = open_case("p-names-02")
    assert named in case.say(f"{case.mail}\n\n{asked}").text
