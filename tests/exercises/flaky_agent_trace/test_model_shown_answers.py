"""Answers that examples show: rows, objects and words; lists that are wanted, and filled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec

Json = Any
Open = Callable[..., Any]
FIRST = "Hello, the kettle from HL-200001 is still in its box, I'd like to return it. Jo"
SECOND = "Order 200002: your drill died on day one. Send a new one please. Ben"


def shown(case: Any, system: str, first: str, second: str) -> str:
    """The answer to the case's mail after two examples as turns."""
    turns = [
        ("user", FIRST),
        ("assistant", first),
        ("user", SECOND),
        ("assistant", second),
        ("user", case.mail),
    ]
    messages = [Message("system", (Text(system),))]
    messages += [Message(role, (Text(text),)) for role, text in turns]  # type: ignore[arg-type]
    said: str = case.ask(Request("m", tuple(messages))).text
    return said


@pytest.mark.parametrize(
    ("system", "first", "second", "answer"),
    [
        (
            "Turn mails into one line: <order>|<article>|<opened? y/n/?>|<wish>",
            "HL-200001|kettle|n|money back", "HL-200002|drill|y|replacement",
            "HL-203901|shower speaker|y|money back",
        ),
        (
            "Turn mails into rows: order;article;opened;wish",
            "HL-200001;kettle;no;refund", "HL-200002;drill;yes;replacement",
            "HL-203901;shower speaker;yes;refund",
        ),
        (
            "Convert each mail. Columns: order\tissue",
            "HL-200001\tchange of mind", "HL-200002\tdefect", "HL-203901\tchange of mind",
        ),
        (
            "Convert each mail to one line.",
            "HL-200001 -> change of mind", "HL-200002 -> defect", "HL-203901 -> change of mind",
        ),
        ("Mail to csv: order, wish", "HL-200001, refund", "HL-200002, replacement", "HL-203901, refund"),
        ("Classify.", "regret", "breakage", "regret"),
    ],
)  # fmt: skip
def test_rows_and_words_are_as_the_examples_have_them(
    open_case: Open, system: str, first: str, second: str, answer: str
) -> None:
    assert shown(open_case("p-opened-01"), system, first, second) == answer


def test_objects_are_as_the_examples_have_them(open_case: Open) -> None:
    said = shown(
        open_case("p-opened-01"),
        "Extract {order, item, opened, wish} from mails.",
        '{"order":"HL-200001","item":"kettle","opened":false,"wish":"money"}',
        '{"order":"HL-200002","item":"drill","opened":true,"wish":"replacement"}',
    )
    wanted = {"order": "HL-203901", "item": "shower speaker", "opened": True, "wish": "money"}
    assert json.loads(said) == wanted


def test_objects_of_unknown_keys_are_not_understood(open_case: Open) -> None:
    case = open_case("p-opened-01")
    shown(case, "Read the mail.", '{"foo":"x","bar":"y"}', '{"foo":"z","bar":"w"}')
    assert not case.readings[-1].understood


