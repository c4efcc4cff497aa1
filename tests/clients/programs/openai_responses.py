"""The OpenAI SDK on the Responses API: items, events, conversations by id, parsed output, its faults."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

import openai
from cases import LARGE, LONG, PERSON, PERSON_PROMPT, SMALL, TOOL_PROMPT, key, raises, run, same, seen
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

WEATHER: Any = {
    "type": "function",
    "name": "weather",
    "description": "The weather in a city.",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
        "required": ["city", "unit"],
        "additionalProperties": False,
    },
}
TWO_CALLS = 'call weather {"city": "Lyon", "unit": "c"}\ncall weather {"city": "Malmö", "unit": "f"}'


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


@cache
def sdk() -> OpenAI:
    return OpenAI()


def faulty(name: str, **more: Any) -> OpenAI:
    return sdk().with_options(api_key=key(name), **more)


def ask(text: str, **more: Any) -> Any:
    return {"model": LARGE, "input": text, **more}


def case_create() -> None:
    found = sdk().responses.create(
        **ask("hello", instructions="Be brief.", temperature=0, metadata={"a": "b"})
    )
    same(found.output_text, "You said: hello")
    same((found.status, found.error, found.incomplete_details), ("completed", None, None))
    same((found.instructions, found.metadata), ("Be brief.", {"a": "b"}))
    assert found.usage is not None
    same(found.usage.total_tokens, found.usage.input_tokens + found.usage.output_tokens)
    assert found.id.startswith("resp_")


async def case_async_create() -> None:
    async with AsyncOpenAI() as client:
        several = await asyncio.gather(*(client.responses.create(**ask(f"say {i}")) for i in range(8)))
    same([found.output_text for found in several], [str(i) for i in range(8)])


def case_events() -> str:
    events = list(sdk().responses.create(**ask(f"say {LONG}"), stream=True))
    same([event.sequence_number for event in events], list(range(len(events))))
    kinds = list(dict.fromkeys(event.type for event in events))
    same(
        kinds,
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ],
    )
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    same(text, LONG.strip())
    return f"{len(events)} events"


def case_stream_helper() -> None:
    with sdk().responses.stream(**ask(f"say {LONG}")) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_response()
    assert "response.output_text.delta" in kinds
    same(final.output_text, LONG.strip())


async def case_async_stream() -> None:
    async with AsyncOpenAI() as client, client.responses.stream(**ask(f"say {LONG}")) as stream:
        same((await stream.get_final_response()).output_text, LONG.strip())


def case_tools() -> None:
    items: list[Any] = [{"role": "user", "content": TOOL_PROMPT}]
    first = sdk().responses.create(model=LARGE, input=items, tools=[WEATHER])
    [call] = [item for item in first.output if item.type == "function_call"]
    same((call.name, json.loads(call.arguments)["city"]), ("weather", "Lyon"))
    items += first.output
    items.append({"type": "function_call_output", "call_id": call.call_id, "output": "sunny"})
    second = sdk().responses.create(model=LARGE, input=items, tools=[WEATHER])
    same(second.output_text, "It is sunny in Lyon.")


def case_conversation_by_id() -> None:
    first = sdk().responses.create(**ask(TOOL_PROMPT), tools=[WEATHER])
    [call] = [item for item in first.output if item.type == "function_call"]
    result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    second = sdk().responses.create(
        model=LARGE, input=[result], previous_response_id=first.id, tools=[WEATHER]
    )
    same(second.output_text, "It is sunny in Lyon.")
    same(second.previous_response_id, first.id)
    same(sdk().responses.retrieve(second.id).output_text, "It is sunny in Lyon.")
    raises(openai.BadRequestError, lambda: sdk().responses.create(**ask("x", previous_response_id="resp_9")))


def case_parallel_tools_streamed() -> None:
    with sdk().responses.stream(**ask(TWO_CALLS), tools=[WEATHER]) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    same(kinds.count("response.function_call_arguments.done"), 2)
    calls = [item for item in final.output if item.type == "function_call"]
    same([json.loads(call.arguments)["city"] for call in calls], ["Lyon", "Malmö"])


def case_parse() -> None:
    found = sdk().responses.parse(**ask(PERSON_PROMPT), text_format=Person)
    same(found.output_parsed, Person.model_validate(PERSON))


async def case_async_stream_parses() -> None:
    async with (
        AsyncOpenAI() as client,
        client.responses.stream(**ask(PERSON_PROMPT), text_format=Person) as stream,
    ):
        same((await stream.get_final_response()).output_parsed, Person.model_validate(PERSON))


def case_limits_and_refusal() -> None:
    cut = sdk().responses.create(**ask(f"say {LONG}", max_output_tokens=16))
    same(cut.status, "incomplete")
    assert cut.incomplete_details is not None
    same(cut.incomplete_details.reason, "max_output_tokens")
    [item] = sdk().responses.create(**ask("refuse I can't help with that.")).output
    assert item.type == "message"
    same(item.content[0].type, "refusal")
    refused = sdk().responses.parse(**ask("refuse I can't help with that."), text_format=Person)
    same((refused.status, refused.output_parsed), ("completed", None))
    filtered = sdk().responses.create(**ask("withhold First, take"))
    assert filtered.incomplete_details is not None
    same((filtered.status, filtered.incomplete_details.reason), ("incomplete", "content_filter"))


def case_count_tokens() -> None:
    used = sdk().responses.create(**ask("hello", tools=[WEATHER])).usage
    counted = sdk().responses.input_tokens.count(**ask("hello", tools=[WEATHER]))
    assert used is not None
    same(counted.input_tokens, used.input_tokens)


def case_prompt_cache() -> str:
    rules = "Refunds are made within 14 days of the delivery. " * 200
    first, second = (
        sdk().responses.create(model=SMALL, input="hello", instructions=rules).usage for _ in range(2)
    )
    assert first is not None
    assert second is not None
    same(first.input_tokens_details.cached_tokens, 0)
    assert second.input_tokens_details.cached_tokens > 1_024
    return f"{second.input_tokens_details.cached_tokens} cached tokens"


def case_errors() -> None:
    create = sdk().responses.create
    stranger = sdk().with_options(api_key="sk-no")
    raises(openai.AuthenticationError, lambda: stranger.responses.create(**ask("x")))
    missing = raises(openai.NotFoundError, lambda: create(model="gpt-4", input="x"))
    same(missing.code, "model_not_found")
    raises(openai.BadRequestError, lambda: create(**ask("x"), extra_body={"no_such_parameter": 1}))
    raises(openai.BadRequestError, lambda: create(**ask("x", tools=[{"type": "web_search"}])))
    loose: Any = {"type": "function", "name": "f", "strict": True, "parameters": {"type": "object"}}
    shapeless = raises(openai.BadRequestError, lambda: create(**ask("x", tools=[loose])))
    same((shapeless.code, shapeless.param), ("invalid_function_parameters", "tools[0].parameters"))
    alone: Any = {"type": "function_call_output", "call_id": "call_9", "output": "?"}
    raises(openai.BadRequestError, lambda: create(model=LARGE, input=[alone]))


def case_refused_for_good() -> str:
    kinds: dict[str, type[openai.APIStatusError]] = {
        "rate_limited": openai.RateLimitError,
        "overloaded": openai.InternalServerError,
        "server_error": openai.InternalServerError,
    }
    for name, kind in kinds.items():
        raises(kind, lambda name=name: faulty(name).responses.create(**ask("x")))
        raises(kind, lambda name=name: faulty(name).responses.create(**ask("x"), stream=True))
        seen(name, 6)
    return "each tried three times, whole and streamed"


def case_retries_that_help() -> None:
    client = faulty("now_and_then", max_retries=25)
    for number in range(6):
        same(client.responses.create(**ask(f"say {number}")).output_text, str(number))


def streams(name: str, times: int, *, helper: bool) -> set[str]:
    """How so many streams about different things ended."""
    ends = set()
    client = faulty(name)
    for number in range(times):
        last = ""
        try:
            if helper:
                with client.responses.stream(**ask(f"say {number} {LONG}")) as stream:
                    for event in stream:
                        last = event.type
                    stream.get_final_response()
            else:
                for event in client.responses.create(**ask(f"say {number} {LONG}"), stream=True):
                    last = event.type
        except (openai.APIConnectionError, json.JSONDecodeError, RuntimeError) as error:
            ends.add(type(error).__name__)
        else:
            ends.add("whole" if last == "response.completed" else "silently short")
    seen(name, times)
    return ends


def case_cut_streams() -> str:
    same(streams("cut_stream", 12, helper=False), {"APIConnectionError", "silently short"})
    same(streams("cut_stream", 12, helper=True), {"APIConnectionError", "RuntimeError"})
    return "only the helper notices a clean but early end"


def case_malformed_chunks() -> None:
    same(streams("malformed_chunk", 6, helper=False), {"JSONDecodeError"})


if __name__ == "__main__":
    run(globals())
