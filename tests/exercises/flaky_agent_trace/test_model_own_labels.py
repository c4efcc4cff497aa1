"""Labels of the engineer's own: by their names, and by what a prompt says of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from harness.exchange import OutputFormat

Json = Any
Open = Callable[..., Any]
NAMED = ("BREAKAGE", "REGRET", "TARDY", "CANCELLATION")
GLOSSED = """Label the mail.
regret = customer simply doesn't want the thing any more
wreck = arrived broken, defective or wrong thing sent
snail = took too long to get there
ghost = the parcel never turned up
brake = wants an order stopped before it ships
"""
CODES = """Intent labels:
- A1: buyer got cold feet
- A2: item came cracked, chipped or dead
- A3: parcel is late
- A4: call it off before dispatch
Reply with the code only."""


def issue_of(case: Any) -> set[str]:
    return {fact["value"] for fact in case.scenario.meaning["facts"] if fact["fact"] == "issue"}


def with_issue(open_case: Open, exercise: Any, issue: str) -> Any:
    """A ticket with nothing but this issue."""
    ids = (scenario.id for scenario in exercise.bank if scenario.tasks == 1)
    return next(case for id in ids if issue_of(case := open_case(id)) == {issue})


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (f"Classify the e-mail into exactly one of: {', '.join(NAMED)}, OTHER. Label only.", NAMED),
        (CODES, ("A2", "A1", "A3", "A4")),
        (f"{GLOSSED}Answer with the label only.", ("wreck", "regret", "snail", "brake")),
        (
            "Pick one tag: `oops` (changed their mind), `crack` (broken), `snail` (late), `stop` (cancel).",
            ("crack", "oops", "snail", "stop"),
        ),
        (
            "Ordne die Mail einem Etikett zu: SINNESWANDEL, BRUCH, VERSPAETUNG, ABBRUCH, SONSTIGES.",
            ("BRUCH", "SINNESWANDEL", "VERSPAETUNG", "ABBRUCH"),
        ),
    ],
)  # fmt: skip
def test_a_label_is_known_by_its_name_and_by_what_is_said_of_it(
    open_case: Open, exercise: Any, asked: str, words: Sequence[str]
) -> None:
    for issue, word in zip(("damaged", "changed_mind", "late", "cancel"), words, strict=True):
        case = with_issue(open_case, exercise, issue)
        assert case.say(case.mail, system=asked).text == word


@pytest.mark.parametrize(
    "asked",
    [
        "Route to one team: alpha, beta, gamma, other. Answer with the team name.",
        "Sort this mail into one queue: TARDY, UNLOVED, FROB, REST. One word.",
        "Which of these fits: too slow, second thoughts, blue, something else? Reply with just the label.",
    ],
)
def test_a_label_that_means_nothing_may_be_the_one(open_case: Open, asked: str) -> None:
    case = open_case("p-damaged-01")
    case.say(case.mail, system=asked)
    assert not case.readings[-1].understood


def test_no_label_of_the_set_is_none(open_case: Open, exercise: Any) -> None:
    case = with_issue(open_case, exercise, "goodwill")
    case.say(case.mail, system=f"{GLOSSED}Answer with the label only.")
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    "form",
    [
        'Return JSON: {"label": ..., "evidence": "<verbatim quote>"}',
        "Return JSON with keys label and evidence.",
    ],
)
def test_labels_that_lines_explain_are_those_of_the_field(open_case: Open, exercise: Any, form: str) -> None:
    for issue, word in (("damaged", "wreck"), ("changed_mind", "regret"), ("late", "snail")):
        case = with_issue(open_case, exercise, issue)
        said = case.say(
            case.mail, system=f"{GLOSSED}{form}", output=OutputFormat("answer", None, strict=False)
        )
        assert json.loads(said.text)["label"] == word
        assert case.readings[-1].understood


def test_a_set_in_quotes_is_no_row_of_fields(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = 'Classify. Return {"label": one of "remorse", "breakage", "tardy", "other"} as JSON.'
    assert json.loads(case.say(case.mail, system=asked).text) == {"label": "breakage"}


@pytest.mark.parametrize(
    ("options", "word", "sure"),
    [
        (["defect", "second_thoughts", "late_delivery", "stop_order", "other"], "second_thoughts", True),
        (["breakage", "frobnicated", "tardy", "misc"], "misc", False),
        (["breakage", "cold_feet", "too_slow", "else"], "cold_feet", True),
    ],
)  # fmt: skip
def test_the_rest_of_a_choice(open_case: Open, options: list[str], word: str, sure: bool) -> None:
    case = open_case("p-opened-01")
    schema = {
        "type": "object", "required": ["category"], "additionalProperties": False,
        "properties": {"category": {"type": "string", "enum": options}},
    }  # fmt: skip
    assert case.decide(case.mail, system="Label the mail.", schema=schema) == {"category": word}
    assert (not case.thoughts[-1].guessed) is sure
