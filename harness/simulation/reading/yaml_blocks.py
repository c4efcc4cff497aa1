"""YAML that a context holds, as the values that it states; flat lines are read as pairs elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

Json = Any
_BLOCK = re.compile(
    r"(?:^(?>[A-Za-z_][\w-]{0,40}+:(?:[ ][^\n]{0,600}+)?+(?:\n|\Z)"
    r"(?:(?>(?:[ ]|- )[^\n]{0,600}+(?:\n|\Z)){0,60}+))){2,40}+",
    re.MULTILINE,
)
_PAIR = re.compile(r"(?P<key>[A-Za-z_][\w-]{0,40}):(?:[ ]{1,8}(?P<rest>.*))?$")
_COMMENT = re.compile(r"[ \t]#[ ].*$")
_WORDS: dict[str, Json] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
    "[]": [],
    "{}": {},
}
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,4})?")
_DEEPEST = 6


@lru_cache(maxsize=128)
def yaml_blocks(text: str) -> tuple[tuple[dict[str, Json], str], ...]:
    """Every block with keys within keys, or lists of such, with its text."""
    found = []
    for block in _BLOCK.finditer(text):
        value = _mapping(_lines(block.group()), 0)
        if any(_nests(item) for item in value.values()):
            found.append((value, block.group()))
    return tuple(found)


def _nests(item: Json) -> bool:
    return (isinstance(item, dict) and bool(item)) or (
        isinstance(item, list) and any(isinstance(entry, dict) for entry in item)
    )


def _lines(block: str) -> list[tuple[int, str]]:
    """Each line with its indentation; a list's dash is indented by one more than the key that it is under."""
    lines = []
    for line in block.split("\n"):
        bare = _COMMENT.sub("", line).rstrip()
        if bare.strip():
            indent = len(bare) - len(bare.lstrip())
            lines.append((2 * indent + bare.lstrip().startswith("- "), bare.strip()))
    return lines


def _mapping(lines: list[tuple[int, str]], depth: int) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for _, own, below in _groups(lines):
        pair = _PAIR.match(own)
        if pair is None or depth > _DEEPEST:
            continue
        rest = (pair["rest"] or "").strip()
        if rest in {"", ">", "|", ">-", "|-"} and below:
            nested = below[0][1].startswith("- ") or _PAIR.match(below[0][1])
            found[pair["key"]] = _value(below, depth + 1) if nested else " ".join(line for _, line in below)
        else:
            found[pair["key"]] = _scalar(" ".join([rest, *(line for _, line in below)]))
    return found


def _value(lines: list[tuple[int, str]], depth: int) -> Json:
    if not lines[0][1].startswith("- "):
        return _mapping(lines, depth)
    entries: list[Json] = []
    for indent, own, below in _groups(lines):
        first = own.removeprefix("- ").strip()
        inner = [(indent + 3, first), *below]
        entries.append(_mapping(inner, depth + 1) if _PAIR.match(first) else _scalar(first))
    return entries


def _groups(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str, list[tuple[int, str]]]]:
    """Each line of the outermost indentation with those below it."""
    at = 0
    while at < len(lines):
        indent, own = lines[at]
        end = at + 1
        while end < len(lines) and lines[end][0] > indent:
            end += 1
        yield indent, own, lines[at + 1 : end]
        at = end


def _scalar(said: str) -> Json:
    said = said.strip()
    if said.casefold() in _WORDS:
        return _WORDS[said.casefold()]
    if said.startswith("[") and said.endswith("]"):
        return [_scalar(part) for part in said[1:-1].split(",")]
    if said[:1] == '"':
        try:
            return json.loads(said)
        except ValueError:
            return said.strip('"')
    if said[:1] == "'" and said[-1:] == "'":
        return said[1:-1].replace("''", "'")
    return float(said) if _NUMBER.fullmatch(said) else said
