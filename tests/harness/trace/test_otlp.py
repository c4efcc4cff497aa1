"""The JSON is decoded by OpenTelemetry's own protobuf messages, unknown fields refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from google.protobuf import json_format  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from harness.trace.otlp import BEGIN, begun, export, trace
from harness.trial.record import TrialRecord


def decode(data: dict[str, Any]) -> ExportTraceServiceRequest:
    """OTLP writes ids in hexadecimal where protobuf's JSON has base64; the rest is protobuf's own."""
    data = json.loads(json.dumps(data))
    for resource in data["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for name in {"traceId", "spanId", "parentSpanId"} & set(span):
                    span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    request = ExportTraceServiceRequest()
    json_format.ParseDict(data, request)
    return request


def spans(record: TrialRecord) -> list[Span]:
    request = decode(trace(record, service="tiny"))
    return list(request.resource_spans[0].scope_spans[0].spans)


def attributes(span: Span) -> dict[str, AnyValue]:
    return {pair.key: pair.value for pair in span.attributes}


def test_it_decodes_and_hangs_together(trial: TrialRecord) -> None:
    root, *rest = spans(trial)
    assert root.name == "invoke_agent tiny"
    assert root.parent_span_id == b""
    assert len(root.trace_id) == 16
    assert [span.name for span in rest] == [
        "execute_tool task",
        "chat sim-large",
        "execute_tool refund",
        "chat sim-large",
    ]
    assert {span.parent_span_id for span in rest} == {root.span_id}
    assert {span.trace_id for span in rest} == {root.trace_id}
    assert len({span.span_id for span in [root, *rest]}) == 5
    assert all(root.start_time_unix_nano <= span.start_time_unix_nano for span in rest)
    assert all(span.end_time_unix_nano <= root.end_time_unix_nano for span in rest)


def test_a_model_call_bears_the_conventions_names(trial: TrialRecord) -> None:
    found = attributes(spans(trial)[2])
    assert found["gen_ai.operation.name"].string_value == "chat"
    assert found["gen_ai.provider.name"].string_value == "openai"
    assert found["gen_ai.request.model"].string_value == "sim-large"
    assert found["gen_ai.usage.input_tokens"].int_value == 812
    assert found["gen_ai.usage.output_tokens"].int_value == 40
    (reason,) = found["gen_ai.response.finish_reasons"].array_value.values
    assert reason.string_value == "tool_call"
    (system, user) = json.loads(found["gen_ai.input.messages"].string_value)
    assert system == {"role": "system", "parts": [{"type": "text", "content": "You answer support mail."}]}
    assert user["role"] == "user"
    (reply,) = json.loads(found["gen_ai.output.messages"].string_value)
    assert reply["finish_reason"] == "tool_call"
    assert reply["parts"] == [
        {"type": "tool_call", "id": "c1", "name": "refund", "arguments": {"order": "A1", "usd": 12.5}}
    ]


def test_what_failed_says_so(trial: TrialRecord) -> None:
    _, task, first, refund, second = spans(trial)
    assert [span.status.code for span in (task, first)] == [Status.STATUS_CODE_UNSET] * 2
    assert refund.status.code == second.status.code == Status.STATUS_CODE_ERROR
    assert attributes(refund)["error.type"].string_value == "lost_ack"
    assert "gen_ai.tool.call.result" not in attributes(refund)
    assert attributes(second)["error.type"].string_value == "overloaded"
    assert "gen_ai.output.messages" not in attributes(second)
    turns = json.loads(attributes(second)["gen_ai.input.messages"].string_value)
    assert turns[-1] == {
        "role": "tool",
        "parts": [{"type": "tool_call_response", "id": "c1", "response": "timeout"}],
    }


def test_anthropic_s_system_turn_stands_apart(trial: TrialRecord) -> None:
    call = trial.gateway.calls[0].model_copy(update={"face": "anthropic.messages"})
    gateway = trial.gateway.model_copy(update={"calls": (call,)})
    found = attributes(spans(trial.model_copy(update={"gateway": gateway}))[2])
    assert json.loads(found["gen_ai.system_instructions"].string_value)[0]["type"] == "text"
    assert len(json.loads(found["gen_ai.input.messages"].string_value)) == 1


def test_a_tool_call_is_tied_to_the_wish_that_it_carries_out(trial: TrialRecord) -> None:
    tool = trial.gateway.tools[1].model_copy(update={"arguments": {"usd": 12.5, "order": "A1"}})
    gateway = trial.gateway.model_copy(update={"tools": (tool,)})
    found = spans(trial.model_copy(update={"gateway": gateway}))
    assert attributes(found[2])["gen_ai.tool.call.id"].string_value == "c1"
    assert "gen_ai.tool.call.id" not in attributes(spans(trial)[3])


def test_what_the_simulated_model_drew_is_left_out(trial: TrialRecord) -> None:
    assert "wrong_amount" not in json.dumps(trace(trial, service="tiny"))


def test_the_same_trial_gives_the_same_bytes_and_another_other_ids(trial: TrialRecord) -> None:
    assert trace(trial, service="tiny") == trace(trial, service="tiny")
    other = trial.model_copy(update={"replay": 2})
    assert spans(other)[0].trace_id != spans(trial)[0].trace_id


def test_times_count_from_the_task_s_now(trial: TrialRecord) -> None:
    assert begun(trial) == BEGIN
    task = trial.gateway.tools[0].model_copy(update={"result": {"now": "2026-03-02T09:00:00Z"}})
    gateway = trial.gateway.model_copy(update={"tools": (task, *trial.gateway.tools[1:])})
    moved = trial.model_copy(update={"gateway": gateway})
    root = spans(moved)[0]
    assert root.start_time_unix_nano == 1_772_442_000 * 10**9
    assert root.end_time_unix_nano - root.start_time_unix_nano == 3 * 10**9
    odd = task.model_copy(update={"result": {"now": "soon"}})
    gateway = trial.gateway.model_copy(update={"tools": (odd,)})
    assert begun(trial.model_copy(update={"gateway": gateway})) == BEGIN


def test_export_writes_a_file_a_trial(trial: TrialRecord, tmp_path: Path) -> None:
    paths = export([trial, trial.model_copy(update={"replay": 0})], tmp_path / "traces", service="tiny")
    assert sorted(path.name for path in paths) == ["late-01.0.json", "late-01.1.json"]
    for path in paths:
        decode(json.loads(path.read_text(encoding="utf-8")))


def test_half_a_character_does_not_stop_an_export(trial: TrialRecord, tmp_path: Path) -> None:
    contents = {**trial.gateway.contents, "m2": {"role": "user", "parts": [{"text": "half \ud83d"}]}}
    gateway = trial.gateway.model_copy(update={"contents": contents})
    (path,) = export([trial.model_copy(update={"gateway": gateway})], tmp_path, service="tiny")
    assert json.loads(path.read_text(encoding="utf-8"))
