"""Calls that stand in JSON or in lines of text: an agent's own steps, and a program's log of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from harness.simulation.calling.tools import ARGUMENT_KEYS, NAME_KEYS, kind_of
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.blobs import blobs

Json = Any
_RESULT_KEYS = ("result", "observation", "output", "toolresult", "response", "returned", "content")
_RESULT_OF = re.compile(
    r"^\W{0,12}(?:\w+[ \t]+){0,2}?(?:results?|output|observation|response|answer)[ \t]+(?:of|from|for)[ \t]+"
    r"(?:tool[ \t]+|calling[ \t]+)?[`*\"']{0,3}(?P<name>[a-z][a-z0-9_]{2,40})[`*\"']{0,3}[ \t]*"
    r"(?:\((?P<input>[^()\n]*)\))?[`*\"']{0,3}[ \t]*[:=]+>?",
    re.MULTILINE | re.IGNORECASE,
)
_CALLED = re.compile(
    r"^[^A-Za-z\n]{0,40}(?:\w+[ \t]+){0,2}?[`*\"']{0,3}(?P<name>[a-z][a-z0-9_]{2,40})[`*\"']{0,3}[ \t]*"
    r"(?:\((?P<input>\{[^\n]*?\}|(?:[^()\n]|\([^()\n]*\))*)\)|:?[ \t]*(?P<object>\{[^\n]*?\}))[`*\"']{0,3}\s*"
    r"(?:->|=>|→|:|=|returned:?|gave:?|(?:result|output|observation)[ \t]*:)[ \t]*\n?[ \t]*(?=[{\[\"])",
    re.MULTILINE | re.IGNORECASE,
)
_GIVEN = re.compile(r"\b([a-z_]\w{0,60})\s{0,8}[=:]\s{0,8}(\"[^\"]*\"|'[^']*'|[^,]+)", re.IGNORECASE)


class Logged(NamedTuple):
    """A call as text tells it."""

    name: str
    arguments: dict[str, Json]
    result: str | None


def steps_in(text: str, tools: Mapping[str, str] | None = None) -> list[Logged]:
    """The calls in JSON of a model's answer. `tools`: those that it could call by JSON, name → kind; only
    then the calls may stand deeper in it, or with their arguments beside the name.
    """
    found: list[Logged] = []
    for blob in blobs(text):
        if isinstance(blob.value, dict) or tools:
            found += _calls(blob.value, tools or {}, 0)
    return found


def _calls(value: Json, tools: Mapping[str, str], depth: int) -> Iterator[Logged]:
    if isinstance(value, dict):
        keys = {"".join(words_of(key)): key for key in value}
        names = [keys[key] for key in NAME_KEYS if key in keys and isinstance(value[keys[key]], str)]
        inner = next((value[keys[key]] for key in ARGUMENT_KEYS if key in keys), None)
        result = next((value[keys[key]] for key in _RESULT_KEYS if key in keys), None)
        for key in names:
            known = value[key] in tools or kind_of(value[key], "", vocabulary().tools)
            if known and (inner is not None or result is not None):
                arguments = inner if isinstance(inner, dict) else loads(str(inner or "")) or {}
                yield Logged(value[key], arguments, None if result is None else _text(result))
                return
            if value[key] in tools:
                yield Logged(value[key], {k: v for k, v in value.items() if k != key and v is not None}, None)
                return
    if tools and depth < 6 and isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _calls(part, tools, depth + 1)


def log_in(text: str, tools: Mapping[str, str]) -> list[Logged]:
    """The calls with results that a program tells of in its own words: in JSON, or a line each."""
    found = [call for blob in blobs(text) for call in _calls(blob.value, tools, 0) if call.result is not None]
    marks = [match for mark in (_RESULT_OF, _CALLED) for match in mark.finditer(text)]
    marks = sorted((m for m in marks if m["name"] in tools), key=lambda match: match.start("name"))
    for match, later in zip(marks, [*marks[1:], None], strict=False):
        result = text[match.end() : later.start() if later is not None else len(text)].strip()
        given = _input(match)
        order = ORDER_ID.search(given)  # an argument without its name
        arguments = _given(given) or ({"order_id": order.group().upper()} if order else {})
        found.append(Logged(match["name"], arguments, result))
    return [
        call if call.arguments else call._replace(arguments=loads(call.result or "") or {}) for call in found
    ]


def result_for(text: str, calls: list[Logged], number: int) -> str:
    """What a text says to one of several calls; all of it where that cannot be told."""
    name = calls[number].name
    before = sum(call.name == name for call in calls[:number])
    told = [call for call in log_in(text, {call.name: "" for call in calls}) if call.name == name]
    return told[before].result or text if before < len(told) and len(calls) > 1 else text


def loads(text: str) -> dict[str, Json] | None:
    """The object that a text is, or holds."""
    try:
        value = json.loads(text.strip().strip("`"))
    except (ValueError, RecursionError):
        found = blobs(text)
        value = found[0].value if found else None
    return value if isinstance(value, dict) else None


def _input(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups["input"] or groups.get("object") or ""


def _given(text: str) -> dict[str, Json]:
    return loads(text) or {m[1]: m[2].strip(" \"'") for m in _GIVEN.finditer(text)}


def _text(result: Json) -> str:
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)


def shown_of(order_id: str, result: str) -> str:
    """What of a result on several orders is on one of them; empty where that cannot be told."""
    for blob in blobs(result):
        if (found := _entry(blob.value, order_id, 0)) is not None:
            return f"{order_id}: {found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)}"
    return ""


def _entry(value: Json, order_id: str, depth: int) -> Json:
    """The part of a value that is kept under a number, or that bears it."""
    inner = value if isinstance(value, list) else [*value.values()] if isinstance(value, dict) else []
    if isinstance(value, dict):
        own = next((part for key, part in value.items() if key.upper() == order_id), None)
        if own is not None:
            return own
        if any(isinstance(part, str) and part.upper() == order_id for part in value.values()):
            return value
    if depth >= _DEEPEST:
        return None
    return next((own for part in inner if (own := _entry(part, order_id, depth + 1)) is not None), None)


_DEEPEST = 3
