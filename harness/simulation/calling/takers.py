"""Tools that only take an answer, whatever a program calls them: `record_triage`, `assign_responsible`."""

from __future__ import annotations

from dataclasses import replace

from harness.simulation.calling.tools import Offered
from harness.simulation.filling.schema import Filling, probing
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import Ontology, words_of
from harness.simulation.reading.text import fold

_USED = frozenset(
    fold("""
get fetch search find lookup look list query load read retrieve open show view browse track send notify call
email post delete update cancel pay charge transfer ship book refund execute run
""").words
)
"""A tool that does so is there to be used; only who must call it fills it in."""


_TOLD = frozenset({"boolean", "integer", "number", "array", "object"})


def taking_answers(tools: tuple[Offered, ...], choice: str, ontology: Ontology) -> tuple[Offered, ...]:
    """The tools; where none is anything here, the one that has to be called only takes the answer.

    So does the only one with the name of another kind that asks for more than that kind takes.
    """
    if choice == "auto":
        return tools
    known = any(tool.kind != "foreign" for tool in tools)
    named = [tool for tool in tools if choice == tool.spec.name or (choice == "required" and len(tools) == 1)]
    named = [tool for tool in named if tool.spec.schema.get("properties")]
    if known and not (named and len(tools) == 1 and _namesake(named[0], ontology)):
        return tools
    return tuple(replace(tool, kind="submit", arguments={}) if tool in named else tool for tool in tools)


def _namesake(tool: Offered, ontology: Ontology) -> bool:
    """Whether a tool has no more than its name of its kind: `classify_email` sends none."""
    filling = Filling(ontology, tool.spec.schema)
    parts = {name: filling.resolve(part) for name, part in tool.spec.schema["properties"].items()}
    told = [name for name, part in parts.items() if part.get("enum") or type_of(part) in _TOLD]
    own = [name for name in tool.arguments if type_of(parts[name]) != "boolean"]
    more = [name for name in told if name not in own]
    filling.fill(dict(tool.spec.schema), probing(ontology))
    return len(more) > len(own) and not filling.blind


def taker_among(tools: tuple[Offered, ...], ontology: Ontology) -> Offered | None:
    """The only tool, though it need not be called, where what it takes is known here and it does nothing."""
    only = tools[0] if len(tools) == 1 and tools[0].kind == "foreign" else None
    if only is None or _USED & set(words_of(only.spec.name)):
        return None
    filling = Filling(ontology, only.spec.schema)
    filling.fill(dict(only.spec.schema), probing(ontology))
    known = len(set(filling.slots))
    takes = not filling.blind and known >= 2 and known >= len(filling.unknown)
    return replace(only, kind="submit") if takes else None
