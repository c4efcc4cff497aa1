"""A list of things with a number each that stands in one line of text: `SKU=pieces, separated by commas`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.simulation.filling.item_entries import items_in
from harness.simulation.meaning.slots import Ontology

Json = Any
_WORD = r"[A-Za-z]{2,12}(?:[_ ](?:id|code|number|no|count)s?)?"
_OPEN, _SHUT = r"[<\[{\"'`]{0,2}", r"[>\]}\"'`]{0,2}"
_NAMED = re.compile(
    rf"{_OPEN}(?<![\w-])(?P<thing>{_WORD}){_SHUT}(?P<sign>\s?(?:=|:|->|[x×*@/])\s?|(?<=\w)=)"
    rf"{_OPEN}(?P<count>{_WORD})(?![\w-]){_SHUT}",
)
_SHOWN = re.compile(
    r"(?<![\w-])(?:[A-Z]{2,4}-\d{1,6}|[A-Z]-\d{2,6})(?P<sign>\s?(?:=|:|->|[x×*@/])\s?)\d{1,3}(?![\w.-])"
)
_BETWEEN = (
    (re.compile(r"\bsemicolons?\b|;\s?(?:\.{2,3}|…|<|[A-Z]{2})", re.IGNORECASE), "; "),
    (re.compile(r"\b(?:vertical )?bars?\b|\bpipes?\b", re.IGNORECASE), " | "),
    (re.compile(r"\bspaces?\b|\bblanks?\b", re.IGNORECASE), " "),
)


class Pairs(NamedTuple):
    """How such a list is written."""

    sign: str
    between: str

    def written(self, value: Json) -> str:
        """The list as the text that it is; what is no such list is left to others."""
        entries = [tuple(entry.values()) for entry in value if isinstance(entry, dict) and len(entry) > 1]
        return self.between.join(f"{thing}{self.sign}{_plain(count)}" for thing, count, *_ in entries)


@dataclass(frozen=True)
class Parted:
    """How the fields of one line are written."""

    sign: str
    pairs: Mapping[str, Pairs] = field(default_factory=dict)
    losses: Mapping[str, str] = field(default_factory=dict)
    """Field → the word for nothing there."""


def _plain(count: Json) -> str:
    return str(int(count)) if isinstance(count, float) and count.is_integer() else str(count)


def pairs_in(gap: str, ontology: Ontology) -> tuple[dict[str, Json], Pairs] | None:
    """The schema of such a list and how it is written, where a gap says that it holds one."""
    between = next((sign for pattern, sign in _BETWEEN if pattern.search(gap)), ", ")
    for named in _NAMED.finditer(gap):
        if (schema := _list(ontology, named["thing"], named["count"])) is not None:
            return {**schema, "description": gap}, Pairs(named["sign"], between)
    shown = _SHOWN.search(gap)
    schema = _list(ontology, "sku", "quantity") if shown is not None else None
    return None if shown is None or schema is None else (
        {**schema, "description": gap}, Pairs(shown["sign"], between)
    )  # fmt: skip


def _list(ontology: Ontology, thing: str, count: str) -> dict[str, Json] | None:
    parts: dict[str, dict[str, Json]] = {thing: {"type": "string"}, count: {"type": "integer"}}
    if thing == count or items_in(ontology, parts) is None:
        return None
    return {"type": "array", "items": {"type": "object", "properties": parts, "required": [*parts]}}
