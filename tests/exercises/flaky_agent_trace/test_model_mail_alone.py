"""A mail's body alone: what an answer names stands there, and its fields are filled from what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat

Open = Callable[..., Any]
MAYBE = {"type": ["string", "null"]}
NAMES = re.compile(r"\bHL-(\d{6})|\b([A-Z]{2}-\d{4})\b|([\w.+-]+@[\w-]+\.[\w.]+)")


def _schema(**fields: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": fields, "required": list(fields), "additionalProperties": False,
    }  # fmt: skip


def _list(of: Any) -> dict[str, Any]:
    return {"type": "array", "items": of}


TEXT = {"type": "string"}
SCHEMAS = (
    _schema(wants=TEXT, mentioned_orders=_list(TEXT), item_description=TEXT, language=TEXT),
    _schema(order_id=MAYBE, order_ids=_list(TEXT), customer_name=MAYBE, customer_email=MAYBE, sku=MAYBE),
    _schema(candidates=_list(_schema(order_id=TEXT, probability={"type": "number"})), summary=TEXT),
    _schema(items=_list(_schema(order_id=MAYBE, sku=MAYBE, name=MAYBE)), orders_concerned=_list(TEXT)),
    _schema(
        order_id=MAYBE, action={"enum": ["refund", "deny", "escalate", "need_info"]}, amount=MAYBE, reply=TEXT
    ),
)
WORDS = (
    "Extract the facts of this mail.",
    "Return JSON with order_id, orders, customer, email and items (sku, name).",
    "Which order is meant? Answer with its number or 'none'.",
    "List every order number and name that this mail mentions, one per line.",
    "Summarise the mail in two sentences.",
    "Who wrote this, and about which order?",
    "Decide on this refund request.",
    "Write a reply to the customer.",
)


def test_nothing_is_named_that_the_request_does_not_name(open_case: Open, ids: list[str]) -> None:
    """Order numbers, article numbers and addresses, in every form of answer."""
    for id in ids:
        body = open_case(id).task["ticket"]["body"]
        bare = re.sub(r"[\W_]", "", body).casefold()
        for asked in (*SCHEMAS, *WORDS):
            told = asked if isinstance(asked, str) else "Extract the facts of the mail; null if not stated."
            output = None if isinstance(asked, str) else OutputFormat("facts", asked, strict=True)
            said = open_case(id).say(f"{told}\n\n{body}", output=output).text
            for name in ("".join(found) for found in NAMES.findall(said)):
                assert re.sub(r"[\W_]", "", name).casefold() in bare, (id, told, said)


def test_an_order_is_listed_once_its_number_is_shown(open_case: Open) -> None:
    """The mail says "the ones with the spoons"; only a list of orders gives that a number."""
    for more, listed in (("", []), ("\n\nOn file: HL-205760, HL-205761.", ["HL-205760"])):
        case = open_case("p-regular-01")
        said = case.decide(f"{case.task['ticket']['body']}{more}", schema=SCHEMAS[0])
        assert said["mentioned_orders"] == listed


@pytest.mark.parametrize(
    ("id", "item", "issue"),
    [
        ("p-knows-01", "curtains", "wrong item"), ("p-names-02", "stool", "changed mind"),
        ("p-post-02", "table lamp", "late"), ("p-damaged-01", "ramen bowls", "damaged"),
        ("p-regular-02", "not stated", "not arrived"),
    ],
)  # fmt: skip
def test_item_and_reason_are_the_mails(open_case: Open, id: str, item: str, issue: str) -> None:
    """Beside an item the reason is the customer's; beside the order alone it is why that order."""
    case = open_case(id)
    told = f"Extract facts from the mail; null if not stated.\n\n{case.task['ticket']['body']}"
    said = case.decide(told, schema=_schema(order_number=MAYBE, item=TEXT, reason=TEXT))
    assert (said["order_number"], said["item"]) == (None, item)
    assert said["reason"].startswith(f"{issue}: “")
    assert "settled" in case.decide(told, schema=_schema(order_number=MAYBE, reason=TEXT))["reason"]


def test_a_problem_in_english_is_the_issue(open_case: Open) -> None:
    case = open_case("p-same-01")
    said = case.decide(f"Extract facts.\n\n{case.mail}", schema=_schema(item=TEXT, problem_in_english=TEXT))
    assert said["problem_in_english"] == (
        "The customer says that “la del crío” arrived damaged or faulty. It is about order HL-214760. "
        "They want their money back."
    )
