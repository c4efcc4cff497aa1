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
        "1. Wish", "2. Order", "3. Goods", "4. Cause", "5. Already refunded",
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


STEPS = """Go through the six steps below and write down each.

1. Request: what is wanted, on which items, how many pieces.
2. Order: which order, and why no other one.
3. Ownership.
4. Handover reasons (H-1 to H-7): one by one.
5. Clause and deadline, with the count of days.
6. Sum.
"""
SPOKEN = (
    "Analyse this case step by step: first what the customer asks for, then which order is meant,"
    " then whether the deadline is kept, finally the amount."
)
LINES = """Think this ticket through before we build anything, and write it down:

- the customer's wish
- the order concerned
- the days since delivery
- the applicable rule
- how much to pay"""


def test_an_analysis_goes_through_its_steps(open_case: Open) -> None:
    case = open_case("p-continent-01")
    request, order, owner, desk, days, total = _filled(case, STEPS)
    assert case.readings[-1].understood
    assert "3 x Wine glass" in request
    assert order.startswith("2. Order: HL-209177")
    assert "juergen.pohl@example.de is an address" in owner
    assert all(f"H-{number}: no" in desk for number in range(1, 8))
    assert "day 1 of 7, so in time" in days
    assert total.endswith("3 x 18.00 = 54.00")


def test_the_clause_that_hands_over_is_found(open_case: Open) -> None:
    assert "H-3: yes" in _filled(open_case("p-desk-01"), STEPS)[3]


@pytest.mark.parametrize("asked", [SPOKEN, LINES])
def test_steps_in_other_words(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    said = _filled(case, asked)
    assert case.readings[-1].understood
    assert len(said) == asked.count("then ") + 2 if asked == SPOKEN else len(said) == 5
    assert "Gooseneck kettle" in said[0]
    assert "HL-204173" in said[1]
    assert "day 9 of 30" in said[2]
    assert "64.00" in said[-1]


def test_the_steps_follow_the_facts(open_case: Open) -> None:
    case = open_case("p-return-01")
    late = [{**order, "delivered": "2026-08-30"} for order in case.orders]
    text = f"{case.mail}\n\nOrders:\n{json.dumps(late)}\n\n{case.handbook}\n\n{STEPS}"
    days = case.say(text).text.splitlines()[4]
    assert "too late" in days


BEFORE = """Decide. Work in this order and write it down:

<analysis>
1. Request: which items
2. Order: which one
3. Handover reasons (H-1 to H-7)
4. Sum
</analysis>
<verdict>
<action>refund | deny | escalate | ask</action>
<order>HL-… or none</order>
<why>one sentence for our records</why>
</verdict>"""


def test_the_points_stand_where_the_answer_is_thought_out(open_case: Open) -> None:
    case = open_case("p-continent-01")
    text = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\n{case.handbook}"
    said = case.say(text, system=BEFORE).text
    thought, _, rest = said.partition("</analysis>")
    assert [line[:2] for line in thought.strip().splitlines()[1:]] == ["1.", "2.", "3.", "4."]
    assert "1." not in rest.partition("<why>")[2]


def test_a_step_that_is_not_understood_is_named(open_case: Open) -> None:
    case = open_case("p-return-01")
    said = _filled(case, STEPS.replace("3. Ownership.", "3. Weather in Dublin."))
    assert not case.readings[-1].understood
    assert "Weather in Dublin" in said[0]
