"""The input of a Responses request: items in, neutral turns out, and the other way round."""

from __future__ import annotations

from typing import Any

from harness.exchange import Message, Part, Role, Text, ToolCall, ToolResult
from harness.gateway.wire.base import Fields, Problem, fields
from harness.gateway.wire.turns import disorder

Json = Any
ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
}
TEXTS = {"input_text": "text", "output_text": "text", "text": "text", "refusal": "refusal"}
"""Content parts by type, and the field that holds their words."""
TAKEN = frozenset({"reasoning", "compaction"})
"""Items that a simulated model has no use for: taken and forgotten."""
MOST_ITEMS = 4_096


def parse_input(given: Fields) -> tuple[Message, ...]:
    """`input`: a string or items, as turns. Calls and their results stand in turns of their own.

    Raises `Problem`. Whether calls and results match is for `check_items`, once earlier turns are known.
    """
    value = given.data.get("input")
    if isinstance(value, str):
        return (Message("user", (Text(value),)),)
    if value is None:
        raise Problem(
            "invalid",
            "Missing required parameter: 'input'.",
            code="missing_required_parameter",
            param="input",
        )
    rows = given.rows("input", most=MOST_ITEMS)
    if not rows:
        raise given.wrong("input", "expected a string or at least one item")
    turns: list[Message] = []
    for index, row in enumerate(rows):
        turn = _item(fields(row, f"input[{index}]"))
        if turn is not None:
            _append(turns, turn)
    return tuple(turns)


def join(earlier: tuple[Message, ...], later: tuple[Message, ...]) -> tuple[Message, ...]:
    """One conversation of two; an assistant's turn that goes on stays one turn."""
    turns = list(earlier)
    for turn in later:
        _append(turns, turn)
    return tuple(turns)


def check_items(messages: tuple[Message, ...]) -> None:
    """Every call answered, no answer without a call. Raises `Problem` in the vendor's words."""
    wrong = disorder(messages)
    if wrong is None:
        return
    if wrong.kind == "uncalled":
        raise Problem(
            "invalid",
            f"No tool call found for function call output with call_id {wrong.ids[0]}.",
            param="input",
        )
    raise Problem("invalid", f"No tool output found for function call {wrong.ids[0]}.", param="input")


def items(messages: tuple[Message, ...], id: str) -> list[dict[str, Json]]:
    """Turns as input items, for `GET /v1/responses/{id}/input_items`."""
    found: list[dict[str, Json]] = []
    for message in messages:
        texts = [part.text for part in message.parts if isinstance(part, Text)]
        if texts:
            found.append(_text_item(message.role, texts))
        found += [_call_item(part) for part in message.parts if not isinstance(part, Text)]
    return [{"id": f"item_{id}{index}", **item} for index, item in enumerate(found)]


def _append(turns: list[Message], turn: Message) -> None:
    if turns and turn.role == turns[-1].role == "assistant":
        turns[-1] = Message("assistant", (*turns[-1].parts, *turn.parts))
    else:
        turns.append(turn)


def _item(given: Fields) -> Message | None:
    kind = given.text("type") or "message"
    if kind in TAKEN:
        return None
    if kind == "message":
        role = given.needed_text("role")
        if role not in ROLES:
            raise given.wrong("role", f"expected one of {', '.join(f'`{known}`' for known in ROLES)}")
        return Message(ROLES[role], _content(given, "content", assistant=role == "assistant"))
    if kind == "function_call":
        call = ToolCall(
            given.needed_text("call_id"), given.needed_text("name"), given.needed_text("arguments")
        )
        return Message("assistant", (call,))
    if kind == "function_call_output":
        texts = _content(given, "output", assistant=False)
        text = "".join(part.text for part in texts if isinstance(part, Text))
        return Message("user", (ToolResult(given.needed_text("call_id"), text),))
    raise given.wrong("type", f"this model does not support `{kind}` items")


def _content(given: Fields, name: str, *, assistant: bool) -> tuple[Part, ...]:
    value = given.data.get(name)
    if isinstance(value, str):
        return (Text(value),)
    if not isinstance(value, list):
        raise given.wrong(name, "expected a string or an array of content parts")
    parts: list[Part] = []
    for index, row in enumerate(value):
        part = fields(row, given.at(f"{name}[{index}]"))
        kind = part.needed_text("type")
        if kind not in TEXTS or (not assistant and kind in ("output_text", "refusal")):
            raise part.wrong("type", f"this model does not support `{kind}` here")
        parts.append(Text(part.needed_text(TEXTS[kind])))
    return tuple(parts)


def _text_item(role: Role, texts: list[str]) -> dict[str, Json]:
    kind = "output_text" if role == "assistant" else "input_text"
    more: dict[str, Json] = {"annotations": []} if role == "assistant" else {}
    content = [{"type": kind, "text": text, **more} for text in texts]
    return {"type": "message", "role": role, "status": "completed", "content": content}


def _call_item(part: ToolCall | ToolResult) -> dict[str, Json]:
    if isinstance(part, ToolCall):
        return {
            "type": "function_call",
            "call_id": part.id,
            "name": part.name,
            "arguments": part.arguments,
            "status": "completed",
        }
    return {
        "type": "function_call_output",
        "call_id": part.call_id,
        "output": part.content,
        "status": "completed",
    }
