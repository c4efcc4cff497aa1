"""What LangChain is used for: both vendors' chat models, streams, tools, structured output, an agent."""

from __future__ import annotations

from typing import Any

import anthropic
import openai
from cases import LARGE, LONG, PERSON, PERSON_PROMPT, TOOL_PROMPT, key, raises, run, same, seen
from langchain.agents import create_agent
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel


class Person(BaseModel):
    """A person."""

    name: str
    age: int
    tags: list[str]


@tool
def weather(city: str, unit: str = "celsius") -> str:
    """The weather in a city."""
    return f"sunny in {city}, in {unit}"


def models(**more: Any) -> list[Any]:
    return [ChatOpenAI(model=LARGE, **more), ChatAnthropic(model=LARGE, max_tokens=500, **more)]


def case_invoke() -> None:
    for model in models():
        found = model.invoke([SystemMessage("Be brief."), HumanMessage("hello")])
        same(found.text, "You said: hello")
        used = found.usage_metadata
        same(used["total_tokens"], used["input_tokens"] + used["output_tokens"])
        assert found.response_metadata["model_name"] == LARGE


async def case_async_batch() -> None:
    for model in models():
        found = await model.abatch([f"say {number}" for number in range(6)])
        same([message.text for message in found], [str(number) for number in range(6)])


def case_stream_with_usage() -> None:
    for model in models(stream_usage=True):
        whole: AIMessageChunk | None = None
        for chunk in model.stream(f"say {LONG}"):
            whole = chunk if whole is None else whole + chunk
        assert whole is not None
        same(whole.text, LONG.strip())
        assert whole.usage_metadata is not None
        same(
            whole.usage_metadata["output_tokens"], model.invoke(f"say {LONG}").usage_metadata["output_tokens"]
        )


async def case_async_events() -> None:
    for model in models():
        kinds = [event["event"] async for event in model.astream_events("say hi", version="v2")]
        assert "on_chat_model_stream" in kinds


def case_tools() -> None:
    for model in models():
        bound = model.bind_tools([weather])
        messages: list[Any] = [HumanMessage(TOOL_PROMPT)]
        said = bound.invoke(messages)
        [call] = said.tool_calls
        same((call["name"], call["args"]["city"]), ("weather", "Lyon"))
        messages += [said, ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"])]
        same(bound.invoke(messages).text, "It is sunny in Lyon.")


def case_parallel_tool_chunks() -> None:
    prompt = 'call weather {"city": "Lyon"}\ncall weather {"city": "Malmö"}'
    for model in models():
        whole: AIMessageChunk | None = None
        for chunk in model.bind_tools([weather]).stream(prompt):
            whole = chunk if whole is None else whole + chunk
        assert whole is not None
        same([call["args"] for call in whole.tool_calls], [{"city": "Lyon"}, {"city": "Malmö"}])
        same(whole.invalid_tool_calls, [])


def case_structured_output() -> None:
    for model in models():
        for method in ("json_schema", "function_calling"):
            found = model.with_structured_output(Person, method=method).invoke(PERSON_PROMPT)
            same(found, Person.model_validate(PERSON))


def case_agent() -> None:
    for model in models():
        state = create_agent(model, [weather]).invoke({"messages": [HumanMessage(TOOL_PROMPT)]})
        kinds = [message.type for message in state["messages"]]
        same(kinds, ["human", "ai", "tool", "ai"])
        same(state["messages"][-1].text, "It is sunny in Lyon.")


def case_agent_with_answer_format() -> None:
    prompt = f'call weather {{"city": "Lyon"}}\n{PERSON_PROMPT}'
    for model in models():
        agent = create_agent(model, [weather], response_format=Person)
        same(agent.invoke({"messages": [HumanMessage(prompt)]})["structured_response"].name, "Ada Stone")


def case_token_limit() -> None:
    cut = ChatOpenAI(model=LARGE, max_tokens=5).invoke(f"say {LONG}")
    same(cut.response_metadata["finish_reason"], "length")
    cut = ChatAnthropic(model=LARGE, max_tokens=5).invoke(f"say {LONG}")
    same(cut.response_metadata["stop_reason"], "max_tokens")


def case_count_tokens() -> None:
    model = ChatAnthropic(model=LARGE, max_tokens=500)
    counted = model.get_num_tokens_from_messages([HumanMessage("hello")])
    same(counted, model.invoke("hello").usage_metadata["input_tokens"])


def case_errors() -> None:
    raises(openai.AuthenticationError, lambda: ChatOpenAI(model=LARGE, api_key="sk-no").invoke("x"))
    raises(openai.NotFoundError, lambda: ChatOpenAI(model="none").invoke("x"))
    raises(openai.BadRequestError, lambda: ChatOpenAI(model=LARGE, n=500).invoke("x"))
    raises(anthropic.AuthenticationError, lambda: ChatAnthropic(model=LARGE, api_key="sk-no").invoke("x"))
    raises(anthropic.NotFoundError, lambda: ChatAnthropic(model="none").invoke("x"))


def case_rate_limited() -> str:
    openais, anthropics = models(api_key=key("rate_limited"), max_retries=1)
    raises(openai.RateLimitError, lambda: openais.invoke("x"))
    raises(anthropic.RateLimitError, lambda: anthropics.invoke("x"))
    return seen("rate_limited", 4)


def case_with_retry() -> str:
    openais, anthropics = models(api_key=key("server_error"), max_retries=0)
    for model in (openais, anthropics):
        patient = model.with_retry(stop_after_attempt=2, wait_exponential_jitter=False)
        raises(Exception, lambda patient=patient: patient.invoke("x"))
    return seen("server_error", 4)


def case_fallbacks() -> str:
    for broken, good in zip(models(api_key=key("overloaded"), max_retries=0), models(), strict=True):
        same(broken.with_fallbacks([good]).invoke("say saved").text, "saved")
    return seen("overloaded", 2)


def case_cut_streams() -> str:
    ends = set()
    model = ChatOpenAI(model=LARGE, api_key=key("cut_stream"))
    for number in range(10):
        try:
            list(model.stream(f"say {number} {LONG}"))
        except openai.APIConnectionError:
            ends.add("broke")
        else:
            ends.add("silent")
    same(ends, {"broke", "silent"})
    return seen("cut_stream", 10)


def case_responses() -> None:
    model = ChatOpenAI(model=LARGE, use_responses_api=True)
    same(model.invoke("hello").text, "You said: hello")
    same("".join(chunk.text for chunk in model.stream(f"say {LONG}")), LONG.strip())
    same(model.with_structured_output(Person).invoke(PERSON_PROMPT).name, "Ada Stone")
    state = create_agent(model, [weather]).invoke({"messages": [HumanMessage(TOOL_PROMPT)]})
    same(state["messages"][-1].text, "It is sunny in Lyon.")


if __name__ == "__main__":
    run(globals())
