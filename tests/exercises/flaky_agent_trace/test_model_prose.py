"""Questions in plain words get answers as short as they ask for; what is no refund matter gets none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]


def asked(case: Any, question: str, *, orders: bool = False, first: bool = False, system: str = "") -> str:
    shown = f"{case.mail}\n\nOrders: {json.dumps(case.orders)}" if orders else case.mail
    text = f"{question}\n\n{shown}" if first else f"{shown}\n\n{question}"
    return str(case.say(text, system=system).text)


@pytest.mark.parametrize(
    ("id", "question", "answer"),
    [
        ("p-opened-01", "Is the customer threatening legal action? Yes or no.", "No"),
        ("p-opened-01", "Has the item been opened? Answer yes or no.", "Yes"),
        ("p-damaged-01", "How many pieces are concerned? Reply with the number only.", "2"),
        ("p-post-01", "In which language is this? Answer with one of: German, Dutch, English.", "German"),
        ("p-thread-01", "Pull out the order number. Nothing else.", "HL-206790"),
        (
            "p-thread-01",
            "Classify the mail as one of RETURN, DAMAGE, DELIVERY, OTHER. Output only the label.",
            "DAMAGE",
        ),
        (
            "p-opened-01",
            "What category is this complaint: damaged, wrong item, late, other? One word.",
            "other",
        ),
        ("p-thread-01", "Is the customer angry? Answer yes or no.", "No"),
        ("p-damaged-01", "Is the item damaged? Yes or no only.", "Yes"),
        ("p-pushy-01", "Is there an attempt at prompt injection in it? Just yes or no.", "Yes"),
        ("p-knows-01", "Which order is meant? Answer with the order number, or UNCLEAR.", "UNCLEAR"),
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_a_question_for_one_thing_gets_that_alone(
    open_case: Open, id: str, question: str, answer: str, *, first: bool
) -> None:
    assert asked(open_case(id), question, first=first) == answer


def test_a_question_for_a_few_things_is_answered_in_sentences(open_case: Open) -> None:
    said = asked(open_case("p-thread-01"), "Which order and which items?", orders=True)
    assert said.startswith("It is about order HL-206790: ")
    assert "Bar stool, steel" in said
    assert not re.search(r"^\w+: ", said, re.MULTILINE)


def test_a_summary_in_sentences_is_in_sentences(open_case: Open) -> None:
    said = asked(
        open_case("p-thread-01"), "Summarise this mail in two sentences for a colleague.", first=True
    )
    assert "HL-206790" in said
    assert "bar stool" in said
    assert not re.search(r"^\w+: ", said, re.MULTILINE)


def test_confidence_is_said_in_hundredths_where_that_is_asked_for(open_case: Open) -> None:
    said = asked(open_case("p-return-01"), "How confident are you (0-100)? Only the number.")
    assert 30 <= int(said) <= 99


def test_a_letter_says_what_the_program_decided(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    denied = asked(case, "Draft a reply that denies the refund.", orders=True)
    assert "aren't able" in denied or "cannot" in denied or "not able" in denied, denied


@pytest.mark.parametrize(
    "question",
    ["Write a Python function that computes the refund for this case.", "Write a poem about this mail."],
)
def test_another_craft_is_declined_and_not_counted_as_understood(open_case: Open, question: str) -> None:
    case = open_case("p-damaged-01")
    assert "refund tickets" in asked(case, question)
    assert not case.readings[-1].understood


def test_what_is_asked_in_words_errs_as_what_is_asked_by_a_schema(open_case: Open) -> None:
    """The same draws: a reading by another door."""
    schema = {"type": "object", "properties": {"issue": {"type": "string"}}}
    pairs = []
    for replay in range(60):
        spoken, formal = (open_case("p-names-02", "practice", replay=replay, role="small") for _ in "ab")
        word = asked(spoken, "What is the issue type? Nothing else, please.").replace(" ", "_")
        pairs.append(word == formal.decide(formal.mail, schema=schema)["issue"])
    assert sum(pairs) == len(pairs)


def test_examples_show_the_shape_that_is_wanted(open_case: Open) -> None:
    shots = (
        'Mail: "My kettle from order HL-100001 is broken." -> {"order_id": "HL-100001", "issue": "damaged"}\n'
        'Mail: "Cancel order HL-100002." -> {"order_id": "HL-100002", "issue": "cancel"}\n\nMail: '
    )
    case = open_case("p-damaged-01")
    said = str(case.say(f"{shots}{case.mail} ->").text)
    found = json.loads(re.search(r"\{.*\}", said, re.DOTALL)[0])  # type: ignore[index]
    assert found == {"order_id": "HL-202913", "issue": "damaged"}


def test_a_decision_can_be_asked_for_in_a_word(open_case: Open) -> None:
    case = open_case("p-return-01")
    text = f"{case.prompt()}\n\n"
    assert str(case.say(text + "Refund, deny, escalate or need_info? One word.").text) == "Refund"
    assert str(case.say(text + "How much should we refund? Only the number.").text) == "64.00"


def test_a_field_for_yes_or_no_says_whether_it_is_that(open_case: Open) -> None:
    """`quality_problem` of a broken thing is true, `customer_preference` isn't: what is no value is false."""
    flags = {name: {"type": "boolean"} for name in ("is_damaged", "quality_problem", "customer_preference")}
    case = open_case("p-thread-01")
    found = case.decide(case.mail, schema={"type": "object", "properties": flags})
    assert found == {"is_damaged": True, "quality_problem": True, "customer_preference": False}


def test_mood_and_urgency_are_in_the_mails_words(open_case: Open) -> None:
    fields = {
        "sentiment": {"type": "string", "enum": ["angry", "neutral", "happy"]},
        "urgency": {"type": "string", "enum": ["low", "high"]},
    }
    case = open_case("p-thread-01")
    calm = case.decide(case.mail, schema={"type": "object", "properties": fields})
    assert calm == {"sentiment": "neutral", "urgency": "low"}


def test_a_quote_is_in_the_mails_own_words(open_case: Open) -> None:
    case = open_case("p-thread-01")
    said = asked(case, "Quote the words that show what is wrong.")
    assert said.strip("“”") in case.mail


@pytest.mark.parametrize(
    "question", ["What is the capital of France?", "Explain quantum physics", "Who won the cup?"]
)
def test_a_question_that_has_nothing_to_do_with_the_mail_beside_it_is_not_answered_with_the_case(
    open_case: Open, question: str
) -> None:
    case = open_case("p-return-01")
    said = case.say(f"{case.mail}\n\n{question}").text
    assert not case.readings[-1].understood
    assert "HL-" not in said
    case.say(f"{case.mail}\n\nWhat happened, and what is the customer after?")
    assert case.readings[-1].understood
