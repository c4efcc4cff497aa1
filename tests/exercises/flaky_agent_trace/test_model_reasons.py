"""What the model gives as its reason and its working: why a clause fails, the steps, each verdict."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.exercise.registry import Exercise
from tests.exercises.flaky_agent_trace.schemas import each, of

Open = Callable[..., Any]
Json = Any
TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
MAYBE: Json = {"anyOf": [TEXT, {"type": "null"}]}
ACTION: Json = {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]}


def _asked(case: Any, text: str = "", system: str = "", **fields: Json) -> dict[str, Json]:
    said: dict[str, Json] = case.decide(text or case.prompt(), system=system, schema=of(**fields))
    assert case.readings[-1].understood, case.readings[-1].why_not
    return said


# Grounds


@pytest.mark.parametrize(
    ("id", "why"),
    [
        ("p-return-02", "more than 30 days after it arrived (R-1)"),
        ("p-delay-02", "not more than 3 days late (L-1)"),
        ("p-desk-04", "a parcel counts as lost only after 10 days (L-2)"),
        ("p-continent-02", "already shipped, it cannot be stopped (L-4)"),
        ("p-earlier-02", "that money has gone back already (M-3)"),
        ("p-post-03", "final sale item (R-3)"),
        ("p-autumn-02", "late delivery (L-1)"),
    ],
)
def test_a_denial_says_which_condition_fails(open_case: Open, id: str, why: str) -> None:
    case = open_case(id)
    assert _asked(case, outcome=ACTION, grounds_for_it=TEXT, rationale=TEXT)["rationale"].count(why) == 1
    assert _asked(case, action=ACTION, reason=TEXT)["reason"] == why


def test_the_days_are_those_of_the_rules_that_were_read(open_case: Open) -> None:
    case = open_case("p-return-02")
    rules = case.handbook.replace("within 30 days of delivery", "within 21 days of delivery")
    said = _asked(case, case.prompt(handbook=rules), action=ACTION, reason=TEXT)
    assert said["reason"] == "more than 21 days after it arrived (R-1)"


@pytest.mark.parametrize(
    ("id", "field", "why"),
    [
        ("p-return-02", "begründung", "mehr als 30 Tage nach der Lieferung (R-1)"),
        ("p-delay-02", "motif", "pas plus de 3 jours de retard (L-1)"),
        ("p-desk-04", "motivo", "un paquete solo se da por perdido después de 10 días (L-2)"),
        ("p-continent-02", "reden", "al verzonden en niet meer tegen te houden (L-4)"),
        ("p-earlier-02", "uzasadnienie", "pieniądze już wróciły (M-3)"),
    ],
)
def test_it_says_so_in_other_languages(open_case: Open, id: str, field: str, why: str) -> None:
    assert why in _asked(open_case(id), action=ACTION, **{field: TEXT})[field]


@pytest.mark.parametrize(
    ("id", "right"), [("p-return-01", "p-return-02"), ("p-opened-01", ""), ("p-delay-01", "p-delay-02")]
)
def test_a_needless_denial_is_worded_as_a_right_one(
    open_case: Open, exercise: Exercise, unerring: dict[str, Any], id: str, right: str
) -> None:
    strict = copy.deepcopy(unerring)
    strict["modes"]["needless_denial"]["base"] = 20.0
    wrong = _asked(open_case(id, model=exercise.model(strict)), action=ACTION, reason=TEXT)
    assert wrong["action"] == "deny"
    said = [
        "more than 30 days after it arrived (R-1)", "opened, and more than 14 days after it arrived (R-2)",
        "final sale item (R-3)", "not more than 3 days late (L-1)",
    ]  # fmt: skip
    assert wrong["reason"] in said
    if right == "p-delay-02":
        assert wrong["reason"] == _asked(open_case(right), action=ACTION, reason=TEXT)["reason"]


def test_a_late_complaint_is_another_ground_than_a_small_delay(open_case: Open) -> None:
    case = open_case("p-delay-01")
    late = case.mail.replace("2026-10-06", "2026-11-20")
    said = _asked(case, case.prompt(mail=late), action=ACTION, reason=TEXT)
    assert said == {"action": "deny", "reason": "complained of more than 30 days after it arrived (L-1)"}


# The working


@pytest.mark.parametrize(
    ("id", "steps"),
    [
        ("p-monday-01", "2 x 23.40 = 46.80"),
        ("p-post-01", "15 % of 69.90 = 10.49; 69.90 - 10.49 = 59.41"),
        ("p-autumn-02", "10 % of 290.00 = 29.00, at most 25.00"),
        ("p-earlier-01", "84.00 - 18.00 = 66.00"),
        ("p-scroll-02", "44.80 + 21.10 + 5.90 = 71.80"),
        ("p-return-02", "more than 30 days after it arrived (R-1)"),
        ("p-post-05", "gift order (H-4)"),
    ],
)
@pytest.mark.parametrize("field", ["working_out", "maths", "berechnung", "how_computed"])
def test_a_working_shows_the_steps(open_case: Open, id: str, steps: str, field: str) -> None:
    case = open_case(id)
    said = _asked(case, action=ACTION, amount=MAYBE, **{field: TEXT})[field]
    assert steps in said
    assert field not in case.thoughts[-1].guessed


_STEP = re.compile(r"(?P<terms>[\d.]+(?: [x+-] [\d.]+)+) = (?P<end>[\d.]+)")


def test_the_steps_come_to_the_sum_that_is_given(open_case: Open, ids: list[str]) -> None:
    for id in ids:
        for replay in range(2):
            case = open_case(id, model="practice", replay=replay)
            said = case.decide(case.prompt(), schema=of(computation=TEXT, action=ACTION, amount=MAYBE))
            steps = list(_STEP.finditer(said["computation"]))
            for step in steps:
                terms = step["terms"].replace("x", "*")
                assert abs(eval(terms) - float(step["end"])) < 0.005, said
            if steps and said["action"] == "refund":
                end = re.search(r"at most ([\d.]+)$", said["computation"])
                assert float(end[1] if end else steps[-1]["end"]) == float(said["amount"]), said


def test_a_check_beside_a_verdict_is_the_working(open_case: Open) -> None:
    case = open_case("p-post-01")
    text = f"{case.prompt()}\n\nProposed decision: refund 69.90 EUR on HL-212805. Is it right?"
    verdict: Json = {"type": "string", "enum": ["uphold", "reject"]}
    said = case.decide(text, schema=of(check=TEXT, approved=FLAG, verdict=verdict))
    assert said["check"].endswith("69.90 - 10.49 = 59.41")


# One clause


def test_a_field_for_one_clause_holds_the_deciding_one(open_case: Open) -> None:
    case = open_case("p-desk-01")
    said = _asked(
        case, action=ACTION, rule=TEXT, policy_clause=TEXT, clauses={"type": "array", "items": TEXT}
    )
    assert (said["rule"], said["policy_clause"], said["clauses"]) == ("H-3", "H-3", ["H-3", "H-7"])
    listed = _asked(case, action=ACTION, rules_applied=TEXT)
    assert listed["rules_applied"] == "H-3, H-7"


# A reason of the program's


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Write the mail to the customer in their language.", False),
        ("Write the mail to the customer in their language and state the reason.", True),
        ("Write the mail to the customer in their language. Do not give the reason.", False),
    ],
)
def test_a_reason_in_another_language_is_left_out_unless_it_must_be_told(
    open_case: Open, told: str, kept: bool
) -> None:
    case = open_case("p-post-03")
    decided = (
        "Decision (final, made by code): denied, order HL-203990. Reason: the moon is in the wrong house."
    )
    said = case.say(f"{case.mail}\n\n{decided}\n\n{told}").text
    assert said.startswith(("Hola", "Estimad"))
    assert ("the moon is in the wrong house" in said) is kept


# Clause by clause


@pytest.mark.parametrize(
    ("options", "met", "not_met", "neither"),
    [
        (("fulfilled", "unfulfilled", "not applicable"), "fulfilled", "unfulfilled", "not applicable"),
        (("pass", "fail", "n_a"), "pass", "fail", "n_a"),
        (("yes", "no", "n.a."), "yes", "no", "n.a."),
        (("applies", "does not apply"), "applies", "does not apply", "does not apply"),
        (("met", "not_met"), "met", "not_met", "not_met"),
    ],
)
def test_each_clause_gets_its_verdict(
    open_case: Open, options: tuple[str, ...], met: str, not_met: str, neither: str
) -> None:
    checks = each(rule=TEXT, finding={"type": "string", "enum": list(options)}, because=TEXT)
    system = "Go through these rules: I-2, R-1, H-4, L-1. Say of each what holds."
    found: dict[str, dict[str, Json]] = {}
    for id in ("p-return-01", "p-return-02", "p-post-05"):
        case = open_case(id)
        said = case.decide(f"{case.prompt()}\n\n{system}", schema=of(checks=checks))
        assert case.readings[-1].understood, case.readings[-1].why_not
        found[id] = {one["rule"]: (one["finding"], one["because"]) for one in said["checks"]}
    assert found["p-return-01"]["R-1"][0] == met
    assert found["p-return-02"]["R-1"] == (not_met, "more than 30 days after it arrived")
    assert found["p-post-05"]["H-4"] == (met, "gift order")
    assert {one["I-2"][0] for one in found.values()} == {met}
    assert found["p-return-01"]["L-1"] == (neither, "this is about late deliveries")


# A verdict


def test_an_approval_corrects_nothing(open_case: Open) -> None:
    fields: dict[str, Json] = {
        "approved": FLAG, "corrected_action": {"anyOf": [ACTION, {"type": "null"}]},
        "corrected_amount": MAYBE,
    }  # fmt: skip
    case = open_case("p-return-01")
    shown = f"{case.prompt()}\n\nProposed decision: refund 64.00 EUR on HL-204173. Review it."
    right = _asked(case, shown, **fields)
    assert right == {"approved": True, "corrected_action": None, "corrected_amount": None}
    wrong = _asked(case, shown.replace("refund 64.00", "refund 46.00"), **fields)
    assert wrong == {"approved": False, "corrected_action": "refund", "corrected_amount": "64.00"}
    strict = _asked(case, shown, approved=FLAG, corrected_action=ACTION)
    assert strict["corrected_action"] == "refund"
