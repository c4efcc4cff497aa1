"""An answer in a shape that is not JSON: labelled lines, tags, separated values, YAML, a table, a call."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from harness.simulation.forms.pairs import Pairs, Parted

Json = Any
Kind = Literal["lines", "tags", "row", "yaml", "table", "call", "json", "template", "dict", "toml", "list"]
THOUGHT, ASIDE = "reasoning", "thought_aside"
"""The slots that fill what stands before an answer: the grounds, or more than these where that is wanted."""
_NOTHING = "none"
_SIGNS = {"EUR": "€", "GBP": "£", "PLN": "zł", "USD": "$"}
MARK = "\0"
"""Stands around the name of a field in a template."""
_FIELD = re.compile(f"{MARK}([^{MARK}]{{1,80}}){MARK}")
_PLAIN = re.compile(r"[A-Za-z][\w .,/()'-]*[\w.)]|[A-Za-z]")
_SUM = re.compile(r"\d{1,9}\.\d\d")
_SAID_OTHERWISE = frozenset({"yes", "no", "true", "false", "null", "none", "on", "off", "y", "n"})


class Signature(NamedTuple):
    """One call that may be the answer: its name, and for each argument its field and whether it is named."""

    name: str
    arguments: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Layout:
    """How the fields of an answer are laid out."""

    kind: Kind
    labels: Mapping[str, str]
    """Field → what stands before its value, the separator with it. Of tags: the tag's name."""
    between: str = ""
    """Of a row: what separates the values. Of an agent's call: the brackets around them."""
    header: bool = False
    """Whether the names of the columns come first."""
    losses: Mapping[str, str] | None = None
    """Field → what is said where nothing is known."""
    thought: str = ""
    """Where thoughts stand that come first: the name of a tag, or `plain`."""
    within: str = ""
    """The tag or the fence that the whole stands in."""
    signatures: tuple[Signature, ...] = ()
    down: tuple[str, ...] = ()
    """Of a table with a row for each field: the heads of its two columns."""
    forms: Mapping[str, str] | None = None
    """Of a template: how a field is written that stands for more than its value, a sum with its currency."""
    words: Mapping[str, str] | None = None
    """Value → how it is said."""
    folded: frozenset[str] = frozenset()
    """Of YAML: the fields whose text stands below them."""
    pairs: Mapping[str, Pairs] | None = None
    """Field → how a list of things with a number each is written in a line."""
    parted: Mapping[str, Parted] | None = None
    """Field → how a line that holds several fields is written."""
    bare: bool = False
    """Whether a list stands for itself, without the object around it."""
    by: str = ""
    """Of templates of which one is to be filled: the field whose value says which."""
    sentences: frozenset[str] = frozenset()
    """The fields that are told in a sentence."""
    repeats: Mapping[str, tuple[str, str]] | None = None
    """Of a template: a list → how one of its entries is written, and what parts two of them."""
    exact: bool = False
    """Whether it holds all that was asked of the form."""

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands before the values, bare."""
        return tuple(filter(None, (label.strip(" -*•") for label in self.labels.values())))

    @property
    def whole(self) -> bool:
        """Whether an answer in it has every form that was asked for."""
        return self.exact or bool(self.parted)

    def render(self, value: Json, text: Callable[[str, Json], str], thought: str) -> str:
        """The answer. `text`: a field and its value in words; empty where it says nothing."""
        value = _alone(value) if self.bare else value
        words = _Words(self, text)
        said = getattr(words, f"_{self.kind}")(value)
        if self.within:
            said = _enclosed(said, self.within)
        if self.thought and thought:
            aside = thought if self.thought == "plain" else _enclosed(thought, self.thought)
            said = f"{aside}\n\n{said}" if self.thought == "plain" else f"{aside}\n{said}"
        return str(said)

    def around(self, said: str, thought: str) -> str:
        """Plain words in the tags that were asked for."""
        said = _enclosed(said, self.within) if self.within else said
        return f"{_enclosed(thought, self.thought)}\n{said}" if self.thought and thought else said


def _enclosed(said: str, name: str) -> str:
    if name.startswith("```"):
        return f"{name}\n{said}\n```"
    gap = "\n" if "\n" in said or len(said) > 80 else ""
    return f"<{name}>{gap}{said}{gap}</{name}>"


@dataclass(frozen=True)
class _Words:
    layout: Layout
    text: Callable[[str, Json], str]

    def _said(self, key: str, value: Json) -> str:
        value = (self.layout.words or {}).get(value, value) if isinstance(value, str) else value
        pairs = (self.layout.pairs or {}).get(key)
        said = (
            pairs.written(value) if pairs is not None and isinstance(value, list) else self.text(key, value)
        )
        said = said or (self.layout.losses or {}).get(key, _NOTHING)
        return _as_sentence(said) if key in self.layout.sentences else said

    def _records(self, value: Json) -> list[Mapping[str, Json]]:
        rows = _bare(value)
        return [row for row in (rows if isinstance(rows, list) else [rows]) if isinstance(row, dict)]

    def _lines(self, value: Json) -> str:
        records = [value] if self.layout.parted else self._records(value)
        return "\n\n".join(
            "\n".join(line for key, item in record.items() for line in self._line(key, item))
            for record in records
        )

    def _line(self, key: str, item: Json) -> list[str]:
        """The line of a field; of one that holds several, one for each entry."""
        label, parted = self.layout.labels[key], (self.layout.parted or {}).get(key)
        if parted is None:
            return [f"{label}{self._said(key, item)}"]
        inner = _Words(Layout("row", {}, losses=parted.losses, pairs=parted.pairs), self.text)
        return [
            label
            + parted.sign.join(
                _cell(inner._said(name, one), parted.sign.strip()) for name, one in entry.items()
            )
            for entry in (item if isinstance(item, list) else [item])
        ]

    def _tags(self, value: Json, indent: str = "") -> str:
        lines = []
        for key, item in value.items():
            name = self.layout.labels.get(key, key)
            if isinstance(item, dict):
                lines.append(f"{indent}<{name}>\n{self._tags(item, indent + '  ')}\n{indent}</{name}>")
            else:
                lines.append(f"{indent}<{name}>{self._said(key, item)}</{name}>")
        return "\n".join(lines)

    def _row(self, value: Json) -> str:
        sign = self.layout.between
        rows = [
            sign.join(_cell(self._said(key, item), sign.strip()) for key, item in row.items())
            for row in self._records(value)
        ]
        names = [sign.join(self.layout.labels.values())] if self.layout.header else []
        return "\n".join([*names, *rows])

    def _table(self, value: Json) -> str:
        names = list(self.layout.labels.values())
        rows = [[self._said(key, item) for key, item in row.items()] for row in self._records(value)]
        if self.layout.down:
            rows = [list(pair) for row in rows for pair in zip(names, row, strict=True)]
            names = list(self.layout.down)
        lines = [names, ["---"] * len(names), *rows]
        return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)

    def _yaml(self, value: Json) -> str:
        return "\n".join(self._pair(key, item) for key, item in value.items())

    def _pair(self, key: str, item: Json) -> str:
        """One key of YAML with its value, as the skeleton has it."""
        if key in self.layout.folded and isinstance(item, str) and item.strip():
            return f"{self.layout.labels[key].strip()} >-\n  {' '.join(item.split())}"
        losses = self.layout.losses or {}
        if item is None and losses.get(key) == "~":
            return f"{key}: ~"
        if "~" in losses.values() and isinstance(item, str) and _SUM.fullmatch(item):
            return f"{key}: {item}"  # a number, in such a skeleton
        return yaml_of({key: item})

    def _call(self, value: Json) -> str:
        calls = self.layout.signatures
        chosen = next((s for s in calls if s.name == value.get("action") or len(calls) == 1), None)
        if chosen is None:
            return _NOTHING
        given = [
            f"{key}={_literal(value.get(key))}" if named else _literal(value.get(key))
            for key, named in chosen.arguments
        ]
        return f"{chosen.name}({', '.join(given)})"

    def _template(self, value: Json) -> str:
        template = self.layout.labels.get(str(value.get(self.layout.by)) if self.layout.by else "", _NOTHING)
        return _FIELD.sub(lambda gap: self._formed(gap[1], value), template)

    def _repeated(self, key: str, value: Json) -> str:
        """The entries of a list, each in the form of one."""
        one, apart = (self.layout.repeats or {})[key]
        return apart.join(
            self._entry(one, entry)
            for entry in (value if isinstance(value, list) else [value] if value else [])
        )

    def _entry(self, one: str, entry: Json) -> str:
        def said(gap: re.Match[str]) -> str:
            return self._said(gap[1], entry.get(gap[1]) if isinstance(entry, dict) else entry)

        return _FIELD.sub(said, one)

    def _formed(self, key: str, value: Json) -> str:
        if key in (self.layout.repeats or {}):
            return self._repeated(key, value.get(key))
        form = (self.layout.forms or {}).get(key)
        if form is None:
            return self._said(key, value.get(key))
        own = {**value, "sign": _SIGNS.get(value.get("currency"), value.get("currency"))}
        if not value.get(key):
            form = (self.layout.losses or {}).get(key, _NOTHING)
        return _FIELD.sub(lambda gap: self.text(gap[1], own.get(gap[1])), form).strip()

    def _dict(self, value: Json) -> str:
        """As Python writes it."""
        rows = _bare(value)
        return repr(rows) if not isinstance(rows, dict) else repr(dict(rows))

    def _list(self, value: Json) -> str:
        """Entries of one list, with a sign before each or between two."""
        entries = next(iter(value.values()), None) or []
        said = self.layout.between.join(self.text("", entry) for entry in entries) or _NOTHING
        return f"- {said}" if self.layout.between == "\n- " and entries else said

    def _toml(self, value: Json) -> str:
        """What is not known has no line: there is no null in it."""
        return "\n".join(f"{key} = {quoted_value(item)}" for key, item in value.items() if item is not None)

    def _json(self, value: Json) -> str:
        if self.layout.between and isinstance(value, list):
            return self.layout.between.join(json.dumps(row, ensure_ascii=False) for row in value)
        return json.dumps(value, ensure_ascii=False, indent=2 if self.layout.within else None)


def _bare(value: Json) -> Json:
    """A list that stands alone in an object, as itself."""
    only = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else None
    rows = isinstance(only, list) and all(isinstance(row, dict) for row in only)
    return only if rows else value


def _as_sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('.', '!', '?')) else '.'}"


def _alone(value: Json) -> Json:
    """A list without the object around it; one object as the only one of its list."""
    only = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else None
    return only if isinstance(only, list) else [value]


def _cell(text: str, sign: str) -> str:
    """A value that must not break its row."""
    if sign and (sign in text or '"' in text):
        return '"' + text.replace('"', '""') + '"' if sign in {",", ";"} else text.replace(sign, "/")
    return text


def quoted_value(value: Json) -> str:
    """A value with its quotes: a word, a number, a list."""
    return f"{value:.2f}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _literal(value: Json) -> str:
    return "None" if value is None else json.dumps(value, ensure_ascii=False)


def yaml_of(value: Json, indent: str = "") -> str:
    """A value as YAML."""
    if isinstance(value, dict) and value:
        return "\n".join(f"{indent}{key}:{_below(item, indent)}" for key, item in value.items())
    if isinstance(value, dict | list) and not value:
        return "[]" if isinstance(value, list) else "{}"
    if isinstance(value, list):
        return "\n".join(f"{indent}- {yaml_of(item, indent + '  ').lstrip()}" for item in value)
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.casefold() not in _SAID_OTHERWISE
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _below(item: Json, indent: str) -> str:
    if isinstance(item, dict | list) and item:
        return f"\n{yaml_of(item, indent + '  ')}"
    return f" {yaml_of(item)}"
