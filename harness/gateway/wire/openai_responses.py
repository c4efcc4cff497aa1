"""OpenAI Responses: `POST /v1/responses`."""

from __future__ import annotations

from typing import Any, cast

import orjson

from harness.exchange import Message, OutputFormat, Request, Text, ToolSpec
from harness.gateway.admin_api import FaceName
from harness.gateway.wire.base import Answer, Fields, Headers, Problem, Standing, fields
from harness.gateway.wire.openai_shared import STATUS, check_sampling, error_body, refuse_set, reply_headers
from harness.gateway.wire.responses_input import parse_input
from harness.gateway.wire.responses_output import events, response
from harness.gateway.wire.strict_schema import check_name, check_strict

Json = Any
SUPPORTED = frozenset(
    {
        "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model",
        "parallel_tool_calls", "previous_response_id", "prompt_cache_key", "prompt_cache_options",
        "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store", "stream",
        "stream_options", "temperature", "text", "tool_choice", "tools", "top_p", "truncation", "user",
    }
)  # fmt: skip
UNSUPPORTED = frozenset(
    {
        "access_programs", "background", "background_options", "context_management", "conversation",
        "image", "moderation", "prompt", "top_logprobs",
    }
)  # fmt: skip
"""Refused when set: what is kept on a vendor's servers, other media, and token probabilities."""
KNOWN = SUPPORTED | UNSUPPORTED
"""Every parameter that the SDK can send; a test compares."""
COUNTED = frozenset(
    {
        "conversation", "input", "instructions", "model", "parallel_tool_calls", "personality",
        "previous_response_id", "reasoning", "text", "tool_choice", "tools", "truncation",
    }
)  # fmt: skip
"""What `POST /v1/responses/input_tokens` takes."""
INCLUDES = frozenset({"reasoning.encrypted_content", "message.output_text.logprobs"})
"""What `include` may ask for and simply is not there; all else belongs to hosted tools."""


class OpenAIResponses:
    """The wire of Responses. `extra` of its requests has `echo`, `previous` and `store`."""

    face: FaceName = "openai.responses"

    def parse(self, body: dict[str, Json], headers: Headers) -> Request:
        """Raises `Problem` for whatever the vendor's API refuses.

        The turns of `previous_response_id` are not in the request yet, nor is the order of calls and
        results checked: both need the trial.
        """
        del headers
        given = Fields(body, known=KNOWN)
        given.refuse_unknown()
        return self._parse(given)

    def parse_count(self, body: dict[str, Json]) -> Request:
        """A request for `input_tokens`. Raises `Problem`."""
        given = Fields(body, known=COUNTED)
        given.refuse_unknown()
        refuse_set(body, frozenset({"conversation", "personality"}))
        return self._parse(given)

    def _parse(self, given: Fields) -> Request:
        body = given.data
        refuse_set(body, UNSUPPORTED)
        check_sampling(given)
        for name in given.texts("include", most=20):
            if name not in INCLUDES or name == "message.output_text.logprobs":
                raise given.wrong("include", f"this model does not support `{name}`")
        stream = given.flag("stream", default=False)
        if given.table("stream_options") and not stream:
            raise given.wrong("stream_options", "only allowed when 'stream' is enabled")
        if given.text("truncation") not in (None, "auto", "disabled"):
            raise given.wrong("truncation", "expected `auto` or `disabled`")
        instructions = given.text("instructions")
        messages = parse_input(given)
        head = (Message("system", (Text(instructions),)),) if instructions else ()
        every = _tools(given)
        tools, choice = _tool_choice(given, every)
        request = Request(
            model=given.needed_text("model"),
            messages=(*head, *messages),
            tools=tools,
            tool_choice=choice,
            parallel_tools=given.flag("parallel_tool_calls", default=True),
            output=_output(given, messages),
            max_tokens=given.whole_number("max_output_tokens", 16, 2**31),
            temperature=given.number("temperature", 0, 2),
            stream=stream,
        )
        extra = {
            "previous": given.text("previous_response_id"),
            "store": given.flag("store", default=True),
            "instructions": len(head),
            "echo": _echo(body, request, every),
        }
        return request._replace(extra=extra)

    def whole(self, answer: Answer) -> bytes:
        """A `response`."""
        return orjson.dumps(response(answer))

    def stream(self, answer: Answer) -> list[bytes]:
        """Named events."""
        return events(answer)

    def problem(self, problem: Problem, request_id: str) -> tuple[int, bytes]:
        """`{"error": {message, type, param, code}}`."""
        del request_id
        return error_body(problem)

    def failure(self, problem: Problem, request_id: str, number: int) -> bytes:
        """An `error` event, numbered like the others."""
        del request_id
        code = problem.code or STATUS[problem.kind][1]
        data = {"code": code, "message": problem.message, "param": None, "sequence_number": number}
        return b"event: error\ndata: " + orjson.dumps({"type": "error", **data}) + b"\n\n"

    def headers(self, standing: Standing) -> bytes:
        """`x-request-id` and `x-ratelimit-*`."""
        return reply_headers(standing)


