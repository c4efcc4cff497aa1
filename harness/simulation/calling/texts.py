"""Tools that a prompt lists in text, and calls as lines of text: `Action: refund[order_id; amount]`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from harness.exchange import ToolSpec
from harness.simulation.calling.listed import listed_tools, named_together
from harness.simulation.calling.purposes import by_purpose
from harness.simulation.calling.signatures import said_of, signature
from harness.simulation.calling.tools import NAME_KEYS, Offered, ToolKind, kind_of, mapping
from harness.simulation.meaning.slots import words_of

BETWEEN = "x-between"
"""In the schema of a tool that a text describes: the sign that parts its arguments there."""
_REACT = re.compile(r"^[ \t]{0,16}Action(?: Input)?[ \t]{0,4}:", re.MULTILINE | re.IGNORECASE)
_LISTED = re.compile(
    r"^[ \t]*(?:[-*\d.]+[ \t]*)?[`*\"]{0,3}([a-z][a-z0-9_]{2,40})[`*\"]{0,3}[ \t]*"
    r"(?:(\([^)\n]{0,200}\)|\[[^\]\n]{0,200}\])[`*]{0,3}(?:[ \t]*(?:[:\u2013-]|->)[ \t]*(\S.*)?)?"
    r"|(?:[:\u2013-]|->)[ \t]*(\S.*)?)$",
    re.MULTILINE,
)


def speaks_react(text: str) -> bool:
    """Whether a prompt asks for `Action:` and `Action Input:` lines."""
    return len({m.group().strip().lower() for m in _REACT.finditer(text)}) >= 2


@lru_cache(maxsize=256)
def _listed(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((m[1], m[2] or "", m[3] or m[4] or "") for m in _LISTED.finditer(text))


_WRITTEN = re.compile(
    r"(?:^[ \t]{0,16}|`)Action[ \t]{0,4}:[ \t]{0,4}[`\"<\[{]{0,2}"
    r"(?:\w{1,40}\([^()\n]{0,120}\)|\w{1,40}>?(?P<square>\[[^\[\]\n]{0,120}\])"
    r"|(?:the )?(?:tool|function)\b[^\n]{0,40}\([^()\n]{0,80}\))[^\n]{0,40}$",
    re.MULTILINE | re.IGNORECASE,
)
_NAMED = re.compile(
    r"^[ \t]{0,16}[*`]{0,3}Action[*`]{0,3}[ \t]{0,4}:[ \t*`\"]{0,6}(?P<name>[A-Za-z][\w.-]{1,40})",
    re.MULTILINE | re.IGNORECASE,
)
_KEYED = re.compile(r"\"(?P<key>[A-Za-z_ ]{2,20})\"\s{0,3}:\s{0,3}\"(?P<name>[A-Za-z][\w.-]{1,40})\"")


def names_called(said: str) -> frozenset[str]:
    """The names of the actions that an answer calls by a line of text or by JSON."""
    lines = {match["name"] for match in _NAMED.finditer(said)}
    keyed = {m["name"] for m in _KEYED.finditer(said) if "".join(words_of(m["key"])) in NAME_KEYS}
    return frozenset(lines | keyed)


_BESIDE = re.compile(r"^[ \t]{0,16}(?:Thought|Observation)[ \t]{0,4}:|\bObservation\b", re.MULTILINE)


def writes_calls(text: str) -> str:
    """The brackets of the `Action: tool(arguments)` lines that a prompt asks for; empty: it asks for none."""
    asked = _WRITTEN.search(text)
    return "" if not asked or not _BESIDE.search(text) else "[]" if asked["square"] else "()"


def written_call(
    name: str, arguments: Mapping[str, object], brackets: str, offered: tuple[Offered, ...], quote: str = ""
) -> str:
    """A call as a line of code, or with the bare values in square brackets, each in its place."""
    if brackets == "[]":
        spec = next((tool.spec for tool in offered if tool.spec.name == name), ToolSpec(name, "", {}))
        values = [_plain(arguments.get(key)) for key in [*(spec.schema.get("properties") or {})] or arguments]
        sign = str(spec.schema.get(BETWEEN) or ",")
        joint = f" {sign} " if sign == "|" else f"{sign} "
        return f"{name}[{joint.join(' '.join(value.split()) for value in values)}]"
    return f"{name}({', '.join(f'{key}={_literal(value, quote)}' for key, value in arguments.items())})"


def _plain(value: object) -> str:
    """A bare value: a sum as sums are written, and a word for none."""
    return "none" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def _literal(value: object, quote: str) -> str:
    """A value as code, a text within the sign that the prompt has around texts."""
    shown = isinstance(value, str) and quote == '"'
    return json.dumps(value, ensure_ascii=False) if shown else repr(value)


_ADDRESS = re.compile(r"[\"'<]?[\w.+-]{1,64}@[\w.-]{1,64}[\"'>]?,?")
"""What stands behind `email` in a record."""


def described_tools(text: str, kinds: Mapping[str, ToolKind]) -> tuple[Offered, ...]:
    """Tools that a prompt lists in text: a line each as `name(arguments): what it does`, else in one line."""
    found: dict[str, Offered] = {}
    for name, brackets, description in (*_listed(text), *listed_tools(text)):
        kind = kind_of(name, "", kinds)
        if kind is None or name in found or _ADDRESS.fullmatch(description.strip()):
            continue
        arguments = re.findall(r"[a-z_][a-z0-9_]*(?=\s*(?:[:=,;|)?]|$))", brackets.strip("()[]"))
        told = signature(name, f"{name}: {description}") if description.startswith("{") else None
        properties: dict[str, object] = dict(told or {})
        if told is None or arguments:
            # a key for safe repeats is given to who says that it is taken
            names = arguments or [one for one in kinds[kind].arguments if not one.endswith("_key")]
            properties = {own: {} for own in names if own not in {"str", "int", "float", "none"}}
        between = next((sign for sign in ";|" if sign in brackets), ",")
        spec = ToolSpec(name, description, {"type": "object", "properties": properties, BETWEEN: between})
        found[name] = Offered(spec, kind, mapping(properties, kinds[kind]))
    return (*found.values(), *_strange(text, found, kinds))


def _strange(text: str, found: Mapping[str, Offered], kinds: Mapping[str, ToolKind]) -> Iterator[Offered]:
    """The tools of no known name that stand in one list with known ones."""
    together = named_together(text)
    if not any(tool.kind in kinds and kinds[tool.kind].looks for n, tool in found.items() if n in together):
        return
    others = []
    for name in together:
        if name not in found:
            taken = signature(name, text) or {}
            required = [own for own, part in taken.items() if not part.get("enum")]
            schema = {"type": "object", "properties": taken, "required": required}
            others.append(Offered(ToolSpec(name, said_of(name, text), schema), "foreign"))
    known = by_purpose((*found.values(), *others), kinds)
    yield from known[len(found) :]
