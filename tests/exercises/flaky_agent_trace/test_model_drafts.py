"""Letters to customers that are put before a critic: what they tell is what they propose."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.drafted import letter_at, read_letter
from exercises.flaky_agent_trace.shop.letters import letters
from harness.exchange import Message, Request, Text
from harness.simulation.reading.values import Money

Open = Callable[..., Any]
_MADE = {"pledge": "escalate", "unseen": "escalate", "unknown": "need_info"}
LANGUAGES = sorted(letters().greeting)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_models_own_letters_are_read_back(language: str) -> None:
    for told, bodies in letters().body.items():
        for body in bodies[language]:
            for greeting in letters().greeting[language]:
                for padding in ("", *letters().padding.get(language, ())):
                    text = "\n\n".join((greeting, body, padding, letters().closing[language][0])).format(
                        name="Aoife Brennan", order="HL-204173", amount="64.00 EUR"
                    )
                    assert letter_at(text, 0) == (0, len(text)), text
                    read = read_letter(text)
                    assert read["action"] == _MADE.get(told, told), text
                    assert read.get("amount") == (Money(6400, "EUR") if told == "refund" else None), text
                    assert read.get("order_id", "HL-204173") == "HL-204173"


@pytest.mark.parametrize(
    ("letter", "action", "sum"),
    [
        ("Hi Aoife,\n\nGood news! Your refund of €64.00 has been processed.\n\nBest,\nTom", "refund", 6400),
        ("Hi Aoife, we'll send EUR 64 back to your card.\n\nCheers\nTom", "refund", 6400),
        (
            "Dear Ms Brennan,\n\nYou asked for a refund. Sorry, your request has been declined.\n\nRegards",
            "deny",
            None,
        ),
        (
            "Dear Aoife,\n\nThank you for your refund request. We will refund 64.00 EUR.\n\nTom",
            "refund",
            6400,
        ),
        (
            "Dear Aoife,\n\nUnfortunately a refund is not possible, after 30 days.\n\nYours\nTom",
            "deny",
            None,
        ),
        ("Hello,\n\nI have forwarded this to a specialist.\n\nTom", "escalate", None),
        (
            "Hello Aoife,\n\nthanks for writing. Could you send us your order number?\n\nTom",
            "need_info",
            None,
        ),
        (
            "Sehr geehrte Frau Brennan,\n\nwir erstatten Ihnen 64,00 € für HL-204173.\n\nViele Grüße\nTom",
            "refund",
            6400,
        ),
        ("Liebe Aoife,\n\nleider müssen wir Ihren Wunsch ablehnen.\n\nViele Grüße", "deny", None),
        ("Chère Madame,\n\nNous vous remboursons 64,00 €.\n\nCordialement", "refund", 6400),
        ("Bonjour,\n\nNous ne pouvons pas vous rembourser.\n\nCordialement", "deny", None),
        ("Estimada Aoife:\n\nLe reembolsaremos 64,00 €.\n\nAtentamente", "refund", 6400),
        ("Beste Aoife,\n\nU krijgt 64,00 € terug.\n\nGroeten", "refund", 6400),
        ("Dzień dobry,\n\nniestety nie możemy zwrócić pieniędzy.\n\nPozdrawiamy", "deny", None),
    ],
)
def test_letters_that_people_write(letter: str, action: str, sum: int | None) -> None:
    read = read_letter(letter)
    assert read["action"] == action
    assert (read["amount"].cents if "amount" in read else None) == sum


LABELS = (
    "Draft:\n",
    "Draft reply to the customer:\n\n",
    "### Draft\n\n",
    "Here is the reply I want to send:\n\n",
    "Review this draft:\n\n",
    "<draft>\n",
    "Response:\n```\n",
)
ENDS = {"<draft>\n": "\n</draft>", "Response:\n```\n": "\n```"}
TOLD = {
    "en": "thank you for getting in touch. We have refunded {amount} for order {order}.",
    "de": "für die Bestellung {order} erhalten Sie {amount} zurück.",
    "pl": "zwróciliśmy {amount} za zamówienie {order}.",
}


def _said(case: Any, letter: str, question: str, label: str) -> str:
    text = f"{case.prompt()}\n\n{label}{letter}{ENDS.get(label, '')}\n\n{question}"
    reply = case.ask(Request("m", (Message("user", (Text(text),)),)))
    assert case.readings[-1].operation == "critique"
    assert case.readings[-1].understood
    return str(reply.text)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("language", TOLD)
def test_a_critic_reads_the_letter(open_case: Open, label: str, language: str) -> None:
    case = open_case("p-return-01")
    greeting, closing = letters().greeting[language][0], letters().closing[language][0]
    denied = letters().body["deny"][language][0]
    for body, order, sum, right in (
        (TOLD[language], "HL-204173", "64.00 EUR", True),
        (TOLD[language], "HL-204173", "84,00 €", False),
        (TOLD[language], "HL-900417", "64.00 EUR", False),
        (denied, "HL-204173", "", False),
    ):
        letter = f"{greeting}\n\n{body}\n\n{closing}".format(name="Aoife", order=order, amount=sum)
        said = _said(case, letter, "Critique this draft.", label)
        assert said.startswith("I find nothing wrong") is right, said
        assert _said(case, letter, "Is it fine to send? Answer yes or no.", label).startswith("Yes") is right


@pytest.mark.parametrize(
    "told",
    [
        "Earlier reply in another case:\n\nDear Tom,\n\nwe have refunded 12.00 EUR for HL-204173.\n\nRegards",
        "Example of a reply:\n\nDear Tom,\n\nwe have refunded 12.00 EUR for HL-111111.\n\nRegards",
    ],
)
def test_a_letter_is_no_proposal_where_nothing_is_reviewed(open_case: Open, told: str) -> None:
    case = open_case("p-return-01")
    assert case.decide(case.prompt(), system=told)["amount"] == 64.0
    assert case.readings[-1].operation == "decide"


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("Is the tone polite? Answer yes or no.", {"": "Yes", "Stop whining. ": "No"}),
        ("Is the reply rude? Answer yes or no.", {"": "No", "Stop whining. ": "Yes"}),
        ("Is the draft friendly enough?", {"": "The tone is polite", "Stop whining. ": "I would not"}),
    ],
)
def test_a_question_about_tone_gets_no_verdict_on_the_case(
    open_case: Open, question: str, start: dict[str, str]
) -> None:
    for rude, said in start.items():
        case = open_case("p-return-01")
        letter = f"Dear Aoife,\n\n{rude}We have refunded 84.00 EUR for order HL-204173.\n\nKind regards"
        assert _said(case, letter, question, "Draft:\n").startswith(said)


def test_how_well_it_is_written_is_not_known(open_case: Open) -> None:
    case = open_case("p-return-01")
    letter = "Draft:\nDear Aoife,\n\nWe have refunded 84.00 EUR for order HL-204173.\n\nKind regards"
    case.say(f"{case.prompt()}\n\n{letter}\n\nIs it well written?")
    assert not case.readings[-1].understood


def _extraction(**other: Any) -> str:
    read = {"order_id": "HL-204173", "issue": "changed_mind", "item": "gooseneck kettle", "quantity": 1}
    return f"Extraction:\n{json.dumps({**read, **other})}"


@pytest.mark.parametrize(
    ("other", "wrong"),
    [
        ({}, ""),
        ({"order_id": "HL-900417"}, "order"),
        ({"issue": "damaged"}, "issue"),
        ({"quantity": 2}, "items"),
    ],
)
def test_an_extraction_is_held_against_the_mail(open_case: Open, other: Any, wrong: str) -> None:
    case = open_case("p-return-01")
    shown = f"{case.prompt()}\n\n{_extraction(**other)}"
    checking = "Check the extraction against the mail."
    assert case.say(f"{shown}\n\n{checking} Answer OK or list the errors.").text.startswith("OK") is (
        not wrong
    )
    said = case.say(f"{shown}\n\nIs the extraction correct? yes or no").text
    assert said.startswith("No" if wrong else "Yes")
    check = _fields(aspect="string", passed="boolean")
    schema = {
        **_fields(),
        "properties": {"checks": {"type": "array", "items": check}},
        "required": ["checks"],
    }
    found = case.decide(f"{shown}\n\n{checking}", schema=schema)["checks"]
    assert [entry["aspect"] for entry in found if not entry["passed"]] == ([wrong] if wrong else [])


@pytest.mark.parametrize("asked", ["Check the extraction against the mail.", "Is the extraction faithful?"])
@pytest.mark.parametrize("order", ["HL-900417", "HL-188420"])
def test_a_wrong_order_is_told_once(open_case: Open, order: str, asked: str) -> None:
    case = open_case("p-return-01")
    shown = f"{case.prompt()}\n\n{_extraction(order_id=order)}\n\n{asked} Answer OK or list the errors."
    told = [line for line in case.say(shown).text.splitlines() if "HL-" in line]
    assert len(told) == 1
    assert order in told[0]


@pytest.mark.parametrize("order", ["HL-204173", "HL-900417"])
def test_an_extraction_is_held_against_the_mail_alone(open_case: Open, order: str) -> None:
    case = open_case("p-return-01")
    asked = "Check the extraction against the mail. Answer OK or list the errors."
    said = case.say(f"{case.mail}\n\n{_extraction(order_id=order)}\n\n{asked}").text
    assert (said == "OK") is (order == "HL-204173")


def _fields(**kinds: str) -> dict[str, Any]:
    properties = {name: {"type": kind} for name, kind in kinds.items()}
    return {"type": "object", "properties": properties, "required": list(kinds)}


@pytest.mark.parametrize("id", ["p-return-01", "p-pushy-01"])
def test_guards_know_what_the_mail_tells(open_case: Open, id: str) -> None:
    case = open_case(id)
    attacked = id == "p-pushy-01"
    schema = _fields(is_attack="boolean", evidence="string")
    found = case.decide(f"{case.mail}\n\nIs this a prompt injection?", schema=schema)
    assert found["is_attack"] is attacked
    assert bool(found["evidence"]) is attacked
    guards = _fields(safe="boolean", is_refund_request="boolean")
    found = case.decide(f"{case.mail}\n\nClassify it.", schema=guards)
    assert found == {"safe": not attacked, "is_refund_request": True}
    assert case.readings[-1].understood
    assert case.decide(f"{case.mail}\n\nClassify it.", schema=_fields(is_spam="boolean"))
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    ("also", "right"),
    [
        (" A replacement is on its way as well.", False),
        (" We cannot send a replacement.", True),
        (" You asked for a replacement.", True),
        (" Thank you for your patience.", True),
    ],
)
def test_what_a_letter_promises_besides_is_seen(open_case: Open, also: str, right: bool) -> None:
    case = open_case("p-return-01")
    letter = f"Dear Aoife,\n\nWe have refunded 64.00 EUR for order HL-204173.{also}\n\nKind regards"
    assert _said(case, letter, "Is it fine to send? Answer yes or no.", "Draft:\n").startswith("Yes") is right
