from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from openai.types.responses.input_token_count_params import InputTokenCountParams
from openai.types.responses.response_create_params import ResponseCreateParamsBase
from pydantic import TypeAdapter

from harness.exchange import Message, OutputFormat, Text, ToolCall, ToolResult
from harness.gateway.wire.base import Problem
from harness.gateway.wire.contract import Seen, WireContract
from harness.gateway.wire.openai_responses import COUNTED, KNOWN, OpenAIResponses

Json = Any
EVENT: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)
WIRE = OpenAIResponses()


def strict(events: list[bytes]) -> list[Any]:
    """Each event checked by the SDK's types, its name by its own `type`."""
    found = []
    for number, event in enumerate(events):
        name, data = event.decode().rstrip("\n").split("\n")
        body = EVENT.validate_json(data.removeprefix("data: "))
        assert name == f"event: {body.type}"
        assert body.sequence_number == number
        found.append(body)
    return found


def seen(found: Response) -> Seen:
    text, calls, refused = "", [], False
    for item in found.output:
        if item.type == "message":
            for part in item.content:
                refused = refused or part.type == "refusal"
                text += part.text if part.type == "output_text" else part.refusal
        elif item.type == "function_call":
            calls.append((item.name, json.loads(item.arguments)))
    assert found.usage is not None
    stop = "refusal" if refused else str(found.status)
    return Seen(text, tuple(calls), stop, found.usage.input_tokens, found.usage.output_tokens)


class TestOpenAIResponses(WireContract):
    wire = WIRE
    stop_sequences = False

    def body(self, **neutral: Json) -> dict[str, Json]:
        body: dict[str, Json] = {
            "model": neutral["model"],
            "input": [{"role": role, "content": text} for role, text in neutral["turns"]],
        }
        if "system" in neutral:
            body["instructions"] = neutral["system"]
        if "max_tokens" in neutral:
            body["max_output_tokens"] = neutral["max_tokens"]
        if "stream" in neutral:
            body["stream"] = neutral["stream"]
        if "tool" in neutral:
            body["tools"] = [{"type": "function", "name": neutral["tool"], "parameters": None}]
        if "schema" in neutral:
            schema = {"type": "json_schema", "name": "answer", "schema": neutral["schema"]}
            body["text"] = {"format": schema}
        return body

    def read_whole(self, body: bytes) -> Seen:
        return seen(Response.model_validate_json(body))

    def read_stream(self, events: list[bytes]) -> Seen:
        found = strict(events)
        assert [event.type for event in found[:2]] == ["response.created", "response.in_progress"]
        deltas = "".join(event.delta for event in found if event.type == "response.output_text.delta")
        last = seen(found[-1].response)
        assert last.stop == "refusal" or deltas == last.text
        return last


def parse(**more: Json) -> Any:
    return WIRE.parse({"model": "m", "input": "hi", **more}, {})


def test_every_parameter_of_the_sdk_is_known() -> None:
    assert set(ResponseCreateParamsBase.__annotations__) | {"stream"} == KNOWN
    assert set(InputTokenCountParams.__annotations__) == COUNTED


def test_events_come_in_the_vendors_order() -> None:
    call = ToolCall("call_1", "act", '{"x": 1}')
    answer = TestOpenAIResponses().answer(Text("first"), call, stream=True)
    assert [event.type.removeprefix("response.") for event in strict(WIRE.stream(answer))] == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    cut = TestOpenAIResponses().answer(Text("fir"), stop="length", stream=True)
    last = strict(WIRE.stream(cut))[-1]
    assert last.type == "response.incomplete"
    assert last.response.incomplete_details.reason == "max_output_tokens"
    filtered = TestOpenAIResponses().answer(Text("fir"), stop="filtered", stream=True)
    last = strict(WIRE.stream(filtered))[-1]
    assert (last.type, last.response.incomplete_details.reason) == ("response.incomplete", "content_filter")
    refused = strict(WIRE.stream(TestOpenAIResponses().answer(Text("no"), stop="refusal", stream=True)))
    assert "response.refusal.delta" in {event.type for event in refused}


