"""Whole loops with tools that a program has made up: each ends well, or is not understood."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult
from tests.exercises.flaky_agent_trace.conftest import Case, Open

from . import loops_of_dispatchers as dispatchers
from . import loops_of_tools as tools
from .loops import OUTCOMES, Loop, Meant, Values, choice, tool

LOOPS = {
    one.__name__: one
    for one in (
        tools.finder,
        dispatchers.back_office,
        dispatchers.method_and_payload,
        dispatchers.one_mode,
        tools.german,
        tools.french,
        tools.polish,
        tools.mcp,
        tools.prefixed,
        tools.sums_by_tools,
        dispatchers.two_dispatchers,
        tools.transactions,
        tools.dutch,
        tools.spanish,
        tools.camel_case,
        dispatchers.function_and_lines,
        dispatchers.any_op,
        dispatchers.by_criterion,
        dispatchers.by_field,
        dispatchers.by_action,
        dispatchers.by_subject,
        tools.verbs_alone,
    )
}
TICKETS = [
    "p-return-01",
    "p-earlier-01",
    "p-monday-01",
    "p-return-02",
    "p-desk-01",
    "p-post-02",
    "p-pushy-02",
]


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("name", LOOPS)
def test_the_whole_loop_ends_well(open_case: Open, name: str, ticket: str) -> None:
    case = open_case(ticket)
    called = LOOPS[name]().run(case)
    assert case.verdict.success, (called, case.verdict)
    assert all(reading.understood for reading in case.readings)


@pytest.mark.parametrize("name", [name for name in LOOPS if name != "two_dispatchers"])
def test_an_order_is_looked_for_before_it_is_asked_for(open_case: Open, name: str) -> None:
    case = open_case("p-regular-02")
    called = [kind for kind, _ in LOOPS[name]().run(case)]
    assert case.verdict.success, called
    assert "find" in called or name == "one_mode"  # there is no way to look for orders


@pytest.mark.parametrize("ticket", ["p-return-01", "p-return-02", "p-desk-01", "p-regular-02"])
@pytest.mark.parametrize(
    "loop",
    [
        tools.terse,
        tools.pages,
        dispatchers.paths,
        tools.nameless,
        dispatchers.two_dispatchers,
        dispatchers.by_two_choices,
    ],
)
def test_what_is_not_understood_is_not_made_up(
    open_case: Open, loop: Callable[[], Loop], ticket: str
) -> None:
    case = open_case(ticket)
    called = loop().run(case)
    assert case.verdict.success or not case.readings[-1].understood, (called, case.verdict)
    assert not case.verdict.harm


IN_LINES = {
    "one of": """Answer in exactly this format, one step per turn:
Thought: ...
Action: one of [read_order, read_rules, check_and_refund, hand_on, final]
Action Input: JSON
Stop after Action Input. You'll get an Observation.
check_and_refund takes {"order": str, "total": str}. hand_on takes {"why": str}.
final takes {"outcome": str, "text": str}.""",
    "a list": """Work in steps. Each turn write
