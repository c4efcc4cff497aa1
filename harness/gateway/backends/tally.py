"""Reads what a real model answers, whole or event by event, into neutral replies and usage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from harness.exchange import Reply, Stop, Text, ToolCall, Usage
from harness.gateway.admin_api import FaceName

Json = Any
OPENAI_STOPS: dict[str, Stop] = {
    "stop": "end",
    "length": "length",
    "tool_calls": "tool",
    "function_call": "tool",
    "content_filter": "filtered",
}
ANTHROPIC_STOPS: dict[str, Stop] = {
    "end_turn": "end",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
    "pause_turn": "end",
}


class Tally(Protocol):
    """Of one answer. What cannot be read is left out: an upstream owes us no schema."""

    usage: Usage | None
    """What it billed, `None` when it did not say."""
    id: str
    finished: bool
    """Whether the answer said that it is complete."""

    def whole(self, data: dict[str, Json]) -> None:
        """The body of an answer that was not streamed."""

    def event(self, data: dict[str, Json]) -> None:
        """The data of one event."""

    def replies(self) -> tuple[Reply, ...]:
        """What was said so far, a reply for each choice; at least one."""


def tally(face: FaceName) -> Tally:
    """For an answer of that API."""
    if face == "openai.chat":
        return ChatTally()
    return ResponsesTally() if face == "openai.responses" else MessagesTally()


class Splitter:
    """Cuts a stream of bytes into events, each with the blank line that ends it."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The events that are complete now."""
        self._rest += data
        found: list[bytes] = []
        while True:
            ends = [(at, len(mark)) for mark in (b"\n\n", b"\r\n\r\n") if (at := self._rest.find(mark)) >= 0]
            if not ends:
                return found
            at, length = min(ends)
            found.append(self._rest[: at + length])
            self._rest = self._rest[at + length :]

    @property
    def rest(self) -> bytes:
        """What came behind the last whole event."""
        return self._rest


def event_data(event: bytes) -> dict[str, Json] | None:
    """The JSON object of an event, `None` for comments, `[DONE]` and what is no object."""
    lines = [line[5:].strip() for line in event.splitlines() if line.startswith(b"data:")]
    try:
        value = orjson.loads(b"\n".join(lines))
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


@dataclass(slots=True)
class _Choice:
    text: str = ""
    calls: dict[int, list[str]] = field(default_factory=dict)
    """[id, name, arguments] by index."""
    stop: Stop = "end"
    refused: bool = False

    def reply(self) -> Reply:
        stop: Stop = "refusal" if self.refused and self.stop == "end" else self.stop
        calls = [ToolCall(id, name, text) for id, name, text in self.calls.values()]
        texts = (Text(self.text),) if self.text else ()
        return Reply((*texts, *calls), stop)


class ChatTally:
    """Chat Completions."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.id = ""
        self.finished = False
        self._choices: dict[int, _Choice] = {}

    def whole(self, data: dict[str, Json]) -> None:
        """A `chat.completion`."""
        self._read(data, "message")

    def event(self, data: dict[str, Json]) -> None:
        """A `chat.completion.chunk`."""
        self._read(data, "delta")

    def replies(self) -> tuple[Reply, ...]:
        """By index."""
        found = [self._choices[index].reply() for index in sorted(self._choices)]
        return tuple(found) or (Reply((), "end"),)

    def _read(self, data: dict[str, Json], name: str) -> None:
        self.id = self.id or _text(data.get("id")).removeprefix("chatcmpl-")
        used = data.get("usage")
        if isinstance(used, dict):
            details = _table(used.get("prompt_tokens_details"))
            self.usage = Usage(
                _count(used, "prompt_tokens"),
                _count(used, "completion_tokens"),
                _count(details, "cached_tokens"),
                _count(details, "cache_write_tokens"),
            )
        for row in _rows(data.get("choices")):
            choice = self._choices.setdefault(_count(row, "index"), _Choice())
            said = _table(row.get(name))
            refused = _text(said.get("refusal"))
            choice.text += _text(said.get("content")) + refused
            choice.refused = choice.refused or bool(refused)
            for place, call in enumerate(_rows(said.get("tool_calls"))):
                function = _table(call.get("function"))
                index = _count(call, "index") if "index" in call else place
                known = choice.calls.setdefault(index, ["", "", ""])
                known[0] = known[0] or _text(call.get("id"))
                known[1] = known[1] or _text(function.get("name"))
                known[2] += _text(function.get("arguments"))
            if row.get("finish_reason"):
                choice.stop = OPENAI_STOPS.get(_text(row["finish_reason"]), "end")
                self.finished = True


class ResponsesTally:
    """Responses: the last event holds the whole."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.id = ""
        self.finished = False
        self._reply = Reply((), "end")
        self._text = ""

    def whole(self, data: dict[str, Json]) -> None:
        """A `response`."""
        self.id = _text(data.get("id")).removeprefix("resp_")
        used = data.get("usage")
        if isinstance(used, dict):
            details = _table(used.get("input_tokens_details"))
            self.usage = Usage(
                _count(used, "input_tokens"),
                _count(used, "output_tokens"),
                _count(details, "cached_tokens"),
                _count(details, "cache_write_tokens"),
            )
        parts: list[Text | ToolCall] = []
        stop: Stop = "end"
        if data.get("status") == "incomplete":
            why = _table(data.get("incomplete_details")).get("reason")
            stop = "filtered" if why == "content_filter" else "length"
        for item in _rows(data.get("output")):
            if item.get("type") == "function_call":
                names = ("call_id", "name", "arguments")
                parts.append(ToolCall(*[_text(item.get(name)) for name in names]))
                stop = "tool" if stop == "end" else stop
            for part in _rows(item.get("content")) if item.get("type") == "message" else ():
                if part.get("type") == "refusal":
                    stop = "refusal"
                parts.append(Text(_text(part.get("text")) + _text(part.get("refusal"))))
        self._reply = Reply(tuple(parts), stop)
        self.finished = True

    def event(self, data: dict[str, Json]) -> None:
        """One named event."""
        kind = data.get("type")
        if kind in ("response.completed", "response.incomplete", "response.failed"):
            self.whole(_table(data.get("response")))
        elif kind == "response.output_text.delta":
            self._text += _text(data.get("delta"))

    def replies(self) -> tuple[Reply, ...]:
        """One."""
        return (self._reply if self.finished else Reply((Text(self._text),), "end"),)


