"""Anthropic Messages: `POST /v1/messages`, in both dialects.

`2026-10-21` has no `temperature`, `top_p`, `top_k` and no prefill; `2023-06-01` has them. The key's
header (`Authorization` or `x-api-key`) is the gateway's business, not this module's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from harness.exchange import Message, OutputFormat, Reply, Request, Text, ToolCall, ToolSpec, Usage
from harness.gateway.admin_api import FaceName
from harness.gateway.wire.anthropic_prompt import PromptReader, parse_block
from harness.gateway.wire.anthropic_thinking import check_thinking
from harness.gateway.wire.base import Answer, Fields, Headers, Kind, Problem, Standing, fields, pieces

Json = Any
OLD, NEW = b"2023-06-01", b"2026-10-21"
SAMPLING = frozenset({"temperature", "top_p", "top_k"})
KNOWN = frozenset(
    {
        "model", "messages", "max_tokens", "system", "tools", "tool_choice", "stop_sequences", "stream",
        "metadata", "thinking", "output_config", "output_format", "cache_control", "service_tier",
        "inference_geo", "speed", "diagnostics", "user_profile_id", "workspace_id",
    }
)  # fmt: skip
THREADS = "message-threads-2026-08-12"
THREAD_CODES = frozenset({"thread_already_continued", "thread_not_found", "thread_unsupported_request"})
"""Told to the client as `details`, by which the SDK knows how to go on."""
STATUS: dict[Kind, tuple[int, str]] = {
    "invalid": (400, "invalid_request_error"),
    "auth": (401, "authentication_error"),
    "forbidden": (403, "permission_error"),
    "not_found": (404, "not_found_error"),
    "method": (405, "invalid_request_error"),
    "request_timeout": (408, "timeout_error"),
    "conflict": (409, "conflict_error"),
    "too_large": (413, "request_too_large"),
    "encoding": (415, "invalid_request_error"),
    "unprocessable": (422, "invalid_request_error"),
    "budget": (402, "billing_error"),
    "rate_limited": (429, "rate_limit_error"),
    "server_error": (500, "api_error"),
    "timeout": (504, "timeout_error"),
    "overloaded": (529, "overloaded_error"),
}
HEADERS = (
    b"request-id: req_%b\r\n"
    b"anthropic-ratelimit-requests-limit: %d\r\n"
    b"anthropic-ratelimit-requests-remaining: %d\r\n"
    b"anthropic-ratelimit-requests-reset: %b\r\n"
    b"anthropic-ratelimit-tokens-limit: %d\r\n"
    b"anthropic-ratelimit-tokens-remaining: %d\r\n"
    b"anthropic-ratelimit-tokens-reset: %b\r\n"
)
STOPS = {
    "end": "end_turn",
    "length": "max_tokens",
    "tool": "tool_use",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
    "filtered": "refusal",
}
CUT = frozenset({"length", "filtered"})
"""Behind these, arguments may lack their end."""


class AnthropicMessages:
    """The wire of Messages."""

    face: FaceName = "anthropic.messages"

    def parse(self, body: dict[str, Json], headers: Headers) -> Request:
        """Raises `Problem` for whatever the vendor's API refuses."""
        return self._parse(body, headers, counting=False)

    def parse_count(self, body: dict[str, Json], headers: Headers) -> Request:
        """The body of `count_tokens`: the same without `max_tokens`."""
        return self._parse(body, headers, counting=True)

    def _parse(self, body: dict[str, Json], headers: Headers, *, counting: bool) -> Request:
        new = _version(headers) == NEW
        given = Fields(body)
        thread = None if counting else _thread(given, headers)
        going_on = thread is not None and thread["previous"] is not None
        _refuse_unknown(body, new=new, thread=thread is not None)
        prompt = PromptReader()
        prompt.tools(given)
        prompt.system(given)
        prompt.messages(given, new=new, going_on=going_on)
        prompt.mark_whole(given)
        choice, parallel = _tool_choice(given, None if going_on else prompt.specs)
        limit = given.whole_number("max_tokens", 1, 2**31)
        if limit is None and not counting:
            raise Problem("invalid", "max_tokens: Field required", param="max_tokens")
        check_thinking(given, limit, headers)
        given.table("metadata")
        return Request(
            model=given.needed_text("model"),
            messages=tuple(prompt.turns),
            tools=tuple(prompt.specs),
            tool_choice=choice,
            parallel_tools=parallel,
            output=_output(given),
            max_tokens=limit,
            temperature=given.number("temperature", 0, 1),
            stop=given.texts("stop_sequences", most=8_191),
            stream=given.flag("stream", default=False),
            cache_marks=tuple(prompt.marks),
            cache_hour=tuple(mark for mark in prompt.marks if mark in prompt.hours),
            extra=thread or {},
        )

    def whole(self, answer: Answer) -> bytes:
        """A `message`."""
        message = _message(answer)
        reply = answer.replies[0]
        message["content"] = [_block(part, cut=reply.stop in CUT) for part in reply.parts]
        message["usage"] = usage(answer.usage)
        return orjson.dumps({**message, **_stop(answer)})

    def stream(self, answer: Answer) -> list[bytes]:
        """message_start, block start/delta/stop, message_delta with cumulative usage, message_stop."""
        start = {**_message(answer), "content": [], "stop_reason": None, "stop_sequence": None}
        start["usage"] = {**usage(answer.usage), "output_tokens": 1}
        events = [_event("message_start", message=start), _event("ping")]
        for index, part in enumerate(answer.replies[0].parts):
            block = _block(part, cut=True)
            if isinstance(part, Text):
                block["text"] = ""
                text, kind, field = part.text, "text_delta", "text"
            else:
                block["input"] = {}
                text, kind, field = part.arguments, "input_json_delta", "partial_json"
            events.append(_event("content_block_start", index=index, content_block=block))
            events += [
                _event("content_block_delta", index=index, delta={"type": kind, field: piece})
                for piece in pieces(text)
            ]
            events.append(_event("content_block_stop", index=index))
        total = usage(answer.usage)
        events.append(_event("message_delta", delta=_stop(answer), usage=total))
        events.append(_event("message_stop"))
        return events

    def problem(self, problem: Problem, request_id: str) -> tuple[int, bytes]:
        """`{"type": "error", "error": {type, message}, "request_id"}`."""
        status, type = STATUS[problem.kind]
        message = f"{problem.code}: {problem.message}" if problem.kind == "budget" else problem.message
        error: dict[str, Json] = {"type": type, "message": message}
        if problem.code in THREAD_CODES:
            error["details"] = {"error_code": problem.code}
        return status, orjson.dumps({"type": "error", "error": error, "request_id": f"req_{request_id}"})

    def failure(self, problem: Problem, request_id: str, number: int) -> bytes:
        """The body of the refusal as an `error` event."""
        del number
        return b"event: error\ndata: " + self.problem(problem, request_id)[1] + b"\n\n"

    def headers(self, standing: Standing) -> bytes:
        """`request-id` and `anthropic-ratelimit-*`."""
        reset = datetime.fromtimestamp(standing.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        id, limit, left, tokens, tokens_left, _ = standing
        return HEADERS % (id.encode(), limit, left, reset, tokens, tokens_left, reset)


def usage(used: Usage) -> dict[str, Json]:
    """`input_tokens` counts only what was neither read from the cache nor written to it."""
    return {
        "input_tokens": used.input - used.cache_read - used.cache_write,
        "cache_creation_input_tokens": used.cache_write,
        "cache_read_input_tokens": used.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": used.cache_write - used.cache_write_hour,
            "ephemeral_1h_input_tokens": used.cache_write_hour,
        },
        "output_tokens": used.output,
        "service_tier": "standard",
    }


