"""What the beta of Messages keeps between requests: a trial's own conversations, and no other trial's.

`thread: {"type": "create"}` keeps a conversation under the id of its answer, `continue` goes on from it
with the new messages alone. System prompt and tools stay those that it was created with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from harness.exchange import Message, Request, ToolSpec
from harness.gateway.wire.anthropic_messages import said
from harness.gateway.wire.anthropic_prompt import check_turns
from harness.gateway.wire.base import Answer, Problem

LIFE_SECONDS = 300.0
"""Of virtual time since the last answer, after which a thread is gone."""
MOST_KEPT = 500
"""Threads that a trial which never closes keeps; the oldest go first."""
Marks = tuple[tuple[int, int], ...]


class Thread(NamedTuple):
    """A conversation up to one of its answers."""

    turns: tuple[Message, ...]
    """All of them, the system prompt first and the answer last."""
    tools: tuple[ToolSpec, ...]
    marks: Marks
    """Cache breakpoints on tools and system prompt; those on messages were for their own turn."""
    hours: Marks
    end: float
    """Virtual seconds at which its answer was complete."""


@dataclass(slots=True)
class Threads:
    """The threads of one trial by the id of their last answer."""

    bounded: bool = False
    _kept: dict[str, Thread | None] = field(default_factory=dict)
    """`None`: it has been gone on from, which each answer allows once."""

    def continued(self, request: Request, now: float) -> Request:
        """The request with what its thread holds. Raises `Problem` in the vendor's words.

        `now`: virtual seconds at which the request begins.
        """
        previous = request.extra["previous"]
        if previous is None:
            return request
        thread = self._kept.get(previous)
        if thread is None and previous in self._kept:
            raise Problem(
                "invalid",
                "thread.previous_message_id: this response has already been continued. Continue from the "
                "thread's most recent response.",
                code="thread_already_continued",
            )
        if thread is None or now - thread.end > LIFE_SECONDS:
            raise Problem(
                "not_found",
                f"thread.previous_message_id: no thread was found for '{previous[:80]}'. Send the whole "
                'conversation with `thread: {"type": "create"}`.',
                code="thread_not_found",
            )
        turns = (*thread.turns, *request.messages)
        check_turns(turns, len(thread.turns))
        start = len(thread.turns)
        return request._replace(
            messages=turns,
            tools=thread.tools,
            cache_marks=(*thread.marks, *_moved(request.cache_marks, start)),
            cache_hour=(*thread.hours, *_moved(request.cache_hour, start)),
        )

    def keep(self, answer: Answer, end: float) -> None:
        """Hold the conversation under the answer's id, until `LIFE_SECONDS` after `end`."""
        request = answer.request
        if request.extra["previous"] is not None:
            self._kept[request.extra["previous"]] = None
        if self.bounded and len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[f"msg_{answer.id}"] = Thread(
            (*request.messages, said(answer.replies[0])),
            request.tools,
            _fixed(request.cache_marks),
            _fixed(request.cache_hour),
            end,
        )


def _moved(marks: Marks, start: int) -> Marks:
    return tuple((message + start, part) for message, part in marks)


def _fixed(marks: Marks) -> Marks:
    return tuple(mark for mark in marks if mark[0] < 0)
