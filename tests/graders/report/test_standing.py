from __future__ import annotations

from dataclasses import replace

import pytest

from graders import grade as gr
from graders.evidence import Evidence
from graders.report.page import render
from graders.report.standing import below_it, few, headline, how, rule, subtotal


def at(grade: gr.Grade, **recommendation: object) -> gr.Grade:
    said = grade.recommendation.model_copy(update=recommendation)
    return grade.model_copy(update={"recommendation": said})


def test_public_scenarios_bring_no_recommendation(grade: gr.Grade) -> None:
    assert headline(grade) == "No recommendation"
    assert below_it(grade).endswith("On them the score stands above the bar.")
    hidden = grade.model_copy(update={"demonstration": False})
    assert headline(hidden) == "Above the bar"
    assert "A person decides" in below_it(hidden)


@pytest.mark.parametrize(
    ("value", "margin", "said"),
    [
        ("above", 8.0, "from 52.0 to 68.0 a person decides, that is 8.0 points, 1.95 standard errors, "),
        ("above", 8.0, "71.3 lies above that."),
        ("refer", 12.0, "71.3 lies within."),
        ("refer", 8.0, "71.3 lies above that; a person is asked all the same."),
        (
            "above",
            0.0,
            "as here, a person decides only at the bar itself. 71.3 lies above it.",
        ),
    ],
)
def test_the_rule_has_the_grades_own_numbers(grade: gr.Grade, value: str, margin: float, said: str) -> None:
    assert said in rule(at(grade, value=value, margin=margin))


def test_without_a_margin_there_is_no_rule_to_tell(grade: gr.Grade) -> None:
    assert rule(grade) == ""


def test_an_interval_of_few_families_is_not_called_one_of_95_percent(
    grade: gr.Grade, evidence: Evidence
) -> None:
    assert few(grade) == ""
    score = grade.score.model_copy(update={"calibrated": False})
    scarce = grade.model_copy(update={"score": score})
    assert few(scarce).endswith("in simulations with 8 and 15 it held in 92 to 98, by the work.")
    page, whole = (render(replace(evidence, grade=each)) for each in (scarce, grade))
    assert "Few families of scenarios." in page
    assert "the 95 % interval over other scenarios" in whole
    assert "the 95 % interval over other scenarios" not in page


def test_the_score_is_the_sum_of_outcome_and_claims(grade: gr.Grade) -> None:
    whole = grade.model_copy(update={"outcome": grade.outcome[:2]})
    assert subtotal(whole) == "outcome 48.1 of 75 + claims 14.2 of 25"
    lost = grade.outcome[0].model_copy(update={"earned": None})
    assert subtotal(grade.model_copy(update={"outcome": (lost,)})) == ""


def test_where_the_program_ran_is_said_as_it_was(grade: gr.Grade) -> None:
    assert how(grade) == (
        "The program ran in a container without a network against public demonstration scenarios."
    )
    bare = grade.sandbox.model_copy(update={"kind": "process"})
    assert how(grade.model_copy(update={"sandbox": bare, "demonstration": False})) == (
        "The program ran as a process of the grading machine, without isolation, against hidden scenarios."
    )
