"""Programs in which one answer is the next one's prompt: facts, reports, summaries in place of history."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult

from .conftest import PROMPT, TOOLS

Open = Callable[..., Any]
RETURN, DAMAGED, SPANISH, STALE = "p-post-01", "p-damaged-01", "p-names-02", "p-autumn-02"
LABELS = [
    "Extracted facts:",
    "Facts:",
    "Case:",
    "Input:",
    "Ticket:",
    "Context:",
    "Order:",
    "## Facts",
    "Extraction:",
]
ASKED = "Reply in JSON with action, order_id, amount."
REPORT = "Look the case up with the tools, and report what you found in prose. Do not write to the customer."
COMPACT = "Summarise the conversation so far; it will replace it."


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "{}"])
@pytest.mark.parametrize("label", LABELS)
def test_facts_behind_a_label_are_no_template(open_case: Open, label: str, fence: str) -> None:
    case = open_case(DAMAGED)
    facts = {"order_id": case.orders[0]["id"], "issue": "damaged", "quantity": 2, "item": "Ramen bowl"}
    shown = fence.replace("{}", json.dumps(facts))
    said = json.loads(case.say(f"{case.prompt()}\n\n{label}\n{shown}\n\nDecide. {ASKED}").text)
    assert (set(said), said["action"], said["amount"]) == ({"action", "order_id", "amount"}, "refund", 28.6)


def test_a_choice_is_no_list_of_keys(open_case: Open) -> None:
    case = open_case(DAMAGED)
    said = json.loads(case.say(f"{case.prompt()}\n\nDecide. Respond with JSON: refund or deny.").text)
    assert said["action"] == "refund"


def test_an_example_behind_a_label_is_one(open_case: Open) -> None:
    case = open_case(DAMAGED)
    shot = '{"order_id": "HL-100000", "issue": "late", "quantity": 1}'
    asked = f"Extract.\n\nExample\nMail: it came late\nExtraction: {shot}\n\nMail: {case.mail}\nExtraction:"
    assert set(json.loads(case.say(asked).text)) == {"order_id", "issue", "quantity"}


def looked_up(case: Any, prompt: str) -> str:
    messages = [Message("system", (Text(prompt),)), Message("user", (Text(case.mail),))]
    for _ in range(8):
        reply = case.ask(Request("m", tuple(messages), tools=TOOLS[:3]))
        messages.append(Message("assistant", reply.parts))
        calls = [part for part in reply.parts if isinstance(part, ToolCall)]
        if not calls:
            return str(reply.text)
        messages.append(Message("user", tuple(_result(case, part) for part in calls)))
    pytest.fail("no report")


def _result(case: Any, part: ToolCall) -> ToolResult:
    text, failed = case.tool(part.name, json.loads(part.arguments))
    return ToolResult(part.id, text, failed)


@pytest.mark.parametrize("id", [RETURN, DAMAGED])
def test_who_looks_up_reports_what_a_decider_needs(open_case: Open, id: str) -> None:
    case = open_case(id)
    report = looked_up(case, REPORT)
    assert case.orders[0]["id"] in report
    assert case.orders[0]["items"][0]["unit_price"] in report
    assert "Harbour Lane team" not in report
    case.carry_out(case.decide(f"{case.mail}\n\nReport:\n{report}\n\nPolicy:\n{case.handbook}\n\nDecide."))
    assert case.verdict.success, case.verdict


@pytest.mark.parametrize(
    "prompt",
    [PROMPT, "Customers must report what is broken within 7 days. Look it up and answer the customer."],
)
def test_who_answers_customers_writes_to_them_all_the_same(open_case: Open, prompt: str) -> None:
    case = open_case(DAMAGED)
    assert looked_up(case, prompt).startswith("Hello Callum Reid")


@pytest.mark.parametrize(
    "told", ["It is about order {}, which was delivered.", "Order {} was delivered on 18 September 2026."]
)
def test_an_order_that_nobody_saw_is_not_denied(open_case: Open, told: str) -> None:
    case = open_case(DAMAGED)
    report = told.format(case.orders[0]["id"])
    said = case.decide(f"{case.mail}\n\nReport:\n{report}\n\nPolicy:\n{case.handbook}\n\nDecide.")
    assert (said["action"], said["amount"]) == ("need_info", None)


def compacted(case: Any, place: str) -> list[str]:
    """A loop whose history is replaced by the model's own summary after each turn."""
    head = [Message("system", (Text(PROMPT),)), Message("user", (Text(case.mail),))]
    messages, called = list(head), []
    for _ in range(9):
        reply = case.ask(Request("m", tuple(messages), tools=TOOLS))
        calls = [part for part in reply.parts if isinstance(part, ToolCall)]
        called += [part.name for part in calls]
        results = Message("user", tuple(_result(case, part) for part in calls))
        if "reply" in called:
            return called
        asked = (*messages, Message("assistant", reply.parts), results, Message("user", (Text(COMPACT),)))
        tools = TOOLS if place == "with tools" else ()
        summary = case.ask(Request("m", asked, tools=tools)).text
        if place == "assistant":
            messages = [*head, Message("assistant", (Text(summary),)), Message("user", (Text("Go on."),))]
        elif place == "alone":
            messages = [head[0], Message("user", (Text(f"Summary:\n{summary}\n\nGo on."),))]
        else:
            messages = [*head, Message("user", (Text(f"Summary of the conversation so far:\n{summary}"),))]
    pytest.fail(f"no end: {called}")


