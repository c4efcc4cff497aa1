"""Whether goods were unpacked or used, and whether a whole order is concerned, by what the mail says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.used_goods import used_in

from .conftest import Open
from .schemas import of

Json = Any
TRUTH, MAYBE = {"type": "boolean"}, {"type": ["boolean", "null"]}
STATES = ["opened_or_used", "sealed", "unknown"]
TOLD = (
    "opened_or_used if it was unpacked, tried or used even once; unknown only if the mail says nothing of it"
)
STATE: Json = {"type": "string", "enum": STATES, "description": TOLD}


def _read(open_case: Open, id: str, **fields: Json) -> dict[str, Json]:
    case = open_case(id)
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
    return dict(case.decide(shown, system="Match mail and orders.", schema=of(**fields)))


@pytest.mark.parametrize(
    ("id", "opened", "state"),
    [
        ("p-desk-01", True, "opened_or_used"), ("p-same-01", True, "opened_or_used"),
        ("p-knows-01", True, "opened_or_used"), ("p-opened-02", False, "sealed"),
        ("p-desk-02", None, "unknown"), ("p-late-free", None, "unknown"),
    ],
)  # fmt: skip
def test_what_is_broken_was_unpacked(open_case: Open, id: str, opened: bool | None, state: str) -> None:
    said = _read(open_case, id.replace("late-free", "delay-01"), unpacked=MAYBE, item_condition=STATE)
    assert (said["unpacked"], said["item_condition"]) == (opened, state)


@pytest.mark.parametrize(
    ("id", "whole"),
    [
        ("p-knows-01", False), ("p-thread-02", False), ("p-scroll-02", True), ("p-desk-01", True),
        ("p-desk-04", True),
    ],
)  # fmt: skip
def test_of_an_order_that_is_open_some_goods_are_not_all(open_case: Open, id: str, whole: bool) -> None:
    assert _read(open_case, id, entire_order=TRUTH, issue={"type": "string"})["entire_order"] is whole


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("Noticed when I hung them.", True), ("We used it twice.", True),
        ("I tried it on one suitcase.", True),
        ("Ich habe zwei Fenster damit geputzt, also benutzt.", True), ("La lámpara está usada.", True),
        ("Never used, still in its bag.", False), ("I used to have one of these.", False),
        ("It has not been unpacked.", False), ("Please refund it.", False),
    ],
)  # fmt: skip
def test_a_mail_that_says_that_a_thing_was_used(text: str, used: bool) -> None:
    assert used_in(text) is used
