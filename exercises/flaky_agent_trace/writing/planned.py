"""A plan as steps of which each names its tool: what is still to be looked up, what then to do, the reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.deciding.calls import ENDS
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.orders import described
from exercises.flaky_agent_trace.reading.mind import Mind

from .case import Case
from .in_brief import things
from .wording import PLAN

_FIND, _READ, _RULES, _HANDOVER, _ACT, _REPLY = PLAN


def plan_steps(mind: Mind, belief: Belief, sender: str | None) -> list[dict[str, Any]]:
    """The steps from what the context shows: nothing is looked up that stands there."""
    return [
        {
            "plan_step": text, "text": text, "tool_name": tool, "tool_arguments": given,
            "tool_argument": next(iter(given.values()), None), "reasoning": text, "reason": text,
            "rank": float(number), **given,
        }
        for number, (text, tool, given) in enumerate(_steps(mind, belief, sender), start=1)
    ]  # fmt: skip


def plan_in_words(case: Case) -> list[str]:
    """The plan as sentences: which number the mail names, and what it wants money for."""
    mind, asks = case.mind, case.facts.asks
    if not mind.mail.present:
        return list(PLAN)
    named = [id.upper() for id in ORDER_ID.findall(mind.scene.mail.plain)]
    numbers = " and ".join(dict.fromkeys(named))
    find = f"{_FIND}: it names {numbers}, to be checked against the sender's orders" if numbers else (
        f"{_FIND}: it names no number, so look for the sender's orders"
    )  # fmt: skip
    what = things(case, asks[0]) if asks else ""
    act = f"Work out what is due for {what} and act on it" if what else _ACT
    return [find, _READ, _RULES, _HANDOVER, act, _REPLY]


_ID = re.compile(r"[\"'](?:refund|case|message)_id[\"']\s{0,3}:\s{0,3}[\"'](?P<id>[\w-]{4,60})[\"']")


def calls_made(mind: Mind) -> list[dict[str, Any]]:
    """The calls that a request shows of a case on which something was done; none where it is still open."""
    if mind.operation == "act" or not any(deed.kind in ENDS for deed in mind.deeds):
        return []
    return [
        {
            "plan_step": (name := deed.name or deed.kind), "text": name, "tool_name": name,
            "tool_arguments": deed.arguments, "valid": deed.done, "rank": float(number),
            "call_reference": found["id"] if (found := _ID.search(deed.result or "")) else None,
        }
        for number, deed in enumerate(mind.deeds, start=1)
    ]  # fmt: skip


def to_settle(mind: Mind, belief: Belief) -> list[str]:
    """What a plan has to settle before money moves: nothing that the context shows."""
    asks = belief.facts.asks
    if not mind.mail.present or not asks:
        return []
    record = mind.orders.get(belief.order_id or "")
    found = ["which order is meant"] if belief.order_id is None else []
    found += [_TURNS_ON[asks[0].issue]] if asks[0].issue in _TURNS_ON and record is None else []
    if record is None or not described(record):
        found += ["what the items cost, and what has been refunded already", _WHO]
    return found


_TURNS_ON = {
    "changed_mind": "when it was delivered, and whether it has been opened",
    "damaged": "when it was delivered, and when the damage was first reported",
    "wrong_item": "when it was delivered, and what was ordered",
    "late": "which day was promised, and which it came",
    "not_arrived": "what the carrier says, and which day was promised",
    "cancel": "whether it has been shipped",
    "goodwill": "whether anything is due at all",
    "already_paid_back": "whether the refund was booked",
}
_WHO = "whether the sender is on the account, and whether a chargeback or a promise stands on the order"


def _steps(mind: Mind, belief: Belief, sender: str | None) -> Iterator[tuple[str, str, dict[str, Any]]]:
    order = belief.order_id
    of = {"order_id": order} if order is not None else {}
    if order is None:
        yield _FIND, "search_orders", {"email": sender} if sender else {}
    record = mind.orders.get(order or "")
    if record is None or not described(record):
        yield _READ, "get_order", of
    if not mind.decides_by:
        yield _RULES, "get_policy", {"topic": "all"}
    if belief.facts.orders_concerned > 1 or belief.facts.legal:
        yield _HANDOVER, "escalate", of
    else:
        yield _ACT, "refund", of
    yield _REPLY, "reply", of
