"""What comes back for a call is heeded: only what is confirmed is done, and a refusal leads on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.simulation.calling.results import standing

from .conftest import PROMPT, TOOLS

Json = Any
Open = Callable[..., Any]
RETURN, ORDER, DUE = "p-return-01", "HL-204173", 64.0
PAID = json.dumps({"refund_id": "rf_1", "order_id": ORDER, "amount": "64.00", "status": "succeeded"})


@pytest.mark.parametrize(
    "result",
    [
        PAID,
        "Booked.",
        "OK: refund booked",
        "Refund of 64.00 EUR made. Do not refund again.",
        "Refund completed with no errors.",
        "Money returned to the customer's card.",
        "Reply sent. The ticket is closed.",
        "Ticket handed over",
        '{"ok": true, "result": {"refunded": "64.00"}}',
        '{"transaction": "9931", "state": "completed"}',
        '{"order_id": "HL-204173", "amount": "64.00"}',
        "64.00 EUR",
        "",
        "null",
    ],
)
def test_a_confirmation_is_one_in_any_words(result: str) -> None:
    assert standing(result) in {"done", "said"}


@pytest.mark.parametrize(
    "result",
    [
        "Not sent: no refund was made yet.",
        "Nothing has left the till.",
        "Which clause covers this?",
        "The amount you gave looks too high.",
        "Received. Nothing paid yet: call again with confirm=true.",
        "Our checker would like another look at that sum.",
        "I stopped this payment. Compare the lines of the order with what is wanted back.",
        '{"status": "ok", "message": "Amount does not match the items; nothing was paid."}',
        '{"refund_id": null, "executed": false, "hint": "state the clause"}',
        '{"state": "on_hold", "info": "sum and items disagree"}',
        '{"accepted": false, "why": "sum too high"}',
        "No.",
    ],
)
def test_whatever_confirms_nothing_is_no_confirmation(result: str) -> None:
    assert standing(result) == "not"


@pytest.mark.parametrize("text", ["Go on.", "What next?", "Here is the state of the ticket."])
def test_a_turn_of_the_programs_own_is_no_refusal(text: str) -> None:
    assert standing(text, answer=False) == "said"


def _made(name: str, result: str, *, failed: bool = False, id: str = "c9", **values: Json) -> list[Message]:
    made = ToolCall(id, name, json.dumps(values))
    return [Message("assistant", (made,)), Message("user", (ToolResult(id, result, failed),))]


def _told(
    outcome: str, result: str, *, failed: bool = False, id: str = "c9", body: str = "Hello."
) -> list[Message]:
    amount = DUE if outcome == "refunded" else 0
    return _made(
        "reply", result, failed=failed, id=id, order_id=ORDER, outcome=outcome, amount=amount, body=body
    )


def _asked(amount: float, result: str, *, failed: bool = False, id: str = "c9") -> list[Message]:
    return _made("refund", result, failed=failed, id=id, order_id=ORDER, amount=amount, reason="R-1")


def _next(
    case: Any, *after: Message, tools: tuple[ToolSpec, ...] = TOOLS, **options: Any
) -> tuple[str, dict[str, Json]]:
    """The next call after a look at everything and this."""
    order = json.dumps(next(order for order in case.orders if order["id"] == ORDER))
    looks = (
        ToolCall("c1", "get_policy", '{"topic": "all"}'),
        ToolCall("c2", "get_order", f'{{"order_id": "{ORDER}"}}'),
    )
    messages = (
        Message("system", (Text(PROMPT),)),
        Message("user", (Text(case.mail),)),
        Message("assistant", looks),
        Message("user", (ToolResult("c1", case.handbook), ToolResult("c2", order))),
        *after,
    )
    reply = case.ask(Request("m", messages, tools=tools, **options))
    made = next((part for part in reply.parts if isinstance(part, ToolCall)), None)
    return (made.name, json.loads(made.arguments)) if made is not None else ("", {"text": reply.text})


@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize(
    "result",
    [
        "Not sent: no refund was made yet. Call refund first.",
        "We cannot let this go out: our ledger has no payment for this order.",
        "You announce a refund; have you booked it?",
        '{"delivered": false, "explanation": "ledger empty"}',
    ],
)
def test_a_letter_that_tells_of_a_refund_leads_to_the_refund(
    open_case: Open, result: str, failed: bool
) -> None:
    name, values = _next(open_case(RETURN), *_told("refunded", result, failed=failed))
    assert (name, values["amount"]) == ("refund", DUE)


def test_the_programs_word_counts_where_the_result_says_little(open_case: Open) -> None:
    after = _told("refunded", "blocked", failed=True)
    said = Message("user", (*after[1].parts, Text("You replied 'refunded' but never called refund.")))
    assert _next(open_case(RETURN), after[0], said)[0] == "refund"
    sent = _told("refunded", '{"message_id": "m1", "status": "sent"}')
    thanks = Message("user", (*sent[1].parts, Text("Well done, go on.")))
    assert _next(open_case(RETURN), sent[0], thanks)[0] == ""
    paid = _asked(DUE, "ok")
    nudge = Message("user", (*paid[1].parts, Text("Please reply to the customer now.")))
    assert _next(open_case(RETURN), paid[0], nudge)[0] == "reply"


def test_a_letter_that_tells_of_a_handover_leads_to_it(open_case: Open) -> None:
    assert _next(open_case(RETURN), *_told("escalated", "No hand-over found in the system."))[0] == "escalate"


@pytest.mark.parametrize("result", ["The letter contradicts the ledger.", "Not sent: you refunded 64.00."])
def test_after_a_refund_the_letter_is_mended_and_nothing_paid_again(open_case: Open, result: str) -> None:
    name, values = _next(open_case(RETURN), *_asked(DUE, PAID), *_told("denied", result, id="c10"))
    assert (name, values["outcome"], values["amount"]) == ("reply", "refunded", DUE)


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        ("State in the text how much goes back.", "64.00"),
        ("Please put the order number into the mail.", ORDER),
    ],
)
def test_a_letter_gets_what_it_lacks(open_case: Open, result: str, wanted: str) -> None:
    name, values = _next(open_case(RETURN), *_asked(DUE, PAID), *_told("refunded", result, id="c10"))
    assert name == "reply"
    assert wanted in values["body"]


@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize(
    "result",
    [
        "Amount does not match the items. Re-read the mail and try again.",
        "Four-eyes check: the second reader came to another figure. Go through it once more.",
        '{"status": "needs_confirmation", "message": "It is the whole order. Confirm by calling again."}',
        "Sorry, I can't book that sum.",
        "Second opinion (another model) disagrees: it thinks 64.00 EUR is due. Reconsider.",
    ],
)
def test_a_sum_that_is_turned_down_is_thought_over(open_case: Open, result: str, failed: bool) -> None:
    name, values = _next(open_case(RETURN), *_asked(102.5, result, failed=failed))
    assert (name, values["amount"]) == ("refund", DUE)


def test_a_right_call_is_confirmed_by_the_argument_for_it(open_case: Open) -> None:
    asks = _asked(DUE, "Not booked yet. Call again with confirm=true.")
    properties = {**TOOLS[3].schema["properties"], "confirm": {"type": "boolean"}}
    refund = ToolSpec("refund", "", {**TOOLS[3].schema, "properties": properties})
    tools = (*TOOLS[:3], refund, *TOOLS[4:])
    name, values = _next(open_case(RETURN), *asks, tools=tools)
    assert (name, values["amount"], values.get("confirm")) == ("refund", DUE, True)
    assert "confirm" not in _next(open_case(RETURN), *_asked(DUE, "No."), tools=tools)[1]


def test_a_refusal_that_names_a_look_up_is_followed(open_case: Open) -> None:
    assert _next(open_case(RETURN), *_asked(DUE, "Call get_order first."))[0] == "get_order"


@pytest.mark.parametrize(
    "result", ["A human has to take over here.", "This needs a colleague.", "Call escalate."]
)
def test_what_is_for_people_goes_to_them(open_case: Open, result: str) -> None:
    assert _next(open_case(RETURN), *_asked(DUE, result))[0] == "escalate"


def test_the_same_call_is_not_made_a_third_time(open_case: Open) -> None:
    twice = (*_asked(DUE, "No."), *_asked(DUE, "No.", id="c10"))
    assert _next(open_case(RETURN), *twice[:2])[0] == "refund"
    assert _next(open_case(RETURN), *twice)[0] == "escalate"
    without = tuple(tool for tool in TOOLS if tool.name != "escalate")
    name, values = _next(open_case(RETURN), *twice, tools=without)
    assert name == "reply"
    assert values["outcome"] != "refunded"


GUARDS = {
    "refund": [
        "Second look wanted.",
        '{"ok": false, "message": "compare it with the order again"}',
        "Are you sure?",
    ],
    "escalate": ["Is that necessary?", '{"accepted": false, "detail": "give a better reason"}'],
    "reply": [
        "Read your letter again.",
        '{"sent": false, "hint": "state the order number in the body"}',
        "Wait.",
    ],
}


@pytest.mark.parametrize("failed", [False, True])
def test_a_guard_that_refuses_everything_once_loses_no_ticket(
    open_case: Open, ids: list[str], failed: bool
) -> None:
    for number, id in enumerate(ids[::3]):
        case = open_case(id)
        tool, refused = case.tool, set[str]()

        def guarded(
            name: str, values: Json, tool: Any = tool, n: int = number, seen: set[str] = refused
        ) -> Any:
            if name in GUARDS and name not in seen:
                seen.add(name)
                return GUARDS[name][n % len(GUARDS[name])], failed
            return tool(name, values)

        case.tool = guarded
        messages = [Message("system", (Text(PROMPT),)), Message("user", (Text(case.mail),))]
        for _ in range(14):
            reply = case.ask(Request("m", tuple(messages), tools=TOOLS))
            calls = [part for part in reply.parts if isinstance(part, ToolCall)]
            results = [ToolResult(c.id, *case.tool(c.name, json.loads(c.arguments))) for c in calls]
            messages += [
                Message("assistant", reply.parts),
                Message("user", tuple(results) or (Text("Go on."),)),
            ]
            if case.verdict.success:
                break
        assert case.verdict.success, id


@pytest.mark.parametrize(
    "shown", ["{result}", "Result of {name}: {result}", "{name} returned:\n{result}\n\nWhat next?"]
)
@pytest.mark.parametrize("number", range(3))
def test_an_agent_by_json_heeds_refusals_as_well(open_case: Open, shown: str, number: int) -> None:
    case, refused, outcomes = open_case("p-damaged-01"), set[str](), []
    line = (
        "Tools: search_orders(email), get_order(order_id), get_policy(topic), "
        "refund(order_id, amount, reason), escalate(order_id, reason, summary), "
        "reply(order_id, outcome, amount, body). "
        'Answer with one JSON object {"tool": "...", "args": {...}} and nothing else.'
    )
    messages = [Message("system", (Text(line),)), Message("user", (Text(case.mail),))]
    for _ in range(10):
        reply = case.ask(Request("m", tuple(messages)))
        step = json.loads(reply.text[reply.text.index("{") : reply.text.rindex("}") + 1])
        name = step["tool"]
        if name in GUARDS and name not in refused:
            refused.add(name)
            result, failed = GUARDS[name][number % len(GUARDS[name])], True
        else:
            result, failed = case.tool(name, step["args"])
            outcomes.append(name)
        messages += [
            Message("assistant", reply.parts),
            Message("user", (Text(shown.format(name=name, result=result)),)),
        ]
        if name == "reply" and not failed:
            break
    assert case.verdict.success
    assert outcomes.count("refund") == 1


def _tool(name: str, description: str, **properties: str) -> ToolSpec:
    kinds = {key: {"type": kind} for key, kind in properties.items()}
    return ToolSpec(name, description, {"type": "object", "properties": kinds, "required": list(kinds)})


PICK = (
    _tool("select_order", "Pick the order the customer is writing about", index="integer", reason="string"),
    _tool("ask_customer", "Ask the customer when the order cannot be identified", question="string"),
)
ENDS = (
    _tool("approve_refund", "Approve a refund", order_id="string", amount="number", reason="string"),
    _tool("deny_request", "Turn the request down", order_id="string", reason="string"),
    _tool("flag_for_human", "Send to a person", reason="string"),
    PICK[1],
)


def _custom(
    case: Any, tools: tuple[ToolSpec, ...], extra: str = "", choice: str = "required"
) -> tuple[str, Json]:
    reply = case.say(case.prompt() + extra, system="Call exactly one tool.", tools=tools, tool_choice=choice)
    assert not reply.text
    [made] = [part for part in reply.parts if isinstance(part, ToolCall)]
    return made.name, json.loads(made.arguments)


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_is_selected_or_asked_for(open_case: Open, order: int) -> None:
    case = open_case("p-same-02")
    at = [shown["id"] for shown in case.orders].index("HL-202300")
    assert _custom(case, PICK[::order])[1]["index"] == at
    name, values = _custom(open_case("p-same-02"), PICK[::order], " The orders are numbered from 1.")
    assert (name, values["index"]) == ("select_order", at + 1)
    name, values = _custom(open_case("p-knows-03"), PICK[::order])
    assert name == "ask_customer"
    assert len(values["question"].split()) > 4


@pytest.mark.parametrize(
    ("id", "name"),
    [
        (RETURN, "approve_refund"),
        ("p-return-02", "deny_request"),
        ("p-desk-02", "flag_for_human"),
        ("p-knows-03", "ask_customer"),
    ],
)
def test_of_tools_that_end_a_case_the_fitting_one_is_called(open_case: Open, id: str, name: str) -> None:
    assert _custom(open_case(id), ENDS)[0] == name
    assert _custom(open_case(id), ENDS[::-1])[0] == name


def test_a_forced_tool_comes_without_a_letter(open_case: Open) -> None:
    assert _custom(open_case(RETURN), PICK, choice="select_order")[0] == "select_order"
    assert _custom(open_case("p-knows-03"), PICK, choice="ask_customer")[0] == "ask_customer"


def test_a_known_order_is_not_asked_for(open_case: Open) -> None:
    """A near miss: a tool that looks customers up is none that asks them."""
    lookup = _tool("get_customer_info", "Read a customer's record", email="string")
    assert _custom(open_case(RETURN), (lookup, *ENDS))[0] == "approve_refund"


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        ("timeout after 8 s, outcome unknown", "Look at the order again"),
        ("503 service unavailable", "once more a little later"),
        ("Not made: the sum is not what came back.", "mend what the refusal names"),
    ],
)
def test_asked_what_comes_next_it_says_so(open_case: Open, result: str, wanted: str) -> None:
    case = open_case(RETURN)

    def said(question: str) -> str:
        messages = (
            Message("user", (Text(case.prompt()),)),
            *_asked(DUE, result, failed=True),
            Message("user", (Text(question),)),
        )
        return str(case.ask(Request("m", messages)).text)

    assert wanted in said("The refund call did not go well. What should be done next? One sentence.")
    assert wanted not in said("Is the mail about a return? Answer yes or no.")
