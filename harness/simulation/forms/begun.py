"""An answer whose first words the program has written itself, as the last turn of the assistant.

`<answer>`, `{`, `{"action": "`, "Here is the JSON:" – what comes back is what follows, and not they again.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\w+|[^\w\s]")
_FENCE = re.compile(r"```\w*\s*\Z|```\w*\s*(?=[\[{])")
_LEAD = re.compile(r"\A(?:[^\n]{0,200}:\s*\n+)?")
"""A line that announces what follows, and says nothing of it."""


def goes_on(said: str, begun: str) -> str | None:
    """What follows the words with which an answer was begun; `None` where the answer does not have them.

    What stands before them in the answer, thoughts perhaps, was left out by whoever began it.
    """
    fenced = _FENCE.search(begun) is not None
    for start in (begun, _LEAD.sub("", begun, count=1), _FENCE.sub("", _LEAD.sub("", begun, count=1))):
        tokens = [re.escape(token) for token in _TOKEN.findall(start)]
        if not tokens:
            rest: str | None = said if _FENCE.search(begun) or start != begun else None
        else:
            found = re.compile(r"\s*".join(tokens)).search(said)
            rest = said[found.end() :] if found is not None else None
        if rest is not None:
            return _fence_closed(rest, fenced=fenced)
    return None


def _fence_closed(rest: str, *, fenced: bool) -> str:
    """The rest with a fence closed if, and only if, one was opened."""
    closed = rest.rstrip().endswith("```")
    if fenced and not closed:
        return f"{rest}\n```"
    return rest.rstrip().removesuffix("```").rstrip() if closed and not fenced else rest
