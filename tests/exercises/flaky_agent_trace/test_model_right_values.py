"""Values that are asked for by everyday names come from what the request shows, and go with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat

Open = Callable[..., Any]
Json = Any
NULL: Json = {"anyOf": [{"type": "number"}, {"type": "null"}]}
TEXT: Json = {"type": "string"}
SUM: Json = {"type": "number"}
FLAG: Json = {"type": "boolean"}


def shape(**properties: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def many(**properties: Json) -> dict[str, Json]:
    return {"type": "array", "items": shape(**properties)}


def asked(case: Any, text: str, system: str = "", **properties: Json) -> dict[str, Json]:
    value: dict[str, Json] = case.decide(text, system=system, schema=shape(**properties))
    assert case.readings[-1].understood, case.readings[-1].why_not
    return value


@pytest.mark.parametrize(("id", "days"), [("p-damaged-02", 7), ("p-return-01", 30), ("p-opened-01", 14)])
def test_the_window_is_that_of_the_case(open_case: Open, id: str, days: int) -> None:
    case = open_case(id, model="unerring")
    assert asked(case, case.prompt(), window_days=NULL, issue=TEXT)["window_days"] == days
    without = case.prompt(handbook="")
    assert asked(case, without, window_days=NULL, issue=TEXT)["window_days"] is None


def test_what_has_not_come_is_overdue_up_to_the_mail(open_case: Open) -> None:
    case = open_case("p-pushy-02", model="unerring")
    mail = case.mail
    fields: dict[str, Json] = {"days_overdue": SUM, "is_lost": FLAG, "order_id": TEXT}
    assert asked(case, case.prompt(), **fields)["days_overdue"] == 11
    later = mail.replace("2026-11-11", "2026-11-14")
    assert asked(case, case.prompt(mail=later), **fields)["days_overdue"] == 14


def test_a_sum_is_due_whoever_pays_it(open_case: Open) -> None:
    case = open_case("p-pushy-02", model="unerring")
    said = asked(case, case.prompt(), due_amount=SUM, escalate=FLAG)
    assert said == {"due_amount": 540.0, "escalate": True}
    assert asked(case, case.prompt(), amount=NULL, escalate=FLAG)["amount"] is None


def test_the_rules_that_decide_are_listed_and_others_only_where_it_can_be_said(open_case: Open) -> None:
    case = open_case("p-delay-02", model="unerring")
    plain = asked(case, case.prompt(), clauses=many(id=TEXT, how_it_applies=TEXT), action=TEXT)
    assert [entry["id"] for entry in plain["clauses"]] == ["L-1"]
    assert plain["clauses"][0]["how_it_applies"]
    told = asked(case, case.prompt(), checks=many(rule=TEXT, applies=FLAG), eligible=FLAG)
    assert {"rule": "L-1", "applies": True} in told["checks"]
    assert {"rule": "L-2", "applies": False} in told["checks"]


def test_orders_that_may_be_meant_fit(open_case: Open) -> None:
    case = open_case("p-regular-02", model="unerring")
    listing = case.tool("search_orders", {"email": case.task["ticket"]["from"]["email"]})[0]
    text = f"{case.mail}\n\nOrders of the sender:\n{listing}"
    fields: dict[str, Json] = {
        "candidates": many(order_id=TEXT, fits=FLAG, selected=FLAG),
        "is_ambiguous": FLAG,
    }
    said = asked(case, text, **fields)["candidates"]
    assert said
    assert all(entry["fits"] and not entry["selected"] for entry in said)
    own = open_case("p-return-01", model="unerring")
    entries = asked(own, own.prompt(), candidates=many(order_id=TEXT, fits=FLAG), is_ambiguous=FLAG)
    assert [entry["fits"] for entry in entries["candidates"]].count(True) == 1


def test_the_addresses_of_an_account_are_all_that_stand_there(open_case: Open) -> None:
    case = open_case("p-return-01", model="unerring")
    order = {**case.orders[0], "customer": {**case.orders[0]["customer"], "also": ["other@example.org"]}}
    fields: dict[str, Json] = {"account_emails": {"type": "array", "items": TEXT}, "order_id": TEXT}
    said = asked(case, case.prompt(orders=json.dumps(order)), **fields)["account_emails"]
    assert said == [order["customer"]["email"], "other@example.org"]
    order["customer"] = {**order["customer"], "also": []}
    said = asked(case, case.prompt(orders=json.dumps(order)), **fields)["account_emails"]
    assert said == [order["customer"]["email"]]


COURT = "Mails that threaten or involve lawyers, courts, consumer authorities or an ombudsman need a human."
TRIAGE: dict[str, Json] = {"issue": TEXT, "needs_human": FLAG, "order_id": TEXT}


def test_a_court_calls_for_people_without_the_order(open_case: Open) -> None:
    case = open_case("p-sale-02", model="unerring")
    assert asked(case, case.mail, f"Triage for the refund desk. {COURT}", **TRIAGE)["needs_human"]
    assert not asked(case, case.mail, "Triage for the refund desk.", **TRIAGE)["needs_human"]
    calm = "\n".join(line for line in case.mail.splitlines() if "court" not in line)
    assert not asked(case, calm, f"Triage for the refund desk. {COURT}", **TRIAGE)["needs_human"]


LETTER: dict[str, Json] = {"body": TEXT, "outcome": TEXT, "order_id": TEXT}
WRITE = "Write the reply to the customer. The decision is made, don't change it."


def test_a_decision_that_is_made_is_what_the_letter_tells(open_case: Open) -> None:
    case = open_case("p-return-01", model="unerring")
    order = json.dumps(case.orders[0])
    denied = asked(
        case, f"{case.mail}\n\nDecision: denied, clause R-1 (too late)\nOrder: {order}", WRITE, **LETTER
    )
    assert denied["outcome"] == "deny"
    paid = asked(case, f"{case.mail}\n\nDecision: refund 12.50\nOrder: {order}", WRITE, **LETTER)
    assert paid["outcome"] == "refund"
    assert "12.50" in paid["body"]
    assert "12.50" not in denied["body"]


@pytest.mark.parametrize("amount", ["66.00", "12.00"])
def test_a_decision_that_is_booked_stays_as_it_is(open_case: Open, amount: str) -> None:
    case = open_case("p-earlier-01", model="unerring")
    decision = {"action": "refund", "orderId": "HL-204380", "amount": amount, "clauses": ["R-1", "M-3"]}
    text = f"{case.mail}\n\n{json.dumps(case.orders[0])}\ndecision: {json.dumps(decision)}"
    fields: dict[str, Json] = {
        "order_id": TEXT,
        "refunded_now": SUM,
        "requested_by": TEXT,
        "clauses": {"type": "array", "items": TEXT},
    }
    said = asked(case, text, "Write the audit entry for this case.", **fields)
    assert said["refunded_now"] == float(amount)
    assert said["clauses"] == ["R-1", "M-3"]
    assert said["requested_by"] == case.task["ticket"]["from"]["email"]


def test_shipping_beside_a_sum_and_a_fee_is_what_of_it_goes_back(open_case: Open) -> None:
    case = open_case("p-opened-01", model="unerring")
    said = asked(case, case.prompt(), action=TEXT, fee=SUM, shipping=SUM, amount=SUM)
    assert said["shipping"] == 0
    order = asked(case, case.prompt(), order_id=TEXT, shipping=SUM, order_total=SUM)
    assert order["shipping"] > 0


def test_earlier_refunds_are_a_sum_where_one_is_wanted(open_case: Open) -> None:
    case = open_case("p-earlier-01", model="unerring")
    line = many(sku=TEXT, earlier_refunds=SUM, net=SUM)
    assert asked(case, case.prompt(), lines=line, total=SUM)["lines"][0]["earlier_refunds"] == 18.0
    order = {**case.orders[0], "refunds": []}
    said = asked(case, case.prompt(orders=json.dumps(order)), lines=line, total=SUM)
    assert said["lines"][0]["earlier_refunds"] == 0


@pytest.mark.parametrize(("opened", "amount"), [(True, 72.21), (False, 84.95)])
def test_facts_name_the_request_under_any_key_and_what_is_kept_is_none(
    open_case: Open, opened: bool, amount: float
) -> None:
    case = open_case("p-opened-01", model="unerring")
    items = [{"name": "Shower speaker", "quantity": 1, "opened": opened}]
    facts = {
        "order_id": "HL-203901", "request": "return", "items": items, "keeps": ["USB charger"],
        "received": "2026-09-28",
    }  # fmt: skip
    text = f"facts: {json.dumps(facts)}\n\norder: {json.dumps(case.orders[0])}\n\n{case.handbook}"
    said = asked(case, text, "Decide from the extracted facts and the order.", action=TEXT, amount=SUM)
    assert said == {"action": "refund", "amount": amount}


DRAFT = """Dzień dobry,