def _echo(body: dict[str, Json], request: Request, tools: tuple[ToolSpec, ...]) -> dict[str, Json]:
    """Parameters that the answer repeats."""
    text = body.get("text") or {}
    return {
        "instructions": body.get("instructions"),
        "max_output_tokens": request.max_tokens,
        "max_tool_calls": body.get("max_tool_calls"),
        "metadata": body.get("metadata") or {},
        "parallel_tool_calls": request.parallel_tools,
        "previous_response_id": body.get("previous_response_id"),
        "reasoning": body.get("reasoning") or {"effort": None, "summary": None},
        "safety_identifier": body.get("safety_identifier"),
        "store": body.get("store") is not False,
        "temperature": 1.0 if request.temperature is None else request.temperature,
        "text": {
            "format": text.get("format") or {"type": "text"},
            "verbosity": text.get("verbosity") or "medium",
        },
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": [
            {
                "type": "function",
                "name": tool.name,
                "description": tool.description or None,
                "parameters": tool.schema,
                "strict": tool.strict,
            }
            for tool in tools
        ],
        "top_logprobs": 0,
        "top_p": 1.0 if body.get("top_p") is None else body["top_p"],
        "truncation": body.get("truncation") or "disabled",
        "user": body.get("user"),
    }


def _tools(given: Fields) -> tuple[ToolSpec, ...]:
    """Functions only; the vendor's hosted tools need what a gateway must not reach.

    Only an explicit `strict` is held against a schema: what says nothing, the vendor makes strict as far
    as that goes.
    """
    found = []
    for index, row in enumerate(given.rows("tools", most=128)):
        tool = fields(row, f"tools[{index}]")
        kind = tool.needed_text("type")
        if kind != "function":
            raise Problem(
                "invalid",
                f"Hosted tool '{kind[:80]}' is not supported with this model.",
                code="unsupported_value",
                param=f"tools[{index}].type",
            )
        name = tool.needed_text("name")
        check_name(name, tool.at("name"))
        schema = tool.table("parameters")
        if tool.flag("strict", default=False) and schema is not None:
            check_strict(name, schema, tool.at("parameters"), function=True)
        schema = schema or {"type": "object", "properties": {}}
        found.append(
            ToolSpec(name, tool.text("description") or "", schema, tool.flag("strict", default=True))
        )
    return tuple(found)


def _tool_choice(given: Fields, tools: tuple[ToolSpec, ...]) -> tuple[tuple[ToolSpec, ...], str]:
    """The tools that may be called, and `auto`, `none`, `required` or a name."""
    value = given.data.get("tool_choice")
    if value is None or (value in ("auto", "none") and not tools):
        return tools, "auto"
    if not tools:
        raise given.wrong("tool_choice", "'tool_choice' is only allowed when 'tools' are specified")
    if value in ("auto", "none", "required"):
        return tools, cast("str", value)
    choice = fields(value, "tool_choice")
    kind = choice.needed_text("type")
    names = {tool.name for tool in tools}
    if kind == "function":
        name = choice.needed_text("name")
        if name not in names:
            raise given.wrong("tool_choice", f"Tool choice '{name}' not found in 'tools' parameter")
        return tools, name
    if kind == "allowed_tools":
        rows = choice.rows("tools", most=128)
        kept = {fields(row, "tool_choice.tools").needed_text("name") for row in rows}
        return tuple(tool for tool in tools if tool.name in kept), choice.text("mode") or "auto"
    raise choice.wrong("type", "expected `function` or `allowed_tools`")


def _output(given: Fields, messages: tuple[Message, ...]) -> OutputFormat | None:
    table = Fields(given.table("text") or {}, "text").table("format")
    if table is None:
        return None
    wish = Fields(table, "text.format")
    kind = wish.needed_text("type")
    if kind == "text":
        return None
    if kind == "json_object":
        if not any("json" in message.text.lower() for message in messages):
            raise Problem(
                "invalid",
                "Response input messages must contain the word 'json' in some form to use 'text.format' "
                "of type 'json_object'.",
                param="input",
            )
        return OutputFormat()
    if kind == "json_schema":
        schema = wish.table("schema")
        if schema is None:
            wish.needed_text("schema")
        name, strict = wish.needed_text("name"), wish.flag("strict", default=False)
        if strict:
            check_strict(name, schema, "text.format.schema")
        return OutputFormat(name, schema, strict)
    raise wish.wrong("type", "expected `text`, `json_object` or `json_schema`")
