from __future__ import annotations

from typing import Any

import pytest

from harness.gateway.wire.base import Problem
from harness.gateway.wire.strict_schema import check_name, check_strict

TEXT = {"type": "string"}


def thing(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def test_what_the_vendor_takes() -> None:
    node = thing(value=TEXT, next={"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]})
    check_strict(
        "a", {**thing(node={"$ref": "#/$defs/node"}, again={"$ref": "#"}), "$defs": {"node": node}}, "p"
    )
    check_strict("a", thing(), "p")
    check_strict("a", thing(type=TEXT, properties=TEXT, items={"type": "array", "items": thing(x=TEXT)}), "p")
    check_strict("a", thing(x={"type": ["string", "null"]}), "p")


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (None, "got 'type: \"None\"'"),
        ({"$ref": "#"}, "got 'type: \"None\"'"),
        ({"type": "array", "items": TEXT}, "got 'type: \"array\"'"),
        ({"type": "banana"}, "'banana' is not valid"),
        (
            {**thing(a=TEXT), "additionalProperties": True},
            "In context=(), 'additionalProperties' is required",
        ),
        ({**thing(a=TEXT), "required": []}, "Missing 'a'"),
        (thing(a={"$ref": "#/$defs/none"}), "In context=('properties', 'a'), reference"),
        (
            thing(a={"type": "array", "items": {"type": "object"}}),
            "('properties', 'a', 'items'), 'additional",
        ),
        (thing(a={"anyOf": [TEXT, {"type": "pear"}]}), "('properties', 'a', 'anyOf', '1'), 'pear'"),
    ],
)
def test_what_it_refuses(schema: dict[str, Any] | None, said: str) -> None:
    with pytest.raises(Problem) as found:
        check_strict("shape", schema, "response_format")
    assert said in found.value.message
    assert found.value.kind == "invalid"
    assert found.value.param == "response_format"


def test_a_functions_schema_is_refused_in_other_words() -> None:
    with pytest.raises(Problem) as found:
        check_strict("look_up", {"type": "object"}, "tools[0].parameters", function=True)
    assert found.value.message.startswith("Invalid schema for function 'look_up': In context=(), ")
    assert (found.value.code, found.value.param) == ("invalid_function_parameters", "tools[0].parameters")


@pytest.mark.parametrize("name", ["a b", "", "f!", "grüße", "f\n"])
def test_names_of_functions(name: str) -> None:
    check_name("look_up-2", "tools[0].function.name")
    with pytest.raises(Problem, match="does not match pattern"):
        check_name(name, "tools[0].function.name")
