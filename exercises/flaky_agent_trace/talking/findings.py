"""What stands in a conversation, put so that a reader can go on from it alone.

For a summary that replaces the conversation, and for the report of an agent that only looks things up.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.calls import UNTIL, answered, order_currency, paid
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.papers.deeds import Deed
from exercises.flaky_agent_trace.papers.orders import described
from exercises.flaky_agent_trace.papers.reported import SEARCHED
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import decide
from exercises.flaky_agent_trace.writing.telling import told
from harness.simulation.reading.records import Record
from harness.simulation.reading.values import Money

_SUMMARISE = r"(?:summari[sz]e|sum up|condense|compact|compress|recap)"
_TALK = r"\b(?:conversation|history|so far|progress|context|messages|work|transcript)\b"
_REPLACES = re.compile(
    rf"\b{_SUMMARISE}\b[^.\n]{{0,60}}{_TALK}"
    rf"|\b(?:write|give|produce|create|make)\b[^.\n]{{0,30}}\bsummary of\b[^.\n]{{0,40}}{_TALK}",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"(?:^\W{0,6}|[.,:;]\s+|\b(?:and|then|to|please)\s+)report\b"
    r"[^.\n]{0,40}\b(?:what|find|found|findings|back|facts)\b"
    rf"|\bfindings\b|\b{_SUMMARISE}\b[^.\n]{{0,40}}\b(?:found|find|facts)\b",
    re.IGNORECASE | re.MULTILINE,
)
_WRITES = re.compile(
    r"(?<!not )(?<!never )\b(?:write|draft|compose)\b[^.\n]{0,20}\b(?:reply|answer|letter|e-?mail)\b",
    re.IGNORECASE,
)
_ACTS = ("refund", "escalate", "reply")


def wants_state(mind: Mind) -> bool:
    """Whether the last turn asks to sum up a conversation in which something was looked up or done."""
    pieces = mind.context.pieces
    last = bool(mind.deeds) and bool(pieces) and pieces[-1].source == "user"
    return last and bool(_REPLACES.search(mind.asked_last))


def reports(mind: Mind) -> bool:
    """Whether this is an agent that only looks things up, to tell what it has found."""
    contract = mind.contract
    acts = contract.submit is not None or any(contract.tool(kind) for kind in _ACTS)
    if acts or contract.form not in {"calls", "react"}:
        return False
    return bool(_REPORTS.search(mind.instructions)) and not _WRITES.search(mind.instructions)


def findings(answers: Answers, *, state: bool = False) -> str:
    """The case, the order, the rules that decide it; with `state`, what was done and what is left."""
    mind = answers.mind
    parts = [told(answers)]
    order = answers.belief.order_id
    shown = [mind.orders[order]] if order in mind.orders else list(mind.orders.values())
    parts += [f"Order data: {json.dumps(_plain(one), ensure_ascii=False)}" for one in shown if described(one)]
    if rules := _deciding(answers):
        parts.append("\n".join(["Rules that seem to apply:", *rules]))
    if state:
        done = [line for deed in mind.deeds if (line := _done(mind, deed))]
        parts += ["\n".join(["Done so far:", *(f"- {line}" for line in dict.fromkeys(done))])] if done else []
        parts.append(_left(mind))
    return "\n\n".join(parts)


def _plain(record: Record) -> dict[str, Any]:
    """A record as data."""
    values = {"id": record.id} if record.spec.id_pattern is not None else {}
    values |= {name: _value(value) for name, value in record.values.items()}
    currency = next((v.currency for v in record.values.values() if isinstance(v, Money) and v.currency), None)
    if currency and record.spec.id_pattern is not None:
        values.setdefault("currency", currency)
    return values | {name: [_plain(part) for part in parts] for name, parts in record.parts.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Money):
        return f"{value.cents / 100:.2f}"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _deciding(answers: Answers) -> list[str]:
    """The clauses without which the case would be decided otherwise."""
    clauses: dict[str, Clause] = {id: seen.clause for id, seen in answers.mind.clauses.items()}
    facts = answers.facts
    whole = decide(facts, clauses)
    kept = dict(clauses)
    for id in reversed(clauses):
        less = {other: clause for other, clause in kept.items() if other != id}
        if id not in whole.reason.split() and decide(facts, less) == whole:
            kept = less
    return [f"{id}  {worded(answers.mind.clauses[id])}" for id in kept]


def _done(mind: Mind, deed: Deed) -> str:
    """One call in a sentence; empty where nothing came of it."""
    order = f" order {deed.order}" if deed.order else ""
    if deed.kind == "refund":
        currency = deed.arguments.get("currency") or order_currency(mind, deed.order) or ""
        sum = f" {paid(deed) or ''} {currency}".rstrip()
        lost = (
            "it is unknown whether it was made"
            if deed.trouble in {"unknown", "unbooked"}
            else "it was not made"
        )
        about = f" for{order}" if order else ""
        return f"The refund of{sum}{about} failed; {lost}." if deed.trouble else f"I refunded{sum}{about}."
    if deed.kind in {"get_order", "get_policy", "search_orders"}:
        by = " and ".join(name for name in deed.arguments if name in SEARCHED)
        afresh = " afresh" if deed.arguments.get("fresh") else ""
        until = UNTIL.search(deed.result or "")
        over = f", which ended on {until[1]}" if until else ""
        looked = {"get_order": f"looked up{order}", "get_policy": f"read the handbook{afresh}{over}"}
        said = looked.get(deed.kind, f"searched the orders{' by ' if by else ''}{by}")
        return f"I {said}." if answered(deed) else ""
    ends = {"escalate": f"escalated{order or ' the case'}", "reply": "replied to the customer"}
    said = ends.get(deed.kind, "")
    return f"I {said}." if said and not deed.trouble else ""


def _left(mind: Mind) -> str:
    """What is left to do."""
    done = {deed.kind for deed in mind.deeds if not deed.trouble}
    if "reply" in done:
        return "Left to do: nothing."
    if done & {"refund", "escalate", "deny"}:
        return "Left to do: write to the customer."
    return "Left to do: decide, act, and write to the customer."
