"""Any program's fields, filled so that its schema holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.simulation.filling.guessing import contrary
from harness.simulation.filling.schema import Filling
from harness.simulation.forms.sketch import sketch_of
from harness.simulation.meaning.hints import from_hint, with_options
from harness.simulation.meaning.slots import Ontology
from harness.simulation.meaning.specs import SlotSpec
from harness.simulation.reading.values import Money

ONTOLOGY = Ontology(
    {
        "order_id": SlotSpec("id", ("order", "order number")),
        "amount": SlotSpec("money", ("refund amount",), ("how much money goes back",)),
        "action": SlotSpec(
            "word", ("decision",), (), {"refund": ("approve", "refunded"), "deny": ("reject", "declined")}
        ),
        "asks": SlotSpec("list", ("requests",)),
        "issue": SlotSpec("word", (), (), {"damaged": ("broken",), "late": ("delay",)}),
        "valid": SlotSpec("flag", ("approved",)),
        "confidence": SlotSpec(
            "number", ("probability",), own=("my", "decision", "overall", "the", "answer", "order", "self")
        ),
    }
)
BELIEFS: dict[str, Any] = {
    "order_id": "A-1",
    "amount": Money(4990, "EUR"),
    "action": "refund",
    "asks": [{"issue": "damaged"}, {"issue": "late"}],
    "issue": "damaged",
    "valid": True,
    "confidence": 0.8,
}


def _fill(schema: dict[str, Any], beliefs: dict[str, Any] = BELIEFS) -> tuple[Any, list[str]]:
    filling = Filling(ONTOLOGY, schema)
    return filling.fill(schema, beliefs.get), filling.unknown


def _of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("orderNumber", {"type": "string"}, "A-1"),
        ("refund_amount", {"type": "number"}, 49.9),
        ("refund_amount", {"type": "string"}, "49.90"),
        ("amount_cents", {"type": "integer"}, 4990),
        ("amount", {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "x"}]}, 49.9),
        ("final_decision", {"enum": ["APPROVE", "REJECT"]}, "APPROVE"),
        ("refunded", {"type": "boolean"}, True),
        ("is_broken", {"type": "boolean"}, True),
        ("is_late", {"type": "boolean"}, False),
        ("x7", {"type": "number", "description": "How much money goes back to the customer"}, 49.9),
        ("status_code", {"enum": ["declined", "refunded", "unknown"]}, "refunded"),
        ("requests", {"type": "array", "items": _of(issue={"type": "string"})},
         [{"issue": "damaged"}, {"issue": "late"}]),
        ("kind", {"const": "v1"}, "v1"),
        ("decision_confidence", {"type": "number"}, 0.8),
    ],
)  # fmt: skip
def test_fields_find_their_slot(name: str, schema: dict[str, Any], value: Any) -> None:
    filled, unknown = _fill(_of(**{name: schema}))
    assert filled == {name: value}
    assert unknown == []


def test_nested_objects_references_and_unions() -> None:
    schema = {
        "$defs": {"Refund": _of(amount={"type": "number"}, order={"type": "string"})},
        "type": "object",
        "properties": {"payload": {"anyOf": [{"$ref": "#/$defs/Refund"}, {"type": "null"}]}},
    }
    assert _fill(schema)[0] == {"payload": {"amount": 49.9, "order": "A-1"}}


def test_what_is_not_known_is_null_or_says_little_and_is_reported() -> None:
    schema = _of(
        mood={"type": "string", "enum": ["happy", "angry", "unknown"]},
        weather={"type": ["string", "null"]},
        level={"type": "integer", "minimum": 3},
        order={"anyOf": [{"type": "string"}, {"type": "null"}]},
    )
    filled, unknown = _fill(schema, {})
    assert filled == {"mood": "unknown", "weather": None, "level": 3, "order": None}
    assert unknown == ["mood", "weather", "level"]


def test_a_slot_of_which_nothing_is_believed_is_a_guess_unless_it_is_silent() -> None:
    note, colour = SlotSpec("text"), SlotSpec("text", silent=True)
    schema = _of(note={"type": ["string", "null"]}, colour={"type": ["string", "null"]}, unheard={})
    for left_open, doubtful in ((False, ["note", "unheard"]), (True, ["note", "colour", "unheard"])):
        for derives in (True, False):
            filling = Filling(Ontology({"note": note, "colour": colour}), schema, derives=derives)
            filled = filling.fill(schema, {"open_colour": left_open}.get)
            assert filled == {"note": None, "colour": None, "unheard": None}
            assert filling.doubtful == (doubtful if derives else [])
            others, stuck = contrary(filled, schema, doubtful)
            assert all(others[name] for name in doubtful)
            assert not stuck


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["high", "medium", "low"], "high"), (["low", "medium", "high"], "high"),
        (["guess", "fairly sure", "certain"], "certain"), (["not_sure", "sure"], "sure"),
        (["unsicher", "red"], "red"),
    ],
)  # fmt: skip
def test_how_sure_somebody_is_in_words(options: list[str], said: str) -> None:
    value, _ = _fill(_of(confidence={"type": "string", "enum": options}))
    assert value == {"confidence": said}


def test_a_recursive_schema_comes_to_an_end() -> None:
    schema = {"$ref": "#/$defs/N", "$defs": {"N": _of(child={"$ref": "#/$defs/N"}, order={"type": "string"})}}
    filled, _ = _fill(schema)
    assert filled["order"] == "A-1"


_LEAF = st.sampled_from(
    [{"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "boolean"},
     {"type": ["string", "null"]}, {"enum": ["a", "b"]}, {"const": 3},
     {"type": "string", "enum": ["approve", "reject"]},
     {"type": "integer", "minimum": 2, "maximum": 9}, {"type": "string", "maxLength": 2}, {"type": "null"}]
)  # fmt: skip
_NAME = st.sampled_from(["order", "amount", "decision", "issue", "requests", "valid", "foo", "bar_baz", "é"])
_SCHEMA = st.recursive(
    _LEAF,
    lambda inner: (
        st.dictionaries(_NAME, inner, max_size=4).map(lambda properties: _of(**properties))
        | inner.map(lambda items: {"type": "array", "items": items, "minItems": 1, "maxItems": 2})
        | inner.map(lambda branch: {"anyOf": [branch, {"type": "null"}]})
    ),
    max_leaves=8,
)


@given(st.dictionaries(_NAME, _SCHEMA, min_size=1, max_size=5).map(lambda properties: _of(**properties)))
def test_whatever_is_asked_the_answer_fits(schema: dict[str, Any]) -> None:
    filled, _ = _fill(schema)
    assert fits(filled, schema)


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """A validator for the keywords that the strategy above uses."""
    if "anyOf" in schema:
        return any(fits(value, branch) for branch in schema["anyOf"])
    if "const" in schema:
        return bool(value == schema["const"])
    if "enum" in schema:
        return value in schema["enum"]
    kinds = schema["type"]
    return any(_fits_type(value, kind, schema) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _fits_type(value: Any, kind: str, schema: dict[str, Any]) -> bool:
    if kind == "object":
        inner = schema["properties"]
        return (
            isinstance(value, dict)
            and value.keys() == inner.keys()
            and all(fits(value[key], part) for key, part in inner.items())
        )
    if kind == "array":
        return (
            isinstance(value, list)
            and schema["minItems"] <= len(value) <= schema["maxItems"]
            and all(fits(item, schema["items"]) for item in value)
        )
    if kind == "string":
        return isinstance(value, str) and len(value) <= schema.get("maxLength", 10**6)
    if kind in {"number", "integer"}:
        number = isinstance(value, int) or (kind == "number" and isinstance(value, float))
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        return number and not isinstance(value, bool) and low <= value <= high
    return value is None if kind == "null" else isinstance(value, bool)


def _known(name: str) -> bool:
    return ONTOLOGY.slot_of(name) is not None


def _count(schema: Any) -> int:
    return sum(1 for name in schema.get("properties", {}) if _known(name))


@pytest.mark.parametrize(
    "text",
    [
        'Answer in JSON: {"order": "...", "amount": <number>, "decision": "approve|reject"}',
        (
            'Return JSON like\n```json\n{\n  "order": string, // the number\n  "amount": number or null,\n  '
            '"decision": "approve" | "reject"\n}\n```'
        ),
        "Reply with a JSON object with keys `order`, `amount` (number) and `decision` (approve/reject).",
        "Antworte als JSON mit den Feldern order, amount und decision.",
        "Give order, amount and decision as JSON.",
        "Output JSON:\n- order: the order's number\n- amount: number\n- decision: approve or reject",
        (
            '{"type": "object", "properties": {"order": {"type": "string"}, "amount": {"type": "number"}, '
            '"decision": {}}} as JSON'
        ),
    ],
)
def test_json_asked_for_in_prose(text: str) -> None:
    sketch = sketch_of(text, _known, _count)
    assert sketch is not None
    filled, _ = _fill(sketch.schema)
    assert filled.keys() == {"order", "amount", "decision"}
    assert filled["order"] == "A-1"
    assert str(filled["amount"]) in {"49.9", "49.90"}
    assert filled["decision"] in {"approve", "refund"}


def test_a_sketch_keeps_its_nesting() -> None:
    sketch = sketch_of('JSON: {"requests": [{"issue": "damaged|late"}], "order": "..."}', _known, _count)
    assert sketch is not None
    assert _fill(sketch.schema)[0] == {"requests": [{"issue": "damaged"}, {"issue": "late"}], "order": "A-1"}


def test_hints() -> None:
    assert from_hint("<number or null>")["type"] == "number"
    assert from_hint("0.0 - 1.0")["type"] == "number"
    assert from_hint("true/false")["type"] == "boolean"
    assert from_hint("a | b | null")["enum"] == ["a", "b"]


@pytest.mark.parametrize("name", ["fraud_probability", "churnConfidence", "sentiment_confidence"])
def test_a_figure_about_something_else_is_not_the_answers_own(name: str) -> None:
    filled, unknown = _fill(_of(**{name: {"type": "number"}}))
    assert (filled[name], unknown) == (0, [name])


@pytest.mark.parametrize(
    ("name", "slot"),
    [("final_refund_amount", "amount"), ("customer_order_id", "order_id"), ("shipping_amount", None),
     ("amount_kept", None), ("fake_order", None), ("decision_made", "action"), ("decision_fee", None)],
)  # fmt: skip
def test_what_stands_beside_a_name_tells_whether_it_is_meant(name: str, slot: str | None) -> None:
    made = Ontology({**ONTOLOGY.slots, "action": SlotSpec("word", ("decision",), beside=("made",))})
    assert made.slot_of(name) == slot


@pytest.mark.parametrize("name", ["order", "refund_amount", "is_order_number"])
def test_a_yes_or_no_is_never_an_id_or_a_sum(name: str) -> None:
    filled, unknown = _fill(_of(**{name: {"type": "boolean"}}))
    assert filled == {name: False}
    assert unknown == [name]


def test_of_two_slots_of_one_name_a_yes_or_no_asks_for_the_flag() -> None:
    made = Ontology({"sum": SlotSpec("money", ("paid",)), "settled": SlotSpec("flag", ("paid",))})
    assert (made.slot_of("paid"), made.slot_of("paid", boolean=True)) == ("sum", "settled")


def test_a_record_that_the_world_handed_out_is_no_template() -> None:
    text = 'Answer as JSON.\n{"case": {"id": "A-1", "order": "7"}, "decision": ""}'

    def sketch(served: frozenset[str]) -> Any:
        return sketch_of(text, lambda name: ONTOLOGY.slot_of(name) is not None, lambda _: 2, served)

    assert sketch(frozenset()) is not None
    assert sketch(frozenset({"A-1"})) is None


def test_what_must_be_filled_and_is_unknown_is_told_apart_from_what_may_be_null() -> None:
    schema = {
        **_of(
            order_id={"type": "string"}, hat={"type": "integer"}, coat={"type": ["string", "null"]},
            asks={"type": "array", "items": _of(issue={"type": "string"}, shoe={"type": "number"})},
        ),
        "required": ["order_id", "hat", "coat", "asks"],
    }  # fmt: skip
    schema["properties"]["scarf"] = {"type": "boolean"}
    filling = Filling(ONTOLOGY, schema)
    value = filling.fill(schema, BELIEFS.get)
    assert filling.blind == ["hat", "asks[].shoe"]
    assert set(filling.unknown) == {"hat", "coat", "asks[].shoe", "scarf"}
    assert (value["coat"], "scarf" in value) == (None, False)


def test_a_value_with_its_confidence_is_that_of_its_object() -> None:
    part = {"type": "number"}
    wrapped = _of(value={"type": "string"}, confidence=part)
    value, unknown = _fill(
        _of(order_id=wrapped, hat=wrapped, amount=_of(value=part, label={"type": "string"}))
    )
    assert value["order_id"] == {"value": "A-1", "confidence": 0.8}
    assert (value["hat"]["value"], unknown) == ("", ["hat", "amount.label"])
    value, unknown = _fill(_of(amount=part, amount_confidence=part, hat_confidence=part))
    assert (value["amount_confidence"], unknown) == (0.8, ["hat_confidence"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How urgent, from 0 (not at all) to 100 (quite)?", {"minimum": 0, "maximum": 100}),
        ("Give an urgency: 1-5.", {"minimum": 1, "maximum": 5}), ("pages 1-5 of the book", {}),
        ("Urgency 3 of 5 days", {}), ("", {}),
    ],
)  # fmt: skip
def test_a_scale_that_a_text_gives_is_a_fields_bounds(text: str, found: dict[str, int]) -> None:
    schema = with_options(_of(urgency={"type": "number"}), text)
    assert schema["properties"]["urgency"] == {"type": "number", **found}
