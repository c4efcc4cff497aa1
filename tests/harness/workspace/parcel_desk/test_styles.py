"""With nothing going wrong, every mail comes out right in every style of program, and all is understood."""

from __future__ import annotations

import json
import re

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.harness.workspace.parcel_desk.cases import (
    DECISION,
    FACTS,
    RULES,
    TEXT,
    Case,
    Desk,
    Json,
    thing,
)

MAILS = (
    "waiting", "vanished", "not_moved_yet", "cracked_teapot", "shattered_mirror", "nobody_rang",
)  # fmt: skip
each_mail = pytest.mark.parametrize("mail", MAILS)
TODAY = "Today is 2026-11-16."


def do(case: Case, decision: Json) -> str:
    """What a program does by a decision."""
    wanted = {"send_status": ("tracking_id",), "open_claim": ("tracking_id", "kind", "value")}
    names = wanted.get(decision["action"], ())
    return case.call(decision["action"], {name: decision[name] for name in names})


def well_done(case: Case) -> bool:
    assert case.unclear == []
    assert case.verdict.success, case.verdict
    return True


def test_the_mails_are_these(desk: Desk) -> None:
    assert tuple(desk.ids) == MAILS


@each_mail
def test_a_decision_by_schema(desk: Desk, mail: str) -> None:
    case = desk.case(mail)
    do(case, case.fill(f"Decide.\n{case.prompt}", DECISION))
    assert well_done(case)


@each_mail
def test_a_decision_by_json_in_prose(desk: Desk, mail: str) -> None:
    case = desk.case(mail)
    shape = (
        '{"tracking_id": "...", "action": "send_status|open_claim|hand_over", '
        '"kind": "lost|damaged|null", "value": 0.0}'
    )
    said = case.say(f"You decide parcel enquiries.\n{case.prompt}\n\nAnswer with JSON only: {shape}")
    found = re.search(r"\{.*\}", said, re.DOTALL)
    assert found
    do(case, json.loads(found[0]))
    assert well_done(case)


@each_mail
def test_facts_by_schema_and_then_a_decision_by_them(desk: Desk, mail: str) -> None:
    case = desk.case(mail)
    facts = case.fill(f"Extract the facts.\n\n{case.mail}", FACTS)
    record = case.call("get_parcel", {"tracking_id": facts["tracking_id"]})
    prompt = f"Decide.\n{RULES}\n{TODAY}\nFacts: {json.dumps(facts)}\nRecord: {record}"
    do(case, case.fill(prompt, DECISION))
    assert well_done(case)


def test_facts_by_other_names(desk: Desk) -> None:
    kinds = {"whereabouts": "STATUS", "lost": "MISSING", "damaged": "BROKEN", "not_received": "MISDELIVERED"}
    schema = thing(
        parcelNumber=TEXT, problemCategory={"enum": [*kinds.values()]}, isDamaged={"type": "boolean"}
    )
    for case in desk.cases():
        stated = {fact["fact"]: fact["value"] for fact in case.scenario.meaning["facts"]}
        issue = stated["issue"]
        assert case.fill(f"Extract the facts.\n\n{case.mail}", schema) == {
            "parcelNumber": stated["tracking_id"],
            "problemCategory": kinds[issue],
            "isDamaged": issue == "damaged",
        }
        assert case.unclear == []


def _tool(name: str, description: str, **properties: Json) -> ToolSpec:
    return ToolSpec(name, description, thing(**properties))


NUMBER = {"type": "number"}
KIND = {"enum": ["lost", "damaged"]}
OWN_NAMES = {
    "get_parcel": _tool("get_parcel", "Show a parcel.", tracking_id=TEXT),
    "send_status": _tool("send_status", "Say where it is.", tracking_id=TEXT),
    "open_claim": _tool("open_claim", "Open a claim.", tracking_id=TEXT, kind=KIND, value=NUMBER),
    "hand_over": _tool("hand_over", "Hand the case over.", reason=TEXT),
}
OTHER_NAMES = {
    "get_parcel": _tool("lookup_shipment", "Look up one parcel.", trackingNumber=TEXT),
    "send_status": _tool("notify_customer", "Tell where the parcel is.", trackingNumber=TEXT, text=TEXT),
    "open_claim": _tool(
        "file_claim", "File a claim.",
        trackingNumber=TEXT, claimType={"enum": ["LOSS", "DAMAGE"]}, amount={"type": "string"},
    ),
    "hand_over": _tool("escalate_to_human", "Escalate.", why=TEXT),
}  # fmt: skip
CANONICAL = {"trackingNumber": "tracking_id", "claimType": "kind", "amount": "value"}
VALUES = {"LOSS": "lost", "DAMAGE": "damaged"}


def canonical(given: dict[str, Json]) -> dict[str, Json]:
    named = {CANONICAL.get(name, name): VALUES.get(str(value), value) for name, value in given.items()}
    return {name: float(value.split()[0]) if name == "value" and isinstance(value, str) else value
            for name, value in named.items()}  # fmt: skip


