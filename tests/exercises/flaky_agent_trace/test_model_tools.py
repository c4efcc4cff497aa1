"""Tools of a program's own making: sums in cents, other verbs, pairs, and those that are named as first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Reply, Request, Text, ToolCall, ToolResult, ToolSpec

from .conftest import PROMPT, TOOLS

Json = Any
Open = Callable[..., Any]
DAMAGED, ORDER = "p-damaged-01", "HL-202913"
TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}
LINES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"sku": TEXT, "quantity": WHOLE},
        "required": ["sku", "quantity"],
    },
}
LOOKS, ENDS = TOOLS[:3], TOOLS[4:]


def tool(name: str, description: str, **properties: Json) -> ToolSpec:
    return ToolSpec(
        name,
        description,
        {"type": "object", "properties": properties, "required": list(properties)},
    )


def calls(reply: Reply) -> list[tuple[str, dict[str, Json]]]:
    return [(part.name, json.loads(part.arguments)) for part in reply.parts if isinstance(part, ToolCall)]


def first(case: Any, *tools: ToolSpec, system: str = "") -> tuple[str, dict[str, Json]]:
    return calls(case.say(case.prompt(), tools=(*tools, *ENDS), system=system))[0]


@pytest.mark.parametrize(
    ("own", "part", "description", "due"),
    [
        ("amount_cents", WHOLE, "Refund.", 2860),
        ("amount_minor", WHOLE, "Refund.", 2860),
        ("amount", WHOLE | {"description": "in cents, e.g. 1250 for 12.50"}, "Refund.", 2860),
        ("amount", WHOLE, "Refund an order. Sums are in minor units.", 2860),
        ("amount", NUMBER, "Refund.", 28.6),
        ("amount", NUMBER | {"description": "in the currency of the order, not in cents"}, "Refund.", 28.6),
    ],
)
def test_a_sum_is_in_the_unit_of_the_argument(
    open_case: Open, own: str, part: Json, description: str, due: float
) -> None:
    _, given = first(open_case(DAMAGED), tool("refund", description, order_id=TEXT, **{own: part}))
    assert given[own] == due


def test_lines_are_those_that_are_due(open_case: Open) -> None:
    _, given = first(open_case(DAMAGED), tool("refund", "Refund lines.", order_id=TEXT, items=LINES))
    assert given["items"] == [{"sku": "KD-3307", "quantity": 2}]


@pytest.mark.parametrize("verb", ["propose", "request", "submit", "start", "prepare", "trigger", "authorize"])
def test_what_takes_an_order_and_a_sum_pays(open_case: Open, verb: str) -> None:
    name, given = first(
        open_case(DAMAGED), tool(f"{verb}_refund", "For refunds.", order_id=TEXT, amount=NUMBER)
    )
    assert (name, given["amount"]) == (f"{verb}_refund", 28.6)


@pytest.mark.parametrize("verb", ["calculate", "verify", "preview", "reject"])
def test_what_works_out_or_turns_down_does_not(open_case: Open, verb: str) -> None:
    name, _ = first(open_case(DAMAGED), tool(f"{verb}_refund", "For refunds.", order_id=TEXT, amount=NUMBER))
    assert name == "escalate"


def loop(
    case: Any, tools: tuple[ToolSpec, ...], answer: Callable[[str, dict[str, Json], list[str]], str | None],
    prompt: str = PROMPT,
) -> list[tuple[str, dict[str, Json]]]:  # fmt: skip
    """An agent's calls. `answer`: what comes back for one; `None`: the world says."""
    messages = [Message("system", (Text(prompt),)), Message("user", (Text(case.mail),))]
    made: list[tuple[str, dict[str, Json]]] = []
    for _ in range(9):
        reply = case.ask(Request("m", tuple(messages), tools=tools))
        messages.append(Message("assistant", reply.parts))
        results = []
        for part in reply.parts:
            if isinstance(part, ToolCall):
                given = json.loads(part.arguments)
                said = answer(part.name, given, [name for name, _ in made])
                made.append((part.name, given))
                text, failed = (said, False) if said is not None else case.tool(part.name, given)
                results.append(ToolResult(part.id, text, failed))
        messages.append(Message("user", tuple(results) or (Text("Go on."),)))
        if made and made[-1][0] == "reply":
            break
    return made


OWN = [
    (tool("calculate_refund", "Exact sum.", order_id=TEXT, items=LINES), '{"due": "28.60"}'),
    (tool("verify_order", "Compares sender and order.", order_id=TEXT, email=TEXT), '{"ok": true}'),
    (tool("lookup_policy_clause", "One clause.", clause_id=TEXT), '{"clause": "D-1", "text": "In full."}'),
    (tool("risk_score", "Fraud score of an order.", order_id=TEXT), '{"score": 3}'),
]


