from __future__ import annotations

import asyncio

import pytest

from harness.exchange import Message, OutputFormat, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.exercise.spec import ModelSpec
from harness.gateway.cache import HOUR
from harness.gateway.ledger import Ledger
from harness.gateway.prompts import LONG, PRIMING, intern, make_ready, parse_body
from harness.gateway.wire.base import Problem

SPEC = ModelSpec(
    name="m", input_usd=1, output_usd=1, cache_read_usd=1, cache_write_usd=1, context_tokens=1_000
)


def test_marks_point_into_tools_schema_system_and_messages() -> None:
    request = Request(
        "m",
        (
            Message("system", (Text("s0"), Text("s1"))),
            Message("user", (Text("u0"),)),
            Message("user", (Text("v0"), Text("v1"))),
        ),
        tools=(ToolSpec("a", "", {}), ToolSpec("b", "", {})),
        output=OutputFormat("o", {"type": "object"}),
        cache_marks=((-1, 1), (-2, 1), (2, 1)),
        cache_hour=((-1, 1),),
    )
    prompt = intern(Ledger(), request, SPEC)
    marks = prompt.marks()
    texts = [prompt.blocks[mark.index].text for mark in marks]
    assert '"b"' in texts[0]
    assert texts[1:] == ["s1", "v1"]
    assert [mark.life == HOUR for mark in marks] == [True, False, False]


def test_tokens_are_the_sum_of_the_parts_in_the_models_own() -> None:
    message = Message("user", (Text("hello there"),))
    ledger = Ledger()
    one = intern(ledger, Request("m", (message,)), SPEC).tokens
    two = intern(ledger, Request("m", (message, message)), SPEC).tokens
    assert two - PRIMING == 2 * (one - PRIMING)
    dear = SPEC.model_copy(update={"token_factor": 2.0})
    assert intern(ledger, Request("m", (message,)), dear).tokens == 2 * one


def test_what_is_far_too_long_is_not_even_counted() -> None:
    ledger = Ledger()
    request = Request("m", (Message("user", (Text("hello"),)),))
    with pytest.raises(Problem, match="too long"):
        asyncio.run(make_ready(ledger, request, SPEC, 10_000_000))
    assert ledger.contents == {}


def test_a_long_prompt_is_counted_ahead_and_says_the_same() -> None:
    spec = SPEC.model_copy(update={"context_tokens": 128_000})
    words = " ".join(f"word{number}" for number in range(9_000))
    call = ToolCall("c", "act", words)
    messages = (
        Message("user", (Text(words),)),
        Message("assistant", (call,)),
        Message("user", (ToolResult("c", words),)),
    )
    ledger, request = Ledger(), Request("m", messages)
    assert ledger.new_texts(messages) == [words] * 3
    asyncio.run(make_ready(ledger, request, spec, LONG + 1))
    assert ledger.contents == {}
    assert intern(ledger, request, spec).tokens == intern(Ledger(), request, spec).tokens > 50_000
    assert ledger.new_texts((*messages, Message("user", (Text("new"),)))) == ["new"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a": NaN}', b'"text"', b"\xff"])
def test_a_body_that_is_no_object(body: bytes) -> None:
    with pytest.raises(Problem) as caught:
        parse_body(body)
    assert caught.value.kind == "invalid"
