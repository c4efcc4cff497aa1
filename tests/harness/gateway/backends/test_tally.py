"""What an upstream says is read back as what was said: each wire's own answers through its tally."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from harness.exchange import Reply, Request, Stop, Text, Usage
from harness.gateway.backends.tally import event_data, tally
from harness.gateway.wire.anthropic_messages import AnthropicMessages
from harness.gateway.wire.base import Answer
from harness.gateway.wire.openai_chat import OpenAIChat
from harness.gateway.wire.openai_responses import OpenAIResponses

WIRES: tuple[Any, ...] = (OpenAIChat(), OpenAIResponses(), AnthropicMessages())
STOPS: tuple[Stop, ...] = ("end", "length", "refusal", "filtered")


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.face)
def test_why_an_answer_stopped_survives(wire: Any, stop: Stop) -> None:
    reply = Reply((Text("First, take the parcel to the desk."),), stop)
    request = Request(model="m", messages=(), extra={"echo": {}, "include_usage": True})
    answer = Answer("1", 1_767_225_600, request, (reply,), Usage(50, 7))
    whole, streamed = tally(wire.face), tally(wire.face)
    whole.whole(orjson.loads(wire.whole(answer)))
    for event in wire.stream(answer):
        if (data := event_data(event)) is not None:
            streamed.event(data)
    same: Stop = "refusal" if wire.face == "anthropic.messages" and stop == "filtered" else stop
    for seen in (whole, streamed):
        assert seen.finished
        assert seen.replies() == (Reply(reply.parts, same),)
        assert seen.usage == answer.usage
