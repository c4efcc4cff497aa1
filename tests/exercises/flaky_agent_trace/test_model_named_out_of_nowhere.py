"""No number, clause or address is said that stands nowhere in the request."""

from __future__ import annotations

import json
import re

import pytest

from harness.exercise.registry import find_exercise
from tests.exercises.flaky_agent_trace.asked import SETS, asked
from tests.exercises.flaky_agent_trace.conftest import Case, Open, without_errors

NAMED = {
    "ticket": re.compile(r"\bT-(\d{5})\b"),
    "order": re.compile(r"\bHL-(\d{6})\b"),
    "clause": re.compile(r"\b([A-Z]-\d)\b(?!\d)"),
    "address": re.compile(r"([\w.+-]+@[\w-]+\.[\w.-]*\w)"),
}


LEFT = {("D27", "clause I-1")}
"""A field for clauses that has to be filled before the handbook was read."""


def out_of_nowhere(said: str, request: str) -> list[str]:
    """What is named in an answer and not in the request, whatever stands before a number."""
    found = ((kind, name) for kind, one in NAMED.items() for name in one.findall(said))
    return [f"{kind} {name}" for kind, name in found if name.casefold() not in request.casefold()]


@pytest.mark.parametrize("name", SETS)
def test_the_stored_requests_get_no_name_that_they_do_not_hold(name: str) -> None:
    exercise = find_exercise("flaky_agent_trace")
    model = exercise.model(without_errors(exercise.practice.card))
    for one in asked(name, exercise, model):
        found = out_of_nowhere(one.said, json.dumps(one.body, ensure_ascii=False))
        assert not [named for named in found if (one.id, named) not in LEFT], (one.id, one.said)


PROMPT = """You settle refund mails. Write in this form, then stop:
Thought: your reasoning
Action: the name of an action
Action Input: JSON

Actions:
- read_order: one order
- refund: pays the customer
- decline: nothing is paid
- hand_over: people decide

"""


@pytest.mark.parametrize("asks", ["", "Name the ticket number in every reason."])
@pytest.mark.parametrize("shown", [True, False])
def test_a_ticket_s_number_is_known_from_the_request_alone(open_case: Open, asks: str, shown: bool) -> None:
    case = open_case("p-damaged-01")
    id = case.task["ticket"]["id"]
    mail = case.mail if shown else re.sub(r"Ticket: .*\n", "", case.mail)
    said = _answer(case, f"{PROMPT}{asks}", mail)
    assert "Action: refund" in said
    assert "idempotency_key" not in said
    assert shown or id not in said


def _answer(case: Case, system: str, mail: str) -> str:
    return case.say(f"{mail}\n\n{json.dumps(case.orders)}\n\n{case.handbook}", system=system).text
