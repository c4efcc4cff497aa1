"""To whom a case is handed over: the refunds desk, by the name that a tool has for it."""

from __future__ import annotations

from typing import Any

from harness.simulation.meaning.slots import words_of

Json = Any
DESK = "refunds desk"
"""What the handbook calls them."""
_NAMES = ("refunds", "refund", "desk", "human", "humans", "people", "person", "support", "agent", "team")
"""Words of a name for them, the surest first."""


def desk_in(schema: Json) -> str | None:
    """The name of the desk for an argument: the one of its options, the one that is shown, else our own."""
    part = schema if isinstance(schema, dict) else {}
    options = [str(option) for option in part.get("enum") or () if option is not None]
    if not options:
        shown = str(part.get("description") or "").strip(" .\"'`")
        return shown if _names(shown) and len(words_of(shown)) <= _FEW else DESK
    ranked = sorted(filter(_names, options), key=_rank)
    return ranked[0] if ranked else options[0] if len(options) == 1 else None


_FEW = 3


def _names(said: str) -> bool:
    return bool({*words_of(said)} & {*_NAMES})


def _rank(option: str) -> int:
    return min(_NAMES.index(word) for word in words_of(option) if word in _NAMES)
