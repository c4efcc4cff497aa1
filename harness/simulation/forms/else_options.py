"""The option that a prompt keeps for all the rest: `"standard" everything else`, `otherwise: queue_b`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

Json = Any
_ELSE = re.compile(
    r"\b(?:everything else|anything else|everyone else|all else|all (?:the )?(?:others?|rest)|the rest"
    r"|(?:any|every) other|otherwise|in all other cases|alles (?:andere|übrige)|der rest|sonst|andernfalls"
    r"|tout le reste|sinon|(?:todo )?lo demás|si no|al het andere|de rest|anders|wszystko inne|pozostałe)\b",
    re.IGNORECASE,
)
_BETWEEN = " \t\"'`“”„:=-–—>→(|,*"
_VERB = re.compile(r"\s(?:for|is|are|gets?|takes?|in|bei|für|pour|para|voor|dla)\Z")
_NEAR = 60
_AFTER = re.compile(r"[^.;\n]{0,40}")


def with_else(schema: Mapping[str, Json], text: str) -> dict[str, Json]:
    """The schema with that option as the one for what no other says, in the choices that have it."""
    properties = schema.get("properties") or {}
    said = dict(properties)
    for key, part in properties.items():
        options = part.get("enum") if isinstance(part, dict) and "rest" not in part else None
        if options and (rest := _rest(tuple(filter(None, map(str, options))), text)):
            said[key] = {**part, "rest": next(option for option in options if str(option) == rest)}
    return {**schema, "properties": said} if said != properties else dict(schema)


def _rest(options: Collection[str], text: str) -> str:
    """The option that stands beside such words; empty where none does, or not just one."""
    found = {near for match in _ELSE.finditer(text) if (near := _beside(options, text, match))}
    return found.pop() if len(found) == 1 else ""


def _beside(options: Collection[str], text: str, match: re.Match[str]) -> str:
    """The option right before, or the first of those shortly after."""
    before = text[max(0, match.start() - _NEAR) : match.start()].casefold()
    before = _VERB.sub("", before.rstrip(_BETWEEN)).rstrip(_BETWEEN)
    ends = [option for option in options if re.search(rf"(?<![\w-]){re.escape(option.casefold())}\Z", before)]
    if ends:
        return max(ends, key=len)
    after = _AFTER.match(text, match.end())
    told = after.group().casefold() if after is not None else ""
    places = {
        option: found.start()
        for option in options
        if (found := re.search(rf"(?<![\w-]){re.escape(option.casefold())}(?![\w-])", told))
    }
    return min(places, key=lambda option: places[option]) if len(places) == 1 else ""
