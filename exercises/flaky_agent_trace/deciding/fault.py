"""What a critic holds against a thing that it judges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to object to."""

    text: str
    aspects: frozenset[str]
    """What of the proposal is wrong: `order`, `action`, `amount`, `policy`, `issue`."""
    gross: bool = False
    """Whether what stands in the request itself rules it out: nobody who looks misses that for long."""
    said: str = ""
    """What the thing says, and what it should say instead, where a single field is at fault."""
    due: str = ""
    name: str = ""
    """The field."""
