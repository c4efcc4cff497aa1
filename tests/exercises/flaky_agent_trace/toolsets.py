"""Sets of tools in namings of their own, each with what a call of it means in the shop."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.exercises.flaky_agent_trace.conftest import Case

Json = Any
Values = dict[str, Json]


@dataclass(frozen=True)
class Own:
    """A tool, and the call of the shop's that it stands for."""

    spec: ToolSpec
    means: Callable[[Values], tuple[str, Values]]


def made(name: str, said: str, parts: Values, means: Callable[[Values], tuple[str, Values]], *,
         free: tuple[str, ...] = ()) -> Own:  # fmt: skip
    """A tool of which a part is a type, or a schema of its own."""
    properties = {key: {"type": part} if isinstance(part, str) else part for key, part in parts.items()}
    required = [key for key in parts if key not in free]
    return Own(
        ToolSpec(name, said, {"type": "object", "properties": properties, "required": required}), means
    )


def order(name: str, said: str, key: str) -> Own:
    return made(name, said, {key: "string"}, lambda v: ("get_order", {"order_id": v[key]}))


def rules(name: str, said: str) -> Own:
    return made(name, said, {}, lambda _: ("get_policy", {"topic": "all"}))


def pay(name: str, said: str, key: str, sum: str, part: Json = "number", *, cents: bool = False,
        more: Values | None = None, within: str = "") -> Own:  # fmt: skip
    """A tool that pays; `within`: the key under which the sum stands in an object."""
    parts = {key: "string", sum: part, **(more or {})}

    def means(values: Values) -> tuple[str, Values]:
        value = values[sum][within] if within else values[sum]
        paid = int(value) / 100 if cents else float(value)
        return "refund", {"order_id": values[key], "amount": paid, "reason": "due"}

    return made(name, said, parts, means, free=tuple(more or ()))


def desk(name: str, said: str, key: str) -> Own:
    return made(name, said, {key: "string"}, lambda v: ("escalate", {"reason": v[key], "summary": v[key]}))


def letter(name: str, said: str, state: str, options: tuple[str, str, str, str], text: str) -> Own:
    """`options`: refunded, denied, escalated, asked."""
    outcomes = dict(zip(options, ("refunded", "denied", "escalated", "need_info"), strict=True))

    def means(values: Values) -> tuple[str, Values]:
        return "reply", {"outcome": outcomes[values[state]], "body": values[text]}

    return made(name, said, {state: {"type": "string", "enum": list(options)}, text: "string"}, means)


def run(
    case: Case, tools: tuple[Own, ...], prompt: str, *, steps: int = 10, shown: Callable[[str], str] = str
) -> list[tuple[str, Values]]:
    """The plain loop; the calls in the shop's terms. `shown`: results as the model sees them."""
    means = {tool.spec.name: tool.means for tool in tools}
    specs = tuple(tool.spec for tool in tools)
    messages = [Message("system", (Text(prompt),)), Message("user", (Text(case.mail),))]
    called: list[tuple[str, Values]] = []
    order_id, amount = "", None
    for _ in range(steps):
        reply = case.ask(Request("m", tuple(messages), tools=specs))
        messages.append(Message("assistant", reply.parts))
        calls = [part for part in reply.parts if isinstance(part, ToolCall)]
        if not calls:
            messages.append(Message("user", (Text("Go on."),)))
            called.append(("says", {"text": reply.text}))
            continue
        results = []
        for call in calls:
            name, values = means[call.name](json.loads(call.arguments))
            order_id = values.get("order_id") or order_id
            amount = values.get("amount") or amount
            if name in {"escalate", "reply"} and order_id:
                values["order_id"] = order_id
            if name == "reply" and values["outcome"] == "refunded":
                values["amount"] = amount
            called.append((name, values))
            text, failed = case.tool(name, values)
            results.append(ToolResult(call.id, shown(text), failed))
        messages.append(Message("user", tuple(results)))
        if called[-1][0] == "reply":
            break
    return called
