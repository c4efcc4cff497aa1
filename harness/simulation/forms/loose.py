"""Something like JSON that a prompt shows, be it none by the letter, as a schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.meaning.hints import from_hint

Json = Any


def from_example(value: Json) -> dict[str, Json]:
    """A schema from a JSON value that shows the shape, types or options written into its strings."""
    if isinstance(value, dict):
        return {"type": "object", "properties": {key: from_example(item) for key, item in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": from_example(value[0]) if value else {}}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    return {"type": "string", "nullable": True} if value is None else _from_text(str(value))


def _from_text(said: str) -> dict[str, Json]:
    """A schema from what stands in quotation marks: options, a type, or a sum that is wanted as a text."""
    return {"type": "string", "decimal": True} if _DECIMAL.fullmatch(said) else from_hint(said)


_DECIMAL = re.compile(r"-?\d{1,6}\.\d\d")


def parsed(  # noqa: PLR0911  (one value a look)
    text: str, at: int, depth: int = 0
) -> tuple[dict[str, Json], int]:
    """A schema from something like JSON at `at`, and where it ends."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at >= len(text) or depth > 8:
        return {}, len(text)
    if text[at] == "{":
        return _parsed_object(text, at + 1, depth)
    if (bare := _EMPTY.match(text, at)) is not None:
        return {"type": "array", "items": {}}, bare.end()
    if text[at] == "[":
        items, end = parsed(text, at + 1, depth + 1)
        close = text.find("]", end)
        return {
            "type": "array",
            "items": items,
        }, close + 1 or end
    if chosen := _CHOICE.match(text, at):
        return from_hint(chosen.group()), chosen.end()
    if listed := _LIST_TYPE.match(text, at):
        inside = text[listed.end() : listed.end() + 1] == "{"
        items, end = parsed(text, listed.end(), depth + 1) if inside else (from_hint(listed[1]), listed.end())
        return {"type": "array", "items": items}, end
    match = _SAID.match(text, at)
    assert match is not None
    words = match.group().strip().removesuffix("[")
    quoted = words.startswith('"') and words.endswith('"')
    said = {} if words in {"...", "…"} else _from_text(words.strip('"')) if quoted else from_hint(words)
    if text.startswith("[]", match.end() - 1):  # TypeScript's `string[]`
        return {"type": "array", "items": said}, match.end() + 1
    return said, match.end()


_SAID = re.compile(r"\"[^\"\n]*\"(?:\s*(?:\||/|or)\s*[\w\"|/. ]+)?|<[^<>{}\n]{1,160}>|[^,;}\]\n]*")
_EMPTY = re.compile(r"\[\s{0,4}\]")
_LIST_TYPE = re.compile(r"(?:Array|List|ReadonlyArray)<([\w| ]{0,60}>?)")
_LONE = re.compile(r"[\"'`]([\w-]{1,60})[\"'`]|(?<![\w-])([A-Za-z_]\w{1,40})(?=\s{0,4}[,}])")
_CHOICE = re.compile(
    r"(?:enum|literal|one[ _]?of|choice)\s*[\[(][^\[\](){}]*[\])]"
    r"|(?:exactly )?one of:?\s{1,2}[\"'][\w -]{1,40}[\"']"
    r"(?:\s{0,2}(?:,|\||/|,?\s?or\s)\s{0,2}[\"'][\w -]{1,40}[\"'](?!\s{0,4}:)){1,14}",
    re.IGNORECASE,
)
_MEMBER = re.compile(
    r"\s{0,80}(?:readonly\s{1,4})?[\"'`]?"
    r"([A-Za-z_][\w-]{0,50}|(?<=[\"'`])(?:<[\w -]{1,30}>|\d{1,2}))[\"'`]?(\?)?"
    r"\s{0,8}:\s{0,80}"
)
_TAIL = re.compile(
    r"[’'\w][^\n{}]*?(?=\s{0,4}(?:$|\n|\}|,\s{0,4}(?:\n|[\"'`]?[A-Za-z_]\w{0,40}[\"'`]?\s{0,4}:)))"
)
"""Words that go on behind a value: `"..." or null if it can't be told which is meant`."""
_MORE = re.compile(
    r"\s{0,2}[,;]\s{1,2}"
    r"(?P<said>(?:(?:otherwise|else|if|when|unless|or|and|but)\b|(?:[\w’'-]{1,20} ){3}[\w’'-])"
    r"[\w’', -]{0,200}?\.?)"
    r"(?=\s{0,4}(?:\n|\}|,\s{0,4}\n|,\s{0,4}[\"'`]?[A-Za-z_]\w{0,40}[\"'`]?\s{0,4}:|$))"
)
"""A sentence that goes on behind a comma: `true if one fits, false if several fit as well`."""
_NULL = re.compile(r"\b(?:null|none)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;]*(?:(?://|#)\s*([^\n]*))?")


def _parsed_object(text: str, at: int, depth: int) -> tuple[dict[str, Json], int]:
    properties: dict[str, Json] = {}
    last = ""
    while at < len(text):
        between = _BETWEEN.match(text, at)
        if between is not None:
            if between[1] and last and not properties[last].get("enum"):
                properties[last] = {**properties[last], **_commented(properties[last], between[1])}
            at = between.end()
        if at >= len(text) or text[at] == "}":
            return {"type": "object", "properties": properties}, at + 1
        member = _MEMBER.match(text, at)
        if member is None:
            lone = _LONE.match(text, at)
            if lone:
                properties[lone[1] or lone[2]] = {}
            at = lone.end() if lone else at + 1
            continue
        properties[member[1]], end = parsed(text, member.end(), depth + 1)
        last = member[1]
        at = max(end, member.end())
        at = tail.end() if (tail := _TAIL.match(text, at)) is not None else at
        if (more := _MORE.match(text, at)) is not None:
            properties[last] = _with_more(properties[last], more["said"])
            at = more.end()
    return {"type": "object", "properties": properties}, at


def _with_more(schema: dict[str, Json], more: str) -> dict[str, Json]:
    """What a sentence behind a member adds: when it is null, what else there is to say of it."""
    if schema.get("properties"):
        return schema
    said = f"{schema.get('description') or ''}, {more}".lstrip(" ,")[:200]
    return {**schema, "description": said, **({"nullable": True} if _NULL.search(more) else {})}


def _commented(schema: Mapping[str, Json], comment: str) -> dict[str, Json]:
    """What a comment behind a member adds: options or a type for plain strings, else a description."""
    said = from_hint(comment.strip())
    if schema.get("type") == "string" and ("enum" in said or said["type"] != "string"):
        return said
    return {"description": comment[:200]}
