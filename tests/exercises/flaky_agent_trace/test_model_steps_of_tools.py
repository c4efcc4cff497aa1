"""Tools of several steps, and tools whose names say nothing: each is called in its turn, and heeded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec

from .conftest import Case, Open

Json = Any
Says = Callable[[dict[str, Json], Case], str]
TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}
OUTCOMES = ["refunded", "denied", "escalated", "need_info"]


def _tool(name: str, said: str, **parts: Json) -> ToolSpec:
    return ToolSpec(name, said, {"type": "object", "properties": parts, "required": list(parts)})


def _choice(*options: str) -> Json:
    return {"type": "string", "enum": list(options)}


def _order(key: str) -> Says:
    def said(values: dict[str, Json], case: Case) -> str:
        number = str(values[key])
        return case.tool("get_order", {"order_id": number if "-" in number else f"HL-{number}"})[0]

    return said


def _rules(_: dict[str, Json], case: Case) -> str:
    return case.tool("get_policy", {"topic": "all"})[0]


LOOKS = (
    _tool("get_order", "An order by its number", order_id=TEXT),
    _tool("read_rules", "The refund handbook"),
)
SHOWN: dict[str, Says] = {"get_order": _order("order_id"), "read_rules": _rules}


def _run(case: Case, tools: tuple[ToolSpec, ...], says: dict[str, Any], shown: dict[str, Says] | None = None,
         *, last: str) -> list[tuple[str, dict[str, Json]]]:  # fmt: skip
    """The calls besides look-ups, up to the last one. `says`: what each of the others answers."""
    messages = [Message("system", (Text("You are the refund agent of a shop. Use the tools."),)),
                Message("user", (Text(case.mail),))]  # fmt: skip
    looks, called = shown or SHOWN, list[tuple[str, dict[str, Json]]]()
    for _ in range(12):
        reply = case.ask(Request("m", tuple(messages), tools=tools))
        messages.append(Message("assistant", reply.parts))
        results = []
        for call in (part for part in reply.parts if isinstance(part, ToolCall)):
            values = json.loads(call.arguments)
            look = looks.get(call.name)
            called += [] if look is not None else [(call.name, values)]
            own = says.get(call.name, "")
            text = look(values, case) if look is not None else own(values) if callable(own) else str(own)
            results.append(ToolResult(call.id, text, False))
        messages.append(Message("user", tuple(results)))
        if not results or (called and called[-1][0] == last):
            break
    return called


PROPOSE = (
    *LOOKS,
    _tool("propose", "Propose a decision; it is approved or rejected at once.",
          decision=_choice("refund", "deny", "escalate", "ask"),
          amount={"type": ["number", "null"]}, reason=TEXT),
    _tool("send_mail", "Send the mail to the customer; ends the ticket.", text=TEXT),
)  # fmt: skip


def test_what_is_decided_is_proposed_before_the_customer_is_told(open_case: Open) -> None:
    for id, decision, amount in (("p-opened-01", "refund", 72.21), ("p-desk-01", "escalate", None)):
        case = open_case(id)
        called = _run(case, PROPOSE, {"propose": "approved", "send_mail": "sent"}, last="send_mail")
        assert [name for name, _ in called] == ["propose", "send_mail"]
        assert (called[0][1]["decision"], called[0][1]["amount"]) == (decision, amount)


def test_a_proposal_that_is_rejected_is_not_told_as_done(open_case: Open) -> None:
    case = open_case("p-opened-01")

    def judged(values: dict[str, Json]) -> str:
        paid = values["decision"] == "refund"
        return "rejected: over limit, hand over to the desk" if paid else "approved"

    said = {"propose": judged, "send_mail": "sent"}
    called = _run(case, PROPOSE, said, last="send_mail")
    assert [values["decision"] for name, values in called if name == "propose"][:2] == ["refund", "escalate"]
    assert "72.21" not in called[-1][1]["text"]


@pytest.mark.parametrize("done", ["committed", "genehmigt", '{"state": "executed"}'])
def test_a_proposal_is_carried_out_by_its_number(open_case: Open, done: str) -> None:
    case = open_case("p-return-02")
    tools = (
        *LOOKS,
        _tool("propose_resolution", "Records what you want to do.", order_id=TEXT,
              action=_choice("REFUND", "DENY", "HANDOVER", "ASK_CUSTOMER"),
              amount_minor={**WHOLE, "description": "0 if none"}),
        _tool("commit", "Carries out a proposal", proposal_id=TEXT),
        _tool("notify_customer", "Tells the customer. Last step.", message=TEXT),
    )  # fmt: skip
    says = {"propose_resolution": '{"proposal_id": "P-17", "status": "pending"}', "commit": done,
            "notify_customer": "sent"}  # fmt: skip
    called = _run(case, tools, says, last="notify_customer")
    assert [name for name, _ in called] == ["propose_resolution", "commit", "notify_customer"]
    assert called[0][1]["action"] == "DENY"
    assert called[1][1] == {"proposal_id": "P-17"}


DESK = (
    _tool("escalate", "To the desk", reason=TEXT),
    _tool("reply", "Mail to the customer; the last step", outcome=_choice(*OUTCOMES), text=TEXT),
)


@pytest.mark.parametrize(
    ("word", "paid"),
    [
        ("approved", True),
        ('{"ok": true}', True),
        ("rejected: needs a second look", False),
        ('{"ok": false}', False),
    ],
)
@pytest.mark.parametrize("name", ["request_approval", "validate_refund", "check_limit"])
def test_leave_to_pay_is_asked_for_and_heeded(open_case: Open, name: str, word: str, paid: bool) -> None:
    sums = {"order_id": TEXT, "amount": NUMBER}
    tools = (*LOOKS, _tool(name, "Is this refund within what we may pay?", **sums),
             _tool("execute_refund", "Pay back", **sums), *DESK)  # fmt: skip
    says = {name: word, "execute_refund": "done", "escalate": "opened", "reply": "sent"}
    called = [name for name, _ in _run(open_case("p-opened-01"), tools, says, last="reply")]
    assert called == [name, "execute_refund" if paid else "escalate", "reply"]


def test_nobody_asks_for_leave_where_nothing_is_paid(open_case: Open) -> None:
    sums = {"order_id": TEXT, "amount": NUMBER}
    tools = (*LOOKS, _tool("request_approval", "Returns approved or rejected.", **sums),
             _tool("execute_refund", "Pay back", **sums), *DESK)  # fmt: skip
    called = _run(open_case("p-return-02"), tools, {"reply": "sent"}, last="reply")
    assert [(name, values["outcome"]) for name, values in called] == [("reply", "denied")]


def test_a_draft_is_checked_and_sent(open_case: Open) -> None:
    tools = (
        *LOOKS, _tool("refund", "Pay back", order_id=TEXT, amount=NUMBER), DESK[0],
        _tool("create_draft", "Creates a draft reply to the customer", body=TEXT),
        _tool("check_draft", "Checks the draft for tone and promises"),
        _tool("send_draft", "Sends it", draft_id=TEXT),
    )  # fmt: skip
    says = {
        "refund": "paid",
        "create_draft": '{"draft_id": "D-5"}',
        "check_draft": "ok",
        "send_draft": "sent",
    }
    called = _run(open_case("p-opened-01"), tools, says, last="send_draft")
    assert [name for name, _ in called] == ["refund", "create_draft", "check_draft", "send_draft"]
    assert called[-1][1] == {"draft_id": "D-5"}


def test_arguments_in_other_languages_are_known(open_case: Open) -> None:
    tools = (
        _tool("bestellung_ansehen", "", nummer=TEXT), _tool("regeln_lesen", ""),
        _tool("geld_zurueck", "", nummer=TEXT, betrag_cent=WHOLE),
        _tool("an_kollegen", "", nummer=TEXT, grund=TEXT),
        _tool("abschluss", "", nachricht=TEXT,
              status=_choice("bezahlt", "abgelehnt", "uebergeben", "rueckfrage")),
    )  # fmt: skip
    shown: dict[str, Says] = {"bestellung_ansehen": _order("nummer"), "regeln_lesen": _rules}
    says = {"geld_zurueck": "bezahlt", "an_kollegen": "angelegt", "abschluss": "gesendet"}
    called = _run(open_case("p-desk-01"), tools, says, shown, last="abschluss")
    assert [name for name, _ in called] == ["an_kollegen", "abschluss"]
    assert (called[0][1]["nummer"], called[1][1]["status"]) == ("HL-207433", "uebergeben")
    called = _run(open_case("p-opened-01"), tools, says, shown, last="abschluss")
    assert called[0] == ("geld_zurueck", {"nummer": "HL-203901", "betrag_cent": 7221})
    assert called[1][1]["status"] == "bezahlt"


NAMELESS = (
    _tool("act_a", "Show an order by its number (p1)", p1=TEXT), _tool("act_b", "Show the refund handbook"),
    _tool("act_c", "Pay back a sum (p2) on an order (p1)", p1=TEXT, p2=NUMBER),
    _tool("act_d", "Open a case for the refunds desk on order p1; p2 says why", p1=TEXT, p2=TEXT),
    _tool("act_e", "Write the closing mail (p2) to the customer with the outcome (p1)",
          p1=_choice("paid", "refused", "with_desk", "question"), p2=TEXT),
)  # fmt: skip
A_AND_B: dict[str, Says] = {"act_a": _order("p1"), "act_b": _rules}


def test_what_names_do_not_tell_descriptions_do(open_case: Open) -> None:
    says = {"act_c": '{"refund_id": "r1"}', "act_d": "opened", "act_e": "sent"}
    paid = _run(open_case("p-opened-01"), NAMELESS, says, A_AND_B, last="act_e")
    assert paid[0] == ("act_c", {"p1": "HL-203901", "p2": 72.21})
    assert paid[1][1]["p1"] == "paid"
    handed = _run(open_case("p-desk-01"), NAMELESS, says, A_AND_B, last="act_e")
    assert handed[0][0] == "act_d"
    assert handed[0][1]["p1"] == "HL-207433"


def test_what_nothing_tells_is_not_called(open_case: Open) -> None:
    case = open_case("p-opened-01")
    bare = tuple(ToolSpec(f"x{tool.name[-1]}", "", tool.schema) for tool in NAMELESS)
    assert _run(case, bare, {}, {}, last="xe") == []
    assert not case.readings[-1].understood


def test_an_order_s_number_and_a_sum_stand_as_the_tool_wants_them(open_case: Open) -> None:
    digits = {**TEXT, "description": "the six digits, without HL-"}
    tools = (
        _tool("get_order", "An order by its number", order_id=digits), LOOKS[1],
        _tool("refund", "Pay back", order_id={**WHOLE, "description": "numeric part of the order number"},
              amount={**TEXT, "description": "decimal with a comma, like 12,50"}), *DESK,
    )  # fmt: skip
    says = {"refund": '{"refund_id": "r1", "status": "succeeded"}', "reply": "sent"}
    called = _run(open_case("p-opened-01"), tools, says, last="reply")
    assert called[0] == ("refund", {"order_id": 203901, "amount": "72,21"})
    assert called[1][1]["outcome"] == "refunded"
