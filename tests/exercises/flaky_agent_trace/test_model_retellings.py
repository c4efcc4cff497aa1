"""A case in other words, the model's own or a program's, is the case: it is decided alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graders.vault_files import open_vault
from harness.exchange import ToolCall
from harness.exercise.registry import Exercise
from harness.exercise.scenario import load_bank

from .conftest import TOOLS, Case

WAYS = {
    "translated": "Translate this mail into English, all of it:\n\n",
    "summarised": "Summarise this mail for a colleague:\n\n",
    "in sentences": "Summarise this mail in two or three sentences:\n\n",
}


def _decided(case: Case, mail: str) -> tuple[Any, ...]:
    decision = case.decide(case.prompt(mail=mail))
    action = decision["action"]
    return action, None if action == "need_info" else decision["order_id"], decision["amount"]


@pytest.mark.parametrize("way", WAYS)
def test_a_retelling_is_decided_as_its_mail(exercise: Exercise, models: Any, way: str) -> None:
    hidden = load_bank(open_vault(None, exercise).folder / "scenarios.jsonl")
    apart = []
    for scenario in [s for s in (*exercise.bank, *hidden) if s.tasks == 1][::3]:
        case, plain = (Case(exercise, scenario, models["unerring"]) for _ in range(2))
        own = case.say(WAYS[way] + case.mail).text
        expected, found = _decided(plain, plain.mail), _decided(case, own)
        if found != expected:
            apart.append((scenario.id, expected, found))
    assert not apart


TOLD = "Customer says: one of the bowls arrived broken.\nOrder: HL-202913\nItems: {items}\nWants: refund"


def test_what_a_summary_says_is_gone_by(open_case: Callable[..., Case]) -> None:
    def decided(items: str) -> tuple[Any, ...]:
        case = open_case("p-damaged-01")
        return _decided(case, f"{case.mail.partition('Subject')[0]}\n{TOLD.format(items=items)}")

    assert decided("2 x KD-3307") == ("refund", "HL-202913", 28.6)
    assert decided("KD-3307 (2 pieces)") == ("refund", "HL-202913", 28.6)
    assert decided("1 x KD-3307") == ("refund", "HL-202913", 14.3)


def test_a_head_without_a_mail_is_understood(open_case: Callable[..., Case]) -> None:
    case = open_case("p-damaged-01")
    case.__dict__["task"] = {**case.task, "ticket": {**case.task["ticket"], "subject": "", "body": ""}}
    case.act(steps=4)
    assert all(reading.understood for reading in case.readings)


def test_a_note_on_a_thread_keeps_what_is_settled_apart(open_case: Callable[..., Case]) -> None:
    """A colleague's note in place of the mail, as lines with labels: only what is open is acted on."""
    case = open_case("p-same-02")
    order, other = (entry["id"] for entry in case.scenario.world["orders"][:2])
    note = (
        f"Case notes\nPending request: wants to return all of order {order}, refund wanted.\n"
        f"Resolved: broken jug, {other}, paid back last week.\nOther: friendly, no hurry."
    )
    reply = case.say(note, system="You work the refund inbox with the tools.", tools=TOOLS)
    called = [part for part in reply.parts if isinstance(part, ToolCall)]
    assert called[0].name == "get_order"
    assert order in called[0].arguments
