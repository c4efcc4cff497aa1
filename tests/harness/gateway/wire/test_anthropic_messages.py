from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic.types import Message as AnthropicMessage
from anthropic.types import RawMessageStreamEvent
from anthropic.types.message_create_params import MessageCreateParamsBase
from pydantic import TypeAdapter

from harness.exchange import Text, ToolCall, ToolResult
from harness.gateway.wire.anthropic_messages import KNOWN, NEW, OLD, SAMPLING, AnthropicMessages
from harness.gateway.wire.base import Problem
from harness.gateway.wire.contract import USAGE, Seen, WireContract

Json = Any
EVENT: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)


def strict(events: list[bytes]) -> list[RawMessageStreamEvent]:
    found = []
    for event in events:
        name, data, *rest = event.decode().split("\n")
        assert rest == ["", ""]
        type = name.removeprefix("event: ")
        body = json.loads(data.removeprefix("data: "))
        assert body["type"] == type
        if type != "ping":
            found.append(EVENT.validate_python(body))
    return found


class AnthropicContract(WireContract):
    wire = AnthropicMessages()

    def body(self, **neutral: Json) -> dict[str, Json]:
        body: dict[str, Json] = {
            "model": neutral["model"],
            "messages": [{"role": role, "content": text} for role, text in neutral["turns"]],
            "max_tokens": neutral.get("max_tokens", 100),
        }
        body |= {name: neutral[name] for name in ("system", "stream") if name in neutral}
        if "stop" in neutral:
            body["stop_sequences"] = list(neutral["stop"])
        if "tool" in neutral:
            body["tools"] = [{"name": neutral["tool"], "input_schema": {"type": "object"}}]
        if "schema" in neutral:
            body["output_config"] = {"format": {"type": "json_schema", "schema": neutral["schema"]}}
        return body

    def read_whole(self, body: bytes) -> Seen:
        found = AnthropicMessage.model_validate_json(body)
        text = "".join(block.text for block in found.content if block.type == "text")
        calls = tuple((block.name, block.input) for block in found.content if block.type == "tool_use")
        used = found.usage
        total = (
            used.input_tokens + (used.cache_read_input_tokens or 0) + (used.cache_creation_input_tokens or 0)
        )
        return Seen(text, calls, found.stop_reason or "", total, used.output_tokens)

    def read_stream(self, events: list[bytes]) -> Seen:
        found = strict(events)
        assert found[0].type == "message_start"
        assert found[0].message.content == []
        assert found[-1].type == "message_stop"
        texts: dict[int, str] = {}
        names: dict[int, str] = {}
        stop, output = "", 0
        for event in found:
            if event.type == "content_block_start":
                texts[event.index] = ""
                if event.content_block.type == "tool_use":
                    assert event.content_block.input == {}
                    names[event.index] = event.content_block.name
            elif event.type == "content_block_delta":
                delta = event.delta
                if delta.type == "text_delta":
                    texts[event.index] += delta.text
                elif delta.type == "input_json_delta":
                    texts[event.index] += delta.partial_json
            elif event.type == "message_delta":
                stop, output = event.delta.stop_reason or "", event.usage.output_tokens
        text = "".join(part for index, part in texts.items() if index not in names)
        calls = tuple((name, json.loads(texts[index])) for index, name in names.items())
        return Seen(text, calls, stop, None, output)


class TestNewDialect(AnthropicContract):
    headers = {b"anthropic-version": NEW}


class TestOldDialect(AnthropicContract):
    headers = {b"anthropic-version": OLD}


WIRE = AnthropicMessages()
USER = {"role": "user", "content": "hi"}


def parse(version: bytes = NEW, **more: Json) -> Any:
    body = {"model": "m", "max_tokens": 10, "messages": [USER], **more}
    return WIRE.parse(body, {b"anthropic-version": version})


def test_every_parameter_of_the_sdk_is_known() -> None:
    sent = set(MessageCreateParamsBase.__annotations__) | {"stream", "output_format"}
    assert sent - {"container"} == KNOWN


@pytest.mark.parametrize("name", sorted(SAMPLING))
def test_sampling_parameters_went_with_the_old_dialect(name: str) -> None:
    assert parse(OLD, **{name: 0.5})
    with pytest.raises(Problem):
        parse(NEW, **{name: 0.5})


@pytest.mark.parametrize("headers", [{}, {b"anthropic-version": b"2024-01-01"}])
def test_the_version_must_be_a_known_one(headers: dict[bytes, bytes]) -> None:
    with pytest.raises(Problem, match="anthropic-version"):
        WIRE.parse({"model": "m", "max_tokens": 1, "messages": [USER]}, headers)


def test_max_tokens_is_required_but_not_for_counting() -> None:
    body = {"model": "m", "messages": [USER]}
    headers = {b"anthropic-version": NEW}
    with pytest.raises(Problem, match="max_tokens"):
        WIRE.parse(body, headers)
    assert WIRE.parse_count(body, headers).max_tokens is None


