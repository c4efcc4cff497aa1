"""What an error has done before the call that it turns down, and what it wants the call to have."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.briefing import STATEMENT
from exercises.flaky_agent_trace.papers.deeds import LOOKS, Deed
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.calling.tools import Offered
from harness.simulation.meaning.slots import words_of

_ACTS = frozenset({"refund", "escalate", "select_order"})
"""Deeds that another may have to wait for."""
_BEFORE = re.compile(r"\b(?:first|before|beforehand|until|yet|prior|zuerst|d['’]abord|primero|eerst|najpierw)\b",
                     re.IGNORECASE)  # fmt: skip
_CALLS = re.compile(r"\b(?:call|use|run|invoke|execute|make|issue|do|open|needs?|must|rufe?|appele\w*|llame?|roep)\b",
                    re.IGNORECASE)  # fmt: skip
_NOT = re.compile(r"(?:\bnot|n['’]t|\bnever|\bwithout)\b[^.;]{0,15}\Z", re.IGNORECASE)
_GIVES = re.compile(
    r"\b(?:provide|specify|include|give|add|pass|name|set|fill in|state|missing|required|needs?|must have|lacks?"
    r"|without|no|empty|expected|at least one|angeben|fehlt|manque|fournir|indique\w*|falta|ontbreekt|brak)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z_]{2,}", re.IGNORECASE)


def told_first(mind: Mind, deed: Deed) -> Offered | None:
    """The tool that an error has called before the one that it turns down, by its name."""
    tools = [tool for tool in mind.contract.tools if tool.kind in _ACTS and tool.spec.name != deed.name]
    for part in STATEMENT.split(deed.result or ""):
        named = [(tool, at) for tool in tools if (at := _at(tool, part)) >= 0 and not _NOT.search(part[:at])]
        if len(named) == 1 and (_BEFORE.search(part) or _CALLS.search(part)):
            return named[0][0]
    return None


def _at(tool: Offered, text: str) -> int:
    found = re.search(rf"\b{re.escape(tool.spec.name)}\b", text)
    return found.start() if found is not None else -1


def wanted_in(tool: Offered, text: str) -> list[str]:
    """The arguments of a tool that an error says are missing, by their own names or in other words."""
    if tool.kind in LOOKS:
        return []
    properties = tool.spec.schema.get("properties")
    names = [own for own, part in (properties or {}).items() if isinstance(part, dict)]
    said = [part for part in STATEMENT.split(text) if _GIVES.search(part)]
    ontology = vocabulary().ontology
    found = []
    for own in names:
        slot = ontology.slot_of(own)
        for part in said:
            words = [word.casefold() for word in _WORD.findall(part)]
            pairs = ["_".join(pair) for pair in zip(words, words[1:], strict=False)]
            stem = {word.rstrip("s") for word in words}
            if own.casefold() in words or {one.rstrip("s") for one in words_of(own)} <= stem:
                found.append(own)
                break
            if slot is not None and slot in {ontology.slot_of(one) for one in [*words, *pairs]}:
                found.append(own)
                break
    return found
