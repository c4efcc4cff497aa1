from __future__ import annotations

from dataclasses import replace

import pytest

from graders import evidence as ev
from graders import grade as gr
from graders.report.questions import questions
from graders.report.words import chance, facts, interval, name, number, otherwise, verdict, worth


@pytest.mark.parametrize(
    ("value", "unit", "sign", "said"),
    [
        (None, "share", False, "–"),
        (0.735, "share", False, "73.5 %"),
        (-0.12, "share", True, "−12.0 pp"),
        (0.0123, "usd", False, "$0.0123"),
        (-0.0123, "usd", True, "−$0.0123"),
        (1234.5, "usd", False, "$1,234.50"),
        (9.44, "seconds", False, "9.44 s"),
        (7.0, "calls", False, "7 calls"),
        (-3.14, "points", False, "−3.1"),
        (-0.01, "points", False, "0.0"),
        (0.0, "share", True, "0.0 pp"),
        (-0.000001, "usd", True, "$0.00000"),
        (0.0024, "usd", False, "$0.00240"),
    ],
)
def test_numbers_as_people_read_them(value: float | None, unit: str, sign: bool, said: str) -> None:
    assert number(value, unit, sign=sign) == said


def test_an_interval_says_its_unit_once() -> None:
    assert interval(0.1, 0.2, "share") == "10.0 to 20.0 %"
    assert interval(-0.1, 0.2, "share", sign=True) == "−10.0 to +20.0 pp"
    assert interval(2.7, 3.1, "calls") == "2.7 to 3.1 calls"
    assert interval(None, 0.2, "share") == ""


def test_facts_count(evidence: ev.Evidence) -> None:
    said = " ".join(facts(evidence))
    ends = [ended for case in evidence.cases for ended in case.ours]
    assert f"{ends.count('success')} of 192 trials of single tasks ended well" in said
    assert f"{ends.count('harm')} of them with harm" in said
    assert "2 of 3 replayed claims did not come out as predicted" in said
    assert "did not come out as predicted: read-the-order-again (predicted " in said
    claims = tuple(claim for claim in evidence.grade.claims if claim.covered)
    held = replace(evidence, grade=evidence.grade.model_copy(update={"claims": claims}))
    assert "as predicted, within our noise." in " ".join(facts(held))
    assert "_" not in said
    gained = evidence.pairs.ours
    assert f"{gained} trials succeeded where the starter failed, and 12 failed where it succeeded" in said


def test_facts_say_what_became_of_weekends_and_that_nothing_was_claimed(evidence: ev.Evidence) -> None:
    part = gr.PartEnd(hour=1.0, success=False, harm=True, left=True, label="wrong_amount")
    well = gr.PartEnd(hour=2.0, success=True, harm=False, left=False, label="ok")
    weekend = ev.Weekend("w", "weekend", 0, (part, well), (part, part))
    grade = evidence.grade.model_copy(update={"claims": ()})
    said = " ".join(facts(replace(evidence, weekends=(weekend,), grade=grade)))
    assert (
        "On the weekends 1 of 2 tickets ended with harm (the starter’s: 2), most often wrong amount (1), "
        "and 1 was left to people." in said
    )
    assert "trials of single tasks ended well" in said
    assert "The submission claims nothing." in said


def test_the_family_of_most_harm_is_named_where_one_stands_out(evidence: ev.Evidence) -> None:
    ghosts = ev.Case("g-1", "ghost_writer", ("harm", "harm", "harm"), ("harm", "success", "failure"))
    alone = ev.Case("t-1", "twins", ("harm", "success"))
    said = " ".join(facts(replace(evidence, cases=(ghosts, alone))))
    assert (
        "3 of the 4 trials with harm are of one family, ghost writer "
        "(3 trials; the starter did it in 1 of 3)." in said
    )
    others = tuple(replace(alone, id=f"o-{n}", family=f"family {n}") for n in range(4))
    assert "of one family" not in " ".join(facts(replace(evidence, cases=(ghosts, *others))))


