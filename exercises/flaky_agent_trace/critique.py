"""Comparing a proposal with the model's own belief from this context, slot by slot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.simulation.blobs import blobs, pairs
from harness.simulation.context import Context
from harness.simulation.noise import Noise

from .fields import slots_in
from .judgement import Resolution
from .mind import Mind

_ANSWER = re.compile(
    r"^\W{0,12}(?:answer|response|reply|candidate|option|output|proposal|decision|the)?\W{0,12}"
    r"(?P<name>[ab]|[12]|first|second)\b(?: (?:answer|proposal|option|decision|candidate))?[\W_]*?[:=)\n]",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES = (("A", "B"), ("1", "2"), ("FIRST", "SECOND"))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two proposals to compare."""

    names: tuple[str, str]
    """What the program calls them."""
    texts: tuple[str, str]

    @property
    def read(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What each proposes, slot → value."""
        return _slots(self.texts[0]), _slots(self.texts[1])


def preferred(mind: Mind, own: Resolution, noise: Noise) -> str:
    """`A`, `B` or `tie` of two answers: the one that agrees more with the model's own reading.

    Where they agree as much, judges are swayed by length and by what stands first.
    """
    shown = pair_in(mind.context)
    first, second = shown.texts if shown is not None else ("", "")
    worth = [len(differences(mind, own, _slots(text))) for text in (first, second)]
    if worth[0] != worth[1]:
        return "A" if worth[0] < worth[1] else "B"
    if len(first) != len(second) and noise.fires("length_bias", mind.features, subject=mind.ticket_id):
        return "A" if len(first) > len(second) else "B"
    return "A" if noise.fires("position_bias", mind.features, subject=mind.ticket_id) else "tie"


def pair_in(context: Context) -> Pair | None:
    """The last two proposals with a name each, `None` where there are none."""
    for piece in reversed(context.of("user", "system")):
        marks = {match["name"].upper(): match for match in _ANSWER.finditer(piece.text)}
        for one, other in _NAMES:
            if one in marks and other in marks and marks[one].end() <= marks[other].start():
                first, second = marks[one], marks[other]
                texts = (piece.text[first.end() : second.start()], piece.text[second.end() :])
                return Pair((first["name"], second["name"]), texts)
    return None


def _slots(text: str) -> dict[str, Any]:
    found = next((blob.value for blob in blobs(text) if isinstance(blob.value, dict)), None)
    return slots_in(found if found is not None else {pair.key: pair.value for pair in pairs(text)})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to object to."""

    text: str
    aspects: frozenset[str]
    """What of the proposal is wrong: `order`, `action`, `amount`, `policy`, `issue`."""


def differences(mind: Mind, own: Resolution, proposal: dict[str, Any] | None = None) -> list[str]:
    """What a critic would object to, in words."""
    return [fault.text for fault in faults(mind, own, proposal)]


def faults(mind: Mind, own: Resolution, proposal: dict[str, Any] | None = None) -> list[Fault]:
    """What a critic would object to: only where its own reading differs.

    Who sees no order has nothing to hold against an action or a sum.
    """
    said = proposal if proposal is not None else mind.proposal or mind.read_before
    if not said:
        return []
    found = []
    action, amount = said.get("action"), said.get("amount")
    paid = Decimal(amount[0]) / 100 if amount else None
    if action is not None and action != own.action and mind.sees_orders:
        wrong = {"action", "policy", *(("amount",) if (paid or 0) != (own.amount or 0) else ())}
        found.append(Fault(f"the decision should be `{own.action}`, not `{action}`", frozenset(wrong)))
    order = said.get("order_id")
    if order and own.order_id and order != own.order_id:
        found.append(Fault(f"the request concerns {own.order_id}, not {order}", frozenset({"order"})))
    due = own.amount if action == own.action == "refund" and mind.sees_orders else None
    if due is not None and paid is not None and paid != due:
        wrong = {"amount", "policy"}
        found.append(Fault(f"the amount due is {due:.2f}, not {paid:.2f}", frozenset(wrong)))
    return found + _misread(own, said)


def _misread(own: Resolution, said: dict[str, Any]) -> list[Fault]:
    """Where a proposal or an extraction tells of the mail what does not stand there."""
    asks = own.belief.facts.asks
    listed = [entry for entry in said.get("asks") or () if isinstance(entry, dict)]
    found = []
    for entry in (listed or [said]) if asks else []:
        issue, pieces, opened = entry.get("issue"), entry.get("quantity"), entry.get("opened")
        same = next((ask for ask in asks if ask.issue == issue), None)
        if issue is not None and same is None:
            wrong = f"the customer's issue is `{asks[0].issue}`, not `{issue}`"
            found.append(Fault(wrong, frozenset({"issue"})))
        counted = [count for _, count in same.items if count is not None] if same else []
        if counted and pieces is not None and float(pieces) != sum(counted):
            wrong = f"{sum(counted)} pieces are concerned, not {float(pieces):g}"
            found.append(Fault(wrong, frozenset({"items"})))
        if same and opened is not None and same.opened is not None and bool(opened) != same.opened:
            wrong = f"it {'was' if same.opened else 'was not'} opened"
            found.append(Fault(wrong, frozenset({"opened"})))
    return found
