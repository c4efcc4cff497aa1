"""What the goods cost that a question speaks of."""

from __future__ import annotations

import re
from decimal import Decimal

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.shop.records import Order


def price_spoken_of(answers: Answers, order: Order, asked: str) -> Decimal:
    """All that is spoken of: the goods that something is asked for or the whole order, the shipping too."""
    shipping = order.shipping_fee if _SHIPPING.search(asked) else Decimal(0)
    return shipping + (order.goods if _WHOLE.search(asked) else _wanted(answers, order))


_WHOLE = re.compile(
    r"\beverything\b|\b(?:whole|entire|complete|full) (?:order|parcel|lot)\b|\ball (?:of )?(?:it|the \w+)\b",
    re.IGNORECASE,
)
_SHIPPING = re.compile(r"\b(?:shipping|postage|delivery (?:fee|cost|charge)s?)\b", re.IGNORECASE)


def _wanted(answers: Answers, order: Order) -> Decimal:
    """What the goods cost that something is asked for: all of them where none is named."""
    wanted = {sku: pieces for ask in answers.facts.asks for sku, pieces in ask.items}
    own = [item for item in order.items if item.sku in wanted]
    return (
        sum((item.unit_price * (wanted[item.sku] or item.quantity) for item in own), Decimal(0))
        or order.goods
    )
