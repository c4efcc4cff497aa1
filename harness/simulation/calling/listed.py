"""Tools that a prompt lists otherwise than one a line: in a sentence, in a table, as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from harness.simulation.reading.blobs import blobs, outside

Listed = tuple[str, str, str]
"""Name, signature in brackets or nothing, description."""
_SIGNED = re.compile(
    r"(?<![\w.])([a-z][a-z0-9_]{2,40})(\([^()\n\"']{0,200}\)|\[[^\[\]\n\"']{0,200}\])(?!\s*(?:->|=>|returned)\s*[{\[])"
)
_NAMED = re.compile(
    r"\b(?:tools?|functions?|actions?|(?:can|may) (?:call|use))\b[^:\n.]{0,60}:[ \t]*(?P<list>[^\n]{5,400})",
    re.IGNORECASE,
)
_NAME = re.compile(r"[`*\"']{0,3}([a-z][a-z0-9_]{2,40})[`*\"']{0,3}\.?")
_ROW = re.compile(
    r"^[ \t]*\|[ \t]*[`*]{0,3}("
    r"[a-z][a-z0-9_]{2,40})[`*]{0,3}(?:\(([^)\n]*)\))?[`*]{0,3}[ \t]*\|(.*)\|[ \t]*$",
    re.MULTILINE,
)
_TAKES = ("parameters", "args", "arguments", "input_schema", "inputs", "params")


@lru_cache(maxsize=256)
def listed_tools(text: str) -> tuple[Listed, ...]:
    """What may be tools; whether a name means one is for others to say."""
    return (*_in_json(text), *in_tables(text), *_in_sentences(outside(text)))


def named_together(text: str) -> tuple[str, ...]:
    """The names of tools that a text has to be chosen from: `Action: one of [read_order, pay, final]`."""
    found = []
    for match in _NAMED.finditer(outside(text)):
        parts = [part.strip(" \t[](){}.`*\"'") for part in re.split(r",|;|\|", _choice(match["list"]))]
        if len(parts) > 1 and all(re.fullmatch(r"[a-z][\w.]{2,40}", part) for part in parts):
            found += parts
    return tuple(dict.fromkeys(found))


def _choice(listed: str) -> str:
    return re.sub(r"^(?:must be |is )?(?:exactly )?(?:one|any) of:?[ \t]{1,3}(?:the )?", "", listed.strip())


def _in_sentences(text: str) -> Iterator[Listed]:
    for match in _SIGNED.finditer(text):
        yield match[1], match[2], ""
    for match in _NAMED.finditer(text):
        parts = [
            part.strip(" \t[](){}") for part in re.split(r",|;|\||\band\b|\bor\b", _choice(match["list"]))
        ]
        names = [found[1] for part in parts if (found := _NAME.fullmatch(part))]
        if len(names) > 1:
            yield from ((name, "", "") for name in names)


def in_tables(text: str) -> Iterator[Listed]:
    """The rows of tables that name something with what it takes, and what is told of it."""
    for match in _ROW.finditer(text):
        cells = [cell.strip(" `*") for cell in match[3].split("|")]
        taken = match[2] if match[2] is not None else cells[0]
        arguments = [part.strip(" `*") for part in re.split(r"[,;]", taken)]
        plain = all(re.fullmatch(r"[a-z_][a-z0-9_]*\??(?:\s*[:(].*)?", part) for part in arguments)
        signature = f"({', '.join(re.split(r'[ :(?]', part)[0] for part in arguments)})" if plain else ""
        yield match[1], signature, cells[-1]


def _in_json(text: str) -> Iterator[Listed]:
    for blob in blobs(text):
        entries = blob.value if isinstance(blob.value, list) else [blob.value]
        if len(entries) == 1 and isinstance(entries[0], dict) and isinstance(entries[0].get("tools"), list):
            entries = entries[0]["tools"]
        for entry in entries:
            inner = entry.get("function", entry) if isinstance(entry, dict) else None
            if isinstance(inner, dict) and isinstance(inner.get("name"), str):
                takes = next((inner[key] for key in _TAKES if key in inner), None)
                if takes is not None:
                    yield inner["name"], f"({', '.join(_names(takes))})", str(inner.get("description") or "")


def _names(takes: Any) -> list[str]:
    if isinstance(takes, Mapping):
        properties = takes.get("properties")
        return [str(key) for key in (properties if isinstance(properties, dict) else takes)]
    if isinstance(takes, list):
        return [str(part.get("name") if isinstance(part, dict) else part) for part in takes]
    return re.findall(r"[a-z_][a-z0-9_]*", str(takes))
