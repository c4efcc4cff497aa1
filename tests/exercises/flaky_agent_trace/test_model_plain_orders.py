"""Orders in lines of plain text, as programs like to paste them, are read as orders in JSON are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Json = Any
Open = Callable[..., Any]


def told(order: dict[str, Json], item: str) -> str:
    """An order in lines; `item` is how one of its items stands there."""
    who = order["customer"]
    notes = (
        "; ".join(
            f"{note['on']} {note['author']} ({note['kind']}): {note['text']}" for note in order["notes"]
        )
        or "none"
    )
    past = "; ".join(
        f"{one['amount']} on {one['on']}" + (f" for {one['sku']}" if one.get("sku") else "")
        for one in order["refunds"]
    )
    lines = [
        f"order {order['id']} of {who['name']} <{who['email']}>",
        f"also confirmed: {', '.join(who['also']) or 'none'}",
        f"placed {order['placed']}, status {order['status']}",
        f"promised {order['promised']}, delivered {order['delivered'] or 'not yet'}",
        *(
            item.format(**{**one, "final": ", final sale" if one["final_sale"] else ""})
            for one in order["items"]
        ),
        f"shipping {order['shipping_fee']}, total {order['total']} {order['currency']}",
        f"earlier refunds: {past or 'none'}",
        f"chargeback: {order['chargeback']}; gift: {'yes' if order['gift'] else 'no'}",
        f"notes: {notes}",
    ]
    return "\n".join(lines)


LAYOUTS = {
    "number first": "  {sku}  {quantity} x {name} ({category}{final}) at {unit_price}",
    "dash": "- {quantity} x {name} [{sku}], {category}{final}, {unit_price} each",
    "times last": "* {sku} {name} x{quantity} @ {unit_price} [{category}{final}]",
    "semicolons": "{sku}; {name}; {category}; {quantity}; {unit_price}; {final}",
    "qty": "  - {name} ({sku}) | qty {quantity} | {unit_price} | {category}{final}",
    "words": "{quantity} pieces of {name} ({sku}, {category}{final}) at {unit_price} apiece",
    "table": "| {sku} | {name} | {category} | {quantity} | {unit_price} |{final}",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_orders_in_lines_are_decided_as_orders_in_json(open_case: Open, ids: list[str], layout: str) -> None:
    other = {}
    for id in ids:
        case, plain = open_case(id), open_case(id)
        lines = "\n\n".join(told(order, LAYOUTS[layout]) for order in plain.orders)
        by_json, by_lines = case.decide(case.prompt()), plain.decide(plain.prompt(orders=lines))
        if any(by_json[key] != by_lines[key] for key in ("action", "order_id", "amount")):
            other[id] = by_json, by_lines
    assert other == {}
