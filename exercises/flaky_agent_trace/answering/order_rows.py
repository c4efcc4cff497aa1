"""Tables with a row for each order: what is counted and read of each comes from its own record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from exercises.flaky_agent_trace.papers.orders import described, order_from
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Ask

_OF_EACH = (
    "days", "days_counted", "days_over", "in_time", "deadline_days", "delay", "days_overdue", "order_age",
    "delivered_late", "delay_counts", "order_delivered", "order_cancelled", "gift", "has_chargeback",
    "promise_note", "already_refunded", "refunded_before", "refundable_left", "past_refunds", "country",
    "identity", "final_sale",
)  # fmt: skip
"""What depends on which order it is, besides what an order's own fields say."""
_UNASKED = (Ask("changed_mind"),)
"""By what the days of an order are counted on which nothing is asked: it might go back."""


class OrderRows:
    """The entries of such a list; what is read of one order is the same for the others."""

    mind: Mind

    def _order_list(self: Any) -> list[dict[str, Any]] | None:
        known = (one for one in self._readers if hasattr(one, "_order_list"))
        found = next((found for one in known if (found := one("order_list"))), None)
        rows: list[dict[str, Any]] | None = self.rows_of(found)
        return rows

    def rows_of(self: Any, entries: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        """Entries of orders, each with what is counted and read of that order."""
        if entries is None or not self.mind.sees_orders:
            return entries
        wanted = {*self("orders_concerned")}
        return [{**entry, **_row(self, str(entry["order_id"]), wanted)} for entry in entries]


def _row(answers: Any, id: str, wanted: set[str]) -> dict[str, Any]:
    """What a table wants to have of one order."""
    mind, record = answers.mind, answers.mind.orders.get(id)
    row: dict[str, Any] = {"meant": id in wanted, "refund_request": id in wanted}
    if record is None or not described(record):
        return row
    asked = [slot for slot in _OF_EACH if slot in mind.contract.slots]
    if id == answers.belief.order_id:
        return row | {slot: answers(slot) for slot in asked}
    order = order_from(record, id, mind.mail.sender or "")
    facts = replace(answers.facts, order=order, asks=answers.facts.asks if id in wanted else _UNASKED)
    other = type(answers)(mind, replace(answers.belief, order_id=id, facts=facts), answers.noise)
    return row | {slot: other(slot) for slot in asked}
