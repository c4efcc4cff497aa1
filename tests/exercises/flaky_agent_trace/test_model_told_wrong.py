"""What an agent's model does that is told that it was wrong: by a fact, a sum, or without any reason.

With its error modes on where a slip is what it is told of, so that the same slip would come again.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.briefing import briefing
from exercises.flaky_agent_trace.reading.refuted import denied_in
from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.exercise.parts import SimulatedModel
from harness.exercise.registry import Exercise

from .conftest import PROMPT, TOOLS, Case, Open

Json = Any
Calls = list[tuple[str, dict[str, Json]]]
RETURN, OPENED, LATE_RETURN, OPEN = "p-return-01", "p-opened-01", "p-return-02", "p-knows-02"
LUCKS = range(8)
PAY = ToolSpec(
    "issue_refund",
    "Pays money back.",
    {
        "type": "object",
        "properties": {
            "order_id": {"type": "string"},
            "amount": {"type": "number"},
            "items": {"type": "string", "description": "which items and how many pieces"},
            "justification": {"type": "string", "description": "the clauses, dates and calculation"},
        },
        "required": ["order_id", "amount", "items", "justification"],
    },
)


def slipping(exercise: Exercise, *modes: str) -> SimulatedModel:
    """The practice model, which slips in these ways every time."""
    card = copy.deepcopy(exercise.practice.card)
    for mode in ("torn_call", "thinks_aloud"):
        card["modes"][mode] |= {"base": -20.0, "weights": {}}
    for mode in modes:
        card["modes"][mode] |= {"base": 20.0, "weights": {}}
    return exercise.model(card)


def seen(case: Case, *more: Message, prompt: str = PROMPT) -> tuple[Message, ...]:
    """The ticket with its order and the handbook looked up, and what came after."""
    looks = (ToolCall("l1", "get_order", json.dumps({"order_id": case.orders[0]["id"]})),
             ToolCall("l2", "get_policy", '{"topic": "all"}'))  # fmt: skip
    shown = (ToolResult("l1", json.dumps(case.orders[0])), ToolResult("l2", case.handbook))
    return (
        Message("system", (Text(prompt),)), Message("user", (Text(case.mail),)),
        Message("assistant", looks), Message("user", shown), *more,
    )  # fmt: skip


def refused(name: str, arguments: dict[str, Json], error: str, id: str = "c1") -> tuple[Message, Message]:
    call = ToolCall(id, name, json.dumps(arguments))
    return Message("assistant", (call,)), Message("user", (ToolResult(id, error, is_error=True),))


def asked(case: Case, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = TOOLS) -> Calls:
    """The calls of the next turn; text as a call of `says`."""
    reply = case.ask(Request("m", messages, tools=tools))
    calls = [(part.name, json.loads(part.arguments)) for part in reply.parts if isinstance(part, ToolCall)]
    return calls or [("says", {"text": reply.text})]


@pytest.mark.parametrize(
    ("said", "against"),
    [
        ("error: there is no note with a promise on this order. Look again.", {"H-6"}),
        ('{"error": "not done", "problem": "nobody has promised anything, so H-6 is no reason"}', {"H-6"}),
        ("The sender's address is on the account of that order.", {"I-2"}),
        ("The mail came from the order's own address: confirmed.", {"I-2"}),
        ("No chargeback is open on it.", {"H-3"}),
        ("This is not a gift order.", {"H-4"}),
        ("H-5 does not apply: nobody threatens anything.", {"H-5"}),
        ("The sum is below the limit.", {"H-2"}),
        ("Only one order is concerned.", {"H-1"}),
        ("Es gibt keine Zusage in den Notizen.", {"H-6"}),
        ("Il n'y a aucune promesse sur cette commande.", {"H-6"}),
        ("The sender is not confirmed on the account.", set()),
        ("A colleague has promised a refund; do not deny it.", set()),
        ("The amount exceeds the limit, so it can't be paid.", set()),
        ("There is an open chargeback.", set()),
    ],
)
def test_what_a_sentence_denies(said: str, against: set[str]) -> None:
    parts = re.split(r"(?<=[.!?])\s|\"", said)
    assert {id for part in parts for id in denied_in(part)} == against


@pytest.mark.parametrize(
    ("error", "ground"),
    [
        ("error: there is no note with a promise on this order. Look at the case again.", "H-6"),
        ('{"error": "not carried out", "problem": "the sender\'s address is on the account"}', "I-2"),
        ("REJECTED: H-6 does not apply here.", "H-6"),
    ],
)
def test_a_ground_that_is_denied_is_not_given_again(exercise: Exercise, error: str, ground: str) -> None:
    model = slipping(exercise, "needless_escalation")
    first = {"reason": f"as {ground} says ({ground})", "summary": f"One for you ({ground})."}
    done: Counter[str] = Counter()
    for replay in LUCKS:
        case = Case(exercise, exercise.bank[RETURN], model, replay=replay)
        first["order_id"] = case.orders[0]["id"]
        ((name, given), *_) = asked(case, seen(case, *refused("escalate", first, error)))
        done[name] += 1
        assert ground not in json.dumps(given)
    assert done["refund"] >= len(LUCKS) - 2


def test_a_flag_of_the_order_is_a_fact(exercise: Exercise) -> None:
    model = slipping(exercise, "needless_escalation")
    flags = {"facts": {"note_with_a_promise": False, "sender_address_is_on_the_account": True}}
    for replay in LUCKS:
        case = Case(exercise, exercise.bank[RETURN], model, replay=replay)
        told = Message("user", (Text(json.dumps({"id": case.orders[0]["id"], **flags})),))
        ((name, given), *_) = asked(case, (*seen(case), told))
        assert name in {"escalate", "says"}
        assert not re.search(r"H-6|I-2", json.dumps(given))


@pytest.mark.parametrize(
    "error",
    [
        "REJECTED by the controller: the amount should be {due}.",
        '{{"ok": false, "message": "not paid: expected {due} EUR"}}',
        "error: wrong sum. {due} EUR is due.",
        "Abgelehnt: der Betrag muss {due} EUR sein.",
    ],
)
def test_the_right_sum_is_taken_over_at_once(exercise: Exercise, error: str) -> None:
    model = slipping(exercise, "wrong_amount")
    for replay in LUCKS:
        case = Case(exercise, exercise.bank[RETURN], model, replay=replay)
        order = case.orders[0]["id"]
        wrong = {"order_id": order, "amount": 12.5, "reason": "R-1"}
        ((name, given), *_) = asked(case, seen(case, *refused("refund", wrong, error.format(due="64.00"))))
        assert (name, given["amount"]) == ("refund", 64.0)


@pytest.mark.parametrize(
    "error",
    [
        "error: nothing was handed over yet; call escalate first",
        "not sent: escalate has to be called before the reply",
        '{"error": "Nothing has been escalated yet. Use escalate first."}',
        "Es wurde noch nichts übergeben. Rufe zuerst escalate auf.",
        "outcome escalated, but there is no escalation on record",
    ],
)
def test_what_an_error_says_comes_first_is_called_first(open_case: Open, error: str) -> None:
    case = open_case(RETURN)
    order = case.orders[0]["id"]
    letter = {"order_id": order, "outcome": "escalated", "body": "A colleague writes to you."}
    messages = seen(case, *refused("reply", letter, error))
    ((name, given), *_) = asked(case, messages)
    assert (name, given["order_id"]) == ("escalate", order)
    call = ToolCall("c2", name, json.dumps(given))
    opened = ToolResult("c2", '{"case_id": "K-1", "status": "open"}')
    ((then, told), *_) = asked(case, (*messages, Message("assistant", (call,)), Message("user", (opened,))))
    assert (then, told["outcome"]) == ("reply", "escalated")


@pytest.mark.parametrize(
    "error",
    ["error: provide at least one article number", "invalid: articles missing", "Specify which SKUs."],
)
def test_an_argument_that_an_error_wants_is_given(open_case: Open, error: str) -> None:
    articles = {"type": "array", "items": {"type": "string"}}
    pay = ToolSpec("refund", "", {
        "type": "object",
        "properties": {"order_id": {"type": "string"}, "amount": {"type": "number"}, "articles": articles},
        "required": ["order_id", "amount"],
    })  # fmt: skip
    case = open_case(OPENED)
    order = case.orders[0]
    paid = {"order_id": order["id"], "amount": 72.21}
    tools = (pay, *(tool for tool in TOOLS if tool.name != "refund"))
    ((name, given), *_) = asked(case, seen(case, *refused("refund", paid, error)), tools)
    assert name == "refund"
    assert set(given["articles"]) <= {item["sku"] for item in order["items"]}
    assert given["articles"]


@pytest.mark.parametrize("tool", ["escalate", "reply"])
def test_no_call_that_fails_is_made_over_and_over(exercise: Exercise, tool: str) -> None:
    for replay in LUCKS:
        id = "p-desk-01" if tool == "escalate" else LATE_RETURN
        case = Case(exercise, exercise.bank[id], slipping(exercise), replay=replay)
        messages, made = seen(case), Counter[str]()
        for step in range(9):
            calls = [one for one in asked(case, messages) if one[0] == tool]
            if not calls:
                break
            made[json.dumps(calls[0][1])] += 1
            messages = (*messages, *refused(tool, calls[0][1], "error: E77 rejected by policy", f"r{step}"))
        assert sum(made.values()) <= 5
        assert max(made.values(), default=0) <= 2


@pytest.mark.parametrize(
    "error",
    [
        "REJECTED by the controller: the grounds given could be clearer.",
        "error: not approved, the justification is too thin",
        "REJECTED: the refund is not clearly covered by the rules and should not be paid as it stands.",
    ],
)
def test_a_refusal_without_a_reason_gets_fuller_grounds(open_case: Open, error: str) -> None:
    case = open_case(RETURN)
    tools = (PAY, *(tool for tool in TOOLS if tool.name != "refund"))
    ((_, first), *_) = asked(case, seen(case), tools)
    ((name, again), *_) = asked(case, seen(case, *refused("issue_refund", first, error)), tools)
    assert (name, again["amount"]) == ("issue_refund", first["amount"])
    assert len(again["justification"]) > len(first["justification"])
    thin = {**first, "justification": "R-1"}
    ((_, fuller), *_) = asked(case, seen(case, *refused("issue_refund", thin, error)), tools)
    assert re.search(r"\d{4}-\d\d-\d\d.*day \d", fuller["justification"])


def test_grounds_and_pieces_are_told_as_they_are_described(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    ((_, given), *_) = asked(case, seen(case), (PAY, *(t for t in TOOLS if t.name != "refund")))
    assert given["items"] == "2 x Ramen bowl (KD-3307)"
    assert "D-1" in given["justification"]
    assert "2 x 14.30 = 28.60" in given["justification"]
    bare = copy.deepcopy(PAY.schema)
    bare["properties"]["items"]["description"] = "article number"
    ((_, given), *_) = asked(case, seen(case), (ToolSpec(PAY.name, "", bare), *TOOLS[:3]))
    assert given["items"] == "KD-3307"


@pytest.mark.parametrize(
    "error",
    [
        "REJECTED: it should be handed over. No refund is possible on this ticket any more.",
        "REJECTED: the terms of trade stand against it; hand the case over to the desk.",
        "Do not refund this.",
    ],
)
def test_what_was_said_is_repeated_and_not_that_something_was(open_case: Open, error: str) -> None:
    case = open_case(RETURN)
    paid = {"order_id": case.orders[0]["id"], "amount": 64.0, "reason": "R-1"}
    ((name, given), *_) = asked(case, seen(case, *refused("refund", paid, error)))
    assert name in {"escalate", "reply"}
    said = json.dumps(given, ensure_ascii=False).casefold()
    assert "as i was told" not in said
    if name == "escalate":
        assert any(words in said for words in ("no refund is possible", "terms of trade", "do not refund"))


def test_a_verdict_in_json_is_followed_with_its_reason(open_case: Open) -> None:
    case = open_case(RETURN)
    paid = {"order_id": case.orders[0]["id"], "amount": 64.0, "reason": "R-1"}
    verdict = '{"approved": false, "correct_action": "escalate", "reason": "the bank has the case"}'
    ((name, given), *_) = asked(case, seen(case, *refused("refund", paid, verdict)))
    assert name == "escalate"
    assert "the bank has the case" in given["reason"]


@pytest.mark.parametrize(
    "error", ["The letter does not say why.", "Which clause? Name the reason and the order number."]
)
def test_nothing_stands_below_the_signature(open_case: Open, error: str) -> None:
    for id in (LATE_RETURN, "p-names-02"):
        case = open_case(id)
        messages = seen(case)
        ((name, letter), *_) = asked(case, messages)
        if name != "reply":
            continue
        ((_, again), *_) = asked(case, (*messages, *refused("reply", letter, error)))
        assert re.search(r"(?:team|support|lane)\Z", again["body"].casefold())


@pytest.mark.parametrize(
    "rule",
    [
        "If two or more fit equally well, don't choose and don't decline: answer with need_info.",
        "Where several orders match, ask which one it is.",
        "Never guess which order is meant; ask the customer.",
    ],
)
def test_no_order_is_picked_where_several_fit(exercise: Exercise, rule: str) -> None:
    model = slipping(exercise)
    ends: Counter[str] = Counter()
    for replay in range(12):
        case = Case(exercise, exercise.bank[OPEN], model, replay=replay)
        messages = case.act(prompt=f"{PROMPT}\n{rule}", steps=9)
        calls = [part for message in messages for part in message.parts if isinstance(part, ToolCall)]
        looked = {json.loads(call.arguments)["order_id"] for call in calls if call.name == "get_order"}
        (letter,) = (json.loads(call.arguments) for call in calls if call.name == "reply")
        ends[letter["outcome"]] += 1
        assert letter["outcome"] == "need_info" or len(looked) > 1
    assert ends["need_info"] >= 6


@pytest.mark.parametrize(
    "sentence",
    [
        "Before each action, say in one or two sentences why you take it.",
        "Say why before every action.",
        "Give your reasons in a sentence before each tool call.",
        "Explain each step in one sentence.",
        "Before calling a tool, state what you expect.",
    ],
)
def test_what_is_done_is_explained_where_that_is_wanted(open_case: Open, sentence: str) -> None:
    assert briefing(sentence).explains
    case = open_case(OPENED)
    messages = case.act(prompt=f"{PROMPT}\n{sentence}")
    said = [
        m.parts for m in messages if m.role == "assistant" and any(isinstance(p, ToolCall) for p in m.parts)
    ]
    texts = [part.text for parts in said for part in parts if isinstance(part, Text)]
    assert len(texts) == len(said) == len(set(texts))
    assert any(case.orders[0]["id"] in text for text in texts)


@pytest.mark.parametrize(
    "sentence", ["Do not explain anything before you call a tool.", "Explain the reason to the customer."]
)
def test_nothing_is_explained_where_it_is_not_wanted(sentence: str) -> None:
    assert not briefing(sentence).explains


@pytest.mark.parametrize(
    "refusal",
    [
        '{"rejected": "amount must be given in minor units (pence), as an integer"}',
        "error: amount has to be in minor units",
    ],
)
def test_a_sum_is_put_as_the_tool_that_refused_it_wants_it(open_case: Open, refusal: str) -> None:
    """And no refusal is a payment, in whatever key it stands."""
    case = open_case("p-earlier-01")
    pays = ToolSpec(
        "pay_back", "Give money back",
        {"type": "object", "properties": {"reference": {"type": "string"}, "amount": {"type": "number"}},
         "required": ["reference", "amount"]},
    )  # fmt: skip
    mails = ToolSpec(
        "answer_customer", "Send the final mail and close",
        {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
    )  # fmt: skip
    asked = Message("user", (Text(case.prompt()),))
    paid = ToolCall("c1", "pay_back", json.dumps({"reference": "HL-204380", "amount": 66.0}))
    turns = (asked, Message("assistant", (paid,)), Message("user", (ToolResult("c1", refusal, False),)))
    again = case.ask(Request("m", turns, tools=(pays, mails))).parts[-1]
    assert isinstance(again, ToolCall)
    assert (again.name, json.loads(again.arguments)["amount"]) == ("pay_back", 6600)
