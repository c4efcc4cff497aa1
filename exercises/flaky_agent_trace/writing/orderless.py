"""Letters that name no order: what speaks of one by its number says it without, and leaves no gap."""

from __future__ import annotations

import re

_GAP = r"\{order\}"
_ABOUT = {
    "en": r" (?:on|about|regarding) (?:your )?order",
    "de": r" zur Bestellung",
    "fr": r" sur la commande",
    "es": r" sobre el pedido",
    "nl": r" over bestelling",
}
"""What a request is about can be left out."""
_NAMED = {
    "en": ((r"\b(?:your |the )?order", "your order"),),
    "de": ((r"\b(?:die|Ihre) Bestellung", "Ihre Bestellung"),),
    "fr": ((r"\b(?:la|votre) commande", "votre commande"),),
    "es": ((r"\b(?:el|su) pedido", "su pedido"),),
    "nl": ((r"\b(?:uw |de )?bestelling", "uw bestelling"),),
    "pl": (
        (r"\bSprawę zamówienia", "Państwa sprawę"),
        (r"\b(?:Państwa )?zamówieni(?P<end>a|e|u)", r"Państwa zamówieni\g<end>"),
    ),
}


def orderless(form: str, language: str) -> str:
    """A form of a letter without the place for an order's number."""
    if about := _ABOUT.get(language):
        form = re.sub(rf"{about} {_GAP}", "", form)
    for words, said in _NAMED.get(language, ()):
        form = re.sub(rf"{words} {_GAP}", said, form)
    return form
