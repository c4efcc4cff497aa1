from __future__ import annotations

from harness.exchange import Message, Text, ToolCall, ToolResult
from harness.gateway.wire.turns import disorder


def calls(*ids: str) -> Message:
    return Message("assistant", tuple(ToolCall(id, "f", "{}") for id in ids))


def results(*ids: str) -> Message:
    return Message("user", tuple(ToolResult(id, "") for id in ids))


USER = Message("user", (Text("hi"),))


def test_parallel_results_in_one_turn_or_several() -> None:
    assert disorder([USER, calls("a", "b"), results("a", "b"), USER]) is None
    assert disorder([USER, calls("a", "b"), results("b"), results("a")]) is None


def test_a_call_without_a_result() -> None:
    found = disorder([USER, calls("a", "b"), results("a"), USER])
    assert found is not None
    assert (found.kind, found.ids, found.at) == ("unanswered", ("b",), 1)
    assert disorder([USER, calls("a")]) is not None


def test_a_result_without_a_call() -> None:
    found = disorder([USER, results("a")])
    assert found is not None
    assert (found.kind, found.ids, found.at) == ("uncalled", ("a",), 1)
    assert disorder([USER, calls("a"), results("a"), results("a")]) is not None
