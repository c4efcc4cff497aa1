"""The clauses that hand a case over, or take something off: of each why it does not hold here."""

from __future__ import annotations

from collections.abc import Iterator

from exercises.flaky_agent_trace.shop.policy import Facts, barriers
from exercises.flaky_agent_trace.shop.records import Order

from .case import Case


def each_barrier(case: Case) -> Iterator[str]:
    """Each clause at hand that hands a case over: that it holds, or the fact by which it does not."""
    own, facts = case.resolution, case.facts
    held = {*barriers(facts), *(own.reason.split() if own.action == "escalate" else ())}
    for id in sorted(id for id in case.mind.clauses if id.startswith("H")):
        if id in held or (id == "H-7" and own.action == "escalate"):
            yield f"{id}: yes"
        elif facts.order is not None or id == "H-5":
            yield f"{id}: no, {no_barrier(id, facts, facts.order)}"
        else:
            yield f"{id}: can't be told before the order is known"


def no_barrier(id: str, facts: Facts, order: Order | None) -> str:
    """That what would hand a case over, or take something off, is not so."""
    if order is None:
        return "the mail threatens nothing of the kind" if id == "H-5" else ""
    paid = sum(past.amount for past in order.refunds)
    bank = f"the chargeback on {order.id} is {order.chargeback}"
    held = {
        "H-1": facts.orders_concerned > 1, "H-3": order.chargeback == "open", "H-4": order.gift,
        "H-5": facts.legal, "M-4": any(ask.issue == "goodwill" for ask in facts.asks),
    }  # fmt: skip
    if held.get(id):
        return "that is so here"
    return {
        "I-1": f"it is settled that {order.id} is meant",
        "I-2": "the mail comes from an address of the account",
        "M-3": f"{paid:.2f} {order.currency} went back before, which comes off"
        if paid
        else "nothing has been refunded on it before",
        "M-4": "no goodwill is asked for",
        "H-1": "only one order is concerned",
        "H-2": "the sum does not exceed the limit",
        "H-3": f"there is none on {order.id}" if order.chargeback == "none" else bank,
        "H-4": f"{order.id} is no gift order",
        "H-5": "the mail threatens nothing of the kind",
        "H-6": "there is no promise, and no replacement or store credit is insisted on",
        "H-7": "nothing in this one is to be handed over",
    }.get(id, "")
