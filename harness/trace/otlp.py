"""A trial as OpenTelemetry traces: OTLP JSON with the GenAI semantic conventions.

One trace a trial: an `invoke_agent` span, under it a `chat` span for each model request and an
`execute_tool` span for each call of the world. Ids follow from what happened, times from the trial's
virtual clock, counted from the task's own `now`: the same behaviour gives the same bytes. What the
simulated model drew is left out: in practice it would hand over the cause that is to be found.

Encoding: opentelemetry.io/docs/specs/otlp (ids in hexadecimal, 64-bit integers as strings). Names:
the conventions' state of 2026, all of them marked experimental.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.gateway.admin_api import CallRecord, ToolRecord
from harness.trial.record import TrialRecord

Json = Any
INTERNAL, CLIENT = 1, 3
ERROR = 2
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""When a trial begins whose task does not say."""
FINISH = {
    "end": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "tool": "tool_call",
    "refusal": "content_filter",
    "filtered": "content_filter",
}


def trace(record: TrialRecord, *, service: str) -> dict[str, Json]:
    """An `ExportTraceServiceRequest` in OTLP JSON. `service`: the exercise's id."""
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _attributes({"service.name": service})},
                "scopeSpans": [{"scope": {"name": "takehome.gateway"}, "spans": spans(record, service)}],
            }
        ]
    }


def export(records: Iterable[TrialRecord], folder: Path, *, service: str) -> list[Path]:
    """Write one OTLP JSON file a trial, named by scenario and replay; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for record in records:
        path = folder / f"{record.scenario}.{record.replay}.json"
        found = trace(record, service=service)
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        path.write_bytes(text.encode("utf-8", "replace") + b"\n")
        paths.append(path)
    return paths


def spans(record: TrialRecord, service: str) -> list[dict[str, Json]]:
    """The trial's spans, the root first, then by arrival."""
    begin = begun(record)
    content = json.dumps(record.canonical(), sort_keys=True, default=str)
    trace_id = _hex(32, content)
    root = _hex(16, trace_id, "root")
    gateway = record.gateway
    wishes = _Wishes(gateway.contents)
    found = [
        {
            "traceId": trace_id,
            "spanId": root,
            "name": f"invoke_agent {service}",
            "kind": INTERNAL,
            "startTimeUnixNano": _nano(begin, 0),
            "endTimeUnixNano": _nano(begin, gateway.virtual_seconds),
            "attributes": _attributes(
                {
                    "gen_ai.operation.name": "invoke_agent",
                    "gen_ai.agent.name": service,
                    "gen_ai.conversation.id": f"{record.scenario}.{record.replay}",
                    "gen_ai.usage.input_tokens": gateway.charge.input,
                    "gen_ai.usage.output_tokens": gateway.charge.output,
                    "takehome.cost_usd": gateway.charge.usd,
                }
            ),
            "status": {},
        }
    ]
    events: list[CallRecord | ToolRecord] = sorted([*gateway.calls, *gateway.tools], key=lambda e: e.seq)
    for event in events:
        if isinstance(event, CallRecord):
            name, kind, start, end = f"chat {event.model}", CLIENT, event.start, event.end
            attributes = _chat(event, gateway.contents)
            wishes.add(event)
        else:
            name, kind, start, end = f"execute_tool {event.tool}", INTERNAL, event.at, event.at
            attributes = _tool(event, wishes.take(event))
        found.append(
            {
                "traceId": trace_id,
                "spanId": _hex(16, trace_id, str(event.seq)),
                "parentSpanId": root,
                "name": name,
                "kind": kind,
                "startTimeUnixNano": _nano(begin, start),
                "endTimeUnixNano": _nano(begin, max(start, end)),
                "attributes": _attributes(attributes),
                "status": _status(event),
            }
        )
    return found


def begun(record: TrialRecord) -> datetime:
    """The time that the first task gave as `now`, in UTC; `BEGIN` if it gave none."""
    for tool in record.gateway.tools:
        now = tool.result.get("now") if tool.tool == "task" and isinstance(tool.result, dict) else None
        if isinstance(now, str):
            try:
                found = datetime.fromisoformat(now)
            except ValueError:
                break
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return BEGIN


