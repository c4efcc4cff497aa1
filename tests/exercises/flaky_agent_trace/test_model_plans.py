"""Plans as a list of calls: each with what it is given, and what has to be settled first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.exercises.flaky_agent_trace.schemas import each, of

Open = Callable[..., Any]
PLAN = of(
    calls=each(
        tool={"type": "string", "enum": ["search_orders", "get_order", "get_policy"]},
        query={"type": "string"},
    ),
    open_questions={"type": "array", "items": {"type": "string"}},
)
SYSTEM = "Plan which look-ups this refund ticket needs. You see the mail alone; nothing is decided yet."


def test_a_planned_call_is_given_what_it_takes(open_case: Open) -> None:
    case = open_case("p-return-01")
    plan = case.decide(case.mail, system=SYSTEM, schema=PLAN)
    given = {call["tool"]: call["query"] for call in plan["calls"]}
    assert given["get_order"] == "HL-204173"
    assert given["get_policy"] == "all"
    assert any("delivered" in question for question in plan["open_questions"])


def test_without_a_number_the_sender_is_looked_for(open_case: Open) -> None:
    case = open_case("p-same-02")
    plan = case.decide(case.mail, system=SYSTEM, schema=PLAN)
    assert plan["calls"][0]["tool"] == "search_orders"
    assert "@" in plan["calls"][0]["query"]
    assert "which order is meant" in plan["open_questions"]


def test_of_several_orders_none_is_the_one(open_case: Open, ids: list[str], exercise: Any) -> None:
    schema = of(
        match_status={"type": "string", "enum": ["one", "several", "unclear", "none"]},
        order_id={"type": ["string", "null"]},
    )
    several = [id for id in ids if len(exercise.bank[id].meaning.get("orders_concerned", ())) > 1]
    for id in several:
        case = open_case(id)
        said = case.decide(case.prompt(handbook=""), system="Which order is it about?", schema=schema)
        assert said["match_status"] != "several" or said["order_id"] is None
    assert several
