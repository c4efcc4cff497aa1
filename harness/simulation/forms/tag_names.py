"""Tags that a prompt speaks of: `as given in <outcome>` means what stands in it, and is no gap to fill."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.simulation.reading.context import Context

_GAP = re.compile(r"\s{0,8}(?:\.{3}|…|<[^<>\n]{1,80}>|\[[^\]\n]{1,80}\]|\{[^}\n]{1,80}\})?\s{0,8}")
_NAME = re.compile(r"<(?P<name>[A-Za-z][\w-]{1,40})/?>")


def closed_in(texts: Iterable[str]) -> frozenset[str]:
    """The names of tags in which the prompt shows something: opened at the start of a line, and closed."""
    found: set[str] = set()
    for text in texts:
        for opened in _OPENED.finditer(text):
            end = text.find(f"</{opened['name']}>", opened.end())
            if end > 0 and not _GAP.fullmatch(text[opened.end() : end][:200]):
                found.add(opened["name"])
    return frozenset(found)


_OPENED = re.compile(r"^[ \t]{0,8}<(?P<name>[A-Za-z][\w-]{1,40})(?:\s[^<>\n]{0,300})?>", re.MULTILINE)


def untagged(text: str, context: Context) -> str:
    """A text in which the tags that are shown elsewhere and only named here are plain words."""
    if not _NAME.search(text):
        return text
    shown = closed_in(piece.text for piece in context.of("system", "user"))

    def plain(match: re.Match[str]) -> str:
        name = match["name"]
        named = name in shown and f"</{name}>" not in text
        return f" {name} ".ljust(len(match.group()))[: len(match.group())] if named else match.group()

    return _NAME.sub(plain, text)
