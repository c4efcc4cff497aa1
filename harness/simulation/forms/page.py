"""A prompt's text as a place where a shape is looked for: what stands before and around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from harness.simulation.forms.gaps import SAID, gap_schema, is_shown
from harness.simulation.forms.rendering import Layout
from harness.simulation.meaning.slots import Ontology

Json = Any
HEADING = re.compile(r"[^\n]{0,160}:[ \t*`]{0,4}$")
_FENCE = re.compile(r"```\w{0,10}\s{0,4}\Z")
_KEY = re.compile(r"[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,30}\??")


class Wanted(NamedTuple):
    """A shape that a text asks for."""

    schema: dict[str, Json]
    layout: Layout
    start: int


@dataclass(frozen=True)
class Page:
    """One text, and what the fields of a shape in it may mean."""

    text: str
    ontology: Ontology

    def knows(self, label: str, gap: str = "") -> bool:
        """Whether a label means something, with what its gap says."""
        options = tuple(gap_schema(gap).get("enum") or ())
        return self.ontology.slot_of(label, "", tuple(map(str, options))) is not None

    def fitted(self, name: str, part: dict[str, Json]) -> dict[str, Json]:
        """What a gap is said to hold, where that can be: the `<number>` of an order is a text."""
        slot = self.ontology.slot_of(name) if part.get("type") in {"number", "integer"} else None
        wordy = slot is not None and self.ontology.slots[slot].kind in {"id", "text", "list", "word"}
        return {**part, "type": "string"} if wordy else part

    def ordered(self, start: int, *, near: int = 200) -> bool:
        """Whether the words before a place say that the answer looks like what stands there."""
        lines = ["", *self.before(start, near=near).split("\n")]
        above, last = lines[-2], lines[-1]
        told = SAID.search(last) or (SAID.search(above) and HEADING.match(above))
        return bool(told) and not is_shown(last)

    def before(self, start: int, *, near: int = 200) -> str:
        """The last two lines before a place that say something."""
        before = _FENCE.sub("", self.text[max(0, start - near) : start]).rstrip(" \n`*")
        return "\n".join([line for line in before.split("\n") if line.strip(" `*-")][-2:])

    def are_keys(self, keys: list[str]) -> bool:
        """Whether words are the names of fields, most of them known."""
        named = [key for key in keys if _KEY.fullmatch(key)]
        known = [key for key in named if self.ontology.slot_of(key.rstrip("?")) is not None]
        plain = len(named) == len(keys) == len(set(keys))
        return plain and len(known) > 1 and 2 * len(known) >= len(keys)

    def line_at(self, at: int) -> str:
        """The line that a place stands in."""
        start, end = self.text.rfind("\n", 0, at) + 1, self.text.find("\n", at)
        return self.text[start : end if end >= 0 else len(self.text)]

    def line_above(self, at: int) -> str:
        """The line above it, where it is a heading."""
        lines = [line for line in self.text[: self.text.rfind("\n", 0, at) + 1].split("\n") if line.strip()]
        return lines[-1] if lines and HEADING.match(lines[-1][-160:]) else ""