def test_the_answer_repeats_what_was_asked_and_what_the_cache_did() -> None:
    tools = [{"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": False}]
    answer = (
        TestOpenAIResponses()
        .answer(Text("ok"))
        ._replace(request=parse(tools=tools, tool_choice="required", metadata={"a": "b"}, temperature=0.5))
    )
    found = Response.model_validate_json(WIRE.whole(answer))
    assert (found.tool_choice, found.temperature, found.metadata) == ("required", 0.5, {"a": "b"})
    assert [tool.to_dict() for tool in found.tools] == [{**tools[0], "description": None}]
    assert found.usage is not None
    assert found.usage.input_tokens_details.cached_tokens == 16


def test_items_become_turns() -> None:
    request = parse(
        instructions="be kind",
        input=[
            {"role": "developer", "content": [{"type": "input_text", "text": "and brief"}]},
            {"type": "message", "role": "user", "content": "go"},
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "I look", "annotations": []}],
            },
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            {"type": "function_call", "call_id": "c2", "name": "g", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "one"},
            {
                "type": "function_call_output",
                "call_id": "c2",
                "output": [{"type": "input_text", "text": "two"}],
            },
        ],
    )
    assert request.messages == (
        Message("system", (Text("be kind"),)),
        Message("system", (Text("and brief"),)),
        Message("user", (Text("go"),)),
        Message("assistant", (Text("I look"), ToolCall("c1", "f", "{}"), ToolCall("c2", "g", "{}"))),
        Message("user", (ToolResult("c1", "one"),)),
        Message("user", (ToolResult("c2", "two"),)),
    )


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"tools": [{"type": "file_search", "vector_store_ids": ["v"]}]}, "tools[0].type"),
        ({"tools": [{"type": "mcp", "server_label": "s", "server_url": "http://x"}]}, "tools[0].type"),
        ({"background": True}, "background"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"prompt": {"id": "pmpt_1"}}, "prompt"),
        ({"top_logprobs": 3}, "top_logprobs"),
        ({"include": ["file_search_call.results"]}, "include"),
        ({"max_output_tokens": 8}, "max_output_tokens"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"text": {"format": {"type": "json_object"}}}, "input"),
        ({"text": {"format": {"type": "json_schema", "name": "x"}}}, "text.format.schema"),
        ({"input": []}, "input"),
        ({"input": 3}, "input"),
        ({"stream_options": {"include_obfuscation": False}}, "stream_options"),
        ({"truncation": "some"}, "truncation"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0].type"),
        ({"input": [{"type": "computer_call_output", "call_id": "c"}]}, "input[0].type"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "http://x"}]}]},
            "input[0].content[0].type",
        ),
        (
            {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]},
            "input[0].content[0].type",
        ),
    ],
)
def test_what_the_vendor_or_the_gateway_refuses(wrong: dict[str, Json], param: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(**wrong)
    assert (caught.value.kind, caught.value.param) == ("invalid", param)


def test_tool_choice_by_name_and_by_allowed_tools() -> None:
    tools: list[Json] = [{"type": "function", "name": name, "parameters": {}} for name in ("a", "b")]
    named = parse(tools=tools, tool_choice={"type": "function", "name": "b"})
    assert (named.tool_choice, len(named.tools)) == ("b", 2)
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "a"}]}
    some = parse(tools=tools, tool_choice=allowed)
    assert (some.tool_choice, [tool.name for tool in some.tools]) == ("required", ["a"])
    assert len(some.extra["echo"]["tools"]) == 2


def test_json_object_without_a_schema() -> None:
    assert parse(input="as JSON", text={"format": {"type": "json_object"}}).output == OutputFormat()


def test_a_function_that_says_it_is_strict_needs_a_strict_schema() -> None:
    loose = {"type": "object", "properties": {"x": {"type": "string"}}}
    tool = {"type": "function", "name": "f", "parameters": loose}
    with pytest.raises(Problem) as refused:
        parse(tools=[{**tool, "strict": True}])
    assert (refused.value.code, refused.value.param) == (
        "invalid_function_parameters",
        "tools[0].parameters",
    )
    assert parse(tools=[tool]).tools[0].strict
    assert not parse(tools=[{**tool, "strict": False}]).tools[0].strict
