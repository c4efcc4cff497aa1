"""What the model does after a look-up that failed, that came back with nothing, or with another's result."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.exercises.flaky_agent_trace.schemas import of

Open = Callable[..., Any]
ORDER = "HL-204173"
LIMITED = '{"error": {"code": "rate_limited", "message": "too many requests, try again soon"}}'
FAILED = "failed: the back office gave no result"
UNKNOWN = json.dumps({"error": {"code": "order_not_found", "message": f"there is no order `{ORDER}`"}})
TOOLS = tuple(
    ToolSpec(
        name, "", {"type": "object", "properties": {p: {"type": kind} for p, kind in properties.items()}}
    )
    for name, properties in {
        "get_order": {"order_id": "string"},
        "get_policy": {"topic": "string"},
        "refund": {"order_id": "string", "amount": "number", "reason": "string"},
        "reply": {"order_id": "string", "outcome": "string", "amount": "number", "body": "string"},
    }.items()
)


def _next(case: Any, order: str | None, policy: str | None) -> set[str]:
    """The tools that the model calls after these results of its look-ups; `None`: the true one."""
    order = case.tool("get_order", {"order_id": ORDER})[0] if order is None else order
    policy = case.tool("get_policy", {"topic": "all"})[0] if policy is None else policy
    calls = (
        ToolCall("c1", "get_order", json.dumps({"order_id": ORDER})),
        ToolCall("c2", "get_policy", '{"topic": "all"}'),
    )
    messages = (
        Message("user", (Text(case.mail),)),
        Message("assistant", calls),
        Message("user", (ToolResult("c1", order), ToolResult("c2", policy))),
    )
    reply = case.ask(Request("m", messages, tools=TOOLS))
    return {part.name for part in reply.parts if isinstance(part, ToolCall)}


def _again(open_case: Open, tool: str, count: int = 150, *, role: str = "medium", **results: Any) -> float:
    """How often the model makes a look-up again."""
    shown = {"order": None, "policy": None, **results}
    cases = (open_case("p-return-01", "practice", role=role, replay=replay) for replay in range(count))
    return sum(tool in _next(case, **shown) for case in cases) / count


@pytest.mark.parametrize("error", [LIMITED, FAILED])
def test_a_look_up_that_is_seen_to_fail_is_mostly_made_again(open_case: Open, error: str) -> None:
    assert 0.8 < _again(open_case, "get_order", order=error) < 0.97
    assert 0.8 < _again(open_case, "get_policy", policy=error) < 0.97
    assert _again(open_case, "get_order", order=error, role="small") < 0.97 * _again(
        open_case, "get_order", order=error, role="large"
    )


def test_after_a_word_that_tells_nothing_the_model_mostly_goes_on(open_case: Open) -> None:
    assert 0.1 < _again(open_case, "get_order", order="done") < 0.45
    assert 0.1 < _again(open_case, "get_policy", policy="done") < 0.45


def test_a_result_under_anothers_call_is_no_answer_and_mostly_let_be(open_case: Open) -> None:
    handbook = open_case("p-return-01").tool("get_policy", {"topic": "all"})[0]
    assert 0.1 < _again(open_case, "get_order", order=handbook, policy="done") < 0.45
    assert _again(open_case, "get_policy", 30, order=handbook, policy="done") == 0  # it has been read


def test_what_was_answered_is_not_asked_again(open_case: Open) -> None:
    assert _again(open_case, "get_order", 30) == _again(open_case, "get_policy", 30) == 0
    assert _again(open_case, "get_order", 30, order=UNKNOWN) == 0


def test_without_the_order_no_refund_is_made_and_without_the_handbook_one_may_be(open_case: Open) -> None:
    assert _again(open_case, "refund", 60, order="done") == 0
    assert _again(open_case, "refund", 60, policy="done") > 0.5


def test_an_unerring_model_tries_a_failing_look_up_thrice_and_no_more(open_case: Open) -> None:
    case = open_case("p-return-01")
    messages = [Message("user", (Text(case.mail),))]
    asked = 0
    for _ in range(8):
        reply = case.ask(Request("m", tuple(messages), tools=TOOLS))
        calls = [part for part in reply.parts if isinstance(part, ToolCall)]
        asked += sum(call.name == "get_order" for call in calls)
        results = tuple(
            ToolResult(
                call.id,
                LIMITED if call.name == "get_order" else case.tool(call.name, json.loads(call.arguments))[0],
            )
            for call in calls
        )
        messages += [Message("assistant", reply.parts), Message("user", results or (Text("Go on."),))]
        if any(call.name == "reply" for call in calls):
            break
    else:
        pytest.fail("it never replied")
    assert asked == 3


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("p-continent-01", ["wine glass"]), ("p-earlier-02", ["toaster"]), ("p-knows-01", ["curtain"]),
        ("p-damaged-01", ["ramen bowl"]),
    ],
)  # fmt: skip
def test_goods_are_searched_for_in_the_catalogue_s_words(open_case: Open, id: str, words: list[str]) -> None:
    """In the shop's language, whichever the mail's; what is kept is not searched for."""
    case = open_case(id)
    fields = {
        "search_words": {
            "type": "array", "items": {"type": "string"},
            "description": "single English words for the products concerned, as a catalogue may have them",
        },
        "product_query": {"type": "string"},
    }  # fmt: skip
    said = case.decide(f"Mail:\n{case.mail}", system="Read the mail.", schema=of(**fields))
    assert said == {"search_words": words, "product_query": words[0]}
