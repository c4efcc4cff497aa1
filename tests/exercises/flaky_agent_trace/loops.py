"""Programs that work with tools of their own in a loop, and what a call of these means in the shop."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.exercises.flaky_agent_trace.conftest import Case

Json = Any
Values = dict[str, Json]
Meant = tuple[str, Values]
OUTCOMES = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "ask": "need_info"}


def tool(name: str, said: str, /, free: tuple[str, ...] = (), **parts: Json) -> ToolSpec:
    properties = {key: {"type": part} if isinstance(part, str) else part for key, part in parts.items()}
    required = [key for key in parts if key not in free]
    return ToolSpec(name, said, {"type": "object", "properties": properties, "required": required})


def choice(*options: str, nullable: bool = False) -> Values:
    return {"type": ["string", "null"] if nullable else "string", "enum": [*options]}


@dataclass
class Loop:
    """A program with tools of its own; `means` tells what a call is in the shop's terms."""

    tools: tuple[ToolSpec, ...]
    means: Callable[[str, Values], Meant]
    prompt: str = "You work on refunds for a shop. Use the tools. One ending per ticket."
    options: Values = field(default_factory=dict)
    also: str = ""
    """What the handbook is put before: it is in the prompt where no tool reads it."""
    ends: frozenset[str] = frozenset({"reply"})
    called: list[Meant] = field(default_factory=list)

    def run(self, case: Case, steps: int = 12) -> list[Meant]:
        prompt = f"{self.prompt}\n{case.handbook}" if self.also else self.prompt
        messages = [Message("system", (Text(prompt),)), Message("user", (Text(case.mail),))]
        called: list[Meant] = []
        for _ in range(steps):
            reply = case.ask(Request("m", tuple(messages), tools=self.tools, **self.options))
            messages.append(Message("assistant", reply.parts))
            calls = [part for part in reply.parts if isinstance(part, ToolCall)]
            if not calls:
                called.append(("says", {"text": reply.text}))
                return called
            results = []
            for call in calls:
                name, values = self.means(call.name, json.loads(call.arguments))
                called.append((name, values))
                text, failed = self.done(case, called)
                results.append(ToolResult(call.id, text, failed))
            messages.append(Message("user", tuple(results)))
            if called[-1][0] in self.ends:
                return called
        return called

    def done(self, case: Case, called: list[Meant]) -> tuple[str, bool]:
        """What the shop does for a call; a letter is sent by whatever ends the ticket."""
        name, values = called[-1]
        if name == "says":
            return str(values["text"]), False
        if name == "find":
            found = [one for one in case.orders if one["customer"]["email"] == values["email"]]
            return json.dumps(found), False
        order = next((v["order_id"] for _, v in reversed(called) if v.get("order_id")), "")
        if name in OUTCOMES and name not in {"refund", "escalate"}:
            name, values = "reply", {"outcome": OUTCOMES[name], "body": values.get("body") or "Hi."}
        if name in {"reply", "escalate"} and order:
            values = {"order_id": order, **values}
        paid: Json = next((v["amount"] for n, v in reversed(called) if n == "refund"), None)
        if name == "reply" and values["outcome"] == "refunded":
            values["amount"] = paid
        text, failed = case.tool(name, values)
        if called[-1][0] in self.ends and name in {"refund", "escalate"} and not failed:
            told = {"amount": paid} if name == "refund" else {}
            case.tool(
                "reply",
                {"outcome": OUTCOMES[name], "body": "Hi.", **told, **({"order_id": order} if order else {})},
            )
        return text, failed


def by(**table: Callable[[Values], Meant]) -> Callable[[str, Values], Meant]:
    """What a call means, by the name of its tool; dots are two strokes."""
    return lambda name, values: table[name.replace(".", "__")](values)


def find(key: str) -> Callable[[Values], Meant]:
    return lambda v: ("find", {"email": v[key]})


def read(key: str) -> Callable[[Values], Meant]:
    return lambda v: ("get_order", {"order_id": v[key]})


def rules(_: Values) -> Meant:
    return "get_policy", {"topic": "all", "fresh": True}


def pay(key: str, sum: str, cents: int = 1) -> Callable[[Values], Meant]:
    return lambda v: ("refund", {"order_id": v[key], "amount": float(v[sum]) / cents, "reason": "due"})


def hand(key: str) -> Callable[[Values], Meant]:
    return lambda v: ("escalate", {"reason": v[key], "summary": v[key]})


def say(outcome: str, text: str, **known: str) -> Callable[[Values], Meant]:
    return lambda v: ("reply", {"outcome": known.get(v[outcome], v[outcome]), "body": v[text]})


def end(kind: str, text: str) -> Callable[[Values], Meant]:
    return lambda v: (kind, {"body": v[text]})


def dispatched(
    key: str, within: str, table: Callable[[str, Values], Meant]
) -> Callable[[str, Values], Meant]:
    def means(_: str, values: Values) -> Meant:
        held = values[within] if within else {k: v for k, v in values.items() if k != key}
        return table(values[key], json.loads(held) if isinstance(held, str) else held)

    return means
