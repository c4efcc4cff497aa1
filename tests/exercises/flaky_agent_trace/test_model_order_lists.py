"""Lists of orders: those that may be meant, or all that the mail speaks of, by name or by what is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Open
from .schemas import of

Json = Any
LIST: Json = {"type": "array", "items": {"type": "string"}}
MAYBE = {"type": ["string", "null"]}
FIT = [
    ("fitting_orders", "all orders that the request may be about, after ruling out those that don't fit"),
    ("possible_orders", "every order that the request could be about, going by the mail"),
    ("shortlist", "ids of the orders that could be meant"),
    ("eligible", "orders still in play once the settled ones are ruled out"),
    ("orders_that_could_be_meant", ""), ("candidates", ""), ("possible_matches", "orders that fit"),
    ("bestellungen", "alle Bestellungen, um die es gehen könnte"), ("commandes_possibles", ""),
]  # fmt: skip
SPOKEN_OF = [
    ("candidates", "order numbers mentioned anywhere in the mail"), ("orders_mentioned", ""),
    ("all_orders", "each order that the mail mentions or that could be meant"),
]  # fmt: skip


def _listed(open_case: Open, id: str, name: str, described: str) -> Any:
    case = open_case(id)
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
    fields = {"order_id": MAYBE, name: {**LIST, "description": described}}
    return case.decide(shown, system="Match mail and orders.", schema=of(**fields))[name]


@pytest.mark.parametrize(("name", "described"), FIT)
def test_candidates_are_the_orders_that_fit(open_case: Open, name: str, described: str) -> None:
    assert _listed(open_case, "p-scroll-02", name, described) == ["HL-204100"]
    assert sorted(_listed(open_case, "p-knows-03", name, described)) == ["HL-203035", "HL-203270"]


@pytest.mark.parametrize(("name", "described"), SPOKEN_OF)
def test_orders_spoken_of_are_all_of_them(open_case: Open, name: str, described: str) -> None:
    assert len(_listed(open_case, "p-scroll-02", name, described)) == 2


def test_orders_that_may_be_paid_for_are_no_candidates(open_case: Open) -> None:
    case = open_case("p-scroll-02")
    case.decide(
        case.mail,
        system="Read it.",
        schema=of(refundable_orders={**LIST, "description": "orders that can be refunded"}),
    )
    assert "refundable_orders" in case.thoughts[-1].guessed


def test_which_order_and_the_list_agree(open_case: Open) -> None:
    """Whatever slips: one order stands in the list where it is one, several where it is open."""
    kinds = ["one", "several", "ambiguous", "none"]
    told = "one: it is clear which; several: two are asked about; ambiguous: two or more fit; none: none fits"
    for replay in range(24):
        case = open_case("p-names-01", "practice", replay=replay)
        ids = {"type": "string", "enum": [order["id"] for order in case.orders]}
        fields = {
            "order_status": {"type": "string", "enum": kinds, "description": told},
            "order_ids": {
                "type": "array",
                "items": ids,
                "description": "the order concerned, or all that fit",
            },
        }
        shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
        try:
            said = case.decide(shown, system="Match mail and orders.", schema=of(**fields))
        except ValueError:
            continue  # cut off, as happens
        counts = {"one": {1}, "none": {0}, "ambiguous": {2, 3}, "several": {2, 3}}
        assert len(said["order_ids"]) in counts[said["order_status"]]
