"""Fields beside those of the decision: what the order shows is said of it, and nothing is bound by chance."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.exercise.parts import Served

Json = Any
Open = Callable[..., Any]
NULL = {"anyOf": [{"type": "boolean"}, {"type": "null"}]}


def _of(**fields: Json) -> dict[str, Json]:
    properties = {name: {"type": kind} if isinstance(kind, str) else kind for name, kind in fields.items()}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _asked(case: Any, prompt: str | None = None, /, **fields: Json) -> dict[str, Json]:
    value = case.decide(case.prompt() if prompt is None else prompt, schema=_of(**fields))
    assert isinstance(value, dict)
    return value


FOREIGN: dict[str, str] = {
    "fake_order": "boolean", "suspicious_order": "boolean", "order_was_stolen": "boolean",
    "shipping_weight": "number", "vat_amount": "number", "customs_fee_amount": "number",
    "tip_amount": "number",
    "max_refund_amount": "number", "payment_window_days": "integer", "items_insured": "string",
    "fraud_category": "string", "parcel_weight": "string", "amount_confidence_band": "string",
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_another_word_beside_a_name_makes_it_another_thing_that_is_unknown(
    open_case: Open, name: str
) -> None:
    case = open_case("p-return-01")
    said = _asked(case, order_id="string", action="string", **{name: FOREIGN[name]})
    assert said["order_id"] == "HL-204173"
    assert not said[name]
    assert case.thoughts[0].unknown_fields == (name,)


KNOWN: dict[str, tuple[str, ...]] = {
    "order_id": ("orderId", "selected_order_id", "customer_order_number", "order_id_or_null"),
    "amount": (
        "refund_amount_eur", "final_refund_amount", "amount_minor_units", "total_refund_amount",
    ),
    "action": ("final_decision", "recommended_action", "decision_type"),
    "issue": ("primary_issue", "customer_intent", "issue_code", "main_complaint"),
    "days": ("days_since_delivery", "days_from_date_to_request"),
    "reported": ("damage_first_reported_on", "first_reported_date"),
    "items": ("affected_item_skus", "requested_items", "items_returned"),
}  # fmt: skip


@pytest.mark.parametrize("slot", KNOWN)
def test_words_that_change_nothing_may_stand_beside_a_name(slot: str) -> None:
    assert {vocabulary().ontology.slot_of(name) for name in KNOWN[slot]} == {slot}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "description": "the refund in cents"}, 7221),
        ({"type": "integer", "description": "Amount due, in minor units of the currency"}, 7221),
        ({"type": "string", "description": "in euro cents"}, "7221"),
        ({"type": "number", "description": "in euros, not in cents"}, 72.21),
        ({"type": "number", "description": "rounded to the cent"}, 72.21),
    ],
)
def test_a_description_says_the_unit_of_a_sum(open_case: Open, schema: Json, value: Json) -> None:
    case = open_case("p-opened-01")
    assert _asked(case, action="string", amount=schema, amount_minor_units="integer") == {
        "action": "refund", "amount": value, "amount_minor_units": 7221,
    }  # fmt: skip


def _altered(case: Any, **changes: Json) -> str:
    """The prompt with the (one) order that the mail is about changed."""
    orders = copy.deepcopy(case.orders)
    orders[0].update(changes)
    return str(case.prompt(orders=json.dumps(orders)))


def test_the_chargeback_that_hands_a_case_over_is_said(open_case: Open) -> None:
    case = open_case("p-desk-01")
    fields: dict[str, Json] = {
        "has_chargeback": "boolean",
        "chargeback": {"enum": ["none", "open", "won", "lost"]},
        "action": "string",
    }  # fmt: skip
    assert _asked(case, **fields) == {"has_chargeback": True, "chargeback": "open", "action": "escalate"}
    without = _asked(case, _altered(case, chargeback="none"), **fields)
    assert without == {"has_chargeback": False, "chargeback": "none", "action": "refund"}
    assert case.thoughts[0].unknown_fields == ()


@pytest.mark.parametrize(
    ("id", "name", "undone"),
    [
        ("p-earlier-03", "has_promise_note", {"notes": []}),
        ("p-post-05", "is_gift_order", {"gift": False}),
    ],
)
def test_what_hands_a_case_over_is_said_and_goes_with_its_cause(
    open_case: Open, id: str, name: str, undone: dict[str, Json]
) -> None:
    case = open_case(id)
    assert _asked(case, **{name: "boolean"}, action="string") == {name: True, "action": "escalate"}
    assert _asked(case, _altered(case, **undone), **{name: "boolean"}, action="string")[name] is False


def test_the_limit_is_exceeded_where_the_decision_has_it(open_case: Open) -> None:
    case = open_case("p-pushy-02")
    fields: dict[str, Json] = {"exceeds_limit": NULL, "action": "string"}
    assert _asked(case, **fields) == {"exceeds_limit": True, "action": "escalate"}
    assert _asked(case, exceeds_limit=NULL, order_id="string")["exceeds_limit"] is True
    items = [{**item, "unit_price": "20.00"} for item in case.orders[0]["items"]]
    cheap = _altered(case, items=items, total="40.00", refundable="40.00")
    assert _asked(case, cheap, **fields) == {"exceeds_limit": False, "action": "refund"}
    unruled = _asked(case, case.prompt(handbook=""), exceeds_limit=NULL, order_id="string")
    assert unruled["exceeds_limit"] is None


def test_what_went_back_before_is_said(open_case: Open) -> None:
    case = open_case("p-earlier-01")
    fields = {"already_refunded": "boolean", "earlier_refunds_total": "number", "refund_amount": "number"}
    before = _asked(case, **fields)
    assert before == {"already_refunded": True, "earlier_refunds_total": 18.0, "refund_amount": 66.0}
    order = case.orders[0]
    refund = {**order["refunds"][0], "amount": "20.00"}
    changed = _altered(case, refunds=[refund], refundable="93.00")
    assert _asked(case, changed, **fields)["earlier_refunds_total"] == 20.0
    none = _asked(case, _altered(case, refunds=[], refundable="113.00"), **fields)
    assert none == {"already_refunded": False, "earlier_refunds_total": 0.0, "refund_amount": 84.0}


def test_sums_and_kinds_of_an_order_are_read_where_they_stand(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = _asked(
        case, restocking_fee="number", item_price="number", refund_amount="number", item_category="string",
        is_electronics="boolean", payment_method="string", order_total="number", shipping_fee="number",
    )  # fmt: skip
    order = case.orders[0]
    assert said["item_price"] - said["restocking_fee"] == pytest.approx(said["refund_amount"])
    assert (said["item_category"], said["is_electronics"]) == ("electronics", True)
    assert said["payment_method"] == order["payment"]
    assert said["order_total"] == float(order["total"])
    assert said["shipping_fee"] == float(order["shipping_fee"])


def test_of_an_order_that_is_not_shown_nothing_is_said(open_case: Open) -> None:
    case = open_case("p-desk-01")
    money = {"anyOf": [{"type": "number"}, {"type": "null"}]}
    names = {
        "gift": NULL, "has_promise_note": NULL,
        "is_electronics": NULL, "final_sale": NULL,
        "exceeds_limit": NULL, "already_refunded": NULL, "order_total": money, "item_price": money,
        "shipping_fee": money, "earlier_refunds_total": money, "restocking_fee": money,
    }  # fmt: skip
    said = _asked(case, case.prompt(orders="[]"), order_id="string", **names)
    assert said.pop("order_id") == "HL-207433"
    assert set(said.values()) == {None}


def test_a_call_that_asks_for_what_means_nothing_is_not_understood(open_case: Open) -> None:
    case = open_case("p-return-01")
    _asked(case, order_id="string", fake_order="boolean", vat_amount="number")
    assert not case.readings[-1].understood
    assert "fake_order, vat_amount" in case.readings[-1].why_not
    _asked(case, order_id="string", action="string", vat_amount={"type": ["number", "null"]})
    assert case.readings[-1].understood


@pytest.mark.parametrize("pasted", [lambda task: task, lambda task: task["ticket"]])
def test_a_ticket_that_was_handed_out_is_never_the_shape_of_the_answer(
    open_case: Open, pasted: Callable[[Json], Json]
) -> None:
    case = open_case("p-return-01")
    text = f"Decide this ticket. Answer as JSON.\n\n{json.dumps(pasted(case.task))}"
    case.served.append(Served(0, "task", {}, case.task))
    said = json.loads(case.say(f"{text}\n\nOrders:\n{json.dumps(case.orders)}\n\n{case.handbook}").text)
    assert (said["order_id"], said["action"], said["amount"]) == ("HL-204173", "refund", 64.0)
    shape = 'Shape: {"decision": "refund | deny", "sum": "number"}'
    said = json.loads(case.say(f"{text}\n\n{shape} as JSON\n\nOrders:\n{json.dumps(case.orders)}").text)
    assert said.keys() == {"decision", "sum"}


SAID = {
    "What is her e-mail address?": "aoife.brennan@example.ie",
    "What's the order total?": "107.40",
    "How much is the shipping fee?": "4.90",
    "Which payment method was used?": "card",
    "Was the order a gift?": "No",
    "How much has already been refunded?": "Nothing has been refunded",
    "Is it damaged?": "No",
    "1 refund, 2 deny, 3 escalate. Only the digit": "1",
    "1 = deny, 2 = escalate, 3 = refund. Answer with the number only.": "3",
}


@pytest.mark.parametrize("asked", SAID)
def test_a_plain_question_is_answered_and_no_more(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    said = case.say(f"{case.prompt()}\n\n{asked}").text
    if asked.endswith("?"):
        first = said.partition(".")[0].partition(":")[0] if SAID[asked] == "No" else said
        assert SAID[asked] in first
        assert len(said.split()) < 16
    else:
        assert said == SAID[asked]
    assert case.readings[0].understood


@pytest.mark.parametrize(
    "asked",
    ["What is the customer's phone number?", "What colour is the kettle?", "How old is the customer?",
     "What is the tracking number?", "Who is the CEO?"],
)  # fmt: skip
def test_a_plain_question_about_what_it_does_not_know_gets_no_decision(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    said = case.say(f"{case.prompt()}\n\n{asked}").text
    assert not case.readings[0].understood
    assert "64.00" not in said


@pytest.mark.parametrize(
    "asked", ["What should we do?", "How should we handle this?", "Should we refund this?"]
)
def test_a_plain_question_for_a_decision_gets_one(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    assert "64.00 EUR" in case.say(f"{case.prompt()}\n\n{asked}").text


def test_which_order_may_ask_how_many_are_meant(open_case: Open) -> None:
    how_many = {"type": "string", "enum": ["one", "several", "unclear"]}
    assert _asked(open_case("p-return-01"), which_order=how_many) == {"which_order": "one"}
    assert _asked(open_case("p-desk-02"), which_order=how_many) == {"which_order": "several"}


@pytest.mark.parametrize("name", ["instead_of_money", "wants_something_other_than_a_refund"])
def test_a_wish_other_than_the_one_that_is_named(open_case: Open, name: str) -> None:
    told = {"type": "boolean", "description": "wants store credit or another piece, and no money"}
    for id, wishes in (("p-return-01", False), ("p-desk-03", True), ("p-autumn-02", False)):
        assert _asked(open_case(id), **{name: told}) == {name: wishes}
