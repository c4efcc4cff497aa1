"""Tools with a program's own names: a look-up is called before a case is given up, and no id stays empty."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import Message, Reply, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.exercises.flaky_agent_trace.conftest import Open

PROMPT = "You handle the refunds of a shop. Work with the tools, one mail at a time."


def tool(name: str, said: str, *required: str, **kinds: str) -> ToolSpec:
    properties = {key: {"type": kind} for key, kind in kinds.items()}
    return ToolSpec(name, said, {"type": "object", "properties": properties, "required": list(required)})


PAY = tool("send_money", "Pay money to the card", "sale", "sum", sale="string", sum="string", why="string")
DESK = tool("hand_over", "Give the case to a person", "why", why="string")
ANSWER = tool(
    "answer_customer", "Write to the customer", "text", text="string", outcome="string", sale="string"
)
SHOP = tool("shop_query", "Finds sales and purchases of a customer", email="string", reference="string")
BOOK = tool("wiki_pull", "Pull a chapter of our refund rules", "chapter", chapter="string")


def calls(reply: Reply) -> dict[str, Any]:
    return {part.name: json.loads(part.arguments) for part in reply.parts if isinstance(part, ToolCall)}


def test_a_look_up_of_any_name_is_called_first(open_case: Open) -> None:
    case = open_case("p-return-01")
    messages = (Message("system", (Text(PROMPT),)), Message("user", (Text(case.mail),)))
    made = calls(case.ask(Request("m", messages, tools=(SHOP, BOOK, PAY, DESK, ANSWER))))
    assert "hand_over" not in made
    assert made.keys() & {"shop_query", "wiki_pull"}
    assert any(
        case.orders[0]["id"] in str(value) or "@" in str(value) for value in made["shop_query"].values()
    )


@pytest.mark.parametrize(
    "other",
    [
        tool("weather_lookup", "Get the weather of a place", "place", place="string"),
        tool("parcel_open_return", "Book a return label", "sale", sale="string"),
    ],
)
def test_what_reads_nothing_of_orders_is_no_look_up(open_case: Open, other: ToolSpec) -> None:
    case = open_case("p-return-01")
    messages = (Message("system", (Text(PROMPT),)), Message("user", (Text(case.mail),)))
    assert other.name not in calls(case.ask(Request("m", messages, tools=(other, PAY, DESK, ANSWER))))


@pytest.mark.parametrize("name", ["sale", "purchase", "transaction", "case_reference"])
def test_the_order_stands_where_a_payment_wants_it(open_case: Open, name: str) -> None:
    case = open_case("p-return-01")
    order = case.orders[0]
    looked = ToolCall("c1", "shop_query", json.dumps({"reference": order["id"]}))
    read = ToolCall("c2", "wiki_pull", json.dumps({"chapter": "all"}))
    case.tool("get_order", {"order_id": order["id"]})
    messages = (
        Message("system", (Text(PROMPT),)),
        Message("user", (Text(case.mail),)),
        Message("assistant", (looked, read)),
        Message("user", (ToolResult("c1", json.dumps(order)), ToolResult("c2", case.handbook))),
    )
    pay = tool(
        "send_money",
        "Pay money to the card",
        name,
        "sum",
        **{name: "string", "sum": "string", "why": "string"},
    )
    made = calls(case.ask(Request("m", messages, tools=(SHOP, BOOK, pay, DESK, ANSWER))))
    assert made["send_money"][name] == order["id"]


@pytest.mark.parametrize("sign", ["; ", " | ", ", "])
def test_a_call_in_text_has_the_signs_of_the_program(open_case: Open, sign: str) -> None:
    case = open_case("p-return-01")
    order = case.orders[0]
    case.tool("get_order", {"order_id": order["id"]})
    prompt = (
        f"Work in this loop:\nThought: ...\nAction: get_order[order_id] or get_policy[topic] or "
        f"refund[order_id{sign}amount] or escalate[reason] or reply[outcome{sign}text]\nObservation: …\n\n"
        f"{case.mail}\n\nThought: I need the order.\nAction: get_order[{order['id']}]\nObservation: "
        f"{json.dumps(order)}\nThought: The rules.\nAction: get_policy[all]\nObservation: {case.handbook}\n"
    )
    said = case.say(prompt).text
    assert f"refund[{order['id']}{sign}" in said
