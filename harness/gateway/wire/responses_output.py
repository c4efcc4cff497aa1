"""A Responses answer: the response object, its items, and the named events of a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from harness.exchange import Reply, Text, ToolCall, Usage
from harness.gateway.wire.base import Answer, pieces

Json = Any
Event = tuple[str, dict[str, Json]]
CUT = {"length": "max_output_tokens", "filtered": "content_filter"}
"""Why an answer is incomplete."""


def response(answer: Answer) -> dict[str, Json]:
    """The whole `response` object."""
    reply = answer.replies[0]
    cut = CUT.get(reply.stop)
    return {
        **_frame(answer),
        "status": "incomplete" if cut else "completed",
        "completed_at": None if cut else answer.created,
        "incomplete_details": {"reason": cut} if cut else None,
        "output": [_item(answer, index, part) for index, part in enumerate(reply.parts)],
        "usage": usage(answer.usage),
    }


def events(answer: Answer) -> list[bytes]:
    """created, in_progress, every item from added to done, then completed or incomplete.

    `sequence_number` counts from 0; there is no `[DONE]`.
    """
    found = []
    for number, (name, data) in enumerate(_events(answer)):
        body = orjson.dumps({"type": name, "sequence_number": number, **data})
        found.append(b"event: " + name.encode() + b"\ndata: " + body + b"\n\n")
    return found


def usage(used: Usage) -> dict[str, Json]:
    """`input_tokens` counts all of the prompt, cached or not."""
    return {
        "input_tokens": used.input,
        "input_tokens_details": {
            "cached_tokens": used.cache_read,
            "cache_write_tokens": used.cache_write,
        },
        "output_tokens": used.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": used.input + used.output,
    }


def _frame(answer: Answer) -> dict[str, Json]:
    """The response as it stands before anything was said."""
    return {
        "id": f"resp_{answer.id}",
        "object": "response",
        "created_at": answer.created,
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "model": answer.model or answer.request.model,
        "output": [],
        "service_tier": "default",
        "usage": None,
        **answer.request.extra["echo"],
    }


def _item(answer: Answer, index: int, part: Text | ToolCall) -> dict[str, Json]:
    reply = answer.replies[0]
    last = index == len(reply.parts) - 1
    status = "incomplete" if reply.stop in CUT and last else "completed"
    if isinstance(part, Text):
        return {**_begun(answer, index, part), "status": status, "content": [_content(reply, part.text)]}
    return {**_begun(answer, index, part), "status": status, "arguments": part.arguments}


def _begun(answer: Answer, index: int, part: Text | ToolCall) -> dict[str, Json]:
    if isinstance(part, Text):
        return {
            "id": f"msg_{answer.id}{index:02x}",
            "type": "message",
            "role": "assistant",
            "status": "in_progress",
            "content": [],
        }
    return {
        "id": f"fc_{answer.id}{index:02x}",
        "type": "function_call",
        "status": "in_progress",
        "call_id": part.id,
        "name": part.name,
        "arguments": "",
    }


def _content(reply: Reply, text: str) -> dict[str, Json]:
    if reply.stop == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _events(answer: Answer) -> Iterator[Event]:
    frame = _frame(answer)
    yield "response.created", {"response": frame}
    yield "response.in_progress", {"response": frame}
    reply = answer.replies[0]
    for index, part in enumerate(reply.parts):
        begun, done = _begun(answer, index, part), _item(answer, index, part)
        place = {"item_id": begun["id"], "output_index": index}
        yield "response.output_item.added", {"output_index": index, "item": begun}
        if isinstance(part, Text):
            yield from _text_events(reply, part.text, {**place, "content_index": 0})
        else:
            for piece in pieces(part.arguments):
                yield "response.function_call_arguments.delta", {**place, "delta": piece}
            whole = {"name": part.name, "arguments": part.arguments}
            yield "response.function_call_arguments.done", {**place, **whole}
        yield "response.output_item.done", {"output_index": index, "item": done}
    whole = response(answer)
    yield f"response.{whole['status']}", {"response": whole}


def _text_events(reply: Reply, text: str, place: dict[str, Json]) -> Iterator[Event]:
    refused = reply.stop == "refusal"
    name, field = ("response.refusal", "refusal") if refused else ("response.output_text", "text")
    more: dict[str, Json] = {} if refused else {"logprobs": []}
    yield "response.content_part.added", {**place, "part": _content(reply, "")}
    for piece in pieces(text):
        yield f"{name}.delta", {**place, "delta": piece, **more}
    yield f"{name}.done", {**place, field: text, **more}
    yield "response.content_part.done", {**place, "part": _content(reply, text)}
