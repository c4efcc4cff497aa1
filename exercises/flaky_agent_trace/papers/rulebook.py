"""What the rules that stand in the context say as numbers, and which of them a request is measured by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import Ask, Facts
from harness.simulation.reading.values import Money

PARAMETERS: Mapping[str, tuple[str, str]] = {
    "return_days": ("R-1", "window_days"), "opened_days": ("R-2", "opened_days"),
    "restocking_percent": ("R-2", "restocking_percent"), "report_days": ("D-1", "report_days"),
    "late_days": ("L-1", "late_days"), "late_claim_days": ("L-1", "late_claim_days"),
    "late_percent": ("L-1", "late_percent"), "late_cap": ("L-1", "late_cap"),
    "late_cap_pln": ("L-1", "late_cap_pln"), "lost_days": ("L-2", "lost_days"),
    "shipping_days": ("M-2", "shipping_days"), "refund_limit": ("H-2", "limit"),
    "refund_limit_pln": ("H-2", "limit_pln"),
}  # fmt: skip
"""Slot → the clause that states it, and what the clause calls it."""
IN_GENERAL = {"restocking_fee": "restocking_percent", "fee_kept": "restocking_percent", "delay": "late_days"}
"""What is asked of a mere handbook by the name of what a case has."""
_SUMS = {"late_cap": "late_cap_pln", "refund_limit": "refund_limit_pln"}
"""Sums, with what they are in zloty."""
_ALLOWED = {
    "changed_mind": "return_days", "damaged": "report_days", "wrong_item": "report_days",
    "late": "late_claim_days",
}  # fmt: skip
"""Issue → within how many days of delivery it has to be said."""
_DECIDED_BY = {**_ALLOWED, "late": "late_days", "not_arrived": "lost_days"}
"""Issue → the number of days that it turns on."""
_SHARES = {"late": "late_percent", "changed_mind": "restocking_percent"}


def parameter(slot: str, clauses: Mapping[str, Clause], currency: str | None) -> Any:
    """A number of the rules; `None` where the clause is not at hand."""
    name = _SUMS.get(slot, slot) if currency == "PLN" else slot
    clause, number = PARAMETERS[name]
    stated = clauses[clause].numbers.get(number) if clause in clauses else None
    if stated is None:
        return None
    if slot in _SUMS or slot in _SUMS.values():
        return Money(100 * stated, "PLN" if name.endswith("_pln") else currency)
    return float(stated)


def turns_on(facts: Facts, clauses: Mapping[str, Clause]) -> float | None:
    """How many days the case turns on: of a mere handbook those of the usual return."""
    ask = facts.asks[0] if facts.asks else Ask("changed_mind")
    return _days(ask, facts, clauses, _DECIDED_BY)


def share_of(facts: Facts, clauses: Mapping[str, Clause]) -> float | None:
    """The percentage by which the sum of this case is reckoned."""
    ask = facts.asks[0] if facts.asks else None
    if ask is None or (ask.issue == "changed_mind" and not _opened_electronics(ask, facts)):
        return None
    slot = _SHARES.get(ask.issue)
    return None if slot is None else parameter(slot, clauses, None)


def in_time(facts: Facts, clauses: Mapping[str, Clause]) -> bool | None:
    """Whether all requests come within their clauses' days; `None` where there is nothing to count."""
    known = [over for ask in facts.asks if (over := days_over(ask, facts, clauses)) is not None]
    return max(known) <= 0 if known else None


def days_over(ask: Ask, facts: Facts, clauses: Mapping[str, Clause]) -> int | None:
    """By how many days a request comes too late, below 0 where days are left."""
    allowed = _days(ask, facts, clauses, _ALLOWED)
    delivered = facts.order.delivered if facts.order is not None else None
    if allowed is None or delivered is None:
        return None
    first = ask.reported if ask.issue in {"damaged", "wrong_item"} else None
    return ((first or facts.received) - delivered).days - int(allowed)


def _days(ask: Ask, facts: Facts, clauses: Mapping[str, Clause], table: Mapping[str, str]) -> float | None:
    slot = table.get(ask.issue, "")
    if ask.issue == "changed_mind" and "R-2" in clauses and _opened_electronics(ask, facts):
        slot = "opened_days"
    found = parameter(slot, clauses, None) if slot else None
    return found if isinstance(found, float) else None


def _opened_electronics(ask: Ask, facts: Facts) -> bool:
    wanted, order = dict(ask.items), facts.order
    items = () if order is None or not ask.opened else order.items
    return any(item.category == "electronics" and (not wanted or item.sku in wanted) for item in items)
