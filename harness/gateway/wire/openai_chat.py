"""OpenAI Chat Completions: `POST /v1/chat/completions`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import orjson

from harness.exchange import (
    Message,
    OutputFormat,
    Reply,
    Request,
    Text,
    ToolCall,
    ToolSpec,
    Usage,
)
from harness.gateway.admin_api import FaceName
from harness.gateway.wire.base import Answer, Fields, Headers, Problem, Standing, fields, pieces
from harness.gateway.wire.openai_messages import check_order, parse_message
from harness.gateway.wire.openai_shared import check_sampling, error_body, refuse_set, reply_headers
from harness.gateway.wire.strict_schema import check_name, check_strict

Json = Any

SUPPORTED = {
    "messages", "model", "frequency_penalty", "logit_bias", "max_completion_tokens", "max_tokens",
    "metadata", "modalities", "n", "parallel_tool_calls", "presence_penalty", "prompt_cache_key",
    "prompt_cache_options", "prompt_cache_retention", "reasoning_effort", "response_format",
    "safety_identifier", "seed", "service_tier", "stop", "store", "stream", "stream_options",
    "temperature", "tool_choice", "tools", "top_p", "user", "verbosity",
}  # fmt: skip
UNSUPPORTED = frozenset(
    {
        "audio", "function_call", "functions", "logprobs", "moderation", "prediction", "top_logprobs",
        "web_search_options",
    }
)  # fmt: skip
"""Refused when set: hosted tools, other media, and what a simulated model does not have."""
KNOWN = frozenset(SUPPORTED | UNSUPPORTED)
"""Every parameter that the SDK can send; a test compares."""

PLAIN = frozenset({"model", "messages", "stream", "stream_options"})
FINISH = {
    "end": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "tool": "tool_calls",
    "refusal": "stop",
    "filtered": "content_filter",
}


class OpenAIChat:
    """The wire of Chat Completions."""

    face: FaceName = "openai.chat"

    def parse(self, body: dict[str, Json], headers: Headers) -> Request:
        """Raises `Problem` for whatever the vendor's API refuses."""
        del headers
        given = Fields(body, known=KNOWN)
        if not KNOWN.issuperset(body):
            given.refuse_unknown()
        if not UNSUPPORTED.isdisjoint(body):
            refuse_set(body, UNSUPPORTED)
        if "modalities" in body and body["modalities"] not in (None, ["text"]):
            raise given.wrong("modalities", 'this model only supports ["text"]')
        rows = given.rows("messages", most=4_096)
        if not rows:
            raise given.wrong("messages", "expected at least one message")
        messages = tuple([parse_message(fields(row, f"messages[{i}]")) for i, row in enumerate(rows)])
        check_order(messages)
        stream = given.flag("stream", default=False)
        options = given.table("stream_options") or {}
        if options and not stream:
            raise given.wrong("stream_options", "only allowed when 'stream' is enabled")
        plain = Request(
            model=given.needed_text("model"),
            messages=messages,
            stream=stream,
            extra={"include_usage": bool(options.get("include_usage"))},
        )
        return plain if PLAIN.issuperset(body) else _with_options(plain, given)

    def whole(self, answer: Answer) -> bytes:
        """A `chat.completion`."""
        return orjson.dumps(
            {
                "id": f"chatcmpl-{answer.id}",
                "object": "chat.completion",
                "created": answer.created,
                "model": answer.model or answer.request.model,
                "choices": [_choice(index, reply) for index, reply in enumerate(answer.replies)],
                "usage": usage(answer.usage),
                "service_tier": "default",
                "system_fingerprint": answer.fingerprint,
            }
        )

    def stream(self, answer: Answer) -> list[bytes]:
        """Role chunk, deltas, finish chunk for every choice; usage if asked for; `[DONE]`."""
        frame: dict[str, Json] = {
            "id": f"chatcmpl-{answer.id}",
            "object": "chat.completion.chunk",
            "created": answer.created,
            "model": answer.model or answer.request.model,
            "service_tier": "default",
            "system_fingerprint": answer.fingerprint,
        }
        wanted = answer.request.extra.get("include_usage")
        if wanted:
            frame["usage"] = None
        events: list[bytes] = []
        for index, reply in enumerate(answer.replies):
            for delta, finish in _deltas(reply):
                choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
                events.append(_event({**frame, "choices": [choice]}))
        if wanted:
            events.append(_event({**frame, "choices": [], "usage": usage(answer.usage)}))
        events.append(b"data: [DONE]\n\n")
        return events

    def problem(self, problem: Problem, request_id: str) -> tuple[int, bytes]:
        """`{"error": {message, type, param, code}}`."""
        del request_id
        return error_body(problem)

    def failure(self, problem: Problem, request_id: str, number: int) -> bytes:
        """The body of the refusal as a chunk."""
        del request_id, number
        return b"data: " + error_body(problem)[1] + b"\n\n"

    def headers(self, standing: Standing) -> bytes:
        """`x-request-id` and `x-ratelimit-*`."""
        return reply_headers(standing)


def _with_options(plain: Request, given: Fields) -> Request:
    """The request with everything that most requests leave out."""
    check_sampling(given)
    tools, choice = _tool_choice(given, _tools(given))
    return plain._replace(
        tools=tools,
        tool_choice=choice,
        parallel_tools=given.flag("parallel_tool_calls", default=True),
        output=_output(given, plain.messages),
        max_tokens=_max_tokens(given),
        temperature=given.number("temperature", 0, 2),
        stop=given.texts("stop", most=4),
        n=given.whole_number("n", 1, 128) or 1,
        seed=given.whole_number("seed", -(2**63), 2**63 - 1),
    )


