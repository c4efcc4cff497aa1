"""The order of turns that the vendors insist on: every tool call answered, no answer without a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from harness.exchange import Message, ToolCall, ToolResult


class Disorder(NamedTuple):
    """What is wrong with a conversation."""

    kind: Literal["unanswered", "uncalled"]
    ids: tuple[str, ...]
    at: int
    """Index of the message that is wrong: the one that calls, or the one that answers nothing."""


def disorder(messages: Sequence[Message]) -> Disorder | None:
    """The first place where calls and results do not match, `None` when all is well.

    Results must stand in the user turns right behind the assistant turn that called.
    """
    waiting: dict[str, None] = {}
    caller = -1
    for index, message in enumerate(messages):
        results: list[str] = []
        calls: list[str] = []
        for part in message.parts:
            if isinstance(part, ToolResult):
                results.append(part.call_id)
            elif isinstance(part, ToolCall):
                calls.append(part.id)
        for id in results:
            if id not in waiting:
                return Disorder("uncalled", (id,), index)
            del waiting[id]
        if waiting and not results:
            return Disorder("unanswered", tuple(waiting), caller)
        if calls:
            waiting, caller = dict.fromkeys(calls), index
    return Disorder("unanswered", tuple(waiting), caller) if waiting else None
