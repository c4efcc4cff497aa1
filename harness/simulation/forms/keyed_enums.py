"""Choices of a schema whose options are keys: `"enum": ["1", "2"]`, where a description or a menu in the
prompt says what each stands for. That is what is chosen from; the key is what is answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.simulation.forms.menus import heads, menus
from harness.simulation.meaning.definitions import definitions

Json = Any
BY_KEY = "\0by_key"
"""In a leaf: what an option stands for → the option."""
_KEY = re.compile(
    r"[A-Za-z]?\d{1,2}|[A-Za-z]|(?:opt(?:ion)?|choice|order|candidate|answer|cat|category|item"
    r"|label)[ _-]?(?:\d{1,2}|[A-Za-z])",
    re.IGNORECASE,
)
_RIVAL = re.compile(r"\d[.,]\d\d\b|[{}]|\bvotes?\b")
"""Answers to choose the best of are shown with their sums: these are read as what they are."""
_ID = re.compile(r"\b[A-Z]{1,4}-?\d{3,}\b")
_FEWEST = 2
_NESTED = ("properties", "$defs", "definitions")


def with_keys(schema: Mapping[str, Json], prompt: str) -> dict[str, Json]:
    """The schema with what the keys of its choices stand for in their place."""
    said = dict(schema)
    for name in _NESTED:
        if isinstance(parts := said.get(name), dict):
            said[name] = {
                key: with_keys(part, prompt) if isinstance(part, dict) else part
                for key, part in parts.items()
            }
    if isinstance(items := said.get("items"), dict):
        said["items"] = with_keys(items, prompt)
    if isinstance(branches := said.get("anyOf"), list):
        said["anyOf"] = [
            with_keys(branch, prompt) if isinstance(branch, dict) else branch for branch in branches
        ]
    return _worded(said, prompt) if isinstance(said.get("enum"), list) else said


def _worded(leaf: dict[str, Json], prompt: str) -> dict[str, Json]:
    options = [option for option in leaf["enum"] if option is not None]
    keys = [option for option in options if _KEY.fullmatch(str(option)) and not isinstance(option, bool)]
    if len(keys) < _FEWEST:
        return leaf
    described = str(leaf.get("description") or "")
    told = _told(described, keys) or next(_listed(prompt, keys), {})
    if len(told) < len(keys) or any(map(_RIVAL.search, told.values())):
        return leaf
    words = heads([(str(key), told[str(key)]) for key in keys])
    by_key = dict(zip(words, keys, strict=True))
    others = {str(option): option for option in options if option not in keys}
    if len({*by_key, *others}) < len(options):
        return leaf
    gloss = {
        head: rest
        for head, key in by_key.items()
        if (rest := told[str(key)].replace(head, "", 1).strip(" \t:=,;–—-().\"'`*"))
    }
    question = re.split(rf"(?<![\w-]){re.escape(str(keys[0]))}(?![\w-])\s{{0,3}}[=:)(–—-]", described)[0]
    found = {**leaf, "type": "string", "enum": [*by_key, *others], "description": question.strip(" :;,(")}
    found |= {"defined": gloss} if gloss else {}
    nullable = None in leaf["enum"]
    return {**found, **({"nullable": True} if nullable else {}), BY_KEY: {**by_key, **others}}


def _told(described: str, keys: list[Json]) -> dict[str, str]:
    """What a description says of each key, if it does of all."""
    found = definitions([str(key) for key in keys], described)
    if sum(1 for said in found.values() if _ID.search(said)) < _FEWEST:
        return {}  # what is defined in words is understood by its definition
    return {key: re.sub(r"[\s,;]{1,3}(?:and|or|und|ou)$", "", said) for key, said in found.items()}


def _listed(prompt: str, keys: list[Json]) -> Iterator[dict[str, str]]:
    """Menus of the prompt in which all these keys stand, the last one first."""
    for entries in reversed([*menus(prompt)]):
        told = dict(entries)
        tails = {str(key): re.sub(r"^[A-Za-z]{3,}[ _-]?", "", str(key)) for key in keys}
        if all(tail in told for tail in tails.values()) and len(told) <= len(keys) + 1:
            yield {key: told[tail] for key, tail in tails.items()}


def by_key(schema: Mapping[str, Json], value: Json) -> Json:
    """A value with the keys that stand for what was chosen."""
    keys = schema.get(BY_KEY)
    if isinstance(keys, Mapping) and isinstance(value, str):
        return keys.get(value, value)
    if isinstance(value, dict) and isinstance(parts := schema.get("properties"), Mapping):
        return {
            key: by_key(parts[key], item) if isinstance(parts.get(key), Mapping) else item
            for key, item in value.items()
        }
    if isinstance(value, list) and isinstance(items := schema.get("items"), Mapping):
        return [by_key(items, item) for item in value]
    return value
