"""Sentences of a prompt change what a model does, in part: each by an intervention on that sentence alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.briefing import Briefing, briefing
from harness.exchange import Message, Request, Text, ToolCall
from tests.exercises.flaky_agent_trace.conftest import PROMPT, TOOLS
from tests.exercises.flaky_agent_trace.test_model_causes import FACTS, readings, thing

Open = Callable[..., Any]
IDS = ("p-opened-01", "p-damaged-01", "p-return-01", "p-regular-01", "p-thread-01", "p-knows-01")
ONE = "Call one tool at a time and wait for its result."
HAND_OVER, DENY = "When in doubt, escalate.", "If you are not sure, decline."
WATCH = "Before you decide, check whether the item was opened and when the damage was first reported."


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("You handle the inbox: one ticket at a time.", Briefing()),
        ("Call several tools at once where they don't depend on each other.", Briefing()),
        ("Finish with exactly one reply. It must say what really happened.", Briefing()),
        ("Hand over to the refunds desk only where the handbook says so.", Briefing()),
        (ONE, Briefing(singly=True, waits=True)),
        ("Use a single function per turn.", Briefing(singly=True, waits=True)),
        ("Don't make parallel tool calls!", Briefing(singly=True, waits=True)),
        ("Never call more than one tool.", Briefing(singly=True, waits=True)),
        ("Never reply in the same turn as you refund.", Briefing(waits=True)),
        (HAND_OVER, Briefing(in_doubt="escalate")),
        ("Leave it to a human if you\nare uncertain.", Briefing(in_doubt="escalate")),
        (DENY, Briefing(in_doubt="deny")),
        ("In doubt, ask rather than escalate.", Briefing(in_doubt="need_info")),
        ("If two orders fit, ask which order it is.", Briefing(asks_back=True)),
        ("Never guess.", Briefing(asks_back=True)),
        (WATCH, Briefing(watches=frozenset({"opened", "reported"}))),
        ("- `opened`: yes where the customer has opened it", Briefing(watches=frozenset({"opened"}))),
        ('- "opened": a boolean', Briefing()),
        ("Explain in a sentence before you call refund.", Briefing(explains=True)),
        ("Before acting, say why.", Briefing(explains=True)),
        ("Do not explain anything before you call a tool.", Briefing()),
    ],
)
def test_what_a_sentence_tells(said: str, meant: Briefing) -> None:
    assert briefing(said) == meant


def _first(case: Any, prompt: str, role: str = "medium") -> list[str]:
    """The tools of the first turn."""
    case.role = role
    messages = (Message("system", (Text(f"{PROMPT}\n\n{prompt}"),)), Message("user", (Text(case.mail),)))
    reply = case.ask(Request("m", messages, tools=TOOLS))
    return [part.name for part in reply.parts if isinstance(part, ToolCall)]


def _together(open_case: Open, prompt: str, role: str = "medium") -> float:
    turns = [_first(open_case(id, "practice", replay=n), prompt, role) for id in IDS for n in range(60)]
    return sum(len(calls) > 1 for calls in turns) / len(turns)


def test_told_to_call_one_tool_at_a_time_it_mostly_does(open_case: Open) -> None:
    assert _together(open_case, "") > 0.9
    assert 0.01 < _together(open_case, ONE) < 0.15
    assert _together(open_case, ONE) < _together(open_case, ONE, "small") < 0.3


def _decided(open_case: Open, prompt: str) -> dict[str, float]:
    """How often the tickets are decided in each way, with all evidence in the context."""
    cases = (
        (open_case(id, "practice", replay=n), open_case(id, "practice")) for id in IDS for n in range(80)
    )
    done = Counter(case.decide(shown.prompt(), system=prompt)["action"] for case, shown in cases)
    return {action: done[action] / done.total() for action in ("escalate", "deny")}


def test_what_to_do_when_in_doubt_is_done_more(open_case: Open) -> None:
    plain, over, deny = (_decided(open_case, prompt) for prompt in ("", HAND_OVER, DENY))
    assert over["escalate"] > plain["escalate"] + 0.01
    assert deny["deny"] > plain["deny"] + 0.01
    assert deny["escalate"] < plain["escalate"], "doubt takes the other way"


def test_what_a_prompt_tells_to_watch_is_missed_less_and_what_it_does_not_name_as_often(
    open_case: Open,
) -> None:
    def missed(id: str, prompt: str) -> float:
        case = open_case(id, "practice")
        modes = [
            d.mode
            for _, noise in readings(case, f"{prompt}\n\n{case.mail}", 900)
            for d in noise.modes
            if d.fired
        ]
        return sum(mode.startswith("missed_detail/opened") for mode in modes) / 900

    bare, told = missed("p-opened-01", ""), missed("p-opened-01", WATCH)
    assert 0 < told < 0.85 * bare
    assert abs(missed("p-opened-01", "Before you decide, check which items it is about.") - bare) < 0.005


def test_a_long_list_of_things_to_watch_is_heeded_less_each(open_case: Open) -> None:
    def heed(prompt: str) -> float:
        case = open_case("p-opened-01", "practice")
        case.decide(f"{prompt}\n\n{case.mail}", schema=FACTS)
        return float(case.readings[-1].state.features["asked_opened"])

    assert heed("") < heed(f"{WATCH} Check order, requests, issue, items, orders and lawyer.") < heed(WATCH)


def test_a_field_that_the_schema_describes_is_read_as_one_that_the_prompt_describes(open_case: Open) -> None:
    said = "yes where the customer says that it was opened or used"
    told = "Before you decide, check whether it was opened or used."

    def missed(prompt: str, **more: Any) -> float:
        case = open_case("p-opened-01", "practice")
        schema = thing(opened={"type": "boolean", **more}, order_id={"type": "string"})
        drawn = [
            draw.fired
            for _, noise in readings(case, f"{prompt}\n\n{case.mail}", 900, schema=schema)
            for draw in noise.modes
            if draw.mode == "missed_detail/opened"
        ]
        return sum(drawn) / 900

    bare, described = missed(""), missed("", description=said)
    assert 0 < described < 0.85 * bare
    assert abs(missed(told) - described) < 0.005
    assert missed("", description="a boolean") == bare


def test_a_form_with_its_fields_explained_is_no_handbook(open_case: Open) -> None:
    """Explained at length, fields sound like a rule or two; what is asked for is facts all the same."""
    case = open_case("p-opened-01", "practice")
    prompt = (
        "Note what the mail says and decide nothing. Amounts that were refunded already are noted, less the "
        "shipping fee. Never pay goodwill, we only note it: goodwill refunds or discounts are not given."
    )
    case.decide(f"{prompt}\n\n{case.mail}", schema=FACTS)
    state = case.readings[-1].state
    assert 0 < len(state.decides_by) < 3
    assert state.features["focused"] == 1
    case.decide(f"{case.prompt()}", schema=FACTS)
    assert "focused" not in case.readings[-1].state.features


def test_who_is_to_say_why_does_so_before_the_call(open_case: Open) -> None:
    def acted(told: str) -> list[Any]:
        shown = open_case("p-damaged-01").act(prompt=f"{PROMPT} {told}")
        parts = [message.parts for message in shown if message.role == "assistant"]
        return next(list(p) for p in parts if isinstance(p[-1], ToolCall) and p[-1].name == "refund")

    assert [type(part) for part in acted("")] == [ToolCall]
    said, call = acted("Explain your decision in a sentence before you call refund.")
    assert "28.60" in said.text
    assert call.name == "refund"