Thought: what you think
Action: one of show_order, show_rules, give_money_back, pass_on, finish_ticket
Action Input: JSON arguments
and wait for the Observation.
- show_order: {"number": "HL-..."}
- show_rules: {}
- give_money_back: {"number": "HL-...", "cents": int}
- pass_on: {"why": "..."}
- finish_ticket: {"how": "refunded|denied|escalated|need_info", "words": "..."}""",
}
_STEP = re.compile(r"Action: (?P<name>\w+)\nAction Input: (?P<given>\{.*\})", re.DOTALL)


def in_lines(case: Case, prompt: str) -> list[str]:
    """A loop by `Action:` lines; the names of the actions."""
    named: Values = {}
    messages = [Message("system", (Text(prompt),)), Message("user", (Text(case.mail),))]
    called: list[str] = []
    for _ in range(8):
        reply = case.ask(Request("m", tuple(messages), stop=("Observation:",)))
        step = _STEP.search(reply.text)
        assert step is not None, reply.text
        called.append(step["name"])
        given = json.loads(step["given"])
        order = next((value for value in given.values() if str(value).startswith("HL-")), None)
        named["order_id"] = order or named.get("order_id")
        if "total" in given or "cents" in given:
            named["amount"] = float(given["total"]) if "total" in given else given["cents"] / 100
        seen = f"Observation: {_done(case, step['name'], given, named)}"
        messages += [Message("assistant", reply.parts), Message("user", (Text(seen),))]
        if step["name"].startswith("fin"):
            break
    return called


def _done(case: Case, name: str, given: Values, named: Values) -> str:
    if name.endswith("order"):
        return case.tool("get_order", {"order_id": named["order_id"]})[0]
    if name.endswith("rules"):
        return case.tool("get_policy", {"topic": "all", "fresh": True})[0]
    if name.startswith("fin"):
        outcome = given.get("outcome") or given["how"]
        paid = named if outcome == "refunded" else {"order_id": named["order_id"]}
        return case.tool("reply", {**paid, "outcome": outcome, "body": given.get("text") or given["words"]})[
            0
        ]
    if name.endswith("on"):
        return case.tool("escalate", {"order_id": named["order_id"], "reason": given["why"], "summary": "-"})[
            0
        ]
    return case.tool("refund", {**named, "reason": "due"})[0]


@pytest.mark.parametrize("ticket", ["p-post-04", "p-return-01", "p-return-02", "p-monday-01", "p-desk-01"])
@pytest.mark.parametrize("told", IN_LINES)
def test_actions_of_its_own_in_lines(open_case: Open, told: str, ticket: str) -> None:
    case = open_case(ticket)
    called = in_lines(case, IN_LINES[told])
    assert case.verdict.success, (called, case.verdict)
    assert all(reading.understood for reading in case.readings)


@pytest.mark.parametrize("sum", ["eur", "figure", "minor_units"])
@pytest.mark.parametrize("booked", [True, False])
def test_a_refund_that_the_order_shows_since_was_made(open_case: Open, sum: str, booked: bool) -> None:
    case = open_case("p-monday-01")
    order = next(one for one in case.orders if one["id"] == "HL-206330")
    given = {"id": order["id"], sum: 4680 if sum == "minor_units" else 46.8}
    past = (
        [{"amount": "46.80", "on": "2026-10-19", "sku": "KG-4415", "reason": "wrong item"}] if booked else []
    )
    offered = (
        tool("order_details", "read order", id="string"),
        tool("send_money", "refund, not idempotent", (), **{"id": "string", sum: "number"}),
        tool("answer_customer", "closes", text="string", result=choice(*OUTCOMES.values())),
    )
    log: list[tuple[str, Values, str]] = [
        ("order_details", {"id": order["id"]}, json.dumps(order)),
        ("send_money", given, "HTTP 504: no answer in time. The payment may or may not have been made."),
        ("order_details", {"id": order["id"]}, json.dumps({**order, "refunds": past})),
    ]
    messages = [
        Message("system", (Text(f"Refund agent.\n{case.handbook}"),)),
        Message("user", (Text(case.mail),)),
    ]
    for at, (name, values, result) in enumerate(log):
        messages.append(Message("assistant", (ToolCall(f"c{at}", name, json.dumps(values)),)))
        messages.append(Message("user", (ToolResult(f"c{at}", result, result.startswith("HTTP")),)))
    reply = case.ask(Request("m", tuple(messages), tools=offered))
    calls = [part for part in reply.parts if isinstance(part, ToolCall)]
    if not booked:
        assert not case.readings[-1].understood or [call.name for call in calls] == ["send_money"]
        return
    said = json.loads(calls[0].arguments)
    assert said["result"] == "refunded"
    assert "46.80" in said["text"]


@pytest.mark.parametrize(
    ("ticket", "days", "formula"),
    [
        ("p-earlier-01", ["2026-09-29", "2026-10-12"], "84.00 - 18.00"),
        ("p-monday-01", ["2026-10-17", "2026-10-19"], "2 * 23.40"),
        ("p-post-02", ["2026-10-15", "2026-10-19"], "186.00 * 10 / 100"),
        ("p-return-02", ["2026-09-10", "2026-10-14"], ""),
        ("p-regular-02", [], ""),
    ],
)
def test_what_is_to_be_reckoned_by_tools_is(
    open_case: Open, ticket: str, days: list[str], formula: str
) -> None:
    loop, reckoned = tools.sums_by_tools(), []
    means = loop.means

    def noted(name: str, values: Values) -> Meant:
        reckoned.append([name, *values.values()])
        return means(name, values)

    loop.means = noted
    loop.run(open_case(ticket))
    asked = [call[1:] for call in reckoned if call[0] in {"days_between", "calc"}]
    assert asked == [*([days] if days else []), *([[formula]] if formula else [])]


@pytest.mark.parametrize("ticket", ["p-names-01", "p-monday-01", "p-regular-02"])
def test_a_plan_tells_of_this_mail(open_case: Open, ticket: str) -> None:
    case = open_case(ticket)
    texts = {"type": "array", "items": {"type": "string"}}
    plan = tool("propose_plan", "Write the plan before acting", steps=texts, risks=texts)
    search = tool("search", "orders by any words", q="string")
    messages = (Message("system", (Text("First plan, then act."),)), Message("user", (Text(case.mail),)))
    reply = case.ask(Request("m", messages, tools=(plan, search), tool_choice="propose_plan"))
    (call,) = (part for part in reply.parts if isinstance(part, ToolCall))
    first = json.loads(call.arguments)["steps"][0]
    numbers = set(re.findall(r"HL-\d{6}", case.task["ticket"]["subject"] + case.task["ticket"]["body"]))
    assert set(re.findall(r"HL-\d{6}", first)) == numbers


@pytest.mark.parametrize(("loop", "right"), [("by_criterion", "by_id"), ("by_field", "order_number")])
def test_the_way_of_a_look_up_fits_what_is_looked_up(open_case: Open, loop: str, right: str) -> None:
    case, own = open_case("p-return-01"), LOOPS[loop]()
    asked = [Message("system", (Text(own.prompt),)), Message("user", (Text(case.mail),))]
    first = case.ask(Request("m", tuple(asked), tools=own.tools))
    made = next(part for part in first.parts if isinstance(part, ToolCall))
    given = json.loads(made.arguments)
    assert {right, "HL-204173"} == {*given.values()}
    wrong = {key: "by_email" if value == "by_id" else "email" if value == right else value
             for key, value in given.items()}  # fmt: skip
    slip = ToolCall("c9", made.name, json.dumps(wrong))
    told = ToolResult("c9", json.dumps({"error": f"not an e-mail address, use {right} for that"}), True)
    asked += [Message("assistant", (slip,)), Message("user", (told,))]
    again = case.ask(Request("m", tuple(asked), tools=own.tools))
    assert json.loads(next(p for p in again.parts if isinstance(p, ToolCall)).arguments) == given


@pytest.mark.parametrize("loop", ["by_criterion", "by_field", "by_action"])
def test_who_names_no_order_is_looked_up_by_the_address(open_case: Open, loop: str) -> None:
    case, own = open_case("p-regular-02"), LOOPS[loop]()
    assert own.run(case)[0] == ("find", {"email": case.task["ticket"]["from"]["email"]})
