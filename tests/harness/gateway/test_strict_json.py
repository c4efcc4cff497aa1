from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gateway.strict_json import BadJson, parse_object

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=5), st.booleans())
def test_honest_json_comes_through_unchanged(value: dict[str, Any], ascii_only: bool) -> None:
    assert parse_object(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=200))
def test_anything_else_is_refused_and_never_crashes(body: bytes) -> None:
    with suppress(BadJson):
        assert isinstance(parse_object(body), dict)


@given(texts, values, values)
def test_a_key_that_stands_twice_is_refused_at_any_depth(name: str, one: Any, other: Any) -> None:
    key = json.dumps(name)
    with pytest.raises(BadJson, match="stands twice"):
        parse_object(f'{{"a": [{{{key}: {json.dumps(one)}, {key}: {json.dumps(other)}}}]}}'.encode())


def test_an_empty_body_is_an_empty_object() -> None:
    assert parse_object(b" ") == {}
