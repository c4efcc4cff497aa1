"""Facts that a context holds, whatever a schema calls them: grounds, sums, rules, lists, threads."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.feelings import heated

Json = Any
Open = Callable[..., Any]
MONEY = {"anyOf": [{"type": "number"}, {"type": "null"}]}
TEXT = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def _of(**fields: Json) -> dict[str, Json]:
    properties = {name: {"type": kind} if isinstance(kind, str) else kind for name, kind in fields.items()}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(**fields: Json) -> dict[str, Json]:
    return {"type": "array", "items": _of(**fields) if fields else {"type": "string"}}


def _asked(case: Any, text: str | None = None, /, **fields: Json) -> dict[str, Json]:
    value = case.decide(case.prompt() if text is None else text, schema=_of(**fields))
    assert isinstance(value, dict)
    assert case.readings[-1].understood
    return value


def _altered(case: Any, **changes: Json) -> str:
    """The prompt with the first order changed."""
    orders = copy.deepcopy(case.orders)
    orders[0].update(changes)
    return str(case.prompt(orders=json.dumps(orders)))


GROUNDS = [
    "none", "above_limit", "identity", "bank_dispute", "lawyer", "store_credit", "gift_order", "promise_made",
]  # fmt: skip


@pytest.mark.parametrize(
    ("id", "ground"),
    [
        ("p-desk-01", "bank_dispute"), ("p-desk-03", "store_credit"), ("p-names-03", "identity"),
        ("p-post-05", "gift_order"), ("p-pushy-02", "above_limit"), ("p-sale-02", "lawyer"),
        ("p-earlier-03", "promise_made"), ("p-return-01", "none"), ("p-return-02", "none"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["escalation_reason", "handoverCause", "desk_reason_code"])
def test_the_ground_of_a_handover_is_said_in_the_words_on_offer(
    open_case: Open, id: str, ground: str, name: str
) -> None:
    said = _asked(open_case(id), action="string", **{name: {"type": "string", "enum": GROUNDS}})
    assert said[name] == ground


@pytest.mark.parametrize(
    ("id", "options", "ground"),
    [
        ("p-return-02", ["outside_window", "final_sale", "other"], "outside_window"),
        ("p-damaged-02", ["FINAL_SALE", "REPORTED_TOO_LATE"], "REPORTED_TOO_LATE"),
        ("p-desk-04", ["lost", "still_in_transit"], "still_in_transit"),
        ("p-continent-02", ["window", "order_shipped"], "order_shipped"),
        ("p-desk-01", ["window", "none"], "none"),
    ],
)
def test_the_ground_of_a_denial_is_said_and_no_other_case_has_one(
    open_case: Open, id: str, options: list[str], ground: str
) -> None:
    said = _asked(open_case(id), action="string", rejection_reason={"type": "string", "enum": options})
    assert said["rejection_reason"] == ground


@pytest.mark.parametrize("name", ["risk_flags", "red_flags", "special_circumstances"])
def test_what_marks_a_case_out_goes_with_its_cause(open_case: Open, name: str) -> None:
    case = open_case("p-post-05")
    assert _asked(case, **{name: _list()}) == {name: ["gift"]}
    assert _asked(case, _altered(case, gift=False), **{name: _list()}) == {name: []}


MAILS = {
    "p-desk-01": ("mentions_chargeback", "customer_contacted_bank", "payment_disputed", "went_to_bank"),
    "p-names-03": ("on_behalf_of_someone_else", "third_party", "sender_differs_from_owner"),
    "p-desk-03": ("insists_on_store_credit", "store_credit_only", "demands_store_credit"),
    "p-pushy-01": ("contains_instructions_to_ai", "addresses_the_assistant", "tries_to_manipulate"),
}  # fmt: skip


@pytest.mark.parametrize("id", MAILS)
def test_what_a_mail_says_is_one_fact_by_any_name(open_case: Open, id: str) -> None:
    fields = dict.fromkeys(MAILS[id], "boolean")
    case, other = open_case(id), open_case("p-return-01")
    assert set(_asked(case, case.mail, **fields).values()) == {True}
    assert set(_asked(other, other.mail, **fields).values()) == {False}


def test_a_bank_that_has_not_paid_is_no_dispute(open_case: Open) -> None:
    case = open_case("p-earlier-02")
    assert "w banku" in case.mail
    assert not _asked(case, case.mail, bank_dispute="boolean")["bank_dispute"]


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("id", ["p-names-03", "p-return-01"])
def test_who_writes_for_another_is_not_the_owner(open_case: Open, id: str, shown: bool) -> None:
    case = open_case(id)
    said = _asked(case, None if shown else case.mail, is_owner="boolean", third_party="boolean")
    assert said["third_party"] is not said["is_owner"]
    assert said["third_party"] is (id == "p-names-03")


@pytest.mark.parametrize("replay", range(4))
def test_the_steps_add_up_to_the_sum_that_is_given(open_case: Open, replay: int) -> None:
    for id in ("p-post-01", "p-earlier-01", "p-monday-02", "p-pushy-01", "p-continent-01"):
        said = _asked(
            open_case(id, "practice", replay=replay), action="string", amount=MONEY, subtotal=MONEY,
            deduction=MONEY, shipping_refund=MONEY, lines=_list(sku="string", amount="number"),
        )  # fmt: skip
        if said["action"] != "refund":
            continue
        steps = said["subtotal"] - said["deduction"] + said["shipping_refund"]
        assert steps == pytest.approx(said["amount"])
        lines = sum(line["amount"] for line in said["lines"])
        assert lines + said["shipping_refund"] == pytest.approx(said["amount"])


def test_a_late_delivery_is_reckoned_in_the_open(open_case: Open) -> None:
    fields = dict.fromkeys(["goods_value", "late_percent", "before_cap", "cap", "amount"], "number")
    said = _asked(open_case("p-autumn-02"), **fields)
    assert list(said.values()) == [290.0, 10.0, 29.0, 25.0, 25.0]


def test_each_line_has_its_money(open_case: Open) -> None:
    lines = _list(sku="string", pieces="integer", unit_price="number", line_total="number", refund="number")
    said = _asked(open_case("p-continent-01"), refund_lines=lines, total_refund="number")
    line = {"sku": "KG-1804", "pieces": 3, "unit_price": 18.0, "line_total": 54.0, "refund": 54.0}
    assert said == {"refund_lines": [line], "total_refund": 54.0}


RULES = {
    "return_window_days": 30, "opened_electronics_days": 14, "restocking_rate": 15, "damage_report_window": 7,
    "late_threshold": 3, "late_pct": 10, "max_delay_compensation": 25, "lost_after_days": 10,
    "shipping_refund_days": 14, "approval_limit": 500, "approval_limit_pln": 2000,
}  # fmt: skip


@pytest.mark.parametrize("handed", ["handbook", "case"])
def test_the_numbers_of_the_rules_are_read_where_they_stand(open_case: Open, handed: str) -> None:
    case = open_case("p-return-01")
    fields = dict.fromkeys(RULES, "number")
    text = case.handbook if handed == "handbook" else case.prompt()
    assert _asked(case, text, **fields) == RULES
    changed = text.replace("within 30 days of delivery. The day", "within 21 days of delivery. The day")
    changed = changed.replace("exceeds 500 EUR", "exceeds 350 EUR")
    assert _asked(case, changed, **fields) == {**RULES, "return_window_days": 21, "approval_limit": 350}


def test_a_rule_that_is_not_there_has_no_number(open_case: Open) -> None:
    case = open_case("p-return-01")
    said = _asked(case, case.prompt(handbook=""), order_id="string", return_window_days=MONEY, cap=MONEY)
    assert (said["return_window_days"], said["cap"]) == (None, None)


def test_the_clauses_of_a_handbook_are_listed(open_case: Open) -> None:
    case = open_case("p-return-01")
    said = _asked(case, case.handbook, rules=_list(id="string", text="string", topic="string"))["rules"]
    assert len(said) == 24
    assert all(rule["id"] and rule["text"] and rule["topic"] for rule in said)


FLAGS: list[tuple[str, str, bool]] = [
    ("p-damaged-01", "reported_in_time", True), ("p-damaged-02", "reported_in_time", False),
    ("p-return-02", "window_expired", True), ("p-return-01", "outside_return_window", False),
    ("p-autumn-02", "delay_qualifies", True), ("p-delay-02", "delay_qualifies", False),
    ("p-scroll-02", "refund_shipping", True), ("p-return-01", "shipping_refunded", False),
    ("p-pushy-02", "counts_as_lost", True), ("p-desk-04", "counts_as_lost", False),
    ("p-post-04", "can_be_cancelled", True), ("p-continent-02", "can_be_cancelled", False),
]  # fmt: skip


@pytest.mark.parametrize(("id", "name", "holds"), FLAGS)
def test_whether_a_case_meets_a_rule_is_said(open_case: Open, id: str, name: str, holds: bool) -> None:
    assert _asked(open_case(id), **{name: "boolean"}, action="string")[name] is holds


def test_within_the_window_is_not_yet_due(open_case: Open) -> None:
    case = open_case("p-post-03")
    said = _asked(case, within_return_window="boolean", eligible_for_refund="boolean")
    assert said == {"within_return_window": True, "eligible_for_refund": False}


@pytest.mark.parametrize("id", ["p-scroll-02", "p-post-04", "p-pushy-02"])
def test_of_a_whole_order_every_item_is_listed(open_case: Open, id: str) -> None:
    case = open_case(id)
    said = _asked(case, order_id="string", items=_list(sku="string", quantity="integer"), action="string")
    order = next(order for order in case.orders if order["id"] == said["order_id"])
    assert said["items"] == [{"sku": i["sku"], "quantity": i["quantity"]} for i in order["items"]]


def test_a_first_report_is_the_mail_itself_where_none_came_before(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = _asked(case, first_reported="string", received_on="string", damage_reported_on=TEXT)
    assert said["first_reported"] == said["received_on"]
    assert said["damage_reported_on"] is None


def test_orders_are_ranked_with_reasons_that_fit(open_case: Open) -> None:
    case = open_case("p-same-02")
    said = _asked(case, ranking=_list(order_id="string", score="number", why="string"))["ranking"]
    assert said[0]["order_id"] == "HL-202300"
    assert {entry["order_id"] for entry in said} == {order["id"] for order in case.orders}
    assert said[0]["score"] > 0.5 > said[1]["score"]
    assert len({entry["why"] for entry in said}) == len(said)


def test_every_order_shown_is_judged(open_case: Open) -> None:
    case = open_case("p-thread-01")
    said = _asked(case, orders=_list(id="string", is_target="boolean", settled="boolean", total="number"))
    assert [(o["id"], o["is_target"], o["settled"]) for o in said["orders"]] == [
        ("HL-206790", True, False), ("HL-206301", False, True),
    ]  # fmt: skip
    assert all(order["total"] > 0 for order in said["orders"])


@pytest.mark.parametrize("name", ["decisive_clause", "clause_id", "governing_rule", "policy_ref"])
def test_the_deciding_clause_is_named(open_case: Open, name: str) -> None:
    said = _asked(open_case("p-return-01"), **{name: "string"}, clause_text="string")
    assert said[name] == "R-1"
    assert said["clause_text"].startswith("Unwanted items are refunded")


def test_the_rules_that_apply_are_told_from_those_that_do_not(open_case: Open) -> None:
    rules = _list(id="string", applies="boolean", quote="string")
    said = _asked(open_case("p-return-01"), relevant_rules=rules, action="string")["relevant_rules"]
    assert [rule["id"] for rule in said if rule["applies"]] == ["R-1"]
    assert said[0]["quote"].startswith("Unwanted items")


@pytest.mark.parametrize("name", ["index", "order_index", "selected_index"])
def test_a_place_in_a_list_is_none_where_no_order_is_settled(open_case: Open, name: str) -> None:
    assert _asked(open_case("p-knows-03"), **{name: "integer"}, why="string")[name] == -1
    case = open_case("p-same-02")
    at = [order["id"] for order in case.orders].index("HL-202300")
    assert _asked(case, **{name: "integer"}, why="string")[name] == at
    other = case.prompt(orders=json.dumps(case.orders[::-1]))
    assert _asked(case, other, **{name: "integer"}, why="string")[name] == len(case.orders) - 1 - at


@pytest.mark.parametrize("name", ["question_to_customer", "clarifying_question", "ask_customer"])
def test_a_question_is_one_where_something_is_open(open_case: Open, name: str) -> None:
    asked = _asked(open_case("p-knows-03"), order_id=TEXT, **{name: TEXT})
    assert asked["order_id"] is None
    assert asked[name].endswith("?")
    assert _asked(open_case("p-return-01"), order_id=TEXT, **{name: TEXT})[name] is None


def test_what_is_open_in_a_thread_is_told_from_what_is_settled(open_case: Open) -> None:
    case = open_case("p-scroll-02")
    said = _asked(
        case, case.mail, current_request="string", open_orders=_list(), settled_orders=_list(),
        latest_message="string", has_quoted_history="boolean",
    )  # fmt: skip
    assert "HL-204100" in said["current_request"]
    assert (said["open_orders"], said["settled_orders"]) == (["HL-204100"], ["HL-203420"])
    assert "Autre chose" in said["latest_message"]
    assert "fêlée" not in said["latest_message"]
    assert said["has_quoted_history"]


def test_of_an_order_that_is_not_known_it_is_not_sure(open_case: Open) -> None:
    assert _asked(open_case("p-knows-03"), order_id=TEXT, confidence="number")["confidence"] < 0.5
    assert (
        _asked(open_case("p-return-02"), refund_probability="number", order_id=TEXT)["refund_probability"]
        < 0.5
    )


def test_the_address_of_an_order_is_not_the_sender(open_case: Open) -> None:
    said = _asked(open_case("p-names-03"), sender_email="string", order_email="string")
    assert said == {"sender_email": "henk.lammers@example.nl", "order_email": "t.devries@example.nl"}


def test_one_name_is_a_flag_or_a_sum_by_what_the_field_holds(open_case: Open) -> None:
    case = open_case("p-earlier-01")
    assert (
        _asked(case, already_refunded="number", one_order="boolean", action="string")["already_refunded"]
        == 18.0
    )
    assert _asked(case, already_refunded="boolean", one_order="boolean", action="string") == {
        "already_refunded": True, "one_order": True, "action": "refund",
    }  # fmt: skip


STRANGE = {
    "warranty_window_days": "number", "credit_limit": "number", "loyalty_percent": "number",
    "manufacturer_contacted": "boolean", "third_reminder": "boolean", "carrier_index": "number",
    "late_payment_fee": "number", "court_date": "string", "shipping_weight": "number",
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_a_name_with_another_word_in_it_is_none_of_these(name: str) -> None:
    held = STRANGE[name] if STRANGE[name] in {"number", "boolean"} else ""
    assert vocabulary().ontology.slot_of(name, held=held) is None


def test_a_name_within_an_object_means_what_the_object_is_about(open_case: Open) -> None:
    case = open_case("p-return-01")
    late = _of(percent="number", cap="number", min_days="integer")
    said = _asked(case, case.handbook, unwanted=_of(days="integer"), late=late, lost=_of(days="integer"))
    assert said == {
        "unwanted": {"days": 30}, "late": {"percent": 10, "cap": 25, "min_days": 3}, "lost": {"days": 10},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "held", "slot"),
    [
        ("days_of_delay", "number", "delay"), ("sum_of_the_items", "number", "subtotal"),
        ("goods", "number", "subtotal"), ("goods", "array", "items"),
        ("order_analysis", "records", "order_list"), ("order_analysis", "", "reasoning"),
        ("tool_calls", "array", None), ("next_step", "", "next_told"),
    ],
)  # fmt: skip
def test_a_name_is_read_in_any_order_and_by_what_its_field_holds(
    name: str, held: str, slot: str | None
) -> None:
    assert vocabulary().ontology.slot_of(name, held=held) == slot


@pytest.mark.parametrize(
    ("said", "angry"),
    [
        ("This is the third time that I write, and nobody has answered.", True),
        ("WHERE IS MY MONEY", True),
        ("Das ist jetzt zum dritten Mal kaputt.", True),
        ("My IBAN is with you. All the best from the UK", False),
        ("The kettle is lovely, only too big for our hob.", False),
    ],
)
def test_anger_is_heard_in_more_than_one_word(said: str, angry: bool) -> None:
    assert heated(said) is angry
