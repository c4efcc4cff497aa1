"""Requests with their state: those that are open, and those of the thread that are settled."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from exercises.flaky_agent_trace.papers.retelling import issue_in
from harness.simulation.reading.text import fold

from .copied import phrase_for
from .mind import Mind
from .threads import messages

STATES = frozenset({"request_status", "request_open", "request_settled"})
"""Who asks for one of these wants every request, not only what is left to do."""
DATED = frozenset({"mentioned"})
"""Who asks for this wants the day on which each was told of first, be it in an earlier mail."""
_SETTLED = r"(?:settled|closed|resolved|finished|dealt with|over and done)"
_LEFT_OUT = re.compile(
    rf"\b{_SETTLED}\b[^.;\n]{{0,30}}\b(?:(?:left|leave|leaves) out|omit\w*|excluded?|ignored?|skip\w*"
    rf"|do(?:es)? not|don.t|doesn.t|not (?:here|listed|included|wanted)|aside)\b"
    rf"|\b(?:without|excluding|except|omit\w*|ignor\w+|leav\w+ out|skip\w*|no|not|never|nothing)\b"
    rf"[^.;\n]{{0,30}}\b{_SETTLED}\b"
    r"|(?<!\bnot )\bonly\b[^.;\n]{0,30}\b(?:open|unresolved|unsettled|outstanding|pending)\b",
    re.IGNORECASE,
)
"""Says of a list of requests that the settled ones do not belong there."""
_TOO = re.compile(
    rf"\b{_SETTLED}\b[^.;\n]{{0,20}}\b(?:too|also|as well|included)\b"
    rf"|\b(?:includ\w+|also|even|both|and|or|whether|be it)\b[^.;\n]{{0,30}}\b{_SETTLED}\b",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?])\s+")


def line_of(entry: dict[str, Any], wants: str) -> str:
    """One request in a few words."""
    issue = str(entry["issue"]).replace("_", " ")
    order = f", order {entry['order_id']}" if entry["order_id"] else ""
    return (
        f"{entry['item']}: {issue}{order}; wants {wants.replace('_', ' ')}"
        if entry["item"]
        else f"{issue}{order}"
    )


def _settled_too(mind: Mind) -> bool:
    """Whether the settled requests are wanted as well: where it is said, or else may be said of each."""
    said = list(_of_lists(mind.contract.schema or {}))
    if any(map(_LEFT_OUT.search, said)):
        return False
    return bool(mind.contract.slots & STATES) or any(map(_TOO.search, said))


def _of_lists(schema: Any) -> Iterator[str]:
    """What is said of the lists of a schema."""
    for part in schema.values() if isinstance(schema, Mapping) else schema:
        if isinstance(part, Mapping) and isinstance(part.get("items"), Mapping):
            yield str(part.get("description") or "")
        if isinstance(part, Mapping | list):
            yield from _of_lists(part)


def with_states(
    mind: Mind, entries: list[dict[str, Any]], read: Callable[[str], Any]
) -> list[dict[str, Any]]:
    """The open requests, each with the day of its first mention; then the settled ones, if wanted."""
    said = [entry for entry in reversed(messages(mind)) if _by_customer(mind, entry)]
    opened = [
        {
            **entry,
            **_state("open", entry["reported"] or _first(mind, said, entry["issue"]) or mind.mail.received),
        }
        for entry in entries
    ]
    settled = read("settled_orders") or [] if _settled_too(mind) else []
    return opened + [_settled(mind, said, id) for id in settled]


def _state(status: str, day: dt.date | None) -> dict[str, Any]:
    return {
        "request_status": status, "request_open": status == "open", "request_settled": status == "settled",
        "mentioned": day,
    }  # fmt: skip


def _by_customer(mind: Mind, message: dict[str, Any]) -> bool:
    names = fold(mind.scene.state.ticket.sender.name).words
    return bool(set(names) & set(fold(str(message["message_sender"] or "")).words))


def _first(mind: Mind, said: list[dict[str, Any]], issue: str) -> dt.date | None:
    """The day of the first message that has the words for an issue."""
    spans = [
        span for fact in mind.mail.facts if (fact.fact, fact.value) == ("issue", issue) for span in fact.spans
    ]
    return next((m["message_date"] for m in said for span in spans if fold(m["text"]).has(span)), None)


def _settled(mind: Mind, said: list[dict[str, Any]], id: str) -> dict[str, Any]:
    """What the customer once asked on an order that is no longer the matter."""
    found = (
        (m["message_date"], part)
        for m in said
        for part in _END.split(" ".join(m["text"].split()))
        if id in part
    )
    day, words = next(found, (None, None))
    items = (item for order in mind.scene.state.orders if order.id == id for item in order.items)
    named = next(filter(None, (phrase_for(mind, item) for item in items)), None)
    return {
        "order_id": id, "items": [], "issue": issue_in(words or "") or words, "item": named, "sku": None,
        "quantity": None, "opened": None, "sealed": None, "reported": day, "text": words,
        "summary": words, "quote": words, "problem_told": words,
        **_state("settled", day),
    }  # fmt: skip
