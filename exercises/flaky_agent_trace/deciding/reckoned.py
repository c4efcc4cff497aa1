"""How a sum comes about, and which rules a case meets: slot by slot, as the model has decided it.

The steps are those of `policy.reckon`, by the facts and the clauses that the decision went by, so that
they add up to the sum that the model gives, a wrong one included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from exercises.flaky_agent_trace.papers.rulebook import (
    IN_GENERAL,
    PARAMETERS,
    days_over,
    in_time,
    parameter,
    share_of,
    turns_on,
)
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import ZERO, Facts, Line, Sum, delay_counts, is_lost, reckon
from harness.simulation.reading.values import Money, cents

from .judgement import Resolution
from .perception import Belief

_SHIPPING = re.compile(
    r'"(?:shipping|postage)(?:_?(?:cents|amount|minor|eur|gbp|pence))?": \{', re.IGNORECASE
)


def is_part_of_sum(mind: Mind) -> bool:
    """Whether `shipping` stands beside a sum and what is kept of it, and so is a part of that sum."""
    asked = mind.contract.slots
    parts = "amount" in asked and asked & {"fee_kept", "restocking_fee"}
    return bool(parts) and _SHIPPING.search(json.dumps(mind.contract.schema)) is not None


class Reckoned:
    """The numbers of one case, and those of the rules."""

    def __init__(self, mind: Mind, belief: Belief, decided: Callable[[], Resolution] | None) -> None:
        """`decided`: what the model would do, where the program has it decide; drawn only if it is called."""
        self.mind = mind
        self.belief = belief
        self.decided = decided

    def __call__(self, slot: str) -> Any:
        """The canonical value, `None` where nothing of it is known."""
        named = IN_GENERAL.get(slot, slot) if not self.mind.mail.present and not self.mind.orders else slot
        if named in PARAMETERS:
            return parameter(named, self.stated, self._currency)
        reader = getattr(self, f"_{slot}", None)
        return reader() if reader is not None else None

    @cached_property
    def stated(self) -> dict[str, Clause]:
        """The clauses in the context."""
        return {id: seen.clause for id, seen in self.mind.clauses.items()}

    @cached_property
    def _own(self) -> Resolution | None:
        return self.decided() if self.decided is not None else None

    @property
    def facts(self) -> Facts:
        """What the decision went by."""
        return (self._own.facts if self._own is not None else None) or self.belief.facts

    @property
    def clauses(self) -> Mapping[str, Clause]:
        """The clauses that the decision went by."""
        own = self._own
        return own.kept if own is not None and own.facts is not None else self.stated

    @property
    def _currency(self) -> str | None:
        order = self.belief.facts.order
        return order.currency if order is not None else None

    def _money(self, amount: Decimal) -> Money:
        return Money(cents(float(amount)), self._currency)

    @cached_property
    def steps(self) -> Sum | None:
        """The steps to the sum; `None` where the context shows nothing to reckon with."""
        order = self.facts.order
        if order is None or not order.total or not self.clauses or not self.facts.asks:
            return None
        plain, own = reckon(self.facts, self.clauses), self._own
        if plain is None or own is None or own.action not in {"refund", "deny"}:
            return plain
        amount = own.amount if own.action == "refund" else ZERO
        if amount is None:
            return plain
        ways = (way for way in self._ways(plain, amount) if way.amount == amount)
        return next(ways, Sum(amount=amount))

    def _ways(self, plain: Sum, amount: Decimal) -> Iterator[Sum]:
        """The ways in which a model may have come to a sum, the right one first."""
        order = self.facts.order
        assert order is not None
        yield plain
        if not amount:
            return
        for forgotten in self.clauses:
            less = {id: clause for id, clause in self.clauses.items() if id != forgotten}
            if (other := reckon(self.facts, less)) is not None:
                yield other
        goods = tuple(
            Line(
                item.sku, item.unit_price, item.quantity, item.unit_price * item.quantity, ZERO, ZERO,
                item.unit_price * item.quantity,
            )
            for item in order.items
        )  # fmt: skip
        yield Sum(goods, shipping=order.shipping_fee, amount=order.total)
        yield Sum(goods, amount=order.goods)
        for shipping in (order.shipping_fee, ZERO):
            yield replace(plain, shipping=shipping, amount=plain.amount - plain.shipping + shipping)
        for line in goods:
            price = line.unit_price
            yield Sum((replace(line, pieces=1, price=price, due=price),), amount=price)
        if plain.lines:
            yield Sum(
                (replace(plain.lines[0], price=amount, fee=ZERO, before=ZERO, due=amount),), amount=amount
            )
        yield Sum(lump=amount, uncapped=amount, base=order.goods, amount=amount)

    def line_of(self, sku: str) -> Line | None:
        """What one item brings."""
        lines = self.steps.lines if self.steps is not None else ()
        return next((line for line in lines if line.sku == sku), None)

    def _subtotal(self) -> Money | None:
        if self.steps is None:
            return None
        return self._money(self.steps.base + sum((line.price for line in self.steps.lines), ZERO))

    def _line_total(self) -> Money | None:
        lines = self.steps.lines if self.steps is not None else ()
        return self._money(lines[0].price) if lines else None

    def _sum_due(self) -> Money | None:
        """What the rules give, whoever is to pay it."""
        return None if self.steps is None else self._money(self.steps.amount)

    def _goods_due(self) -> Money | None:
        if self.steps is None:
            return None
        return self._money(self.steps.lump + sum((line.due for line in self.steps.lines), ZERO))

    def _shipping_refund(self) -> Money | None:
        if self.steps is None:
            return None
        decides = self._own is not None and "action" in self.mind.contract.slots
        pays = not decides or (self._own is not None and self._own.action == "refund")
        return self._money(self.steps.shipping if pays else ZERO)

    def _shipping_back(self) -> bool | None:
        return None if self.steps is None else self.steps.shipping > 0

    def _fee_kept(self) -> Money | None:
        if self.steps is None:
            return None
        return self._money(sum((line.fee for line in self.steps.lines), ZERO))

    def _restocking_fee(self) -> Money | None:
        """As the sum has it, where one is paid."""
        refunds = self._own is not None and self._own.action == "refund" and "R-2" in self.stated
        return self._fee_kept() if refunds else None

    def _fee_applies(self) -> bool | None:
        fee = self._fee_kept()
        return None if fee is None else fee.cents > 0

    def _deduction(self) -> Money | None:
        if self.steps is None:
            return None
        off = sum((line.fee + line.before for line in self.steps.lines), ZERO)
        capped = self.steps.uncapped - self.steps.lump
        return self._money(off + self.steps.less + capped)

    def _uncapped(self) -> Money | None:
        return None if self.steps is None else self._money(self.steps.uncapped)

    def _late_compensation(self) -> Money | None:
        return None if self.steps is None else self._money(self.steps.lump)

    def _capped(self) -> bool | None:
        return None if self.steps is None else self.steps.uncapped > self.steps.lump

    def _late_days_first(self) -> float | None:
        more_than = parameter("late_days", self.stated, self._currency)
        return more_than + 1 if isinstance(more_than, float) else None

    def _percent(self) -> float | None:
        return share_of(self.facts, self.clauses)

    def _deadline_days(self) -> float | None:
        return turns_on(self.facts, self.stated)

    def _in_time(self) -> bool | None:
        return in_time(self.facts, self.clauses)

    def _too_late(self) -> bool | None:
        said = self._in_time()
        return None if said is None else not said

    def _days_over(self) -> float | None:
        """By how many days a request is too late; 0 where it is not."""
        over = [days_over(ask, self.facts, self.clauses) for ask in self.facts.asks]
        known = [days for days in over if days is not None]
        return float(max(0, *known)) if known else None

    def _cancellable(self) -> bool | None:
        record = self.mind.orders.get(self.belief.order_id or "")
        status = record.get("status") if record is not None else None
        return None if status is None else status == "processing"

    def _delay_counts(self) -> bool | None:
        return delay_counts(self.facts, self.clauses)

    def _delivered_late(self) -> bool | None:
        order = self.facts.order
        known = order is not None and order.delivered is not None and bool(self._promised)
        return order.delivered > order.promised if known and order is not None and order.delivered else None

    @property
    def _promised(self) -> Any:
        record = self.mind.orders.get(self.belief.order_id or "")
        return record.get("promised") if record is not None else None

    def _counts_as_lost(self) -> bool | None:
        return is_lost(self.facts, self.clauses) if self._asks("not_arrived") else self._not_lost()

    def _not_lost(self) -> bool | None:
        return False if self.facts.order is not None and self.facts.asks else None

    def _asks(self, issue: str) -> bool:
        return any(ask.issue == issue for ask in self.facts.asks)
