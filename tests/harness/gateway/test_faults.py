from __future__ import annotations

import json

import pytest
from anthropic._streaming import SSEDecoder
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Message, Reply, Request, Text, ToolCall, Usage
from harness.exercise.scenario import ModelFault, PublicScenario, ToolFault
from harness.gateway.faults import OVERLOADED, call_name, damage, model_fault, problem_of, refusal, tool_fault
from harness.gateway.wire.anthropic_messages import AnthropicMessages
from harness.gateway.wire.base import Answer
from harness.gateway.wire.openai_chat import OpenAIChat
from harness.rng import Draws

CUT = ModelFault(kind="cut_stream", rate=1)
TORN = ModelFault(kind="malformed_chunk", rate=1)
FAILING = ModelFault(kind="error_event", rate=1)
unit = st.floats(0.001, 0.999)


ASKED = Request("m", (Message("user", (Text("hi"),)),))
SAID = Reply((Text("A parcel, late, for Ada. " * 9), ToolCall("call_1", "act", '{"x": 1}')), "tool")
MESSAGE = AnthropicMessages().stream(Answer("1", 0, ASKED, (SAID,), Usage(1, 1)))


def error(number: int) -> bytes:
    return OpenAIChat().failure(problem_of(OVERLOADED), "1", number)


def events(number: int) -> list[bytes]:
    found = [b'data: {"text": "chunk %d"}\n\n' % index for index in range(number)]
    return [*found, b'data: {"finish": "stop"}\n\n', b"data: [DONE]\n\n"]


@given(st.integers(1, 30), unit)
def test_a_cut_stream_has_begun_and_never_says_that_it_is_done(number: int, where: float) -> None:
    body, _ = damage(CUT, events(number), where, error)
    assert body.startswith(b'data: {"text": "chunk 0"}')
    assert b"finish" not in body
    assert b"DONE" not in body


@given(st.integers(1, 30), unit)
def test_a_torn_stream_has_one_chunk_that_is_no_json(number: int, where: float) -> None:
    body, drop = damage(TORN, events(number), where, error)
    assert not drop
    bad = 0
    for event in body.split(b"\n\n")[:-2]:
        try:
            json.loads(event.removeprefix(b"data: "))
        except ValueError:
            bad += 1
    assert bad == 1


@given(unit)
def test_no_torn_event_goes_unnoticed(where: float) -> None:
    """Clients skip pings, and events without data."""
    body, _ = damage(TORN, MESSAGE, where, error)
    with pytest.raises(json.JSONDecodeError):
        [sse.json() for sse in SSEDecoder().iter_bytes(iter([body])) if sse.event != "ping" and sse.data]


@given(st.integers(1, 30), unit)
def test_a_failing_stream_says_so_last(number: int, where: float) -> None:
    body, drop = damage(FAILING, events(number), where, error)
    assert not drop
    *begun, last = body.removesuffix(b"\n\n").split(b"\n\n")
    assert begun[0] == b'data: {"text": "chunk 0"}'
    assert not any(b"finish" in event or b"error" in event for event in begun)
    assert json.loads(last.removeprefix(b"data: "))["error"]["type"] == "server_error"


def test_without_a_stream_an_error_event_is_a_refusal() -> None:
    refused = refusal(FAILING, stream=False)
    assert refused is not None
    assert refused.kind == "overloaded"
    assert refusal(FAILING, stream=True) is None


def test_refusals_share_nothing() -> None:
    """An exception that is raised again keeps all frames of the times before."""
    one, other = (refusal(ModelFault(kind="overloaded", rate=1), stream=True) for _ in range(2))
    assert one is not other


def test_both_ways_to_cut_happen() -> None:
    places = [number / 1_000 + 0.0005 * (number % 2) for number in range(1, 999)]
    drops = {damage(CUT, events(8), where, error)[1] for where in places}
    assert drops == {True, False}


def test_the_same_call_has_the_same_name() -> None:
    one = call_name("refund", {"order": "A1", "usd": 5, "idempotency_key": "k1"})
    assert one == call_name("refund", {"usd": 5, "order": "A1", "idempotency_key": "k2"})
    assert one == call_name("refund", {"usd": 5, "order": "A1"})
    assert one != call_name("refund", {"usd": 6, "order": "A1"})
    assert one != call_name("cancel", {"usd": 5, "order": "A1"})


def test_faults_keep_to_their_hours() -> None:
    scenario = PublicScenario(
        id="s", family="f", world={},
        tool_faults=(ToolFault(tool="pay", kind="lost_ack", hours=(2, 5)),),
        model_faults=(ModelFault(kind="overloaded", rate=1, hours=(2, 5)),),
    )  # fmt: skip
    draws = Draws(b"secret", ("test",))
    for hour, expected in ((0.0, False), (2.0, True), (4.9, True), (5.0, False)):
        tool = tool_fault(scenario, draws, "pay", "pay:1", 0, hour=hour)
        model = model_fault(scenario, draws, "large", ("a", "b"), 0, hour=hour)
        assert (tool is not None, model is not None) == (expected, expected)


@pytest.mark.parametrize("hours", [(3, 3), (5, 2), (-1, 2)])
def test_hours_go_forward(hours: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="earlier to a later"):
        ModelFault(kind="overloaded", rate=1, hours=hours)
