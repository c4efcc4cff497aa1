"""Whether something stands in what is read: what a mail names, and what the request has of an order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID
from harness.simulation.reading.text import fold, unescape
from harness.simulation.reading.values import moneys

from .mind import Mind

_BARE = re.compile(r"(?<![\d.,-])\d{6}(?![\d.,]\d)")
"""An order's number without its letters."""
_SKU = re.compile(r"\b[A-Z]{2}-\d{4}\b")
_ELSEWHERE = {"delivered": "delivered_said", "amount": "claimed_amount"}
"""What a mail says of it, where that is another slot."""


def given(slot: str, mind: Mind, read: Callable[[str], Any]) -> bool | None:
    """Whether a slot's value is there; `None` where nothing is to be seen, or a letter may be meant as well.

    `read`: the model's answer for a slot.
    """
    if slot != "reply" and mind.contract.slots & {"reply", "subject"}:
        return None
    if mind.mail.present and (told := _in_mail(slot, mind)) is not None:
        return told
    if slot == "reply":
        return bool((mind.proposal or {}).get("letter"))
    if not (mind.mail.present or mind.headed or mind.orders):
        return None
    known = (read(slot), read(_ELSEWHERE[slot]) if slot in _ELSEWHERE else None)
    return any(value not in (None, "", [], ()) for value in known)


def _in_mail(slot: str, mind: Mind) -> bool | None:
    """Of what has a form of its own, whether the mail has it; `None` for all else."""
    text = as_shown(mind)
    match slot:
        case "order_id" | "order_ids" | "orders_fit":
            return bool(ORDER_ID.search(text) or _BARE.search(text))
        case "sku":
            return bool(_SKU.search(text))
        case "amount" | "claimed_amount":
            return bool(moneys(text))
    return None


def as_shown(mind: Mind) -> str:
    """The mail's lines as the request has them, be some words of one others than the customer's."""
    ticket = mind.scene.state.ticket
    own = [set(fold(line).words) for line in (ticket.subject, *ticket.body.splitlines())]
    own = [words for words in own if words]
    pieces = [piece for piece in mind.context.pieces if piece.source != "call"]
    lines = [line for piece in pieces for line in unescape(piece.text).splitlines()]
    return "\n".join(line for line in lines if _is_one_of(set(fold(line).words), own))


def as_written(text: str, order_id: str) -> str | None:
    """An order's number as it stands in a text; `None` where it does not."""
    number = order_id.rpartition("-")[2]
    found = re.search(rf"(?<![\w-])(?:HL[- ]?)?{re.escape(number)}(?!\d)", text, re.IGNORECASE)
    return found.group() if found is not None else None


def _is_one_of(words: set[str], lines: list[set[str]]) -> bool:
    return any(len(words & line) >= _ALIKE * max(len(line), len(words) - _LABELS) for line in lines)


_ALIKE = 0.6
"""Of the words of a line."""
_LABELS = 3
"""Words that a program may put before a line of the mail."""
