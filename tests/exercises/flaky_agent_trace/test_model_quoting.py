"""The mail's own words, quoted where they are asked for; one question in many words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
OPENED = "p-post-01"
RETURN = "p-return-01"
ASKED = [
    "Did the customer open the item?",
    "Did they open it?",
    "Has the customer opened the package?",
    "Was the package opened?",
    "Did the customer use the item?",
    "Was it unpacked?",
]


@pytest.mark.parametrize("asked", ASKED)
def test_one_question_in_many_words_gets_one_answer(open_case: Open, altered: Open, asked: str) -> None:
    case = open_case(OPENED)
    assert "Yes" in case.say(f"{asked}\n\n{case.mail}").text
    facts = [
        {**fact, "value": "no"} if fact["fact"] == "opened" else fact
        for fact in case.scenario.meaning["facts"]
    ]
    other = altered(OPENED, model="unerring", facts=facts)
    assert "No" in other.say(f"{asked}\n\n{other.mail}").text


@pytest.mark.parametrize("name", ["quote", "span", "evidence", "supporting_quote"])
def test_a_field_for_a_quotation_holds_the_mails_own_words(open_case: Open, name: str) -> None:
    for id in (RETURN, OPENED):
        case = open_case(id)
        kinds = {"issue": {"type": "string"}, name: {"type": "string"}}
        said = case.decide(case.mail, schema={"type": "object", "properties": kinds})[name]
        assert len(said) > 8
        assert said in case.mail


def test_a_list_of_quotations_holds_each_of_them(open_case: Open) -> None:
    case = open_case(OPENED)
    kinds = {"issue": {"type": "string"}, "quotes": {"type": "array", "items": {"type": "string"}}}
    said = case.decide(case.mail, schema={"type": "object", "properties": kinds})["quotes"]
    assert said
    assert all(part in case.mail for part in said)


def test_a_sentence_is_quoted_whole_and_for_what_was_asked(open_case: Open) -> None:
    case = open_case(OPENED)
    wrong = case.say(f"Quote the sentence which shows what is wrong.\n\n{case.mail}").text
    assert wrong.startswith("“")
    assert wrong.rstrip("”").endswith(".")
    opened = case.say(f"Quote the exact words that say that it was opened.\n\n{case.mail}").text
    assert "zwei Fenster damit geputzt" in opened
    assert "reden wir" not in opened
