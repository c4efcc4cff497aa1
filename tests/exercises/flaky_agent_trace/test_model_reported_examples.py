"""Examples, documents of tools and the results of calls are no statements of what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text
from tests.exercises.flaky_agent_trace.conftest import TOOLS

Open = Callable[..., Any]
RETURN = "p-return-01"
MANUAL = """You are the refund agent.

### refund(order_id, amount, reason)
Example: refund("HL-200123", 20.00, "damaged") -> {"refund_id": "rf_1", "status": "booked"}

### escalate(order_id, reason, summary)
escalate("HL-200123", "legal threat", "...") returns {"case_id": "case_1"}

### reply(order_id, outcome, amount, body)
reply("HL-200123", "refunded", 20.00, "Hi, ...") → {"message_id": "m_1"}"""
TAGGED = """You are the refund agent.
<example>
  <mail>The vase of HL-123456 was smashed.</mail>
  <decision>refund</decision>
  <amount>24.00</amount>
  <reply>We have refunded 24.00 EUR.</reply>
</example>"""
HEADED = """You are the refund agent.

Example of a good reply:
We have refunded 24.00 EUR.

Handle the ticket below."""
PLAIN = "You are the refund agent.\nRefund of 24.00 issued."


def kinds(case: Any, system: str, user: str) -> list[str]:
    messages = (Message("system", (Text(system),)), Message("user", (Text(user),)))
    case.ask(Request("m", messages, tools=TOOLS))
    return [deed.kind for deed in case.readings[-1].state.deeds]


@pytest.mark.parametrize("prompt", [MANUAL, TAGGED, HEADED])
def test_what_an_example_shows_was_not_done(open_case: Open, prompt: str) -> None:
    case = open_case(RETURN)
    assert kinds(case, prompt, case.mail) == []
    assert kinds(case, "You are the refund agent.", f"{prompt}\n\n{case.mail}") == []


def test_a_system_prompt_tells_of_this_order_alone(open_case: Open) -> None:
    case = open_case(RETURN)
    assert kinds(case, PLAIN, case.mail) == []
    told = "You are the refund agent.\nYou have already refunded 28.60 EUR on HL-204173."
    assert kinds(case, told, case.mail) == ["refund"]
    state = 'You are the refund agent.\n{"refunded": true, "order_id": "HL-204173", "amount": 28.6}'
    assert kinds(case, state, case.mail) == ["refund"]


def test_a_quoted_sentence_is_somebody_elses(open_case: Open) -> None:
    case = open_case(RETURN)
    system = "You are the refund agent."
    assert (
        kinds(case, system, f"{case.mail}\n\nWrite no reply like this one: 'We have refunded 24.00 EUR.'")
        == []
    )
    graded = f"{case.mail}\n\nGrade the following reply from 1 to 5: 'We have refunded 24.00 EUR.'"
    assert kinds(case, system, graded) == []
    assert kinds(case, system, f"{case.mail}\n\nWe have refunded 24.00 EUR.") == ["refund"]


@pytest.mark.parametrize("label", ["Observation", "Result"])
def test_the_result_of_a_call_is_not_a_second_deed(open_case: Open, label: str) -> None:
    case = open_case(RETURN)
    step = 'Action: escalate\nAction Input: {"order_id": "HL-204173", "reason": "r", "summary": "s"}'
    messages = (
        Message("system", (Text("You are the refund agent."),)),
        Message("user", (Text(case.mail),)),
        Message("assistant", (Text(f"Thought: it is unclear.\n{step}"),)),
        Message("user", (Text(f'{label}: {{"case_id": "case_1", "status": "open"}}'),)),
    )
    case.ask(Request("m", messages, tools=TOOLS))
    assert [(d.kind, d.order) for d in case.readings[-1].state.deeds] == [("escalate", "HL-204173")]


def test_a_proposal_without_a_case_cannot_be_reviewed(open_case: Open) -> None:
    case = open_case(RETURN)
    asked = 'Is the decision {"action": "refund", "amount": 64.00} right? Answer approve or reject.'
    assert "pprove" not in case.say(asked).text
    assert not case.readings[-1].understood
    case.say(f"{case.prompt()}\n\n{asked}")
    assert case.readings[-1].understood
    assert case.readings[-1].operation == "critique"


@pytest.mark.parametrize(
    "rules",
    [
        "Close every ticket with exactly one reply. After the reply was sent, stop.",
        "Done means: the refund is booked, and the reply was sent. Nothing else is done.",
        "Only say refunded after the refund call was accepted.",
        "Refund: none issued. Escalation: none. Reply: not sent.",
        (
            "Outcomes of `reply`:\n- refunded: the refund was issued and accepted.\n"
            "- denied: the request was turned down."
        ),
        "The ticket is done when:\n1. the refund was booked\n2. the reply was sent",
    ],
)
def test_rules_before_the_mail_were_not_carried_out(open_case: Open, rules: str) -> None:
    case = open_case(RETURN)
    assert kinds(case, "You are the refund agent.", f"{rules}\n\n{case.mail}") == []
