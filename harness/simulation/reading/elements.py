"""XML that a program writes its data in, as the JSON that says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

Json = Any
_OPENED = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})(?:\s[^<>]{0,600})?(?<!/)>")
_OPENING = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})(?=[\s>])[^<]{0,200}\Z")
"""An element that a place stands in, at its beginning."""
_LONGEST = 20_000
_LONGEST_NAME = 80
"""Characters; and a name stands in one line."""
_DEEPEST = 8


def elements(text: str) -> Iterator[Json]:
    """Each outermost element that is well-formed and holds others, in order; attributes are keys as children.

    What declares anything (`<!`) is not read: a document could declare text without end.
    """
    place = 0
    while (opened := _OPENED.search(text, place)) is not None:
        closing = f"</{opened['name']}>"
        end = text.find(closing, opened.end())
        place = opened.end()
        if end < 0 or end - opened.start() > _LONGEST:
            continue
        whole = text[opened.start() : end + len(closing)]
        if "<!" in whole or "<" not in text[opened.end() : end]:
            continue
        try:
            yield _value(ET.fromstring(whole), 0)  # noqa: S314  (nothing is declared in it)
        except ET.ParseError:
            continue
        place = end + len(closing)


def closed_at(text: str, start: int, end: int) -> int:
    """Where the element closes in whose opening tag a place stands, or which begins on its line; else `end`.

    What stands behind it, a mail perhaps, is no matter of the record.
    """
    line = text.rfind("\n", 0, start) + 1
    opened = _OPENING.search(text, line, start)
    while opened is not None:
        closing = text.find(f"</{opened['name']}>", start, end)
        if closing < 0 or " " in text[start:closing]:
            return end if closing < 0 else closing
        opened = _OPENING.search(text, line, opened.start())  # it holds the one word: `<id>HL-1</id>`
    return end


def _value(element: ET.Element, depth: int) -> Json:
    said = (element.text or "").strip()
    children = list(element) if depth < _DEEPEST else []
    if not children and not element.attrib:
        return said
    if children and not element.attrib and len({child.tag for child in children}) == 1 and not said:
        many = len(children) > 1 or f"{children[0].tag}s" == element.tag
        if many:
            return [_value(child, depth + 1) for child in children]
    found: dict[str, Json] = dict(element.attrib)
    for child in children:
        found[child.tag] = _value(child, depth + 1)
    named = {"name": said} if "\n" not in said and len(said) <= _LONGEST_NAME else {}
    return {**named, "text": said, **found} if said else found
