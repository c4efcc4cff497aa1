"""Reasoning that is wanted in writing stands before the JSON, and bears it out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.simulation.forms.demands import aloud

Open = Callable[..., Any]
FORM = '{"decision": "refund" | "deny" | "escalate" | "need_info", "amount": "0.00"}'


@pytest.mark.parametrize(
    "asked",
    [
        "Think the case through in a few sentences, then end with one JSON object:",
        "Give your reasoning first. Finish with a JSON block of this form:",
        "Reason aloud. After your reasoning, close with a JSON object:",
    ],
)
def test_the_reasoning_stands_first(open_case: Open, asked: str) -> None:
    for id, said in (("p-return-01", "64.00"), ("p-return-02", "30 days")):
        case = open_case(id)
        text = case.say(case.prompt(), system=f"You decide refund cases. {asked}\n{FORM}").text
        before, _, rest = text.partition("{")
        assert case.readings[-1].understood
        assert said in before
        assert json.loads("{" + rest)["decision"] in {"refund", "deny"}


def test_a_verdict_is_borne_out(open_case: Open) -> None:
    rules = (
        'Check the proposal. Think it through in a few sentences, then end with JSON: {"agree": true | false}'
    )
    for amount, agrees in (("64.00", True), ("54.40", False)):
        case = open_case("p-return-01")
        proposal = {"decision": "refund", "order_id": "HL-204173", "amount": amount}
        text = case.say(
            f"{case.prompt()}\n\nProposal:\n{json.dumps(proposal)}\n\nDo you agree?", system=rules
        ).text
        assert json.loads(text[text.index("{") :]) == {"agree": agrees}
        assert ("54.40" in text) is not agrees


@pytest.mark.parametrize(
    "asked",
    [
        "Think it through in a few sentences first, then answer with JSON only.",
        "First think, then reply with a JSON object and nothing else.",
        "Decide the case. End with a JSON object.",
    ],
)
def test_json_alone_stands_alone(asked: str) -> None:
    assert not aloud(asked)
