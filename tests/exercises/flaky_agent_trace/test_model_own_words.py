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


def test_a_count_is_of_the_list_beside_it(open_case: Open) -> None:
    """Alone a count is one of pieces; beside one list it says how many that has."""
    case, many = open_case("p-desk-02"), {"type": "array", "items": TEXT}
    count, flag = {"type": "integer"}, {"type": "boolean"}
    asked = f"Which orders does the customer ask something for, and how many? JSON.\n\n{case.mail}"
    for fields in ({"count": count, "orders": many}, {"orders": many, "n": count, "more_than_one": flag}):
        said = case.decide(asked, schema=_schema(**fields))
        assert len(said["orders"]) == 2 == said[next(name for name in said if fields[name] == count)]
        assert said.get("more_than_one", True) is True
    said = case.decide(asked, schema=_schema(more_than_one=flag, number_of_orders=count))
    assert (said, case.readings[-1].understood) == ({"more_than_one": True, "number_of_orders": 2}, True)
    said = open_case("p-monday-01").decide(case.mail, schema=_schema(orders=many, item_count=count))
    assert said["item_count"] != len(said["orders"])


@pytest.mark.parametrize("name", ["email_to_customer", "message_for_the_customer", "letter_to_customer"])
def test_what_goes_to_the_customer_is_the_letter(open_case: Open, name: str) -> None:
    said, _ = _decided(open_case("p-desk-01"), outcome=DO, **{name: TEXT}, customer_email=TEXT)
    assert said[name].startswith("Hi Paulo Mendes,\n")
    assert "@" in said["customer_email"]


def test_a_claim_beside_its_order_is_decided_without_the_mail(open_case: Open) -> None:
    """The second stage of a chain: facts as JSON are read, facts in words that tell nothing here are not."""
    case = open_case("p-same-01")
    order = next(order for order in case.orders if order["id"] == "HL-214760")
    schema = _schema(action=DO, amount={"type": ["string", "null"]}, clause=TEXT)
    for claim, clause in (("damaged", "D-1"), ("changed_mind", "R-1")):
        facts = {"order": order, "claim": {"sku": "OD-3305", "qty": 1, "reason": claim}}
        facts["reported_on"] = "2026-11-18"
        said = case.decide(json.dumps(facts), system=f"Rules:\n{case.handbook}\n\nDecide.", schema=schema)
        assert case.readings[-1].understood
        assert said == {"action": "refund", "amount": "42.00", "clause": clause}
    words = f"{case.handbook}\n\nORDER {json.dumps(order)}\n\nFACTS: the zip gave up, says the customer."
    case.decide(words, system="Decide by the facts.", schema=schema)
    assert not case.readings[-1].understood


@pytest.mark.parametrize(("key", "said"), [("clause", "D-1"), ("clauses", ["D-1"])])
def test_a_bare_key_for_one_thing_gets_one(open_case: Open, key: str, said: Any) -> None:
    case = open_case("p-sale-01")
    shown = f"{case.handbook}\n\n{case.mail}\n\n{json.dumps(case.orders)}"
    answer = case.say(shown, system=f'Return JSON with fields action ("refund"|"deny"), amount, {key}.')
    assert json.loads(answer.text)[key] == said
