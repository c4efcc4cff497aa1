"""What an objection of the program's is a hint at, and what it is not."""

from __future__ import annotations

import pytest

from exercises.flaky_agent_trace.features import _named
from harness.simulation.text import fold


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("The amount does not match the order's total.", {"amount", "order"}),
        ("Rejected: wrong item, recheck the quantity.", {"items"}),
        ("Day 41 is past the window, this is invalid.", {"date"}),
        ("Something is wrong. Try again.", set()),
    ],
)
def test_an_objection_names_what_it_is_about(said: str, about: set[str]) -> None:
    assert set(_named(fold(said).vocabulary)) == about


def test_who_objects_to_everything_names_too_much() -> None:
    said = "Recheck amount, date, items, issue, requests, opened, reported, orders, legal: all may be wrong."
    assert len(_named(fold(said).vocabulary)) > 4
