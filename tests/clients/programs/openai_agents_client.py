"""What the OpenAI Agents SDK is used for: agents with tools, typed outputs, hand-offs, streams, sessions."""

from __future__ import annotations

import json
from typing import Any

import openai
from agents import (
    Agent,
    MaxTurnsExceeded,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    SQLiteSession,
    function_tool,
    set_tracing_disabled,
)
from agents.items import ToolCallItem
from cases import LARGE, LONG, PERSON, PERSON_PROMPT, TOOL_PROMPT, key, run, same, seen
from openai import AsyncOpenAI
from pydantic import BaseModel


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


@function_tool
def weather(city: str, unit: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, in {unit}"


def models(token: str = "plain", name: str = LARGE) -> list[Any]:
    client = AsyncOpenAI(api_key=key(token))
    return [OpenAIChatCompletionsModel(name, client), OpenAIResponsesModel(name, client)]


async def case_run() -> None:
    for model in models():
        found = await Runner.run(Agent("plain", instructions="Be brief.", model=model), "hello")
        same(found.final_output, "You said: hello")
        assert found.context_wrapper.usage.input_tokens > 3


async def case_default_model_is_responses() -> None:
    found = await Runner.run(Agent("plain", model=LARGE), "say default")
    same(found.final_output, "default")


async def case_tools() -> None:
    for model in models():
        found = await Runner.run(Agent("tools", model=model, tools=[weather]), TOOL_PROMPT)
        same(found.final_output, "It is sunny in Lyon.")
        same(sum(isinstance(item, ToolCallItem) for item in found.new_items), 1)


async def case_several_tools_at_once() -> None:
    prompt = 'call weather {"city": "Lyon", "unit": "c"}\ncall weather {"city": "Malmö", "unit": "f"}'
    for model in models():
        found = await Runner.run(Agent("tools", model=model, tools=[weather]), prompt)
        same(found.final_output, "The tools said: sunny in Lyon, in c; sunny in Malmö, in f")


async def case_typed_output() -> None:
    for model in models():
        found = await Runner.run(Agent("typed", model=model, output_type=Person), PERSON_PROMPT)
        same(found.final_output, Person.model_validate(PERSON))


async def case_hand_off() -> None:
    for model in models():
        second = Agent("Refunds", model=model, handoff_description="Pays money back.")
        first = Agent("Desk", model=model, handoffs=[second])
        found = await Runner.run(first, "call transfer_to_refunds {}\nsay paid back")
        same((found.last_agent.name, found.final_output), ("Refunds", "paid back"))


async def case_stream() -> None:
    for model in models():
        streamed = Runner.run_streamed(Agent("stream", model=model), f"say {LONG}")
        text = ""
        async for event in streamed.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                text += event.data.delta
        same(text, LONG.strip())
        same(streamed.final_output, LONG.strip())


async def case_stream_with_tools() -> None:
    for model in models():
        streamed = Runner.run_streamed(Agent("stream", model=model, tools=[weather]), TOOL_PROMPT)
        names = [
            event.name async for event in streamed.stream_events() if event.type == "run_item_stream_event"
        ]
        same(names, ["tool_called", "tool_output", "message_output_created"])
        same(streamed.final_output, "It is sunny in Lyon.")


async def case_session() -> None:
    for number, model in enumerate(models()):
        session = SQLiteSession(f"session-{number}")
        agent = Agent("session", model=model, tools=[weather])
        await Runner.run(agent, TOOL_PROMPT, session=session)
        same((await Runner.run(agent, "say still here", session=session)).final_output, "still here")


async def case_settings() -> None:
    settings = ModelSettings(temperature=0.2, max_tokens=300, parallel_tool_calls=False, include_usage=True)
    for model in models():
        agent = Agent("settings", model=model, tools=[weather], model_settings=settings)
        same((await Runner.run(agent, "say set")).final_output, "set")


async def case_turns_are_bounded() -> None:
    calls = "\n".join("call weather " + json.dumps({"city": str(n), "unit": "c"}) for n in range(6))
    settings = ModelSettings(parallel_tool_calls=False)
    for model in models():
        agent = Agent("endless", model=model, tools=[weather], model_settings=settings)
        try:
            await Runner.run(agent, calls, max_turns=3)
        except MaxTurnsExceeded:
            continue
        raise AssertionError("went on")


async def case_errors() -> None:
    for model in models(name="none"):
        try:
            await Runner.run(Agent("none", model=model), "x")
        except openai.NotFoundError as error:
            same(error.code, "model_not_found")
        else:
            raise AssertionError("was not refused")


async def case_rate_limited() -> str:
    for model in models("rate_limited"):
        try:
            await Runner.run(Agent("limited", model=model), "x")
        except openai.RateLimitError:
            continue
        raise AssertionError("was not refused")
    return seen("rate_limited", 6)


async def case_retries_that_help() -> None:
    for model in models("now_and_then"):
        model._client.max_retries = 25
        for number in range(3):
            same((await Runner.run(Agent("patient", model=model), f"say {number}")).final_output, str(number))


if __name__ == "__main__":
    set_tracing_disabled(disabled=True)
    run(globals())
