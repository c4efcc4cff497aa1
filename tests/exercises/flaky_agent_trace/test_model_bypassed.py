"""What only a block of the model's own would answer, though something else is wanted, is declined."""

from __future__ import annotations

import pytest

from harness.exchange import Message, Request, Text
from tests.exercises.flaky_agent_trace.conftest import Open

ELSE = (
    "Reply with a single word and nothing else, the team that should get this: BILLING, LOGISTICS or DESK.",
    "Rank the handbook's sections by how much they matter here, one per line.",
    "Score the handbook's clarity for this case in at most three lines.",
    "Give a markdown table that holds the two readings of this ticket against each other.",
)
PLAIN = (
    "What should be done with this ticket?",
    "Decide: refund, decline, ask back or hand over?",
    "Should we pay? Answer yes or no.",
    "End with one line: FINAL: <action>",
)


@pytest.mark.parametrize("asked", ELSE)
def test_what_a_block_of_the_models_own_would_pass_by_is_not_understood(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    said = case.say(case.prompt(), system=asked).text
    assert not case.readings[-1].understood
    assert "Decision:" not in said
    assert "Issue:" not in said


@pytest.mark.parametrize("asked", PLAIN)
def test_a_plain_wish_for_a_decision_is_answered(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    case.say(f"{case.prompt()}\n\n{asked}")
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "asked", ["And if she had been nicer about it?", "What if it was a kettle from another shop?"]
)
def test_what_is_only_supposed_is_not_answered_as_if_it_were_so(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    said = case.say(f"{case.prompt()}\n\nWhat is due?").text
    shown = (
        Message("user", (Text(f"{case.prompt()}\n\nWhat is due?"),)),
        Message("assistant", (Text(said),)),
        Message("user", (Text(asked),)),
    )
    case.ask(Request("m", shown))
    assert not case.readings[-1].understood
