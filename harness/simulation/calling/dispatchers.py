"""Dispatchers: one tool for many deeds, with an option that names the deed, and what that takes.

A request that offers one is read as if each deed were a tool; calls go out as the program wants them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from harness.exchange import Message, Part, Request, Text, ToolCall, ToolSpec
from harness.simulation.calling.criteria import criteria_of
from harness.simulation.calling.purposes import by_purpose, types_of
from harness.simulation.calling.signatures import said_of, signature, told_names
from harness.simulation.calling.tools import (
    DEEDS,
    HOLDERS,
    ToolKind,
    kind_of,
    mapping,
    offered_tools,
    open_ended,
)
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed of a dispatcher, and how a call of it is written."""

    tool: str
    key: str
    """The argument that names the deed."""
    option: str
    within: str
    """The argument that holds what it takes; empty where that stands beside the name."""
    as_text: bool
    """Whether it is held as JSON in a string."""
    spare: Mapping[str, Json]
    """What has to be there whatever the deed takes, with what stands for nothing."""
    ways: Mapping[str, str] = field(default_factory=dict)
    """Where the option tells by what is looked up: each way with its option."""
    value: str = ""
    """The argument that holds what is looked up then."""

    def written(self, arguments: str) -> str:
        """The arguments of the dispatcher's call; torn ones stay torn."""
        named = {self.key: self.option}
        if self.ways:
            return self._by_a_way(arguments)
        try:
            given = json.loads(arguments)
        except ValueError:
            lead = json.dumps(named)[:-1]
            return f'{lead}, "{self.within}": {arguments}' if self.within else f"{lead}, {arguments[1:]}"
        if not self.within:
            return json.dumps({**named, **self.spare, **given}, ensure_ascii=False)
        held = json.dumps(given, ensure_ascii=False) if self.as_text else given
        return json.dumps({**named, self.within: held}, ensure_ascii=False)

    def _by_a_way(self, arguments: str) -> str:
        """What is looked up, with the option by which it is."""
        try:
            given: Mapping[str, Json] = json.loads(arguments)
        except ValueError:
            return arguments
        way = next((way for way in given if way in self.ways), next(iter(self.ways)))
        value = {self.value: given.get(way, self.spare.get(self.value, ""))}
        return json.dumps({self.key: self.ways[way], **self.spare, **value}, ensure_ascii=False)

    def means(self, arguments: Mapping[str, Json]) -> bool:
        """Whether a call of the dispatcher is one of it."""
        return arguments.get(self.key) in (self.ways.values() if self.ways else {self.option})

    def read(self, arguments: Mapping[str, Json]) -> Json:
        """What a call of it was given."""
        if self.ways:
            way = next(way for way, option in self.ways.items() if option == arguments.get(self.key))
            return {way: arguments.get(self.value)} if way else {}
        if not self.within:
            return {name: value for name, value in arguments.items() if name != self.key}
        held = arguments.get(self.within)
        if not isinstance(held, str):
            return held or {}
        try:
            return json.loads(held)
        except ValueError:
            return {}


class Parted(NamedTuple):
    """A request in which each deed of a dispatcher is a tool."""

    request: Request
    deeds: Mapping[str, Deed]
    """By the tool's name."""


def joined(parts: Iterable[Text | ToolCall], deeds: Mapping[str, Deed]) -> tuple[Text | ToolCall, ...]:
    """The parts of an answer as the program wants them."""
    return tuple(
        replace(part, name=deed.tool, arguments=deed.written(part.arguments))
        if isinstance(part, ToolCall) and (deed := deeds.get(part.name)) is not None
        else part
        for part in parts
    )


def parted(request: Request, kinds: Mapping[str, ToolKind], ontology: Ontology) -> Parted:
    """The request with a tool for each deed of each dispatcher; the same where there is none."""
    told = "\n".join(message.text for message in request.messages if message.role == "system")
    tools: list[ToolSpec] = []
    deeds: dict[str, Deed] = {}
    taken = {spec.name for spec in request.tools}
    for spec in request.tools:
        own = dict(_ways(spec, kinds, taken)) or dict(_deeds(spec, told, kinds, ontology, taken))
        own = own or dict(proposals(spec, request, kinds, ontology))
        tools += [one for one, _ in own.values()] or [spec]
        deeds |= {name: deed for name, (_, deed) in own.items()}
        taken |= own.keys()
    if not deeds:
        return Parted(request, deeds)
    dispatchers = {deed.tool for deed in deeds.values()}
    choice = "required" if request.tool_choice in dispatchers else request.tool_choice
    messages = tuple(_message(message, deeds) for message in request.messages)
    return Parted(request._replace(tools=tuple(tools), tool_choice=choice, messages=messages), deeds)


