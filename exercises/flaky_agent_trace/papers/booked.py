"""Acknowledged is not booked: a refund that the order, read since, does not show."""

from __future__ import annotations

import re
from dataclasses import replace

from exercises.flaky_agent_trace.ontology import ORDER
from harness.simulation.reading.context import Context
from harness.simulation.reading.records import find_records

from .deeds import Deed
from .scene import Scene

_IF_NOT = re.compile(
    r"\b(?:if|when|should)\b[^.\n]{0,80}?(?:\bnot\b|n['’]t\b|\bmissing\b|\babsent\b)[^.\n]{0,80}?"
    r"(?:(?P<again>\b(?:refund|pay|book)\b[^.,\n]{0,25}\b(?:again|once more|anew)\b"
    r"|\b(?:retry|repeat|redo)\b[^.,\n]{0,15}\b(?:refund|payment)\b)|\b(?:escalat|hand)\w*)",
    re.IGNORECASE,
)


def if_not_booked(told: str) -> str:
    """What a program says to do about a refund that is not there: `again`, `escalate`; empty: nothing."""
    found = _IF_NOT.search(told)
    return "" if found is None else "again" if found["again"] else "escalate"


def corrected(deeds: tuple[Deed, ...], context: Context, scene: Scene) -> tuple[Deed, ...]:
    """The deeds, the last refund among them as the order shows it that was read after its answer."""
    at = max((n for n, deed in enumerate(deeds) if deed.kind == "refund"), default=None)
    if at is None or not deeds[at].done:
        return deeds
    paid = deeds[at]
    after = [deed for deed in deeds[at + 1 :] if _later(paid, deed, context)]
    now = _listed(after, paid.order, scene)
    if now is None or now > (_listed(list(deeds[:at]), paid.order, scene) or 0):
        return deeds
    return (*deeds[:at], replace(paid, trouble="unbooked"), *deeds[at + 1 :])


def booked_since(deeds: tuple[Deed, ...], attempt: Deed, order: str, scene: Scene) -> bool:
    """Whether an order that was read before and after an attempt to pay lists a refund more than before."""
    at = deeds.index(attempt) if attempt in deeds else None
    if at is None:
        return False
    before, after = (_listed(list(part), order, scene) for part in (deeds[:at], deeds[at + 1 :]))
    return before is not None and after is not None and after > before


def _later(paid: Deed, deed: Deed, context: Context) -> bool:
    """Whether a call was made when the refund's answer was there: not beside it, nor told of with it."""
    between = (piece for piece in context.pieces if paid.index < piece.index < deed.index)
    return any(piece.source not in {"call", "assistant"} for piece in between)


def _listed(deeds: list[Deed], order: str, scene: Scene) -> int | None:
    """How many refunds the last look at an order lists; `None` where none tells."""
    looks = [deed.result or "" for deed in deeds if deed.kind == "get_order" and order in {"", deed.order}]
    seen = [one for text in looks for one in find_records(text, ORDER, scene.lexicon)]
    lists = [len(one.parts["refunds"]) for one in seen if "refunds" in one.parts]
    return lists[-1] if lists else None
