"""One order in many layouts: whatever a program's sheet looks like, the same records are read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.flaky_agent_trace.ontology import ORDER
from harness.simulation.reading.merging import merge
from harness.simulation.reading.records import Lexicon, Record, find_records

Order = dict[str, Any]
HEAD = ("placed", "status", "promised", "delivered", "currency", "shipping_fee", "gift", "chargeback")


def _head(order: Order, joint: str) -> str:
    return joint.join(f"{key}: {order[key]}" for key in ("id", *HEAD, "total", "refundable"))


def _pairs(entry: Order, joint: str = ", ") -> str:
    return joint.join(f"{key}: {value}" for key, value in entry.items())


def comma_pairs(order: Order) -> str:
    lines = [_head(order, ", "), "items:", *(f"  {_pairs(item)}" for item in order["items"])]
    return "\n".join([*lines, "refunds:", *(f"  {_pairs(refund)}" for refund in order["refunds"])])


def comma_pairs_labelled(order: Order) -> str:
    lines = [f"ORDER {_head(order, ', ')}"]
    lines += [f"item: {_pairs(item)}" for item in order["items"]]
    return "\n".join(lines + [f"refund: {_pairs(refund)}" for refund in order["refunds"]])


def pipes(order: Order) -> str:
    lines = [_head(order, " | "), "Items:", *(f"- {_pairs(item, ' | ')}" for item in order["items"])]
    return "\n".join([*lines, "Refunds:", *(f"- {_pairs(refund, ' | ')}" for refund in order["refunds"])])


def bullets(order: Order) -> str:
    lines = [f"## Order {order['id']}", *(f"- {key}: {order[key]}" for key in (*HEAD, "total", "refundable"))]
    lines += ["", "### Items", *(f"{n}. {_pairs(item)}" for n, item in enumerate(order["items"], 1))]
    return "\n".join([*lines, "", "### Earlier refunds", *(f"* {_pairs(past)}" for past in order["refunds"])])


def yaml(order: Order) -> str:
    def block(entry: Order) -> list[str]:
        lines = [f"    {key}: {value}" for key, value in entry.items()]
        return [f"  - {lines[0].strip()}", *lines[1:]]

    lines = ["- " + _head(order, "\n  "), "  items:"]
    lines += [line for item in order["items"] for line in block(item)]
    return "\n".join([*lines, "  refunds:", *(line for past in order["refunds"] for line in block(past))])


def table(order: Order) -> str:
    def rows(entries: list[Order]) -> list[str]:
        if not entries:
            return ["none"]
        head = list(entries[0])
        lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
        return lines + [f"| {' | '.join(str(entry[key]) for key in head)} |" for entry in entries]

    lines = [f"### Order {order['id']}", "", "| field | value |", "|---|---|"]
    lines += [f"| {key} | {order[key]} |" for key in (*HEAD, "total", "refundable")]
    lines += ["", "**Items**:", "", *rows(order["items"])]
    return "\n".join([*lines, "", "**Refunds**:", "", *rows(order["refunds"])])


def one_line_an_item(order: Order) -> str:
    money = order["currency"]
    lines = [f"Order {order['id']}", *(f"{key}: {order[key]}" for key in (*HEAD, "total", "refundable"))]
    lines += ["Items:"] + [
        f"- {item['quantity']} x {item['name']} (sku: {item['sku']}, {item['category']}) "
        f"@ {item['unit_price']} {money} each"
        for item in order["items"]
    ]
    return "\n".join(
        [*lines, "Earlier refunds:"]
        + [f"- {past['amount']} {money} on {past['on']}, sku: {past['sku']}" for past in order["refunds"]]
    )


def keyed_lines(order: Order) -> str:
    lines = [f"ORDER {_head(order, ', ')}"]
    lines += [f"item {_pairs(item)}" for item in order["items"]]
    return "\n".join(lines + [f"earlier refund: {_pairs(refund)}" for refund in order["refunds"]])


LAYOUTS: list[Callable[[Order], str]] = [
    comma_pairs, comma_pairs_labelled, pipes, bullets, yaml, table, one_line_an_item,
    keyed_lines,
]  # fmt: skip

_NAMES = ("Coat hooks oak", "Dining chair bentwood", "Dehumidifier", "Wine glass", "Tumbler unbreakable")
_MONEY = st.integers(100, 90_000).map(lambda cents: f"{cents / 100:.2f}")


@st.composite
def orders(draw: st.DrawFn, number: int = 204173) -> Order:
    """An order as `get_order` shows it, its customer left out."""
    items = [
        {
            "sku": f"HM-{7000 + n}",
            "name": name,
            "category": draw(st.sampled_from(["home", "electronics"])),
            "quantity": draw(st.integers(1, 6)),
            "unit_price": draw(_MONEY),
        }
        for n, name in enumerate(draw(st.permutations(_NAMES))[: draw(st.integers(1, 4))])
    ]
    placed = draw(st.dates(dt.date(2026, 3, 1), dt.date(2026, 10, 1)))
    refunds = [
        {"amount": draw(_MONEY), "on": str(placed + dt.timedelta(days=20 + n)), "sku": item["sku"]}
        for n, item in enumerate(items[: draw(st.integers(0, 2))])
    ]
    return {
        "id": f"HL-{number}",
        "placed": str(placed),
        "status": "delivered",
        "promised": str(placed + dt.timedelta(days=6)),
        "delivered": str(placed + dt.timedelta(days=draw(st.integers(2, 12)))),
        "currency": draw(st.sampled_from(["EUR", "GBP", "PLN"])),
        "shipping_fee": draw(_MONEY),
        "gift": draw(st.sampled_from(["true", "false"])),
        "chargeback": draw(st.sampled_from(["none", "open", "won"])),
        "total": draw(_MONEY),
        "refundable": draw(_MONEY),
        "items": items,
        "refunds": refunds,
    }


def _cents(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _said(record: Record) -> dict[str, Any]:
    """What a record holds of what every layout shows."""
    values: dict[str, Any] = {name: _cents(record.get(name)) for name in (*HEAD, "total", "refundable")}
    values["items"] = [
        [_cents(part.get(name)) for name in ("sku", "name", "category", "quantity", "unit_price")]
        for part in record.parts.get("items", [])
    ]
    values["refunds"] = [
        [_cents(part.get(name)) for name in ("amount", "on", "sku")]
        for part in record.parts.get("refunds", [])
    ]
    return values


def _read(text: str, *shown: Order) -> dict[str, dict[str, Any]]:
    names = {item["name"]: item["sku"] for order in shown for item in order["items"]}
    names |= {sku: sku for sku in names.values()}
    found = find_records(text, ORDER, Lexicon(names))
    return {id: _said(record) for id, record in merge(list(enumerate(found))).items()}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@settings(max_examples=20)
@given(one=orders(), two=orders(number=209944))
def test_every_layout_reads_like_json(layout: Callable[[Order], str], one: Order, two: Order) -> None:
    plain = "\n\n=====\n\n".join(["Order sheets", layout(one), layout(two)])
    assert _read(plain, one, two) == _read(json.dumps([one, two]), one, two)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@settings(max_examples=10)
@given(order=orders())
def test_a_swapped_price_is_read_as_it_stands(layout: Callable[[Order], str], order: Order) -> None:
    order["items"][0]["unit_price"] = "1234.56"
    assert _read(layout(order), order)["HL-204173"]["items"][0][-1] == 123456
