"""An agent by JSON: the place in an answer's shape where the next tool and its arguments stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.exchange import ToolSpec
from harness.simulation.calling.tools import ARGUMENT_KEYS, NAME_KEYS, Offered, ToolKind, kind_of, mapping
from harness.simulation.filling.schema import Filling
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
Schema = Mapping[str, Json]
Call = tuple[str, Mapping[str, Json]]
_DEEPEST = 5
_SURE = frozenset({"tool", "toolname", "nexttool", "tooltocall", "function", "functionname"})
_ENDS = frozenset(
    {"finish", "finished", "done", "stop", "end", "none", "final", "submit", "complete", "close", "no"}
)

_ALONE = frozenset({"argument", "arg", "parameter", "param", "input", "value", "query"})
"""A text field for the one thing that a call is given."""
_FINISH = re.compile(
    r"\b(?:tool|action|function|name|choose|use|call|set|say|answer)\b[^.\n]{0,30}?"
    r"(?:[\"'`]|\b(?:tool|action|choose|use|call) )(?P<word>finish|finished|done|stop|end|none|final"
    r"|final_answer|submit|complete|close)\b(?![\"'`]?\s*:)",
    re.IGNORECASE,
)
"""A prompt says by what name an answer tells that it is the end."""


@dataclass(frozen=True)
class Shape:
    """One shape that a call may have."""

    schema: Schema
    name: str
    """The field that names the tool."""
    options: tuple[str, ...]
    """What it may say; nothing: any name."""
    arguments: str
    """The field that holds the arguments; empty where they stand beside the name."""


@dataclass(frozen=True)
class Stepping:
    """How an answer says what is called next."""

    path: str
    """Of the object that is the call, as `Filling` has it."""
    array: tuple[str, Schema] | None
    """The list that the calls stand in: its path, and the shape of an entry."""
    shapes: tuple[Shape, ...]
    tools: tuple[Offered, ...]
    finish: str = ""
    """The name that says that nothing is left to be called."""
    nullable: bool = False
    """Whether no call need be there."""
    within: str = ""
    """The tool of the API whose arguments the answer is."""
    ending: Schema | None = None
    """The shape that says that nothing is left, where it is another than that of a call."""
    loose: bool = False
    """Whether a prompt describes the answer, so that what is no object need not be meant as a string."""

    def given(self, root: Filling, calls: Sequence[Call], fill: Callable[..., Json]) -> dict[str, Json]:
        """Path → value, for the answer that calls these."""
        if self.array is None:
            return {self.path: self._value(root, calls[0] if calls else None, fill)}
        path, items = self.array
        return {
            path: [fill(items, f"{path}[]", {self.path: self._value(root, call, fill)}) for call in calls]
        }

    def _value(self, root: Filling, call: Call | None, fill: Callable[..., Json]) -> Json:
        if call is None and self.nullable and not self.finish:
            return None
        name, arguments = call or (self.finish, {})
        if not name and all(shape.options for shape in self.shapes):
            name = self.tools[-1].spec.name  # there is no way to say that it is the end
        shape = next((s for s in self.shapes if name in s.options), None)
        shape = shape or next((s for s in self.shapes if not s.options), self.shapes[0])
        others = {own for tool in self.tools for own in _properties(tool.spec.schema)}
        value: dict[str, Json] = {}
        for key, part in _properties(shape.schema).items():
            if key == shape.name:
                value[key] = name or root.empty(part)
            elif key == shape.arguments:
                value[key] = _arranged(root, part, arguments, name, loose=self.loose)
            elif not shape.arguments and key in arguments:
                value[key] = arguments[key]
            elif not shape.arguments and key in _ALONE and not {*arguments} & {*_properties(shape.schema)}:
                value[key] = str(next(iter(arguments.values()), ""))
            elif not shape.arguments and key in others:
                value[key] = root.empty(part)
            else:
                value[key] = fill(part, f"{self.path}.{key}" if self.path else key, {})
        return value


def read_stepping(
    schema: Schema,
    ontology: Ontology,
    kinds: Mapping[str, ToolKind],
    described: Sequence[Offered],
    *,
    loose: bool = False,
    prompt: str = "",
) -> Stepping | None:
    """The stepping of a schema, `None` where it asks for no call. `described`: what a prompt lists."""
    root = Filling(ontology, schema)
    for path, array, node in _objects(root, dict(schema), "", None, 0):
        branches = [b for b in node.get("branches") or () if "properties" in b] or [node]
        found = tuple(shape for branch in branches if (shape := _shape(root, branch)))
        said = tuple(option for shape in found for option in shape.options)
        shapes = found if not loose else tuple(_opened(shape, ontology, kinds) for shape in found)
        named = tuple(option for shape in shapes for option in shape.options)
        if not shapes or not _calls(shapes, named, ontology, kinds, described):
            continue
        tools = tuple(_offered(root, shapes, named, kinds, described, loose=loose))
        if any(tool.kind in kinds for tool in tools):
            known = {tool.spec.name for tool in tools if tool.kind in kinds}
            rest = [name for name in said if name not in known and _ENDS & set(words_of(name))]
            finish = next((t.spec.name for t in tools if t.kind == "submit"), rest[0] if rest else "")
            if not finish and any(not shape.options for shape in shapes):
                finish = next((match["word"] for match in _FINISH.finditer(prompt)), "")
            return Stepping(path, array, shapes, tools, finish, bool(node.get("nullable")), loose=loose)
    return None


def _objects(
    root: Filling, schema: Json, path: str, array: tuple[str, Schema] | None, depth: int
) -> Iterator[tuple[str, tuple[str, Schema] | None, dict[str, Json]]]:
    """Every object of a schema, the outer ones first, with the list that it stands in."""
    node = root.resolve(schema)
    if depth > _DEEPEST:
        return
    if "properties" in node:
        yield path, array, node
        for branch in node.get("branches") or [node]:
            for key, part in _properties(branch).items():
                yield from _objects(root, part, f"{path}.{key}" if path else key, array, depth + 1)
    elif isinstance(node.get("items"), dict):
        yield from _objects(root, node["items"], f"{path}[]", array or (path, node["items"]), depth + 1)


def _shape(root: Filling, node: Schema) -> Shape | None:
    keys = {"".join(words_of(key)): key for key in _properties(node)}
    arguments = next((keys[key] for key in ARGUMENT_KEYS if key in keys), "")
    for key in NAME_KEYS:
        if key in keys:
            part = root.resolve(_properties(node)[keys[key]])
            said = [part["const"]] if "const" in part else part.get("enum") or []
            options = tuple(option for option in said if isinstance(option, str))
            if "properties" not in part and (options or arguments or key in _SURE):
                return Shape(node, keys[key], options, arguments)
    return None


def _opened(shape: Shape, ontology: Ontology, kinds: Mapping[str, ToolKind]) -> Shape:
    """A template's options where none is a tool, and they are no decisions: `tool name or finish`."""
    tools = any(kind_of(option, "", kinds) for option in shape.options)
    tools = tools or all(ontology.value_of("action", option) for option in shape.options)
    slot = ontology.slot_of(shape.name, "", shape.options)
    tools = tools or (slot is not None and ontology.slots[slot].kind == "word")  # kinds of something else
    return shape if tools or not shape.options else replace(shape, options=())


