"""Programs that read actions of their own out of prose, and what each of these means in the shop."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.exchange import Message, Request, Text
from tests.exercises.flaky_agent_trace.conftest import Case

Json = Any
Given = dict[str, Json]
Objects = Callable[[str, Given], str]
_LINES = re.compile(r"^Action: (?P<name>\w+)\nAction Input: (?P<given>.*)", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"^Action: (?P<name>\w+)[(\[](?P<given>.*)[)\]]$", re.MULTILINE)
_SUM = re.compile(r"\d+(?:\.\d{1,2})?")


@dataclass
class Prose:
    """A loop whose model acts in lines of text."""

    prompt: str
    means: Mapping[str, str]
    """Action → the shop's tool, or `deny` and `ask`."""
    objects: Objects = lambda name, given: ""
    """What a program says to a call that it does not take; nothing where it does."""
    cents: bool = False
    called: list[tuple[str, Given]] = field(default_factory=list)
    order: str = ""

    def run(self, case: Case, steps: int = 12) -> list[str]:
        """The names of the actions, up to the one that closed the ticket."""
        messages = [Message("system", (Text(self.prompt),)), Message("user", (Text(case.mail),))]
        for _ in range(steps):
            said = case.ask(Request("m", tuple(messages), stop=("Observation:",))).text
            name, given = _parsed(said)
            self.called.append((name, given))
            seen = self.objects(name, given) or self._done(case, self.means[name], given)
            if not seen:
                break
            messages += [
                Message("assistant", (Text(said),)),
                Message("user", (Text(f"Observation: {seen}"),)),
            ]
        return [name for name, _ in self.called]

    def _done(self, case: Case, tool: str, given: Given) -> str:
        words = " ".join(map(str, given.values()))
        found = re.search(r"HL-\d{6}", words)
        self.order = found.group() if found else self.order
        named = {"order_id": self.order} if self.order else {}
        if tool == "search_orders":
            return case.tool(tool, {"email": words.strip()})[0]
        if tool == "get_order":
            return case.tool(tool, named)[0]
        if tool == "get_policy":
            return case.tool(tool, {"topic": "all", "fresh": True})[0]
        outcome = {"refund": "refunded", "escalate": "escalated", "deny": "denied", "ask": "need_info"}[tool]
        told: Given = {**named, "outcome": outcome, "body": "Hi."}
        if tool == "refund":
            sum = float(_SUM.findall(words.replace(self.order, ""))[0]) / (100 if self.cents else 1)
            told["amount"] = sum
            case.tool(tool, {**named, "amount": sum, "reason": "due"})
        elif tool == "escalate":
            case.tool(tool, {**named, "reason": "see mail", "summary": words or "-"})
        case.tool("reply", told if tool != "ask" else {"outcome": outcome, "body": words})
        return ""


def _parsed(said: str) -> tuple[str, Given]:
    if (lines := _LINES.search(said)) is not None:
        given = json.loads(lines["given"])
        return lines["name"], given if isinstance(given, dict) else {"input": given}
    call = _CALL.search(said)
    assert call is not None, said
    if "[" in call.group():
        return call["name"], {str(n): one for n, one in enumerate(call["given"].split(";"))}
    made = ast.parse(f"f({call['given']})", mode="eval").body
    assert isinstance(made, ast.Call)
    named = {str(one.arg): ast.literal_eval(one.value) for one in made.keywords}
    return call["name"], {**{str(n): ast.literal_eval(one) for n, one in enumerate(made.args)}, **named}
