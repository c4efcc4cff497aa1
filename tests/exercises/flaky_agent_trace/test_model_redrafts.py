"""A letter after an objection to the one before: that is met, or said not to be understood."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exercises.flaky_agent_trace.writing.redrafts import demands_of
from harness.exchange import Message, OutputFormat, Request, Text, ToolCall, ToolResult

from .conftest import PROMPT, TOOLS, Open

LETTER = {
    "type": "object", "properties": {"body": {"type": "string"}}, "required": ["body"],
    "additionalProperties": False,
}  # fmt: skip
ASKED = "You write e-mails for a shop's customer service. You get what has been decided. Write the reply.\n"
RETURN, LATE = "p-return-01", "p-return-02"


@pytest.mark.parametrize(
    ("said", "demands"),
    [
        ("it was in Dutch; the customer writes English.", ("Write in English.",)),
        ("It should be in German, not English.", ("Write in German.",)),
        ("too long. Use at most 35 words.", ("Make it shorter.", "Use at most 35 words.")),
        ("the order number is missing.", ("Mention the order number.",)),
        (
            "- the amount is not named\n- it doesn't say why",
            ("Name the amount and the currency.", "Explain why."),
        ),
        ("it cites clause numbers. Customers do not know them.", ("Do not name clause numbers.",)),
        ("it promises a voucher, which nobody decided.", ()),
        ("The letter names 35.00 instead of 25.00.", ()),
        ("mention that the chairs stay with you.", ("Mention that the chairs stay with you.",)),
    ],
)  # fmt: skip
def test_what_an_objection_comes_to(said: str, demands: tuple[str, ...]) -> None:
    told = demands_of(said)
    assert (told.demands, told.unclear) == (demands, "")


@pytest.mark.parametrize(
    "said",
    [
        "the third paragraph sings.",
        "the refund is not clearly covered by the rules and should not be paid.",
        "it must say when the money arrives.",
        "the customer's name is misspelt",
    ],
)  # fmt: skip
def test_what_is_not_understood_of_it(said: str) -> None:
    assert demands_of(said).unclear


def _drafted(case: Any, objection: str) -> str:
    order = case.orders[0]["id"]
    facts = {"customer": "Aoife Brennan", "order": order, "outcome": "refund paid", "amount": "64.00 EUR"}
    text = f"{case.mail}\n\nFacts:\n{json.dumps(facts)}\n\n{objection}"
    messages = (Message("system", (Text(ASKED),)), Message("user", (Text(text),)))
    reply = case.ask(Request("m", messages, output=OutputFormat("letter", LETTER, strict=True)))
    return str(json.loads(reply.text)["body"])


@pytest.mark.parametrize(
    ("objection", "holds", "lacks"),
    [
        ("An earlier draft was rejected: it was in Dutch; the customer writes English.", "refunded", "Beste"),
        ("Your last draft was sent back because it must be in German.", "erstattet", "refunded"),
        ("Objection to the previous draft: the amount is not named.", "64.00 EUR", "can't offer"),
        ("First version rejected: it must mention that the label comes later.", "label comes later", "Hoi"),
    ],
)  # fmt: skip
def test_a_draft_meets_the_objection(open_case: Open, objection: str, holds: str, lacks: str) -> None:
    case = open_case(RETURN)
    body = _drafted(case, objection)
    assert case.readings[-1].understood, case.readings[-1].why_not
    assert holds in body
    assert lacks not in body


@pytest.mark.parametrize(
    "objection",
    [
        "An earlier draft was rejected: the third paragraph sings.",
        "The reviewer sent back the draft because the moon is in it.",
    ],
)
def test_an_objection_that_is_not_understood_is_told(open_case: Open, objection: str) -> None:
    case = open_case(RETURN)
    _drafted(case, objection)
    assert "wants changed in the letter" in case.readings[-1].why_not


@pytest.mark.parametrize(
    ("error", "holds"),
    [
        ("error: write in Dutch", "Met vriendelijke groet"),
        ("Rejected: it must mention that the shop is closed on Monday.", "the shop is closed on Monday"),
        ("not sent: too long, use at most 30 words", ""),
    ],
)
def test_a_letter_that_a_tool_refuses_is_written_anew(open_case: Open, error: str, holds: str) -> None:
    case = open_case(LATE)
    looks = (ToolCall("l1", "get_order", json.dumps({"order_id": case.orders[0]["id"]})),
             ToolCall("l2", "get_policy", '{"topic": "all"}'))  # fmt: skip
    shown = (ToolResult("l1", json.dumps(case.orders[0])), ToolResult("l2", case.handbook))
    messages = [Message("system", (Text(PROMPT),)), Message("user", (Text(case.mail),)),
                Message("assistant", looks), Message("user", shown)]  # fmt: skip
    bodies = []
    for _ in range(2):
        reply = case.ask(Request("m", tuple(messages), tools=TOOLS))
        (call,) = (part for part in reply.parts if isinstance(part, ToolCall))
        bodies.append(str(json.loads(call.arguments)["body"]))
        messages += [Message("assistant", (call,)), Message("user", (ToolResult(call.id, error, True),))]
    assert holds in bodies[1]
    assert holds == "" or holds not in bodies[0]
    assert bodies[0] != bodies[1]
    assert holds or len(bodies[1].split()) <= 30
