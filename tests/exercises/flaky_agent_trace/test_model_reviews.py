"""What a reviewer makes of a colleague's step: the less it sees, the more it turns down."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from harness.exchange import Message, OutputFormat, Request, Text
from harness.exercise.parts import Turn
from harness.rng import Draws

Open = Callable[..., Any]
REVIEW = {
    "type": "object",
    "properties": {
        "approved": {"type": "boolean"},
        "problems": {"type": "array", "items": {"type": "string"}},
    },
}


def _denied(case: Any, text: str, count: int = 150) -> float:
    """How often a reviewer turns down the proposal in a text."""
    request = Request(
        "m", (Message("user", (Text(text),)),), output=OutputFormat("review", REVIEW, strict=True)
    )
    reading = case.model.read(request, case.view())
    assert reading.operation == "critique"
    denied = 0
    for replay in range(count):
        turn = Turn(Draws(b"test", (case.scenario.id, replay)), reading.decision, reading.subject, 0)
        denied += not json.loads(case.model.answer(reading, turn).reply.text)["approved"]
    return denied / count


def test_a_reviewer_turns_down_refunds_that_are_due_the_more_the_less_it_sees(open_case: Open) -> None:
    seeing = blind = 0.0
    for id in ("p-return-01", "p-damaged-01", "p-delay-01"):
        case = open_case(id, "practice")
        due = case.scenario.expected["outcomes"][0]
        proposal = {"order_id": due["order"], "action": "refund", "amount": float(due["amount"])}
        said = f"\n\nProposed decision: {json.dumps(proposal)}\nCheck it."
        seeing += _denied(case, case.prompt() + said) / 3
        blind += _denied(case, f"{case.mail}\n\n{json.dumps(case.orders)}{said}") / 3
    assert 0.05 < seeing < 0.3
    assert blind > 1.4 * seeing


def _no(case: Any, *texts: str, count: int = 150) -> float:
    """How often a reviewer begins its answer with no."""
    messages = tuple(Message("user", (Text(text),)) for text in texts)
    reading = case.model.read(Request("m", messages), case.view())
    assert reading.operation == "critique"
    said = []
    for replay in range(count):
        turn = Turn(Draws(b"test", (case.scenario.id, replay)), reading.decision, reading.subject, 0)
        said.append(str(case.model.answer(reading, turn).reply.text))
    verdicts = [text.partition(". ")[0] for text in said]
    assert {"Yes", "No"}.issuperset(verdicts)
    return verdicts.count("No") / count


def test_a_step_shown_as_a_call_is_reviewed_with_yes_or_no(open_case: Open) -> None:
    """The card's rate of refusals where a reviewer has only the mail; fewer where it sees what it judges."""
    blind = seeing = wrong = 0.0
    for id in ("p-return-01", "p-damaged-01", "p-delay-01"):
        case = open_case(id, "practice")
        due = case.scenario.expected["outcomes"][0]
        step = {"order_id": due["order"], "amount": float(due["amount"]), "reason": "due"}
        dear = {**step, "amount": 2 * step["amount"]}
        valid, asked = "Is it valid under the handbook?", "Review this step of a colleague strictly."
        blind += _no(case, case.mail, f"{asked} {valid} Answer yes or no.\nrefund {json.dumps(step)}") / 3
        seeing += _no(case, case.prompt(), f"{asked} {valid} Yes or no?\nrefund {json.dumps(step)}") / 3
        wrong += _no(case, case.prompt(), f"{asked} {valid} Yes or no?\nrefund({json.dumps(dear)})") / 3
        faults = f"{asked} Is anything wrong with it? Answer yes or no.\nrefund {json.dumps(step)}"
        assert _no(case, case.mail, faults) > 0.55  # no: nothing is wrong
    assert 0.18 < blind < 0.4
    assert seeing < 0.8 * blind
    assert wrong > 1.5 * seeing