def _message(message: Message, deeds: Mapping[str, Deed]) -> Message:
    return replace(message, parts=tuple(_part(part, deeds) for part in message.parts))


def _part(part: Part, deeds: Mapping[str, Deed]) -> Part:
    """A call of a dispatcher as one of the tool that the deed is."""
    if not isinstance(part, ToolCall):
        return part
    try:
        given = json.loads(part.arguments or "{}")
    except ValueError:
        return part
    for name, deed in deeds.items():
        if deed.tool == part.name and isinstance(given, dict) and deed.means(given):
            return replace(part, name=name, arguments=json.dumps(deed.read(given), ensure_ascii=False))
    return part


def _deeds(
    spec: ToolSpec, told: str, kinds: Mapping[str, ToolKind], ontology: Ontology, taken: set[str]
) -> Iterator[tuple[str, tuple[ToolSpec, Deed]]]:
    """Each deed of a dispatcher as a tool; nothing where a tool is none."""
    parts = spec.schema.get("properties")
    parts = parts if isinstance(parts, dict) else {}
    key = next((own for own, part in parts.items() if _names_deeds(own, part)), None)
    if key is None and open_ended(spec):
        key = next(own for own in parts if "".join(words_of(own)) in DEEDS)
    if key is None:
        return
    rest = {own: part for own, part in parts.items() if own != key}
    within = _holder(rest)
    if within is None and any(types_of(part) & {"object"} for part in rest.values()):
        return
    inner = rest[within].get("properties") if within else rest
    fields = inner if isinstance(inner, dict) else {}
    texts = [told, *(str(part.get("description") or "") for part in parts.values()), spec.description]
    options = parts[key].get("enum") or told_names("\n".join(reversed(texts)))
    called = {option: _named(option, spec, kinds) for option in options}
    named = {option: one if one not in taken else f"{spec.name}_{option}" for option, one in called.items()}
    specs = {
        option: _tool(name, option, "\n".join(reversed(texts)), fields, loose=not (fields or not within))
        for option, name in named.items()
    }
    offered = by_purpose(offered_tools(Request("", (), tuple(specs.values())), kinds, ontology), kinds)
    known = [tool for tool in offered if tool.kind in kinds]
    if len(known) < _FEWEST or not (within or any(kinds[tool.kind].looks for tool in known)):
        return  # options to decide between
    needed = set(spec.schema.get("required") or ())
    for option, tool in zip(named, offered, strict=True):
        own = tool.spec
        if tool.kind in kinds and signature(option, "\n".join(texts)) is None:
            own = (_narrowed if fields else _supposed)(own, kinds[tool.kind])
        mine = own.schema["properties"]
        spare = {} if within else {
            name: _nothing(part) for name, part in rest.items() if name in needed and name not in mine
        }  # fmt: skip
        as_text = bool(within) and "string" in types_of(rest[within])
        yield own.name, (own, Deed(spec.name, key, option, within or "", as_text, spare))


def _named(option: str, spec: ToolSpec, kinds: Mapping[str, ToolKind]) -> str:
    """A deed's name, with the tool's own where that tells what is done: `get` of `orders` gets an order."""
    whole = f"{option}_{spec.name.removesuffix('s')}"
    alone = kind_of(option, "", kinds) or kind_of(option, "", kinds, own=True)
    return whole if alone is None and kind_of(whole, "", kinds) is not None else option


def _ways(
    spec: ToolSpec, kinds: Mapping[str, ToolKind], taken: set[str]
) -> Iterator[tuple[str, tuple[ToolSpec, Deed]]]:
    """Each kind of look-up of a tool that is told by what to look as a tool."""
    parts = spec.schema.get("properties") or {}
    for one in criteria_of(spec, kinds):
        name = one.kind if one.kind not in taken else f"{spec.name}_{one.kind}"
        ways = {way: parts[one.value] for way in one.options if way}
        needed = [own for own in spec.schema.get("required") or () if own != one.key]
        spare = {own: _nothing(parts[own]) for own in needed if own in parts}
        schema = {"type": "object", "properties": ways, "required": [*ways][: len(ways) == 1]}
        option = next(iter(one.options.values()))
        yield (
            name,
            (
                ToolSpec(name, "", schema),
                Deed(spec.name, one.key, option, "", False, spare, one.options, one.value),
            ),
        )


