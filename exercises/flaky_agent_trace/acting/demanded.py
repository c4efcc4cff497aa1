"""What an error has done before the call that it turns down, and what it wants the call to have."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.briefing import STATEMENT
from exercises.flaky_agent_trace.papers.deeds import Deed
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.calling.tools import Offered
from harness.simulation.forms.amended import amended
from harness.simulation.meaning.slots import words_of

Json = Any
_ACTS = frozenset({"refund", "escalate", "select_order"})
"""Deeds that another may have to wait for."""
_IN_TURN = re.compile(
    r"\b(?:first|before|beforehand|until|yet|prior|zuerst|erst|d['’]abord|primero|eerst|najpierw)\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?:call|use|run|invoke|execute|needs?|requires?|must|rufe?|appele\w*|llame|roep)\W{1,3}(?:the "
    r"|tool )?\Z",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?:\bnot|n['’]t|\bnever|\bwithout)\b[^.;]{0,15}\Z", re.IGNORECASE)
_GIVES = re.compile(
    r"\b(?:provide|specify|include|give|add|pass|name|set|fill in|state|missing|required|needs?|must have"
    r"|lacks?|without|no|empty|expected|at least one|angeben|fehlt|manque|fournir|indique\w*|falta"
    r"|ontbreekt|brak)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z_]{2,}", re.IGNORECASE)


def told_first(mind: Mind, deed: Deed) -> Offered | None:
    """The tool that an error has called before the one that it turns down, by its name."""
    done = {other.name for other in mind.deeds if other.done}
    tools = [t for t in mind.contract.tools if t.kind in _ACTS and t.spec.name not in {deed.name, *done}]
    for part in STATEMENT.split(deed.result or ""):
        named = [(tool, at) for tool in tools if (at := _at(tool, part)) >= 0 and not _NOT.search(part[:at])]
        if len(named) == 1 and (_IN_TURN.search(part) or _CALL.search(part[: named[0][1]].rstrip("`\"'"))):
            return named[0][0]
    return None


def _at(tool: Offered, text: str) -> int:
    found = re.search(rf"\b{re.escape(tool.spec.name)}\b", text)
    return found.start() if found is not None else -1


def wanted_in(tool: Offered, text: str) -> list[str]:
    """The arguments of a tool that an error says are missing, by their own names or in other words."""
    properties = tool.spec.schema.get("properties")
    names = [own for own, part in (properties or {}).items() if isinstance(part, dict)]
    said = [part for part in STATEMENT.split(text) if _GIVES.search(part)]
    return [own for own in names if any(_names(part, own) for part in said)]


def complained_of(mind: Mind, tool: Offered, own: str) -> str:
    """What the tool has said of an argument when it turned the last call down; empty where nothing."""
    made = [deed for deed in mind.deeds if deed.name == tool.spec.name]
    if not made or made[-1].trouble not in {"invalid", "refused"}:
        return ""
    parts = STATEMENT.split(made[-1].result or "")
    return " ".join(part for part in parts if _names(part, own))


def amended_by(mind: Mind, tool: Offered) -> dict[str, Json]:
    """What a tool takes, with what it has said of the form of it when it turned calls down."""
    turned = [deed for deed in mind.deeds if deed.name == tool.spec.name and deed.trouble in _TURNED]
    schema = tool.spec.schema
    if not turned:
        return dict(schema)
    own = {name: turned[-1].arguments.get(known) for name, known in tool.arguments.items()}
    faults = "\n".join(_SENTENCES.sub("\n", deed.result or "") for deed in turned)
    found, parts = amended(schema, faults, own), schema.get("properties") or {}
    for name, part in (found.get("properties") or {}).items():
        declared = parts[name].get("enum") if isinstance(parts.get(name), dict) else None
        if declared and not {*map(str, part.get("enum") or ())} <= {*map(str, declared)}:
            found["properties"][name] = parts[name]  # no word of an error widens what a schema declares
    return found


def of_form(mind: Mind, tool: Offered, deed: Deed) -> bool:
    """Whether a refusal is about how an argument is written, and says so for the first time."""
    told = deed.result or ""
    alike = [one for one in mind.deeds if one.name == deed.name and one.result == deed.result]
    properties = tool.spec.schema.get("properties")
    named = any(_names(part, own) for part in STATEMENT.split(told) for own in properties or {})
    return len(alike) == 1 and named and _FORM.search(told) is not None


_TURNED = frozenset({"invalid", "refused"})
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'])")
_FORM = re.compile(
    r"\b(?:must|should|has to|have to|needs? to|expected to)"
    r" (?:be|have|name|look|contain|match|start|read|say)\b"
    r"|\b(?:one of|an? integer|whole number|format\w*|written|such as|like|alone|without|digits|characters"
    r"|type|valid|parse|read)\b",
    re.IGNORECASE,
)


def _names(said: str, own: str) -> bool:
    """Whether a sentence speaks of an argument, by its name or by what it is."""
    slot_of = vocabulary().ontology.slot_of
    words = [word.casefold() for word in _WORD.findall(said)]
    stems = {word.rstrip("s") for word in words}
    if own.casefold() in words or {one.rstrip("s") for one in words_of(own)} <= stems:
        return True
    pairs = ["_".join(pair) for pair in pairwise(words)]
    slot = slot_of(own)
    return slot is not None and slot in {slot_of(one) for one in [*words, *pairs]}
