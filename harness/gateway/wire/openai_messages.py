"""The messages of a Chat Completions request."""

from __future__ import annotations

from harness.exchange import Message, Part, Role, Text, ToolCall, ToolResult
from harness.gateway.wire.base import Fields, Problem, fields
from harness.gateway.wire.turns import disorder

ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "user",
}


def parse_message(given: Fields) -> Message:
    """One row of `messages`. Raises `Problem`."""
    role = given.needed_text("role")
    if role not in ROLES:
        raise given.wrong("role", f"expected one of {', '.join(f'`{known}`' for known in ROLES)}")
    if role == "tool":
        id = given.needed_text("tool_call_id")
        content = "".join(part.text for part in _content(given))
        return Message("user", (ToolResult(id, content),))
    parts: list[Part] = list(_content(given, optional=role == "assistant"))
    if role == "assistant":
        refusal = given.text("refusal")
        if refusal:
            parts.append(Text(refusal))
        for index, row in enumerate(given.rows("tool_calls", most=128)):
            parts.append(_parse_call(fields(row, given.at(f"tool_calls[{index}]"))))
        if not parts and given.data.get("content") is None:
            raise given.wrong("content", "expected a string, or `tool_calls`")
    return Message(ROLES[role], tuple(parts))


def _parse_call(given: Fields) -> ToolCall:
    if given.data.get("type", "function") != "function":
        raise given.wrong("type", "this model only supports `function`")
    function = fields(given.data.get("function"), given.at("function"))
    return ToolCall(given.needed_text("id"), function.needed_text("name"), function.needed_text("arguments"))


def _content(given: Fields, *, optional: bool = False) -> list[Text]:
    content = given.data.get("content")
    if content is None and optional:
        return []
    if isinstance(content, str):
        return [Text(content)] if content or not optional else []
    if not isinstance(content, list):
        raise given.wrong("content", "expected a string or an array of content parts")
    parts = []
    for index, row in enumerate(content):
        part = fields(row, given.at(f"content[{index}]"))
        kind = part.needed_text("type")
        if kind not in {"text", "refusal"}:
            raise part.wrong("type", f"this model does not support `{kind}` input")
        parts.append(Text(part.needed_text(kind)))
    return parts


def check_order(messages: tuple[Message, ...]) -> None:
    """Every call answered, no answer without a call. Raises `Problem` in the vendor's words."""
    wrong = disorder(messages)
    if wrong is None:
        return
    if wrong.kind == "uncalled":
        raise Problem(
            "invalid",
            "Invalid parameter: messages with role 'tool' must be a response to a preceding message "
            "with 'tool_calls'.",
            param=f"messages.[{wrong.at}].role",
        )
    raise Problem(
        "invalid",
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
        f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(wrong.ids)}",
        param=f"messages.[{wrong.at}].role",
    )