def _calls(
    shapes: Sequence[Shape], named: Sequence[str], ontology: Ontology, kinds: Mapping[str, ToolKind],
    described: Sequence[Offered],
) -> bool:  # fmt: skip
    """Whether shapes are those of calls: a decision has names of tools among its options as well."""
    if any(not shape.options for shape in shapes) and described:
        return True
    tools = [name for name in named if kind_of(name, "", kinds)]
    if any(shape.arguments for shape in shapes):
        return bool(tools)
    return any(ontology.value_of("action", name) is None and kind_of(name, "", kinds) != "reply"
               for name in tools)  # fmt: skip


def _offered(
    root: Filling, shapes: Sequence[Shape], named: Sequence[str], kinds: Mapping[str, ToolKind],
    described: Sequence[Offered], *, loose: bool,
) -> Iterator[Offered]:  # fmt: skip
    listed = {tool.spec.name: tool for tool in described}
    names = tuple(dict.fromkeys((*named, *(listed if any(not s.options for s in shapes) else ()))))
    replies = [name for name in names if kind_of(name, "", kinds) == "reply"]
    for name in names:
        kind = listed[name].kind if name in listed else kind_of(name, "", kinds)
        ends = bool(_ENDS & set(words_of(name)))
        if kind == "reply" and ends and any(not _ENDS & set(words_of(other)) for other in replies):
            kind = None
        shape = next((s for s in shapes if name in s.options), None) or next(
            (s for s in shapes if not s.options), shapes[0]
        )
        given = _taken(root, shape, name, kinds.get(kind or ""), listed.get(name), loose=loose)
        spec = ToolSpec(name, listed[name].spec.description if name in listed else "", given, strict=True)
        properties = _properties(given)
        if kind in kinds:
            yield Offered(spec, str(kind), mapping(properties, kinds[str(kind)]))
        elif ends and properties:
            yield Offered(spec, "submit")


