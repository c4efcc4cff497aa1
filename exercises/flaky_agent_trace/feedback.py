"""What a program tells the model after an answer: the sum that is due, what to do, which order it is.

Only concrete words count, and only those of the program: not the mail, the handbook or an order. They
are no truth: a model mostly goes along with what it is told, right or wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from harness.simulation.values import number

from .policy import Action

if TYPE_CHECKING:
    from .mind import Mind

_SUM = r"(?P<sum>\d{1,6}(?:[.,]\d{1,2})?)(?![\d.,]*\d)"
_DUE = (
    re.compile(
        r"(?:\bdue\b|should be|must be|expected|correct (?:amount|sum)|comes to|works out (?:at|to)|owed"
        r"|calculated|computed|instead)(?:[^\d.;\n]{0,25})" + _SUM,
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!not )(?<![\d.,])" + _SUM + r"\s*(?:EUR|GBP|PLN|€|£)?\s*(?:\w+\s+){0,2}(?:due|owed|expected)\b",
        re.IGNORECASE,
    ),
)
_DO = re.compile(
    r"(?:\bcall|\buse|\bmust|\bshould|\bplease|\binstead|\bto be|\bhas to|\bneeds to|\baction:?)\s+(?:be\s+)?"
    r"(?:the\s+)?"
    r"[`\"']?(?P<do>escalated?|hand(?:ed)?\b[^.\n]{0,20}?\bover|deny|denied|decline[sd]?|need_info|ask)"
    r"|[.!]\s+(?P<imperative>decline|deny|escalate)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:concerns|is about|belongs to"
    r"|(?:right|correct|expected) order(?: is)?|order should be|use order)\W{0,3}"
    r"(?P<id>HL-\d{6})",
    re.IGNORECASE,
)
_ACTIONS: dict[str, Action] = {
    "e": "escalate",
    "h": "escalate",
    "d": "deny",
    "n": "need_info",
    "a": "need_info",
}


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said last of each."""

    amount: Decimal | None = None
    action: Action | None = None
    order: str | None = None


def feedback_of(mind: Mind) -> Feedback:
    """The program's words since the model first answered."""
    answered = [piece.index for piece in mind.context.pieces if piece.source in {"assistant", "call"}]
    amount: Decimal | None = None
    action: Action | None = None
    order: str | None = None
    for piece in mind.context.of("user", "result"):
        if not answered or piece.index < answered[0] or len(piece.text) > 2000 or piece.own:
            continue
        if mind.scene.mail_share(piece) or mind.scene.rules(piece) or '"items"' in piece.text:
            continue
        plain = piece.folded.plain
        sums = [match for pattern in _DUE for match in pattern.finditer(plain)]
        if sums and (said := number(sums[0]["sum"])) is not None:
            amount, action = Decimal(str(said)).quantize(Decimal("0.01")), None
        if match := _DO.search(plain):
            action, amount = _ACTIONS[(match["do"] or match["imperative"])[0].lower()], None
        if match := _ORDER.search(plain):
            order = match["id"].upper()
    return Feedback(amount, action, order)
