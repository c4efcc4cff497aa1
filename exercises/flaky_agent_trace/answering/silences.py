"""Of which slots a mail may tell what the model does not know: there its answer is a guess."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.papers.orders import described
from exercises.flaky_agent_trace.reading.copied import thing_in
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.threads import newest
from exercises.flaky_agent_trace.writing.abroad import tongue

from .itemised import NO_ITEMS

_GIFT = re.compile(
    r"\b(?:gifts?|presents?|geschenk\w{0,3}|cadeaux?|regalos?|cadeaus?|prezent\w{0,3})\b", re.IGNORECASE
)
_MONEY = re.compile(
    r"[€£]|\b(?:eur|euros?|gbp|pounds?|quid|pln|z[łl]|złot\w{1,4}|zloty\w{0,2})\b", re.IGNORECASE
)

_TOLD_IN_ENGLISH = frozenset({"summary", "note"})
"""Whatever language a program wants them in."""


def left_open(slot: str, mind: Mind, read: Callable[[str], Any]) -> bool:
    """Whether it cannot be told what the request says of a slot, if anything. `read`: the answer for one."""
    if slot in _TOLD_IN_ENGLISH or not mind.mail.present:
        return mind.mail.present and tongue(mind) not in {"", "en"}
    said = f"{mind.scene.state.ticket.subject}\n{newest(mind) or ''}"
    match slot:
        case "gift":
            return read(slot) is None and _GIFT.search(said) is not None
        case "claimed_amount":
            return read("demanded") is None and _MONEY.search(said) is not None
        case "items":
            return not read(slot) and _names_a_thing(mind, read)
        case "other_orders":
            known = {*(entry["order_id"] for entry in read(slot) or ()), *(read("orders_concerned") or ())}
            return any(described(record) for id, record in mind.orders.items() if id not in known)
    return False


def _names_a_thing(mind: Mind, read: Callable[[str], Any]) -> bool:
    """Whether the mail calls something by its name that it wants something for, be it the whole order.

    Of a request's items, and of those with their numbers, none mean all that the order has.
    """
    if mind.contract.slots & {"sku", "asks"} or read("issue") in NO_ITEMS:
        return False
    return thing_in(mind, read("order_id")) is not None
