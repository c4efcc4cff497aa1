"""What the Anthropic SDK is used for: messages, streams, tools, parsed output, caching, errors, retries."""

from __future__ import annotations

import asyncio
import json
import socket
from functools import cache
from typing import Any

import anthropic
import httpx2
from anthropic import Anthropic, AsyncAnthropic
from cases import (
    LARGE,
    LONG,
    PERSON,
    PERSON_PROMPT,
    SMALL,
    TOOL_PROMPT,
    NotServed,
    key,
    raises,
    run,
    same,
    seen,
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


def case_beta_tool_runner() -> None:
    @anthropic.beta_tool
    def weather(city: str, unit: str = "celsius") -> str:
        """The weather in a city.

        Args:
            city: Where.
            unit: Of the temperature.
        """
        return f"sunny in {city}, in {unit}"

    runner = sdk().beta.messages.tool_runner(**ask(TOOL_PROMPT), tools=[weather], thread=False)
    same(text_of(runner.until_done()), "It is sunny in Lyon.")


def case_beta_threads() -> None:
    """Conversations kept by the server, which the tool runner uses unless told not to."""
    try:
        sdk().beta.messages.create(**ask("say kept"), thread={"type": "create"})
    except anthropic.BadRequestError as error:
        if "thread: Extra inputs are not permitted" not in error.message:
            raise
        raise NotServed("threads of the beta Messages API; `thread=False` works") from None


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
    same(sdk().messages.create(**ask("refuse I can't help with that.")).stop_reason, "refusal")


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


def case_errors() -> None:
    create = sdk().messages.create
    stranger = sdk().with_options(api_key="sk-ant-no")
    raises(anthropic.AuthenticationError, lambda: stranger.messages.create(**ask("x")))
    missing = raises(anthropic.NotFoundError, lambda: create(**{**ask("x"), "model": "claude"}))
    body: Any = missing.body
    same((body["type"], body["error"]["type"]), ("error", "not_found_error"))
    assert missing.request_id
    raises(anthropic.BadRequestError, lambda: create(**{**ask("x"), "messages": []}))
    raises(anthropic.BadRequestError, lambda: create(**ask("x"), extra_body={"no_such_parameter": 1}))
    result: Any = {"type": "tool_result", "tool_use_id": "toolu_9", "content": "?"}
    alone: Any = {**ask("x"), "messages": [{"role": "user", "content": [result]}]}
    raises(anthropic.BadRequestError, lambda: create(**alone))
    large = raises(anthropic.APIStatusError, lambda: create(**ask("x" * 5_000_000)))
    same(large.status_code, 413)
    raises(anthropic.NotFoundError, lambda: sdk().post("/v1/nowhere", cast_to=object))


def case_spent_budget() -> str:
    client = faulty("spent")
    client.messages.create(**ask("the last one"))
    refused = raises(anthropic.APIStatusError, lambda: client.messages.create(**ask("one more")))
    same(refused.status_code, 402)
    return seen("spent", 2)


def retried(name: str, kind: type[anthropic.APIStatusError], status: int) -> str:
    """Refused for good: two more tries, then the error; a stream is refused before it begins."""
    client = faulty(name)
    error = raises(kind, lambda: client.messages.create(**ask("whole")))
    same(error.status_code, status)
    raises(kind, lambda: client.messages.create(**ask("streamed"), stream=True))
    raises(kind, lambda: faulty(name, max_retries=0).messages.create(**ask("once")))
    return seen(name, 3 + 3 + 1)


def case_rate_limited() -> str:
    return retried("rate_limited", anthropic.RateLimitError, 429)


def case_overloaded() -> str:
    return retried("overloaded", anthropic.InternalServerError, 529)


def case_server_error() -> str:
    return retried("server_error", anthropic.InternalServerError, 500)


async def case_async_rate_limited() -> str:
    async with AsyncAnthropic(api_key=key("rate_limited")) as client:
        try:
            await client.messages.create(**ask("async"))
        except anthropic.RateLimitError:
            return seen("rate_limited", 3)
    raise AssertionError("was not refused")


def case_retries_that_help() -> str:
    client = faulty("now_and_then", max_retries=25)
    for number in range(6):
        same(text_of(client.messages.create(**ask(f"say {number}"))), str(number))
    return "6 answers in spite of 429 and 500"


def case_slow_in_virtual_time_only() -> None:
    faulty("slow", timeout=20).messages.create(**ask("hello"))


def streams(name: str, times: int) -> set[str]:
    """How so many streams about different things ended."""
    ends = set()
    client = faulty(name)
    for number in range(times):
        stop, begun = None, False
        try:
            for event in client.messages.create(**ask(f"say {number} {LONG}"), stream=True):
                begun = True
                stop = event.delta.stop_reason if event.type == "message_delta" else stop
        except httpx2.RemoteProtocolError:
            ends.add("RemoteProtocolError" if begun else "broke before it began")
        except json.JSONDecodeError:
            ends.add("JSONDecodeError")
        else:
            ends.add("whole" if stop else "silently short")
    seen(name, times)
    return ends


def case_cut_streams() -> str:
    same(streams("cut_stream", 12), {"RemoteProtocolError", "silently short"})
    return "half silent, half broken; none retried"


def case_malformed_chunks() -> str:
    same(streams("malformed_chunk", 6), {"JSONDecodeError"})
    return "none retried"


def case_cut_whole_reply() -> str:
    raises(anthropic.APIConnectionError, lambda: faulty("cut_stream").messages.create(**ask("whole")))
    return seen("cut_stream", 3)


def case_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client = Anthropic(base_url=f"http://127.0.0.1:{port}", max_retries=1)
    raises(anthropic.APIConnectionError, lambda: client.messages.create(**ask("x")))


if __name__ == "__main__":
    run(globals())
