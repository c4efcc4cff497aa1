"""What the OpenAI SDK is used for: chat, streams, tools, parsed output, errors, and its retries."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

import openai
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
)
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
    },
}


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


def ask(text: str, **more: Any) -> Any:
    return {"model": LARGE, "messages": [{"role": "user", "content": text}], **more}


@cache
def sdk() -> OpenAI:
    return OpenAI()


def faulty(name: str, **more: Any) -> OpenAI:
    return sdk().with_options(api_key=key(name), **more)


def case_chat() -> None:
    found = sdk().chat.completions.create(
        model=LARGE,
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "hello"}]},
        ],
        temperature=0,
        seed=7,
        max_completion_tokens=50,
    )
    same(found.choices[0].message.content, "You said: hello")
    same(found.choices[0].finish_reason, "stop")
    same(found.model, LARGE)
    assert found.system_fingerprint
    assert found.usage is not None
    same(found.usage.total_tokens, found.usage.prompt_tokens + found.usage.completion_tokens)


async def case_async_chat() -> None:
    async with AsyncOpenAI() as client:
        several = await asyncio.gather(*(client.chat.completions.create(**ask(f"say {i}")) for i in range(8)))
    same([found.choices[0].message.content for found in several], [str(i) for i in range(8)])


def case_headers() -> str:
    raw = sdk().chat.completions.with_raw_response.create(**ask("hello"))
    assert raw.headers["x-request-id"].startswith("req_")
    assert raw.headers["x-ratelimit-reset-requests"].endswith("ms")
    same(raw.parse()._request_id, raw.headers["x-request-id"])
    return raw.headers["content-type"]


def case_stream_with_usage() -> str:
    chunks = list(
        sdk().chat.completions.create(
            **ask(f"say {LONG}"), stream=True, stream_options={"include_usage": True}
        )
    )
    same(len({chunk.id for chunk in chunks}), 1)
    *body, last = chunks
    same(last.choices, [])
    assert last.usage is not None
    assert last.usage.completion_tokens > 20
    assert all(chunk.usage is None and len(chunk.choices) == 1 for chunk in body)
    same(body[0].choices[0].delta.role, "assistant")
    same("".join(chunk.choices[0].delta.content or "" for chunk in body), LONG.strip())
    same([chunk.choices[0].finish_reason for chunk in body if chunk.choices[0].finish_reason], ["stop"])
    return f"{len(chunks)} chunks"


def case_streaming_response() -> None:
    with sdk().chat.completions.with_streaming_response.create(**ask("say hi"), stream=True) as reply:
        lines = [line for line in reply.iter_lines() if line]
    same(lines[-1], "data: [DONE]")
    assert all(json.loads(line.removeprefix("data: ")) for line in lines[:-1])


def case_parameters_that_change_nothing() -> None:
    found = sdk().chat.completions.create(
        **ask("say it"),
        reasoning_effort="low",
        service_tier="auto",
        store=False,
        user="u-1",
        prompt_cache_key="k",
        logit_bias={"50256": -100},
        top_p=0.9,
        extra_headers={"x-own": "1"},
    )
    same(found.choices[0].message.content, "it")


def case_stream_without_usage() -> None:
    with sdk().chat.completions.create(**ask("say hi"), stream=True) as stream:
        chunks = list(stream)
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)


async def case_async_stream() -> None:
    async with AsyncOpenAI() as client:
        stream = await client.chat.completions.create(**ask(f"say {LONG}"), stream=True)
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    same(text, LONG.strip())


def case_tools() -> None:
    messages = ask(TOOL_PROMPT)["messages"]
    first = sdk().chat.completions.create(model=LARGE, messages=messages, tools=[WEATHER]).choices[0]
    same(first.finish_reason, "tool_calls")
    same(first.message.content, None)
    [call] = first.message.tool_calls or []
    assert call.type == "function"
    same((call.function.name, json.loads(call.function.arguments)["city"]), ("weather", "Lyon"))
    messages += [first.message, {"role": "tool", "tool_call_id": call.id, "content": '{"sky": "sunny"}'}]
    second = sdk().chat.completions.create(model=LARGE, messages=messages, tools=[WEATHER])
    same(second.choices[0].message.content, "It is sunny in Lyon.")


def case_parallel_tool_deltas() -> None:
    prompt = 'call weather {"city": "Lyon", "unit": "c"}\ncall weather {"city": "Malmö", "unit": "f"}'
    found: dict[int, dict[str, str]] = {}
    for chunk in sdk().chat.completions.create(**ask(prompt), tools=[WEATHER], stream=True):
        for delta in chunk.choices[0].delta.tool_calls or []:
            call = found.setdefault(delta.index, {"id": "", "name": "", "arguments": ""})
            assert delta.function is not None
            call["id"] += delta.id or ""
            call["name"] += delta.function.name or ""
            call["arguments"] += delta.function.arguments or ""
    same(sorted(found), [0, 1])
    same([call["name"] for call in found.values()], ["weather", "weather"])
    same([json.loads(call["arguments"])["city"] for call in found.values()], ["Lyon", "Malmö"])
    assert found[0]["id"] != found[1]["id"]


def case_one_call_at_a_time() -> None:
    prompt = 'call weather {"city": "Lyon", "unit": "c"}\ncall weather {"city": "Malmö", "unit": "f"}'
    found = sdk().chat.completions.create(**ask(prompt), tools=[WEATHER], parallel_tool_calls=False)
    same(len(found.choices[0].message.tool_calls or []), 1)


def case_tool_choice() -> None:
    never = sdk().chat.completions.create(**ask(TOOL_PROMPT), tools=[WEATHER], tool_choice="none")
    same(never.choices[0].message.tool_calls, None)
    forced = sdk().chat.completions.create(
        **ask('answer {"city": "Lyon", "unit": "c"}'),
        tools=[WEATHER],
        tool_choice={"type": "function", "function": {"name": "weather"}},
    )
    assert forced.choices[0].message.tool_calls


def case_parse() -> None:
    found = sdk().chat.completions.parse(**ask(PERSON_PROMPT), response_format=Person)
    same(found.choices[0].message.parsed, Person.model_validate(PERSON))


async def case_async_parse_tool() -> None:
    class Weather(BaseModel):
        city: str
        unit: str

    async with AsyncOpenAI() as client:
        found = await client.chat.completions.parse(
            **ask(TOOL_PROMPT), tools=[openai.pydantic_function_tool(Weather, name="weather")]
        )
    [call] = found.choices[0].message.tool_calls or []
    same(call.function.parsed_arguments, Weather(city="Lyon", unit="celsius"))


def case_stream_helper_parses() -> None:
    kinds = []
    with sdk().chat.completions.stream(**ask(PERSON_PROMPT), response_format=Person) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= set(kinds)
    same(final.choices[0].message.parsed, Person.model_validate(PERSON))


async def case_async_stream_helper_tools() -> None:
    async with (
        AsyncOpenAI() as client,
        client.chat.completions.stream(**ask(TOOL_PROMPT), tools=[WEATHER]) as stream,
    ):
        kinds = [event.type async for event in stream]
        final = await stream.get_final_completion()
    assert "tool_calls.function.arguments.done" in kinds
    same(final.choices[0].finish_reason, "tool_calls")


def case_json_object() -> None:
    found = sdk().chat.completions.create(
        **ask(f"In JSON.\n{PERSON_PROMPT}"), response_format={"type": "json_object"}
    )
    same(json.loads(found.choices[0].message.content or ""), PERSON)


def case_several_choices_streamed() -> None:
    texts = {0: "", 1: "", 2: ""}
    for chunk in sdk().chat.completions.create(**ask("say three times"), n=3, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
    same(set(texts.values()), {"three times"})


def case_limits() -> None:
    cut = sdk().chat.completions.create(**ask(f"say {LONG}"), max_completion_tokens=5)
    same(cut.choices[0].finish_reason, "length")
    assert cut.usage is not None
    same(cut.usage.completion_tokens, 5)
    stopped = sdk().chat.completions.create(**ask("say one two three"), stop=["three"])
    same((stopped.choices[0].message.content, stopped.choices[0].finish_reason), ("one two ", "stop"))
    raises(
        openai.LengthFinishReasonError,
        lambda: sdk().chat.completions.parse(
            **ask(PERSON_PROMPT), response_format=Person, max_completion_tokens=4
        ),
    )


REFUSED: Any = ask("refuse I can't help with that.")
FILTERED: Any = ask("withhold First, take")


def case_refusal() -> None:
    """The words stand in a field of their own, so that nobody takes them for the answer."""
    [found] = sdk().chat.completions.create(**REFUSED).choices
    same((found.message.content, found.finish_reason), (None, "stop"))
    same(found.message.refusal, "I can't help with that.")
    deltas = [chunk.choices[0] for chunk in sdk().chat.completions.create(**REFUSED, stream=True)]
    same("".join(choice.delta.refusal or "" for choice in deltas), "I can't help with that.")
    same("".join(choice.delta.content or "" for choice in deltas), "")
    same(deltas[-1].finish_reason, "stop")


def case_parse_meets_a_refusal() -> None:
    [found] = sdk().chat.completions.parse(**REFUSED, response_format=Person).choices
    same((found.message.parsed, found.message.refusal), (None, "I can't help with that."))
    with sdk().chat.completions.stream(**REFUSED, response_format=Person) as stream:
        kinds = {event.type for event in stream}
        [final] = stream.get_final_completion().choices
    assert {"refusal.delta", "refusal.done"} <= kinds
    same((final.message.parsed, final.message.refusal), (None, "I can't help with that."))


def case_content_filter() -> None:
    """What the vendor cuts off is no refusal of the model's."""
    [found] = sdk().chat.completions.create(**FILTERED).choices
    same((found.message.content, found.message.refusal), ("First, take", None))
    same(found.finish_reason, "content_filter")
    raises(
        openai.ContentFilterFinishReasonError,
        lambda: sdk().chat.completions.parse(**FILTERED, response_format=Person),
    )


def case_prompt_cache() -> str:
    system = {"role": "system", "content": "Refunds are made within 14 days of the delivery. " * 200}
    messages: Any = [system, {"role": "user", "content": "hello"}]
    usages = [sdk().chat.completions.create(model=SMALL, messages=messages).usage for _ in range(2)]
    details = [usage.prompt_tokens_details if usage else None for usage in usages]
    cached = [found.cached_tokens if found else None for found in details]
    same(cached[0], 0)
    assert cached[1]
    assert cached[1] > 1_024
    same(cached[1] % 128, 0)
    return f"{cached[1]} cached tokens"


def case_models() -> None:
    same({model.id for model in sdk().models.list()}, {LARGE, SMALL})
    same(sdk().models.retrieve(SMALL).object, "model")
    raises(openai.NotFoundError, lambda: sdk().models.retrieve("gpt-4"))


def case_embeddings() -> None:
    try:
        sdk().embeddings.create(model=LARGE, input="hello")
    except openai.NotFoundError:
        raise NotServed("the gateway simulates no embeddings") from None


if __name__ == "__main__":
    run(globals())
