"""Agents that keep their own log, wait for a person, or lose an answer: by intervention on what came back."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.outcomes import proposed_by
from harness.exchange import Message, OutputFormat, Request, Text, ToolCall, ToolResult, ToolSpec

from .conftest import PROMPT, TOOLS

Json = Any
Open = Callable[..., Any]
Log = list[tuple[str, Json, str]]
RETURN, DAMAGED, SPANISH = "p-post-01", "p-damaged-01", "p-names-02"
LISTED = (
    "You work a refund inbox. Tools: search_orders(email), get_order(order_id), get_policy(topic), "
    "refund(order_id, amount, reason), escalate(order_id, reason, summary), "
    "reply(order_id, outcome, amount, body)."
)
LOGS: dict[str, Callable[[Log], str]] = {
    "arrows": lambda log: "\n".join(f"{n}({json.dumps(v)}) -> {t}" for n, v, t in log),
    "keywords": lambda log: "\n".join(
        f"{k}. {n}({', '.join(f'{a}={x!r}' for a, x in v.items())}) => {t}" for k, (n, v, t) in enumerate(log)
    ),
    "list": lambda log: "\n".join(f"- {n}: {json.dumps(v)}\n  result: {t}" for n, v, t in log),
    "state": lambda log: json.dumps(
        {"history": [{"tool": n, "args": v, "result": json.loads(t)} for n, v, t in log]}, ensure_ascii=False
    ),
}


def from_log(case: Any, told: Callable[[Log], str], steps: int = 9, lost: bool = False) -> list[str]:
    """An agent that shows the log instead of the history. `lost`: the first refund's answer."""
    log: Log = []
    for _ in range(steps):
        shown = f"{case.mail}\n\nLog:\n{told(log)}" if log else case.mail
        messages = (Message("system", (Text(PROMPT),)), Message("user", (Text(shown),)))
        for part in case.ask(Request("m", messages, tools=TOOLS)).parts:
            if isinstance(part, ToolCall):
                given = json.loads(part.arguments)
                text, _ = case.tool(part.name, given)
                if lost and part.name == "refund" and all(name != "refund" for name, _, _ in log):
                    text = '{"error": "timeout, no answer"}'
                log.append((part.name, given, text))
        if log[-1][0] == "reply":
            return [name for name, _, _ in log]
    pytest.fail(f"no end: {log}")


@pytest.mark.parametrize("told", LOGS)
@pytest.mark.parametrize("id", [RETURN, DAMAGED, SPANISH])
def test_a_log_stands_for_the_history(open_case: Open, told: str, id: str) -> None:
    case = open_case(id)
    called = from_log(case, LOGS[told])
    assert case.verdict.success, (called, case.verdict)
    assert len(called) == len(set(called))


def test_who_logs_a_lost_answer_looks_once_and_pays_once(open_case: Open) -> None:
    case = open_case(RETURN)
    called = from_log(case, LOGS["arrows"], lost=True)
    assert called[-3:] == ["refund", "get_order", "reply"]
    assert case.verdict.success


def with_refund_answered(case: Any, answer: str, word: str = "", *, made: bool = False) -> list[str]:
    """A loop in which the first refund is answered so, and a person may say something."""
    messages = [Message("system", (Text(PROMPT),)), Message("user", (Text(case.mail),))]
    called: list[str] = []
    for _ in range(9):
        reply = case.ask(Request("m", tuple(messages), tools=TOOLS))
        messages.append(Message("assistant", reply.parts))
        results, said = [], ""
        for part in reply.parts:
            if isinstance(part, ToolCall):
                given = json.loads(part.arguments)
                first = part.name == "refund" and "refund" not in called
                called.append(part.name)
                text = answer if first and not made else case.tool(part.name, given)[0]
                results.append(ToolResult(part.id, answer if first else text, is_error=False))
                said = word if first else said
        messages.append(Message("user", tuple(results)))
        if said:
            messages.append(Message("user", (Text(said),)))
        if called[-1] == "reply":
            break
    return called


@pytest.mark.parametrize("answer", ["Connection lost before the answer came.", "Waiting for approval."])
@pytest.mark.parametrize("made", [True, False])
def test_what_is_not_known_to_be_paid_is_looked_at(open_case: Open, answer: str, made: bool) -> None:
    case = open_case(RETURN)
    called = with_refund_answered(case, answer, made=made)
    assert called.count("refund") == (1 if made else 2)
    assert case.verdict.success


def test_a_denied_refund_is_not_paid_nor_told(open_case: Open) -> None:
    for answer, word in (
        ("Denied by the reviewer: amount too high.", ""),
        ("Waiting for approval.", "Denied: amount too high."),
    ):
        case = open_case(RETURN)
        called = with_refund_answered(case, answer, word)
        assert called[-3:] == ["refund", "escalate", "reply"]
    case = open_case(RETURN)
    called = with_refund_answered(case, "Waiting for approval.", "Approved, go on.")
    assert called.count("refund") == 2
    assert case.verdict.success


def test_a_lost_answer_does_not_change_the_currency(open_case: Open) -> None:
    case = open_case(DAMAGED)
    with_refund_answered(case, "Error: request timed out", made=True)
    body = case.world.end_state()["replies"][0]["body"]
    assert "28.60 GBP" in body


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("We are able to refund the order.", "refund"),
        ("We aren't able to refund the order.", "deny"),
        ("I'm afraid we can't offer a refund.", "deny"),
    ],
)
def test_what_is_not_refunded_is_no_refund(words: str, action: str) -> None:
    assert proposed_by(words)["action"] == action


