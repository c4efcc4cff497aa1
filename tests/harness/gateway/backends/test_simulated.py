from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Message, Reply, Request, Text, ToolCall
from harness.exercise.spec import ModelSpec
from harness.gateway.backends.simulated import LONGEST, shape
from harness.gateway.ledger import reply_tokens
from harness.gateway.tokens import scaled

SPEC = ModelSpec(
    name="m", input_usd=1, output_usd=1, cache_read_usd=1, cache_write_usd=1, max_output_tokens=200
)


def ask(**more: Any) -> Request:
    return Request("m", (Message("user", (Text("hi"),)),), **more)


def shaped(reply: Reply, request: Request, spec: ModelSpec) -> Reply:
    """What is left of a reply; its tokens are counted as they are, and never more than was allowed."""
    found, tokens = shape(reply, request, spec)
    limit = min(request.max_tokens or spec.max_output_tokens, spec.max_output_tokens)
    assert tokens == min(limit, scaled(reply_tokens(found), spec.token_factor))
    return found


TWO_CALLS = Reply((Text("now"), ToolCall("a", "f", '{"x": 1}'), ToolCall("b", "g", "{}")), "tool")


def test_nothing_changes_without_limits() -> None:
    assert shaped(TWO_CALLS, ask(), SPEC) is TWO_CALLS


def test_one_call_when_parallel_calls_are_not_wanted() -> None:
    assert shaped(TWO_CALLS, ask(parallel_tools=False), SPEC).parts == TWO_CALLS.parts[:2]


def test_the_first_stop_sequence_wins_and_is_left_out() -> None:
    reply = Reply((Text("one two three two"), ToolCall("a", "f", "{}")), "tool")
    stopped = shaped(reply, ask(stop=("three", "two")), SPEC)
    assert stopped == Reply((Text("one "),), "stop_sequence", "two")
    assert shaped(reply, ask(stop=("four",)), SPEC) == reply


def test_a_stop_sequence_at_the_start_leaves_nothing() -> None:
    assert shaped(Reply((Text("END"),), "end"), ask(stop=("END",)), SPEC).parts == ()


def test_a_limit_inside_a_call_leaves_its_start() -> None:
    long = ToolCall("a", "f", '{"text": "' + "word " * 100 + '"}')
    found = shaped(Reply((long,), "tool"), ask(max_tokens=30), SPEC)
    assert found.stop == "length"
    (call,) = found.parts
    assert isinstance(call, ToolCall)
    assert long.arguments.startswith(call.arguments)
    assert 0 < len(call.arguments) < len(long.arguments)


def test_the_models_own_limit_holds_without_the_clients() -> None:
    found = shaped(Reply((Text("word " * 1_000),), "end"), ask(), SPEC)
    assert found.stop == "length"
    assert reply_tokens(found) <= SPEC.max_output_tokens


def test_no_reply_is_longer_than_what_was_reserved_for_it() -> None:
    large = SPEC.model_copy(update={"max_output_tokens": 64_000, "token_factor": 1.5})
    found, tokens = shape(Reply((Text("word " * 9_000),), "end"), ask(max_tokens=32_000), large)
    assert (found.stop, tokens) == ("length", scaled(LONGEST, 1.5))


parts = st.lists(
    st.builds(Text, st.text(max_size=80))
    | st.builds(ToolCall, st.just("id"), st.sampled_from(["f", "gather"]), st.text(max_size=80)),
    max_size=4,
)


@given(parts, st.integers(1, 60), st.sampled_from([1.0, 1.3]))
def test_a_cut_reply_never_exceeds_the_limit(parts: list[Text | ToolCall], limit: int, factor: float) -> None:
    spec = SPEC.model_copy(update={"token_factor": factor})
    found = shaped(Reply(tuple(parts), "end"), ask(max_tokens=limit), spec)
    whole = "".join(part.text for part in parts if isinstance(part, Text))
    if found.stop == "length":
        assert whole.startswith(found.text) or "\ufffd" in whole
    else:
        assert found.parts == tuple(parts)