def _taken(
    root: Filling, shape: Shape, name: str, kind: ToolKind | None, listed: Offered | None, *, loose: bool
) -> dict[str, Json]:
    """What a tool takes: as the prompt lists it, in the schema's types; else what the schema has for it."""
    own = _own_arguments(root, shape, name, kind)
    fields = {key: root.resolve(part) for key, part in _properties(own).items()}
    signature = _properties(listed.spec.schema) if listed is not None else {}
    if signature and loose:  # the template's arguments may be one tool's, for an example
        taken = {key: fields.get(key, {}) for key in signature}
    elif signature and (not fields or set(signature) & set(fields)):
        taken = {key: fields.get(key, {}) for key in signature if not fields or key in fields}
    elif fields and kind is not None:
        known = mapping(fields, kind)
        single = len(shape.options) == 1
        taken = {key: part for key, part in fields.items() if key in known or single}
        taken = taken or {argument: {} for argument in kind.arguments}
    else:
        taken = fields or {argument: {} for argument in (kind.arguments if kind else ())}
    required = [key for key in own.get("required") or () if key in taken and not taken[key].get("nullable")]
    return {"type": "object", "properties": taken, "required": required}


def _own_arguments(root: Filling, shape: Shape, name: str, kind: ToolKind | None) -> Schema:
    """The part of the schema that holds a tool's arguments."""
    if not shape.arguments:
        fields = {key: part for key, part in _properties(shape.schema).items() if key != shape.name}
        return (
            {"properties": fields, "required": shape.schema.get("required") or ()}
            if len(shape.options) == 1
            else {"properties": fields}
        )
    node = root.resolve(_properties(shape.schema)[shape.arguments])
    return _branch(node, name, kind) or {}


def _branch(node: Schema, name: str, kind: ToolKind | None) -> Schema | None:
    """Of several shapes of arguments the one for a tool: by its title, else by what it can hold."""
    branches = [b for b in node.get("branches") or () if "properties" in b]
    if len(branches) < 2 or kind is None:
        return node if "properties" in node else None
    called = "".join(words_of(name))
    titled = [b for b in branches if called in "".join(words_of(str(b.get("title") or "")))]

    def fits(branch: Schema) -> tuple[int, int]:
        held = len(mapping(_properties(branch), kind))
        return held - len(_properties(branch)), held

    best: Schema = max(titled or branches, key=fits)
    return best


def _arranged(root: Filling, schema: Json, arguments: Mapping[str, Json], name: str, *, loose: bool) -> Json:
    node = root.resolve(schema)
    string = not loose or re.search(r"\b(?:str(?:ing)?|json)\b", str(node.get("description") or ""))
    if node.get("type") == "string" and string:
        return json.dumps(arguments, ensure_ascii=False)
    branches = [b for b in node.get("branches") or () if "properties" in b]
    if len(branches) > 1:
        called = "".join(words_of(name))
        titled = [b for b in branches if called in "".join(words_of(str(b.get("title") or "")))]
        node = max(titled or branches, key=lambda b: (
            len(set(arguments) & set(_properties(b))) - len(set(arguments) ^ set(_properties(b))) / 100
        ))  # fmt: skip
    fields = _properties(node)
    if not fields or loose:
        return dict(arguments)
    return {key: arguments[key] if key in arguments else root.empty(part) for key, part in fields.items()}


def _properties(schema: Schema) -> Mapping[str, Json]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def calls_in(parts: Iterable[tuple[str, str]]) -> list[Call]:
    """Calls by name and JSON text; arguments that do not parse are none."""
    found: list[Call] = []
    for name, text in parts:
        try:
            value = json.loads(text)
        except ValueError:
            value = {}
        found.append((name, value if isinstance(value, dict) else {}))
    return found
