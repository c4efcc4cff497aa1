"""Which clauses a proposal does not keep: those for which it comes to another sum, or another end."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import reckon
from harness.simulation.reading.values import Money

from .judgement import Resolution
from .reckoned import Reckoned

_OF_SUMS = ("M-3", "M-2", "R-2", "L-1")
"""Clauses that change a sum, the likeliest to be overlooked first."""


def broken_clauses(mind: Mind, own: Resolution, said: dict[str, Any]) -> list[str]:
    """By the model's own reading; of a sum for which no clause accounts, the one on what is paid at all."""
    order, action, paid = said.get("order_id"), said.get("action"), said.get("amount")
    if order and own.order_id and order != own.order_id:
        found = ["I-1"]
    elif action == own.action == "refund" and isinstance(paid, Money) and own.amount is not None:
        found = [*dict.fromkeys(_of_sum(mind, own, Decimal(paid.cents) / 100))] or ["M-1"]
    else:
        found = []
    known = [id for id in found if id in mind.clauses]
    return known or [id for id in own.reason.split() if id in mind.clauses and id != "H-7"]


def _of_sum(mind: Mind, own: Resolution, paid: Decimal) -> Iterator[str]:
    """The clauses without which the sum would be the one that is proposed."""
    reckoned = Reckoned(mind, own.belief, lambda: own)
    order, steps, clauses = reckoned.facts.order, reckoned.steps, reckoned.clauses
    if order is None or steps is None or own.amount is None:
        return
    fee = sum((line.fee for line in steps.lines), Decimal(0))
    before = sum((past.amount for past in order.refunds), Decimal(0))
    whole = reckon(reckoned.facts, clauses)
    off = {"M-3": before, "M-2": order.shipping_fee, "R-2": fee, "L-1": steps.uncapped - steps.lump}
    for id in _OF_SUMS:
        less = {known: clause for known, clause in clauses.items() if known != id}
        other = reckon(reckoned.facts, less) if id in clauses else None
        told = other is not None and other.amount == paid and whole is not None and whole.amount != paid
        if told or (off[id] and abs(paid - own.amount) == off[id]):
            yield id
