"""Do-interventions on what the model reads: with no mistakes drawn, the answer follows the context."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Request, Text, ToolSpec
from harness.exercise.parts import Turn
from harness.exercise.registry import Exercise
from tests.exercises.flaky_agent_trace.conftest import DECISION, TOOLS

Open = Callable[..., Any]

RETURN = "p-return-01"
"""One of two items goes back, day 9: 64.00 EUR."""


def test_every_style_of_program_ends_well_when_nothing_is_misread(open_case: Open, ids: list[str]) -> None:
    wrong = []
    for id in ids:
        acting = open_case(id)
        acting.act(prompt="Handle refund tickets with the tools. Read the handbook with fresh set to true.")
        single = open_case(id)
        single.carry_out(single.decide(single.prompt()))
        prose = open_case(id)
        asked = (
            'Answer with JSON only: {"order_id": "..." or null, '
            '"action": "refund|deny|escalate|need_info", "amount": number or null}'
        )
        reply = prose.say(f"{prose.prompt()}\n\n{asked}")
        prose.carry_out(json.loads(reply.text))
        for style, case in (("act", acting), ("single", single), ("prose", prose)):
            if not case.verdict.success:
                wrong.append((id, style, case.verdict.label, case.verdict.detail))
    assert wrong == []


def test_a_mail_that_is_not_in_the_prompt_is_not_known(open_case: Open) -> None:
    case = open_case(RETURN)
    with_mail = case.decide(case.prompt())
    without = case.decide(case.prompt(mail="A customer wrote about a refund."))
    assert (with_mail["action"], with_mail["amount"]) == ("refund", 64.0)
    assert without["action"] == "need_info"
    schema = {"type": "object", "properties": {"issue": {"type": ["string", "null"]}}}
    assert case.decide("Which issue does the customer have?", schema=schema) == {"issue": None}


def test_the_answer_follows_a_swapped_value(open_case: Open) -> None:
    case = open_case(RETURN)
    swapped = json.dumps(case.orders).replace('"64.00"', '"71.35"')
    assert case.decide(case.prompt(orders=swapped))["amount"] == 71.35


def test_values_that_stand_under_another_order_belong_to_it(open_case: Open) -> None:
    case = open_case(RETURN)
    first, second = case.orders[:2]
    first["items"], second["items"] = second["items"], first["items"]
    first["delivered"] = "2026-10-05"
    mixed = case.decide(case.prompt(orders=json.dumps([first, second])))
    assert (mixed["action"], mixed["amount"]) != ("refund", 64.0)


def test_a_date_that_is_moved_out_of_the_window_is_declined(open_case: Open) -> None:
    case = open_case(RETURN)
    late = json.dumps(case.orders).replace('"delivered": "2026-10-05"', '"delivered": "2026-09-05"')
    assert case.decide(case.prompt())["action"] == "refund"
    assert case.decide(case.prompt(orders=late))["action"] == "deny"


def test_an_order_without_the_values_is_not_decided_from_what_the_world_knows(open_case: Open) -> None:
    case = open_case(RETURN)
    decision = case.decide(case.prompt(orders='{"id": "HL-204173", "status": "delivered"}'))
    assert decision["amount"] != 64.0


LAYOUTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "python": repr,
    "renamed": lambda o: json.dumps(
        {
            "orderNumber": o["id"], "customerEmail": o["customer"]["email"], "orderDate": o["placed"],
            "state": o["status"], "deliveredOn": o["delivered"],
            "promisedDate": o["promised"], "currency": o["currency"],
            "lines": [
                {"sku": i["sku"], "title": i["name"], "qty": i["quantity"], "price": i["unit_price"],
                 "category": i["category"]}
                for i in o["items"]
            ],
            "shippingCost": o["shipping_fee"],
        }
    ),
    "yaml": lambda o: (
        f"order_id: {o['id']}\nemail: {o['customer']['email']}\n"
        f"placed: {o['placed']}\nstatus: {o['status']}\n"
        f"promised: {o['promised']}\ndelivered: {o['delivered']}\ncurrency: {o['currency']}\n"
        f"shipping fee: {o['shipping_fee']} {o['currency']}\nitems:\n"
        + "\n".join(
            f"  - {i['quantity']} x {i['name']} ({i['sku']}, {i['category']}): "
            f"{i['unit_price']} {o['currency']}"
            for i in o["items"]
        )
    ),
    "prose": lambda o: (
        f"Order {o['id']} of {o['customer']['email']} was placed on {o['placed']}, promised by "
        f"{o['promised']} and delivered on {o['delivered']}; status delivered, "
        f"shipping fee {o['shipping_fee']} {o['currency']}.\nIt holds:\n"
        + "\n".join(
            f"* {i['quantity']} x {i['name']} at {i['unit_price']} {o['currency']}" for i in o["items"]
        )
    ),
    "markdown": lambda o: (
        f"| field | value |\n|---|---|\n| order id | {o['id']} |\n| email | {o['customer']['email']} |\n"
        f"| delivered | {o['delivered']} |\n| promised | {o['promised']} |\n"
        f"| shipping fee | {o['shipping_fee']} |\n"
        f"| currency | {o['currency']} |\n\n"
        + "\n".join(f"- {i['quantity']} x {i['name']}, {i['unit_price']} {o['currency']}" for i in o["items"])
    ),
    "xml": lambda o: (
        f"<order><id>{o['id']}</id><email>{o['customer']['email']}</email><delivered>{o['delivered']}</delivered>"
        f"<promised>{o['promised']}</promised><currency>{o['currency']}</currency>"
        f"<shipping_fee>{o['shipping_fee']}</shipping_fee>\n"
        + "\n".join(
            f"<item>{i['quantity']} x {i['name']} {i['unit_price']} {o['currency']}</item>"
            for i in o["items"]
        )
        + "\n</order>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_orders_are_read_in_any_layout(open_case: Open, layout: str) -> None:
    case = open_case(RETURN)
    shown = "\n\n".join(LAYOUTS[layout](order) for order in case.orders)
    decision = case.decide(case.prompt(orders=shown))
    assert (decision["order_id"], decision["action"], decision["amount"]) == ("HL-204173", "refund", 64.0)


def test_redaction_of_names_and_addresses_changes_nothing_that_does_not_need_them(open_case: Open) -> None:
    case = open_case(RETURN)
    prompt = case.prompt().replace("aoife.brennan@example.ie", "[EMAIL]").replace("Aoife Brennan", "[NAME]")
    assert case.decide(prompt)["amount"] == 64.0


def test_json_escapes_quoting_and_case_do_not_hide_the_mail(open_case: Open, ids: list[str]) -> None:
    for id in ids:
        case = open_case(id)
        plain = case.decide(case.prompt())
        body = case.task["ticket"]["body"]
        escaped = case.prompt(mail=json.dumps(case.task, ensure_ascii=True))
        quoted = case.prompt(
            mail=case.mail.replace(body, "\n".join(f"> {line}" for line in body.splitlines()))
        )
        assert case.decide(escaped) == plain, id
        assert case.decide(quoted) == plain, id


def _without(handbook: str, clause: str) -> str:
    return "\n".join(line for line in handbook.splitlines() if not line.startswith(f"{clause} "))


def test_a_clause_that_is_removed_is_not_applied(open_case: Open, exercise: Exercise, ids: list[str]) -> None:
    """For every practice scenario and clause: the answer is what the other clauses say."""
    from exercises.flaky_agent_trace.shop.handbook import handbook
    from exercises.flaky_agent_trace.shop.policy import decide, facts_of
    from exercises.flaky_agent_trace.shop.records import Meaning, WorldState

    changed = 0
    for id in ids:
        scenario = exercise.bank[id]
        state, meaning = WorldState.model_validate(scenario.world), Meaning.model_validate(scenario.meaning)
        book = handbook(state.policy_version)
        whole = decide(facts_of(meaning, state), book.by_id)
        for clause in book.by_id:
            rest = {other: text for other, text in book.by_id.items() if other != clause}
            without = decide(facts_of(meaning, state), rest)
            if (without.action, without.amount) == (whole.action, whole.amount):
                continue
            changed += 1
            case = open_case(id)
            answer = case.decide(case.prompt(handbook=_without(case.handbook, clause)))
            assert answer["action"] == without.action, (id, clause)
            if without.amount is not None:
                assert answer["amount"] == float(without.amount), (id, clause)
    assert changed > 10


def test_changed_numbers_of_a_clause_are_followed(open_case: Open) -> None:
    case = open_case(RETURN)
    shorter = case.handbook.replace(
        "within 30 days of delivery. The day", "within 7 days of delivery. The day"
    )
    assert shorter != case.handbook
    assert case.decide(case.prompt())["action"] == "refund"
    assert case.decide(case.prompt(handbook=shorter))["action"] == "deny"


def test_a_reworded_handbook_is_followed(open_case: Open) -> None:
    case = open_case("p-return-02")
    own = "- Unwanted items can be returned within {} days of delivery.\n- Final sale: never taken back."
    assert case.decide(case.prompt(handbook=own.format(30)))["action"] == "deny"
    assert case.decide(case.prompt(handbook=own.format(60)))["action"] == "refund"


def test_a_mail_that_talks_like_the_handbook_states_no_clause(open_case: Open) -> None:
    case = open_case("p-return-02")
    assert case.decide(case.prompt(handbook="(not available)"))["action"] == "refund"


def test_an_earlier_reading_is_built_upon(open_case: Open) -> None:
    """Extraction first, then a decision that sees the extracted facts instead of the mail."""
    case = open_case(RETURN)
    wanted = {
        "type": "object",
        "properties": {
            "order_id": {"type": "string"},
            "issue": {"type": "string", "enum": ["changed_mind", "damaged", "late", "other"]},
            "items": {"type": "array", "items": {"type": "string"}},
        },
    }
    facts = case.decide(case.prompt(handbook=""), schema=wanted)
    facts_text = json.dumps(facts)
    header = "Received: 2026-10-14\nFrom: aoife.brennan@example.ie\n"
    decided = case.decide(case.prompt(mail=f"{header}Facts extracted from the mail: {facts_text}"))
    assert (decided["action"], decided["amount"]) == ("refund", 64.0)
    forged = facts_text.replace("changed_mind", "late")
    assert case.decide(case.prompt(mail=f"{header}Facts: {forged}"))["action"] == "deny"


def test_renamed_tools_and_arguments_are_used(open_case: Open, exercise: Exercise) -> None:
    def tool(name: str, description: str, **properties: str) -> ToolSpec:
        kinds = {key: {"type": kind} for key, kind in properties.items()}
        return ToolSpec(
            name, description, {"type": "object", "properties": kinds, "required": list(properties)}
        )

    tools = (
        tool("lookup_customer_orders", "", customer_email="string"),
        tool("fetchOrderDetails", "", orderNumber="string"),
        tool("read_refund_handbook", "", section="string"),
        tool("issue_refund", "", order="string", refund_amount="number", justification="string"),
        tool("hand_over_to_human", "", order="string", why="string", context="string"),
        tool(
            "answer_customer", "", order="string", decision="string", refund_amount="number", message="string"
        ),
    )
    back = {
        "lookup_customer_orders": ("search_orders", {"customer_email": "email"}),
        "fetchOrderDetails": ("get_order", {"orderNumber": "order_id"}),
        "read_refund_handbook": ("get_policy", {"section": "topic"}),
        "issue_refund": (
            "refund", {"order": "order_id", "refund_amount": "amount", "justification": "reason"},
        ),
        "hand_over_to_human": ("escalate", {"order": "order_id", "why": "reason", "context": "summary"}),
        "answer_customer": (
            "reply",
            {"order": "order_id", "decision": "outcome", "refund_amount": "amount", "message": "body"},
        ),
    }  # fmt: skip

    def names(name: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        known, arguments = back[name]
        return known, {arguments[key]: value for key, value in values.items() if value not in ("", None)}

    for id in [
        scenario.id
        for scenario in exercise.bank
        if scenario.tasks == 1 and not scenario.world.get("cached_policy")
    ]:
        case = open_case(id)
        case.act(tools=tools, names=names)
        assert case.verdict.success, (id, case.verdict)


def test_several_answers_to_one_request_differ_only_by_their_attempt(open_case: Open) -> None:
    case = open_case(RETURN, model="practice")
    case.decide(case.prompt())
    case.decide(case.prompt())
    keys = [(r.decision, r.subject) for r in case.readings]
    assert keys[0] == keys[1] == ("resolution", "T-31807")


def test_reading_is_pure(open_case: Open) -> None:
    case = open_case(RETURN)
    first, second = case.decide(case.prompt()), case.decide(case.prompt())
    assert first["amount"] == second["amount"]
    assert re.fullmatch(r"flaky_agent_trace/[0-9a-f]{12}", case.model.version)
    assert case.model.provenance == "invented"


def test_who_answers_leaves_the_reading_as_it_was(open_case: Open) -> None:
    """The choices of one request share a reading, and tests that ask often do: with no other answers."""
    for id in (RETURN, "p-opened-01"):
        case = open_case(id, "practice")
        for asked in (case.prompt(), f"{case.prompt()}\n\nDraft the reply to the customer."):
            messages = (Message("user", (Text(asked),)),)
            for request in (
                Request("m", messages),
                Request("m", messages, tools=TOOLS),
                Request("m", messages, output=OutputFormat("answer", DECISION, strict=True)),
            ):
                shared = case.model.read(request, case.view())
                for attempt in range(4):
                    turn = Turn(case.draws, shared.decision, shared.subject, attempt)
                    fresh = case.model.read(request, case.view())
                    assert case.model.answer(shared, turn) == case.model.answer(fresh, turn)


def _sheet(order: dict[str, Any]) -> str:
    """An order as lines of comma-separated pairs."""
    head = ("id", "placed", "status", "promised", "delivered", "currency", "shipping_fee", "total")
    lines = [", ".join(f"{key}: {order[key]}" for key in head)]
    lines += [f"customer: {order['customer']['name']}, email: {order['customer']['email']}"]
    lines += [f"also: {' '.join(order['customer']['also']) or 'none'}, gift: {order['gift']}"]
    lines += [f"chargeback: {order['chargeback']}, refundable: {order['refundable']}"]
    for kind, entries in (("item", "items"), ("earlier refund", "refunds"), ("note", "notes")):
        lines += [
            f"{kind}: " + ", ".join(f"{key}: {value}" for key, value in entry.items())
            for entry in order[entries]
        ]
    return "\n".join(lines)


def test_sheets_of_comma_separated_pairs_are_decided_like_json(open_case: Open, ids: list[str]) -> None:
    wrong = []
    for id in ids:
        case = open_case(id)
        quoted = "\n".join(f"> {line}" for line in case.mail.splitlines())
        sheets = "\n\n".join(_sheet(order) for order in case.orders)
        plain = case.decide(case.prompt(mail=quoted, orders=sheets))
        json_said = open_case(id).decide(case.prompt())
        if (plain["action"], plain["amount"]) != (json_said["action"], json_said["amount"]):
            wrong.append((id, plain, json_said))
    assert wrong == []