@pytest.mark.parametrize(("spec", "result"), OWN, ids=[spec.name for spec, _ in OWN])
def test_a_guard_sends_the_model_to_any_tool(open_case: Open, spec: ToolSpec, result: str) -> None:
    def answer(name: str, _: Json, before: list[str]) -> str | None:
        if name == spec.name:
            return result
        return f"Error: call {spec.name} first." if name == "refund" and spec.name not in before else None

    case = open_case(DAMAGED)
    names = [name for name, _ in loop(case, (*TOOLS, spec), answer)]
    assert names[-4:] == ["refund", spec.name, "refund", "reply"]
    assert case.verdict.success


@pytest.mark.parametrize(
    ("rule", "obeyed"),
    [
        ("You must call risk_score before every refund.", True),
        ("Never refund anything without having called risk_score.", True),
        ("If the order is older than a year, call risk_score first.", False),
        ("You may use risk_score.", False),
    ],
)
def test_a_rule_sends_the_model_to_it_before(open_case: Open, rule: str, obeyed: bool) -> None:
    spec, result = OWN[-1]
    made = loop(
        open_case(DAMAGED), (*TOOLS, spec), lambda name, *_: result if name == spec.name else None,
        f"{PROMPT}\n{rule}",
    )  # fmt: skip
    assert [name for name, _ in made][-3:-1] == (
        [spec.name, "refund"] if obeyed else ["get_policy", "refund"]
    )


@pytest.mark.parametrize(
    ("begins", "finishes", "key"),
    [
        ("propose_refund", "confirm_refund", "token"),
        ("prepare_refund", "execute_refund", "proposal_id"),
        ("create_refund", "commit_refund", "refund_key"),
    ],
)
def test_what_is_begun_is_carried_through(open_case: Open, begins: str, finishes: str, key: str) -> None:
    case = open_case(DAMAGED)

    def answer(name: str, given: dict[str, Json], _: list[str]) -> str | None:
        if name == begins:
            return json.dumps({key: "x-71", "amount": given["amount"], "status": "proposed, not paid"})
        if name != finishes:
            return None
        assert given == {key: "x-71"}
        case.tool("refund", {"order_id": ORDER, "amount": 28.6, "reason": "D-1"})
        return '{"status": "paid"}'

    pair = (
        tool(finishes, "Pays it.", **{key: TEXT}),
        tool(begins, "Nothing is paid yet.", order_id=TEXT, amount=NUMBER),
    )
    names = [name for name, _ in loop(case, (*LOOKS, *pair, *ENDS), answer)]
    assert names[-3:] == [begins, finishes, "reply"]
    assert case.verdict.success


def test_where_nothing_is_left_it_is_not_paid_again(open_case: Open) -> None:
    said = '{"error": "changed", "message": "Refunded a minute ago. Nothing is left to pay for these items."}'
    made = loop(open_case(DAMAGED), TOOLS, lambda name, *_: said if name == "refund" else None)
    assert [name for name, _ in made].count("refund") == 1


@pytest.mark.parametrize(
    ("asked", "planned"),
    [
        ("First write a short numbered plan. Do not call tools yet.", True),
        ("Outline your steps before calling any tool.", True),
        ("Solve it.", False),
        ("Do not call tools twice.", False),
    ],
)
def test_a_plan_comes_before_the_calls_where_it_is_asked_for(
    open_case: Open, asked: str, planned: bool
) -> None:
    case = open_case(DAMAGED)
    reply = case.say(f"{case.mail}\n\n{asked}", tools=TOOLS)
    assert bool(calls(reply)) is not planned
    assert reply.text.startswith("1.") is planned


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("List every tool you called that changed something, with its arguments.", ["refund", "reply"]),
        ("Which tool calls were made?", ["get_order", "get_policy", "refund", "reply"]),
        ("Thank you.", []),
    ],
)
def test_the_calls_made_are_told_where_that_is_asked(open_case: Open, asked: str, listed: list[str]) -> None:
    case = open_case(DAMAGED)
    done = case.act()
    reply = case.ask(Request("m", (*done, Message("user", (Text(asked),))), tools=TOOLS))
    assert [line.partition("(")[0] for line in reply.text.splitlines() if "(" in line] == listed


def test_a_forced_record_says_what_is_asked_for(open_case: Open) -> None:
    case = open_case(DAMAGED)
    spec = tool("record_facts", "Record what the mail says.", issue=TEXT, asks_for=TEXT)
    given = calls(case.say(case.mail, tools=(spec,), tool_choice="record_facts"))[0][1]
    assert given == {"issue": "damaged", "asks_for": "refund"}


def test_a_reading_without_an_item_leaves_the_item_to_the_mail(open_case: Open) -> None:
    case = open_case("p-opened-01")
    reading = {"order_id": "HL-203901", "issue": "changed_mind", "opened": True}
    messages = (
        Message("user", (Text(f"Extract the facts as JSON.\n\n{case.mail}"),)),
        Message("assistant", (Text(json.dumps(reading)),)),
        Message(
            "user",
            (
                Text(
                    f"{json.dumps(case.orders)}\n\n{case.handbook}\n\n"
                    "Now decide. JSON with action, order_id, amount."
                ),
            ),
        ),
    )
    assert json.loads(case.ask(Request("m", messages)).text)["amount"] == 72.21
