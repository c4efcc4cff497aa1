"""Anthropic Messages: `POST /v1/messages`, in both dialects.

`2026-10-21` has no `temperature`, `top_p`, `top_k` and no prefill; `2023-06-01` has them. The key's
header (`Authorization` or `x-api-key`) is the gateway's business, not this module's.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import orjson

from harness.exchange import (
    Message,
    OutputFormat,
    Part,
    Request,
    Role,
    Text,
    ToolCall,
    ToolResult,
    ToolSpec,
    Usage,
)
from harness.gateway.admin_api import FaceName
from harness.gateway.wire.base import Answer, Fields, Headers, Kind, Problem, Standing, fields, pieces
from harness.gateway.wire.turns import disorder

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
MOST_MARKS = 4
STATUS: dict[Kind, tuple[int, str]] = {
    "invalid": (400, "invalid_request_error"),
    "auth": (401, "authentication_error"),
    "forbidden": (403, "permission_error"),
    "not_found": (404, "not_found_error"),
    "method": (405, "invalid_request_error"),
    "too_large": (413, "request_too_large"),
    "encoding": (415, "invalid_request_error"),
    "budget": (402, "billing_error"),
    "rate_limited": (429, "rate_limit_error"),
    "server_error": (500, "api_error"),
    "overloaded": (529, "overloaded_error"),
}
STOPS = {
    "end": "end_turn",
    "length": "max_tokens",
    "tool": "tool_use",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
}


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
        _refuse_unknown(body, new=new)
        given = Fields(body)
        prompt = _Prompt()
        prompt.tools(given)
        prompt.system(given)
        prompt.messages(given, new=new)
        prompt.mark_whole(given)
        choice, parallel = _tool_choice(given, prompt.specs)
        limit = given.whole_number("max_tokens", 1, 2**31)
        if limit is None and not counting:
            raise Problem("invalid", "max_tokens: Field required", param="max_tokens")
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
        )

    def whole(self, answer: Answer) -> bytes:
        """A `message`."""
        message = _message(answer)
        reply = answer.replies[0]
        message["content"] = [_block(part, cut=reply.stop == "length") for part in reply.parts]
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
        error = {"type": type, "message": message}
        return status, orjson.dumps({"type": "error", "error": error, "request_id": f"req_{request_id}"})

    def headers(self, standing: Standing) -> list[tuple[bytes, bytes]]:
        """`request-id` and `anthropic-ratelimit-*`."""
        reset = datetime.fromtimestamp(standing.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return [
            (b"request-id", b"req_" + standing.request_id.encode()),
            (b"anthropic-ratelimit-requests-limit", b"%d" % standing.requests),
            (b"anthropic-ratelimit-requests-remaining", b"%d" % standing.requests_left),
            (b"anthropic-ratelimit-requests-reset", reset),
            (b"anthropic-ratelimit-tokens-limit", b"%d" % standing.tokens),
            (b"anthropic-ratelimit-tokens-remaining", b"%d" % standing.tokens_left),
            (b"anthropic-ratelimit-tokens-reset", reset),
        ]


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


def _message(answer: Answer) -> dict[str, Json]:
    return {
        "id": f"msg_{answer.id}",
        "type": "message",
        "role": "assistant",
        "model": answer.request.model,
    }


def _stop(answer: Answer) -> dict[str, Json]:
    reply = answer.replies[0]
    stop: dict[str, Json] = {"stop_reason": STOPS[reply.stop], "stop_sequence": reply.stop_sequence}
    if reply.stop == "refusal":
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


def _refuse_unknown(body: dict[str, Json], *, new: bool) -> None:
    for name in body:
        if name in SAMPLING:
            if new:
                raise Problem(
                    "invalid", f"{name}: not supported in anthropic-version {NEW.decode()}", param=name
                )
        elif name not in KNOWN:
            raise Problem("invalid", f"{name}: Extra inputs are not permitted", param=name)


class _Prompt:
    """Tools, system and messages of one request, and the cache breakpoints on them."""

    def __init__(self) -> None:
        self.specs: list[ToolSpec] = []
        self.turns: list[Message] = []
        self.marks: list[tuple[int, int]] = []
        self.hours: set[tuple[int, int]] = set()

    def tools(self, given: Fields) -> None:
        """Custom tools only; the vendor's hosted ones need what a gateway does not have."""
        for index, row in enumerate(given.rows("tools")):
            tool = fields(row, f"tools.{index}")
            if tool.text("type") not in (None, "custom"):
                raise tool.wrong("type", "this model only supports custom tools")
            schema = tool.table("input_schema")
            if schema is None:
                raise Problem("invalid", f"{tool.at('input_schema')}: Field required")
            self.specs.append(
                ToolSpec(
                    tool.needed_text("name"),
                    tool.text("description") or "",
                    schema,
                    tool.flag("strict", default=False),
                )
            )
            self._mark(tool, (-1, index))

    def system(self, given: Fields) -> None:
        """A string, or text blocks that can bear breakpoints."""
        value = given.data.get("system")
        if value is None:
            return
        if isinstance(value, str):
            self.turns.append(Message("system", (Text(value),)))
            return
        parts: list[Part] = []
        for index, row in enumerate(given.rows("system")):
            block = fields(row, f"system.{index}")
            parts.append(Text(block.needed_text("text")))
            self._mark(block, (-2, index))
        if parts:
            self.turns.append(Message("system", tuple(parts)))

    def messages(self, given: Fields, *, new: bool) -> None:
        """User and assistant turns; results must stand right behind the calls."""
        rows = given.rows("messages", most=100_000)
        if not rows:
            raise Problem("invalid", "messages: at least one message is required", param="messages")
        before = len(self.turns)
        for index, row in enumerate(rows):
            turn = fields(row, f"messages.{index}")
            role = turn.needed_text("role")
            if role not in ("user", "assistant", "system"):
                raise turn.wrong("role", "expected `user` or `assistant`")
            self._turn(turn, role)
        if self.turns[before].role == "assistant":
            raise Problem("invalid", 'messages: first message must use the "user" role')
        if new and self.turns[-1].role == "assistant":
            raise Problem("invalid", "messages: prefill is not supported by this model")
        wrong = disorder(self.turns)
        if wrong is not None:
            where = f"messages.{wrong.at - before}"
            ids = ", ".join(wrong.ids)
            if wrong.kind == "uncalled":
                raise Problem(
                    "invalid",
                    f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: {ids}. Each "
                    "`tool_result` block must have a corresponding `tool_use` block in the previous message.",
                )
            raise Problem(
                "invalid",
                f"{where}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{ids}. Each `tool_use` block must have a corresponding `tool_result` block in the next "
                "message.",
            )

    def mark_whole(self, given: Fields) -> None:
        """Top-level `cache_control` marks the last block. Then the marks are checked."""
        if given.data.get("cache_control") is not None and self.turns and self.turns[-1].parts:
            self._mark(given, (len(self.turns) - 1, len(self.turns[-1].parts) - 1))
        if len(self.marks) > MOST_MARKS:
            raise Problem(
                "invalid",
                f"A maximum of {MOST_MARKS} blocks with cache_control may be provided. "
                f"Found {len(self.marks)}.",
            )
        brief = [mark not in self.hours for mark in self.marks]
        if brief != sorted(brief):
            raise Problem("invalid", "cache_control: a ttl='1h' block must not come after a ttl='5m' block.")

    def _turn(self, turn: Fields, role: Role | str) -> None:
        content = turn.data.get("content")
        parts: list[Part] = []
        at = len(self.turns)
        if isinstance(content, str):
            parts.append(Text(content))
        else:
            if not isinstance(content, list):
                raise turn.wrong("content", "expected a string or an array of content blocks")
            for index, row in enumerate(content):
                block = fields(row, turn.at(f"content.{index}"))
                part = _parse_block(block, role)
                if part is not None:
                    parts.append(part)
                    self._mark(block, (at, len(parts) - 1))
        known: Role = "assistant" if role == "assistant" else "system" if role == "system" else "user"
        self.turns.append(Message(known, tuple(parts)))

    def _mark(self, block: Fields, mark: tuple[int, int]) -> None:
        table = block.table("cache_control")
        if table is None:
            return
        control = Fields(table, block.at("cache_control"))
        if control.needed_text("type") != "ephemeral":
            raise control.wrong("type", "expected `ephemeral`")
        life = control.text("ttl") or "5m"
        if life not in ("5m", "1h"):
            raise control.wrong("ttl", "expected `5m` or `1h`")
        if mark not in self.marks:
            self.marks.append(mark)
        if life == "1h":
            self.hours.add(mark)


