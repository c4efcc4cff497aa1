"""Letters held against facts that a program tells in sentences: what contradicts them is found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import OutputFormat

from .conftest import Open

Json = Any
LISTED = {
    "type": "object",
    "properties": {
        "contradictions": {
            "type": "array",
            "items": {"type": "string"},
            "description": "each place where the letter contradicts the facts",
        }
    },
    "required": ["contradictions"],
}
LETTERS = {
    "refund": "we have refunded 42.00 EUR for order {order} to your card.",
    "sum": "we have refunded 52.00 EUR for order {order} to your card.",
    "deny": "I'm afraid we cannot refund order {order}: it came too late.",
    "escalate": "we have handed your request about order {order} to our desk as case C-1043.",
}
FACTS = {
    "refund": (
        "The refund of 42.00 EUR was issued for order {order}; nothing was escalated.",
        "We paid back 42.00 EUR on order {order}. No case was opened.",
        "Order {order}: 42.00 EUR went back to the customer today, and nobody else was involved.",
    ),
    "escalate": (
        "The request about order {order} was handed to our desk as case C-1043; nothing was refunded.",
        "Nothing was paid. Order {order} has been passed on to the refunds desk (case C-1043).",
        "We opened case C-1043 for order {order}. No refund was issued.",
    ),
    "deny": (
        "The request for order {order} was declined; no money was paid and nothing was escalated.",
        "We turned the request down (order {order}). Nothing was refunded, no case was opened.",
    ),
}
CASES = [(told, at, letter) for told, said in FACTS.items() for at in range(len(said)) for letter in LETTERS]
WAYS = (
    "Facts:\n{facts}\n\nDraft letter:\n{letter}\n\nList every contradiction between letter and facts.",
    '{facts}\n\nThis is the letter we mean to send:\n"""\n{letter}\n"""\nWhere does it contradict the facts?',
)
IN_JSON = (
    "Facts: {facts}\n\nLetter:\n---\n{letter}\n---\n\nDoes the letter contradict the facts? Reply as JSON "
    '{{"ok": true|false, "problems": [..]}}'
)


def written(open_case: Open, told: str, at: int, letter: str) -> tuple[Any, dict[str, str]]:
    """The case, and the facts and the letter about its order."""
    case = open_case("p-return-01")
    order = case.orders[0]["id"]
    body = LETTERS[letter].format(order=order)
    said = {
        "facts": FACTS[told][at].format(order=order),
        "letter": f"Dear Ms Frey,\n\n{body}\n\nKind regards\nHarbour Lane",
    }
    return case, said


@pytest.mark.parametrize(("told", "at", "letter"), CASES)
@pytest.mark.parametrize("way", WAYS)
def test_contradictions_are_listed(open_case: Open, told: str, at: int, letter: str, way: str) -> None:
    case, said = written(open_case, told, at, letter)
    reply = case.say(way.format(**said), output=OutputFormat("answer", LISTED, strict=True))
    assert case.readings[-1].understood
    assert bool(json.loads(reply.text)["contradictions"]) is (told != letter)


@pytest.mark.parametrize(("told", "at", "letter"), CASES)
def test_a_verdict_agrees_with_its_problems(open_case: Open, told: str, at: int, letter: str) -> None:
    case, said = written(open_case, told, at, letter)
    verdict = json.loads(case.say(IN_JSON.format(**said)).text)
    assert verdict["ok"] is (told == letter)
    assert bool(verdict["problems"]) is (told != letter)


def test_facts_with_two_outcomes_are_not_understood(open_case: Open) -> None:
    case, said = written(open_case, "refund", 0, "refund")
    said["facts"] = "A refund of 42.00 EUR was issued, and the rest was handed to the desk."
    case.say(WAYS[0].format(**said), output=OutputFormat("answer", LISTED, strict=True))
    assert not case.readings[-1].understood
