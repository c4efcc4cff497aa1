"""Small free requests: a word that the prompt keeps, a yes with its words, what is kept, one question."""

from __future__ import annotations

import json

import pytest

from .conftest import Open


@pytest.mark.parametrize(
    "asked",
    [
        "Which order is meant? Answer with the order number only, or UNCLEAR if nothing settles it.",
        "Which order is meant? Reply with the order number only. If it is not clear, reply UNCLEAR.",
    ],
)
@pytest.mark.parametrize(("id", "said"), [("p-knows-03", "UNCLEAR"), ("p-scroll-02", "HL-204100")])
def test_the_word_for_what_is_open(open_case: Open, asked: str, id: str, said: str) -> None:
    case = open_case(id)
    assert case.say(f"{case.mail}\n\n{json.dumps(case.orders)}", system=asked).text == said
    assert case.readings[-1].understood


def test_a_yes_with_the_words_that_show_it(open_case: Open) -> None:
    asked = "Is a lawyer or court involved? Answer yes or no and quote the words that show it."
    case = open_case("p-sale-02")
    said = case.say(case.mail, system=asked).text
    assert said.startswith("Yes")
    assert "county court" in said
    other = open_case("p-return-01")
    assert other.say(other.mail, system=asked).text == "No"


@pytest.mark.parametrize(
    ("id", "question"),
    [
        ("p-damaged-02", "Could you please send us a photo of the damage and the number"),
        ("p-continent-01", "Könnten Sie uns bitte ein Foto des Schadens und die Nummer auf dem"),
    ],
)  # fmt: skip
def test_one_question_in_place_of_a_letter(open_case: Open, id: str, question: str) -> None:
    asked = (
        "Write one short question to the customer, in their language, asking for a photo of the damage and "
        "for the number on the parcel label. Nothing else."
    )
    case = open_case(id)
    assert case.say(case.mail, system=asked).text.startswith(question)


def test_what_the_customer_keeps(open_case: Open) -> None:
    case = open_case("p-return-01")
    asked = "Which of the items in that order does the customer keep? Answer with their names only."
    assert case.say(f"{case.mail}\n\n{json.dumps(case.orders)}\n\n{asked}").text == "Brewing scale with timer"