def test_what_a_regrade_may_say_besides_is_said_likeliest_first() -> None:
    again = {"below": 0.08, "refer": 0.67, "above": 0.25}
    said = gr.Recommendation.model_validate({"value": "refer", "p_same": 0.67, "bar": 60, "again": again})
    assert otherwise(said) == "above the bar 25 %, below the bar 8 %"
    assert otherwise(said.model_copy(update={"again": None})) == ""


def test_facts_put_success_beside_both_anchors_and_say_what_cannot_be_told(evidence: ev.Evidence) -> None:
    rate = evidence.grade.outcome[0].model_copy(
        update={"id": "success_rate", "value": 0.71, "starter": 0.702, "reference": 0.865}
    )
    found = evidence.grade.differences[0].model_copy(update={"id": "success_rate", "distinguishable": False})
    grade = evidence.grade.model_copy(
        update={"outcome": (rate,), "differences": (found,), "strata": {"stress": 0.4}}
    )
    said = " ".join(facts(replace(evidence, grade=grade, crashed=5)))
    assert "ended well, weighed 71.0 % (starter 70.2 %, reference 86.5 %)." in said
    assert "not distinguishable from no change" in said
    assert "In 5 trials the program ended with an error" in said


def test_a_serious_finding_is_the_first_question(evidence: ev.Evidence) -> None:
    finding = gr.Finding(kind="hidden_half", detail="it holds the mark", weight="serious", where="agent.py")
    grade = evidence.grade.model_copy(update={"integrity": (finding,)})
    first = questions(replace(evidence, grade=grade))[0]
    assert first.anchor == "integrity"
    assert "hidden half, it holds the mark (agent.py)" in first.because


def test_one_models_price_is_no_choice_to_ask_about(evidence: ev.Evidence) -> None:
    one = replace(evidence, spent=evidence.spent[:1])
    assert "cost" not in [question.anchor for question in questions(one)]


def test_what_a_claim_earns_is_explained(grade: gr.Grade) -> None:
    claim = grade.claims[0].model_copy(update={"gain": 0.14, "measured": grade.claims[0].predicted})
    assert worth(claim) == (
        "precision 71 %, sure gain 14 % of what was to be had; predicted what the candidate had measured"
    )
    assert worth(claim.model_copy(update={"skill": None, "remark": "why"})) == "why"


def test_questions_come_from_the_worst_claim_the_harm_and_the_dearest_model(evidence: ev.Evidence) -> None:
    about = questions(evidence)
    assert [question.anchor for question in about] == ["claims", "failures", "cost"]
    assert about[0].because.startswith("read-the-order-again")
    assert "120 pairs" in about[0].ask
    assert "wrong amount" in about[1].ask
    assert "large" in about[2].ask


def test_there_are_questions_to_flawless_work_too(evidence: ev.Evidence) -> None:
    grade = evidence.grade.model_copy(update={"claims": (), "integrity": ()})
    about = questions(replace(evidence, grade=grade, failures=(), pairs=ev.Pairs(190, 2, 0, 0)))
    assert len(about) == 3
    assert "no claim" in about[0].because


def test_verdicts_on_claims(grade: gr.Grade) -> None:
    assert [verdict(claim) for claim in grade.claims] == [
        "as predicted, within our noise",
        "the other direction",
        "outside the prediction by $0.00400",
        "not measured: the patch does not apply",
    ]


def test_a_claim_that_our_replay_cannot_judge_is_neither_right_nor_wrong(grade: gr.Grade) -> None:
    claim = grade.claims[0].model_copy(update={"points": None})
    assert verdict(claim) == "cannot be told"


@pytest.mark.parametrize(("p", "said"), [(1.0, "over 99 %"), (0.972, "97 %"), (0.0, "under 1 %")])
def test_no_chance_is_surer_than_its_digits(p: float, said: str) -> None:
    assert chance(p) == said


def test_names_of_measurements() -> None:
    assert name("pass^2") == "scenarios of which 2 replays all end well"
    assert name("made_up_rate") == "made up rate"
