"""The real Anthropic SDK, in its own dialect and in the old one, against a running gateway."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic, AsyncAnthropic

MAIL = "I am Ada Stone. My card was stolen last night, please stop all payments."
FIND: Any = {
    "name": "find_account",
    "input_schema": {"type": "object", "properties": {"name": {"type": "string"}}},
}
ASK: Any = {"model": "tiny-large", "max_tokens": 500, "messages": [{"role": "user", "content": MAIL}]}


def client(visitor: Any, **more: Any) -> Anthropic:
    env = visitor.env
    return Anthropic(base_url=env["ANTHROPIC_BASE_URL"], api_key=env["ANTHROPIC_API_KEY"], **more)


def test_a_tool_call_and_its_record(open_trial: Any) -> None:
    visitor = open_trial()
    with client(visitor) as sdk:
        found = sdk.messages.create(**ASK, tools=[FIND])
    assert found.stop_reason == "tool_use"
    (block,) = found.content
    assert block.type == "tool_use"
    assert block.id.startswith("toolu_")
    assert block.input == {"name": "Ada Stone"}
    (call,) = visitor.close().calls
    assert call.face == "anthropic.messages"
    assert call.charge.input == found.usage.input_tokens


def test_streaming_says_what_the_whole_reply_says(open_trial: Any) -> None:
    with client(open_trial()) as sdk:
        whole = sdk.messages.create(**ASK, tools=[FIND])
    with client(open_trial()) as sdk, sdk.messages.stream(**ASK, tools=[FIND]) as stream:
        streamed = stream.get_final_message()
    assert [block.model_dump() for block in streamed.content] == [
        block.model_dump() for block in whole.content
    ]
    assert streamed.usage.output_tokens == whole.usage.output_tokens
    assert streamed.stop_reason == whole.stop_reason


def test_async_stream_of_text(open_trial: Any) -> None:
    visitor = open_trial()

    async def ask() -> str:
        env = visitor.env
        async with (
            AsyncAnthropic(base_url=env["ANTHROPIC_BASE_URL"], api_key=env["ANTHROPIC_API_KEY"]) as sdk,
            sdk.messages.stream(
                model="tiny-small", max_tokens=50, messages=[{"role": "user", "content": "hello"}]
            ) as stream,
        ):
            return "".join([text async for text in stream.text_stream])

    assert asyncio.run(ask()) == "I am a simulated model; I know nothing about that."


def test_a_whole_conversation_with_tools(open_trial: Any) -> None:
    visitor = open_trial()
    messages: list[Any] = [{"role": "user", "content": MAIL}]
    set_flag: Any = {"name": "set_flag", "input_schema": {"type": "object"}}
    with client(visitor) as sdk:
        for _ in range(3):
            reply = sdk.messages.create(
                model="tiny-large", max_tokens=500, messages=messages, tools=[FIND, set_flag]
            )
            if reply.stop_reason != "tool_use":
                break
            messages.append({"role": "assistant", "content": reply.content})
            results = []
            for block in reply.content:
                if block.type == "tool_use":
                    _, _, result = visitor.ask("POST", f"/tools/{block.name}", block.input)
                    results.append(
                        {"type": "tool_result", "tool_use_id": block.id, "content": json.dumps(result)}
                    )
            messages.append({"role": "user", "content": results})
    record = visitor.close()
    assert [call.decision for call in record.calls] == ["look_up", "choose", "close"]
    assert len(record.end["flags"]) == 1
    assert record.findings == ()


def test_both_apis_draw_the_same_luck(open_trial: Any) -> None:
    import openai

    one, other = open_trial(), open_trial()
    text = f"{MAIL} Accounts: A-107, A-103"
    with client(one) as sdk:
        sdk.messages.create(model="tiny-large", max_tokens=500, messages=[{"role": "user", "content": text}])
    env = other.env
    with openai.OpenAI(base_url=env["OPENAI_BASE_URL"], api_key=env["OPENAI_API_KEY"]) as vendor:
        vendor.chat.completions.create(
            model="tiny-medium", messages=[{"role": "user", "content": f"Please decide. {text}"}]
        )
    assert one.close().calls[0].modes == other.close().calls[0].modes


def test_counting_gives_the_number_that_usage_gives(open_trial: Any) -> None:
    with client(open_trial()) as sdk:
        counted = sdk.messages.count_tokens(model="tiny-large", messages=ASK["messages"], tools=[FIND])
        used = sdk.messages.create(**ASK, tools=[FIND]).usage
    assert counted.input_tokens == used.input_tokens


def test_the_prompt_cache_is_written_then_read(open_trial: Any) -> None:
    visitor = open_trial()
    policy: Any = [
        {"type": "text", "text": "Flag accounts with care. " * 400, "cache_control": {"type": "ephemeral"}}
    ]
    with client(visitor) as sdk:
        first = sdk.messages.create(**ASK, system=policy).usage
        second = sdk.messages.create(**ASK, system=policy).usage
        without = sdk.messages.create(**ASK, system=policy[0]["text"]).usage
    assert first.cache_creation_input_tokens
    assert first.cache_creation_input_tokens > 1_024
    assert first.cache_read_input_tokens == 0
    assert second.cache_read_input_tokens == first.cache_creation_input_tokens
    assert (without.cache_read_input_tokens, without.cache_creation_input_tokens) == (0, 0)
    costs = [call.charge.usd for call in visitor.close().calls]
    assert costs[1] < costs[2] < costs[0]


def test_the_old_dialect(open_trial: Any) -> None:
    visitor = open_trial()
    key = {"authorization": "", "x-api-key": visitor.opened.token}
    old = {**key, "anthropic-version": "2023-06-01"}
    status, headers, body = visitor.ask(
        "POST", "/v1/messages", {**ASK, "temperature": 0.2, "top_k": 5}, headers=old
    )
    assert (status, body["type"]) == (200, "message")
    assert headers["request-id"].startswith("req_")
    assert headers["anthropic-ratelimit-requests-reset"].endswith("Z")
    new = {**key, "anthropic-version": "2026-10-21"}
    status, _, body = visitor.ask("POST", "/v1/messages", {**ASK, "temperature": 0.2}, headers=new)
    assert (status, body["error"]["type"]) == (400, "invalid_request_error")


def test_models_in_this_vendors_shape(open_trial: Any) -> None:
    with client(open_trial()) as sdk:
        found = {model.id: model for model in sdk.models.list()}
        assert found["tiny-large"].max_input_tokens == 128_000
        assert sdk.models.retrieve("tiny-small").display_name == "tiny-small (simulated)"


def test_errors_are_the_sdks_own(open_trial: Any) -> None:
    visitor = open_trial(budget={"requests": 2, "usd": 0.1, "tool_calls": 5})
    with client(visitor) as sdk:
        with pytest.raises(anthropic.NotFoundError):
            sdk.messages.create(**{**ASK, "model": "claude"})
        sdk.messages.create(**ASK)
        with pytest.raises(anthropic.APIStatusError) as spent:
            sdk.messages.create(**ASK)
    assert spent.value.status_code == 402
    assert "budget_exceeded" in spent.value.message
    env = visitor.env
    stranger = Anthropic(base_url=env["ANTHROPIC_BASE_URL"], api_key="wrong")
    with stranger, pytest.raises(anthropic.AuthenticationError):
        stranger.messages.create(**ASK)