def _event(data: dict[str, Json]) -> bytes:
    return b"data: " + orjson.dumps(data) + b"\n\n"


def usage(used: Usage) -> dict[str, Json]:
    """`prompt_tokens` counts all of the prompt, cached or not."""
    return {
        "prompt_tokens": used.input,
        "completion_tokens": used.output,
        "total_tokens": used.input + used.output,
        "prompt_tokens_details": {
            "cached_tokens": used.cache_read,
            "cache_write_tokens": used.cache_write,
            "audio_tokens": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _choice(index: int, reply: Reply) -> dict[str, Json]:
    calls = [_call(part) for part in reply.parts if isinstance(part, ToolCall)]
    text = reply.text
    refused = reply.stop == "refusal"
    message: dict[str, Json] = {
        "role": "assistant",
        "content": None if refused or (calls and not text) else text,
        "refusal": text if refused else None,
        "annotations": [],
    }
    if calls:
        message["tool_calls"] = calls
    return {"index": index, "message": message, "logprobs": None, "finish_reason": FINISH[reply.stop]}


def _call(part: ToolCall) -> dict[str, Json]:
    return {
        "id": part.id,
        "type": "function",
        "function": {"name": part.name, "arguments": part.arguments},
    }


def _deltas(reply: Reply) -> Iterator[tuple[dict[str, Json], str | None]]:
    """(delta, finish reason) of one choice."""
    yield {"role": "assistant", "content": "", "refusal": None}, None
    field = "refusal" if reply.stop == "refusal" else "content"
    number = 0
    for part in reply.parts:
        if isinstance(part, Text):
            for piece in pieces(part.text):
                yield {field: piece}, None
        else:
            begun = _call(part)
            begun["function"]["arguments"] = ""
            yield {"tool_calls": [{"index": number, **begun}]}, None
            for piece in pieces(part.arguments):
                yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}, None
            number += 1
    yield {}, FINISH[reply.stop]


def _tools(given: Fields) -> tuple[ToolSpec, ...]:
    found = []
    if given.data.get("tools") == []:
        raise Problem(
            "invalid",
            "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array "
            "instead.",
            code="empty_array",
            param="tools",
        )
    for index, row in enumerate(given.rows("tools", most=128)):
        tool = fields(row, f"tools[{index}]")
        if tool.needed_text("type") != "function":
            raise tool.wrong("type", "this model only supports `function`")
        function = fields(tool.data.get("function"), tool.at("function"))
        name = function.needed_text("name")
        check_name(name, function.at("name"))
        schema, strict = function.table("parameters"), function.flag("strict", default=False)
        if strict and schema is not None:
            check_strict(name, schema, function.at("parameters"), function=True)
        schema = schema or {"type": "object", "properties": {}}
        found.append(ToolSpec(name, function.text("description") or "", schema, strict))
    return tuple(found)


def _tool_choice(given: Fields, tools: tuple[ToolSpec, ...]) -> tuple[tuple[ToolSpec, ...], str]:
    """The tools that may be called, and `auto`, `none`, `required` or a name."""
    value = given.data.get("tool_choice")
    if value is None:
        return tools, "auto"
    if not tools:
        raise given.wrong("tool_choice", "'tool_choice' is only allowed when 'tools' are specified")
    if value in ("auto", "none", "required"):
        return tools, cast("str", value)
    choice = fields(value, "tool_choice")
    kind = choice.needed_text("type")
    names = {tool.name for tool in tools}
    if kind == "function":
        name = fields(choice.data.get("function"), "tool_choice.function").needed_text("name")
        if name not in names:
            raise given.wrong("tool_choice", f"Tool choice '{name}' not found in 'tools' parameter")
        return tools, name
    if kind == "allowed_tools":
        allowed = fields(choice.data.get("allowed_tools"), "tool_choice.allowed_tools")
        kept = {
            fields(fields(row, "tool").data.get("function"), "tool.function").needed_text("name")
            for row in allowed.rows("tools", most=128)
        }
        return tuple(tool for tool in tools if tool.name in kept), allowed.text("mode") or "auto"
    raise choice.wrong("type", "expected `function` or `allowed_tools`")


def _output(given: Fields, messages: tuple[Message, ...]) -> OutputFormat | None:
    table = given.table("response_format")
    if table is None:
        return None
    wish = Fields(table, "response_format")
    kind = wish.needed_text("type")
    if kind == "text":
        return None
    if kind == "json_object":
        if not any("json" in message.text.lower() for message in messages):
            raise Problem(
                "invalid",
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
                "'json_object'.",
                param="messages",
            )
        return OutputFormat()
    if kind == "json_schema":
        schema = fields(table.get("json_schema"), "response_format.json_schema")
        name, wanted = schema.needed_text("name"), schema.table("schema")
        strict = schema.flag("strict", default=False)
        if strict:
            check_strict(name, wanted, "response_format")
        return OutputFormat(name, wanted, strict)
    raise wish.wrong("type", "expected `text`, `json_object` or `json_schema`")


def _max_tokens(given: Fields) -> int | None:
    new = given.whole_number("max_completion_tokens", 1, 2**31)
    old = given.whole_number("max_tokens", 1, 2**31)
    if new is not None and old is not None:
        raise Problem(
            "invalid",
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            code="invalid_parameter_combination",
            param="max_tokens",
        )
    return new if new is not None else old
