"""What a model believes of a slot, as the filling of a schema asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Belief = Callable[[str], Any]
"""slot → canonical value, a list of mappings for a `list` slot, `None` where nothing is believed."""


def layered(value: Mapping[str, Any], belief: Belief) -> Belief:
    """What an entry says, and for the rest the belief around it."""
    return lambda slot: value[slot] if slot in value else belief(slot)


def about(belief: Belief, of: str | None) -> Belief:
    """What bears out one field, in place of what bears out the answer."""
    return lambda slot: belief(f"quote_of_{of}") if slot == "quote" else belief(slot)
