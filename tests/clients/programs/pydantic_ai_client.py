"""What Pydantic AI is used for: agents on both vendors' APIs with tools, outputs of every kind, streams."""

from __future__ import annotations

from typing import Any

from cases import LARGE, LONG, PERSON, PERSON_PROMPT, SMALL, TOOL_PROMPT, key, raises, run, same, seen
from pydantic import BaseModel
from pydantic_ai import Agent, ModelHTTPError, ModelRetry, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


WHO = Person.model_validate(PERSON)


def models(token: str = "plain", name: str = LARGE) -> list[Any]:
    return [
        OpenAIChatModel(name, provider=OpenAIProvider(api_key=key(token))),
        OpenAIResponsesModel(name, provider=OpenAIProvider(api_key=key(token))),
        AnthropicModel(
            name,
            provider=AnthropicProvider(api_key=key(token)),
            profile={"supports_json_schema_output": True},  # known by name for the vendor's own models
        ),
    ]


def weather(city: str, unit: str = "celsius") -> str:
    """The weather in a city."""
    return f"sunny in {city}, in {unit}"


async def case_run() -> None:
    for model in models():
        found = await Agent(model, instructions="Be brief.").run("hello")
        same(found.output, "You said: hello")
        assert found.usage.input_tokens > 3
        same(found.usage.requests, 1)


async def case_names_alone() -> None:
    for name in ("openai-chat", "openai-responses", "anthropic"):
        same((await Agent(f"{name}:{SMALL}").run("say it")).output, "it")


async def case_tools() -> None:
    for model in models():
        found = await Agent(model, tools=[weather]).run(TOOL_PROMPT)
        same(found.output, "It is sunny in Lyon.")
        same(found.usage.tool_calls, 1)


async def case_several_tools_at_once() -> None:
    prompt = 'call weather {"city": "Lyon"}\ncall weather {"city": "Malmö"}'
    for model in models():
        found = await Agent(model, tools=[weather]).run(prompt)
        same(found.output, "The tools said: sunny in Lyon, in celsius; sunny in Malmö, in celsius")


async def case_conversation() -> None:
    for model in models():
        agent = Agent(model, tools=[weather])
        first = await agent.run(TOOL_PROMPT)
        second = await agent.run("say still here", message_history=first.all_messages())
        same(second.output, "still here")


async def case_outputs_of_every_kind() -> None:
    kinds: list[Any] = [Person, ToolOutput(Person), NativeOutput(Person), PromptedOutput(Person)]
    for model in models():
        for kind in kinds:
            same((await Agent(model, output_type=kind).run(PERSON_PROMPT)).output, WHO)


async def case_output_is_refused_and_mended() -> None:
    prompt = f'Who is it?\nanswer {{"name": "Ada", "age": "very", "tags": []}}\n{PERSON_PROMPT}'
    for model in models():
        found = await Agent(model, output_type=Person, retries=2).run(prompt)
        same(found.output, WHO)
        same(found.usage.requests, 2)


async def case_tool_asks_for_another_try() -> None:
    def broken(city: str) -> str:
        raise ModelRetry(f"no station in {city}")

    for model in models():
        found = await Agent(model, tools=[broken], retries=1).run('call broken {"city": "Lyon"}\nsay sorry')
        same(found.output, "sorry")


async def case_stream() -> None:
    for model in models():
        async with Agent(model).run_stream(f"say {LONG}") as stream:
            pieces = [piece async for piece in stream.stream_text(delta=True, debounce_by=None)]
            usage = stream.usage
        same("".join(pieces), LONG.strip())
        assert len(pieces) > 3
        assert usage.output_tokens > 20


async def case_stream_with_tools_and_output() -> None:
    prompt = f'call weather {{"city": "Lyon"}}\n{PERSON_PROMPT}'
    for model in models():
        async with Agent(model, tools=[weather], output_type=Person).run_stream(prompt) as stream:
            same(await stream.get_output(), WHO)


def case_sync() -> None:
    same(Agent(models()[0]).run_sync("say sync").output, "sync")


async def case_settings() -> None:
    for model in models()[:2]:
        found = await Agent(model).run("hello", model_settings={"temperature": 0.0, "max_tokens": 400})
        same(found.output, "You said: hello")
    found = await Agent(models()[2]).run("hello", model_settings={"max_tokens": 400})
    same(found.output, "You said: hello")


async def status(agent: Any, prompt: str = "x") -> int:
    try:
        await agent.run(prompt)
    except ModelHTTPError as error:
        return error.status_code
    raise AssertionError("was not refused")


async def case_errors() -> None:
    for model in models(name="none"):
        same(await status(Agent(model)), 404)


async def case_faults() -> str:
    for name, wanted in (("rate_limited", {429}), ("server_error", {500}), ("overloaded", {503, 529})):
        for model in models(name):
            assert await status(Agent(model)) in wanted
        seen(name, 9)
    return "each tried three times by the SDK"


async def case_fallback_model() -> str:
    for broken, good in zip(models("overloaded"), models(), strict=True):
        same((await Agent(FallbackModel(broken, good)).run("say saved")).output, "saved")
    return seen("overloaded", 9)


def case_wrong_key() -> None:
    model = OpenAIChatModel(LARGE, provider=OpenAIProvider(api_key="sk-no"))
    same(raises(ModelHTTPError, lambda: Agent(model).run_sync("x")).status_code, 401)


if __name__ == "__main__":
    run(globals())
