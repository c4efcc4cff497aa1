from __future__ import annotations

import pytest

from graders import grade as gr
from graders.report.words import (
    chance,
    ends,
    glossary,
    interval,
    judged,
    name,
    number,
    otherwise,
    percent,
    rests,
    shortened,
    untold,
    verdict,
    worth,
)


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


def test_what_a_regrade_may_say_besides_is_said_likeliest_first() -> None:
    again = {"below": 0.08, "refer": 0.67, "above": 0.25}
    said = gr.Recommendation.model_validate({"value": "refer", "p_same": 0.67, "bar": 60, "again": again})
    assert otherwise(said) == "above the bar 25 %, below the bar 8 %"
    assert otherwise(said.model_copy(update={"again": None})) == ""


def test_what_a_claim_earns_is_explained(grade: gr.Grade) -> None:
    claim = grade.claims[0].model_copy(update={"gain": 0.14, "measured": grade.claims[0].predicted})
    assert worth(claim) == (
        "precision 71 %, sure gain 14 % of what was to be had; predicted what the candidate had measured"
    )
    assert worth(claim.model_copy(update={"skill": None, "remark": "why"})) == "why"


def test_verdicts_on_claims(grade: gr.Grade) -> None:
    assert [verdict(claim) for claim in grade.claims] == [
        "inside the predicted range",
        "the other direction; cannot be told from no effect",
        "outside the predicted range by $0.00400",
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


def test_a_measurement_says_what_it_rests_on_and_when_that_is_little(grade: gr.Grade) -> None:
    found = grade.outcome[0]
    assert rests(found) == "n = 192, 24 families"
    few = found.model_copy(update={"n": 12, "clusters": 6, "by": "scenario"})
    assert rests(few) == "n = 12, only 6 scenarios"
    assert rests(found.model_copy(update={"clusters": 0})) == "n = 192"


def test_few_claims_are_not_taken_for_many(grade: gr.Grade) -> None:
    assert judged(grade.claims) == (
        "3 of 4 claims judged: 1 inside the predicted range, 2 outside it; "
        "so few say little of how the next would do"
    )
    assert judged(grade.claims * 4) == "12 of 16 claims judged: 4 inside the predicted range, 8 outside it"
    assert judged(()) == "0 of 0 claims judged"


def test_what_holds_of_a_claim_is_said_apart_from_what_our_noise_allows(grade: gr.Grade) -> None:
    near = grade.claims[0].model_copy(update={"value": -0.09, "low": -0.181, "high": 0.001})
    assert verdict(near) == (
        "outside the predicted range by 1.0 pp, within our noise; cannot be told from no effect"
    )
    assert verdict(near.model_copy(update={"high": -0.0003})).endswith("no effect"), "it is shown as 0.0"


def test_what_earns_nothing_by_a_rule_is_no_measurement(grade: gr.Grade) -> None:
    why = "only 23% of the change’s lines stand in the submitted work (what it does in other words is …)"
    claim = grade.claims[0].model_copy(update={"gain": 0.0, "in_work": False, "remark": why, "points": 0.0})
    assert worth(claim) == (
        "the effect was found, but earns nothing: only 23 % of the change’s lines stand in the submitted "
        "work, and points are for submitted code. That is a rule of ours, not a measurement"
    )
    assert worth(claim.model_copy(update={"high": 0.02})).startswith("earns nothing: only 23 %")
    nothing = claim.model_copy(update={"in_work": True, "remark": "no gain that can be told from nothing"})
    assert worth(nothing) == "precision 71 %; earns nothing: no gain that can be told from nothing"


def test_a_row_says_from_where_to_where_its_points_go(grade: gr.Grade) -> None:
    row = grade.outcome[0]
    assert ends(row) == ""
    assert (
        ends(row.model_copy(update={"zero": 0.33, "full": 0.95}))
        == "points from 33.0 % (none) to 95.0 % (all)"
    )


def test_a_row_says_where_its_difference_may_be_none(grade: gr.Grade) -> None:
    _, _, cost, _ = grade.outcome
    assert untold(cost, grade.differences) == "difference from the starter: cannot be told from none"
    assert untold(grade.outcome[0], grade.differences) == ""


def test_few_trials_have_no_decimals_and_digests_are_cut() -> None:
    assert (percent(2 / 3), percent(None)) == ("67 %", "–")
    assert shortened(f"refunds 1.0, {'9f2c' * 16}") == "refunds 1.0, 9f2c9f2c9f2c…"


def test_the_glossary_speaks_of_strata_only_where_there_are_some(grade: gr.Grade) -> None:
    assert [term.word for term in glossary(grade)][-2:] == ["weighed", "production, stress"]
    assert len(glossary(grade.model_copy(update={"strata": {}}))) == 4


def test_an_old_label_says_what_the_new_one_does(grade: gr.Grade) -> None:
    old = grade.process[0].model_copy(update={"label": "predictions that replication confirmed"})
    assert name(old) == "all claims together"
