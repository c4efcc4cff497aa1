"""How a mail of few details sounds and presses, in labels of the engineer's own: by the mail's words."""

from __future__ import annotations

import json

import pytest

from exercises.flaky_agent_trace.papers.tones import nearest_label
from harness.exchange import OutputFormat

from .conftest import Case, Json, Open

CALM = "Hello, I would like to return the kettle from HL-204173, unused. Thank you for your help."
CROSS = (
    "This is the third time I write and nobody answers. I am furious. The kettle from HL-204173 is broken and"
    " you are useless. REFUND ME NOW!!!"
)
BITTER = (
    "Oh wonderful, another broken kettle from HL-204173. Great job. I'm done with you people. Money back."
)
SOON = "Hi, I need this sorted by tomorrow: the kettle from HL-204173 does not heat. Please refund quickly."
TONES = ("friendly", "matter-of-fact", "irritated", "hostile")


def headed(case: Case, body: str) -> str:
    ticket = case.task["ticket"]
    sender = f"{ticket['from']['name']} <{ticket['from']['email']}>"
    return f"From: {sender}\nReceived: {ticket['received']}\nSubject: Hello\n\n{body}"


def field(case: Case, body: str, name: str, options: tuple[str, ...]) -> str:
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {name: {"type": "string", "enum": [*options]}},
        "required": [name],
    }
    said = case.say(headed(case, body), output=OutputFormat("answer", schema, strict=True)).text
    assert case.readings[-1].understood
    return str(json.loads(said)[name])


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("tone", TONES, ("matter-of-fact", "hostile", "irritated")),
        ("sentiment", ("angry", "neutral", "happy"), ("neutral", "angry", "angry")),
        ("mood", ("positive", "negative", "mixed"), ("mixed", "negative", "negative")),
        ("customer_mood", ("calm", "annoyed", "furious"), ("calm", "furious", "annoyed")),
    ],
)
def test_a_tone_is_the_nearest_label(
    open_case: Open, name: str, options: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    said = tuple(field(open_case("p-return-01"), body, name, options) for body in (CALM, CROSS, BITTER))
    assert said == expected


@pytest.mark.parametrize(
    ("options", "low", "middle"),
    [(("low", "med", "high"), "low", "med"), (("routine", "elevated", "critical"), "routine", "elevated")],
)
def test_urgency_has_a_middle(open_case: Open, options: tuple[str, ...], low: str, middle: str) -> None:
    assert field(open_case("p-return-01"), CALM, "urgency", options) == low
    assert field(open_case("p-return-01"), SOON, "urgency", options) == middle


@pytest.mark.parametrize(
    ("asked", "calm", "cross"),
    [
        ("Classify the tone as one of: friendly, annoyed, furious.", "friendly", "furious"),
        ("Tone (A = polite, B = rude, C = neutral)? Answer with the letter.", "C", "B"),
        ("How urgent is this mail? low/medium/high", "low", "medium"),
    ],
)
def test_labels_in_a_sentence_are_no_words_of_the_mail(
    open_case: Open, asked: str, calm: str, cross: str
) -> None:
    for body, expected in ((CALM, calm), (CROSS, cross)):
        case = open_case("p-return-01")
        assert case.say(f"{headed(case, body)}\n\n{asked}").text == expected


@pytest.mark.parametrize(
    "asked",
    [
        "Sentiment of this mail: angry | neutral | happy. One word.",
        "Pick one label for the tone: angry, neutral, happy.",
    ],
)
def test_a_label_that_is_asked_for_is_answered_or_declined(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    said = case.say(f"{headed(case, CROSS)}\n\n{asked}").text
    assert not case.readings[-1].understood or said == "angry"


def test_of_labels_that_are_not_known_none_is_nearest() -> None:
    assert nearest_label("mood", ("purple", "angry"), 0.6) is None
    assert nearest_label("mood", ("angry", "mad"), 0.6) is None
    assert nearest_label("mood", (), 0.6) is None
