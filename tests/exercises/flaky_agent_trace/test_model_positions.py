"""Why: a handover's clause, what a critic holds against a proposal, a plan for a case, the other side."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import ToolCall, ToolSpec
from harness.exercise.registry import Exercise
from tests.exercises.flaky_agent_trace.conftest import TOOLS

Open = Callable[..., Any]
VERDICT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "action": {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]},
        "clause": {"type": "string"},
        "reason": {"type": "string"},
    },
    "required": ["action", "clause", "reason"],
}
UNNAMED = {**VERDICT, "properties": {k: v for k, v in VERDICT["properties"].items() if k != "clause"}}
BARRIERS = {"p-post-05": "H-4", "p-names-03": "I-2", "p-desk-01": "H-3", "p-earlier-03": "H-6"}


@pytest.mark.parametrize(("id", "clause"), BARRIERS.items())
def test_a_handover_names_its_clause_where_there_is_a_place_for_it(
    open_case: Open, id: str, clause: str
) -> None:
    case = open_case(id)
    answer = case.decide(case.prompt(), schema=VERDICT)
    assert answer["action"] == "escalate"
    assert clause in answer["clause"]
    assert clause in answer["reason"]


def test_without_a_place_for_it_who_read_the_clauses_names_one_all_the_same(open_case: Open) -> None:
    def unclear(whole: bool) -> int:
        found = 0
        for id, clause in BARRIERS.items():
            case = open_case(id)
            alone = next(line for line in case.handbook.splitlines() if line.startswith(clause))
            shown = case.prompt() if whole else case.prompt(handbook=alone)
            found += "clear enough" in case.decide(shown, schema=UNNAMED)["reason"]
        return found

    assert unclear(whole=True) == 0
    assert unclear(whole=False) == 2


def test_a_needless_handover_names_a_clause_as_well(
    open_case: Open, exercise: Exercise, unerring: dict[str, Any]
) -> None:
    """So no answer tells a slip by its empty field."""
    card = copy.deepcopy(unerring)
    card["modes"]["needless_escalation"]["base"] = 20.0
    model = exercise.model(card)
    for id in ("p-return-01", "p-damaged-01", "p-opened-01", "p-delay-01", "p-monday-01"):
        case = open_case(id, model)
        answer = case.decide(case.prompt(), schema=VERDICT)
        assert answer["action"] == "escalate"
        assert answer["clause"]


def test_a_tool_with_an_argument_for_the_clause_gets_it(open_case: Open) -> None:
    escalate = ToolSpec(
        "escalate",
        "",
        {
            "type": "object",
            "properties": {"order_id": {"type": "string"}, "clause": {"type": "string"}},
            "required": ["order_id", "clause"],
        },
    )
    tools = tuple(escalate if tool.name == "escalate" else tool for tool in TOOLS)
    for id, clause in BARRIERS.items():
        messages = open_case(id).act(tools=tools)
        calls = [part for message in messages for part in message.parts if isinstance(part, ToolCall)]
        made = next(json.loads(call.arguments) for call in calls if call.name == "escalate")
        assert clause in made["clause"]


def test_grounds_for_no_order_speak_of_none(open_case: Open) -> None:
    case = open_case("p-knows-03")
    answer = case.decide(case.prompt(), schema={**VERDICT, "properties": {**VERDICT["properties"]}})
    thought = {**VERDICT, "properties": {"action": VERDICT["properties"]["action"], "reasoning": {}}}
    reasoning = case.decide(case.prompt(), schema={**thought, "required": ["action", "reasoning"]})
    assert answer["action"] == reasoning["action"] == "need_info"
    assert "no order" not in reasoning["reasoning"]


DECIDED = "The bot's decision: {}\n\n"


@pytest.mark.parametrize(
    ("id", "decided", "why"),
    [
        ("p-desk-01", "refund 119.00 GBP on HL-207433", "open chargeback (H-3)"),
        ("p-return-02", "refund 58.00 GBP on HL-199561", "34 days, and 30 are allowed"),
        ("p-opened-01", "refund 84.95 EUR on HL-203901", "Less the restocking fee: 12.74 EUR."),
        ("p-sale-01", "deny, HL-215440, final sale", "(D-1)"),
    ],
)
@pytest.mark.parametrize(
    "asked",
    [
        "Find every mistake in it, be brutal. If there is none, say LGTM.",
        "What is wrong with it, and why?",
        "Review it and explain which rule it breaks.",
        "Tear it apart: which errors does it contain?",
    ],
)
def test_a_critic_says_why(open_case: Open, id: str, decided: str, why: str, asked: str) -> None:
    case = open_case(id)
    said = case.say(f"{case.prompt()}\n\n{DECIDED.format(decided)}{asked}").text
    assert said.startswith("I would not let this pass:")
    assert why in said


def test_a_critic_that_is_not_asked_why_gives_its_verdict(open_case: Open) -> None:
    case = open_case("p-desk-01")
    proposal = DECIDED.format("refund 119.00 GBP on HL-207433")
    said = case.say(f"{case.prompt()}\n\n{proposal}Is it right? Answer OK, or say what is wrong.").text
    assert "chargeback" not in said
    good = DECIDED.format("escalate HL-207433")
    assert (
        case.say(f"{case.prompt()}\n\n{good}Find every mistake. If there is none, say LGTM.").text == "LGTM"
    )


PLANNERS = (
    "You plan for a refund agent. Write a short numbered plan for this ticket: what to look up and check.",
    "Outline how you would work on this ticket.",
    "Output: numbered steps only, of what the agent is to do.",
    "Draft a roadmap for the ticket with the things to verify.",
)


@pytest.mark.parametrize("asked", PLANNERS)
@pytest.mark.parametrize("id", ["p-thread-01", "p-earlier-02", "p-sale-02", "p-regular-01"])
def test_a_plan_is_one_and_of_this_case(open_case: Open, asked: str, id: str) -> None:
    case = open_case(id)
    said = case.say(case.mail, system=asked).text
    lines = said.splitlines()
    assert [line.split(".")[0] for line in lines] == [str(at) for at in range(1, len(lines) + 1)]
    named = {"p-thread-01": "HL-206790", "p-earlier-02": "HL-209850", "p-sale-02": "HL-201930"}
    assert named.get(id, case.task["ticket"]["from"]["email"]) in lines[0]
    assert ("lawyer" in said) is (id == "p-sale-02")
    assert ("first reported on 2026-10-14" in said) is (id == "p-thread-01")


def test_the_steps_of_a_sum_are_no_plan(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(f"{case.prompt()}\n\nList the steps of the calculation.").text
    assert "Read order" not in said


@pytest.mark.parametrize(("id", "carries"), [("p-return-02", False), ("p-return-01", True)])
def test_an_advocate_argues_by_the_handbook_and_admits_what_does_not_carry(
    open_case: Open, id: str, carries: bool
) -> None:
    case = open_case(id)
    for system in (
        "You are the customer's advocate. Make the strongest honest case that they are owed something.",
        "Argue the customer's side in a few sentences.",
    ):
        said = case.say(case.prompt(), system=system).text
        assert "R-1 says: Unwanted items" in said
        assert ("no case for a refund" in said) is not carries
        assert ("64.00" in said) is carries


def test_a_decision_is_no_advocacy(open_case: Open) -> None:
    case = open_case("p-return-02")
    assert case.decide(case.prompt())["action"] == "deny"
    said = case.say(f"{case.prompt()}\n\nDecide. Be fair to the customer's side.").text
    assert "no case for a refund" not in said
