"""Letters that ask the customer something back, by points that are put in the words of the letter itself."""

from __future__ import annotations

import pytest

from exercises.flaky_agent_trace.deciding.told_letters import language_of
from exercises.flaky_agent_trace.papers.drafted import read_letter

from .conftest import Case, Open

WRITER = """You write to customers for Harbour Lane. Somebody has decided the case, you put it into words.
Write a letter in {language}, warm and plain. State every point under "{head}" and nothing beyond it."""


def letter(case: Case, points: list[str], *, language: str = "English", head: str = "What to say") -> str:
    told = "\n".join(f"- {point}" for point in points)
    user = f"# The customer's mail\n\n{case.mail}\n\n# {head}\n\n{told}"
    return case.say(user, system=WRITER.format(language=language, head=head)).text


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (
            ["We cannot tell which order the mail is about", "Please tell us the order number"],
            ["which order your mail is about", "the order number?"],
        ),
        (
            ["It is not clear which of the articles is meant", "Let us know the article you want to return"],
            ["which of the articles is meant", "the article you want to return?"],
        ),
        (
            ["Please send us a photo of the damage", "No refund has been made yet"],
            ["send us a photo of the damage?", "Nothing has been refunded so far."],
        ),
        (["Kindly give us the date on which it arrived"], ["give us the date on which it arrived?"]),
    ],
)
def test_points_in_the_letter_s_own_words_are_asked(
    open_case: Open, points: list[str], said: list[str]
) -> None:
    case = open_case("p-names-02")
    text = letter(case, points, head="Points")
    assert case.readings[-1].understood
    assert all(part in text for part in said), text
    assert read_letter(text)["action"] == "need_info"


@pytest.mark.parametrize(("language", "code"), [("German", "de"), ("Polish", "pl"), ("Spanish", "es")])
def test_they_are_asked_in_another_language(open_case: Open, language: str, code: str) -> None:
    case = open_case("p-knows-03")
    points = ["Please tell us the order number and the article", "Nothing has been paid yet"]
    text = letter(case, points, language=language)
    assert case.readings[-1].understood
    assert language_of(text) == code
    assert read_letter(text)["action"] == "need_info"


def test_what_no_words_are_known_for_abroad_is_not_asked_otherwise(open_case: Open) -> None:
    case = open_case("p-knows-03")
    letter(case, ["Please send us the fabric sample with the blue stripes"], language="Polish")
    assert not case.readings[-1].understood


def test_a_vague_request_asks_for_the_order(open_case: Open) -> None:
    case = open_case("p-names-02")
    plain = "We cannot act yet: it is not settled which order is meant. Please tell us more about it."
    asked = "Write this mail to the customer in Spanish. The mail only."
    text = case.say(f"{case.mail}\n\n{asked}\n\nHello,\n\n{plain}\n\nKind regards\nHarbour Lane").text
    assert case.readings[-1].understood
    assert "pedido" in text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Could you tell us the order number? Nothing has been refunded so far.", "need_info"),
        ("Könnten Sie uns die Bestellnummer nennen? Bisher wurde noch nichts erstattet.", "need_info"),
        ("A colleague will look into it. No money has been paid back yet.", "escalate"),
        ("We have refunded 20.00 EUR. So far nothing was refunded for the lamp.", "refund"),
        ("I'm afraid nothing can be refunded.", None),
    ],
)
def test_that_nothing_was_paid_so_far_is_no_refund(body: str, told: str | None) -> None:
    said = read_letter(f"Hello Ada,\n\n{body}\n\nHarbour Lane").get("action")
    assert said == told if told is not None else said != "refund"


def test_a_letter_is_marked_by_what_it_says(open_case: Open) -> None:
    case = open_case("p-names-02")
    text = letter(case, ["Please tell us the order number", "Nothing has been paid or changed yet"])
    check = (
        "You check letters. Give the letter marks from 1 (bad) to 5 (flawless).\n\n"
        "- truth: it says what was decided\n"
        "- promises: it promises nothing beyond the points\n\nAnswer with two lines:\n\n"
        "truth: <1-5>\npromises: <1-5>"
    )
    points = "- Please tell us the order number\n- Nothing has been paid or changed yet"
    said = case.say(f"# What to say\n\n{points}\n\n# Letter\n\n{text}", system=check).text
    assert case.readings[-1].understood
    assert "truth: 5" in said, said