@each_mail
@pytest.mark.parametrize("tools", [OWN_NAMES, OTHER_NAMES], ids=["own names", "other names"])
def test_an_agent_by_tools(desk: Desk, mail: str, tools: dict[str, ToolSpec]) -> None:
    case = desk.case(mail)
    names = {spec.name: name for name, spec in tools.items()}
    messages = [
        Message("system", (Text(f"You deal with the mails of a parcel service.\n{RULES}\n{TODAY}"),)),
        Message("user", (Text(case.mail),)),
    ]
    for turn in range(6):
        reply = case.ask(Request("m", tuple(messages), tools=tuple(tools.values())))
        calls = [part for part in reply.parts if isinstance(part, ToolCall)]
        if not calls:
            break
        made = [ToolCall(f"c{turn}", part.name, part.arguments) for part in calls]
        results = [
            ToolResult(part.id, case.call(names[part.name], canonical(json.loads(part.arguments))))
            for part in made
        ]
        messages += [Message("assistant", tuple(made)), Message("user", tuple(results))]
    assert well_done(case)


REACT = f"""You deal with the mails of a parcel service. Tools:
get_parcel(tracking_id): shows a parcel's record
send_status(tracking_id): tells the customer where the parcel is
open_claim(tracking_id, kind, value): opens a claim
hand_over(reason): hands the case over

Use this format:
Thought: what to do
Action: the tool's name
Action Input: JSON arguments
Observation: the result
... and when done
Final Answer: what was done

{RULES}
{TODAY}

Mail:
"""
STEP = re.compile(r"Action: (\w+)\nAction Input: (.*)")


@each_mail
@pytest.mark.parametrize("pad", [False, True], ids=["turns", "one prompt"])
def test_an_agent_by_action_lines(desk: Desk, mail: str, pad: bool) -> None:
    """Its steps come back as turns of a conversation, or in one prompt that grows."""
    case = desk.case(mail)
    messages = [Message("user", (Text(REACT + case.mail),))]
    for _ in range(6):
        said = case.ask(Request("m", tuple(messages))).text
        step = STEP.search(said)
        if step is None:
            break
        observed = f"Observation: {case.call(step[1], json.loads(step[2]))}"
        if pad:
            before = messages[0].parts[0]
            assert isinstance(before, Text)
            messages = [Message("user", (Text(f"{before.text}\n{said}\n{observed}"),))]
        else:
            messages += [Message("assistant", (Text(said),)), Message("user", (Text(observed),))]
    assert well_done(case)
    assert "Final Answer:" in said


@each_mail
def test_an_answer_by_a_tool_that_takes_it(desk: Desk, mail: str) -> None:
    case = desk.case(mail)
    taker = _tool("submit_decision", "Record the decision.", **DECISION["properties"])
    request = Request(
        "m",
        (Message("user", (Text(f"Decide.\n{case.prompt}"),)),),
        tools=(taker,),
        tool_choice="tool:submit_decision",
    )
    (part,) = case.ask(request).parts
    assert isinstance(part, ToolCall)
    do(case, json.loads(part.arguments))
    assert well_done(case)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Is the parcel damaged? Answer yes or no.", "Yes"),
        ("Which parcel is it? Answer with the number only.", "PX-620345"),
        ("What is the declared value? Only the number.", "64.50"),
        ("When was the parcel last scanned? Only the date.", "2026-11-13"),
        ("Summarise the mail.", "The customer writes about PX-620345: damaged."),
        ("What should we do?", "Open claim: PX-620345, because the parcel arrived damaged."),
        (
            "Write a reply to the customer.",
            "For PX-620345 we open a claim of 64.50 EUR: the parcel arrived damaged.",
        ),
    ],
)
def test_questions_in_plain_words(desk: Desk, asked: str, answer: str) -> None:
    case = desk.case("cracked_teapot")
    assert case.say(f"{case.prompt}\n\n{asked}") == answer
    assert case.unclear == []


def test_what_is_none_of_its_business_it_does_not_know(desk: Desk) -> None:
    case = desk.case("waiting")
    assert case.say("Write a poem on rivers.") == "I am a simulated model; I know nothing about that."
    assert case.unclear


def test_an_act_that_fails_is_tried_again_and_then_handed_over(desk: Desk) -> None:
    case = desk.case("waiting")
    messages = [Message("user", (Text(f"{case.prompt}"),))]
    called = []
    for turn in range(5):
        reply = case.ask(Request("m", tuple(messages), tools=tuple(OWN_NAMES.values())))
        calls = [part for part in reply.parts if isinstance(part, ToolCall)]
        called += [part.name for part in calls]
        for part in calls:
            result = '{"error": {"code": "unavailable", "message": "try again later"}}'
            if part.name == "hand_over":
                result = case.call("hand_over", json.loads(part.arguments))
            messages += [
                Message("assistant", (ToolCall(f"c{turn}", part.name, part.arguments),)),
                Message("user", (ToolResult(f"c{turn}", result),)),
            ]
    assert called == ["send_status"] * 3 + ["hand_over"]
