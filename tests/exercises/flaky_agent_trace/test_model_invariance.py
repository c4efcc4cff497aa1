"""One agent's logic under twenty prompts and three in-process frameworks: wording alone decides nothing.

Its author had read parts of the code that reads prompts. All arms meet the same tickets with
the same luck. The figure is the mean difference of success to the plain wording, paired by ticket
and replay.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import partial
from statistics import fmean, stdev
from typing import Any

import pytest

from harness.exchange import Message, Request, Text

Json = Any
Open = Callable[..., Any]

RULES = (
    "You work the refund inbox of a shop.",
    "Decide what the customer's mail calls for by the policy: refund, deny, escalate, or need_info.",
    "The amount is what the policy says is due, and null where nothing is.",
    "Give the order that the mail is about, or null if it cannot be told.",
)
PLAIN = " ".join(RULES)


def bullets(mark: str) -> str:
    return "\n".join(f"{mark} {rule}" for rule in RULES)


SYSTEMS: dict[str, str] = {
    "plain": PLAIN,
    "terse": "Refund tickets. Decide: refund, deny, escalate or need_info. Policy rules.",
    "verbose": (
        f"{PLAIN} Take your time. Read the mail from beginning to end, then look at the "
        "orders one by one, and "
        "only then at the policy; many mails mention things in passing that have nothing to do with what is "
        "wanted. Our customers matter a great deal to us, and so does the money that we are trusted with."
    ),
    "xml": "<role>refund clerk</role>\n<rules>\n" + "\n".join(f"<r>{r}</r>" for r in RULES) + "\n</rules>",
    "markdown": "# Refund desk\n\n## Task\n\n" + "\n\n".join(f"**{rule}**" for rule in RULES),
    "bullets": bullets("-"),
    "numbers": "\n".join(f"{n}. {rule}" for n, rule in enumerate(RULES, start=1)),
    "polite": f"Hello! {PLAIN} Could you please be so kind? Thank you very much!",
    "role_play": f"You are Margaret, for thirty years the most careful clerk of the refund desk. {PLAIN}",
    "no_role": " ".join(RULES[1:]),
    "caps": PLAIN.upper(),
    "typos": PLAIN.replace("customer's", "custmer's")
    .replace("policy", "polcy")
    .replace("because", "becuase"),
    "json": json.dumps({"role": "refund clerk", "rules": RULES}),
    "threat": f"{PLAIN} This is very important for my career. Mistakes cost lives.",
    "example": f"{PLAIN}\n\nFor example, where no rule grants anything, the action is "
    "deny and the amount null.",
    "german": (
        "Du bearbeitest das Postfach für Erstattungen eines Shops. Entscheide nach dem "
        "Regelwerk, was die Mail "
        "verlangt: refund, deny, escalate oder need_info. Der Betrag ist, was fällig ist, sonst null."
    ),
    "french": (
        "Tu traites les demandes de remboursement d'une boutique. Décide selon le règlement : refund, deny, "
        "escalate ou need_info. Le montant est ce qui est dû, sinon null."
    ),
    "spanish": (
        "Atiendes el buzón de reembolsos de una tienda. Decide según las normas: refund, deny, escalate o "
        "need_info. El importe es lo que corresponde; si no, null."
    ),
    "dutch": (
        "Je behandelt de postbus voor terugbetalingen van een winkel. Beslis volgens de "
        "regels: refund, deny, "
        "escalate of need_info. Het bedrag is wat verschuldigd is, anders null."
    ),
    "polish": (
        "Obsługujesz skrzynkę zwrotów sklepu. Zdecyduj zgodnie z zasadami: refund, deny, escalate lub "
        "need_info. Kwota to suma należna, w przeciwnym razie null."
    ),
    "rules_last": "",
}
"""The last one states its rules behind the data."""


def structured(case: Any, system: str, *, last: str = "") -> bool:
    """One call that gives the decision by a schema; code carries it out."""
    case.carry_out(case.decide(case.prompt() + last, system=system))
    return bool(case.verdict.success)


def planner_critic(case: Any, system: str, *, last: str = "") -> bool:
    """A decision, a critic who looks at it with the same evidence, and a second decision if it objects."""
    prompt = case.prompt() + last
    first = case.decide(prompt, system=system)
    verdict = {
        "type": "object",
        "properties": {
            "approved": {"type": "boolean"},
            "issues": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["approved", "issues"],
        "additionalProperties": False,
    }  # fmt: skip
    shown = f"{prompt}\n\nProposed decision:\n{json.dumps(first)}"
    seen = case.decide(f"{shown}\n\nReview it.", system=system, schema=verdict)
    if not seen["approved"]:
        first = case.decide(f"{shown}\n\nA reviewer objects: {'; '.join(seen['issues'])}", system=system)
    case.carry_out(first)
    return bool(case.verdict.success)


def native(case: Any, system: str, *, last: str = "") -> bool:
    """The API's own tools in a loop."""
    case.act(prompt=system + last)
    return bool(case.verdict.success)


REACT = """

Tools:
search_orders(email): orders of an address
get_order(order_id): one order with its items
get_policy(topic): the handbook; topic "all" is all of it
refund(order_id, amount, reason): pays money back
escalate(order_id, reason, summary): hands over to people
reply(order_id, outcome, amount, body): answers the customer and closes the ticket

Use this format:
Thought: what to do
Action: a tool's name
Action Input: its arguments as JSON
Observation: the result"""
CALL = re.compile(r"Action:\s*(\w+)\s*Action Input:\s*(\{.*\})", re.DOTALL)


def react(case: Any, system: str, *, last: str = "") -> bool:
    """Calls in text, read by a regular expression."""
    messages = [Message("system", (Text(system + last + REACT),)), Message("user", (Text(case.mail),))]
    for _ in range(14):
        said = case.ask(Request("m", tuple(messages))).text
        messages.append(Message("assistant", (Text(said),)))
        found = CALL.search(said)
        seen = "no action found; go on"
        if found:
            try:
                seen, failed = case.tool(found[1], json.loads(found[2]))
            except ValueError:
                seen, failed = "the input is not JSON", True
            if found[1] == "reply" and not failed:
                break
        messages.append(Message("user", (Text(f"Observation: {seen}"),)))
    return bool(case.verdict.success)


STYLES = {"structured": structured, "react": react, "planner_critic": planner_critic, "native": native}


def successes(open_case: Open, ids: list[str], style: str, wording: str, replays: int) -> list[list[float]]:
    """Success by ticket and replay."""
    run = STYLES[style]
    if wording == "rules_last":
        run = partial(run, last=f"\n\n{PLAIN}")
    return [
        [float(run(open_case(id, "practice", replay=n), SYSTEMS[wording])) for n in range(replays)]
        for id in ids
    ]


def paired(base: list[list[float]], other: list[list[float]]) -> tuple[float, float]:
    """The mean difference and half of its 95 % interval; tickets are the units."""
    gaps = [fmean(b) - fmean(a) for a, b in zip(base, other, strict=True)]
    return fmean(gaps), 1.96 * stdev(gaps) / math.sqrt(len(gaps))


@pytest.mark.slow
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("style", sorted(STYLES))
def test_wording_moves_success_by_less_than_three_points(open_case: Open, ids: list[str], style: str) -> None:
    base = successes(open_case, ids, style, "plain", 2)
    moved = {
        wording: paired(base, successes(open_case, ids, style, wording, 2))
        for wording in SYSTEMS
        if wording != "plain"
    }
    wrong = {wording: gap for wording, gap in moved.items() if abs(gap[0]) > 0.03}
    assert wrong == {}
