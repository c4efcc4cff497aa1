"""The other answer of a guessed field is valid, another one, and stands nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.simulation.filling.emptiest import emptiest
from harness.simulation.filling.guessing import HIGHEST, contrary
from tests.fits import fits

Json = Any
LEAVES: list[Json] = [
    {"type": "boolean"},
    {"type": "string"},
    {"type": "string", "minLength": 3},
    {"type": "string", "enum": ["low", "mid", "high"]},
    {"enum": [1, 2, 3]},
    {"type": "integer"},
    {"type": "integer", "minimum": 1, "maximum": 5},
    {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"type": "number", "exclusiveMaximum": 1},
    {"type": "array", "items": {"type": "string"}},
    {"type": "array", "items": {"enum": ["a", "b", "c"]}, "maxItems": 2},
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"open": {"type": "boolean"}, "kind": {"const": "x"}},
            "required": ["open", "kind"],
        },
    },
]
schemas = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(LEAVES), min_size=1).map(
    lambda parts: {"type": "object", "properties": parts, "required": list(parts)}
)


@given(schemas, st.data())
def test_the_other_answer_is_valid_and_differs_in_the_guessed_fields_alone(
    schema: dict[str, Json], data: st.DataObject
) -> None:
    value = emptiest(schema, schema)
    guessed = data.draw(st.sets(st.sampled_from(sorted(schema["properties"]))))
    other, stuck = contrary(value, schema, guessed)
    assert fits(other, schema, schema)
    assert {key for key in value if other[key] != value[key]} == guessed - {*stuck}


def test_turned_twice_a_yes_or_no_is_what_it_was() -> None:
    schema = {"type": "object", "properties": {"open": {"type": "boolean"}}}
    once, _ = contrary({"open": False}, schema, ["open"])
    assert contrary(once, schema, ["open"]) == ({"open": False}, [])


@pytest.mark.parametrize(
    ("schema", "value", "other"),
    [
        ({"type": "number"}, 0, HIGHEST),
        ({"type": "integer", "maximum": 7}, 0, 7),
        ({"enum": ["a", "b", "c"]}, "c", "a"),
        ({"enum": ["a", "b", "c"]}, "a", "c"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, [], ["a", "b"]),
        ({"type": "array", "items": {"type": "string"}}, ["x"], []),
        ({"type": "string"}, "", "something"),
        ({"type": "string"}, "words", ""),
    ],
)
def test_the_other_end(schema: dict[str, Json], value: Json, other: Json) -> None:
    whole = {"type": "object", "properties": {"field": schema}}
    assert contrary({"field": value}, whole, ["field"]) == ({"field": other}, [])


def test_fields_in_lists_and_what_can_say_nothing_else() -> None:
    line = {"type": "object", "properties": {"sku": {"type": "string"}, "kept": {"enum": ["yes"]}}}
    schema = {"type": "object", "properties": {"lines": {"type": "array", "items": line}}}
    value = {"lines": [{"sku": "A-1", "kept": "yes"}, {"sku": "", "kept": "yes"}]}
    other, stuck = contrary(value, schema, ["lines[].sku", "lines[].kept", "elsewhere"])
    assert other == {"lines": [{"sku": "", "kept": "yes"}, {"sku": "something", "kept": "yes"}]}
    assert stuck == ["lines[].kept"], "a field that does not stand in the answer was not guessed"
