"""A request as its author meant it to look: without what editors, files and clipboards do to a prompt.

Line ends of other systems, hard spaces, the margin that a triple-quoted text keeps, typographic quotes in a
JSON form and sentences that are broken at a width say nothing. What documents say stays letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from harness.exchange import Message, Request, Text, ToolSpec
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.unwrapped import unwrapped

Json = Any
Kept = Callable[[str], bool]
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TRAILING = re.compile(r"(?<=[^ \t\n])[ \t]{1,400}$|^[ \t]{1,400}$", re.MULTILINE)
_SPACES: dict[int, str | None] = {
    ord(space): " " for space in "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
}
_SPACES |= dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
_CURLY = {ord(quote): '"' for quote in "“”„‟″"}
_QUOTED_KEY = re.compile(r"[{,\[]\s{0,40}[“”„]")
_LEAST = 4
"""Spaces of a margin that a first line beside the quotes does not have."""


def laid_out(request: Request, kept: Kept) -> Request:
    """The request with its prompts laid out plainly. `kept`: whether a line is a document's own."""
    messages = tuple(_message(message, kept) for message in request.messages)
    return request._replace(messages=messages, tools=tuple(map(_tool, request.tools)))


def _message(message: Message, kept: Kept) -> Message:
    if message.role not in {"system", "user"}:
        return message
    system = message.role == "system"
    parts = tuple(
        replace(part, text=_read(part.text, kept, system=system)) if isinstance(part, Text) else part
        for part in message.parts
    )
    return message if parts == message.parts else replace(message, parts=parts)


def _read(text: str, kept: Kept, *, system: bool) -> str:
    """A text as it is read. `system`: whether the program says all of it itself."""
    if _is_one_line(text):
        return text
    return unwrapped(straightly_quoted(plain(text), kept, everywhere=system), kept)


def _is_one_line(text: str) -> bool:
    return text.isascii() and "\n" not in text and "\r" not in text


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """A text with plain line ends, spaces and margins."""
    text = _LINE_ENDS.sub("\n", text).translate(_SPACES)
    return without_margin(_TRAILING.sub("", text))


def without_margin(text: str) -> str:
    """A text without the indentation that its lines have in common."""
    lines = text.split("\n")
    filled = [line for line in lines if line]
    rest = filled[1:] if filled and filled[0] == lines[0] and not filled[0][0].isspace() else filled
    margin = _common(rest)
    if len(rest) < len(filled) and (len(rest) < 2 or len(margin.expandtabs(4)) < _LEAST):
        margin = ""
    if margin:
        return "\n".join(line.removeprefix(margin) for line in lines)
    margin = _common(filled[:1])
    return text if not margin else "\n\n".join(_block(block, margin) for block in text.split("\n\n"))


def _block(block: str, margin: str) -> str:
    """A paragraph without a margin that all of its lines have."""
    lines = block.split("\n")
    if all(line.startswith(margin) for line in lines if line):
        return "\n".join(line.removeprefix(margin) for line in lines)
    return block


def _common(lines: list[str]) -> str:
    """The white space that all lines begin with."""
    if not lines:
        return ""
    low, high = min(lines), max(lines)
    same = next(
        (at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high))
    )
    return low[: len(low[:same]) - len(low[:same].lstrip())]


def straightly_quoted(text: str, kept: Kept, *, everywhere: bool) -> str:
    """A text with straight quotes in the forms that it shows, or wherever no data stands."""
    if text.isascii() or not any(chr(quote) in text for quote in _CURLY):
        return text
    parts, place = [], 0
    straight = partial(_by_line, kept) if everywhere else _in_forms
    for blob in blobs(text):
        parts += [straight(text[place : blob.start]), blob.raw]
        place = blob.end
    return "".join([*parts, straight(text[place:])])


def _in_forms(text: str) -> str:
    """A text with straight quotes in the forms that it shows."""
    parts, place = [], 0
    for start, end in _forms(text):
        parts += [text[place:start], text[start:end].translate(_CURLY)]
        place = end
    return "".join([*parts, text[place:]])


def _by_line(kept: Kept, text: str) -> str:
    """A text with straight quotes in all lines that are no document's."""
    return "\n".join(line if kept(line) else line.translate(_CURLY) for line in text.split("\n"))


def _forms(text: str) -> Iterator[tuple[int, int]]:
    """Where something in braces or brackets stands whose first key has typographic quotes."""
    place = 0
    while (met := _QUOTED_KEY.search(text, place)) is not None:
        depth, at = 0, met.start()
        for at in range(met.start(), len(text)):
            depth += (text[at] in "{[") - (text[at] in "}]")
            if depth <= 0:
                break
        yield met.start(), at + 1
        place = max(at, met.start()) + 1


def _tool(tool: ToolSpec) -> ToolSpec:
    """A tool whose descriptions have no broken sentences."""
    schema = described(tool.schema)
    return replace(tool, description=_told(tool.description), schema=schema)


def described(schema: Json, depth: int = 0) -> Json:
    """A schema whose descriptions have no broken sentences."""
    if isinstance(schema, list):
        return [described(one, depth + 1) for one in schema]
    if not isinstance(schema, Mapping) or depth > 60:
        return schema
    return {
        key: _told(value) if key == "description" and isinstance(value, str) else described(value, depth + 1)
        for key, value in schema.items()
    }


def _told(text: str) -> str:
    return _read(text, lambda _: False, system=True)
