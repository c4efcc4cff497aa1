"""Agents in plain prose: what a prompt asks for that wants thoughts, actions and an end in lines of text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.exchange import ToolSpec
from harness.simulation.calling.texts import described_tools
from harness.simulation.calling.tools import Offered, ToolKind
from harness.simulation.forms.amended import amended
from harness.simulation.forms.catalogues import catalogue, described
from harness.simulation.forms.dialects import Dialect, dialect_in
from harness.simulation.forms.ending import ends_with, final_in
from harness.simulation.forms.explained_fields import with_told
from harness.simulation.forms.keyed_enums import with_keys
from harness.simulation.forms.rendering import Layout
from harness.simulation.meaning.slots import Ontology
from harness.simulation.reading.blobs import outside
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.logs import turn_after

Json = Any


@dataclass(frozen=True)
class Acting:
    """What such a prompt asks for."""

    dialect: Dialect
    tools: tuple[Offered, ...]
    submit: Offered | None = None
    """What takes the answer: an action, or the last line."""
    ends: Mapping[str, Json] | None = None
    """The object that the last line holds."""
    layout: Layout | None = None
    """How that line is laid out."""


def acting_in(context: Context, kinds: Mapping[str, ToolKind], ontology: Ontology) -> Acting | None:
    """The actions that a prompt offers in prose, and how they are written; `None` where it wants none."""
    pieces = context.of("system", "user")
    prompt = "\n\n".join(piece.text for piece in pieces)
    dialect = dialect_in(prompt)
    if dialect is None:
        return None
    dialect = replace(
        dialect, ends=next(filter(None, (ends_with(piece.text) for piece in _before(context))), "")
    )
    ends, layout = final_in(prompt)
    keys = frozenset((ends or {}).get("properties") or ())
    held = dialect.holds if dialect.as_text else ""
    listed = (catalogue(piece.text, kinds, ontology, keys, held) for piece in pieces)
    tools = next(filter(None, listed), ())
    tools = described(tools, described_tools(prompt, kinds))
    if dialect.brackets and not tools:
        return None
    submit = next((tool for tool in tools if tool.kind == "submit"), None)
    if ends is not None and layout is not None:
        ends = with_told(with_keys(_open(ends), prompt), outside(prompt), enforced=False)
        label = next(iter(layout.labels))
        ends = _corrected(ends, _objections(context, rf"{re.escape(label)}[ \t]?:"))
        submit = submit or Offered(ToolSpec(label, "", ends), "submit")
    elif submit is not None:
        faults = _objections(
            context, rf"Action[ \t]?:[ \t`\"{{]{{0,4}}.{{0,12}}{re.escape(submit.spec.name)}\b"
        )
        submit = replace(submit, spec=replace(submit.spec, schema=_corrected(submit.spec.schema, faults)))
    return Acting(dialect, tools, submit, ends, layout)


def _before(context: Context) -> tuple[Piece, ...]:
    """What a program says before a model has said anything: where it tells of its format."""
    first = min((piece.index for piece in context.of("assistant")), default=len(context.pieces))
    return tuple(piece for piece in context.of("system", "user") if piece.index < first)


def _objections(context: Context, submitted: str) -> str:
    """What the program has said of the answers that it did not take."""
    line = re.compile(rf"^[ \t]{{0,16}}{submitted}", re.MULTILINE)
    given = (piece for piece in context.of("assistant") if line.search(piece.text))
    said = (turn_after(piece, context) or "" for piece in given)
    return "\n".join(_SENTENCES.sub("\n", text) for text in said if len(text) < _LONGEST)


_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'])")
_LONGEST = 600


def _corrected(schema: Mapping[str, Json], faults: str) -> dict[str, Json]:
    """The shape of the answer with what was objected to it."""
    found = amended(schema, faults, {}) if faults else dict(schema)
    for line in faults.splitlines():
        for own, part in (found.get("properties") or {}).items():
            if re.search(rf"(?<![\w-]){re.escape(own)}(?![\w-])", line):
                told = f"{part.get('description') or ''}. {line}".strip(". ")
                found["properties"][own] = {**part, "description": told}
    return found


def _open(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The object without the dots that stand for what is told of its fields elsewhere."""
    parts = {
        own: {key: said for key, said in part.items() if key != "description" or said not in _DOTS}
        for own, part in schema["properties"].items()
    }
    return {**schema, "properties": parts}


_DOTS = frozenset({"...", "…"})
