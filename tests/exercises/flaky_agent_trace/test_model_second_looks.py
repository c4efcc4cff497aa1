"""A second look at a payment: what is wrong with it, in a field of any name, and nothing where it passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.schemas import of

Json = Any
Open = Callable[..., Any]
SYSTEM = "Before money leaves the house, check the proposed refund against mail, order and handbook."
MAYBE = {"type": ["string", "null"]}
HEADS = [
    "# Proposed refund\nOrder {order}, {sum} EUR. Reason given: {why}",
    "# Proposed refund\n{order}: {sum} EUR ({why})",
    "Proposed payout: {sum} EUR for {order}",
    "## Proposed customer refund\n{sum} EUR on {order}, because: {why}",
]


def _asked(case: Any, head: str, sum: str, field: str) -> dict[str, Json]:
    proposed = head.format(order=case.orders[0]["id"], sum=sum, why="does not want it any more")
    said = case.decide(
        f"{case.prompt()}\n\n{proposed}", system=SYSTEM,
        schema=of(approve={"type": "boolean"}, **{field: MAYBE}),
    )  # fmt: skip
    assert case.readings[-1].understood, case.readings[-1].why_not
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize("field", ["problem", "fault", "what_is_wrong", "objection"])
@pytest.mark.parametrize("head", HEADS)
def test_what_is_wrong_is_the_payments_fault(open_case: Open, head: str, field: str) -> None:
    assert _asked(open_case("p-return-01"), head, "64.00", field) == {"approve": True, field: None}
    wrong = _asked(open_case("p-return-01"), head, "80.00", field)
    assert wrong["approve"] is False
    assert "64.00" in wrong[field]
    assert "80.00" in wrong[field]
    late = _asked(open_case("p-autumn-01"), head, "35.00", field)
    assert late["approve"] is False
    assert "deny" in late[field]
    assert "“" not in late[field]


def test_the_problem_names_the_rule(open_case: Open) -> None:
    assert "R-1" in _asked(open_case("p-autumn-01"), HEADS[0], "35.00", "problem")["problem"]