def _event(type: str, **data: Json) -> bytes:
    return b"event: " + type.encode() + b"\ndata: " + orjson.dumps({"type": type, **data}) + b"\n\n"


def said(reply: Reply) -> Message:
    """A reply as the turn that a client would send back."""
    blocks = [fields(_block(part, cut=reply.stop in CUT), "content") for part in reply.parts]
    return Message("assistant", tuple(part for block in blocks if (part := parse_block(block, "assistant"))))


def _message(answer: Answer) -> dict[str, Json]:
    return {
        "id": f"msg_{answer.id}",
        "type": "message",
        "role": "assistant",
        "model": answer.model or answer.request.model,
    }


def _stop(answer: Answer) -> dict[str, Json]:
    reply = answer.replies[0]
    stop: dict[str, Json] = {"stop_reason": STOPS[reply.stop], "stop_sequence": reply.stop_sequence}
    if stop["stop_reason"] == "refusal":
        stop["stop_details"] = {"type": "refusal", "category": None, "explanation": None}
    return stop


def _block(part: Text | ToolCall, *, cut: bool) -> dict[str, Json]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text, "citations": None}
    return {
        "type": "tool_use",
        "id": part.id.replace("call_", "toolu_", 1),
        "name": part.name,
        "input": _input(part.arguments, cut=cut),
    }


