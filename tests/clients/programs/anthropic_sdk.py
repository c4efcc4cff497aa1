"""What the Anthropic SDK is used for: messages, streams, tools, parsed output, caching, errors, retries."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import anthropic
from anthropic import Anthropic, AsyncAnthropic
from cases import (
    LARGE,
    LONG,
    PERSON,
    PERSON_PROMPT,
    SMALL,
    TOOL_PROMPT,
    key,
    raises,
    run,
    same,
)
from pydantic import BaseModel

WEATHER: Any = {
    "name": "weather",
    "description": "The weather in a city.",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
        "required": ["city", "unit"],
    },
}
TWO_CALLS = 'call weather {"city": "Lyon", "unit": "c"}\ncall weather {"city": "Malmö", "unit": "f"}'


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


@cache
def sdk() -> Anthropic:
    return Anthropic()


def faulty(name: str, **more: Any) -> Anthropic:
    return sdk().with_options(api_key=key(name), **more)


def ask(text: str, **more: Any) -> Any:
    return {"model": LARGE, "max_tokens": 500, "messages": [{"role": "user", "content": text}], **more}


def text_of(message: Any) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def case_message() -> None:
    found = sdk().messages.create(
        **ask("hello", system="Be brief.", metadata={"user_id": "u-1"}, stop_sequences=["never"])
    )
    same(text_of(found), "You said: hello")
    same((found.type, found.role, found.model), ("message", "assistant", LARGE))
    same((found.stop_reason, found.stop_sequence), ("end_turn", None))
    assert found.usage.input_tokens > 3
    assert found._request_id


async def case_async_message() -> None:
    async with AsyncAnthropic() as client:
        several = await asyncio.gather(*(client.messages.create(**ask(f"say {i}")) for i in range(8)))
    same([text_of(found) for found in several], [str(i) for i in range(8)])


def case_headers() -> str:
    raw = sdk().messages.with_raw_response.create(**ask("hello"))
    assert raw.headers["request-id"].startswith("req_")
    assert raw.headers["anthropic-ratelimit-tokens-reset"].endswith("Z")
    return raw.http_request.headers["anthropic-version"]


def case_raw_stream() -> str:
    events = list(sdk().messages.create(**ask(f"say {LONG}"), stream=True))
    kinds = [event.type for event in events]
    same(kinds[0], "message_start")
    same(kinds[-2:], ["message_delta", "message_stop"])
    assert "content_block_start" in kinds
    assert "content_block_stop" in kinds
    text = "".join(
        event.delta.text
        for event in events
        if event.type == "content_block_delta" and event.delta.type == "text_delta"
    )
    same(text, LONG.strip())
    return f"{len(events)} events"


def case_stream_helper() -> None:
    with sdk().messages.stream(**ask(f"say {LONG}")) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    same(text, LONG.strip())
    same(final.stop_reason, "end_turn")
    whole = sdk().messages.create(**ask(f"say {LONG}"))
    same(final.usage.output_tokens, whole.usage.output_tokens)
    same(final.usage.input_tokens, whole.usage.input_tokens)


async def case_async_stream() -> None:
    async with AsyncAnthropic() as client, client.messages.stream(**ask(f"say {LONG}")) as stream:
        text = "".join([piece async for piece in stream.text_stream])
    same(text, LONG.strip())


def case_tools() -> None:
    messages = ask(TOOL_PROMPT)["messages"]
    more: Any = {"model": LARGE, "max_tokens": 500, "tools": [WEATHER]}
    first = sdk().messages.create(messages=messages, **more)
    same(first.stop_reason, "tool_use")
    [call] = [block for block in first.content if block.type == "tool_use"]
    same((call.name, call.input), ("weather", {"city": "Lyon", "unit": "celsius"}))
    result = {
        "type": "tool_result",
        "tool_use_id": call.id,
        "content": [{"type": "text", "text": "sunny"}],
        "is_error": False,
    }
    messages += [{"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    same(text_of(sdk().messages.create(messages=messages, **more)), "It is sunny in Lyon.")


def case_parallel_tools_streamed() -> None:
    with sdk().messages.stream(**ask(TWO_CALLS), tools=[WEATHER]) as stream:
        snapshots = [event.snapshot for event in stream if event.type == "input_json"]
        final = stream.get_final_message()
    calls = [block for block in final.content if block.type == "tool_use"]
    same([call.input["city"] for call in calls], ["Lyon", "Malmö"])
    assert calls[0].id != calls[1].id
    assert snapshots


def case_tool_choice() -> None:
    one = sdk().messages.create(
        **ask(TWO_CALLS), tools=[WEATHER], tool_choice={"type": "auto", "disable_parallel_tool_use": True}
    )
    same([block.type for block in one.content], ["tool_use"])
    never = sdk().messages.create(**ask(TWO_CALLS), tools=[WEATHER], tool_choice={"type": "none"})
    assert all(block.type == "text" for block in never.content)
    forced = sdk().messages.create(
        **ask('answer {"city": "Lyon", "unit": "c"}'),
        tools=[WEATHER],
        tool_choice={"type": "tool", "name": "weather"},
    )
    same(forced.content[0].type, "tool_use")


@anthropic.beta_tool
def weather(city: str, unit: str = "celsius") -> str:
    """The weather in a city.

    Args:
        city: Where.
        unit: Of the temperature.
    """
    return f"sunny in {city}, in {unit}"


def case_beta_message() -> None:
    """The same endpoint with `?beta=true`."""
    found = sdk().beta.messages.create(**ask("say beta"), betas=["context-management-2025-06-27"])
    same(text_of(found), "beta")
    with sdk().beta.messages.stream(**ask("say beta")) as stream:
        same("".join(stream.text_stream), "beta")
    assert sdk().beta.messages.count_tokens(model=LARGE, messages=ask("hi")["messages"]).input_tokens > 3


def case_beta_tool_runner() -> None:
    """It runs over a thread, so that each request brings new messages only."""
    runner = sdk().beta.messages.tool_runner(**ask(TOOL_PROMPT), tools=[weather])
    same(text_of(runner.until_done()), "It is sunny in Lyon.")
    runner = sdk().beta.messages.tool_runner(**ask(TOOL_PROMPT), tools=[weather], thread=False)
    same(text_of(runner.until_done()), "It is sunny in Lyon.")


def case_beta_threads() -> None:
    """Conversations that the server holds."""
    thread = sdk().beta.messages.thread(model=LARGE, max_tokens=500, system="Be brief.")
    first = thread.send({"role": "user", "content": "say one"})
    with thread.stream({"role": "user", "content": "say two"}) as stream:
        second = stream.get_final_message()
    same((text_of(first), text_of(second)), ("one", "two"))
    same(thread.previous_message_id, second.id)
    assert second.usage.input_tokens > first.usage.input_tokens
    parsed = sdk().beta.messages.thread(model=LARGE, max_tokens=500, output_format=Person)
    same(
        parsed.parse({"role": "user", "content": PERSON_PROMPT}).parsed_output, Person.model_validate(PERSON)
    )


async def case_async_beta_threads() -> None:
    async with AsyncAnthropic() as client:
        thread = client.beta.messages.thread(model=LARGE, max_tokens=500)
        found = [await thread.send({"role": "user", "content": f"say {number}"}) for number in range(3)]
    same([text_of(message) for message in found], ["0", "1", "2"])


def case_beta_thread_that_is_gone() -> None:
    """An answer can be gone on from once; a second try is told so."""
    more: Any = {"betas": ["message-threads-2026-08-12"]}
    first = sdk().beta.messages.create(**ask("say kept"), thread={"type": "create"}, **more)
    on: Any = {"type": "continue", "previous_message_id": first.id}
    same(text_of(sdk().beta.messages.create(**ask("say on"), thread=on, **more)), "on")
    refused = raises(
        anthropic.BadRequestError, lambda: sdk().beta.messages.create(**ask("say x"), thread=on, **more)
    )
    body: Any = refused.body
    same(body["error"]["details"], {"error_code": "thread_already_continued"})


def case_parameters_that_change_nothing() -> None:
    """A simulated model does not think, and is served at one tier."""
    found = sdk().messages.create(**ask("say it", thinking={"type": "adaptive"}, service_tier="auto"))
    same(text_of(found), "it")
    same(found.usage.service_tier, "standard")


def case_parse() -> None:
    found = sdk().messages.parse(**ask(PERSON_PROMPT), output_format=Person)
    same(found.parsed_output, Person.model_validate(PERSON))


async def case_async_stream_parses() -> None:
    async with (
        AsyncAnthropic() as client,
        client.messages.stream(**ask(PERSON_PROMPT), output_format=Person) as stream,
    ):
        final = await stream.get_final_message()
    same(final.parsed_output, Person.model_validate(PERSON))


def case_limits() -> None:
    cut = sdk().messages.create(**{**ask(f"say {LONG}"), "max_tokens": 5})
    same((cut.stop_reason, cut.usage.output_tokens), ("max_tokens", 5))
    stopped = sdk().messages.create(**ask("say one two three", stop_sequences=["three"]))
    same((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", "three"))
    same(text_of(stopped), "one two ")


def case_refusal() -> None:
    found = sdk().messages.create(**ask("refuse I can't help with that."))
    same((found.stop_reason, text_of(found)), ("refusal", "I can't help with that."))
    with sdk().messages.stream(**ask("withhold First, take")) as stream:
        same(stream.get_final_message().stop_reason, "refusal")


def case_count_tokens() -> str:
    asked = ask(TOOL_PROMPT, tools=[WEATHER], system="Be brief.")
    used = sdk().messages.create(**asked).usage.input_tokens
    del asked["max_tokens"]
    same(sdk().messages.count_tokens(**asked).input_tokens, used)
    return f"{used} tokens"


def case_prompt_cache() -> str:
    rules = "Refunds are made within 14 days of the delivery. " * 200
    system = [{"type": "text", "text": rules, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    first, second = (sdk().messages.create(**ask("hello", system=system)).usage for _ in range(2))
    written = first.cache_creation_input_tokens or 0
    assert written > 1_024
    assert first.cache_creation is not None
    same(first.cache_creation.ephemeral_1h_input_tokens, written)
    same((second.cache_read_input_tokens, second.cache_creation_input_tokens), (written, 0))
    return f"{written} tokens written, then read"


def case_models() -> None:
    same({model.id for model in sdk().models.list()}, {LARGE, SMALL})
    same(sdk().models.retrieve(SMALL).type, "model")
    raises(anthropic.NotFoundError, lambda: sdk().models.retrieve("claude"))


def case_new_dialect_has_no_temperature() -> None:
    raises(TypeError, lambda: sdk().messages.create(**ask("x", temperature=0)))
    refused = raises(
        anthropic.BadRequestError,
        lambda: sdk().messages.create(**ask("x"), extra_body={"temperature": 0}),
    )
    assert "temperature" in refused.message


def case_old_dialect() -> None:
    old = {"anthropic-version": "2023-06-01"}
    more: Any = {"extra_headers": old, "extra_body": {"temperature": 0, "top_k": 3}}
    same(text_of(sdk().messages.create(**ask("say old"), **more)), "old")
    with sdk().messages.stream(**ask("say old"), **more) as stream:
        same("".join(stream.text_stream), "old")


if __name__ == "__main__":
    run(globals())
