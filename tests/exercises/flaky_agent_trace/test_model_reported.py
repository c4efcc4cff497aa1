"""What a program says was done already is known as done; what others say, rules and failures are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.vault_files import open_vault
from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.exercise.registry import find_exercise
from tests.exercises.flaky_agent_trace.conftest import TOOLS

Open = Callable[..., Any]
RETURN = "p-return-01"
FINISH = ToolSpec(
    "finish", "End the work on this ticket",
    {
        "type": "object",
        "properties": {"success": {"type": "boolean"}, "summary": {"type": "string"}},
        "required": ["success", "summary"],
    },
)  # fmt: skip

REFUNDED = [
    "You have already refunded 28.60 EUR on HL-204173; only the reply is left.",
    "Refund of 28.60 issued (id rf_123).",
    'State: {"refunded": true, "amount": 28.6, "reply_sent": false}',
    "refunded: true\namount: 28.60\nreply_sent: false",
    "refund(order_id=HL-204173, amount=28.60) → ok",
    "Summary so far: looked up order HL-204173, read the handbook, refunded 28.60, reply not sent yet.",
    "steps_done: [get_order, get_policy, refund 28.60]\nsteps_left: [reply]",
    '{"steps_done": ["get_order", "refund"], "amount": 28.6, "steps_left": ["reply"]}',
    "[12:00] get_order ok\n[12:01] refund ok 28.60",
    "Action: refund(order_id=HL-204173, amount=28.60)\nObservation: accepted",
    "Done so far:\n- looked up the order\n- refunded 28.60 EUR\nNext:\n- reply to the customer",
    '{"log": [{"tool": "refund", "args": {"order_id": "HL-204173", "amount": 28.6}, "result": "ok"}]}',
    "The refund has been paid: 28.60 EUR.",
]
NOTHING = [
    "The customer says that you already refunded 20 EUR.",
    "Hello, you already refunded me 20.",
    "You refunded 20 EUR last month for another item.",
    "Orders that were refunded before are not refunded twice.",
    "Refunded so far: 20.00 EUR",
    "Not yet refunded.",
    "refunded: false",
    '{"refunded": false, "amount": 28.6}',
    "If you have refunded, reply with the amount.",
    "Once the refund was issued, send the reply.",
    "The refund will be issued by you.",
    "The outcome is one of refunded, denied, escalated.",
    "- refund(order_id, amount, reason): pay\n- reply(order_id, outcome): answer the customer",
    "You refunded 20 EUR on HL-999999.",
    "To do:\n- refund 28.60\n- reply",
    "Done so far:\n- get_order\nNext:\n- refund 28.60",
    '{"already_refunded": true, "amount": 28.6}',
    "Example: refund(order_id=HL-999999, amount=28.60) → ok",
]


def _calls(reply: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(p.name, json.loads(p.arguments)) for p in reply.parts if isinstance(p, ToolCall)]


def _next(case: Any, told: str, tools: tuple[ToolSpec, ...] = TOOLS) -> list[tuple[str, dict[str, Any]]]:
    return _calls(case.say(f"{case.mail}\n\n{told}", system="Work on this ticket.", tools=tools))


def _worked(case: Any, system: str, told: str) -> list[str]:
    """The tools called, one after another, until the customer has a reply."""
    start = [Message("system", (Text(system),))] if system else []
    messages = [*start, Message("user", (Text(f"{case.mail}\n\n{told}"),))]
    called: list[str] = []
    while len(called) < 8 and called[-1:] != ["reply"]:
        reply = case.ask(Request("m", tuple(messages), tools=TOOLS, parallel_tools=False))
        made = [part for part in reply.parts if isinstance(part, ToolCall)]
        called += [part.name for part in made]
        results = (ToolResult(part.id, case.tool(part.name, json.loads(part.arguments))[0]) for part in made)
        messages += [Message("assistant", reply.parts), Message("user", tuple(results))]
    return called


@pytest.mark.parametrize("told", REFUNDED)
def test_after_a_refund_that_the_program_states_the_customer_is_told_its_sum(
    open_case: Open, told: str
) -> None:
    [(name, arguments)] = _next(open_case(RETURN), told)
    assert (name, arguments["outcome"], arguments["amount"]) == ("reply", "refunded", 28.6)
    assert "28.60 EUR" in arguments["body"]
    [(_, other)] = _next(open_case(RETURN), told.replace("28.6", "17.3"))
    assert other["amount"] == 17.3


@pytest.mark.parametrize("told", NOTHING)
def test_what_is_no_statement_of_the_program_changes_nothing(open_case: Open, told: str) -> None:
    assert [name for name, _ in _next(open_case(RETURN), told)] == ["get_order", "get_policy"]


EXERCISE = find_exercise("flaky_agent_trace")
VAULT = open_vault(None, EXERCISE)
PROMPTS = sorted(path for root in (EXERCISE.folder, VAULT.folder) for path in root.rglob("prompt.md"))


@pytest.mark.parametrize("path", PROMPTS, ids=lambda path: f"{path.parent.parent.name}-{path.parent.name}")
@pytest.mark.parametrize("place", ["system", "user"])
def test_rules_as_people_write_them_are_no_statements(open_case: Open, path: Path, place: str) -> None:
    """A prompt that tells how to work says of many things that are done; none of them is this ticket's."""
    rules = path.read_text(encoding="utf-8")
    called = (
        _worked(open_case(RETURN), rules, "") if place == "system" else _worked(open_case(RETURN), "", rules)
    )
    assert called[-2:] == ["refund", "reply"]


