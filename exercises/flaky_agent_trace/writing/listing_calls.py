"""The calls of a conversation told in words, where the last message asks for them; and a plan before any."""

from __future__ import annotations

import json
import re

from exercises.flaky_agent_trace.reading.mind import Mind

_ASKED = re.compile(
    r"\b(?:list|name|which|what|show|enumerate|tell|give)\b[^.?\n]{0,60}\b(?:tools?|calls?|actions?)\b"
    r"[^.?\n]{0,30}\b(?:called|made|used|took|taken|executed|performed|changed)\b"
    r"|\b(?:list|which|show|enumerate)\b[^.?\n]{0,40}\b(?:every|all|each|your)\b[^.?\n]{0,20}\btool calls?\b",
    re.IGNORECASE,
)
_CHANGING = re.compile(r"\b(?:chang\w+|side[- ]effects?|wrote|written|moved|act(?:ed|s)?)\b", re.IGNORECASE)
_PLAN = re.compile(
    r"\b(?:write|give|make|draw up|list|outline|sketch|describe|state|tell|start with|begin with|show|want)\b"
    r"[^.\n]{0,60}\b(?:plan|steps|outline)\b",
    re.IGNORECASE,
)
_NO_CALLS = re.compile(
    r"\b(?:do not|don['’]t|without|before|no|not)\b[^.\n]{0,30}\b(?:tools?|calls?|calling)\b", re.IGNORECASE
)
_LOOKS = frozenset(["search_orders", "get_order", "get_policy", "foreign", "submit"])


def _last_word(mind: Mind) -> str:
    last = mind.context.last
    if mind.contract.form != "calls" or mind.contract.required or last is None or last.source != "user":
        return ""
    return mind.asked_last


def plan_first(mind: Mind) -> bool:
    """Whether the last message wants a plan in words before any tool is called."""
    return _plans(_last_word(mind))


def plan_in_words(mind: Mind) -> bool:
    """The same of a request that offers no tools yet."""
    last = mind.context.last
    return last is not None and last.source == "user" and _plans(mind.asked_last)


def _plans(asked: str) -> bool:
    return bool(asked and _PLAN.search(asked) and _NO_CALLS.search(asked))


def calls_told(mind: Mind) -> str:
    """The calls made so far, a line each, where asked for; only those that changed something, if so."""
    asked = _last_word(mind)
    made = mind.context.of("call")
    if not made or not _ASKED.search(asked):
        return ""
    kinds = {tool.spec.name: tool.kind for tool in mind.contract.tools}
    looks = _LOOKS if _CHANGING.search(asked) else frozenset[str]()
    told = [piece for piece in made if kinds.get(piece.tool, "foreign") not in looks or not looks]
    lines = [f"{piece.tool}({json.dumps(piece.arguments or {}, ensure_ascii=False)})" for piece in told]
    return "\n".join(lines) or "None of the tools that I called changed anything."
