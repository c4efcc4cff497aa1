"""What LiteLLM is used for: both vendors, streams, tools, schemas, its own errors, its router."""

from __future__ import annotations

import json
from typing import Any

import litellm
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
    seen,
)
from pydantic import BaseModel

OPENAI, ANTHROPIC = f"openai/{LARGE}", f"anthropic/{LARGE}"
VENDORS = (OPENAI, ANTHROPIC)
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
            "required": ["city"],
        },
    },
}


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


def ask(text: str, **more: Any) -> Any:
    return {
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}],
        **more,
    }


def case_completion() -> None:
    for model in VENDORS:
        found = litellm.completion(model=model, **ask("hello"), temperature=0, max_tokens=50)
        same(found.choices[0].message.content, "You said: hello")
        same(found.choices[0].finish_reason, "stop")
        same(found.usage.total_tokens, found.usage.prompt_tokens + found.usage.completion_tokens)


async def case_acompletion() -> None:
    for model in VENDORS:
        found = await litellm.acompletion(model=model, **ask("say async"))
        same(found.choices[0].message.content, "async")


def case_stream_with_usage() -> None:
    for model in VENDORS:
        chunks = list(
            litellm.completion(
                model=model, **ask(f"say {LONG}"), stream=True, stream_options={"include_usage": True}
            )
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        same(text, LONG.strip())
        used = [chunk.usage for chunk in chunks if getattr(chunk, "usage", None)]
        assert used
        assert used[-1].completion_tokens > 20
        whole = litellm.stream_chunk_builder(chunks)
        same(whole.choices[0].message.content, LONG.strip())


async def case_async_stream() -> None:
    for model in VENDORS:
        stream = await litellm.acompletion(model=model, **ask(f"say {LONG}"), stream=True)
        same("".join([chunk.choices[0].delta.content or "" async for chunk in stream]), LONG.strip())


def case_tools() -> None:
    for model in VENDORS:
        asked = ask(TOOL_PROMPT, tools=[WEATHER])
        first = litellm.completion(model=model, **asked).choices[0]
        same(first.finish_reason, "tool_calls")
        [call] = first.message.tool_calls
        same(json.loads(call.function.arguments)["city"], "Lyon")
        asked["messages"] += [
            first.message.model_dump(),
            {"role": "tool", "tool_call_id": call.id, "content": "sunny"},
        ]
        second = litellm.completion(model=model, **asked).choices[0]
        same(second.message.content, "It is sunny in Lyon.")


def case_parallel_tool_deltas() -> None:
    prompt = 'call weather {"city": "Lyon"}\ncall weather {"city": "Malmö"}'
    for model in VENDORS:
        chunks = list(litellm.completion(model=model, **ask(prompt, tools=[WEATHER]), stream=True))
        calls = litellm.stream_chunk_builder(chunks).choices[0].message.tool_calls
        same([json.loads(call.function.arguments)["city"] for call in calls], ["Lyon", "Malmö"])


def case_forced_tool() -> None:
    forced = {"type": "function", "function": {"name": "weather"}}
    for model in VENDORS:
        asked = ask('answer {"city": "Lyon"}', tools=[WEATHER], tool_choice=forced)
        assert litellm.completion(model=model, **asked).choices[0].message.tool_calls


def case_schema() -> None:
    for model in VENDORS:
        found = litellm.completion(model=model, **ask(PERSON_PROMPT), response_format=Person)
        same(json.loads(found.choices[0].message.content), PERSON)


def case_anthropic_prompt_cache() -> str:
    rules = "Refunds are made within 14 days of the delivery. " * 200
    block = {"type": "text", "text": rules, "cache_control": {"type": "ephemeral"}}
    messages = [{"role": "system", "content": [block]}, {"role": "user", "content": "hello"}]
    first, second = (
        litellm.completion(model=f"anthropic/{SMALL}", messages=messages).usage for _ in range(2)
    )
    assert first.cache_creation_input_tokens > 1_024
    same(second.cache_read_input_tokens, first.cache_creation_input_tokens)
    return f"{second.cache_read_input_tokens} tokens read"


def case_text_of_several_choices() -> None:
    found = litellm.completion(model=OPENAI, **ask("say twice"), n=2)
    same([choice.message.content for choice in found.choices], ["twice", "twice"])


def case_errors() -> None:
    for model in VENDORS:
        vendor = model.partition("/")[0]
        raises(
            litellm.AuthenticationError,
            lambda model=model: litellm.completion(model=model, api_key="sk-no", **ask("x")),
        )
        raises(
            litellm.NotFoundError,
            lambda vendor=vendor: litellm.completion(model=f"{vendor}/none", **ask("x")),
        )
    raises(litellm.BadRequestError, lambda: litellm.completion(model=OPENAI, **ask("x"), n=500))
    raises(
        litellm.ContextWindowExceededError,
        lambda: litellm.completion(model=OPENAI, **ask("word " * 130_000)),
    )


def case_faults() -> str:
    kinds = {
        "rate_limited": litellm.RateLimitError,
        "server_error": litellm.InternalServerError,
    }
    for name, kind in kinds.items():
        for model in VENDORS:
            raises(
                kind,
                lambda model=model, name=name: litellm.completion(
                    model=model, api_key=key(name), num_retries=0, max_retries=0, **ask("x")
                ),
            )
        seen(name, 2)
    return "each once for each vendor, no retries asked for"


def case_retries_that_help() -> None:
    for number in range(4):
        found = litellm.completion(
            model=OPENAI, api_key=key("now_and_then"), max_retries=25, **ask(f"say {number}")
        )
        same(found.choices[0].message.content, str(number))


def case_router_falls_back() -> str:
    def deployment(name: str, token: str) -> Any:
        return {"model_name": name, "litellm_params": {"model": OPENAI, "api_key": token, "max_retries": 0}}

    router = litellm.Router(
        model_list=[deployment("first", key("overloaded")), deployment("second", key("plain"))],
        fallbacks=[{"first": ["second"]}],
        num_retries=0,
    )
    found = router.completion(model="first", **ask("say saved"))
    same(found.choices[0].message.content, "saved")
    return seen("overloaded", 1)


def case_responses() -> None:
    found = litellm.responses(model=OPENAI, input="hello")
    same(found.output[0].content[0].text, "You said: hello")
    kinds = [event.type for event in litellm.responses(model=OPENAI, input="say hi", stream=True)]
    same(kinds[-1], "response.completed")


async def case_messages_for_anthropics_clients() -> None:
    """Its Messages interface, to Anthropic's API and translated to OpenAI's."""
    for model in VENDORS:
        found = await litellm.anthropic.messages.acreate(
            model=model, max_tokens=100, messages=[{"role": "user", "content": "say both"}]
        )
        same(found["content"][0]["text"], "both")


if __name__ == "__main__":
    run(globals())
