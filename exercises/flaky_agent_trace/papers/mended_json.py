"""Broken JSON that a program shows and wants repaired: what can be read of it, as it should stand."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

Json = Any
_ASKS = re.compile(
    r"\b(?:fix|repair|mend|correct(?:ed)?|clean up|make\b[^.\n]{0,20}\bvalid|does(?:n['’]t| not) parse"
    r"|(?:invalid|broken|malformed))\b",
    re.IGNORECASE,
)
_JSON = re.compile(r"\bjson\b", re.IGNORECASE)
_FENCE = re.compile(r"```(?:json)?[ \t]*\n?(?P<in>[^`]+)```", re.IGNORECASE)
_TOKEN = re.compile(
    r"\s+|(?P<comment>//[^\n]*|#[^\n]*)|(?P<mark>[{}\[\]:,])"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(?P<word>[^\W\d][\w.-]*)"
)
_WORDS = {"true": True, "false": False, "null": None, "none": None, "undefined": None}
_ENDS = re.compile(r"\s*(?:[,:}\]\n]|$)")
_QUOTES = {'"': '"', "'": "'", "“": "”", "”": "”", "„": "“"}


def json_mended(asked: str) -> str:
    """The JSON of a message that asks to have it repaired; empty where none is, or it can't be read."""
    fenced = _FENCE.search(asked)
    starts = [at for at in map(asked.find, "{[") if at >= 0]
    if fenced is None and not starts:
        return ""
    text = fenced["in"] if fenced is not None else asked[min(starts) :]
    around = asked.replace(text, " ")
    if not (_ASKS.search(around) and _JSON.search(around)):
        return ""
    with contextlib.suppress(ValueError):
        json.loads(text)
        return ""  # nothing of its form is broken
    try:
        value = _Reader(text.strip()).value()
    except (ValueError, IndexError, RecursionError):
        return ""
    return json.dumps(value, ensure_ascii=False, indent=2 if "\n" in text.strip() else None)


class _Reader:
    """Reads JSON as a person would: commas, quotes and brackets that are missing or too many are seen."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    def value(self) -> Json:
        """The value that begins here."""
        kind, said = self.tokens[self.at]
        self.at += 1
        if said == "{" and kind == "mark":
            return self._object()
        if said == "[" and kind == "mark":
            return self._array()
        if kind == "mark":
            raise ValueError(said)
        return said

    def _mark(self) -> str:
        """The mark that stands here; empty where none does, `end` behind the last."""
        if self.at >= len(self.tokens):
            return "end"
        kind, said = self.tokens[self.at]
        return said if kind == "mark" else ""

    def _object(self) -> Json:
        found: dict[str, Json] = {}
        while (mark := self._mark()) not in {"}", "end"}:
            if mark == "]":
                break  # closed by the bracket of what it stands in
            if mark == ",":
                self.at += 1
                continue
            key = self.value()
            if self._mark() == ":":
                self.at += 1
            found[str(key)] = self.value()
        self.at += mark == "}"
        return found

    def _array(self) -> Json:
        found: list[Json] = []
        while (mark := self._mark()) not in {"]", "end"}:
            if mark == "}":
                break
            if mark in {",", ":"}:
                self.at += 1
                continue
            found.append(self.value())
        self.at += mark == "]"
        return found


def _tokens(text: str) -> list[tuple[str, Json]]:
    found: list[tuple[str, Json]] = []
    at = 0
    while at < len(text):
        if (close := _QUOTES.get(text[at])) is not None:
            end = _closing(text, at + 1, close)
            found.append(("text", _unescaped(text[at + 1 : end])))
            at = end + 1
            continue
        met = _TOKEN.match(text, at)
        if met is None:
            raise ValueError(text[at])
        if met["mark"]:
            found.append(("mark", met["mark"]))
        elif met["number"]:
            found.append(("number", json.loads(met["number"])))
        elif met["word"]:
            found.append(("word", _WORDS.get(met["word"].casefold(), met["word"])))
        at = met.end()
    return found


def _closing(text: str, start: int, close: str) -> int:
    """Where a text ends: at the first quote behind which something of the form goes on."""
    at = start
    while (at := text.find(close, at)) >= 0:
        if text[at - 1] != "\\" and _ENDS.match(text, at + 1):
            return at
        if text[at - 1] != "\\" and _NEXT.match(text, at + 1):
            return at  # a comma is missing
        at += 1
    line = text.find("\n", start)
    return line if line >= 0 else len(text)


_NEXT = re.compile(r"\s{0,20}[\"'][\w ]{1,40}[\"']\s*:")


def _unescaped(said: str) -> str:
    try:
        return str(json.loads(f'"{said}"'))
    except ValueError:
        return said