def _parse_block(block: Fields, role: str) -> Part | None:
    """One content block; thinking blocks are taken and forgotten."""
    kind = block.needed_text("type")
    if kind == "text":
        return Text(block.needed_text("text"))
    if kind in ("thinking", "redacted_thinking") and role == "assistant":
        return None
    if kind == "tool_use" and role == "assistant":
        value = block.table("input")
        if value is None:
            raise Problem("invalid", f"{block.at('input')}: Field required")
        arguments = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return ToolCall(block.needed_text("id"), block.needed_text("name"), arguments)
    if kind == "tool_result" and role == "user":
        error = block.flag("is_error", default=False)
        return ToolResult(block.needed_text("tool_use_id"), _result_text(block), error)
    raise block.wrong("type", f"this model does not support `{kind}` in a {role} message")


def _result_text(block: Fields) -> str:
    content = block.data.get("content")
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    texts = []
    for index, row in enumerate(block.rows("content")):
        part = fields(row, block.at(f"content.{index}"))
        if part.needed_text("type") != "text":
            raise part.wrong("type", "this model only supports `text` in tool results")
        texts.append(part.needed_text("text"))
    return "".join(texts)


def _tool_choice(given: Fields, tools: list[ToolSpec]) -> tuple[str, bool]:
    table = given.table("tool_choice")
    if table is None:
        return "auto", True
    choice = Fields(table, "tool_choice")
    kind = choice.needed_text("type")
    parallel = not choice.flag("disable_parallel_tool_use", default=False)
    if not tools and kind != "none":
        raise Problem("invalid", "tool_choice may only be specified while providing tools.")
    if kind == "tool":
        name = choice.needed_text("name")
        if name not in {tool.name for tool in tools}:
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
