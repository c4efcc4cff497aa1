"""Checklists on notes of a mail: each question is answered by what is held against it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat
from tests.exercises.flaky_agent_trace.conftest import Case

OpenCase = Callable[..., Case]
Json = Any

CHECKLISTS = (
    (
        "correct_order",
        "cause_correct",
        "pieces",
        "condition_correct",
        "first_report_correct",
        "nothing_left_out",
    ),
    ("order_matches", "correct_cause", "pieces", "item_state_ok", "report_date_ok", "all_requests_covered"),
    ("orderRight", "claimTypeRight", "pieces", "openedRight", "dateFirstReportedRight", "coversEverything"),
)


def _asked(
    case: Case, names: tuple[str, ...], issue: str, order: str, opened: Json = None
) -> dict[str, Json]:
    notes = {"requests": [{"order_id": order, "issue": issue, "opened": opened, "first_reported": None}]}
    flag = {"type": "string", "enum": ["yes", "no"]}
    schema = {
        "type": "object",
        "properties": {name: flag for name in names if name != "pieces"},
        "required": [name for name in names if name != "pieces"],
        "additionalProperties": False,
    }
    said = case.say(
        f"{case.prompt()}\n\nA colleague's notes:\n{json.dumps(notes)}",
        system="You review a colleague's notes on a mail. Say no only where you can point at what is wrong.",
        output=OutputFormat("review", schema, strict=True),
    )
    assert case.readings[-1].understood, case.readings[-1].why_not
    return dict(json.loads(said.text))


@pytest.mark.parametrize("names", CHECKLISTS)
def test_right_notes_are_held_right_in_all(open_case: OpenCase, names: tuple[str, ...]) -> None:
    case = open_case("p-damaged-01")
    assert {*_asked(case, names, "damaged", "HL-202913").values()} == {"yes"}


@pytest.mark.parametrize("names", CHECKLISTS)
def test_a_wrong_cause_is_held_against_the_cause(open_case: OpenCase, names: tuple[str, ...]) -> None:
    case = open_case("p-damaged-01")
    said = _asked(case, names, "changed_mind", "HL-202913")
    assert said[names[1]] == "no"
    assert said[names[0]] == said[names[3]] == said[names[4]] == "yes"


@pytest.mark.parametrize("names", CHECKLISTS)
def test_a_wrong_state_is_held_against_the_state(open_case: OpenCase, names: tuple[str, ...]) -> None:
    case = open_case("p-opened-01")
    said = _asked(case, names, "changed_mind", "HL-203901", opened=False)
    assert [name for name, answer in said.items() if answer == "no"] == [names[3]]
