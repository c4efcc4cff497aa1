"""Comparing a proposal with the model's own belief from this context, slot by slot."""

from __future__ import annotations

from decimal import Decimal

from .judgement import Resolution
from .scene import Mind


def differences(mind: Mind, own: Resolution) -> list[str]:
    """What a critic would object to: only where its own reading differs."""
    said = mind.proposal or {}
    if not said:
        return []
    found = []
    action = said.get("action")
    if action is not None and action != own.action:
        found.append(f"the decision should be `{own.action}`, not `{action}`")
    order = said.get("order_id")
    if order and own.order_id and order != own.order_id:
        found.append(f"the request concerns {own.order_id}, not {order}")
    amount = said.get("amount")
    if action == own.action == "refund" and amount is not None and own.amount is not None:
        paid = Decimal(amount[0]) / 100
        if paid != own.amount:
            found.append(f"the amount due is {own.amount:.2f}, not {paid:.2f}")
    issue = said.get("issue")
    asks = own.belief.facts.asks
    if issue is not None and asks and issue not in {ask.issue for ask in asks}:
        found.append(f"the customer's issue is `{asks[0].issue}`, not `{issue}`")
    return found