def test_questions_and_answers_in_the_text(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = case.say(
        f"Turn mails into rows.\nQ: {FIRST}\nA: HL-200001|changed mind|refund\n\nQ: {SECOND}\n"
        f"A: HL-200002|defect|replacement\n\nQ: {case.mail}\nA:"
    )
    assert said.text == "HL-202913|defect|refund"


@pytest.mark.parametrize(
    ("asked", "skus"),
    [
        ("List the lines the customer wants money for, as a JSON array of SKUs. No more.", ["OD-3305"]),
        ("Return a JSON array of the SKUs that are to be refunded.", ["OD-3305"]),
        ("Which SKUs does the customer want refunded? JSON array of strings only.", ["OD-3305"]),
        ("Return the SKUs of every order line as a JSON array.", ["OD-3310", "OD-3305"]),
    ],
)  # fmt: skip
def test_an_array_is_wanted_and_nothing_around_it(open_case: Open, asked: str, skus: list[str]) -> None:
    case = open_case("p-same-01")
    assert json.loads(case.say(case.prompt(handbook=""), system=asked).text) == skus


@pytest.mark.parametrize(
    "asked",
    [
        "Give me a JSON list of the frobs in this mail.",
        "Return the prices of the lines as a JSON array of numbers.",
    ],
)
def test_an_array_of_what_is_not_known_is_declined(open_case: Open, asked: str) -> None:
    case = open_case("p-same-01")
    case.say(case.prompt(handbook=""), system=asked)
    assert not case.readings[-1].understood


def reader(argument: str) -> tuple[ToolSpec, ...]:
    """Tools of which one reads several orders at once."""
    many = {"type": "object", "properties": {argument: {"type": "array", "items": {"type": "string"}}}}
    mail = {
        "type": "object",
        "properties": {"mail_address": {"type": "string"}},
        "required": ["mail_address"],
    }
    return (
        ToolSpec("find", "Search orders by customer e-mail", mail),
        ToolSpec("open_orders", "Read several orders at once", {**many, "required": [argument]}),
    )


@pytest.mark.parametrize("argument", ["ids", "orderNumbers", "order_refs", "order_ids"])
@pytest.mark.parametrize(
    ("id", "opened"),
    [("p-regular-01", ["HL-205760"]), ("p-knows-01", ["HL-210420", "HL-210111", "HL-209930"])],
)
def test_a_list_of_orders_is_filled(open_case: Open, id: str, opened: list[str], argument: str) -> None:
    case = open_case(id)
    found, _ = case.tool("search_orders", {"email": case.task["ticket"]["from"]["email"]})
    call = ToolCall("c1", "find", json.dumps({"mail_address": case.task["ticket"]["from"]["email"]}))
    messages = (
        Message("system", (Text("Find out which order the customer means."),)),
        Message("user", (Text(case.mail),)),
        Message("assistant", (call,)),
        Message("user", (ToolResult("c1", found, False),)),
    )
    reply = case.ask(Request("m", messages, tools=reader(argument)))
    (made,) = [part for part in reply.parts if isinstance(part, ToolCall)]
    assert (made.name, json.loads(made.arguments)) == ("open_orders", {argument: opened})


FACTS = {
    "type": "object", "additionalProperties": False, "required": ["articles", "keeps_anything"],
    "properties": {
        "keeps_anything": {"type": "boolean"},
        "articles": {"type": "array", "items": {
            "type": "object", "additionalProperties": False,
            "required": ["name", "pieces_affected", "pieces_total"],
            "properties": {
                "name": {"type": "string"}, "pieces_affected": {"type": "integer"},
                "pieces_total": {"type": ["integer", "null"]},
            },
        }},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("Of the four ramen bowls, two have", 4),
        ("Two out of our four ramen bowls have", 4),
        ("2 of the 4 ramen bowls have", 4),
        ("Two ramen bowls have", None),
    ],
)
def test_of_how_many_some_are_meant(open_case: Open, words: str, whole: int | None) -> None:
    case = open_case("p-damaged-01")
    mail = case.mail.replace("Of the four ramen bowls, two have", words)
    said = case.decide(mail, system="Extract the facts of the mail.", schema=FACTS)
    assert [(one["pieces_affected"], one["pieces_total"]) for one in said["articles"]] == [(2, whole)]
    assert whole is None or said["keeps_anything"] is True


def test_bare_names_beside_a_decision(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    schema = {
        "type": "object", "required": ["verdict", "clause"],
        "properties": {
            "verdict": {"type": "string", "enum": ["pay", "reject", "human", "ask_customer"]},
            "number": {"type": "string"}, "clause": {"type": "string"},
            "cents": {"type": "integer", "description": "amount to pay, in cents"},
        },
    }  # fmt: skip
    said = case.decide(case.prompt(), system="Decide the case.", schema=schema)
    assert said == {"verdict": "pay", "number": "HL-202913", "clause": "D-1", "cents": 2860}


def test_what_is_lacking_is_said(open_case: Open) -> None:
    case = open_case("p-opened-01")
    asked = 'Apply the policy. Return JSON {"decision": "pay|deny|unknown", "missing": [string]}.'
    said = json.loads(case.say(case.prompt(orders="(order lookup failed: 503)"), system=asked).text)
    assert said == {"decision": "unknown", "missing": ["the order's record"]}
    assert json.loads(case.say(case.prompt(), system=asked).text) == {"decision": "pay", "missing": []}