@pytest.mark.parametrize("told", REFUNDED)
def test_without_the_mail_a_compacted_history_is_enough(open_case: Open, told: str) -> None:
    [(name, arguments)] = _calls(open_case(RETURN).say(f"Order HL-204173.\n{told}", tools=TOOLS))
    assert (name, arguments["amount"], arguments["order_id"]) == ("reply", 28.6, "HL-204173")


UNCERTAIN = [
    "refund failed: timeout",
    "The refund timed out.",
    "refund(order_id=HL-204173, amount=64.00) → error",
    "refund pending",
    '{"refunded": "unknown"}',
    "Refund status: unknown",
]


@pytest.mark.parametrize("told", UNCERTAIN)
def test_a_refund_that_may_have_been_made_is_looked_for_on_the_order_first(
    open_case: Open, told: str
) -> None:
    called = _worked(open_case(RETURN), "", told)
    assert called[0] == "get_order"
    assert called[-2:] == ["refund", "reply"]  # the order showed none


def test_a_refund_whose_sum_is_not_told_is_read_off_the_order(open_case: Open) -> None:
    case = open_case(RETURN)
    case.tool("refund", {"order_id": "HL-204173", "amount": 31.5, "reason": "due"})
    assert _next(case, "refund ok") == [("get_order", {"order_id": "HL-204173"})]
    order = case.tool("get_order", {"order_id": "HL-204173"})[0]
    [(name, arguments)] = _next(case, f"{order}\n\nrefund ok")
    assert (name, arguments["amount"]) == ("reply", 31.5)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("You escalated it to the refunds desk; only the reply is left.", "escalated"),
        ("escalated: true\nreply_sent: false", "escalated"),
        ("[12:01] escalate ok", "escalated"),
        ("The request was denied because the 30 days are over; only the reply is left.", "denied"),
    ],
)
def test_other_ends_that_the_program_states_are_told_too(open_case: Open, told: str, outcome: str) -> None:
    [(name, arguments)] = _next(open_case(RETURN), told)
    assert (name, arguments["outcome"]) == ("reply", outcome)


def test_look_ups_whose_results_the_summary_gives_are_not_made_again(open_case: Open) -> None:
    case = open_case(RETURN)
    rules = f"Policy:\n{case.handbook}"
    order = "Order HL-204173, delivered 2026-10-05\nItems:\n- KT-1702 gooseneck kettle, 1 x 64.00 EUR"
    told = "Done so far: looked up order HL-204173, read the handbook."
    [(name, arguments)] = _next(case, f"{told}\n{order}\n\n{rules}")
    assert (name, arguments["amount"]) == ("refund", 64.0)
    assert [name for name, _ in _next(open_case(RETURN), f"{order}\n\n{rules}")] == ["get_order"]
    assert _next(open_case(RETURN), told)[0][0] == "get_order"


ENDED = [
    "You have already refunded 28.60 EUR on HL-204173 and the reply was sent.",
    '{"refunded": true, "amount": 28.6, "reply_sent": true}',
    "[12:01] refund ok 28.60\n[12:02] reply ok",
]


@pytest.mark.parametrize("told", ENDED)
def test_when_all_is_done_the_tool_that_ends_is_called_with_what_was_done(open_case: Open, told: str) -> None:
    [(name, arguments)] = _next(open_case(RETURN), told, (*TOOLS, FINISH))
    assert (name, arguments["success"]) == ("finish", True)
    assert "28.60 EUR" in arguments["summary"]
    bare = ToolSpec("done", "", {"type": "object", "properties": {}})
    assert _next(open_case(RETURN), told, (*TOOLS, bare)) == [("done", {})]
    answer = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    [(name, arguments)] = _next(open_case(RETURN), told, (*TOOLS, ToolSpec("final_answer", "", answer)))
    assert name == "final_answer"
    assert "28.60 EUR" in arguments["answer"]
    assert _next(open_case(RETURN), "Go on.", (*TOOLS, FINISH))[0][0] == "get_order"


def _letter(case: Any, told: str) -> str:
    return str(case.say(f"{case.prompt()}\n\n{told}").text)


def test_a_letter_tells_what_the_program_did_and_decides_nothing_anew(open_case: Open) -> None:
    case = open_case(RETURN)
    paid = _letter(case, "We refunded 14.30 EUR. Write the reply to the customer.")
    assert "14.30 EUR" in paid
    assert "64.00" not in paid
    denied = _letter(case, "The request was denied because the 30 days are over; write the reply.")
    assert "can't offer a refund" in denied or "aren't able to refund" in denied
    assert "the 30 days are over" in denied
    assert "desk" in _letter(case, "Escalated to a person; tell the customer.")
    assert "64.00 EUR" in _letter(case, "Write the reply to the customer.")
    german = _letter(open_case("p-continent-01"), "We refunded 14.30 EUR. Write the reply to the customer.")
    assert "14,30 EUR" in german
    assert "Bestellung" in german


def test_a_letter_by_schema_tells_it_too(open_case: Open) -> None:
    case = open_case(RETURN)
    schema = {"type": "object", "properties": {"reply": {"type": "string"}}, "required": ["reply"]}
    said = case.decide(f"{case.prompt()}\n\nWe refunded 14.30 EUR.", schema=schema)["reply"]
    assert "14.30 EUR" in said
    assert "64.00 EUR" in case.decide(case.prompt(), schema=schema)["reply"]
