"""Moves: several JSON objects of which each answer is one, told apart by what one of their keys says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.exchange import Message, Request, Text, ToolSpec
from harness.simulation.calling.purposes import by_purpose
from harness.simulation.calling.stepping import Shape, Stepping
from harness.simulation.calling.tools import NAME_KEYS, Offered, ToolKind, offered_tools
from harness.simulation.forms.loose import from_example
from harness.simulation.meaning.slots import Ontology, words_of
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.context import Context

Json = Any
_NAME = re.compile(r"[A-Za-z][\w-]{1,30}")
_LEAD = 300
_ONE = re.compile(
    r"\b(?:one|single|either|exactly|each (?:turn|time|answer|reply)|every turn|two|three|four|five|six"
    r"|moves?|commands?|following)\b",
    re.IGNORECASE,
)
"""Says of objects that the answer is one of them."""


@dataclass(frozen=True)
class Moves:
    """The moves that a prompt shows."""

    schema: Mapping[str, Json]
    tools: tuple[Offered, ...]
    submit: Offered | None
    """The one that takes the answer."""
    step: Stepping


def moves_in(context: Context, kinds: Mapping[str, ToolKind], ontology: Ontology) -> Moves | None:
    """The moves of a prompt, at least one of which looks something up; `None` where it shows none."""
    for piece in context.of("system", "user"):
        key, shown = _shown(piece.text)
        if len(shown) < _SEVERAL:
            continue
        specs = tuple(
            ToolSpec(name, told, {"type": "object", "properties": _fields(key, value)})
            for name, (told, value) in shown.items()
        )
        asked = Request("", (Message("user", (Text(""),)),), tools=specs)
        tools = by_purpose(offered_tools(asked, kinds, ontology), kinds)
        if not any(tool.kind in kinds and kinds[tool.kind].looks for tool in tools):
            continue
        shapes = tuple(
            Shape({"type": "object", "properties": from_example(value)["properties"]}, key, (name,), "")
            for name, (_, value) in shown.items()
        )
        submit = next((tool for tool in tools if tool.kind == "submit"), None)
        schema = {"type": "object", "properties": {key: {"type": "string", "enum": [*shown]}}}
        return Moves(schema, tools, submit, Stepping("", None, shapes, tools, loose=True))
    return None


_SEVERAL = 2


def _fields(key: str, value: Mapping[str, Json]) -> dict[str, Json]:
    return {name: from_example(part) for name, part in value.items() if name != key}


def _shown(text: str) -> tuple[str, dict[str, tuple[str, dict[str, Json]]]]:
    """The key that tells moves apart, and each by its name: what is said before it, and the object."""
    found: dict[str, tuple[str, dict[str, Json]]] = {}
    key, end, first = "", 0, -1
    for blob in blobs(text):
        value = blob.value
        tag = _tag(value) if isinstance(value, dict) and len(value) > 1 else ""
        if tag and (not key or tag == key) and (name := str(value[tag])) not in found:
            key, first = tag, blob.start if first < 0 else first
            found[name] = (_last_words(text[max(end, blob.start - _LEAD) : blob.start]), value)
        end = blob.end
    alike = len({frozenset(value) for _, value in found.values()}) < _SEVERAL
    told = _ONE.search(text[max(0, first - _LEAD) : max(first, 0)]) is not None
    return (key, found) if told and not alike else ("", {})


def _tag(value: Mapping[str, Json]) -> str:
    """The key that names the move, if it stands there in a word."""
    keys = {"".join(words_of(key)): key for key in value}
    tag = next((keys[name] for name in NAME_KEYS if name in keys), "")
    return tag if tag and isinstance(value[tag], str) and _NAME.fullmatch(value[tag]) else ""


def _last_words(lead: str) -> str:
    """What is said right before an object: the last paragraph that has words."""
    parts = (part.strip(" `\n:") for part in re.split(r"\n\s*\n|```(?:json)?", lead))
    return " ".join([part for part in parts if re.search(r"[a-z]{3}", part)][-1:])
