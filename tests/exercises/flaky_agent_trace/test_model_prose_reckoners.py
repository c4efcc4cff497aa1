"""Loops in plain prose with an action that reckons: what was reckoned once is not reckoned again."""

from __future__ import annotations

import json
import re

import pytest

from harness.exchange import Message, Request, Text
from tests.exercises.flaky_agent_trace.conftest import Case, Open

from .loops_in_prose import Given

RECKONERS = {
    "objects": """You settle refund mails. Write a Thought: line, then

Action: the name of one action
Action Input: a JSON object

and wait for the Observation. Actions:

- lookup {"email": ..} or {"order": "HL-.."} or {"name": ..} - orders that fit, complete
- handbook {} - the rules, read them first
- days {"from": "YYYY-MM-DD", "to": "YYYY-MM-DD"} - days between two dates
- calc {"expression": "2 * 14.30"} - arithmetic
- settle {"verdict": "refund" | "decline" | "hand_over" | "ask_customer", "order": "HL-..", "amount": "12.34"}
  ends the case. amount only with refund.

Count days with `days`, money with `calc`.
""",
    "inputs": """You work on refund requests, one step a turn:
Thought: what you still need
Action: an action's name
Action Input: JSON for it
The Observation follows. You can use:
* lookup: one order, or all of a customer. Input: {"order": "HL-..."} or {"email": "..."}
* handbook: the refund rules. Input: {}
* days: the days between two dates. Input: {"from": "YYYY-MM-DD", "to": "YYYY-MM-DD"}
* calc: works out a sum, always use it for money. Input: {"expression": "3 * 4.50"}
* settle: closes the ticket. Input: {"verdict": "refund" | "decline" | "hand_over" | "ask_customer",
  "order": "HL-...", "amount": "0.00"}
Never count days yourself, use days.
""",
}  # fmt: skip


def stepped(case: Case, prompt: str, steps: int = 9) -> list[tuple[str, Given]]:
    """The actions of such a loop with what they were given."""
    messages = [Message("system", (Text(prompt),)), Message("user", (Text(case.mail),))]
    called: list[tuple[str, Given]] = []
    for _ in range(steps):
        said = case.ask(Request("m", tuple(messages), stop=("Observation:",))).text
        made = re.search(r"^Action: (\w+)\nAction Input: (\{.*\})", said, re.MULTILINE)
        assert made is not None, said
        called.append((made[1], json.loads(made[2])))
        if made[1] == "settle":
            break
        name, given = called[-1]
        orders = [one for one in case.orders if given.get("email") or one["id"] == given.get("order")]
        seen = {"handbook": case.handbook, "days": "7", "calc": "28.60", "lookup": json.dumps(orders)}[name]
        messages += [Message("assistant", (Text(said),)), Message("user", (Text(f"Observation: {seen}"),))]
    return called


@pytest.mark.parametrize("prompt", RECKONERS)
@pytest.mark.parametrize(
    ("ticket", "verdict"),
    [("p-damaged-01", "refund"), ("p-return-02", "decline"), ("p-desk-01", "hand_over")],
)
def test_what_was_reckoned_in_prose_is_not_reckoned_again(
    open_case: Open, prompt: str, ticket: str, verdict: str
) -> None:
    case = open_case(ticket)
    called = stepped(case, RECKONERS[prompt])
    assert called[-1][1]["verdict"] == verdict
    assert len({*map(str, called)}) == len(called)
    assert {**dict(called)}["lookup"] == {"order": called[-1][1]["order"]}
