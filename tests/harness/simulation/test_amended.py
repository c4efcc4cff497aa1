"""What complaints about an answer's form say of its fields."""

from __future__ import annotations

from typing import Any

import pytest

from harness.simulation.forms.amended import amended
from harness.simulation.meaning.hints import from_hint

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {name: {} for name in ("order_id", "action", "amount", "refund_date", "reason")},
}
GIVEN: dict[str, Any] = {
    "order_id": "A-1",
    "action": "denied",
    "amount": 0,
    "refund_date": None,
    "reason": "x",
}
WORDS = {"type": "string", "enum": ["pay", "reject", "hand_over"]}
DUMP = """Failed validating 'enum' in schema['properties']['action']:
    {'enum': ['pay', 'reject', 'hand_over'], 'type': 'string'}

On instance['action']:
    'denied'"""


@pytest.mark.parametrize(
    ("said", "field", "wanted"),
    [
        ("amount\n  Value error, must be null unless it is paid [type=value_error]", "amount", {"void": {}}),
        ("unless the action is pay, amount has to be null", "amount", {"void": {"action": "denied"}}),
        ("amount: 0, but it must be empty for a deny", "amount", {"void": {}}),
        ("leave refund_date null", "refund_date", {"void": {}}),
        ("refund_date must not be null", "refund_date", {"nullable": False}),
        ("'denied' is not one of ['pay', 'reject', 'hand_over']", "action", WORDS),
        ("action\n  Input should be 'pay', 'reject' or 'hand_over' [type=literal_error]", "action", WORDS),
        ("action must be one of: pay, reject or hand_over", "action", WORDS),
        ("Invalid action `denied`. Allowed values: pay | reject | hand_over", "action", WORDS),
        (DUMP, "action", WORDS),
        ("amount\n  Input should be a valid string [type=string_type]", "amount", {"type": "string"}),
        ("amount must be a number", "amount", {"type": "number"}),
        ("refund_date: None is not of type 'string'", "refund_date", {"type": "string", "nullable": False}),
        ("reason\n  String should have at most 40 characters", "reason", {"maxLength": 40}),
        ("the reason is too long (max 25 characters)", "reason", {"maxLength": 25}),
        ("`reason` has 40 characters, the limit is 20 characters", "reason", {"maxLength": 20}),
        ("check failed for amount: expected null because it is denied", "amount", {"void": {}}),
        ("amount should be a string with two decimals, not a float", "amount", {"type": "string"}),
        ("amount is not a number", "amount", {"type": "number"}),
        ("amount: no integer please, send it as string", "amount", {"type": "string"}),
    ],
)
def test_a_complaint_changes_the_field_that_it_is_about(
    said: str, field: str, wanted: dict[str, Any]
) -> None:
    found = dict(amended(SCHEMA, said, GIVEN)["properties"])
    changed = found.pop(field)
    assert {key: changed.get(key) for key in wanted} == wanted
    assert not any(found.values())


@pytest.mark.parametrize(
    "said",
    ["Are you sure?", "That was no JSON.", "Expecting ',' delimiter: line 1 column 20", "Look at it again."],
)
def test_other_complaints_change_no_field(said: str) -> None:
    assert amended(SCHEMA, said, GIVEN) == SCHEMA


def test_a_sum_with_cents_is_not_cut_to_a_whole_number() -> None:
    said = "amount must be an integer"
    assert amended(SCHEMA, said, {"amount": 72.21}) == SCHEMA
    assert amended(SCHEMA, said, {"amount": 72.0})["properties"]["amount"]["type"] == "integer"


@pytest.mark.parametrize(
    ("hint", "kind", "void"),
    [
        ("null unless refund", None, True),
        ("number, null unless it is paid", "number", True),
        ("number if paid, otherwise null", "number", True),
        ("number or null", "number", False),
        ("number, null if the mail does not say", "number", True),
        ("string, null if unknown", "string", False),
    ],
)
def test_a_hint_says_when_there_is_to_be_no_value(hint: str, kind: str | None, void: bool) -> None:
    schema = from_hint(hint)
    assert schema["nullable"]
    assert (schema.get("type"), "void" in schema) == (kind, void)