class MessagesTally:
    """Messages, both dialects."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.id = ""
        self.finished = False
        self._used: dict[str, Json] = {}
        self._blocks: dict[int, dict[str, Json]] = {}
        self._stop: Stop = "end"
        self._sequence: str | None = None

    def whole(self, data: dict[str, Json]) -> None:
        """A `message`."""
        self._head(data)
        for index, block in enumerate(_rows(data.get("content"))):
            self._block(index, block)
            if isinstance(block.get("input"), dict):
                self._blocks[index]["json"] = orjson.dumps(block["input"]).decode()
        self._end(data)

    def event(self, data: dict[str, Json]) -> None:
        """One named event."""
        kind = data.get("type")
        index = _count(data, "index")
        if kind == "message_start":
            self._head(_table(data.get("message")))
        elif kind == "content_block_start":
            self._block(index, _table(data.get("content_block")))
        elif kind == "content_block_delta":
            delta, block = _table(data.get("delta")), self._blocks.setdefault(index, {"text": "", "json": ""})
            block["text"] += _text(delta.get("text"))
            block["json"] += _text(delta.get("partial_json"))
        elif kind == "message_delta":
            self._count(_table(data.get("usage")))
            self._end(_table(data.get("delta")))

    def replies(self) -> tuple[Reply, ...]:
        """One."""
        parts: list[Text | ToolCall] = []
        for index in sorted(self._blocks):
            block = self._blocks[index]
            if block.get("type") == "tool_use":
                parts.append(ToolCall(block["id"], block["name"], block["json"] or "{}"))
            elif block["text"]:
                parts.append(Text(block["text"]))
        return (Reply(tuple(parts), self._stop, self._sequence),)

    def _head(self, data: dict[str, Json]) -> None:
        self.id = _text(data.get("id")).removeprefix("msg_")
        self._count(_table(data.get("usage")))

    def _block(self, index: int, block: dict[str, Json]) -> None:
        self._blocks[index] = {
            "type": block.get("type"),
            "id": _text(block.get("id")),
            "name": _text(block.get("name")),
            "text": _text(block.get("text")) if block.get("type") == "text" else "",
            "json": "",
        }

    def _end(self, data: dict[str, Json]) -> None:
        if data.get("stop_reason"):
            self._stop = ANTHROPIC_STOPS.get(_text(data["stop_reason"]), "end")
            self._sequence = data.get("stop_sequence")
            self.finished = True

    def _count(self, used: dict[str, Json]) -> None:
        """Later counts replace earlier ones: they are cumulative."""
        self._used |= {name: value for name, value in used.items() if value is not None}
        if self._used:
            read = _count(self._used, "cache_read_input_tokens")
            write = _count(self._used, "cache_creation_input_tokens")
            hour = _count(_table(self._used.get("cache_creation")), "ephemeral_1h_input_tokens")
            fresh = _count(self._used, "input_tokens")
            self.usage = Usage(fresh + read + write, _count(self._used, "output_tokens"), read, write, hour)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _table(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _rows(value: Json) -> list[dict[str, Json]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _count(table: dict[str, Json], name: str) -> int:
    value = table.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
