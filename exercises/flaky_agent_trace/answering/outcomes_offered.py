"""Which of several outcomes that a program offers is the one due: `refund 84.95 EUR`, `in part`, `refuse`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.outcomes import order_in, outcome_in
from exercises.flaky_agent_trace.shop.policy import ZERO

from .answers import Answers

FULL = re.compile(r"\b(?:full(?:y)?|all|whole|entire\w*|complete\w*|everything|100 ?%)\b", re.IGNORECASE)
_PARTIAL = re.compile(r"\b(?:partial\w*|part|some of it|reduced|less|half|50 ?%)\b", re.IGNORECASE)
_ACTIONS = {
    "deny": re.compile(
        r"\b(?:den(?:y|ied|ial)|refus\w+|reject\w*|declin\w+|nothing|no (?:refund|money))\b", re.IGNORECASE
    ),
    "escalate": re.compile(r"\b(?:escalat\w+|desk|hand\w* over|hand\w*-?over)\b", re.IGNORECASE),
    "need_info": re.compile(r"\b(?:ask\w*|clarif\w+|more info\w*)\b", re.IGNORECASE),
    "refund": re.compile(r"\b(?:refund\w*|pay\w*|money)\b", re.IGNORECASE),
}
_REST = re.compile(
    r"^\W*(?:none|neither|something else|other|keine\w*|aucun\w*|ningun\w*|geen|żadn\w*)\b", re.IGNORECASE
)
_SUM = re.compile(
    r"(?<![\d.,-])\d{1,5}[.,]\d{2}(?![\d.,]*\d)|(?<=[€£])\d{1,5}\b|\b\d{1,5}(?= ?(?:EUR|GBP|PLN|€|£))"
)


def meant(said: str) -> str:
    """The outcome that an option names; empty: none."""
    found = outcome_in(said)
    return found[0] if found else next((act for act, words in _ACTIONS.items() if words.search(said)), "")


def due(said: str, answers: Answers) -> bool:
    """Whether an option is what is due."""
    own = answers.resolution
    order = order_in(said)
    if order is not None and order != own.order_id:
        return False
    if (told := _sum_told(said)) is not None:
        return own.action == "refund" and own.amount == told
    if FULL.search(said) or _PARTIAL.search(said):
        return own.action == "refund" and in_full(answers) is (not _PARTIAL.search(said))
    return own.action == meant(said)


def outcome_due(options: Sequence[str], answers: Answers) -> str:
    """The one option that is due, else the one for none of them; empty: there is none, or several may be."""
    fits = [one for one in options if due(one, answers)]
    rest = next((one for one in options if _REST.match(one)), "")
    return fits[0] if len(fits) == 1 else "" if fits else rest


def in_full(answers: Answers) -> bool:
    """Whether all that was paid for the goods concerned goes back."""
    steps = answers.reckoned.steps
    if steps is None or not steps.lines:
        return False
    return sum((line.price for line in steps.lines), ZERO) <= steps.amount


def _sum_told(said: str) -> Decimal | None:
    """The sum that an option names."""
    found = _SUM.findall(ORDER_ID.sub(" ", said))
    return Decimal(found[0].replace(",", ".")) if len(found) == 1 else None