@pytest.mark.parametrize("place", ["user", "assistant", "alone", "with tools"])
@pytest.mark.parametrize("id", [RETURN, DAMAGED, SPANISH, STALE])
def test_a_summary_replaces_the_history(open_case: Open, id: str, place: str) -> None:
    case, plain = open_case(id), open_case(id)
    plain.act()
    called = compacted(case, place)
    assert case.verdict.success == plain.verdict.success, (called, case.verdict)
    assert called.count("refund") <= 1
    assert called.count("get_order") <= 1


LISTED = (
    "You work a refund inbox. Tools: search_orders(email), get_order(order_id), get_policy(topic), "
    "refund(order_id, amount, reason), escalate(order_id, reason, summary), "
    "reply(order_id, outcome, amount, body)."
)


@pytest.mark.parametrize(
    ("template", "key"),
    [
        ('Reply with JSON: {"tool": <name>, "args": {...}} or {"done": true}.', "done"),
        (
            'Reply with JSON {"tool": "name", "args": {}} to call a tool, or {"final": "text"} to finish.',
            "final",
        ),
    ],
)
def test_an_agent_ends_with_the_other_object(open_case: Open, template: str, key: str) -> None:
    case = open_case(RETURN)
    messages = [Message("system", (Text(f"{LISTED}\n{template}"),)), Message("user", (Text(case.mail),))]
    for _ in range(8):
        reply = case.ask(Request("m", tuple(messages)))
        step = json.loads(reply.text)
        if "tool" not in step:
            break
        text, _ = case.tool(step["tool"], step["args"])
        messages += [Message("assistant", reply.parts), Message("user", (Text(f"Result: {text}"),))]
    assert set(step) == {key}
    assert step[key]
    assert case.verdict.success


MISSING = "Validation error: body must mention the ticket number."


def test_a_rejected_reply_is_mended(open_case: Open) -> None:
    case = open_case(DAMAGED)
    messages = [Message("system", (Text(PROMPT),)), Message("user", (Text(case.mail),))]
    bodies: list[str] = []
    for _ in range(8):
        reply = case.ask(Request("m", tuple(messages), tools=TOOLS))
        results = []
        for part in (part for part in reply.parts if isinstance(part, ToolCall)):
            if part.name == "reply":
                bodies.append(json.loads(part.arguments)["body"])
                results.append(ToolResult(part.id, json.dumps({"error": MISSING}), is_error=True))
            else:
                results.append(_result(case, part))
        messages += [Message("assistant", reply.parts), Message("user", tuple(results))]
        if len(bodies) > 1:
            break
    ticket = case.task["ticket"]["id"]
    assert [ticket in body for body in bodies] == [False, True]


@pytest.mark.parametrize(
    "said", ["Do not mention the ticket number.", "Customers mention the order number if they can."]
)
def test_what_need_not_be_named_is_not(open_case: Open, said: str) -> None:
    case = open_case(DAMAGED)
    body = case.say(f"{case.prompt()}\n\nWrite the reply to the customer. {said}").text
    assert case.task["ticket"]["id"] not in body


def test_a_rejected_letter_is_no_denial(open_case: Open) -> None:
    case = open_case(DAMAGED)
    asked = f"{case.prompt()}\n\nWrite the reply to the customer."
    first = case.say(asked)
    objection = "The reply was rejected: the body must contain the ticket id. Write it again."
    turns = [
        Message("user", (Text(asked),)),
        Message("assistant", first.parts),
        Message("user", (Text(objection),)),
    ]
    again = case.ask(Request("m", tuple(turns))).text
    assert "28.60" in again
    assert case.task["ticket"]["id"] in again
