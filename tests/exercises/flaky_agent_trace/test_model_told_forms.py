"""Facts that are told once a case was decided hold in every form in which the decision is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Reply, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.exercises.flaky_agent_trace.conftest import DECISION
from tests.exercises.flaky_agent_trace.test_model_talk import talk

Open = Callable[..., Any]
SPEAKER, GLASSES, LAMP = "p-opened-01", "p-continent-01", "p-damaged-02"
FORMS = ("json", "object", "schema", "tool", "lines")
_WANTED = {
    "json": 'Give the decision as JSON {"action": ..., "amount": ...}.',
    "object": "Answer as a JSON object with the keys action and amount.",
    "schema": "Decide this ticket.",
    "tool": "Decide this ticket.",
    "lines": (
        "Decide. Answer with two lines and nothing else:\n"
        "DECISION: refund|deny|escalate|need_info\nAMOUNT: <number or none>"
    ),
}  # fmt: skip
_SAVE = ToolSpec("record_decision", "Record the decision.", DECISION)


def talk_in(form: str, case: Any, *turns: str) -> str:
    """The answer to the last turn, in the form that the first one asked for."""
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\nHandbook:\n{case.handbook}\n\n"
    messages = [Message("user", (Text(f"{shown}{_WANTED[form]}"),))]
    for turn in turns:
        reply = case.ask(_request(form, messages))
        results = tuple(ToolResult(p.id, "ok") for p in reply.parts if isinstance(p, ToolCall))
        messages += [Message("assistant", reply.parts), Message("user", (*results, Text(turn)))]
    return _text(case.ask(_request(form, messages)))


def _request(form: str, messages: list[Message]) -> Request:
    if form == "tool":
        return Request("m", tuple(messages), tools=(_SAVE,), tool_choice=_SAVE.name)
    output = {"object": OutputFormat(), "schema": OutputFormat("answer", DECISION, strict=True)}.get(form)
    return Request("m", tuple(messages), output=output)


def _text(reply: Reply) -> str:
    return "".join(
        p.arguments if isinstance(p, ToolCall) else str(getattr(p, "text", "")) for p in reply.parts
    )


TOLD = [
    (SPEAKER, "New information: the bank has opened a chargeback. Same JSON again, please.", "escalate"),
    (SPEAKER, "A dispute was opened with his bank today. Answer again in the same format.", "escalate"),
    (SPEAKER, "20 EUR were already paid back for the speaker last week.", "52.21"),
    (SPEAKER, "Finance tells us that he got 20 EUR back for it on Friday. Update your answer.", "52.21"),
    (SPEAKER, "Correction: the speaker is still sealed. Again, please.", "84.95"),
    (SPEAKER, "His lawyer will be in touch, he says now. What is your decision now?", "escalate"),
    (SPEAKER, "It turns out that this is a gift order. Return the updated decision only.", "escalate"),
    (GLASSES, "Warehouse says the decanter arrived broken as well. Redo it accordingly.", "103"),
    (LAMP, "We found an earlier mail: he already reported it on 28 October. Decide again.", "24"),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("id", "told", "part"), TOLD)
def test_what_is_told_later_holds_in_every_form(
    open_case: Open, form: str, id: str, told: str, part: str
) -> None:
    case = open_case(id)
    said = talk_in(form, case, told)
    assert part in said
    assert case.readings[-1].understood


@pytest.mark.parametrize("form", FORMS)
def test_what_is_taken_back_holds_no_more(open_case: Open, form: str) -> None:
    case = open_case(SPEAKER)
    news = "New information: the bank has opened a chargeback on this order. The same again, please."
    back = (
        "Sorry, false alarm, that was another customer's. But it turns out he was already given 20 EUR back "
        "for the speaker last week. Once more."
    )
    assert "escalate" in talk_in(form, case, news)
    assert "52.21" in talk_in(form, open_case(SPEAKER), news, back)
    assert "72.21" in talk_in(form, open_case(SPEAKER), news, "Forget that, I mixed it up. Again, please.")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "told",
    [
        "New information: the customer's cousin runs a radio station. Same format again.",
        "It turns out that the parcel was sent back by the neighbour on Monday. Update your answer.",
        "Update: the supplier went bankrupt last week. Decide again.",
        "We just learned that he may have swapped the serial numbers. Again, please.",
    ],
)
def test_news_of_which_nobody_knows_what_comes_is_not_understood(
    open_case: Open, form: str, told: str
) -> None:
    case = open_case(SPEAKER)
    said = talk_in(form, case, told)
    assert not case.readings[-1].understood, said


@pytest.mark.parametrize("form", ["json", "schema"])
@pytest.mark.parametrize(
    "fault",
    [
        "The amount was not a number. Return the JSON again.",
        "Your answer was not valid JSON. Answer with JSON only.",
        "The key amount is missing. Same JSON again, please.",
        "That failed validation: amount must be a string. Try again.",
    ],
)
def test_fault_found_with_the_form_is_no_news(open_case: Open, form: str, fault: str) -> None:
    case = open_case(SPEAKER)
    assert "72.21" in talk_in(form, case, fault)
    assert case.readings[-1].understood


MEANT = [
    "It's HL-207020, he says.",
    "HL-207020.",
    "The customer answered: it is order HL-207020.",
    "He means HL-207020.",
]


@pytest.mark.parametrize("form", [*FORMS, "words"])
@pytest.mark.parametrize("told", MEANT)
def test_which_order_is_meant_may_be_told_later(open_case: Open, form: str, told: str) -> None:
    case = open_case("p-names-02")
    said = talk(case, told) if form == "words" else talk_in(form, case, told)
    assert "144" in said
    assert case.readings[-1].understood


@pytest.mark.parametrize("form", [*FORMS, "words"])
@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("p-names-02", "It's HL-206300, he says."),
        ("p-knows-01", "She wrote back: it's HL-210111."),
        ("p-names-02", "It's HL-299999, he says."),
        ("p-knows-02", "It is not HL-211950, he says."),
    ],
)
def test_an_order_that_settles_nothing_gets_no_decision(
    open_case: Open, form: str, id: str, told: str
) -> None:
    case = open_case(id)
    said = talk(case, told) if form == "words" else talk_in(form, case, told)
    assert not case.readings[-1].understood, said