def test_blocks_become_parts_and_marks_point_at_them() -> None:
    mark = {"type": "ephemeral"}
    request = parse(
        tools=[
            {"name": "a", "input_schema": {}},
            {"name": "b", "input_schema": {}, "cache_control": {**mark, "ttl": "1h"}},
        ],
        system=[{"type": "text", "text": "be kind", "cache_control": mark}],
        messages=[
            USER,
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "s"},
                    {"type": "tool_use", "id": "t1", "name": "a", "input": {"x": "ü"}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "no"}],
                     "is_error": True},
                    {"type": "text", "text": "go on", "cache_control": mark},
                ],
            },
        ],
    )  # fmt: skip
    assert [message.role for message in request.messages] == ["system", "user", "assistant", "user"]
    assert request.messages[2].parts == (ToolCall("t1", "a", '{"x":"ü"}'),)
    assert request.messages[3].parts == (ToolResult("t1", "no", is_error=True), Text("go on"))
    assert request.cache_marks == ((-1, 1), (-2, 0), (3, 1))
    assert request.cache_hour == ((-1, 1),)


def test_top_level_cache_control_marks_the_last_block() -> None:
    assert parse(cache_control={"type": "ephemeral"}, system="s").cache_marks == ((1, 0),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}] * 5},
        {
            "system": [
                {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}},
                {"type": "text", "text": "y", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            ]
        },
        {"messages": [{"role": "assistant", "content": "hi"}]},
        {"messages": [USER, {"role": "assistant", "content": "Sure, "}]},
        {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "x"}]}]},
        {"messages": [{"role": "user", "content": [{"type": "image", "source": {}}]}]},
        {
            "messages": [
                USER,
                {
                    "role": "assistant",
                    "content": [{"type": "tool_use", "id": "x", "name": "a", "input": {}}],
                },
                USER,
            ]
        },
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {"tool_choice": {"type": "any"}},
    ],
)
def test_requests_that_the_vendor_refuses(wrong: dict[str, Json]) -> None:
    with pytest.raises(Problem) as caught:
        parse(**wrong)
    assert caught.value.kind == "invalid"


def test_prefill_still_works_in_the_old_dialect() -> None:
    begun = {"role": "assistant", "content": "Sure,"}
    assert parse(OLD, messages=[USER, begun]).messages[-1].text == "Sure,"
    with pytest.raises(Problem, match="cannot end with trailing whitespace"):
        parse(OLD, messages=[USER, {**begun, "content": "Sure, "}])


def test_usage_splits_the_prompt_by_what_the_cache_did() -> None:
    contract = TestNewDialect()
    used = AnthropicMessage.model_validate_json(WIRE.whole(contract.answer(Text("ok")))).usage
    assert used.input_tokens == USAGE.input - USAGE.cache_read - USAGE.cache_write
    assert (used.cache_read_input_tokens, used.cache_creation_input_tokens) == (16, 8)


def test_a_stop_sequence_is_named() -> None:
    answer = TestNewDialect().answer(Text("ok"), stop="stop_sequence", stop_sequence="END")
    found = AnthropicMessage.model_validate_json(WIRE.whole(answer))
    assert (found.stop_reason, found.stop_sequence) == ("stop_sequence", "END")


def test_malformed_arguments_are_shown_as_the_docs_say() -> None:
    answer = TestNewDialect().answer(ToolCall("call_1", "act", '{"x": 1,,}'))
    block = AnthropicMessage.model_validate_json(WIRE.whole(answer)).content[0]
    assert block.type == "tool_use"
    assert (block.id, block.input) == ("toolu_1", {"INVALID_JSON": '{"x": 1,,}'})


def test_a_spent_budget_is_a_billing_error() -> None:
    status, body = WIRE.problem(Problem("budget", "spent", code="budget_exceeded"), "1")
    assert status == 402
    assert json.loads(body) == {
        "type": "error",
        "error": {"type": "billing_error", "message": "budget_exceeded: spent"},
        "request_id": "req_1",
    }


@pytest.mark.parametrize(
    ("thinking", "said"),
    [
        ({"type": "enabled", "budget_tokens": 1_023}, "greater than or equal to 1024"),
        ({"type": "enabled", "budget_tokens": 4_000}, "must be greater than `thinking.budget_tokens`"),
        ({"type": "enabled"}, "thinking.enabled.budget_tokens: Field required"),
        ({"type": "enabled", "budget_tokens": 2_000.0}, "a valid integer"),
        ({"type": "enabled", "budget_tokens": True}, "a valid integer"),
        ({"type": "on"}, "Input tag 'on' found using 'type'"),
        ({"type": "adaptive", "display": "loud"}, "thinking.adaptive.display"),
        ({"budget_tokens": 2_000}, "thinking.type"),
        ("enabled", "thinking"),
        (["enabled"], "thinking"),
    ],
)
def test_thinking_that_the_vendor_refuses(thinking: Json, said: str) -> None:
    with pytest.raises(Problem) as refused:
        parse(thinking=thinking, max_tokens=4_000)
    assert said in refused.value.message
    assert refused.value.kind == "invalid"


def test_thinking_that_the_vendor_takes() -> None:
    for thinking in (
        None,
        {"type": "disabled"},
        {"type": "between_tools"},
        {"type": "adaptive", "display": "omitted"},
        {"type": "enabled", "budget_tokens": 1_024},
        {"type": "enabled", "budget_tokens": 3_999, "display": None},
    ):
        assert parse(thinking=thinking, max_tokens=4_000)
    body = {"model": "m", "messages": [USER], "thinking": {"type": "enabled", "budget_tokens": 9_000}}
    headers = {b"anthropic-version": NEW}
    assert WIRE.parse_count(body, headers), "a count has no limit"
    with pytest.raises(Problem):
        WIRE.parse({**body, "max_tokens": 4_000}, headers)
    beta = {**headers, b"anthropic-beta": b"interleaved-thinking-2025-05-14"}
    assert WIRE.parse({**body, "max_tokens": 4_000}, beta)
