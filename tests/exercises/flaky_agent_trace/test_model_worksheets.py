"""A worksheet whose points are gone through before anything is decided: each is answered, or none is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
ASKED = """First your worksheet, please, one line for each point:
- what the customer asks for now, without what is settled
- the purchase that this is about, and by which words you know it
- which articles, and how many of each
- the days that matter
- anything that forbids us to settle it ourselves
- money that was paid back before
- what is owed by the handbook, with the arithmetic"""
NAMED = """Fill in this sheet before you decide:

1. Wish: what they want
2. Order: its number
3. Goods: which ones
4. Cause: in a word or two
5. Already refunded: how much and when
"""


def _filled(case: Any, asked: str) -> list[str]:
    text = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\n{case.handbook}\n\n---\n{asked}"
    lines: list[str] = case.say(text, system="You work on refund cases.").text.splitlines()
    return lines


def test_every_point_has_its_answer(open_case: Open) -> None:
    case = open_case("p-earlier-01")
    wants, order, items, days, bars, earlier, due = _filled(case, ASKED)
    assert case.readings[-1].understood
    assert "Folding desk" in wants
    assert "HL-204380" in order
    assert "the folding desk" in order
    assert items.endswith("1 x Folding desk, birch")
    assert "2026-09-29" in days
    assert bars.endswith(": nothing")
    assert "18.00" in earlier
    assert "84.00 - 18.00 = 66.00" in due
    assert "R-1" in due


def test_points_with_names(open_case: Open) -> None:
    case = open_case("p-earlier-01")
    lines = _filled(case, NAMED)
    assert case.readings[-1].understood
    assert [line.partition(":")[0] for line in lines] == [
        "- Wish", "- Order", "- Goods", "- Cause", "- Already refunded",
    ]  # fmt: skip
    assert lines[3].endswith("changed mind")


@pytest.mark.parametrize(
    ("id", "order", "bars"), [("p-knows-01", "cannot be told", "I-1"), ("p-desk-01", "HL-207433", "H-3")]
)
def test_what_is_open_or_for_the_desk_is_said(open_case: Open, id: str, order: str, bars: str) -> None:
    said = _filled(open_case(id), ASKED)
    assert order in said[1]
    assert bars in said[4]


def test_a_point_on_something_else_is_not_passed_over(open_case: Open) -> None:
    case = open_case("p-earlier-01")
    _filled(case, f"{ASKED}\n- the weather on that day in Dublin")
    assert not case.readings[-1].understood
