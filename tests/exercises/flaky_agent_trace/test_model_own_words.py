"""A program's own words for sums, choices and letters: read where they can be told, else not understood."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
TEXT = {"type": "string"}
DO = {"type": "string", "enum": ["refund", "deny", "escalate", "ask"]}


def _schema(**fields: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": fields, "required": list(fields), "additionalProperties": False,
    }  # fmt: skip


def _decided(case: Any, **fields: Any) -> tuple[dict[str, Any], bool]:
    shown = f"{case.handbook}\n\n{case.mail}\n\n{json.dumps(case.orders)}"
    said = case.decide(shown, system="Decide this refund request.", schema=_schema(**fields))
    return said, case.readings[-1].understood


@pytest.mark.parametrize(
    ("name", "field", "said"),
    [
        ("money", TEXT, "46.80"), ("money", {**TEXT, "description": "e.g. '12.50 EUR'"}, "46.80 EUR"),
        ("amount_with_currency", TEXT, "46.80 EUR"), ("eur", {"type": "number"}, 46.8),
        ("amount_currency", TEXT, "EUR"), ("shipping_money", TEXT, ""),
    ],
)  # fmt: skip
def test_a_sum_by_another_name(open_case: Open, name: str, field: Any, said: Any) -> None:
    assert _decided(open_case("p-monday-01"), action=DO, **{name: field})[0][name] == said


OPTIONS = ("pay", "dont_pay", "to_human", "clarify")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (OPTIONS, "dont_pay"), (("PAY_OUT", "NOTHING_DUE", "HUMAN", "QUESTION"), "NOTHING_DUE"),
        (("pay", "zilch", "human", "ask"), "zilch"), (("pay", "zilch", "nada", "ask"), None),
        (("pay", "zilch", "human", "ask", "unknown"), "zilch"),
    ],
)  # fmt: skip
def test_the_choice_agrees_with_its_reason(open_case: Open, options: Any, said: str | None) -> None:
    """What is left is what is meant; of two that are left neither is picked."""
    field = {"type": "string", "enum": list(options)}
    answer, understood = _decided(open_case("p-earlier-02"), decision=field, why=TEXT)
    assert understood == (said is not None)
    assert said in {None, answer["decision"]}
    assert _decided(open_case("p-monday-01"), decision=field, why=TEXT)[0]["decision"] == options[0]