def _input(arguments: str, *, cut: bool) -> dict[str, Json]:
    """Arguments as an object; what is no object stands under the name that the vendor's docs give."""
    try:
        value = orjson.loads(arguments)
    except orjson.JSONDecodeError:
        value = None
    if isinstance(value, dict):
        return value
    return {} if cut else {"INVALID_JSON": arguments}


def _version(headers: Headers) -> bytes:
    version = headers.get(b"anthropic-version")
    if version is None:
        raise Problem("invalid", "anthropic-version: header is required")
    if version not in (OLD, NEW):
        shown = version.decode("latin-1")
        raise Problem("invalid", f'anthropic-version: "{shown}" is not a valid version')
    return version


def _thread(given: Fields, headers: Headers) -> dict[str, Json] | None:
    """`{"previous": id of the answer to go on from, or None}` for a request that wants a thread.

    The beta has to be asked for; without its name in the header the field is as unknown as any other.
    """
    table = given.table("thread")
    betas = headers.get(b"anthropic-beta", b"").decode("latin-1")
    if table is None or THREADS not in betas.replace(" ", "").split(","):
        return None
    wish = Fields(table, "thread")
    kind = wish.needed_text("type")
    if kind == "create":
        return {"previous": None}
    if kind != "continue":
        raise wish.wrong("type", "expected `create` or `continue`")
    for name in ("system", "tools"):
        if given.data.get(name) is not None:
            raise Problem("invalid", f"{name}: a thread keeps what it was created with", param=name)
    return {"previous": wish.needed_text("previous_message_id")}


def _refuse_unknown(body: dict[str, Json], *, new: bool, thread: bool) -> None:
    for name in body:
        if name in SAMPLING:
            if new:
                raise Problem(
                    "invalid", f"{name}: not supported in anthropic-version {NEW.decode()}", param=name
                )
        elif name not in KNOWN and not (thread and name == "thread"):
            raise Problem("invalid", f"{name}: Extra inputs are not permitted", param=name)


def _tool_choice(given: Fields, tools: list[ToolSpec] | None) -> tuple[str, bool]:
    """`None` for tools that a thread holds."""
    table = given.table("tool_choice")
    if table is None:
        return "auto", True
    choice = Fields(table, "tool_choice")
    kind = choice.needed_text("type")
    parallel = not choice.flag("disable_parallel_tool_use", default=False)
    if tools == [] and kind != "none":
        raise Problem("invalid", "tool_choice may only be specified while providing tools.")
    if kind == "tool":
        name = choice.needed_text("name")
        if tools is not None and name not in {tool.name for tool in tools}:
            raise Problem("invalid", f"Tool '{name}' not found in provided tools")
        return name, parallel
    found = {"auto": "auto", "any": "required", "none": "none"}.get(kind)
    if found is None:
        raise choice.wrong("type", "expected `auto`, `any`, `tool` or `none`")
    return found, parallel


def _output(given: Fields) -> OutputFormat | None:
    config = given.table("output_config") or {}
    table = Fields(config, "output_config").table("format") or given.table("output_format")
    if table is None:
        return None
    wish = Fields(table, "output_config.format")
    if wish.needed_text("type") != "json_schema":
        raise wish.wrong("type", "expected `json_schema`")
    schema = wish.table("schema")
    if schema is None:
        raise Problem("invalid", "output_config.format.schema: Field required")
    return OutputFormat("output", schema, strict=True)
