"""One made-up call through each SDK, so that what they build at a first call is built before the fork.

No network: a transport inside the process answers. Only the synchronous clients are used; an event
loop would leave its mark on `asyncio` for the trials. Everything here is a help and may fail.
"""

from __future__ import annotations

import contextlib
import platform
import sys
from typing import Any

URL = "http://127.0.0.1:8080"
CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
CHAT = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "hi", "tool_calls": [CALL]},
            "finish_reason": "tool_calls",
        }
    ],
    "usage": USAGE,
}
MESSAGE = {
    "id": "m",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "hi"}, {"type": "tool_use", "id": "t", "name": "look", "input": {}}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
RESPONSE = {
    "id": "r",
    "object": "response",
    "created_at": 1,
    "model": "m",
    "status": "completed",
    "output": [
        {
            "id": "o",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "hi", "annotations": []}],
        }
    ],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
}
TURN: list[dict[str, Any]] = [{"role": "user", "content": "hi"}]
TOOL = {"name": "look", "description": "Look", "parameters": {"type": "object", "properties": {}}}


def rehearse() -> None:
    """Call every SDK that has been imported."""
    # Asks a program of the system for the processor's name, once per process.
    platform.platform()
    _ = platform.uname().processor
    for module, action in (("openai", _chat), ("openai", _respond), ("anthropic", _message)):
        sdk = sys.modules.get(module)
        if sdk is not None:
            with contextlib.suppress(Exception):
                action(sdk)


def _client(sdk: Any, answer: dict[str, Any]) -> Any:
    http: Any = sys.modules["httpx2"]
    transport = http.MockTransport(lambda _: http.Response(200, json=answer))
    return sdk.DefaultHttpxClient(transport=transport)


def _chat(sdk: Any) -> None:
    with _client(sdk, CHAT) as http, sdk.OpenAI(api_key="x", base_url=URL, http_client=http) as client:
        tools = [{"type": "function", "function": TOOL}]
        client.chat.completions.create(model="m", messages=TURN, tools=tools).choices[0].message.model_dump()


def _respond(sdk: Any) -> None:
    with _client(sdk, RESPONSE) as http, sdk.OpenAI(api_key="x", base_url=URL, http_client=http) as client:
        client.responses.create(model="m", input="hi").model_dump()


def _message(sdk: Any) -> None:
    with _client(sdk, MESSAGE) as http, sdk.Anthropic(api_key="x", base_url=URL, http_client=http) as client:
        client.messages.create(model="m", max_tokens=8, messages=TURN).model_dump()
