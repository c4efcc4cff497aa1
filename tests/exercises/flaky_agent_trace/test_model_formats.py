"""Which form an answer has: the one that is asked for, not that of data, nor that of an earlier turn."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text

Open = Callable[..., Any]
RETURN = "p-return-01"
PROPOSED = '{"order_id": "HL-204173", "action": "refund", "amount": 64.0, "reason": "R-1"}'
ASKED = {
    'Answer as {"approved": true or false}': {"approved"},
    'Respond with {"approved": true|false, "reason": "..."}': {"approved", "reason"},
    "Return {approved: bool, reason: str}": {"approved", "reason"},
    'Give {"score": <1-10>}': {"score"},
    'Answer in JSON: {"verdict": "<pass or fail>"}': {"verdict"},
    "Return JSON with keys approved and reason.": {"approved", "reason"},
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("place", ["before", "after", "system"])
def test_the_data_is_no_template(open_case: Open, asked: str, place: str) -> None:
    case = open_case(RETURN)
    data = f"{case.prompt()}\n\nProposed decision (JSON):\n{PROPOSED}"
    text = {"before": f"{asked}\n\n{data}", "after": f"{data}\n\n{asked}", "system": data}[place]
    said = case.say(text, system=asked if place == "system" else "").text
    assert set(json.loads(said)) == ASKED[asked]


JSON = 'Decide the ticket. Return JSON: {"action": "refund | deny | escalate", "amount": "number or null"}'


def later(case: Any, asked: str, system: str = JSON) -> str:
    said = case.say(case.prompt(), system=system)
    messages = (
        Message("system", (Text(system),)),
        Message("user", (Text(case.prompt()),)),
        Message("assistant", said.parts),
        Message("user", (Text(asked),)),
    )
    return str(case.ask(Request("m", messages)).text)


@pytest.mark.parametrize(
    "asked",
    [
        "Now write the reply to the customer in plain text.",
        "Now write the reply to the customer.",
        "Answer in one sentence: why?",
        "In one word: should we refund this?",
        "Now translate it.",
    ],
)
def test_the_last_turn_says_the_form(open_case: Open, asked: str) -> None:
    assert not later(open_case(RETURN), asked).lstrip().startswith("{")


def test_a_standing_form_holds_for_ordinary_turns(open_case: Open) -> None:
    case = open_case(RETURN)
    said = later(case, f"Here is the next ticket:\n\n{case.prompt()}")
    assert set(json.loads(said)) == {"action", "amount"}