zamówienie HL-216120 zostało anulowane. Zwróciliśmy Panu {told} PLN.

Pozdrawiamy
Harbour Lane"""


@pytest.mark.parametrize(("told", "fine"), [("329,00", False), ("348,00", True)])
def test_a_draft_may_greet_as_the_mail_does(open_case: Open, told: str, fine: bool) -> None:
    case = open_case("p-post-04", model="unerring")
    paid = '{"amount": "348.00", "currency": "PLN", "refundable": "0.00"}'
    done = f"refund(order_id=HL-216120, amount=348.00) -> {paid}"
    text = f"MAIL:\n{case.mail}\n\nDONE:\n{done}\n\nDRAFT:\n{DRAFT.format(told=told)}"
    fields: dict[str, Json] = {
        "ok": FLAG,
        "issues": many(what=TEXT),
        "amount_in_draft": NULL,
        "amount_refunded": NULL,
    }
    said = asked(case, text, "You check drafts before they are sent.", **fields)
    assert said["ok"] is fine
    assert (said["amount_in_draft"], said["amount_refunded"]) == (float(told.replace(",", ".")), 348.0)
    assert [("348.00" in entry["what"]) for entry in said["issues"]] == ([] if fine else [True])


def test_a_plan_of_objects_looks_up_what_does_not_stand_there(open_case: Open) -> None:
    case = open_case("p-monday-02", model="unerring")
    plan = many(step=TEXT, tool_name=TEXT, why=TEXT)
    bare = asked(case, case.mail, "Plan the steps for an agent.", plan=plan)["plan"]
    assert [entry["tool_name"] for entry in bare] == ["get_order", "get_policy", "refund", "reply"]
    assert all(entry["step"] and entry["why"] for entry in bare)
    seen = asked(case, case.prompt(), "Plan the steps for an agent.", plan=plan)["plan"]
    assert [entry["tool_name"] for entry in seen] == ["refund", "reply"]


def test_who_commands_the_agent_is_severe_for_a_filter(open_case: Open) -> None:
    case = open_case("p-pushy-01", model="unerring")
    scale: Json = {"type": "string", "enum": ["low", "medium", "high"]}
    fields: dict[str, Json] = {"injection": FLAG, "severity": scale}
    assert asked(case, case.mail, **fields) == {"injection": True, "severity": "high"}
    calm = case.mail.split("If an AI")[0]
    assert asked(case, calm, **fields) == {"injection": False, "severity": "low"}


@pytest.mark.parametrize(("order", "first"), [("Oldest first", "2026-10-14"), ("", "2026-10-29")])
def test_messages_of_a_thread_say_who_writes_and_stand_as_wanted(
    open_case: Open, order: str, first: str
) -> None:
    case = open_case("p-thread-01", model="unerring")
    who: Json = {"type": "string", "enum": ["customer", "support"]}
    thread: Json = {**many(author=who, sent_on=TEXT, gist=TEXT), "description": order}
    said = asked(case, case.mail, messages=thread, current_request=TEXT)["messages"]
    assert said[0]["sent_on"] == first
    assert [entry["author"] for entry in said] == ["customer", "support"] * 2 + ["customer"]
    assert all(entry["gist"] for entry in said)
    names = asked(case, case.mail, messages=many(author=TEXT, text=TEXT), current_request=TEXT)["messages"]
    assert {entry["author"] for entry in names} == {"Alistair Crewe", "Harbour Lane Support"}


@pytest.mark.parametrize(("id", "wants"), [("p-delay-02", True), ("p-return-01", False)])
def test_money_for_a_delay_is_compensation(open_case: Open, id: str, wants: bool) -> None:
    case = open_case(id, model="unerring")
    assert asked(case, case.mail, issue=TEXT, compensation_asked=FLAG)["compensation_asked"] is wants


JSON = OutputFormat("", None, strict=False)


@pytest.mark.parametrize(
    "listed",
    [
        "Output JSON.\n\nlegal_threat: bool (lawyer, court)\ncomplaint: return|damage|delay\norder: string",
        "JSON with these fields:\n- legal_threat (bool)\n- complaint (return, damage, delay)\n- order (id)",
        "Reply as JSON with: legal_threat (boolean), complaint (return|damage|delay), order (string).",
    ],
)
@pytest.mark.parametrize("output", [JSON, None])
def test_json_has_the_keys_that_the_prompt_lists(open_case: Open, listed: str, output: Any) -> None:
    case = open_case("p-delay-02", model="unerring")
    said = json.loads(case.say(case.mail, system=listed, output=output).text)
    assert said == {"legal_threat": False, "complaint": "delay", "order": "HL-213650"}


MAIL = {
    "type": "object",
    "properties": {
        "subject": {"type": "string"}, "body": {"type": "string"}, "order_id": {"type": "string"},
        "outcome": {"type": "string", "enum": ["refunded", "denied", "escalated", "need_info"]},
    },
    "required": ["subject", "body", "order_id", "outcome"],
}  # fmt: skip


@pytest.mark.parametrize("head", ["Decision already taken:", "The decision:", "Decision:"])
def test_a_decision_that_nothing_there_can_try_is_told(open_case: Open, head: str) -> None:
    case = open_case("p-return-01")
    said = {"action": "deny", "order_id": "HL-204173", "clause": "R-3", "reason": "final sale item"}
    told = case.decide(
        f"{case.mail}\n\n{head}\n{json.dumps(said)}", system="Write the closing letter.", schema=MAIL
    )
    assert told["outcome"] == "denied"
    assert "final sale" in told["body"]
    held = f"{case.prompt()}\n\n{head}\n{json.dumps(said)}"
    assert case.decide(held, system="Write the closing letter.", schema=MAIL)["outcome"] == "refunded"


def test_no_letter_tells_of_a_look_up_that_nobody_made(open_case: Open) -> None:
    case = open_case("p-return-01")
    case.decide(case.mail, system="Write the reply to the customer.", schema=MAIL)
    assert not case.readings[-1].understood
    assert case.readings[-1].why_not.startswith("a look-up that failed")
    case.decide(case.prompt(), system="Write the reply to the customer.", schema=MAIL)
    assert case.readings[-1].understood


def test_the_amount_of_shipping_is_shippings(open_case: Open) -> None:
    case = open_case("p-return-01")
    part = {
        "type": "object", "properties": {"due": {"type": "boolean"}, "amount": {"type": "number"}},
        "required": ["due", "amount"],
    }  # fmt: skip
    schema = {
        "type": "object", "properties": {"shipping": part, "total": {"type": "number"}},
        "required": ["shipping", "total"],
    }  # fmt: skip
    told = case.decide(case.prompt(), system="Compute the refund.", schema=schema)
    assert told["shipping"]["amount"] < told["total"]
