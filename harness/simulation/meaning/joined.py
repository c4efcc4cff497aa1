"""Options that name two things at once: `torn_or_wrong_size` is chosen when either holds."""

from __future__ import annotations

import re
from functools import lru_cache

_OR = re.compile(r"\b(?:and or|or|oder|ou|lub)\b|/")
_PLAIN = re.compile(r"[_\-\s]+")
_PARTS = 2


@lru_cache(maxsize=4096)
def parts_of(option: str) -> tuple[str, ...]:
    """The things that an option joins by `or`; none where it names but one."""
    parts = [part.strip() for part in _OR.split(_PLAIN.sub(" ", option.casefold()))]
    return tuple(parts) if len(parts) >= _PARTS and all(parts) else ()
