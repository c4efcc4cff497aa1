"""Elements within elements, as a text shows them: `<answer><decision>…</decision></answer>`.

What is opened and never closed is no element but a word: a tag spoken of, or a gap's own sign (`<number>`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-zÀ-ÿ][\wÀ-ÿ-]{0,40})"
    r"(?P<attributes>(?:\s{1,4}[\w:-]{1,30}=[\"'][^\"'<>\n]{0,80}[\"']){0,6})\s{0,3}(?P<empty>/?)>"
)
_PARTING = re.compile(r"\s{0,8}(?:(?:<!--[^<>]{0,160}-->|```\w{0,8}|,? ?(?:and|then|und|dann))\s{0,4})?")
"""What may stand between elements that belong together."""


@dataclass
class Element:
    """One element of a text."""

    name: str
    attributes: str
    start: int
    """Where its tag begins."""
    inside: int
    """Where what it holds begins."""
    close: int = 0
    """Where that ends."""
    end: int = 0
    empty: bool = False
    """Whether it is closed by its own tag."""
    children: list[Element] = field(default_factory=list)


def roots_in(text: str) -> list[Element]:
    """Every outermost element, in order."""
    opened = [Element("", "", 0, 0)]
    for tag in _TAG.finditer(text):
        if not tag["end"]:
            element = Element(tag["name"], tag["attributes"], tag.start(), tag.end(), tag.end(), tag.end())
            element.empty = bool(tag["empty"])
            opened.append(element)
            if element.empty:
                _closed(opened, len(opened) - 1)
            elif len(opened) > _DEEPEST:
                _forgotten(opened, 1)
            continue
        at = next((n for n in range(len(opened) - 1, 0, -1) if opened[n].name == tag["name"]), None)
        if at is not None:
            opened[at].close, opened[at].end = tag.start(), tag.end()
            _closed(opened, at)
    while len(opened) > 1:
        _forgotten(opened, len(opened) - 1)
    return opened[0].children


def _closed(opened: list[Element], at: int) -> None:
    """Put an element that ends into the one around it; what is open within it was no element."""
    while len(opened) > at + 1:
        _forgotten(opened, len(opened) - 1)
    opened[at - 1].children.append(opened.pop())


def _forgotten(opened: list[Element], at: int) -> None:
    """Take back an element that never ends: what it holds belongs to the one around it."""
    opened[at - 1].children += opened.pop(at).children


def groups_in(text: str, alone: Callable[[str], bool]) -> Iterator[list[Element]]:
    """Outermost elements that stand together. `alone`: names of those that stand for themselves."""
    group: list[Element] = []
    for element in roots_in(text):
        joined = group and not (alone(element.name) or alone(group[-1].name))
        if group and not (joined and _PARTING.fullmatch(text[group[-1].end : element.start])):
            yield group
            group = []
        group.append(element)
    if group:
        yield group


_DEEPEST = 40