def _chat(call: CallRecord, contents: Mapping[str, Json]) -> dict[str, Json]:
    separate = call.face == "anthropic.messages"
    turns = [contents[digest] for digest in call.messages if digest in contents]
    system = [turn for turn in turns if separate and turn.get("role") == "system"]
    offered = contents.get(call.tools or "") or []
    tools = offered.get("tools", []) if isinstance(offered, dict) else offered
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": call.face.split(".")[0],
        "gen_ai.request.model": call.model,
        "gen_ai.response.model": (call.snapshot or call.model) if call.reply else None,
        "gen_ai.request.temperature": call.temperature,
        "gen_ai.request.max_tokens": call.max_tokens,
        "gen_ai.output.type": ("json" if call.output else "text") if call.reply else None,
        "gen_ai.response.finish_reasons": [FINISH.get(call.stop, call.stop)] if call.stop else None,
        "gen_ai.usage.input_tokens": call.charge.input,
        "gen_ai.usage.output_tokens": call.charge.output,
        "gen_ai.usage.cache_read.input_tokens": call.charge.cache_read,
        "gen_ai.usage.cache_creation.input_tokens": call.charge.cache_write,
        "gen_ai.system_instructions": _text([part for turn in system for part in _parts(turn)]),
        "gen_ai.input.messages": _text([_message(turn) for turn in turns if turn not in system]),
        "gen_ai.output.messages": _text(_replies(call, contents)),
        "gen_ai.tool.definitions": _text([_definition(tool) for tool in tools]),
        "http.response.status_code": call.status,
        "error.type": _error(call),
        "takehome.cost_usd": call.charge.usd,
        "takehome.understood": None if call.understood else False,
    }


def _tool(tool: ToolRecord, call_id: str | None) -> dict[str, Json]:
    return {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": tool.tool,
        "gen_ai.tool.type": "function",
        "gen_ai.tool.call.id": call_id,
        "gen_ai.tool.call.arguments": _text(tool.arguments),
        "gen_ai.tool.call.result": _text(tool.result) if tool.delivered else None,
        "http.response.status_code": tool.status,
        "error.type": _error(tool),
    }


class _Wishes:
    """Tool calls that models asked for, to name the one that a call of the world carries out."""

    def __init__(self, contents: Mapping[str, Json]) -> None:
        self._contents = contents
        self._open: list[tuple[str, str, str]] = []

    def add(self, call: CallRecord) -> None:
        for turn in _choices(call, self._contents):
            for part in turn.get("parts", []):
                if "arguments" in part:
                    self._open.append((part["name"], _canonical(part["arguments"]), part["id"]))

    def take(self, tool: ToolRecord) -> str | None:
        wanted = (tool.tool, _canonical(json.dumps(tool.arguments)))
        for index, (name, arguments, id) in enumerate(self._open):
            if (name, arguments) == wanted:
                del self._open[index]
                return id
        return None


def _canonical(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments), sort_keys=True)
    except (ValueError, RecursionError):
        return arguments


def _choices(call: CallRecord, contents: Mapping[str, Json]) -> list[dict[str, Json]]:
    reply = contents.get(call.reply or "")
    if not isinstance(reply, dict):
        return []
    choices: list[dict[str, Json]] = reply.get("choices", [reply])
    return choices


def _replies(call: CallRecord, contents: Mapping[str, Json]) -> list[Json]:
    return [
        {**_message(turn), "finish_reason": FINISH.get(turn.get("stop") or call.stop or "end", "stop")}
        for turn in _choices(call, contents)
    ]


def _message(turn: Mapping[str, Json]) -> dict[str, Json]:
    parts = _parts(turn)
    answers = bool(parts) and all(part["type"] == "tool_call_response" for part in parts)
    return {"role": "tool" if answers else turn.get("role", "user"), "parts": parts}


def _parts(turn: Mapping[str, Json]) -> list[dict[str, Json]]:
    return [_part(part) for part in turn.get("parts", [])]


def _part(part: Mapping[str, Json]) -> dict[str, Json]:
    if "arguments" in part:
        return {
            "type": "tool_call",
            "id": part["id"],
            "name": part["name"],
            "arguments": _value(part["arguments"]),
        }
    if "call_id" in part:
        return {"type": "tool_call_response", "id": part["call_id"], "response": part["content"]}
    return {"type": "text", "content": str(part.get("text", ""))}


def _value(text: str) -> Json:
    """Parsed JSON; text that is none as it came."""
    try:
        return json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text


def _definition(tool: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "type": "function",
        "name": tool.get("name"),
        "description": tool.get("description"),
        "parameters": tool.get("schema"),
    }


def _error(event: CallRecord | ToolRecord) -> str | None:
    if event.fault:
        return event.fault
    return str(event.status) if event.status >= 400 else None


def _status(event: CallRecord | ToolRecord) -> dict[str, Json]:
    error = _error(event)
    if error is None:
        return {}
    return {"code": ERROR, "message": f"{event.status} {event.fault or ''}".strip()}


def _text(value: Json) -> str | None:
    """Structured attributes travel as JSON text; empty ones not at all."""
    return json.dumps(value, ensure_ascii=False) if value or value == 0 else None


def _attributes(table: Mapping[str, Json]) -> list[dict[str, Json]]:
    return [{"key": key, "value": _any(value)} for key, value in table.items() if value is not None]


def _any(value: Json) -> dict[str, Json]:
    """A value as OTLP's `AnyValue`."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return {"arrayValue": {"values": [_any(item) for item in value]}}
    return {"stringValue": str(value)}


def _nano(begin: datetime, seconds: float) -> str:
    whole = int(begin.timestamp()) * 1_000_000_000 + begin.microsecond * 1_000
    return str(whole + round(seconds * 1_000_000_000))


def _hex(length: int, *parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:length]
