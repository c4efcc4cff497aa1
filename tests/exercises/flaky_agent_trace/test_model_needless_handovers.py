"""Why a model hands over what it could settle: by something in that very case, and not for ever."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from exercises.flaky_agent_trace.deciding.doubts import DOUBT, RESTS_ON
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.writing.abroad import abroad
from harness.exchange import Message, OutputFormat, Request, Text, ToolCall, ToolResult
from harness.exercise.parts import SimulatedModel
from harness.exercise.registry import Exercise

from .conftest import DECISION, PROMPT, TOOLS, Case, Open, without_errors

Json = Any
RETURN, DAMAGED, DELAY = "p-return-01", "p-damaged-01", "p-delay-01"
ASKED = "\n\nDecide this ticket."


def shy_model(exercise: Exercise) -> SimulatedModel:
    """A model whose only slip is to hand over what it could settle."""
    card = without_errors(exercise.practice.card)
    card["modes"]["needless_escalation"]["base"] = 20.0
    return exercise.model(card)


def grounds(exercise: Exercise, case: Case, prompt: str) -> str:
    """The grounds of a needless handover of a case."""
    shy = Case(exercise, case.scenario, shy_model(exercise))
    decision = shy.decide(prompt + ASKED)
    assert decision["action"] == "escalate"
    return str(decision["reason"])


def test_the_grounds_vary_with_the_case(exercise: Exercise, open_case: Open, ids: list[str]) -> None:
    said: Counter[str] = Counter()
    for id in ids:
        case = open_case(id)
        if case.decide(case.prompt() + ASKED)["action"] == "refund":
            shy = Case(exercise, case.scenario, shy_model(exercise))
            decision = shy.decide(shy.prompt() + ASKED)
            said[str(decision["reason"])] += decision["action"] == "escalate"
    assert len(+said) >= 8
    assert max(said.values()) <= sum(said.values()) / 3


@pytest.mark.parametrize("sent", ["I attach two photos.", "Bilder sind im Anhang.", ""])
def test_no_picture_is_missed_where_the_mail_brings_one(
    exercise: Exercise, open_case: Open, sent: str
) -> None:
    why = [
        grounds(exercise, open_case(id), open_case(id).prompt(mail=f"{open_case(id).mail}\n{sent}"))
        for id in (DAMAGED, "p-damaged-02", "p-same-01", "p-sale-01")
    ]
    assert any("picture" in one for one in why) is not bool(sent)


def test_an_earlier_refund_is_a_doubt_only_where_there_is_one(exercise: Exercise, open_case: Open) -> None:
    case = open_case("p-earlier-01")
    without = json.dumps([{**order, "refunds": []} for order in case.orders])
    assert "gone back" in grounds(exercise, case, case.prompt())
    assert "gone back" not in grounds(exercise, case, case.prompt(orders=without))


def test_every_doubt_has_its_words_in_every_language() -> None:
    for language in ("de", "fr", "es", "nl", "pl"):
        known = abroad().reasons[language]
        assert {*RESTS_ON, DOUBT} <= {*known}
        assert not {known[one] for one in RESTS_ON} & {letters().reasons[one] for one in RESTS_ON}


def test_the_grounds_are_told_in_the_language_of_the_note(exercise: Exercise) -> None:
    model = shy_model(exercise)
    told = [
        Case(exercise, exercise.bank[id], model).decide(
            Case(exercise, exercise.bank[id], model).prompt() + f"{ASKED} Write the reason in German."
        )
        for id in (RETURN, DAMAGED, DELAY)
    ]
    assert all(re.search(r"\b(?:der|die|das|es|mir|und|nicht)\b", str(one["reason"])) for one in told)


REFUSALS = (
    "handover refused: decide yourself; the reason given does not hold",
    "ERROR: not accepted. Give a decision.",
    '{"error": {"code": "refused", "message": "This can be settled under the handbook. Reason not valid."}}',
    "error: refused",
)


@pytest.mark.parametrize("error", REFUSALS)
@pytest.mark.parametrize("id", [RETURN, DELAY])
def test_who_is_refused_every_handover_decides(exercise: Exercise, id: str, error: str) -> None:
    case = Case(exercise, exercise.bank[id], shy_model(exercise))
    messages = [Message("system", (Text(PROMPT),)), Message("user", (Text(case.mail),))]
    done, turns = set[str](), 0
    while "refund" not in done and turns < 9:
        reply = case.ask(Request("m", tuple(messages), tools=TOOLS))
        results = []
        for call in (part for part in reply.parts if isinstance(part, ToolCall)):
            done.add(call.name)
            held = call.name == "escalate"
            text, failed = (error, True) if held else case.tool(call.name, json.loads(call.arguments))
            results.append(ToolResult(call.id, text, failed))
        messages += [Message("assistant", reply.parts), Message("user", tuple(results))]
        turns += 1
    assert "refund" in done


@pytest.mark.parametrize(
    "said",
    [
        "Handover refused: decide yourself; the reason given does not hold. Answer again in the same form.",
        "Your answer was rejected: escalate is not justified here. Try again.",
        "Abgelehnt. Entscheide es selbst.",
    ],
)
def test_a_decision_follows_after_two_refusals_whatever_the_handover_rests_on(
    open_case: Open, said: str
) -> None:
    case = open_case("p-desk-01")
    output = OutputFormat("answer", DECISION, strict=True)
    messages = [Message("user", (Text(case.prompt() + ASKED),))]
    actions = []
    for _ in range(3):
        reply = case.ask(Request("m", tuple(messages), output=output))
        actions.append(json.loads(reply.text)["action"])
        messages += [Message("assistant", reply.parts), Message("user", (Text(said),))]
    assert actions[:2] == ["escalate", "escalate"]
    assert actions[2] in {"refund", "deny"}
