"""How many days ago a date was, as a record's own line says behind it, is taken as it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]


def record(order: dict[str, Any], delivered: str) -> str:
    lines = [
        f"Order {order['id']}, status {order['status']}, currency {order['currency']}",
        f"  customer: {order['customer']['name']} <{order['customer']['email']}>",
        f"  promised by {order['promised']}, {delivered}",
        f"  shipping fee {order['shipping_fee']}; total paid {order['total']}",
        "  items:",
    ]
    for item in order["items"]:
        sale = "yes" if item["final_sale"] else "no"
        lines.append(
            f"  - {item['sku']}: {item['quantity']} x {item['name']}, category {item['category']}, "
            f"unit price {item['unit_price']}, final sale: {sale}"
        )
    return "\n".join(lines)


def decided(case: Any, told: str) -> dict[str, Any]:
    own = next(order for order in case.orders if order["id"] == "HL-204173")
    said: dict[str, Any] = case.decide(case.prompt(orders=record(own, told)))
    assert case.readings[-1].understood
    return said


@pytest.mark.parametrize(
    "told",
    [
        "delivered on 2026-10-05 ({days} days ago)",
        "delivered on Mon 2026-10-05 ({days} days before this e-mail; a day early)",
        "delivered 2026-10-05 - {days} days before the customer's message",
    ],
)
def test_the_count_decides(open_case: Open, told: str) -> None:
    assert decided(open_case("p-return-01"), told.format(days=9))["action"] == "refund"
    assert decided(open_case("p-return-01"), told.format(days=31))["action"] == "deny"


@pytest.mark.parametrize(
    "told",
    [
        "delivered on 2026-10-05 (-1 days after the promised date)",
        "delivered on 2026-10-05; account opened 400 days ago",
        "delivered on 2026-10-05, may be claimed 45 days after delivery",
    ],
)
def test_another_count_does_not(open_case: Open, told: str) -> None:
    assert decided(open_case("p-return-01"), told)["action"] == "refund"
