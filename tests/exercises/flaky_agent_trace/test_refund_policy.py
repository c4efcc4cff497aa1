"""The handbook's corner cases, one by one, on a case of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.flaky_agent_trace.shop.handbook import handbook
from exercises.flaky_agent_trace.shop.policy import Ask, Decision, Facts, decide
from exercises.flaky_agent_trace.shop.records import Order

CLAUSES = handbook("2026-09").by_id
DELIVERED = date(2026, 10, 1)
HOME = {
    "sku": "A",
    "name": "a",
    "category": "home",
    "quantity": 2,
    "unit_price": "20.00",
    "final_sale": False,
}
RADIO = {
    "sku": "B",
    "name": "b",
    "category": "electronics",
    "quantity": 1,
    "unit_price": "33.30",
    "final_sale": False,
}
SALE = {
    "sku": "C",
    "name": "c",
    "category": "kitchen",
    "quantity": 1,
    "unit_price": "10.00",
    "final_sale": True,
}


def order(**changes: Any) -> Order:
    data: dict[str, Any] = {
        "id": "HL-100001",
        "customer": {"name": "n", "email": "n@example.com", "country": "IE"},
        "placed": "2026-09-20",
        "status": "delivered",
        "promised": "2026-10-01",
        "delivered": DELIVERED.isoformat(),
        "currency": "EUR",
        "items": [HOME, RADIO, SALE],
        "shipping_fee": "5.00",
    }
    return Order.model_validate(data | changes)


def case(*asks: Ask, day: int = 1, of: Order | None = None, **changes: Any) -> Facts:
    facts = Facts(of or order(), asks, "N@example.com", DELIVERED + timedelta(days=day))
    return replace(facts, **changes)


def says(facts: Facts, without: str = "") -> str:
    decision: Decision = decide(facts, {id: clause for id, clause in CLAUSES.items() if id != without})
    return decision.action if decision.amount is None else f"{decision.amount:.2f}"


A, ONE_A, B, C = (("A", None),), (("A", 1),), (("B", None),), (("C", None),)


@pytest.mark.parametrize(
    ("ask", "day", "expected"),
    [
        (Ask("changed_mind", A), 30, "40.00"),
        (Ask("changed_mind", A), 31, "deny"),
        (Ask("changed_mind", ONE_A), 3, "20.00"),
        (Ask("changed_mind", B), 30, "33.30"),
        (Ask("changed_mind", B, opened=True), 14, "28.30"),  # the fee of 4.995 is rounded up
        (Ask("changed_mind", B, opened=True), 15, "deny"),
        (Ask("changed_mind", C), 1, "deny"),
        (Ask("changed_mind", (*A, *C)), 1, "40.00"),
        (Ask("damaged", C), 7, "10.00"),
        (Ask("damaged", C), 8, "deny"),
        (Ask("damaged", B, opened=True), 2, "33.30"),
        (Ask("wrong_item", ONE_A), 7, "20.00"),
        (Ask("damaged"), 3, "88.30"),  # the whole order, shipping fee included
        (Ask("damaged", C, reported=DELIVERED + timedelta(days=6)), 20, "10.00"),
        (Ask("not_arrived"), 3, "escalate"),
        (Ask("cancel"), 3, "deny"),
        (Ask("goodwill"), 3, "deny"),
        (Ask("late"), 3, "deny"),
    ],
)
def test_single_requests(ask: Ask, day: int, expected: str) -> None:
    assert says(case(ask, day=day)) == expected


def test_shipping_goes_back_with_a_whole_order_within_its_days_only() -> None:
    plain = order(items=[HOME])
    for day, expected in ((14, "45.00"), (15, "40.00"), (30, "40.00")):
        assert says(case(Ask("changed_mind"), day=day, of=plain)) == expected
    assert says(case(Ask("changed_mind", ONE_A), of=plain)) == "20.00"
    opened = order(items=[RADIO])
    assert says(case(Ask("changed_mind", opened=True), day=10, of=opened)) == "33.30"  # 28.30 and 5.00
    both = (Ask("damaged", (("A", 1),)), Ask("changed_mind", (("A", 1),)))
    assert says(case(*both, day=5, of=plain)) == "45.00"


def test_late_delivery_pays_a_tenth_of_what_is_kept_with_a_cap() -> None:
    def late(days: int, **changes: Any) -> Order:
        return order(promised=(DELIVERED - timedelta(days=days)).isoformat(), **changes)

    assert says(case(Ask("late"), of=late(3))) == "deny"
    assert says(case(Ask("late"), of=late(4))) == "8.33"
    assert says(case(Ask("late"), day=31, of=late(4))) == "deny"
    assert says(case(Ask("late"), Ask("changed_mind", A), of=late(4))) == "44.33"
    dear = {**HOME, "unit_price": "400.00"}
    assert says(case(Ask("late"), of=late(4, items=[dear]))) == "25.00"
    assert says(case(Ask("late"), of=late(4, items=[dear], currency="PLN"))) == "80.00"
    paid = [{"amount": "8.33", "on": "2026-10-03", "reason": "late_delivery"}]
    assert says(case(Ask("late"), of=late(4, refunds=paid))) == "deny"
    returned = [{"amount": "40.00", "on": "2026-10-03", "sku": "A", "reason": "return"}]
    assert says(case(Ask("late"), of=late(4, refunds=returned))) == "4.33"


def test_a_parcel_is_lost_after_ten_days_and_cancelled_only_before_it_leaves() -> None:
    sent = order(status="shipped", delivered=None)
    assert says(case(Ask("not_arrived"), day=9, of=sent)) == "deny"
    assert says(case(Ask("not_arrived"), day=10, of=sent)) == "88.30"
    assert says(case(Ask("cancel"), of=sent)) == "deny"
    packing = order(status="processing", delivered=None)
    assert says(case(Ask("cancel"), of=packing)) == "88.30"
    assert says(case(Ask("not_arrived"), of=packing)) == "deny"
    paid = [{"amount": "5.00", "on": "2026-10-03", "reason": "shipping"}]
    assert (
        says(case(Ask("not_arrived"), day=10, of=order(status="shipped", delivered=None, refunds=paid)))
        == "83.30"
    )


def test_earlier_refunds_come_off() -> None:
    def back(amount: str, sku: str | None = "A") -> Order:
        return order(refunds=[{"amount": amount, "on": "2026-10-03", "sku": sku, "reason": "return"}])

    assert says(case(Ask("changed_mind", A), of=back("40.00"))) == "deny"
    assert says(case(Ask("changed_mind", ONE_A), of=back("20.00"))) == "20.00"
    assert says(case(Ask("damaged", A), of=back("15.00"))) == "25.00"
    assert says(case(Ask("damaged", A), of=back("80.00", None))) == "8.30"
    assert says(case(Ask("already_paid_back", A), of=back("40.00"))) == "deny"


@pytest.mark.parametrize(
    ("changes", "of", "clause"),
    [
        ({"orders_concerned": 2}, {}, "H-1"),
        ({"sender": "wife@example.com"}, {}, "I-2"),
        ({}, {"chargeback": "open"}, "H-3"),
        ({}, {"gift": True}, "H-4"),
        ({"legal": True}, {}, "H-5"),
        ({"wants": "replacement"}, {}, "H-6"),
        ({"wants": "store_credit"}, {}, "H-6"),
        ({}, {"notes": [{"on": "2026-10-02", "author": "x", "kind": "promise", "text": "t"}]}, "H-6"),
        ({}, {"items": [{**HOME, "unit_price": "251.00"}]}, "H-2"),
    ],
)
def test_what_goes_to_people(changes: dict[str, Any], of: dict[str, Any], clause: str) -> None:
    facts = case(Ask("damaged", A), of=order(**of), **changes)
    assert says(facts) == "escalate"
    assert clause in decide(facts, CLAUSES).reason
    assert says(facts, without=clause) not in {"escalate", "deny"}


def test_what_looks_like_it_and_is_not() -> None:
    closed = order(chargeback="won", notes=[{"on": "2026-10-02", "author": "x", "text": "t"}])
    assert says(case(Ask("damaged", A), of=closed)) == "40.00"
    exact = order(items=[{**HOME, "unit_price": "250.00"}, SALE])
    assert says(case(Ask("damaged", A), of=exact)) == "500.00"
    second = order(
        customer={"name": "n", "email": "x@example.com", "also": ["N@Example.com"], "country": "IE"}
    )
    assert says(case(Ask("damaged", A), of=second)) == "40.00"


def test_an_order_that_cannot_be_told_is_asked_for() -> None:
    assert decide(case(Ask("damaged"), order=None), CLAUSES).action == "need_info"
    assert decide(case(Ask("damaged"), order=None, orders_concerned=2), CLAUSES).action == "escalate"


def test_a_clause_that_is_not_at_hand_does_not_bind() -> None:
    assert says(case(Ask("changed_mind", C)), without="R-3") == "10.00"
    assert says(case(Ask("changed_mind", A), day=60), without="R-1") == "40.00"
    assert says(case(Ask("changed_mind", B, opened=True)), without="R-2") == "33.30"


@given(
    st.sampled_from(["changed_mind", "damaged", "wrong_item", "late", "not_arrived", "cancel", "goodwill"]),
    st.integers(0, 90),
    st.booleans(),
    st.sets(st.sampled_from(sorted(CLAUSES))),
    st.sampled_from([A, ONE_A, B, C, (*A, *B, *C), ()]),
)
def test_never_more_than_was_paid(issue: Any, day: int, opened: bool, missing: set[str], items: Any) -> None:
    facts = case(Ask(issue, items, opened=opened), day=day)
    decision = decide(facts, {id: clause for id, clause in CLAUSES.items() if id not in missing})
    assert decision.amount is None or Decimal(0) < decision.amount <= order().total
