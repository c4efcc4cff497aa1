"""What the model has done so far, as its context shows: calls by the API or in `Action:` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.simulation.calling.results import standing
from harness.simulation.calling.tools import kind_of, mapping
from harness.simulation.forms.contract import Contract
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.context import Context
from harness.simulation.reading.logs import actions_in

from .ontology import vocabulary

ACTS = frozenset({"open_claim", "send_status", "hand_over"})
"""Tools that deal with the mail."""
_OUT_OF_REACH = re.compile(r"\b(?:429|50[0-4]|time-?outs?|timed out|unavailable|try again)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Deed:
    """One call of a tool."""

    kind: str
    arguments: dict[str, Any]
    """By canonical names, whatever the program calls them."""
    result: str | None
    """`None` while nothing came back."""
    failed: bool
    """An act that is not confirmed is not done."""

    @property
    def acts(self) -> bool:
        """Whether it was to deal with the mail."""
        return self.kind in ACTS

    @property
    def objected_to(self) -> bool:
        """Whether it failed by what it was, and not because a tool was out of reach."""
        return self.failed and not _OUT_OF_REACH.search(self.result or "")


def deeds_of(context: Context, contract: Contract) -> tuple[Deed, ...]:
    """Every call that the context shows, in order."""
    tools = vocabulary().tools
    offered = {tool.spec.name: tool.kind for tool in contract.tools}
    found = []
    for name, given, result, failed in _calls(context):
        kind = offered.get(name) or kind_of(name, "", tools)
        if kind in tools:
            known = {canonical: given[own] for own, canonical in mapping(given, tools[kind]).items()}
            found.append(Deed(kind, known, result, failed or (kind in ACTS and _refused(result))))
    return tuple(found)


def _calls(context: Context) -> Iterator[tuple[str, Mapping[str, Any], str | None, bool]]:
    """Name, arguments, result, and whether the API calls it an error."""
    for piece in context.pieces:
        if piece.source == "call":
            result = context.result_of(piece)
            text, failed = (result.text, result.is_error) if result else (None, False)
            yield piece.tool, piece.arguments or {}, text, failed
        elif piece.source in {"assistant", "user"}:
            for action in actions_in(piece, context):
                given = next((b.value for b in blobs(action.given) if isinstance(b.value, dict)), {})
                yield action.tool, given, action.result, False


def _refused(result: str | None) -> bool:
    return result is not None and standing(result) in {"not", "open"}
