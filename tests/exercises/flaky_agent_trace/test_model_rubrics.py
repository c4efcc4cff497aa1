"""Rubrics: one wrong thing costs points where it belongs, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import OutputFormat
from tests.exercises.flaky_agent_trace.conftest import Open

GOOD = (
    "Dear Callum,\n\nThank you for writing, and I am sorry about the two cracked bowls. We have refunded "
    "28.60 GBP to your card for order HL-202913.\n\nKind regards\nHarbour Lane Support"
)
GERMAN = (
    "Sehr geehrter Herr Reid,\n\nvielen Dank für Ihre Nachricht, die zwei Schalen tun uns leid. Wir haben "
    "Ihnen 28.60 GBP für die Bestellung HL-202913 erstattet.\n\nMit freundlichen Grüßen\nHarbour Lane"
)
CHANGES = {
    "": GOOD,
    "correctness": GOOD.replace("28.60", "31.50"),
    "order": GOOD.replace("HL-202913", "HL-202931"),
    "promise": GOOD.replace("\n\nKind", " A voucher of 10 GBP is on its way as well.\n\nKind"),
    "tone": GOOD.replace("I am sorry about", "it is your own fault that you used"),
    "language": GERMAN,
    "completeness": GOOD.replace("28.60 GBP ", "the bowls "),
}
FALLS = {"order": "correctness", "promise": "correctness"}
FORM = "One 'name: score' line each, then one sentence why."
CRITERIA = ("correctness", "tone", "completeness", "language")


def case_text(case: Any, letter: str) -> str:
    return f"{case.prompt()}\n\nDraft reply:\n{letter}\n\n"


@pytest.mark.parametrize("change", CHANGES)
def test_one_wrong_thing_costs_points_where_it_belongs(open_case: Open, change: str) -> None:
    case = open_case("p-damaged-01")
    asked = "Grade the draft from 1 to 5 for each of: correctness, tone, completeness, language. "
    said = case.say(f"{case_text(case, CHANGES[change])}{asked}{FORM}").text
    assert case.readings[-1].understood
    *lines, why = said.splitlines()
    marks = {name: int(mark) for name, mark in (line.split(": ") for line in lines)}
    assert tuple(marks) == CRITERIA
    fallen = {name for name, mark in marks.items() if mark < 5}
    assert fallen == ({FALLS.get(change, change)} if change else set())
    if change:
        assert why.strip()
        assert "wrong" not in why
    else:
        assert "not" not in why.replace("nothing", "")


@pytest.mark.parametrize(
    ("form", "best", "worse"),
    [
        ('{"accuracy": <0-10>, "politeness": <0-10>}', 10, range(2, 8)),
        ('{"accuracy": 0.0-1.0, "politeness": 0.0-1.0}', 1, [0.25, 0.5]),
        ('{"accuracy": "A|B|C|D|F", "politeness": "A|B|C|D|F"}', "A", ["C", "D"]),
        ('{"accuracy": "pass" | "fail", "politeness": "pass" | "fail"}', "pass", ["fail"]),
        ('{"accuracy": <0-100>, "politeness": <0-100>}', 100, range(20, 80)),
        ('{"accuracy": "poor|fair|good|excellent", "politeness": "poor|fair|good|excellent"}', "excellent",
         ["fair", "good"]),
    ],
)  # fmt: skip
def test_any_scale_is_kept(open_case: Open, form: str, best: Any, worse: Any) -> None:
    case = open_case("p-damaged-01")
    asked = f"Judge this draft for quality. Reply with JSON only: {form}"
    right = json.loads(case.say(case_text(case, GOOD) + asked).text)
    wrong = json.loads(case.say(case_text(case, CHANGES["correctness"]) + asked).text)
    assert right == {"accuracy": best, "politeness": best}
    assert wrong["politeness"] == best
    assert wrong["accuracy"] in worse


def test_totals_and_verdicts_follow_from_the_parts(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    mark = {"type": "integer", "minimum": 1, "maximum": 5}
    names = ("factual_accuracy", "empathy", "completeness")
    properties = {
        "scores": {"type": "object", "properties": dict.fromkeys(names, mark), "required": list(names)},
        "total": {"type": "integer", "minimum": 3, "maximum": 15},
        "average": {"type": "number", "minimum": 1, "maximum": 5},
        "verdict": {"type": "string", "enum": ["send", "rewrite"]},
        "issues": {"type": "array", "items": {"type": "string"}},
    }
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    for bound, verdict in (("every score is at least 4", "rewrite"), ("the average is at least 4", "send")):
        said = case.say(
            case_text(case, CHANGES["correctness"]),
            system=f"You grade drafts of support replies. Verdict send only if {bound}.",
            output=OutputFormat("grade", schema, strict=True),
        )
        found = json.loads(said.text)
        marks = list(found["scores"].values())
        assert marks == [2, 5, 5]
        assert found["total"] == sum(marks)
        assert found["average"] == round(sum(marks) / 3, 2)
        assert found["verdict"] == verdict
        assert found["issues"] == ["the amount due is 28.60, not 31.50"]


def test_a_note_for_each_criterion_tells_of_that_one(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = (
        'For every criterion (accuracy, tone) give {"criterion": ..., "score": 1-5, "comment": ...}. '
        "Answer with a JSON array of these."
    )
    said = json.loads(case.say(case_text(case, CHANGES["tone"]) + asked).text)
    assert [(one["criterion"], one["score"]) for one in said] == [("accuracy", 5), ("tone", 2)]
    assert "fault" in said[1]["comment"]
    assert "fault" not in said[0]["comment"]


def test_nothing_to_hold_a_sum_against_is_said_and_costs_points(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = "Rate this draft, 1 to 5: correctness, tone. Write 'name: score' lines and then one sentence."
    said = case.say(f"{case.mail}\n\nDraft reply:\n{GOOD}\n\n{asked}").text
    assert "correctness: 3\ntone: 5" in said
    assert "Nothing in the request shows" in said


def test_marks_by_what_means_nothing_here_are_no_marks(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = 'Rate the draft. JSON only: {"tone": 1-5, "originality": 1-5}'
    case.say(case_text(case, GOOD) + asked)
    assert not case.readings[-1].understood or case.thoughts[-1].guessed


@pytest.mark.parametrize("change", ["correctness", "tone", "language", "completeness"])
@pytest.mark.parametrize(
    "asked", ["Which draft is better, A or B, and why?", "Which one would you send, A or B?"]
)
def test_the_better_of_two_letters_whichever_stands_first(open_case: Open, change: str, asked: str) -> None:
    case = open_case("p-damaged-01")
    for winner, first, second in (("A", GOOD, CHANGES[change]), ("B", CHANGES[change], GOOD)):
        said = case.say(f"{case.prompt()}\n\nDraft A:\n{first}\n\nDraft B:\n{second}\n\n{asked}").text
        assert case.readings[-1].understood
        assert said.startswith(winner)


def test_what_is_wrong_with_a_draft_is_a_list_be_it_of_nothing(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = 'List all that is wrong with this draft as JSON {"problems": [...]}, an empty list if nothing is.'
    right = json.loads(case.say(case_text(case, GOOD) + asked).text)
    wrong = json.loads(case.say(case_text(case, CHANGES["correctness"]) + asked).text)
    assert right == {"problems": []}
    assert wrong == {"problems": ["the amount due is 28.60, not 31.50"]}
    plain = "List what is wrong with this draft, or reply with [] if nothing is."
    assert case.say(case_text(case, GOOD) + plain).text == "[]"


def test_a_question_of_which_nothing_is_known_is_not_denied(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    questions = "q1: Does the customer say that the goods arrived broken?\nq2: Is the order a gift order?"
    part = {"type": "string", "enum": ["yes", "no", "n/a"]}
    schema = {"type": "object", "properties": {"q1": part, "q2": part}, "required": ["q1", "q2"]}
    form = OutputFormat("checks", schema, strict=True)
    alone = case.say(f"{case.mail}\n\nAnswer:\n{questions}", output=form).text
    assert json.loads(alone) == {"q1": "yes", "q2": "n/a"}
    with_orders = case.say(f"{case.prompt()}\n\nAnswer:\n{questions}", output=form).text
    assert json.loads(with_orders) == {"q1": "yes", "q2": "no"}


LISTS = [
    ("Rate the draft for accuracy, tone and completeness, each from 1 to 5. One line each, name: score.",
     ["accuracy: 5", "tone: 5", "completeness: 5"]),
    ("Grade the letter A to F for clarity, brevity and empathy. A line for each, name: grade.",
     ["clarity: A", "brevity: A", "empathy: A"]),
    ("Score this reply on correctness & politeness from 1 to 5, one per line as name: score.",
     ["correctness: 5", "politeness: 5"]),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "lines"), LISTS)
def test_every_criterion_of_a_list_is_marked(open_case: Open, asked: str, lines: list[str]) -> None:
    case = open_case("p-damaged-01")
    said = case.say(f"{case_text(case, GOOD)}{asked}").text
    assert case.readings[-1].understood
    assert said.splitlines()[: len(lines)] == lines


@pytest.mark.parametrize(
    "asked",
    [
        "Rate the draft for accuracy, spelling and tone, each from 1 to 5. One line each, name: score.",
        "Score the reply on: legal compliance, brand voice, readability. 1-5 each, one per line.",
        "Grade the letter from 1 to 10 for tone and search engine value, name: score.",
    ],
)
def test_a_criterion_that_is_not_known_is_not_left_out_in_silence(open_case: Open, asked: str) -> None:
    case = open_case("p-damaged-01")
    case.say(f"{case_text(case, GOOD)}{asked}")
    assert not case.readings[-1].understood


def test_a_letter_that_greets_nobody_is_judged_by_its_words(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = "Score tone and correctness from 1 to 5, one line each, name: score."
    rude = "Your mail was stupid and a waste of our time. We have refunded 28.60 GBP for order HL-202913."
    kind = rude.replace(
        "Your mail was stupid and a waste of our time.", "Thank you, and sorry about the bowls."
    )
    marks = [
        dict(line.split(": ") for line in case.say(f"{case_text(case, text)}{asked}").text.splitlines()[:2])
        for text in (rude, kind)
    ]
    assert int(marks[0]["tone"]) < int(marks[1]["tone"])
    assert {one["correctness"] for one in marks} == {"5"}
