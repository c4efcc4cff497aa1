"""What a program wants said where a reviewer finds nothing, or where the other side is right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.papers.proposals import proposals_in
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.values import Money, cents

_SAY = r"(?:answer|say|reply|respond|write|return|output|state)"
_THEN = (
    rf"[^.?!\n]{{0,30}}?[,:]\s{{0,2}}(?:then |just |please |only )?{_SAY}\b"
    r"(?: (?:with|just|only|the words?)){0,2}:?\s{1,2}"
)
_WORDS = r"[\"'`“„]?(?P<words>[^\"'`”“„.?!\n]{2,60}?)[\"'`”]?(?=[.!]?\s*(?:$|\n|(?-i:(?<=[.!] )[A-Z])))"
_NOTHING = re.compile(
    r"\b(?:if|when|where|should)\b[^.?!,:\n]{0,60}\b(?:none|nothing|no (?:\w+ )?(?:such|reasons?|faults?"
    r"|objections?|problems?|issues?|errors?|mistakes?|doubts?))\b" + _THEN + _WORDS,
    re.IGNORECASE,
)
_OTHER_SIDE = re.compile(
    r"\b(?:if|when|where|should)\b[^.?!,:\n]{0,40}\b(?:auditor|sceptic|skeptic|critic|reviewer|checker|opponent"
    r"|objection|prosecutor|other side|they|he|she|it)\b (?:is|are|be|has a|holds?)\b[^.?!,:\n]{0,30}"
    r"\b(?:right|correct|justified|sound|valid|point|true)\b" + _THEN + _WORDS,
    re.IGNORECASE,
)


def nothing_found(asked: str) -> str:
    """The words for a review that finds nothing; empty where none are told."""
    found = _NOTHING.search(asked)
    return found["words"].strip() if found is not None else ""


def put_forward(mind: Mind) -> dict[str, Any]:
    """The payment that a turn puts forward, in slots; nothing where it puts none."""
    put = mind.proposal or next((one.slots for one in proposals_in(mind.context.asked)), {})
    return put if "amount" in put else {}


def agrees(put: Mapping[str, Any], own: Resolution) -> bool:
    """Whether what is put forward is what the model would do, to the cent."""
    due = cents(float(own.amount)) if own.amount is not None else None
    said = put["amount"]
    return bool(own.action == put.get("action") and isinstance(said, Money) and said.cents == due)


def conceded(mind: Mind, resolution: Resolution) -> str:
    """The words by which who speaks for a payment gives it up, where another is due; else empty."""
    found, put = _OTHER_SIDE.search(mind.context.asked), put_forward(mind)
    return str(found["words"]).strip() if found is not None and put and not agrees(put, resolution) else ""
