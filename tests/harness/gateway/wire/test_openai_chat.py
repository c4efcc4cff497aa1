from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.chat.completion_create_params import CompletionCreateParamsBase

from harness.exchange import OutputFormat, Reply, Text, ToolCall, ToolResult
from harness.gateway.wire.base import Problem
from harness.gateway.wire.contract import Seen, WireContract
from harness.gateway.wire.openai_chat import KNOWN, OpenAIChat

Json = Any


def strict(events: list[bytes]) -> list[ChatCompletionChunk]:
    assert events[-1] == b"data: [DONE]\n\n"
    return [ChatCompletionChunk.model_validate_json(event[6:]) for event in events[:-1]]


class TestOpenAIChat(WireContract):
    wire = OpenAIChat()

    def body(self, **neutral: Json) -> dict[str, Json]:
        messages = [{"role": "system", "content": neutral["system"]}] if "system" in neutral else []
        messages += [{"role": role, "content": text} for role, text in neutral["turns"]]
        body: dict[str, Json] = {"model": neutral["model"], "messages": messages}
        body |= {name: neutral[name] for name in ("max_tokens", "stream") if name in neutral}
        if "stop" in neutral:
            body["stop"] = list(neutral["stop"])
        if "tool" in neutral:
            body["tools"] = [{"type": "function", "function": {"name": neutral["tool"]}}]
        if "schema" in neutral:
            schema = {"name": "answer", "schema": neutral["schema"], "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def read_whole(self, body: bytes) -> Seen:
        found = ChatCompletion.model_validate_json(body)
        message = found.choices[0].message
        calls = tuple(
            (call.function.name, json.loads(call.function.arguments))
            for call in message.tool_calls or ()
            if call.type == "function"
        )
        assert found.usage is not None
        stop = found.choices[0].finish_reason
        if message.refusal:
            assert (stop, message.content) == ("stop", None)
        return Seen(
            message.refusal or message.content or "",
            calls,
            "refusal" if message.refusal else stop,
            found.usage.prompt_tokens,
            found.usage.completion_tokens,
        )

    def read_stream(self, events: list[bytes]) -> Seen:
        chunks = strict(events)
        assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
        assert chunks[0].choices[0].delta.role == "assistant"
        text, stop, refused = "", "", False
        calls: dict[int, tuple[str, str]] = {}
        for chunk in chunks:
            choice = chunk.choices[0]
            text += choice.delta.content or choice.delta.refusal or ""
            refused = refused or bool(choice.delta.refusal)
            stop = choice.finish_reason or stop
            for call in choice.delta.tool_calls or ():
                name, arguments = calls.get(call.index, ("", ""))
                assert call.function is not None
                calls[call.index] = (
                    name or call.function.name or "",
                    arguments + (call.function.arguments or ""),
                )
        assert list(calls) == list(range(len(calls)))
        found = tuple((name, json.loads(arguments)) for name, arguments in calls.values())
        return Seen(text, found, "refusal" if refused and stop == "stop" else stop, None, None)


WIRE = OpenAIChat()
USER = {"role": "user", "content": "hi"}


def parse(**more: Json) -> Any:
    return WIRE.parse({"model": "m", "messages": [USER], **more}, {})


def test_every_parameter_of_the_sdk_is_known() -> None:
    assert set(CompletionCreateParamsBase.__annotations__) | {"stream"} == KNOWN


def test_include_usage_adds_one_chunk_without_choices() -> None:
    answer = TestOpenAIChat().answer(Text("hello"), stream=True)
    answer = answer._replace(request=answer.request._replace(extra={"include_usage": True}))
    chunks = strict(WIRE.stream(answer))
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert all(b'"usage":null' in event for event in WIRE.stream(answer)[:-2])
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.prompt_tokens_details is not None
    assert chunks[-1].usage.prompt_tokens_details.cached_tokens == 16


def test_several_choices_have_their_indices_whole_and_streamed() -> None:
    answer = TestOpenAIChat().answer(Text("a"), stream=True)
    two = type(answer)(
        answer.id, answer.created, answer.request, (*answer.replies, Reply((Text("b"),), "end")), answer.usage
    )
    whole = ChatCompletion.model_validate_json(WIRE.whole(two))
    assert [(choice.index, choice.message.content) for choice in whole.choices] == [(0, "a"), (1, "b")]
    texts = {0: "", 1: ""}
    for chunk in strict(WIRE.stream(two)):
        texts[chunk.choices[0].index] += chunk.choices[0].delta.content or ""
    assert texts == {0: "a", 1: "b"}


def test_a_refusal_stands_in_its_own_field_and_a_filter_is_no_refusal() -> None:
    answer = TestOpenAIChat().answer(Text("I can not."), stop="refusal")
    [refused] = ChatCompletion.model_validate_json(WIRE.whole(answer)).choices
    assert (refused.message.content, refused.message.refusal) == (None, "I can not.")
    assert refused.finish_reason == "stop"
    filtered = TestOpenAIChat().answer(Text("First, take"), stop="filtered")
    [cut] = ChatCompletion.model_validate_json(WIRE.whole(filtered)).choices
    assert (cut.message.content, cut.message.refusal) == ("First, take", None)
    assert cut.finish_reason == "content_filter"


def test_tool_turns_become_calls_and_results() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
    request = parse(
        messages=[
            {
                "role": "developer",
                "content": [{"type": "text", "text": "be "}, {"type": "text", "text": "kind"}],
            },
            USER,
            {"role": "assistant", "content": None, "tool_calls": [call], "refusal": None, "audio": None},
            {"role": "tool", "tool_call_id": "c1", "content": "done"},
        ]
    )
    assert request.messages[0].role == "system"
    assert request.messages[2].parts == (ToolCall("c1", "f", '{"a":1}'),)
    assert request.messages[3].parts == (ToolResult("c1", "done"),)


@pytest.mark.parametrize(
    "messages",
    [
        [USER, {"role": "tool", "tool_call_id": "c1", "content": "x"}],
        [
            USER,
            {
                "role": "assistant",
                "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            },
            USER,
        ],
        [USER, {"role": "assistant", "content": None}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}],
    ],
)
def test_conversations_that_the_vendor_refuses(messages: list[Json]) -> None:
    with pytest.raises(Problem) as caught:
        parse(messages=messages)
    assert caught.value.kind == "invalid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 129},
        {"n": 0},
        {"temperature": 2.1},
        {"logprobs": True},
        {"functions": [{"name": "f"}]},
        {"stream_options": {"include_usage": True}},
        {"max_tokens": 5, "max_completion_tokens": 5},
        {"stop": ["a", "b", "c", "d", "e"]},
        {"response_format": {"type": "json_object"}},
        {"response_format": {"type": "json_schema"}},
        {"tool_choice": "required"},
        {"seed": 2**64},
        {"modalities": ["text", "audio"]},
        {"web_search_options": {"search_context_size": "low"}},
    ],
)
def test_parameters_that_the_vendor_refuses(wrong: dict[str, Json]) -> None:
    with pytest.raises(Problem) as caught:
        parse(**wrong)
    assert caught.value.kind == "invalid"


