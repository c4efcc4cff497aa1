"""Every order that is shown, and every item of the order, each with what the case means for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.shop.policy import Facts
from harness.simulation.reading.records import Record
from harness.simulation.reading.values import Money

_OWN = ("status", "placed", "promised", "delivered", "payment", "gift", "chargeback")
NOT_MEANT = "not what the request is about"


LISTED = frozenset({"each_order", "each_item"})


def listed(
    slot: str, orders: Mapping[str, Record], chosen: Record | None, facts: Facts, told: Resolution | bool
) -> list[dict[str, Any]]:
    """The entries of one of these slots. `told`: what is to be done, `False` where that is not decided."""
    decided = told if isinstance(told, Resolution) else None
    if slot == "each_order":
        return _each_order(orders, chosen.id if chosen is not None else None, decided)
    wanted = {sku: pieces for ask in facts.asks for sku, pieces in ask.items}
    return _each_item(chosen, wanted, decided)


def for_and_against(why: str, *, meant: bool, possible: bool) -> dict[str, str]:
    """What speaks for an order and what against it. `why`: why it is the one that is meant, or is not."""
    return {
        "speaks_for": why if meant or possible else "nothing in the mail speaks for it",
        "speaks_against": "nothing in the mail speaks against it" if meant else why,
    }


def _each_order(
    orders: Mapping[str, Record], chosen: str | None, told: Resolution | None
) -> list[dict[str, Any]]:
    """One entry an order. `told`: what is to be done, where that is decided."""
    return [
        {
            "text": id,
            "order_id": id,
            **{name: record.get(name) for name in _OWN if record.get(name) is not None},
            **_fate(id == chosen, told, None),
        }
        for id, record in orders.items()
    ]


def _each_item(
    record: Record | None, wanted: Mapping[str, Any], told: Resolution | None
) -> list[dict[str, Any]]:
    """One entry an item of the order. `wanted`: number → pieces of those that something is wanted for."""
    found = []
    for part in record.parts.get("items", []) if record is not None else []:
        sku = part.get("sku") or part.id
        price, own = part.get("unit_price"), part.get("quantity") or 1
        meant = sku in wanted or not wanted
        pieces = float(wanted.get(sku) or own) if meant else float(own)
        cost = Money(round(price[0] * pieces), price[1]) if price is not None else None
        found.append({
            "text": sku,
            "sku": sku,
            "name": part.get("name"),
            "item": part.get("name"),
            "quantity": pieces,
            "item_price": price,
            "item_category": part.get("category"),
            "final_sale": part.get("final_sale"),
            **_fate(meant, told, cost),
        })  # fmt: skip
    return found


def _fate(meant: bool, told: Resolution | None, cost: Money | None) -> dict[str, Any]:
    """What the case means for one of several: what is decided holds for the one that is meant."""
    said: dict[str, Any] = {"meant": meant, "refund_request": meant}
    if told is None:
        return said if meant else {**said, "amount": None}
    if not meant:
        return {**said, "action": None, "amount": None, "reason": NOT_MEANT, "reasoning": NOT_MEANT}
    paid = cost if told.action == "refund" else None
    return {**said, "action": told.action, **({"amount": paid} if cost is not None else {})}
