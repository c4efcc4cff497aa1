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


def differences(mind: Mind, own: Resolution, proposal: dict[str, Any] | None = None) -> list[str]:
    """What a critic would object to: only where its own reading differs.

    Who sees no order has nothing to hold against an action or a sum.
    """
    said = proposal if proposal is not None else mind.proposal or {}
    if not said:
        return []
    found = []
    action = said.get("action")
    if action is not None and action != own.action and mind.sees_orders:
        found.append(f"the decision should be `{own.action}`, not `{action}`")
    order = said.get("order_id")
    if order and own.order_id and order != own.order_id:
        found.append(f"the request concerns {own.order_id}, not {order}")
    amount = said.get("amount")
    if action == own.action == "refund" and amount and own.amount is not None and mind.sees_orders:
        paid = Decimal(amount[0]) / 100
        if paid != own.amount:
            found.append(f"the amount due is {own.amount:.2f}, not {paid:.2f}")
    issue = said.get("issue")
    asks = own.belief.facts.asks
    if issue is not None and asks and issue not in {ask.issue for ask in asks}:
        found.append(f"the customer's issue is `{asks[0].issue}`, not `{issue}`")
    return found
