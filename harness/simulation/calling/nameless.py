"""Arguments whose names say nothing (`a`, `p2`): by what the tool's own words say, and by their types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.simulation.meaning.slots import words_of

if TYPE_CHECKING:
    from harness.exchange import ToolSpec
    from harness.simulation.calling.tools import ToolKind

Json = Any
_NAMELESS = re.compile(
    r"(?:[a-z]|(?:p|x|arg|param|parameter|in|input|val|v|field|f|a)_?\d{0,2})", re.IGNORECASE
)
_SAYS = r"(?: (?:says|is|are|tells|holds|gives|takes|names|for|means)|[:=])\s?(?:the |an? )?"


def nameless(own: str) -> bool:
    """Whether the name of an argument says nothing."""
    return _NAMELESS.fullmatch(own) is not None


def told_of(spec: ToolSpec, kind: ToolKind, found: Mapping[str, str]) -> dict[str, str]:
    """What such arguments of a tool of this kind are, those that can be told."""
    parts = spec.schema.get("properties")
    parts = parts if isinstance(parts, dict) else {}
    open_ones = [own for own in parts if own not in found and nameless(own)]
    more: dict[str, str] = {}
    for own in open_ones:
        text = str(parts[own].get("description") or "") if isinstance(parts[own], Mapping) else ""
        said = _meant(text, kind) or _meant_in(own, spec.description, kind)
        if said is not None and said not in {*found.values(), *more.values()}:
            more[own] = said
    if not kind.needs:
        return more
    left = [own for own in open_ones if own not in more]
    taken = {*found.values(), *more.values()}
    numbers = [own for own in left if _type(parts[own]) & {"number", "integer"}]
    texts = [own for own in left if _type(parts[own]) <= {"string", "null"} and not parts[own].get("enum")]
    if kind.takes and "amount" not in taken and len(numbers) == 1:
        more[numbers[0]] = "amount"
    lone = len(texts) == 1 and (kind.takes or kind.needs == ("order_id",))
    if lone and "order_id" not in taken:
        more[texts[0]] = "order_id"
    return more


def _meant_in(own: str, told: str, kind: ToolKind) -> str | None:
    """What a tool's own words call an argument: `on order p1`, `a sum (p2)`, `p2 says why`."""
    after = re.search(rf"\b{re.escape(own)}\b\)?{_SAYS}(?P<what>[^.;,()]{{2,30}})", told)
    if after is not None and (said := _meant(after["what"], kind)):
        return said
    before = re.search(rf"(?P<what>(?:[\w-]+ ){{1,3}})\(?{re.escape(own)}\b", told)
    return None if before is None else _last_meant(before["what"], kind)


def _meant(text: str, kind: ToolKind) -> str | None:
    """The first argument that a text names."""
    return next((said for word in words_of(text) if (said := _named(word, kind))), None)


def _last_meant(text: str, kind: ToolKind) -> str | None:
    return next((said for word in reversed(words_of(text)) if (said := _named(word, kind))), None)


def _named(word: str, kind: ToolKind) -> str | None:
    groups = {**kind.arguments, **{name: () for name in kind.loosely if name not in kind.arguments}}
    for known, others in groups.items():
        every = (known, *others, *kind.loosely.get(known, ()))
        if any(words_of(one) == (word,) for one in every):
            return known
    return None


def _type(part: Json) -> set[str]:
    said = part.get("type") if isinstance(part, Mapping) else None
    return {*map(str, said if isinstance(said, list) else [said])} if said else set()