@pytest.mark.parametrize(
    ("end", "word"),
    [
        ('When all is done choose "finish".', "finish"),
        ("If nothing is left to do, use the tool done.", "done"),
        ("", ""),
    ],
)
def test_the_prompt_says_how_a_step_tells_the_end(open_case: Open, end: str, word: str) -> None:
    case = open_case(RETURN)
    properties = {"tool": {"type": "string"}, "args": {"type": "object"}}
    step = OutputFormat("step", {"type": "object", "properties": properties, "required": list(properties)})
    said = {"tool": "reply", "args": {"outcome": "denied", "body": "No."}}
    messages = (
        Message("system", (Text(f"{LISTED} {end}"),)),
        Message("user", (Text(case.mail),)),
        Message("assistant", (Text(json.dumps(said)),)),
        Message("user", (Text('Result of reply: {"message_id": "M-1", "status": "sent"}'),)),
    )
    assert json.loads(case.ask(Request("m", messages, output=step)).text)["tool"] == word


def after_a_look(case: Any, told: str = "", *, made: bool = False) -> tuple[str, Json]:
    """What is called once a refund was confirmed, `made` or not, and the program has read the order again."""
    answer = '{"refund_id": "RF-1", "amount": "28.60", "currency": "GBP", "status": "accepted"}'
    look = {"order_id": "HL-202913"}
    refund = {**look, "amount": 28.6, "reason": "damaged"}
    messages = [Message("system", (Text(f"{PROMPT} {told}"),)), Message("user", (Text(case.mail),))]
    steps = (("get_order", look), ("get_policy", {"topic": "all"}), ("refund", refund), ("get_order", look))
    for number, (name, given) in enumerate(steps):
        text = case.tool(name, given)[0] if name != "refund" or made else answer
        called = ToolCall(f"c{number}", name, json.dumps(given))
        messages += [
            Message("assistant", (called,)),
            Message("user", (ToolResult(called.id, answer if name == "refund" else text, is_error=False),)),
        ]
    call = case.ask(Request("m", tuple(messages), tools=TOOLS)).parts[-1]
    return call.name, json.loads(call.arguments)


@pytest.mark.parametrize(
    ("told", "then"),
    [
        ("", "get_order"),
        ("Make sure that a refund is booked. If not, escalate rather than pay twice.", "escalate"),
        ("If a refund isn't listed on the order, issue the refund again.", "refund"),
    ],
)
def test_a_confirmed_refund_that_the_order_does_not_show_is_not_told_as_paid(
    open_case: Open, told: str, then: str
) -> None:
    assert after_a_look(open_case(DAMAGED), told)[0] == then
    name, given = after_a_look(open_case(DAMAGED), told, made=True)
    assert (name, given["outcome"], given["amount"]) == ("reply", "refunded", 28.6)


BRACKETS = (
    "You work a refund inbox. Actions: search_orders[email], get_order[order_id], get_policy[topic], "
    "refund[amount, order_id, reason], escalate[order_id, reason, summary], "
    "reply[outcome, order_id, amount, body].\n\n"
    "Thought: what you think\nAction: name[arguments]\n\nAfter each Action you get an Observation."
)


@pytest.mark.parametrize("id", [RETURN, DAMAGED, SPANISH])
@pytest.mark.parametrize("square", [True, False])
def test_calls_are_written_in_the_brackets_of_the_prompt(open_case: Open, id: str, square: bool) -> None:
    case = open_case(id)
    system = BRACKETS if square else BRACKETS.replace("[", "(").replace("]", ")")
    takes = {name: given.split(", ") for name, given in re.findall(r"(\w+)\[([\w, ]+)\]", BRACKETS)}
    messages = [Message("system", (Text(system),)), Message("user", (Text(case.mail),))]
    for _ in range(9):
        said = case.ask(Request("m", tuple(messages))).text
        call = re.search(r"Action: (\w+)\[(.*)\]$" if square else r"Action: (\w+)\((.*)\)$", said)
        assert call is not None, said
        values = call[2].split(", ", len(takes[call[1]]) - 1)
        given = {key: value for key, value in zip(takes[call[1]], values, strict=False) if value != "none"}
        if not square:
            written = ast.parse(f"f({call[2]})", mode="eval").body
            assert isinstance(written, ast.Call)
            given = {str(one.arg): ast.literal_eval(one.value) for one in written.keywords}
        seen, _ = case.tool(call[1], {k: float(v) if k == "amount" else v for k, v in given.items()})
        messages += [Message("assistant", (Text(said),)), Message("user", (Text(f"Observation: {seen}"),))]
        if call[1] == "reply":
            break
    assert case.verdict.success, case.verdict


def test_a_strict_tool_gets_null_for_what_may_be_left_out(open_case: Open) -> None:
    """As vendors guarantee it: each argument is there and of one of its types."""

    def strict(tool: ToolSpec) -> ToolSpec:
        required = tool.schema.get("required", [])
        parts = {
            own: part if own in required else {"anyOf": [part, {"type": "null"}]}
            for own, part in tool.schema["properties"].items()
        }
        return replace(tool, strict=True, schema={**tool.schema, "properties": parts, "required": [*parts]})

    case = open_case("p-names-02", model="unerring")
    case.act(
        tools=tuple(map(strict, TOOLS)),
        names=lambda name, values: (name, {own: one for own, one in values.items() if one is not None}),
    )
    needed = {own for tool in TOOLS for own in tool.schema.get("required", [])}
    given = [
        value
        for thought in case.thoughts
        for part in thought.reply.parts
        if isinstance(part, ToolCall)
        for own, value in json.loads(part.arguments).items()
        if own not in needed
    ]
    assert None in given
    assert "" not in given
    assert case.verdict.success
