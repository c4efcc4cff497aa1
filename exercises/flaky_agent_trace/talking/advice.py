"""What comes next, in a sentence: for programs that ask it in words after a call."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.deciding.calls import order_currency, paid
from exercises.flaky_agent_trace.deciding.questions import in_trouble
from exercises.flaky_agent_trace.papers.deeds import Deed
from exercises.flaky_agent_trace.reading.mind import Mind

_NEXT = re.compile(
    r"\bwhat\b[^?.\n]{0,40}\b(?:next|now)\b[^?.\n]{0,30}\?"
    r"|\bwhat (?:should|would|do|shall) (?:we|you|i) do\b[^?.\n]{0,40}\?"
    r"|\bhow (?:should|would|do|shall) (?:we|you|i) (?:go on|proceed|continue)\b",
    re.IGNORECASE,
)


def what_next(mind: Mind) -> str:
    """What to do about a call that went wrong, where the last message asks what comes next; else empty."""
    deed = in_trouble(mind)
    if deed is None or not _NEXT.search(mind.asked_last):
        return ""
    what = {"refund": _refund(mind, deed), "escalate": "the handover"}.get(deed.kind, "the reply")
    if deed.kind == "refund" and deed.trouble in {"unknown", "unbooked"}:
        return f"Look at the order again to see whether {what} was made, and pay only if it was not."
    if deed.trouble in {"unknown", "busy"}:
        return f"Try {what} once more a little later, and hand the case over if it fails again."
    return f"Do not repeat {what} as it is: mend what the refusal names, or hand the case over."


def _refund(mind: Mind, deed: Deed) -> str:
    amount = paid(deed)
    currency = deed.arguments.get("currency") or order_currency(mind, deed.order) or ""
    about = f" on {deed.order}" if deed.order else ""
    return "the refund" + (f" of {amount:.2f} {currency}".rstrip() if amount is not None else "") + about
