"""The prompt of a Messages request: tools, system, turns, and the cache breakpoints on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from harness.exchange import Message, Part, Role, Text, ToolCall, ToolResult, ToolSpec
from harness.gateway.wire.base import Fields, Problem, fields
from harness.gateway.wire.turns import disorder

MOST_MARKS = 4


class PromptReader:
    """Tools, system and messages of one request, and the cache breakpoints on them."""

    def __init__(self) -> None:
        self.specs: list[ToolSpec] = []
        self.turns: list[Message] = []
        self.marks: list[tuple[int, int]] = []
        self.hours: set[tuple[int, int]] = set()

    def tools(self, given: Fields) -> None:
        """Custom tools only; the vendor's hosted ones need what a gateway does not have."""
        for index, row in enumerate(given.rows("tools")):
            tool = fields(row, f"tools.{index}")
            if tool.text("type") not in (None, "custom"):
                raise tool.wrong("type", "this model only supports custom tools")
            schema = tool.table("input_schema")
            if schema is None:
                raise Problem("invalid", f"{tool.at('input_schema')}: Field required")
            self.specs.append(
                ToolSpec(
                    tool.needed_text("name"),
                    tool.text("description") or "",
                    schema,
                    tool.flag("strict", default=False),
                )
            )
            self._mark(tool, (-1, index))

    def system(self, given: Fields) -> None:
        """A string, or text blocks that can bear breakpoints."""
        value = given.data.get("system")
        if value is None:
            return
        if isinstance(value, str):
            self.turns.append(Message("system", (Text(value),)))
            return
        parts: list[Part] = []
        for index, row in enumerate(given.rows("system")):
            block = fields(row, f"system.{index}")
            parts.append(Text(block.needed_text("text")))
            self._mark(block, (-2, index))
        if parts:
            self.turns.append(Message("system", tuple(parts)))

    def messages(self, given: Fields, *, new: bool, going_on: bool) -> None:
        """User and assistant turns. `going_on`: more of them stand before, so that their order cannot
        be judged yet.
        """
        rows = given.rows("messages", most=100_000)
        if not rows:
            raise Problem("invalid", "messages: at least one message is required", param="messages")
        before = len(self.turns)
        for index, row in enumerate(rows):
            turn = fields(row, f"messages.{index}")
            role = turn.needed_text("role")
            if role not in ("user", "assistant", "system"):
                raise turn.wrong("role", "expected `user` or `assistant`")
            self._turn(turn, role)
        if self.turns[before].role == "assistant" and not going_on:
            raise Problem("invalid", 'messages: first message must use the "user" role')
        if new and self.turns[-1].role == "assistant":
            raise Problem("invalid", "messages: prefill is not supported by this model")
        _check_texts(self.turns[before:])
        if not going_on:
            check_turns(self.turns, before)

    def mark_whole(self, given: Fields) -> None:
        """Top-level `cache_control` marks the last block. Then the marks are checked."""
        if given.data.get("cache_control") is not None and self.turns and self.turns[-1].parts:
            self._mark(given, (len(self.turns) - 1, len(self.turns[-1].parts) - 1))
        if len(self.marks) > MOST_MARKS:
            raise Problem(
                "invalid",
                f"A maximum of {MOST_MARKS} blocks with cache_control may be provided. "
                f"Found {len(self.marks)}.",
            )
        brief = [mark not in self.hours for mark in self.marks]
        if brief != sorted(brief):
            raise Problem("invalid", "cache_control: a ttl='1h' block must not come after a ttl='5m' block.")

    def _turn(self, turn: Fields, role: Role | str) -> None:
        content = turn.data.get("content")
        parts: list[Part] = []
        at = len(self.turns)
        if isinstance(content, str):
            parts.append(Text(content))
        else:
            if not isinstance(content, list):
                raise turn.wrong("content", "expected a string or an array of content blocks")
            for index, row in enumerate(content):
                block = fields(row, turn.at(f"content.{index}"))
                part = parse_block(block, role)
                if part is not None:
                    parts.append(part)
                    self._mark(block, (at, len(parts) - 1))
        known: Role = "assistant" if role == "assistant" else "system" if role == "system" else "user"
        self.turns.append(Message(known, tuple(parts)))

    def _mark(self, block: Fields, mark: tuple[int, int]) -> None:
        table = block.table("cache_control")
        if table is None:
            return
        control = Fields(table, block.at("cache_control"))
        if control.needed_text("type") != "ephemeral":
            raise control.wrong("type", "expected `ephemeral`")
        life = control.text("ttl") or "5m"
        if life not in ("5m", "1h"):
            raise control.wrong("ttl", "expected `5m` or `1h`")
        if mark not in self.marks:
            self.marks.append(mark)
        if life == "1h":
            self.hours.add(mark)


def _check_texts(turns: Sequence[Message]) -> None:
    """Raises `Problem` for a turn that says nothing, and for a prefill that ends in white space."""
    for index, turn in enumerate(turns):
        final = index == len(turns) - 1 and turn.role == "assistant"
        if turn.parts and not final and all(isinstance(part, Text) and not part.text for part in turn.parts):
            raise Problem(
                "invalid",
                f"messages.{index}: all messages must have non-empty content except for the optional final "
                "assistant message",
            )
        if final and turn.text != turn.text.rstrip():
            raise Problem("invalid", "messages: final assistant content cannot end with trailing whitespace")


def check_turns(turns: Sequence[Message], before: int) -> None:
    """Raises `Problem` unless results stand right behind the calls.

    `before`: how many of the turns are no messages of the request, which errors name by number.
    """
    wrong = disorder(turns)
    if wrong is None:
        return
    where = f"messages.{max(0, wrong.at - before)}"
    ids = ", ".join(wrong.ids)
    if wrong.kind == "uncalled":
        raise Problem(
            "invalid",
            f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: {ids}. Each "
            "`tool_result` block must have a corresponding `tool_use` block in the previous message.",
        )
    raise Problem(
        "invalid",
        f"{where}: `tool_use` ids were found without `tool_result` blocks immediately after: "
        f"{ids}. Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message.",
    )


def parse_block(block: Fields, role: str) -> Part | None:
    """One content block; thinking blocks are taken and forgotten."""
    kind = block.needed_text("type")
    if kind == "text":
        return Text(block.needed_text("text"))
    if kind in ("thinking", "redacted_thinking") and role == "assistant":
        return None
    if kind == "tool_use" and role == "assistant":
        value = block.table("input")
        if value is None:
            raise Problem("invalid", f"{block.at('input')}: Field required")
        return ToolCall(block.needed_text("id"), block.needed_text("name"), arguments(value))
    if kind == "tool_result" and role == "user":
        error = block.flag("is_error", default=False)
        return ToolResult(block.needed_text("tool_use_id"), _result_text(block), error)
    raise block.wrong("type", f"this model does not support `{kind}` in a {role} message")


def arguments(input: dict[str, Any]) -> str:
    """The one text of a call's arguments: this API knows them as objects only."""
    return json.dumps(input, ensure_ascii=False, separators=(",", ":"))


def _result_text(block: Fields) -> str:
    content = block.data.get("content")
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    texts = []
    for index, row in enumerate(block.rows("content")):
        part = fields(row, block.at(f"content.{index}"))
        if part.needed_text("type") != "text":
            raise part.wrong("type", "this model only supports `text` in tool results")
        texts.append(part.needed_text("text"))
    return "".join(texts)
