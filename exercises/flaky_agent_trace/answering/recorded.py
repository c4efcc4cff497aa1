"""What can be asked of an order's record, and of the handbook's sums on it: slot by slot, as it is believed.

Of the order that the model takes to be meant, mistaken or not, and only as far as the context shows it:
where it shows no such order, or not this of it, there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution, clean
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import restocking_fee
from harness.simulation.reading.records import Record
from harness.simulation.reading.values import Money, cents

from .itemised import of_the_whole


class Recorded:
    """The record of one order, and what the model makes of it."""

    def __init__(self, mind: Mind, belief: Belief, decided: Callable[[], Resolution] | None) -> None:
        """`decided`: what the model would do, where the program has it decide; drawn only if it is called."""
        self.mind = mind
        self.belief = belief
        self.order = belief.facts.order
        record = mind.orders.get(belief.order_id or "")
        shown = record is not None and (record.get("placed") or record.get("status") or record.parts)
        self.record: Record | None = record if shown else None
        self.decided = decided

    def __call__(self, slot: str) -> Any:
        """The canonical value, `None` where nothing of it is known."""
        reader = getattr(self, f"_{slot}", None)
        return reader() if reader is not None and self.record is not None else None

    def _get(self, name: str) -> Any:
        return self.record.get(name) if self.record is not None else None

    def _money(self, amount: Decimal) -> Money:
        currency = self.order.currency if self.order is not None else None
        return Money(cents(float(amount)), currency)

    def _order_total(self) -> Money | None:
        said = self._get("total")
        if isinstance(said, Money):
            return said
        whole = self.order is not None and self.record is not None and self.record.parts.get("items")
        return self._money(self.order.total) if whole and self.order is not None else None

    def _shipping_fee(self) -> Any:
        return self._get("shipping_fee")

    def _country(self) -> Any:
        return self._get("country")

    def _payment(self) -> Any:
        return self._get("payment")

    def _chargeback(self) -> Any:
        return self._get("chargeback")

    def _has_chargeback(self) -> bool | None:
        said = self._chargeback()
        return None if said is None else said == "open"

    def _gift(self) -> bool | None:
        said = self._get("gift")
        return None if said is None else bool(said)

    def _parts(self, name: str) -> list[Record] | None:
        """The parts of a kind; `None` where a record that leaves out much may have left out these too."""
        assert self.record is not None
        if name in self.record.parts:
            return self.record.parts[name]
        return [] if self._get("chargeback") is not None or self._get("payment") is not None else None

    def _promise_note(self) -> bool | None:
        notes = self._parts("notes")
        return None if notes is None else any(note.get("kind") == "promise" for note in notes)

    def _past_refunds(self) -> list[dict[str, Any]] | None:
        refunds = self._parts("refunds")
        return None if refunds is None else [
            {
                "amount": past.get("amount"), "refunded_on": past.get("on"), "sku": past.get("sku"),
                "reason": past.get("reason"), "text": past.get("reason"),
            }
            for past in refunds
        ]  # fmt: skip

    def _refunded_before(self) -> Money | None:
        refunds = self._parts("refunds")
        if refunds is None or self.order is None:
            return None
        return self._money(sum((past.amount for past in self.order.refunds), Decimal(0)))

    def _already_refunded(self) -> bool | None:
        before = self._refunded_before()
        return None if before is None else before.cents > 0

    def _refundable_left(self) -> Money | None:
        said, total, before = self._get("refundable"), self._order_total(), self._refunded_before()
        if isinstance(said, Money):
            return said
        return Money(total.cents - before.cents, total.currency) if total and before else None

    def _order_cancelled(self) -> bool | None:
        status = self._get("status")
        return None if status is None else status == "cancelled"

    def _order_delivered(self) -> bool | None:
        if self._get("delivered") is not None:
            return True
        status = self._get("status")
        return None if status is None else status == "delivered"

    def _wanted(self) -> list[Record]:
        """The order's items that the mail is about."""
        assert self.record is not None
        items = self.record.parts.get("items", [])
        asked = {sku for ask in self.belief.facts.asks for sku, _ in ask.items}
        if not asked:
            return items if any(not ask.items for ask in self.belief.facts.asks) else []
        return [item for item in items if item.get("sku") in asked or item.id in asked]

    def _item_price(self) -> Any:
        return next((item.get("unit_price") for item in self._wanted()), None)

    def _ordered_quantity(self) -> Any:
        return next((item.get("quantity") for item in self._wanted()), None)

    def _item_category(self) -> Any:
        return next((item.get("category") for item in self._wanted()), None)

    def _electronics(self) -> bool | None:
        known = [item.get("category") for item in self._wanted() if item.get("category")]
        return "electronics" in known if known else None

    def _whole_order(self) -> bool | None:
        assert self.record is not None
        asks = self.belief.facts.asks
        items = self.record.parts.get("items", [])
        if not asks or not items:
            return None
        count = {str(part.get("sku") or part.id): part.get("quantity") or 1 for part in items}
        told = [(sku, pieces) for ask in asks for sku, pieces in ask.items if pieces is not None]
        some = any(pieces < count.get(sku, 1) for sku, pieces in told)
        if any(of_the_whole(ask, self.mind) for ask in asks):
            return True
        return any(ask.items for ask in asks) and len(self._wanted()) == len(items) and not some

    def _restocking_fee(self) -> Money | None:
        """The fee as the decision has it: none where the model forgets the clause, and pays in full."""
        if self.order is None or "R-2" not in self.mind.clauses:
            return None
        decision = self.decided() if self.decided is not None else None
        if decision is not None and decision.action == "refund" and "R-2" not in decision.reason.split():
            return self._money(Decimal(0))
        clauses = {id: seen.clause for id, seen in self.mind.clauses.items()}
        asks = self.belief.facts.asks
        return self._money(sum((restocking_fee(ask, self.order, clauses) for ask in asks), Decimal(0)))

    def _exceeds_limit(self) -> bool | None:
        """Whether the sum is for the desk, as the decision has it: a limit forgotten is not exceeded."""
        if self.order is None or "H-2" not in self.mind.clauses:
            return None
        decision = self.decided() if self.decided is not None else clean(self.mind, self.belief)
        return "H-2" in decision.reason.split()
