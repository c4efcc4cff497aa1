"""Answers that are one of several objects; look-ups of several orders; refusals that send to a look-up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec

Json = Any
Open = Callable[..., Any]
TEXT = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
DAMAGED, LATE, TOO_LATE, OPEN, DESK = (
    "p-damaged-01", "p-delay-01", "p-return-02", "p-regular-02", "p-desk-01",
)  # fmt: skip


def tool(name: str, described: str, /, **properties: Json) -> ToolSpec:
    return ToolSpec(
        name, described, {"type": "object", "properties": properties, "required": list(properties)}
    )


def own_orders(case: Any) -> list[dict[str, Json]]:
    sender = case.task["ticket"]["from"]["email"].lower()
    return [order for order in case.orders if order["customer"]["email"].lower() == sender]


DECIDE = tool(
    "conclude", "Decide the ticket for good.",
    decision={"type": "string", "enum": ["pay", "no", "desk", "ask"]}, order=TEXT, total=TEXT, letter=TEXT,
)  # fmt: skip
LOOKS = [
    tool("pull_files", "Opens the files of several orders.", orders=LIST),
    tool("inspect_orders", "Shows one or more orders in full.", order_numbers=LIST),
    tool(
        "fetch_orders", "Fetches orders.", ids={**TEXT, "description": "order numbers, separated by commas"}
    ),
    tool("open_record", "Opens the record of an order.", number=TEXT),
]


def turns(case: Any, look: ToolSpec, refusal: str) -> list[tuple[str, dict[str, Json]]]:
    """The calls of a loop that lets nothing be decided before the look-up was used."""
    system = f"Settle each mail by the handbook. Your tools: {look.name} and {DECIDE.name}."
    shown = case.prompt(orders=json.dumps(own_orders(case)))
    messages = [Message("system", (Text(system),)), Message("user", (Text(shown),))]
    made: list[tuple[str, dict[str, Json]]] = []
    for _ in range(4):
        reply = case.ask(Request("m", tuple(messages), tools=(look, DECIDE)))
        messages.append(Message("assistant", reply.parts))
        results = []
        for part in (part for part in reply.parts if isinstance(part, ToolCall)):
            looked = any(name == look.name for name, _ in made)
            made.append((part.name, json.loads(part.arguments)))
            found = json.dumps({order["id"]: order for order in own_orders(case)})
            said = found if part.name == look.name else "Done." if looked else refusal
            results.append(ToolResult(part.id, said, said is refusal))
            if part.name == DECIDE.name and looked:
                return made
        messages.append(Message("user", tuple(results) or (Text("Go on."),)))
    return made


@pytest.mark.parametrize("look", LOOKS, ids=[look.name for look in LOOKS])
@pytest.mark.parametrize(
    "refusal",
    [
        "You decided without having read that order's file. Read it before you decide.",
        "Not accepted: the order has not been opened.",
        "Please look into the order first.",
    ],
)
def test_a_refusal_that_sends_to_a_look_up_is_followed(open_case: Open, look: ToolSpec, refusal: str) -> None:
    made = turns(open_case(DAMAGED), look, refusal)
    assert [name for name, _ in made] == [DECIDE.name, look.name, DECIDE.name]
    (given,) = made[1][1].values()
    assert given == (["HL-202913"] if next(iter(look.schema["properties"].values())) == LIST else "HL-202913")
    assert (made[2][1]["decision"], made[2][1]["total"]) == ("pay", "28.60")


def test_the_verb_of_a_tool_is_enough(open_case: Open) -> None:
    made = turns(open_case(LATE), LOOKS[1], "You settled on an order unseen. Inspect first.")
    assert [name for name, _ in made] == [DECIDE.name, LOOKS[1].name, DECIDE.name]


@pytest.mark.parametrize(("id", "due"), [(TOO_LATE, "no"), (DESK, "desk"), (OPEN, "ask")])
def test_a_tool_that_takes_any_outcome_pays_nothing_by_itself(open_case: Open, id: str, due: str) -> None:
    made = turns(open_case(id), LOOKS[0], "Look into the order first.")
    assert made[-1][1]["decision"] == due


def test_several_orders_are_looked_into_where_it_is_open_which_is_meant(open_case: Open) -> None:
    case = open_case(OPEN)
    made = turns(case, LOOKS[0], "No order was opened yet. Open it first.")
    assert made[1] == (LOOKS[0].name, {"orders": [order["id"] for order in own_orders(case)]})


def test_what_cancels_orders_shows_none(open_case: Open) -> None:
    case = open_case(DAMAGED)
    stop = tool("cancel_orders", "Cancels orders.", orders=LIST)
    case.say(case.prompt(), system="Settle the mail.", tools=(stop, DECIDE))
    assert stop.name not in str(case.thoughts[-1].reply.parts)


MOVES = """Each of your turns is ONE JSON object, one of these three.

To see orders in full (prices, dates, refunds):
{"command": "inspect", "numbers": ["HL-000000"]}

To find orders of which you have no number:
{"command": "find", "by": {"name": "Doe"}}

To end it:
{"command": "conclude", "decision": "pay | no | desk | ask", "order": "HL-000000 or null", "lines":
 [{"sku": "XX-0000", "pieces": 1}], "total": "0.00", "letter": "to the customer"}

`lines` are the goods that are refunded. For a late parcel `total` is compensation, then `lines` is empty."""


def moves(case: Any) -> list[dict[str, Json]]:
    """The objects of a conversation in which each answer is one."""
    found = json.dumps([{"id": order["id"], "placed": order["placed"]} for order in own_orders(case)])
    messages = [
        Message("system", (Text(MOVES),)),
        Message("user", (Text(case.prompt(orders=found)),)),
    ]
    made: list[dict[str, Json]] = []
    for _ in range(4):
        reply = case.ask(Request("m", tuple(messages)))
        made.append(json.loads(reply.text))
        if made[-1]["command"] == "conclude":
            break
        shown = json.dumps([order for order in own_orders(case) if order["id"] in str(made[-1])])
        messages += [
            Message("assistant", reply.parts),
            Message("user", (Text(f"Found: {shown}\n\nYour next command."),)),
        ]
    return made


@pytest.mark.parametrize(
    ("id", "order", "due"),
    [
        (DAMAGED, "HL-202913", ("pay", "28.60", [{"sku": "KD-3307", "pieces": 2}])),
        (LATE, "HL-204660", ("pay", "14.35", [])),
        (TOO_LATE, "HL-199561", ("no", "0.00", [])),
    ],
)
def test_a_move_at_a_time(open_case: Open, id: str, order: str, due: tuple[str, str, list[Json]]) -> None:
    case = open_case(id)
    look, end = moves(case)
    assert look == {"command": "inspect", "numbers": [order]}
    assert (end["decision"], end["total"]) == due[:2]
    assert end["lines"] == due[2] or due[0] == "no"
    assert end["order"] == order
    assert end["letter"]
    assert all(reading.understood for reading in case.readings)
