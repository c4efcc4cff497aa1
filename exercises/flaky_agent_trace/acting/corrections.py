"""What a refusal of a call asks for: another look, the same call again, a deed, or words in a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from exercises.flaky_agent_trace.deciding.features import pointed_at
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.papers.deeds import Deed
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.wording import money_text, why_told
from harness.simulation.calling.tools import Offered
from harness.simulation.meaning.slots import words_of

Json = Any
_AGAIN = re.compile(
    r"\bconfirm|\backnowledg|\bare you sure\b|\bif you (?:are sure|mean it|still)\b|\bproceed\b|\binsist",
    re.IGNORECASE,
)
_CONFIRMS = {
    "confirm", "confirmed", "confirmation", "acknowledge", "acknowledged", "acknowledgement", "ack", "force",
    "sure", "insist", "proceed", "override", "really", "reviewed", "checked", "verified",
}  # fmt: skip
_NEEDED = {
    "refund": re.compile(r"\brefund|\bpaid\b|\bpay(?:ment|out)?\b|\bmoney\b|\bcredited\b", re.IGNORECASE),
    "escalate": re.compile(
        r"\bescalat|\bhand(?:ed|ing)?[ -]?(?:over|off)\b|\bpassed on\b|\bdesk\b|\bcase\b|\bcolleague"
        r"|\bhuman\b",
        re.IGNORECASE,
    ),
}
_NUMBER = r"[^.\n]{0,12}\b(?:number|id|no|reference|ref)\b"
_MENTIONS = {
    "amount": re.compile(r"\b(?:amount|sum|how much|figure|total)\b", re.IGNORECASE),
    "order": re.compile(rf"\border\b{_NUMBER}|\border_id\b|\bwhich order\b", re.IGNORECASE),
    "why": re.compile(
        r"\b(?:clauses?|rules?|polic(?:y|ies)|handbook|reasons?|grounds|why|justif\w+|explain\w*)\b",
        re.IGNORECASE,
    ),
    "ticket": re.compile(rf"\bticket\b{_NUMBER}", re.IGNORECASE),
}
"""What a letter is to name, by the words of a refusal."""
_ALIKE = 2
"""Refusals of one and the same call after which it is not made again."""


def refused_alike(mind: Mind, kind: str, arguments: dict[str, Json]) -> bool:
    """Whether this very call was refused so often, one time after the other, that it is of no use."""
    last = [deed for deed in mind.deeds if deed.kind == kind][-_ALIKE:]
    refusals = [deed for deed in last if deed.trouble in {"invalid", "refused"}]
    told = marks(kind, arguments)
    return len(refusals) == _ALIKE and all(marks(kind, deed.arguments) == told for deed in refusals)


def marks(kind: str, arguments: dict[str, Json]) -> tuple[str, ...]:
    """What tells a call from another of its tool."""
    names = {
        "refund": ("order_id", "amount"), "escalate": ("order_id", "reason", "summary"),
        "reply": ("order_id", "amount", "outcome", "body"),
    }  # fmt: skip
    return tuple(_plain(arguments.get(name)) for name in names.get(kind, ("order_id",)))


def _plain(value: Json) -> str:
    try:
        return f"{float(value):.2f}"
    except (TypeError, ValueError):
        return "" if value is None else str(value).strip().upper()


def says_what(mind: Mind, deed: Deed) -> bool:
    """Whether a refusal says what of the case to think over; else the model sticks to what it did."""
    text = deed.result or ""
    said = mind.feedback
    news = said.action or said.amount is not None or said.barred
    rejected = deed.kind != "reply" and _REJECTED.search(text)
    return bool(news or pointed_at(text) or _ANEW.search(text) or rejected)


_ANEW = re.compile(
    r"\bre-?(?:read|consider|assess|evaluate|think|calculate|compute)\w*|\blook (?:at|into) the\b|\bcompare\b"
    r"|\b(?:think|go|read|look) (?:it |this |that |the \w+ )?(?:over|through|again)\b",
    re.IGNORECASE,
)
"""The case is to be gone through anew."""
_REJECTED = re.compile(
    r"\breject|\bblocked\b|\binvalid\b|\brefused\b|\bwrong\b|\bincorrect\b|\binstead\b|check (?:failed|first)"
    r"|\bnot (?:carried out|executed|accepted|done|sent|made|allowed|due|right|correct)\b",
    re.IGNORECASE,
)
"""What was to be done is held to be wrong."""


def told_to_confirm(text: str) -> bool:
    """Whether a refusal wants nothing but the same call once more."""
    return bool(_AGAIN.search(text))


def confirmations(tool: Offered) -> dict[str, Json]:
    """The arguments of a tool by which a call is confirmed, set so."""
    properties = tool.spec.schema.get("properties")
    return {
        name: True
        for name, part in (properties.items() if isinstance(properties, dict) else ())
        if isinstance(part, dict) and part.get("type") == "boolean" and _CONFIRMS & set(words_of(name))
    }


def missing_deed(text: str, told: str) -> str:
    """The deed that a refused letter tells of and that a refusal says was not done; empty where none."""
    pattern = _NEEDED.get(told)
    return told if pattern is not None and pattern.search(text) else ""


def names_part(refusal: str) -> bool:
    """Whether a refusal names something that a letter is to name."""
    return any(pattern.search(refusal) for pattern in _MENTIONS.values())


def with_mentions(mind: Mind, body: str, resolution: Resolution, refusals: Iterable[str]) -> str:
    """A letter with what refusals want to read in it, where it is not there."""
    said = "\n".join(refusals)
    known = {
        "amount": money_text(resolution) if resolution.action == "refund" else "",
        "order": (resolution.action != "need_info" and resolution.order_id) or "",
        "why": " ".join(why_told(mind, resolution)),
        "ticket": mind.ticket_shown,
    }
    wanted = [known[what] for what, pattern in _MENTIONS.items() if pattern.search(said)]
    lines = [text[:1].upper() + text[1:] for text in dict.fromkeys(wanted) if text and text not in body]
    return before_closing(body, f"{'. '.join(line.rstrip('.') for line in lines)}.") if lines else body


def before_closing(body: str, said: str) -> str:
    """A letter with a paragraph more, above its closing lines where it has them."""
    parts = body.split("\n\n")
    closing = len(parts) > _GREETED and len(parts[-1].split()) <= _CLOSES
    at = len(parts) - 1 if closing else len(parts)
    return "\n\n".join([*parts[:at], said, *parts[at:]])


_GREETED, _CLOSES = 2, 10
"""Paragraphs of a letter that has no closing, and words of a closing at most."""
