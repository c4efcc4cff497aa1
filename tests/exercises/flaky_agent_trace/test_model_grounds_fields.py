"""What stands in fields for a reason, a thought or a quotation: as much as there is room for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import OutputFormat
from harness.exercise.registry import Exercise
from tests.exercises.flaky_agent_trace.conftest import Case, without_errors

_ACTION = {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]}


def decided(exercise: Exercise, id: str, key: str, task: str, *, rambling: bool = False) -> dict[str, Any]:
    """A decision with one more field, from a model that goes through all that it has read or does not."""
    card = without_errors(exercise.practice.card)
    if rambling:
        card["modes"]["rambles"]["base"] = 20.0
    case = Case(exercise, exercise.bank[id], exercise.model(card))
    schema = {"type": "object", "properties": {key: {"type": "string"}, "action": _ACTION}, "required": [key]}
    shown = f"{task}\n\n{case.mail}\n\n{json.dumps(case.orders)}\n\n{case.handbook}\n\n{task}"
    said = json.loads(case.say(shown, output=OutputFormat("a", schema, strict=True)).text)
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize("key", ["why", "reason", "justification", "comment", "because"])
def test_a_field_for_a_reason_has_no_room_for_every_clause(exercise: Exercise, key: str) -> None:
    said = decided(exercise, "p-opened-01", key, "Decide this ticket.", rambling=True)[key]
    assert "R-2" in said
    assert "First the mail" not in said


def test_a_field_for_thoughts_has_room_for_every_clause(exercise: Exercise) -> None:
    said = decided(exercise, "p-opened-01", "reasoning", "Decide this ticket.", rambling=True)["reasoning"]
    assert "First the mail" in said


def test_grounds_in_german_are_not_told_at_length_in_english(exercise: Exercise) -> None:
    task = "Entscheide über dieses Ticket nach dem Handbuch und begründe auf Deutsch."
    said = decided(exercise, "p-opened-01", "begruendung", task, rambling=True)["begruendung"]
    assert "geöffnete Elektronik (R-2)" in said
    assert "First the mail" not in said


def test_a_word_that_says_what_is_the_matter_is_quoted_with_its_sentence(exercise: Exercise) -> None:
    said = decided(exercise, "p-earlier-01", "customer_quote", "Decide this ticket.")["customer_quote"]
    assert "I'm back in the office four days a week (FOUR)" in said
