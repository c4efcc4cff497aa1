"""Tables and lists about several orders: one row each, each of that order's own record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import OutputFormat

from .conftest import Open

Json = Any
COLUMNS = "order_id, delivered_on, within_window"
RETURN, REGULAR = "p-return-01", "p-regular-01"


def rows(name: str, told: str, **fields: Json) -> dict[str, Json]:
    """A schema of a list with an entry for each order."""
    entry = {"type": "object", "properties": fields, "required": list(fields)}
    listed = {"type": "array", "description": told, "items": entry}
    return {"type": "object", "properties": {name: listed}, "required": [name]}


WINDOW = rows(
    "orders", "one entry for each order of the customer",
    order_id={"type": "string"},
    delivered_on={"type": ["string", "null"], "description": "date of delivery"},
    within_window={"type": "boolean", "description": "whether the 30 days since delivery are not over yet"},
    requested={"type": "boolean", "description": "whether the mail asks for something on this order"},
)  # fmt: skip
COUNTED = rows(
    "rows", "one row per order shown above",
    order={"type": "string"},
    days_since_delivery={"type": ["integer", "null"]},
    total={"type": "number"},
)  # fmt: skip


def moved(case: Any, id: str, day: str) -> str:
    """The orders as a program shows them, one of them delivered on another day."""
    shown = [{**order, "delivered": day} if order["id"] == id else order for order in case.orders]
    return json.dumps(shown, indent=1)


@pytest.mark.parametrize(
    "asked", ["For each order of the customer fill one entry.", "Go through all of them."]
)
@pytest.mark.parametrize(("day", "within"), [("2026-03-23", False), ("2026-10-02", True)])
def test_each_entry_is_of_its_own_order(open_case: Open, asked: str, day: str, within: bool) -> None:
    case = open_case(RETURN)
    own, other = (order["id"] for order in case.orders)
    reply = case.say(
        f"{case.prompt(orders=moved(case, other, day))}\n\n{asked}",
        output=OutputFormat("answer", WINDOW, strict=True),
    )
    found = {entry["order_id"]: entry for entry in json.loads(reply.text)["orders"]}
    assert found[own]["within_window"]
    assert found[own]["requested"]
    assert (found[other]["within_window"], found[other]["delivered_on"]) == (within, day)
    assert not found[other]["requested"]


@pytest.mark.parametrize(("day", "days"), [("2026-10-06", 3), ("2026-10-08", 1)])
def test_days_are_counted_for_each_order(open_case: Open, day: str, days: int) -> None:
    case = open_case(REGULAR)
    own, other = (order["id"] for order in case.orders)
    reply = case.say(
        f"{case.prompt(orders=moved(case, other, day))}\n\nFill one row for every order shown.",
        output=OutputFormat("answer", COUNTED, strict=True),
    )
    found = {entry["order"]: entry for entry in json.loads(reply.text)["rows"]}
    assert (found[own]["days_since_delivery"], found[other]["days_since_delivery"]) == (4, days)
    assert found[own]["total"] != found[other]["total"]


@pytest.mark.parametrize(
    ("asked", "between"),
    [
        (
            "A CSV with the header order_id,delivered_on,within_window,requested and one line per order.",
            ",",
        ),
        (
            f"Make a markdown table with the columns {COLUMNS} and requested, one row per order.",
            "|",
        ),
    ],
)
def test_rows_of_tables_are_of_their_own_order(open_case: Open, asked: str, between: str) -> None:
    case = open_case(RETURN)
    own, other = (order["id"] for order in case.orders)
    said = case.say(f"{case.prompt()}\n\n{asked} Nothing else.").text
    cells = [[cell.strip() for cell in line.strip("| ").split(between)] for line in said.splitlines()]
    found = {row[0]: row[1:] for row in cells}
    assert found[own] == ["2026-10-05", "yes", "yes"]
    assert found[other] == ["2026-03-23", "no", "no"]


def test_a_mail_alone_has_no_rows_to_count_for(open_case: Open) -> None:
    case = open_case(RETURN)
    reply = case.say(f"{case.mail}\n\nList its orders.", output=OutputFormat("answer", COUNTED, strict=True))
    assert {entry["order"] for entry in json.loads(reply.text)["rows"]} <= {
        order["id"] for order in case.orders
    }
