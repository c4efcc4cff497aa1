"""By which letter or number a short rulebook in sentences has a rule: `A. Anything unwanted: …`."""

from __future__ import annotations

import re
from functools import lru_cache

from .clauses import in_prose, stated

_RULE = re.compile(
    r"^[ \t>*-]{0,6}\(?(?P<mark>[A-Z]|\d{1,2})[.):]\s{1,3}(?P<said>[^\n]{12,300})$", re.MULTILINE
)
_SEVERAL = 2


@lru_cache(maxsize=128)
def marks_of_rules(text: str) -> dict[str, str]:
    """Clause → the mark of the rule that says the same, where a text numbers its rules itself."""
    found: dict[str, str] = {}
    rules = [*_RULE.finditer(text)]
    for met in rules if len(rules) >= _SEVERAL else ():
        said = met["said"]
        for id in (*in_prose(said), *(seen.clause.id for seen in stated(said))):
            found.setdefault(id, met["mark"])
    return found
