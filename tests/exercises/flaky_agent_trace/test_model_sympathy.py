"""A sentence of sympathy: about what happened, in the language asked for, and with nothing else in it."""

from __future__ import annotations

import re

import pytest

from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.writing.sympathy import sympathy_asked

from .conftest import Open

ASKS = (
    "Compose a short line in {language} showing that we understand how the person feels. No numbers.",
    "Write two words of sympathy in {language} for the top of our letter; promise nothing.",
    "You are kind. Give me one empathetic sentence in {language} about what happened. Nothing on money.",
    "Please formulate, in {language}, one sentence that says we are sorry for the trouble.",
    "One warm sentence in {language}, full of understanding for this person. No outcome.",
)
NOT = (
    "Summarise in one sentence what the customer is sorry about.",
    "Write one sentence saying whether the reply sounds sympathetic.",
    "Write a warm reply to the customer. Begin with one sentence of sympathy, then give the outcome.",
    "Write one sentence on what the customer wants.",
    "Give one sentence that shows that we understand the policy.",
)


def _kinds(said: str, language: str) -> set[str]:
    return {kind for kind, lines in letters().sympathy.items() if said in lines[language]}


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("language", ["English", "German", "Polish"])
def test_one_sentence_in_the_language_asked_for(open_case: Open, ask: str, language: str) -> None:
    case = open_case("p-damaged-01")
    said = case.say(case.mail, system=ask.format(language=language)).text
    assert _kinds(said, {"English": "en", "German": "de", "Polish": "pl"}[language]) == {"damaged"}
    assert not re.search(r"\d", said)


def test_a_language_may_be_told_by_its_code(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = case.say(case.mail, system="Write one plain sentence of sympathy, in nl, without numbers.").text
    assert _kinds(said, "nl") == {"damaged"}


def test_without_a_language_it_is_the_mails(open_case: Open) -> None:
    case = open_case("p-post-04")
    said = case.say(case.mail, system="Write one sentence showing that we understand their situation.").text
    assert _kinds(said, "pl") == {"cancel"}


@pytest.mark.parametrize(
    ("id", "kind"),
    [("p-post-03", "changed_mind"), ("p-monday-01", "wrong_item"), ("p-regular-02", "not_arrived")],
)
def test_it_follows_what_happened(open_case: Open, id: str, kind: str) -> None:
    case = open_case(id)
    said = case.say(case.mail, system="Give me one line of sympathy in English for this customer.").text
    assert _kinds(said, "en") == {kind}


def test_it_may_be_a_field_beside_others(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    schema = {
        "type": "object",
        "properties": {
            "issue": {"type": "string"},
            "warm_line": {"type": "string", "description": "one sentence of sympathy with the customer"},
        },
        "required": ["issue", "warm_line"],
    }
    said = case.decide(case.prompt(), schema=schema)
    assert _kinds(said["warm_line"], "en") == {"damaged"}


@pytest.mark.parametrize("asked", NOT)
def test_what_only_speaks_of_sympathy_is_no_ask_for_it(asked: str) -> None:
    assert not sympathy_asked(asked)
