"""Tools that a program offers, mapped onto those the exercise knows, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from harness.exchange import Request, ToolSpec
from harness.simulation.slots import Ontology, words_of
from harness.simulation.text import content_words, stem


@dataclass(frozen=True)
class ToolKind:
    """One thing that a tool can do."""

    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    """A name with one verb and one noun means this kind."""
    names: tuple[str, ...] = ()
    """Whole names that mean it."""
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each canonical argument with other names for it."""
    hints: tuple[str, ...] = ()
    """Phrases by which a description gives it away."""


@dataclass(frozen=True)
class Offered:
    """A tool as offered, and what it is."""

    spec: ToolSpec
    kind: str
    """A known kind, `submit` for one that only takes the answer, or `foreign`."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Its argument names → canonical ones; those unknown are left out."""

    def named(self, canonical: str) -> str | None:
        """What the tool calls a canonical argument, `None` where it has none for it."""
        return next((own for own, known in self.arguments.items() if known == canonical), None)


_SUBMIT = frozenset(
    {
        "final",
        "submit",
        "finish",
        "answer",
        "respond",
        "result",
        "decision",
        "output",
        "done",
        "record",
        "response",
    }
)


def offered_tools(request: Request, kinds: Mapping[str, ToolKind], ontology: Ontology) -> tuple[Offered, ...]:
    """The request's tools with what each is taken for, in the order offered."""
    return tuple(_offered(spec, kinds, ontology) for spec in request.tools)


def _offered(spec: ToolSpec, kinds: Mapping[str, ToolKind], ontology: Ontology) -> Offered:
    kind = kind_of(spec.name, spec.description, kinds)
    properties = _properties(spec)
    if kind is None:
        asked = [name for name in properties if ontology.slot_of(name) is not None]
        words = set(words_of(spec.name))
        answers = bool(words & _SUBMIT) or (len(asked) >= 2 and len(asked) * 2 >= len(properties))
        return Offered(spec, "submit" if answers and properties else "foreign")
    return Offered(spec, kind, _mapping(properties, kinds[kind]))


def _properties(spec: ToolSpec) -> Mapping[str, object]:
    found = spec.schema.get("properties")
    return found if isinstance(found, dict) else {}


def kind_of(name: str, description: str, kinds: Mapping[str, ToolKind]) -> str | None:
    """The kind that a tool's name, and else its description, speaks of."""
    if name in kinds:
        return name
    joined = "".join(words_of(name))
    words = set(words_of(name))
    for known, kind in kinds.items():
        if joined in {"".join(words_of(alias)) for alias in (known, *kind.names)}:
            return known
    for known, kind in kinds.items():
        if words & set(kind.verbs) and words & set(kind.nouns):  # `order` is not `orders`
            return known
    stems = {stem(word) for word in words}
    for known, kind in kinds.items():
        if stems & {stem(v) for v in kind.verbs} and stems & {stem(n) for n in kind.nouns}:
            return known
    said = content_words(description)
    best, most = None, 0
    for known, kind in kinds.items():
        for hint in kind.hints:
            wanted = content_words(hint)
            if wanted and wanted <= said and len(wanted) > most:
                best, most = known, len(wanted)
    return best


def _mapping(properties: Mapping[str, object], kind: ToolKind) -> dict[str, str]:
    known = _aliases(tuple((name, *others) for name, others in kind.arguments.items()))
    found: dict[str, str] = {}
    for own in properties:
        words = words_of(own)
        for width in range(len(words), 0, -1):
            hit = known.get("".join(words[-width:])) or known.get("".join(words[:width]))
            if hit is not None and hit not in found.values():
                found[own] = hit
                break
    return found


@lru_cache(maxsize=64)
def _aliases(groups: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    return {"".join(words_of(alias)): group[0] for group in groups for alias in group}


_REACT = re.compile(r"^\s*Action(?: Input)?\s*:", re.MULTILINE | re.IGNORECASE)
_LISTED = re.compile(
    r"^[ \t]*(?:[-*\d.]+[ \t]*)?[`*\"]{0,3}([a-z][a-z0-9_]{2,40})[`*\"]{0,3}[ \t]*"
    r"(?:(\([^)\n]{0,200}\))[`*]{0,3}(?:[ \t]*(?:[:\u2013-]|->)[ \t]*(\S.*)?)?"
    r"|(?:[:\u2013-]|->)[ \t]*(\S.*)?)$",
    re.MULTILINE,
)


def speaks_react(text: str) -> bool:
    """Whether a prompt asks for `Action:` and `Action Input:` lines."""
    return len({m.group().strip().lower() for m in _REACT.finditer(text)}) >= 2


@lru_cache(maxsize=256)
def _listed(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((m[1], m[2] or "", m[3] or m[4] or "") for m in _LISTED.finditer(text))


def described_tools(text: str, kinds: Mapping[str, ToolKind]) -> tuple[Offered, ...]:
    """Tools that a prompt lists in text, as `name(arguments): what it does`."""
    found: dict[str, Offered] = {}
    for name, signature, description in _listed(text):
        kind = kind_of(name, "", kinds)
        if kind is None or name in found:
            continue
        arguments = re.findall(r"[a-z_][a-z0-9_]*(?=\s*(?:[:=,)?]|$))", signature.strip("()"))
        names = arguments or list(kinds[kind].arguments)
        properties: dict[str, object] = {
            argument: {} for argument in names if argument not in {"str", "int", "float", "none"}
        }
        spec = ToolSpec(name, description, {"type": "object", "properties": properties})
        found[name] = Offered(spec, kind, _mapping(properties, kinds[kind]))
    return tuple(found.values())
