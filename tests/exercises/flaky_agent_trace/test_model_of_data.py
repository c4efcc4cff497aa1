"""What is asked of data as such: broken JSON is repaired, orders are listed, counted, sorted and searched."""

from __future__ import annotations

import json

import pytest

from tests.exercises.flaky_agent_trace.conftest import Case, Open


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ('{"a": 1, "b": [1,2}', {"a": 1, "b": [1, 2]}),
        ("{'id': 'HL-204173', sum: 64.00, \"ok\": True,}", {"id": "HL-204173", "sum": 64.0, "ok": True}),
        ('{"a": "x" "b": 2, "said": "he said "no" twice"}', {"a": "x", "b": 2, "said": 'he said "no" twice'}),
        ('[1, 2, {"a": null', [1, 2, {"a": None}]),
    ],
)
@pytest.mark.parametrize(
    "asked",
    [
        "Fix this JSON: {}",
        "The following JSON is broken. Return only valid JSON.\n\n{}",
        "Repair the JSON:\n```json\n{}\n```",
    ],
)
def test_broken_json_is_repaired(open_case: Open, asked: str, broken: str, whole: object) -> None:
    case = open_case("p-return-01")
    assert json.loads(case.say(asked.replace("{}", broken)).text) == whole
    assert case.readings[-1].understood


def of_orders(case: Case, asked: str) -> str:
    said: str = case.say(f"Orders:\n{json.dumps(case.orders, indent=1)}\n\n{asked}").text
    assert case.readings[-1].understood, case.readings[-1].why_not
    return said


@pytest.mark.parametrize("asked", ["Which of these orders contain a {}?", "List the orders with a {}."])
@pytest.mark.parametrize(
    ("thing", "found"), [("pan", ["HL-203035", "HL-203270"]), ("rolling pin", ["HL-203035"]), ("kettle", [])]
)
def test_orders_with_a_thing(open_case: Open, asked: str, thing: str, found: list[str]) -> None:
    said = of_orders(open_case("p-knows-03"), asked.format(thing))
    assert sorted(id for id in ("HL-203035", "HL-203270") if id in said) == found


def test_orders_are_counted_and_sorted(open_case: Open) -> None:
    assert of_orders(open_case("p-knows-03"), "How many orders are there?") == "2"
    first, last = (
        of_orders(open_case("p-knows-03"), f"Sort these orders by delivery date, {way} first.").splitlines()[
            0
        ]
        for way in ("oldest", "newest")
    )
    assert (first[:9], last[:9]) == ("HL-203035", "HL-203270")


@pytest.mark.parametrize(
    "asked", ["Which orders does this customer have, and what is in them?", "What orders are there?"]
)
def test_orders_are_listed(open_case: Open, asked: str) -> None:
    said = of_orders(open_case("p-knows-03"), asked)
    assert said.count("\n") == 1
    assert "Rolling pin" in said


def test_nobody_is_told_what_the_model_is_made_of(open_case: Open) -> None:
    case = open_case("p-return-01")
    assert "simulated" not in case.say("What is the capital of Peru?").text
    assert not case.readings[-1].understood