def proposals(
    spec: ToolSpec, request: Request, kinds: Mapping[str, ToolKind], ontology: Ontology
) -> Iterator[tuple[str, tuple[ToolSpec, Deed]]]:
    """Each decision that a tool takes as a tool, where none of the others carries out any and one sends the
    letter: what is decided is told there first.
    """
    others = tuple(one for one in request.tools if one is not spec)
    if request.tool_choice not in {"auto", "required"} or not others:
        return
    offered = by_purpose(offered_tools(request, kinds, ontology), kinds)
    known = {tool.kind for tool in offered if tool.spec.name != spec.name}
    acts = {name for name, kind in kinds.items() if kind.takes}
    letters = {name for name, kind in kinds.items() if "body" in kind.needs}
    if (
        known & acts
        or not known & letters
        or any(tool.spec is spec and tool.kind in kinds for tool in offered)
    ):
        return
    key, options = _decisions(spec, kinds, ontology)
    names = {one.name for one in request.tools}
    if len({*options.values()}) < _FEWEST or {*options.values()} & names:
        return
    parts = {own: part for own, part in spec.schema["properties"].items() if own != key}
    required = [own for own in spec.schema.get("required") or () if own != key]
    for option, kind in options.items():
        schema = {"type": "object", "properties": parts, "required": required}
        yield kind, (ToolSpec(kind, spec.description, schema), Deed(spec.name, key, option, "", False, {}))


def _decisions(
    spec: ToolSpec, kinds: Mapping[str, ToolKind], ontology: Ontology
) -> tuple[str, dict[str, str]]:
    """The argument that takes a decision, with its options and the kind of deed that each stands for."""
    slot = next((name for name, one in ontology.slots.items() if len({*one.values} & {*kinds}) > 1), "")
    parts = spec.schema.get("properties")
    for own, part in (parts if isinstance(parts, dict) else {}).items():
        enum = part.get("enum") if isinstance(part, Mapping) else None
        texts = [option for option in enum or () if isinstance(option, str)]
        said = {option: ontology.value_of(slot, option) for option in texts} if slot else {}
        found: dict[str, str] = {}
        for option, kind in said.items():
            if kind is not None and kind in kinds and kind not in found.values():
                found[option] = kind
        if len(found) >= _FEWEST:
            return own, found
    return "", {}


def _names_deeds(own: str, part: Json) -> bool:
    options = part.get("enum") if isinstance(part, Mapping) else None
    named = "".join(words_of(own)) in DEEDS
    return named and isinstance(options, list) and all(isinstance(one, str) for one in options)


def _holder(rest: Mapping[str, Json]) -> str | None:
    """The only other argument, where it holds what the deeds take."""
    if len(rest) != 1:
        return None
    ((own, part),) = rest.items()
    held = types_of(part) & {"object"} or "".join(words_of(own)) in HOLDERS
    return own if held else None


def _tool(name: str, option: str, told: str, fields: Mapping[str, Json], *, loose: bool) -> ToolSpec:
    """A deed as a tool that takes what is told of it, else all there is."""
    said = signature(option, told)
    if said is not None:
        taken = {own: {**fields.get(own, {}), **part} for own, part in said.items() if loose or own in fields}
        required = [own for own in taken if not types_of(taken[own]) & {"null"}]
    else:
        taken, required = dict(fields), []
    about = said_of(option, told)
    return ToolSpec(name, about, {"type": "object", "properties": taken, "required": required})


def _narrowed(spec: ToolSpec, kind: ToolKind) -> ToolSpec:
    """A deed that takes of all there is what one of its kind takes."""
    parts = spec.schema["properties"]
    taken = {own: parts[own] for own in mapping(parts, kind)}
    return replace(spec, schema={**spec.schema, "properties": taken})


def _supposed(spec: ToolSpec, kind: ToolKind) -> ToolSpec:
    """A deed of which nothing is told but its name, with what such a one needs."""
    taken: dict[str, Json] = {own: {} for own in kind.needs or tuple(kind.arguments)[:1]}
    return replace(spec, schema={**spec.schema, "properties": taken})


def _nothing(part: Json) -> Json:
    """What stands for nothing in an argument that has to be there."""
    kinds = types_of(part) if isinstance(part, Mapping) else set()
    for one in part.get("anyOf") or () if isinstance(part, Mapping) else ():
        kinds |= types_of(one) if isinstance(one, Mapping) else set()
    if "null" in kinds:
        return None
    return 0 if kinds & {"number", "integer"} else False if "boolean" in kinds else ""
