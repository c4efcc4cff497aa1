from __future__ import annotations

from dataclasses import replace

from graders import evidence as ev
from graders import grade as gr
from graders import history
from graders.report.questions import questions


def test_a_serious_finding_is_the_first_question(evidence: ev.Evidence) -> None:
    finding = gr.Finding(kind="hidden_half", detail="it holds the mark", weight="serious", where="agent.py")
    grade = evidence.grade.model_copy(update={"integrity": (finding,)})
    first = questions(replace(evidence, grade=grade))[0]
    assert first.anchor == "integrity"
    assert "hidden half, it holds the mark (agent.py)" in first.because


def test_one_models_price_is_no_choice_to_ask_about(evidence: ev.Evidence) -> None:
    one = replace(evidence, spent=evidence.spent[:1])
    assert "cost" not in [question.anchor for question in questions(one)]


def test_questions_come_from_the_worst_claim_the_harm_and_the_dearest_model(evidence: ev.Evidence) -> None:
    about = questions(evidence)
    assert [question.anchor for question in about] == [
        "claims",
        "failures",
        "cost",
        "starter",
        "weekends",
        "journal",
    ]
    assert about[0].because.startswith("read-the-order-again")
    assert "120 pairs" in about[0].ask
    assert "wrong amount" in about[1].ask
    assert "large" in about[2].ask


def test_there_are_questions_to_flawless_work_too(evidence: ev.Evidence) -> None:
    grade = evidence.grade.model_copy(update={"claims": (), "integrity": ()})
    about = questions(replace(evidence, grade=grade, failures=(), pairs=ev.Pairs(190, 2, 0, 0)))
    assert [question.anchor for question in about] == [
        "claims",
        "cost",
        "weekends",
        "journal",
        "trials",
        "changes",
    ]
    assert "no claim" in about[0].because


def test_what_costs_much_more_than_the_starter_is_asked_about(evidence: ev.Evidence) -> None:
    cost = evidence.grade.cost.model_copy(update={"usd": 5.0})
    dear = replace(evidence, grade=evidence.grade.model_copy(update={"cost": cost}))
    [asked] = [question for question in questions(dear) if question.anchor == "cost"]
    assert "2.0 times the starter’s $2.50" in asked.because


def test_the_example_is_gone_through_and_its_label_not_asked_about_twice(looked: ev.Evidence) -> None:
    about = {question.anchor: question for question in questions(looked)}
    assert "failures" not in about
    assert "ended as “wrong amount”" in about["example"].ask
    assert about["example"].because == (
        "late-parcel-0.1, replay 1: expected refund 24.90 EUR on HL-1; paid 29.90 on HL-1; cases 0. "
        "The starter on the same draws ended well."
    )


def test_regressions_and_the_worst_weekend_are_named(evidence: ev.Evidence) -> None:
    about = {question.anchor: question.because for question in questions(evidence)}
    assert about["starter"].startswith("In 12 pairs only the starter succeeded: double-charge-0.1, ")
    assert about["starter"].endswith(" and others.")
    assert about["weekends"] == (
        "dark-cellar, replay 0: 2 of 5 tasks ended well (the starter’s: 1); "
        "the one that came at hour 16 ended as “double refund” with harm."
    )


def test_what_was_tried_and_dropped_is_quoted_and_cut(evidence: ev.Evidence) -> None:
    events = (
        history.Event(5.0, "try", "kept one"),
        history.Event(6.0, "keep", ""),
        history.Event(40.0, "try", "x" * 900),
        history.Event(61.0, "drop", ""),
        history.Event(62.0, "drop", ""),
    )
    told = questions(replace(evidence, journal=history.Journal(events)), 20)
    [asked] = [question for question in told if question.anchor == "journal"]
    assert asked.because.startswith("The candidate’s own log, minute 40: xxx")
    assert len(asked.because) < 400
    assert "journal" not in [q.anchor for q in questions(replace(evidence, journal=history.Journal()), 20)]


def test_what_luck_decides_is_asked_of_one_scenario(evidence: ev.Evidence) -> None:
    [asked] = [question for question in questions(evidence, 20) if question.anchor == "trials"]
    first = next(case for case in evidence.cases if "success" in case.ours and len(set(case.ours)) > 1)
    assert first.id in asked.ask
    assert ", ".join(first.ours) in asked.because


def test_a_claim_that_held_and_earned_nothing_is_asked_about(evidence: ev.Evidence) -> None:
    why = "only 0 % of the change’s lines stand in the submitted work"
    claim = evidence.grade.claims[0].model_copy(update={"points": 0.0, "remark": why})
    grade = evidence.grade.model_copy(update={"claims": (claim,)})
    about = questions(replace(evidence, grade=grade))[0]
    assert about.ask.startswith(f"Your claim retry-with-a-key held and earned nothing: {why}.")
