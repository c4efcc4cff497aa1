"""A reviewer's list that is said to tell what is wrong holds that, in words, whatever it is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
REVIEW = """You check a colleague's proposal for a refund case against the handbook and the records.
Answer with JSON: {"ok": true | false, "%s": ["%s"]}"""


def reviewed(case: Any, name: str, told: str, amount: str) -> dict[str, Any]:
    proposal = {"decision": "refund", "order_id": "HL-204173", "amount": amount, "clauses": ["R-1"]}
    asked = f"{case.prompt()}\n\nProposal:\n{json.dumps(proposal)}\n\nIs the proposal right?"
    answer: dict[str, Any] = json.loads(case.say(asked, system=REVIEW % (name, told)).text)
    assert case.readings[-1].understood
    return answer


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("reasons", "what is wrong, and what would be right; nothing if it is fine"),
        ("grounds", "each mistake in a sentence"),
        ("why", "the errors, one a line"),
    ],
)
def test_what_is_wrong_is_told_in_words(open_case: Open, name: str, told: str) -> None:
    wrong = reviewed(open_case("p-return-01"), name, told, "54.40")
    assert not wrong["ok"]
    assert "64.00" in " ".join(wrong[name])
    assert "54.40" in " ".join(wrong[name])
    assert reviewed(open_case("p-return-01"), name, told, "64.00") == {"ok": True, name: []}


def test_codes_are_codes(open_case: Open) -> None:
    case = open_case("p-return-01")
    codes = {"type": "string", "enum": ["within_policy", "too_late", "final_sale", "other"]}
    properties = {
        "decision": {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]},
        "reasons": {"type": "array", "items": codes, "description": "what decides it"},
    }
    schema = {"type": "object", "properties": properties, "required": [*properties]}
    assert case.decide(case.prompt(), schema=schema)["reasons"] == ["within_policy"]