def test_tool_choice_by_name_and_by_allowed_tools() -> None:
    tools = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("a", "b")]
    assert parse(tools=tools).tool_choice == "auto"
    named = parse(tools=tools, tool_choice={"type": "function", "function": {"name": "b"}})
    assert (named.tool_choice, len(named.tools)) == ("b", 2)
    allowed = {"mode": "required", "tools": [{"type": "function", "function": {"name": "a"}}]}
    some = parse(tools=tools, tool_choice={"type": "allowed_tools", "allowed_tools": allowed})
    assert (some.tool_choice, [tool.name for tool in some.tools]) == ("required", ["a"])


def test_json_object_without_a_schema() -> None:
    request = parse(
        messages=[{"role": "user", "content": "answer in JSON"}], response_format={"type": "json_object"}
    )
    assert request.output == OutputFormat()


def test_a_spent_budget_says_so_in_its_code() -> None:
    status, body = WIRE.problem(Problem("budget", "spent", code="budget_exceeded"), "1")
    assert status == 429
    assert json.loads(body)["error"] == {
        "message": "spent",
        "type": "insufficient_quota",
        "param": None,
        "code": "budget_exceeded",
    }


LOOSE = {"type": "object", "properties": {"x": {"type": "string"}}, "required": []}


@pytest.mark.parametrize("schema", [LOOSE, {**LOOSE, "additionalProperties": False}, {}])
def test_a_strict_function_needs_a_strict_schema(schema: Json) -> None:
    def tools(**more: Json) -> Json:
        return [{"type": "function", "function": {"name": "f", "parameters": schema, **more}}]

    with pytest.raises(Problem) as refused:
        parse(tools=tools(strict=True))
    assert (refused.value.code, refused.value.param) == (
        "invalid_function_parameters",
        "tools[0].function.parameters",
    )
    for free in ({}, {"strict": False}, {"strict": None}):
        assert not parse(tools=tools(**free)).tools[0].strict
    assert parse(tools=[{"type": "function", "function": {"name": "f", "strict": True}}]).tools[0].strict
