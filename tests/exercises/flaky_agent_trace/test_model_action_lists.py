"""A whole plan in one answer: the money, the handover and the letter, each in the shape of its kind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.schemas import of

Json = Any
Open = Callable[..., Any]
TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
MAYBE = {"type": ["string", "null"]}
SYSTEM = (
    "Decide this refund ticket by the handbook and lay down what our program carries out, in order. "
    "The mail to the customer comes last, exactly once."
)


def _kinds(key: str, union: str, *shapes: tuple[str, dict[str, Json]]) -> Json:
    branches = [of(**{key: {"type": "string", "enum": [name]}}, **fields) for name, fields in shapes]
    return {"type": "array", "items": {union: branches}}


LISTS: dict[str, tuple[str, Json, tuple[str, str, str]]] = {
    "type": (
        "steps",
        _kinds(
            "type", "oneOf", ("refund", {"order": TEXT, "sum": TEXT}), ("escalate", {"why": TEXT}),
            ("reply", {"body": TEXT}),
        ),
        ("refund", "reply", "body"),
    ),
    "tool": (
        "calls",
        _kinds(
            "tool", "anyOf", ("issue_refund", {"order_id": TEXT, "amount_cents": {"type": "integer"}}),
            ("open_case", {"summary": TEXT}), ("send_message", {"message": TEXT}),
        ),
        ("issue_refund", "send_message", "message"),
    ),
    "kind": (
        "commands",
        _kinds(
            "kind", "anyOf", ("Payment", {"order_id": TEXT, "value": TEXT}), ("Case", {"note": TEXT}),
            ("Letter", {"letter": TEXT}),
        ),
        ("Payment", "Letter", "letter"),
    ),
    "do": (
        "todo",
        _kinds(
            "do", "oneOf", ("reimburse", {"order_id": TEXT, "total": TEXT}), ("hand_over", {"text": TEXT}),
            ("mail", {"mail": TEXT}),
        ),
        ("reimburse", "mail", "mail"),
    ),
    "aktion": (
        "schritte",
        _kinds(
            "aktion", "anyOf", ("erstatten", {"bestellung": TEXT, "betrag": TEXT}),
            ("escalate", {"grund": TEXT}), ("reply", {"text": TEXT}),
        ),
        ("erstatten", "reply", "text"),
    ),
    "op": (
        "operations",
        {
            "type": "array",
            "items": of(
                op={"type": "string", "enum": ["pay_back", "hand_over", "write_customer"]},
                order_id=MAYBE, amount={"type": ["number", "null"]}, message=MAYBE,
            ),
        },
        ("pay_back", "write_customer", "message"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", LISTS)
def test_money_is_paid_once_and_the_customer_told(open_case: Open, key: str) -> None:
    name, form, (pays, writes, text) = LISTS[key]
    case = open_case("p-return-01")
    said = case.decide(case.prompt(), system=SYSTEM, schema=of(reasoning=TEXT, **{name: form}))[name]
    assert [entry[key] for entry in said] == [pays, writes]
    assert "64.00 EUR" in said[1][text]
    assert not any(said[0].get(other) for other in ("message",))
    assert case.readings[-1].understood


@pytest.mark.parametrize("key", LISTS)
def test_a_refusal_is_a_letter_alone(open_case: Open, key: str) -> None:
    name, form, (_, writes, text) = LISTS[key]
    case = open_case("p-autumn-01")
    (said,) = case.decide(case.prompt(), system=SYSTEM, schema=of(**{name: form}))[name]
    assert said[key] == writes
    assert "HL-200433" in said[text]
    assert said.get("amount") is None


def test_a_letter_that_turns_down_is_the_only_one(open_case: Open) -> None:
    form = _kinds(
        "kind", "anyOf", ("refund", {"order_id": TEXT, "amount": TEXT}), ("decline", {"letter": TEXT}),
        ("ask_customer", {"question": TEXT}), ("confirm_by_mail", {"letter": TEXT}),
    )  # fmt: skip
    for id, kinds in {"p-autumn-01": ["decline"], "p-return-01": ["refund", "confirm_by_mail"]}.items():
        case = open_case(id)
        said = case.decide(case.prompt(), system=SYSTEM, schema=of(commands=form))["commands"]
        assert [entry["kind"] for entry in said] == kinds


def test_arguments_may_stand_in_an_object_and_the_ticket_be_closed(open_case: Open) -> None:
    form = _kinds(
        "name", "anyOf", ("issue_refund", {"arguments": of(order_id=TEXT, amount={"type": "number"})}),
        ("escalate_to_human", {"arguments": of(reason=TEXT)}), ("send_reply", {"arguments": of(text=TEXT)}),
        ("close_ticket", {}),
    )  # fmt: skip
    case = open_case("p-return-01")
    said = case.decide(case.prompt(), system=SYSTEM, schema=of(calls=form))["calls"]
    assert [call["name"] for call in said] == ["issue_refund", "send_reply", "close_ticket"]
    assert said[0]["arguments"]["amount"] == 64.0
    assert "64.00 EUR" in said[1]["arguments"]["text"]


def test_calls_that_are_answered_are_made_one_by_one(open_case: Open) -> None:
    name, form, _ = LISTS["tool"]
    case = open_case("p-return-01")
    looped = f"{SYSTEM.partition('.')[0]}. Call one tool at a time; you will see its result."
    said = case.decide(case.prompt(), system=looped, schema=of(**{name: form}))[name]
    assert [call["tool"] for call in said] == ["issue_refund"]


def test_a_payment_says_since_when_it_is_known_and_whether_shipping_is_in_it(open_case: Open) -> None:
    form = _kinds(
        "action", "anyOf",
        ("refund", {"order_id": TEXT, "amount": TEXT, "first_told_on": MAYBE, "plus_postage": FLAG}),
        ("escalate", {"reason": TEXT}), ("reply", {"text": TEXT}),
    )  # fmt: skip
    case = open_case("p-damaged-01")
    said = case.decide(case.prompt(), system=SYSTEM, schema=of(actions=form))["actions"][0]
    assert said["first_told_on"]
    assert isinstance(said["plus_postage"], bool)
    assert "plus_postage" not in str(case.thoughts[-1].guessed)


@pytest.mark.parametrize("label", ["Earlier refunds: ", "- Refunds so far: ", "Paid back. Past refunds = "])
def test_a_list_behind_its_name_is_read_in_a_record_of_lines(open_case: Open, label: str) -> None:
    case = open_case("p-earlier-01")
    (order,) = case.orders
    lines = [f"Order {order['id']}", f"Customer: {order['customer']['name']} <{order['customer']['email']}>"]
    lines += [f"Status: {order['status']}, delivered {order['delivered']}, placed {order['placed']}"]
    lines += [f"- {i['sku']}: {i['quantity']} x {i['name']} at {i['unit_price']} GBP" for i in order["items"]]
    lines += [f"Chargeback: none, gift: no\n{label}{json.dumps(order['refunds'])}"]
    said = case.decide(case.prompt(orders="\n".join(lines)))
    assert said["action"] == "refund"
    assert said["amount"] == 66.0
    assert re.search(r"R-1", said["reason"])
