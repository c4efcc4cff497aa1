"""Tools that are not understood: where one may be what is missing, that nothing is there is not said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.deciding.questions import detailed
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.calling.purposes import types_of
from harness.simulation.calling.reckoners import reckons, works_out
from harness.simulation.calling.tools import Offered, mapping
from harness.simulation.meaning.slots import words_of

from .errands import called

Json = Any
_ASIDE = frozenset(
    ["calc", "calculator", "math", "maths", "arithmetic", "sum", "add", "date", "dates", "days",
     "day", "time", "today", "now", "clock", "calendar", "think", "thought", "thoughts", "note",
     "notes", "log", "plan", "todo", "memory", "remember", "scratchpad", "currency", "convert",
     "exchange", "rate", "translate", "language", "weather", "tag", "label", "priority", "sleep",
     "wait"]
)  # fmt: skip
"""Words of the names of tools that neither read an order nor act on one."""
_TOPIC = 1
"""What a tool that shows rules may want to be told."""


def strangers(mind: Mind) -> list[Offered]:
    """The tools that are not understood and have not been called."""
    return [
        tool
        for tool in mind.contract.tools
        if tool.kind == "foreign"
        and not tool.follows
        and not called(mind, tool)
        and not (reckons(tool.spec) or works_out(tool.spec) or {*words_of(tool.spec.name)} & _ASIDE)
    ]


def unread(mind: Mind, belief: Belief) -> str:
    """What was not looked up though a tool may be there for it; empty where nothing is missing."""
    if mind.contract.form not in {"calls", "react"} or mind.contract.step is not None:
        return ""
    offered, strange = mind.contract.tool, strangers(mind)
    wanted, search = belief.order_id, offered("search_orders")
    mute = search is not None and not search.arguments and not called(mind, search)
    search = None if mute else search  # by what it looks is told in a way that is not understood
    if wanted is None:
        lost = not mind.orders and search is None
    else:
        lost = not detailed(mind, wanted) and not (offered("get_order") or search)
    if lost and (strange or mute):
        return "which of the tools shows an order"
    reads = [tool for tool in strange if len(_parts(tool)) <= _TOPIC]
    if reads and not mind.clauses and offered("get_policy") is None:
        return "which of the tools shows the rules"
    return ""


def unsaid(mind: Mind) -> str:
    """What is not understood where a letter is put in plain words and a tool may be there for it."""
    contract = mind.contract
    if contract.form == "react" and contract.step is None and not (contract.calls and contract.calls.ends):
        return "which of the actions that are listed ends the case"
    if mind.contract.form != "calls" or mind.contract.step is not None:
        return ""
    return "which of the tools tells the customer" if _with_text(mind) else ""


def unhanded(mind: Mind) -> str:
    """What is not understood where a case is for people and a tool may be there to hand it over."""
    if mind.contract.tool("escalate") is not None or mind.contract.submit is not None:
        return ""
    return "which of the tools hands a case over" if _with_text(mind) else ""


def may_pay(mind: Mind) -> bool:
    """Whether a tool that is not known takes a sum, and does not only reckon with it."""
    refund = vocabulary().tools["refund"]
    unknown = [tool for tool in strangers(mind) if not {*words_of(tool.spec.name)} & {*refund.unlike}]
    return mind.contract.form in {"calls", "react"} and any(
        "amount" in mapping(_parts(tool), refund).values() or any(map(_is_number, _parts(tool).values()))
        for tool in unknown
    )


def _parts(tool: Offered) -> Mapping[str, Json]:
    found = tool.spec.schema.get("properties")
    return found if isinstance(found, dict) else {}


def _with_text(mind: Mind) -> bool:
    return any(_is_text(part) for tool in strangers(mind) for part in _parts(tool).values())


def _is_text(part: Json) -> bool:
    return isinstance(part, Mapping) and (not types_of(part) or "string" in types_of(part))


def _is_number(part: Json) -> bool:
    return isinstance(part, Mapping) and bool(types_of(part) & {"number", "integer"})
