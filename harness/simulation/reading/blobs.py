"""Structured data that stands inside text: JSON, Python literals, `key: value` lines, tables, tags."""

from __future__ import annotations

import ast
import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

from harness.simulation.reading.text import capped, unescape

_DECODER = json.JSONDecoder()
_OPEN = re.compile(r"[{\[]")
_PAIR = re.compile(
    r"(?:^|(?<=[\s,;{(|>*_\"'`-]))[*_\"'`]{0,3}(?P<key>[^\W\d][\w/ .-]{0,38}?)[*_\"'`]{0,3}"
    r"\s{0,3}(?::|=>|=)[*_]{0,2}[ \t]{0,3}[\"'`*_]{0,3}(?P<value>[^\n\"'`|;<>{}\[\]]{1,160})",
)
_TAG = re.compile(r"<(?P<key>[a-zA-Z][\w.-]{0,40})(?:\s[^<>]{0,80})?>(?P<value>[^<>]{1,400})</(?P=key)>")
_ROW = re.compile(r"^[ \t]*\|(?P<cells>.+)\|[ \t]*$", re.MULTILINE)
_MOST = 400


class Blob(NamedTuple):
    """A structured value and where it stands in the text that it was read from."""

    value: Any
    start: int
    end: int
    raw: str


class Pair(NamedTuple):
    """One `key: value`, and where it stands in the unescaped text."""

    key: str
    value: str
    start: int


@lru_cache(maxsize=1024)
def blobs(text: str) -> tuple[Blob, ...]:
    """JSON objects and arrays (and Python's spelling of them) that stand in the text, outermost only.

    Strings that are JSON themselves are opened too. What does not parse is left to `pairs`.
    """
    text = capped(text)
    found: list[Blob] = []
    place = 0
    tries = 0
    while tries < _MOST and (match := _OPEN.search(text, place)):
        start = match.start()
        tries += 1
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            value, end = _literal(text, start)
        if end > start and isinstance(value, dict | list) and value:
            found.append(Blob(_opened(value), start, end, text[start:end]))
            place = end
        else:
            place = start + 1
    return tuple(found)


def _literal(text: str, start: int) -> tuple[Any, int]:
    """A Python literal at `start`, found by its matching bracket; (None, start) where there is none."""
    if text[start + 1 : start + 2] not in {"'", '"', "{", "[", " ", "\n"}:
        return None, start
    depth, quote, at = 0, "", start
    for at in range(start, min(len(text), start + 20_000)):
        char = text[at]
        if quote:
            if char == quote and text[at - 1] != "\\":
                quote = ""
        elif char in "'\"":
            quote = char
        elif char in "{[(":
            depth += 1
        elif char in "}])":
            depth -= 1
            if depth == 0:
                break
    if depth:
        return None, start
    try:
        value = ast.literal_eval(text[start : at + 1])
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None, start
    return (value, at + 1) if _is_json(value) else (None, start)


def _is_json(value: Any) -> bool:
    """Whether a Python literal says what JSON could: `{...}` is a template, not a set."""
    if isinstance(value, dict):
        return all(isinstance(key, str | int) and _is_json(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(_is_json(item) for item in value)
    return value is None or isinstance(value, str | int | float)


def _opened(value: Any, depth: int = 0) -> Any:
    if depth > 40:
        return None
    if isinstance(value, dict):
        return {str(key): _opened(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_opened(item, depth + 1) for item in value]
    if isinstance(value, str) and value[:1] in {"{", "["} and value.rstrip()[-1:] in {"}", "]"}:
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return _opened(inner, depth + 1)
    return value


@lru_cache(maxsize=1024)
def pairs(text: str) -> tuple[Pair, ...]:
    """`key: value`, `key = value`, `<key>value</key>` and rows of two-column and headed tables."""
    plain = unescape(capped(text))
    found = [Pair(m["key"].strip(), _value(m["value"]), m.start()) for m in _PAIR.finditer(plain)]
    found += [Pair(m["key"], m["value"].strip(), m.start()) for m in _TAG.finditer(plain)]
    found += _table(plain)
    return tuple(sorted(found, key=lambda pair: pair.start))


def _value(text: str) -> str:
    """A value up to the comma that ends it; a comma between digits belongs to the number."""
    return re.split(r",(?!\d)|\s\(", text.strip(), maxsplit=1)[0].strip(" .*_\t")


def _table(plain: str) -> list[Pair]:
    found: list[Pair] = []
    header: list[str] = []
    last = -3
    for match in _ROW.finditer(plain):
        cells = [cell.strip(" *`") for cell in match["cells"].split("|")]
        fresh = match.start() > last + 2
        last = match.end()
        if fresh:
            header = cells
            if len(cells) == 2:
                found.append(Pair(cells[0], cells[1], match.start()))
        elif all(set(cell) <= set(":- ") for cell in cells):
            continue
        elif len(cells) == 2:
            found.append(Pair(cells[0], cells[1], match.start()))
        elif len(cells) == len(header):
            found += [
                Pair(k, v, match.start() + i) for i, (k, v) in enumerate(zip(header, cells, strict=True))
            ]
    return found


def outside(text: str) -> str:
    """The text with its blobs blanked out, offsets kept."""
    parts, place = [], 0
    text = capped(text)
    for blob in blobs(text):
        parts += [text[place : blob.start], " " * (blob.end - blob.start)]
        place = blob.end
    return "".join([*parts, text[place:]])
