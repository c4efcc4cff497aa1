"""Catalogues: the actions that a prompt lists in blocks of lines, each with what it takes and what it does.

They may be of any name, as tools of the API are; a list is one of actions where one of its names is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.exchange import Message, Request, Text, ToolSpec
from harness.simulation.calling.listed import in_tables
from harness.simulation.calling.purposes import by_purpose
from harness.simulation.calling.texts import BETWEEN
from harness.simulation.calling.tools import Offered, ToolKind, kind_of, offered_tools
from harness.simulation.forms.taken import taken_by
from harness.simulation.meaning.slots import Ontology

Json = Any
_LINE = re.compile(
    r"^(?P<indent>[ \t]{0,12})(?P<bullet>(?:#{1,4}|[-*•+]|\(?\d{1,2}[.):]{1,2}|\(?[a-z][.)])[ \t]{1,4})?"
    r"[`*\"']{0,3}(?P<name>[A-Za-z][A-Za-z0-9_]{2,40})[`*\"']{0,2}"
    r"(?P<args>[ \t]?(?:\([^()\n]{0,240}\)|\[[^\[\]\n]{0,240}\]|\{[^{}\n]{0,240}\})|)[`*\"']{0,3}"
    r"(?P<gap>[ \t]{0,12}(?:->|=>|→|[:=,–—-])(?=[ \t]|$)|[ \t]{2,16}(?=\S)|[ \t]{0,3}$|(?<=[)\]}`*])[ \t])"
    r"(?P<said>[^\n]*)$"
)
_FORMAL = frozenset(
    ["thought", "thoughts", "action", "actions", "observation", "observations", "question", "final", "input",
     "output", "example", "format", "note", "important", "remember", "ticket", "from", "subject", "received",
     "today", "now"]
)  # fmt: skip
"""Names of the lines of a format or of a mail."""
_OF_FIELDS = re.compile(
    r"\b(?:fields?|keys?|columns?|verdicts?|outcomes?|decisions?|reasons?|options|values|categor\w+|labels?"
    r"|statuses|clauses?|rules?|glossary|terms|steps?)\b",
    re.IGNORECASE,
)
_OF_ACTIONS = re.compile(
    r"\b(?:actions?|tools?|functions?|calls?|commands?|moves?|ends?|clos(?:e|es|ing)|finish|you (?:can|may)"
    r"|you have|use|do|befehle?|werkzeuge?|aktionen|outils?|herramientas?|acciones|narz\w+|akcj\w+|acties)\b",
    re.IGNORECASE,
)


@dataclass
class _Entry:
    """A line that may be an action."""

    name: str
    brackets: str
    said: str
    more: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        return "\n".join([self.said, *self.more]).strip()


@dataclass
class _List:
    """Entries of one style, one below the other."""

    style: tuple[int, bool]
    lead: str
    entries: list[_Entry] = field(default_factory=list)


def catalogue(
    text: str,
    kinds: Mapping[str, ToolKind],
    ontology: Ontology,
    keys: frozenset[str] = frozenset(),
    held: str = "",
) -> tuple[Offered, ...]:
    """The actions that a text lists; none where nothing of it looks anything up.

    `keys`: an answer's fields. `held`: what every call calls the one text that it takes.
    """
    rows = [_Entry(name, signature, told) for name, signature, told in in_tables(text)]
    entries = [
        entry
        for one in (*_lists(text), _List((0, True), "actions", rows))
        if _of_actions(one, kinds, keys)
        for entry in one.entries
        if entry.name.casefold() not in _FORMAL
    ]
    names = tuple(dict.fromkeys(entry.name for entry in entries))
    if len(names) < _FEWEST:
        return ()
    specs = {entry.name: _spec(entry, kinds, held) for entry in reversed(entries)}
    asked = Request("", (Message("user", (Text(""),)),), tools=tuple(specs[name] for name in names))
    tools = by_purpose(offered_tools(asked, kinds, ontology), kinds)
    looks = any(tool.kind in kinds and kinds[tool.kind].looks for tool in tools)
    return tuple(_loosened(tool, kinds) for tool in tools) if looks else ()


def _loosened(tool: Offered, kinds: Mapping[str, ToolKind]) -> Offered:
    """An action needs what its kind does not know: what it knows is there, or there is none of it."""
    schema, looks = dict(tool.spec.schema), tool.kind in kinds and kinds[tool.kind].looks
    schema["required"] = [own for own in schema["required"] if own not in tool.arguments and not looks]
    return tool if tool.kind == "submit" else replace(tool, spec=replace(tool.spec, schema=schema))


_FEWEST = 2


def _lists(text: str) -> Iterator[_List]:
    """The lists of a text. A line that stands deeper than an entry goes on with it."""
    current: _List | None = None
    lead, blank = "", True
    for line in text.splitlines():
        found = _LINE.match(line)
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            blank = True
            continue
        within = current is not None and current.entries and indent > current.style[0]
        style = (indent, bool(found and found["bullet"]))
        if current is not None and within and (not blank or style != current.style):
            current.entries[-1].more.append(line.strip())
        elif found is not None and not _sentence(found):
            if current is None or current.style != style:
                if current is not None:
                    yield current
                current = _List(style, lead)
            current.entries.append(_Entry(found["name"], found["args"].strip(), found["said"].strip()))
        elif current is not None and not blank and current.style[1]:
            current.entries[-1].more.append(line.strip())  # it was broken without an indent
        else:
            if current is not None:
                yield current
            current, lead = None, line
        blank = False
    if current is not None:
        yield current


def _sentence(found: re.Match[str]) -> bool:
    """Whether a line only begins as an entry does: `Returns, as I said`."""
    plain = not found["args"] and not found["bullet"] and not found["indent"]
    return not found["args"] and (found["gap"].strip() == "," or (plain and not found["said"]))


def _of_actions(one: _List, kinds: Mapping[str, ToolKind], keys: frozenset[str]) -> bool:
    """Whether a list is one of actions: by what is said above it, or by names and what they take."""
    names = {entry.name for entry in one.entries}
    if names & keys or (_OF_FIELDS.search(one.lead) and not _OF_ACTIONS.search(one.lead)):
        return False
    if not names:
        return False
    known = sum(_known(name, kinds) for name in names)
    signed = all(entry.brackets for entry in one.entries)
    bare = one.style == (0, False) and not signed
    return known > bare or ((signed or len(names) > 1) and bool(_OF_ACTIONS.search(one.lead)))


def _known(name: str, kinds: Mapping[str, ToolKind]) -> bool:
    return kind_of(name, "", kinds) is not None or kind_of(name, "", kinds, own=True) is not None


def _spec(entry: _Entry, kinds: Mapping[str, ToolKind], held: str) -> ToolSpec:
    """An entry as a tool of the API would be described."""
    parts, told = taken_by(entry.name, entry.brackets, entry.told, kinds)
    parts = parts or ({held: {"description": told}} if held else {})
    told = _WHICH.sub("", told)
    between = next((sign for sign in ";|" if sign in entry.brackets), ",")
    optional = [own for own, part in parts.items() if part.pop("optional", False)]
    required = [own for own in parts if own not in optional]
    schema: dict[str, Json] = {"type": "object", "properties": parts, "required": required, BETWEEN: between}
    return ToolSpec(entry.name, told, schema)


_WHICH = re.compile(r"^\W{0,3}(?:(?:it|that|which|to|will|this(?: action)?) )+", re.IGNORECASE)


def described(tools: tuple[Offered, ...], others: tuple[Offered, ...]) -> tuple[Offered, ...]:
    """The tools of a catalogue with those that are named elsewhere and do what none of these does."""
    kinds = {tool.kind for tool in tools}
    names = {tool.spec.name for tool in tools}
    return (*tools, *(replace(o) for o in others if o.spec.name not in names and o.kind not in kinds))
