"""Of which slots a mail may tell what the model does not know: there its answer is a guess."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.papers.kept import may_keep, out_of
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

_ENGLISH = re.compile(r"\b(?:in )?english\b", re.IGNORECASE)

_TOLD_IN_ENGLISH = frozenset({"summary", "note"})
"""Whatever language a program wants them in."""


def left_open(slot: str, mind: Mind, read: Callable[[str], Any]) -> bool:
    """Whether it cannot be told what the request says of a slot, if anything. `read`: the answer for one."""
    if slot in _TOLD_IN_ENGLISH or not mind.mail.present:
        return mind.mail.present and tongue(mind) not in {"", "en"}
    said = f"{mind.scene.state.ticket.subject}\n{newest(mind) or ''}"
    match slot:
        case "gift":
            found = read(slot) is None and _GIFT.search(said) is not None
        case "claimed_amount":
            found = read("demanded") is None and _MONEY.search(said) is not None
        case "items":
            found = not read(slot) and _names_a_thing(mind, read)
        case "kept_items":
            found = not read(slot) and (may_keep(said) or out_of(said) is not None)
        case "other_orders":
            known = {*(entry["order_id"] for entry in read(slot) or ()), *(read("orders_concerned") or ())}
            found = any(described(record) for id, record in mind.orders.items() if id not in known)
        case "message_gist" | "day_event":
            found = read("language") not in {None, "en"} and _in_english(mind)
        case _:
            found = False
    return found


def _in_english(mind: Mind) -> bool:
    """Whether some of the answer is wanted in English."""
    return _ENGLISH.search(f"{json.dumps(mind.contract.schema)} {mind.instructions}") is not None


def _names_a_thing(mind: Mind, read: Callable[[str], Any]) -> bool:
    """Whether the mail calls something by its name that it wants something for, be it the whole order.

    Of a request's items, and of those with their numbers, none mean all that the order has.
    """
    if mind.contract.slots & {"sku", "asks"} or read("issue") in NO_ITEMS:
        return False
    return thing_in(mind, read("order_id")) is not None
