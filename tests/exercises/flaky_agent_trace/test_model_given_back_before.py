"""What an item was given back for comes off what is due for it, and what has not come cannot be returned."""

from __future__ import annotations

import json

import pytest

from tests.exercises.flaky_agent_trace.conftest import Open


@pytest.mark.parametrize(("before", "due"), [(None, 72.21), ("20.00", 52.21), ("40.00", 32.21)])
def test_an_earlier_refund_comes_off_after_the_fee(open_case: Open, before: str | None, due: float) -> None:
    case = open_case("p-opened-01")
    order = case.orders[0]
    sku = order["items"][0]["sku"]
    order["refunds"] = (
        [{"sku": sku, "amount": before, "on": "2026-09-24", "reason": "damage"}] if before else []
    )
    said = case.decide(case.prompt(orders=json.dumps(order)))
    assert (said["action"], said["amount"]) == ("refund", due)


@pytest.mark.parametrize(
    ("state", "action"), [({}, "refund"), ({"status": "shipped", "delivered": None}, "deny")]
)
def test_what_is_still_on_its_way_cannot_be_returned(
    open_case: Open, state: dict[str, str | None], action: str
) -> None:
    case = open_case("p-opened-01")
    said = case.decide(case.prompt(orders=json.dumps({**case.orders[0], **state})))
    assert said["action"] == action


def test_a_record_that_says_nothing_of_the_delivery_is_ordinary(open_case: Open) -> None:
    case = open_case("p-opened-01")
    order = {key: value for key, value in case.orders[0].items() if key not in {"status", "delivered"}}
    assert case.decide(case.prompt(orders=json.dumps(order)))["action"] == "refund"
