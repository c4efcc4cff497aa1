"""What of a client's request may go to a real model: fields by name, and nothing that reaches further.

Wires have refused hosted tools, media and files by now. Here only listed fields are copied, so that
nothing a vendor adds one day (a tool that fetches, a file kept for later) gets through unseen. What
names the candidate to the vendor, keeps data there or changes the price is left out as well.
"""

from __future__ import annotations

from typing import Any

from harness.exchange import Request
from harness.exercise.spec import LiveModel
from harness.gateway.admin_api import FaceName
from harness.gateway.wire.responses_input import items

Json = Any
PATHS: dict[FaceName, str] = {
    "openai.chat": "/chat/completions",
    "openai.responses": "/responses",
    "anthropic.messages": "/v1/messages",
}
"""Behind the upstream's base URL."""
DIALECT: dict[FaceName, str] = {
    "openai.chat": "openai",
    "openai.responses": "openai",
    "anthropic.messages": "anthropic",
}
FIELDS: dict[FaceName, frozenset[str]] = {
    "openai.chat": frozenset(
        {
            "frequency_penalty", "logit_bias", "max_completion_tokens", "max_tokens", "messages", "n",
            "parallel_tool_calls", "presence_penalty", "reasoning_effort", "response_format", "seed",
            "stop", "stream", "temperature", "tool_choice", "tools", "top_p", "verbosity",
        }
    ),
    "openai.responses": frozenset(
        {
            "include", "input", "instructions", "max_output_tokens", "parallel_tool_calls", "reasoning",
            "stream", "temperature", "text", "tool_choice", "tools", "top_p", "truncation",
        }
    ),
    "anthropic.messages": frozenset(
        {
            "cache_control", "max_tokens", "messages", "output_config", "output_format",
            "stop_sequences", "stream", "system", "temperature", "thinking", "tool_choice", "tools",
            "top_k", "top_p",
        }
    ),
}  # fmt: skip
LIMIT: dict[FaceName, str] = {
    "openai.chat": "max_completion_tokens",
    "openai.responses": "max_output_tokens",
    "anthropic.messages": "max_tokens",
}
"""The field that bounds the output. Compatible servers know chat's by its old name, `max_tokens`, all of
them, and some by no other: llama-cpp-python writes on without end."""
ITEM = frozenset(
    {
        "arguments", "cache_control", "call_id", "citations", "content", "data", "description",
        "encrypted_content", "function", "id", "input", "input_schema", "is_error", "name", "output",
        "parameters", "phase", "refusal", "role", "signature", "strict", "summary", "text", "thinking",
        "tool_call_id", "tool_calls", "tool_use_id", "type",
    }
)  # fmt: skip
"""What a message, a content part or a tool may have; schemas and arguments below are the client's own."""
LISTS = frozenset({"content", "output", "summary", "tool_calls"})
"""Fields of an item that hold items again."""


def upstream_body(
    face: FaceName, body: dict[str, Json], request: Request, model: LiveModel, limit: int
) -> dict[str, Json]:
    """The JSON to send. `limit` bounds an output that has no bound.

    `request` has the whole conversation, which replaces what `previous_response_id` stood for.
    """
    sent = {name: value for name, value in body.items() if name in FIELDS[face] and value is not None}
    sent["model"] = model.model
    for name in ("messages", "input", "system", "tools"):
        if isinstance(sent.get(name), list):
            sent[name] = [_item(row) for row in sent[name]]
    if request.max_tokens is None:
        sent[LIMIT[face]] = limit
    if face == "openai.chat" and model.compatible and LIMIT[face] in sent:
        sent["max_tokens"] = sent.pop(LIMIT[face])
    if face == "openai.chat" and request.stream:
        sent["stream_options"] = {"include_usage": True}
    if face == "openai.responses":
        sent["store"] = False
        if request.extra["previous"] is not None:
            turns = items(request.messages[request.extra["instructions"] :], "")
            sent["input"] = [_item(row, without="id") for row in turns]
    return sent


def _item(row: Json, *, without: str = "") -> Json:
    if not isinstance(row, dict):
        return row
    kept = {name: value for name, value in row.items() if name in ITEM and name != without}
    for name in LISTS & kept.keys():
        if isinstance(kept[name], list):
            kept[name] = [_item(inner) for inner in kept[name]]
    return kept
