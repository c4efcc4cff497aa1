"""Do-interventions on what stands between a decision and its end: a word of the user's, a tool that is
missing, an order that was not seen. What the model says then is what it knows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.exchange import Message, OutputFormat, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.simulation.calling.tools import offered_tools
from tests.exercises.flaky_agent_trace.conftest import DECISION, TOOLS

Open = Callable[..., Any]
RETURN, LATE_RETURN, OPEN_ORDER = "p-return-01", "p-return-02", "p-names-02"
MEANT, OTHER = "HL-204173", "HL-188420"


def corrected(case: Any, said: str) -> Any:
    """The decision after the program has said this to the first one."""
    output = OutputFormat("answer", DECISION, strict=True)
    first = Message("user", (Text(case.prompt()),))
    answer = Message("assistant", case.ask(Request("m", (first,), output=output)).parts)
    told = Message("user", (Text(said),))
    return json.loads(case.ask(Request("m", (first, answer, told), output=output)).text)


@pytest.mark.parametrize(
    "said",
    [
        "The request should be within 30 days of delivery. Check the dates again.",
        "Use 20 % instead of 15 %",
        "Deadline is 30 days, expected reply within 2 days",
        "Expected 2 items, not 1.",
        "The delivery is expected on 2026-10-14.",
        "The refund reason should be R-1.",
        f"The refund should be for order {MEANT}.",
    ],
)
def test_a_number_that_is_no_money_is_no_sum(open_case: Open, said: str) -> None:
    assert corrected(open_case(RETURN), said)["amount"] == 64


@pytest.mark.parametrize(
    "said",
    [
        "The amount should be 50.", "50.00 is expected.", "Make it 50 EUR", "No, refund only 50.",
        "The total due must be €50, not 64.00.",
    ],
)  # fmt: skip
def test_a_number_that_is_money_is_one(open_case: Open, said: str) -> None:
    answer = corrected(open_case(RETURN), said)
    assert (answer["action"], answer["amount"]) == ("refund", 50)


def test_a_sentence_on_dates_is_an_objection_to_the_dates(open_case: Open) -> None:
    case = open_case(RETURN)
    corrected(case, "The request should be within 30 days of delivery. Check the dates again.")
    assert "date" in case.readings[-1].state.checked
    corrected(case, "Thank you. One more time, please.")
    assert not case.readings[-1].state.checked


def test_a_guard_that_speaks_of_days_makes_no_refund_of_them(open_case: Open) -> None:
    refused = '{"error": {"message": "The request should be within 30 days of delivery. Check the dates."}}'
    for replay in range(12):
        case = open_case(RETURN, "practice", replay=replay)
        messages = [Message("user", (Text(case.prompt()),))]
        for _ in range(4):
            parts = case.ask(Request("m", tuple(messages), tools=TOOLS)).parts
            calls = [part for part in parts if isinstance(part, ToolCall)]
            assert all('"amount": 30' not in call.arguments for call in calls)
            results = tuple(ToolResult(call.id, refused, True) for call in calls)
            messages += [Message("assistant", parts), Message("user", results or (Text("Go on."),))]


@pytest.mark.parametrize(
    "said",
    [f"No, {OTHER}", f"She means {OTHER}", OTHER, f"It isn't {MEANT} but {OTHER}.", f"Use order {OTHER}"],
)
def test_a_short_turn_that_names_an_order_says_which_is_meant(open_case: Open, said: str) -> None:
    assert corrected(open_case(RETURN), said)["order_id"] == OTHER


@pytest.mark.parametrize(
    "said", [f"{OTHER} does not match.", f"Is it {OTHER}?", "HL-999999", f"{OTHER} or {MEANT}: look again."]
)
def test_an_order_that_is_named_otherwise_does_not(open_case: Open, said: str) -> None:
    assert corrected(open_case(RETURN), said)["order_id"] == MEANT


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("Escalate this.", "escalate"),
        ("Please escalate.", "escalate"),
        ("No, hand it over to the desk.", "escalate"),
        ("Deny it.", "deny"),
        ("Ask the customer which order she means.", "need_info"),
        ("Do not refund this.", "escalate"),
        ("Stop. Do not call refund; escalate this ticket", "escalate"),
        ("Do not call escalate.", "refund"),
        ("Escalate if the sum is too high.", "refund"),
        ("Refund, deny or escalate?", "refund"),
        ("Do not refund this twice.", "refund"),
    ],
)
def test_a_sentence_that_opens_with_what_to_do_is_a_command(open_case: Open, said: str, action: str) -> None:
    assert corrected(open_case(RETURN), said)["action"] == action


def test_who_may_not_refund_denies_where_the_handbook_does(open_case: Open) -> None:
    assert corrected(open_case(LATE_RETURN), "Do not refund this.")["action"] == "deny"
    assert corrected(open_case(LATE_RETURN), "Refund it.")["amount"] > 0


def test_a_command_reaches_who_has_no_order_yet(open_case: Open) -> None:
    case = open_case(OPEN_ORDER)
    assert corrected(case, "Thank you.")["action"] == "need_info"
    assert corrected(case, "Escalate this.")["action"] == "escalate"
    meant = case.orders[0]["id"]
    assert corrected(case, f"They mean {meant}.")["order_id"] == meant


def test_what_was_said_of_an_earlier_ticket_is_no_word_on_this_one(open_case: Open) -> None:
    case = open_case(RETURN)
    output = OutputFormat("answer", DECISION, strict=True)
    before = (
        Message("user", (Text("Ticket 1: a lamp came broken, what do we do?"),)),
        Message("assistant", (Text("I would pay."),)),
        Message("user", (Text("Deny it."),)),
        Message("assistant", (Text("Denied."),)),
    )
    now = Message("user", (Text(case.prompt()),))
    answer = case.ask(Request("m", (*before, now), output=output))
    assert json.loads(answer.text)["action"] == "refund"


def test_corrections_are_mostly_heeded(open_case: Open) -> None:
    heeded = sum(
        corrected(open_case(RETURN, "practice", replay=replay), "Deny it.")["action"] == "deny"
        for replay in range(60)
    )
    assert 40 <= heeded < 60


def without(*names: str) -> tuple[ToolSpec, ...]:
    return tuple(tool for tool in TOOLS if tool.name not in names)


def calls_of(messages: list[Message]) -> list[ToolCall]:
    return [part for message in messages for part in message.parts if isinstance(part, ToolCall)]


def test_without_a_refund_tool_the_case_is_handed_over_and_nothing_is_claimed(open_case: Open) -> None:
    calls = calls_of(open_case(RETURN).act(tools=without("refund")))
    assert [call.name for call in calls[-2:]] == ["escalate", "reply"]
    assert "refunded" not in calls[-1].arguments
    assert json.loads(calls[-1].arguments)["outcome"] == "escalated"


@pytest.mark.parametrize("options", [None, ["refunded", "denied", "escalated"], ["refunded", "question"]])
def test_without_either_tool_a_colleague_is_promised(open_case: Open, options: list[str] | None) -> None:
    *others, reply = without("refund", "escalate")
    schema: Any = json.loads(json.dumps(reply.schema))
    if options:
        schema["properties"]["outcome"]["enum"] = options
    last = calls_of(open_case(RETURN).act(tools=(*others, replace(reply, schema=schema))))[-1]
    said = json.loads(last.arguments)
    assert said["outcome"] == ("question" if options and "question" in options else "escalated")
    assert "olleague" in said["body"]
    assert "refund" not in said["body"]


def test_a_small_model_claims_it_at_times_and_a_program_that_pays_may_be_told(open_case: Open) -> None:
    claimed = 0
    for replay in range(40):
        case = open_case(RETURN, "practice", replay=replay, role="small")
        claimed += '"refunded"' in calls_of(case.act(tools=without("refund")))[-1].arguments
    assert 2 <= claimed <= 20
    prompt = "Work the inbox: find the order, read the policy, reply. Our code pays what the reply names."
    last = calls_of(open_case(RETURN).act(tools=without("refund", "escalate"), prompt=prompt))[-1]
    assert json.loads(last.arguments)["outcome"] == "refunded"


SAID = {
    "refund": ("zeta", "Pays money back for an order."),
    "get_order": ("t4", "Shows one order."),
    "get_policy": ("t5", "Returns the handbook text."),
    "escalate": ("t6", "Opens a case for the refunds desk."),
    "reply": ("t7", "Sends the mail to the customer and closes the ticket."),
}


def test_tools_with_names_that_say_nothing_are_known_by_what_they_do(open_case: Open) -> None:
    tools = tuple(ToolSpec(*SAID.get(tool.name, (tool.name, "")), schema=tool.schema) for tool in TOOLS)
    own = {name: known for known, (name, _) in SAID.items()}
    case = open_case(RETURN)
    messages = case.act(tools=tools, names=lambda name, values: (own.get(name, name), values))
    assert case.verdict.success
    assert Counter(call.name for call in calls_of(messages))["zeta"] == 1


@pytest.mark.parametrize(
    ("name", "does", "arguments"),
    [
        ("x1", "Writes a message to the log.", "message level"),
        ("think", "Write down your thoughts about the order.", "thought"),
        ("weather", "Gets the weather.", "city"),
        ("calculate_refund", "Calculates the refund that is due for an order.", "order_id"),
        ("profile", "Gets the details of a customer.", "id"),
        ("bank_holidays", "List the days on which the bank pays nothing back.", "year"),
        ("send_sms", "Sends an SMS to the customer.", "phone text"),
        ("stock", "Shows how many pieces of an item are in stock.", "sku"),
    ],
)
def test_a_foreign_tool_stays_foreign(name: str, does: str, arguments: str) -> None:
    schema = {"type": "object", "properties": {key: {"type": "string"} for key in arguments.split()}}
    request = Request("m", (), tools=(ToolSpec(name, does, schema),))
    known = vocabulary()
    assert offered_tools(request, known.tools, known.ontology)[0].kind == "foreign"


def test_an_order_whose_number_is_known_is_not_asked_for(open_case: Open) -> None:
    case = open_case(RETURN)
    answer = case.decide(case.mail)
    assert (answer["action"], answer["order_id"]) == ("need_info", MEANT)
    assert "missing" in answer["reason"]
    assert MEANT in answer["reason"]
    output = OutputFormat("answer", DECISION, strict=True)
    asked = Message("user", (Text(case.mail),))
    said = Message("assistant", case.ask(Request("m", (asked,), output=output)).parts)
    told = Message("user", (Text(f"She means {OTHER}."),))
    later = json.loads(case.ask(Request("m", (asked, said, told), output=output)).text)
    assert (later["action"], later["order_id"]) == ("need_info", OTHER)
    unnamed = open_case(OPEN_ORDER)
    assert "which order" in unnamed.decide(unnamed.prompt())["reason"]


@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [
        ('{"error": {"code": "not_found", "message": "no order `HL-204173`"}}', "need_info", "check the"),
        ('{"error": {"code": "unavailable", "message": "503"}}', "escalated", "could not look up"),
    ],
)  # fmt: skip
def test_what_is_said_of_an_order_depends_on_what_came_back(
    open_case: Open, code: str, outcome: str, words: str
) -> None:
    case = open_case(RETURN)
    messages = [Message("user", (Text(case.mail),))]
    for _ in range(9):
        parts = case.ask(Request("m", tuple(messages), tools=without("escalate"))).parts
        calls = [part for part in parts if isinstance(part, ToolCall)]
        results = tuple(
            ToolResult(call.id, code, True)
            if call.name == "get_order"
            else ToolResult(call.id, case.tool(call.name, json.loads(call.arguments))[0])
            for call in calls
        )
        messages += [Message("assistant", parts), Message("user", results or (Text("Go on."),))]
        if any(call.name == "reply" for call in calls):
            break
    said = json.loads(calls_of(messages)[-1].arguments)
    assert said["outcome"] == outcome
    assert words in said["body"]
    assert MEANT in said["body"]


def test_a_clause_is_cited_where_it_was_read(open_case: Open) -> None:
    case = open_case(RETURN)
    assert "(R-1)" in case.decide(case.prompt())["reason"]
    unread = case.decide(case.prompt(handbook=""))["reason"]
    assert unread
    assert "-" not in unread


def test_no_wording_of_the_grounds_is_only_ever_wrong(open_case: Open, ids: list[str]) -> None:
    seen: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for id in ids:
        for role in ("medium", "small"):
            for replay in range(8):
                case = open_case(id, "practice", role=role, replay=replay)
                answer = case.decide(case.prompt())
                seen[answer["reason"]] += 1
                wrong[answer["reason"]] += not case.carry_out(answer).success
    assert sum(wrong.values()) > 60
    often = {said: wrong[said] / count for said, count in seen.items() if count >= 20}
    assert len(often) >= 8
    assert max(often.values()) < 0.9, often
    assert "this one is not clear enough to me" not in seen  # who has read the clauses names one


def test_grounds_are_the_same_however_often_it_is_asked(open_case: Open) -> None:
    for replay in range(20):
        case = open_case("p-earlier-03", replay=replay)
        assert len({case.decide(case.prompt())["reason"] for _ in range(3)}) == 1
