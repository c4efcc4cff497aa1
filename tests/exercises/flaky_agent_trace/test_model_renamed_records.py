"""Orders under names of a program's own and as a table of fields are the orders that they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.conftest import Open

Json = Any
NAMES = {
    "id": "purchaseCode", "customer": "accountHolder", "placed": "purchasedOn", "status": "phase",
    "promised": "expectedBy", "delivered": "handoverDate", "currency": "money", "items": "basket",
    "shipping_fee": "postage", "chargeback": "bankDispute", "gift": "isGift", "refunds": "alreadyRefunded",
    "notes": "staffNotes", "sku": "stockCode", "name": "title", "category": "department",
    "quantity": "howMany",
    "unit_price": "apiece", "final_sale": "clearance", "email": "mail",
}  # fmt: skip


def renamed(value: Json) -> Json:
    if isinstance(value, dict):
        return {NAMES.get(key, key): renamed(item) for key, item in value.items()}
    return [renamed(item) for item in value] if isinstance(value, list) else value


def table(order: dict[str, Json]) -> str:
    rows = "\n".join(f"| {key} | {json.dumps(item)} |" for key, item in order.items())
    return f"| What | Value |\n|---|---|\n{rows}\n"


@pytest.mark.parametrize(("dispute", "action"), [("none", "refund"), ("open", "escalate")])
def test_names_that_nobody_listed(open_case: Open, dispute: str, action: str) -> None:
    case = open_case("p-opened-01")
    order = {**case.orders[0], "chargeback": dispute}
    order.pop("total"), order.pop("refundable")
    said = case.decide(case.prompt(orders=json.dumps(renamed(order))))
    assert (said["action"], said["amount"]) == (action, 72.21 if action == "refund" else None)


@pytest.mark.parametrize(("price", "due"), [("84.95", 72.21), ("100.00", 85.0)])
def test_a_table_of_field_and_value(open_case: Open, price: str, due: float) -> None:
    case = open_case("p-opened-01")
    order = case.orders[0]
    order["items"][0]["unit_price"] = price
    assert case.decide(case.prompt(orders=table(order)))["amount"] == due


def test_a_sum_of_a_line_is_no_price_of_a_piece(open_case: Open) -> None:
    case = open_case("p-opened-01")
    order = case.orders[0]
    for item in order["items"]:
        item["line_total"] = "999.00"
        item["vat_amount"] = 12.5
    assert case.decide(case.prompt(orders=json.dumps(order)))["amount"] == 72.21


def test_items_may_be_known_by_their_names_alone(open_case: Open) -> None:
    case = open_case("p-opened-01")
    order = case.orders[0]
    for item in order["items"]:
        del item["sku"]
    assert case.decide(case.prompt(orders=json.dumps(order)))["amount"] == 72.21
