"""What a program wants back, and so which operation it asks for.

The output contract speaks first (tools, a schema, an example of the JSON wanted), then provenance
(the model's own earlier words in the prompt), and keywords last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from harness.exchange import Request
from harness.simulation.blobs import blobs, outside
from harness.simulation.context import Context
from harness.simulation.schema import Filling
from harness.simulation.slots import Ontology
from harness.simulation.text import content_words
from harness.simulation.tools import Offered, ToolKind, described_tools, offered_tools, speaks_react

Json = Any
Form = Literal["calls", "submit", "schema", "json", "react", "text"]


@dataclass(frozen=True)
class Contract:
    """The shape of the answer."""

    form: Form
    """`calls`: tools by the API. `submit`: one tool that takes the answer. `schema`: enforced JSON.
    `json`: JSON asked for in prose. `react`: `Action:` lines in text. `text`: prose."""
    schema: Mapping[str, Json] | None = None
    strict: bool = False
    """Whether the API enforces the schema, so that only a cut can break the JSON."""
    slots: frozenset[str] = frozenset()
    """What the answer is asked to say."""
    tools: tuple[Offered, ...] = ()
    submit: Offered | None = None
    forced: str = ""
    """The one tool that must be called."""
    required: bool = False
    """Some tool must be called."""

    def tool(self, kind: str) -> Offered | None:
        """The offered tool of a kind."""
        if self.forced:
            return next((t for t in self.tools if t.spec.name == self.forced and t.kind == kind), None)
        return next((tool for tool in self.tools if tool.kind == kind), None)


def read_contract(
    request: Request, context: Context, kinds: Mapping[str, ToolKind], ontology: Ontology
) -> Contract:
    """What the request wants back."""
    choice = request.tool_choice
    if request.tools and choice != "none":
        tools = offered_tools(request, kinds, ontology)
        forced = choice if choice not in {"auto", "required"} else ""
        if forced:
            only = next((tool for tool in tools if tool.spec.name == forced), None)
        else:
            only = tools[0] if len(tools) == 1 else None
        submit = next((tool for tool in tools if tool.kind == "submit"), None)
        if only is not None and only.kind == "submit":
            schema = only.spec.schema
            return Contract(
                "submit", schema, only.spec.strict, asked_slots(schema, ontology), tools, only, forced, True
            )
        known = any(tool.kind not in {"submit", "foreign"} for tool in tools)
        if known or submit is not None:
            slots = asked_slots(submit.spec.schema, ontology) if submit else frozenset()
            return Contract(
                "calls", request.output.schema if request.output else None, False, slots, tools, submit,
                forced, bool(forced) or choice == "required",
            )  # fmt: skip
    if request.output is not None and request.output.schema is not None:
        schema = request.output.schema
        return Contract("schema", schema, True, asked_slots(schema, ontology))
    instructions = "\n\n".join(piece.text for piece in context.of("system", "user"))
    if speaks_react(instructions):
        return Contract("react", tools=described_tools(instructions, kinds))
    template = example_schema(context, ontology)
    if template is not None:
        slots = asked_slots(template, ontology)
        tools = described_tools(instructions, kinds) if "tool_name" in slots else ()
        return Contract("json", template, request.output is not None, slots, tools)
    if request.output is not None:
        return Contract("json", {"type": "object", "properties": {}}, True)
    return Contract("text")


def asked_slots(schema: Mapping[str, Json], ontology: Ontology) -> frozenset[str]:
    """Every slot that a schema asks for, however deep."""
    filling = Filling(ontology, schema)
    filling.fill(dict(schema), lambda slot: [{}] if ontology.slots[slot].kind == "list" else None)
    return frozenset(filling.slots)


_KEY = re.compile(r"[\"'`]?([A-Za-z_][\w-]{0,50})[\"'`]?\s*:\s*([^\n]*)")
_BRACES = re.compile(r"\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}")
_NAMED = re.compile(
    r"(?:keys?|fields?|propert(?:y|ies)|attributes?|schlüssel|felder|champs|campos|velden|pola|clés?)\b[^:\n]{0,60}[:\s]\s*(.{3,400})",
    re.IGNORECASE,
)
_TICKED = re.compile(r"[`\"']([A-Za-z_]\w{1,40})[`\"']")


def example_schema(context: Context, ontology: Ontology) -> dict[str, Json] | None:
    """A schema for JSON that a prompt asks for in prose: by a template, or by a list of keys."""
    for piece in reversed(context.of("system", "user")):
        if "json" not in piece.text.casefold():
            continue
        found = _template(piece.text, ontology)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=256)
def _template(text: str, ontology: Ontology) -> dict[str, Json] | None:
    best: dict[str, Json] | None = None
    most = 0.0
    for blob in blobs(text):
        if isinstance(blob.value, dict) and not _is_data(blob.value):
            schema = blob.value if _is_schema(blob.value) else _from_example(blob.value)
            score = _score(schema, ontology, blob.start, text)
            if score >= most and score > 0:
                best, most = schema, score
    if best is not None:
        return best
    for match in _BRACES.finditer(outside(text)):
        schema = _from_sketch(match.group())
        score = _score(schema, ontology, match.start(), text)
        if score >= most and score > 0:
            best, most = schema, score
    return best or _from_names(text, ontology)


def _is_schema(value: Mapping[str, Json]) -> bool:
    return isinstance(value.get("properties"), dict) and ("type" in value or "required" in value)


def _is_data(value: Mapping[str, Json]) -> bool:
    """Whether an object is a record rather than a template: filled in, with lists of filled objects."""
    nested = [item for item in value.values() if isinstance(item, dict | list) and item]
    return len(value) >= 9 and len(nested) >= 1 and not _is_schema(value)


def _score(schema: Mapping[str, Json], ontology: Ontology, start: int, text: str) -> float:
    """How much a template looks like what is wanted: known slots, and `json` said shortly before."""
    properties = schema.get("properties") or {}
    if not properties:
        return 0.0
    known = len(asked_slots(schema, ontology))
    near = "json" in text[max(0, start - 400) : start].casefold()
    share = known / len(properties)
    return known + 3.0 * near if known and (share >= 0.4 or near) else 0.0


def _from_example(value: Json) -> dict[str, Json]:
    """A schema from a JSON value that shows the shape, types or options written into its strings."""
    if isinstance(value, dict):
        return {"type": "object", "properties": {key: _from_example(item) for key, item in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": _from_example(value[0]) if value else {}}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    if value is None:
        return {"type": "string", "nullable": True}
    return _from_hint(str(value))


_TYPES = {
    "number": "number", "float": "number", "decimal": "number", "int": "integer", "integer": "integer",
    "bool": "boolean", "boolean": "boolean", "true": "boolean", "false": "boolean", "string": "string",
    "str": "string", "text": "string",
}  # fmt: skip


def _from_hint(hint: str) -> dict[str, Json]:
    """A schema from words such as `number or null`, `refund | deny | escalate`, `<ISO date>`."""
    text = hint.strip(" <>\"'`,.")
    nullable = bool(re.search(r"\b(null|none|nullable|optional)\b", text, re.IGNORECASE))
    options = [part.strip(" \"'`<>") for part in re.split(r"\s*[|/]\s*|\s+or\s+|,\s*(?=[\"'])", text)]
    options = [part for part in options if part and part.lower() not in {"null", "none"}]
    described = {"description": hint[:200]} if hint else {}
    if len(options) > 1 and all(re.fullmatch(r"[\w -]{1,30}", part) for part in options):
        kinds = {_TYPES.get(part.lower()) for part in options}
        if kinds == {None}:
            return {"type": "string", "enum": options, "nullable": nullable, **described}
    words = re.findall(r"[a-z]+", text.lower())
    kind = next((_TYPES[word] for word in words if word in _TYPES), None)
    if kind is None and re.fullmatch(r"-?\d+([.,]\d+)?", text):
        kind = "number"
    return {"type": kind or "string", "nullable": nullable, **described}


def _from_sketch(braces: str) -> dict[str, Json]:
    """A schema from something like JSON: keys, with anything for values."""
    properties: dict[str, Json] = {}
    body = re.sub(r"\s*(//|#)\s*([^\n]*)", r" <\2>", braces[1:-1])
    for line in re.split(r"\n|,(?=\s*[\"'`]?[A-Za-z_][\w-]*[\"'`]?\s*:)", body):
        match = _KEY.search(line)
        if match and match[1] not in properties:
            hint = match[2].strip().rstrip(",")
            if hint.startswith("["):
                properties[match[1]] = {"type": "array", "items": {}}
            elif hint.startswith("{"):
                properties[match[1]] = {"type": "object"}
            else:
                properties[match[1]] = _from_hint(hint)
        elif re.fullmatch(r"\s*[\"'`][\w-]+[\"'`]\s*", line.strip(",")):
            properties[line.strip(" \"'`,")] = {"type": "string"}
    return {"type": "object", "properties": properties}


def _from_names(text: str, ontology: Ontology) -> dict[str, Json] | None:
    """A schema from a list of keys: in one line, or one a line with what each means."""
    names: dict[str, str] = {}
    for match in re.finditer(
        r"^\s*(?:[-*•]|\d+[.)])\s*[`\"'*]{0,3}([a-z_][\w]{1,40})[`\"'*]{0,3}\s*(?:\(([^)\n]*)\))?\s*[:\u2013=-]\s*(.*)$",
        text, re.MULTILINE | re.IGNORECASE,
    ):  # fmt: skip
        if ontology.slot_of(match[1]) is not None:
            names.setdefault(match[1], f"{match[2] or ''} {match[3]}".strip())
    for match in _NAMED.finditer(text):
        line = match[1]
        ticked = _TICKED.findall(line)
        listed = ticked or [w for w in re.split(r"[,;]|\band\b|\bund\b|\by\b|\bet\b|\ben\b|\bi\b", line)]
        for name in listed:
            word = re.split(r"[\s(:.]", name.strip(" .`\"'"))[0]
            if re.fullmatch(r"[A-Za-z_]\w{1,40}", word) and ontology.slot_of(word) is not None:
                names.setdefault(word, "")
    if not names:
        return None
    return {
        "type": "object",
        "properties": {name: _from_hint(hint) if hint else {} for name, hint in names.items()},
    }


@dataclass(frozen=True)
class Cues:
    """Which slots and words tell an operation apart; the exercise's own."""

    decide: frozenset[str]
    critique: frozenset[str]
    judge: frozenset[str]
    plan: frozenset[str]
    extract: frozenset[str]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """operation → phrases, for requests that only prose describes."""


def operation_of(contract: Contract, cues: Cues, *, quotes_own: bool, proposal: bool, asked: str) -> str:
    """The operation. `proposal`: a resolution stands in the prompt that no tool of the world gave."""
    if contract.form in {"calls", "react"} or (contract.tools and contract.form == "json"):
        return "act"
    if contract.form != "text":
        return _by_slots(contract.slots, cues, own=quotes_own or proposal)
    said = content_words(asked)
    for operation, phrases in cues.words.items():
        if any(content_words(phrase) <= said for phrase in phrases):
            if operation == "decide" and (quotes_own or proposal):
                return "revise"
            return operation
    return "critique" if quotes_own or proposal else "chat"


def _by_slots(slots: frozenset[str], cues: Cues, *, own: bool) -> str:
    if slots & cues.judge and not slots & cues.decide:
        return "judge"
    if slots & cues.critique and (own or not slots & cues.decide):
        return "critique"
    if slots & cues.plan and not slots & cues.decide:
        return "plan"
    if slots & cues.decide:
        return "revise" if own else "decide"
    return "classify" if len(slots & cues.extract) == 1 else "extract"
