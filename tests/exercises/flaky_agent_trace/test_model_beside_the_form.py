"""What a prompt asks besides changes nothing where a form or a tool says what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.test_model_invariance import PLAIN

Open = Callable[..., Any]
QUESTIONS = (
    "Could you please be so kind?",
    "Ready?",
    "You know what that means for us, don't you? Shall we begin?",
    "What would a careful clerk do? That is what we want from you.",
    "Why does this matter? Because every wrong refund costs us a customer.",
)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("place", ["before", "behind"])
def test_a_question_in_the_rules_leaves_a_decision_as_it_is(
    open_case: Open, question: str, place: str
) -> None:
    system = f"{question} {PLAIN}" if place == "before" else f"{PLAIN} {question}"
    for id in ("p-return-01", "p-earlier-01", "p-delay-02"):
        plain, asked = open_case(id), open_case(id)
        assert asked.decide(asked.prompt(), system=system) == plain.decide(plain.prompt(), system=PLAIN)
        assert asked.readings[-1].operation == "decide"
