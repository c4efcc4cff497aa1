"""What a program wants back, and so which operation it asks for.

The output contract speaks first (tools, a schema, an example of the JSON wanted), then provenance
(the model's own earlier words in the prompt), and keywords last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from harness.exchange import Request
from harness.exercise.parts import Served
from harness.simulation.calling.dispatchers import Deed
from harness.simulation.calling.purposes import by_purpose
from harness.simulation.calling.stepping import Stepping, read_stepping
from harness.simulation.calling.takers import taker_among, taking_answers
from harness.simulation.calling.texts import described_tools
from harness.simulation.calling.tools import Offered, ToolKind, offered_tools
from harness.simulation.filling.keyed import knows
from harness.simulation.filling.schema import Filling, probing
from harness.simulation.forms.acting import acting_in
from harness.simulation.forms.amended import amended
from harness.simulation.forms.asked_flags import with_question
from harness.simulation.forms.declared import declared_schemas
from harness.simulation.forms.dialects import Dialect
from harness.simulation.forms.else_options import with_else
from harness.simulation.forms.explained_fields import with_told
from harness.simulation.forms.json_cues import BRACED, SHOTS, SHOWN, TYPED, WANTS_JSON
from harness.simulation.forms.keyed_enums import with_keys
from harness.simulation.forms.loose import from_example
from harness.simulation.forms.moves import Moves, moves_in
from harness.simulation.forms.plain_lists import plain_list
from harness.simulation.forms.rendering import Layout
from harness.simulation.forms.rows import listed_as, listed_strings, rows_of, top_list
from harness.simulation.forms.shots import Examples, shots_in
from harness.simulation.forms.sketch import Sketch, ending_in, sketch_of
from harness.simulation.forms.tag_names import untagged
from harness.simulation.forms.tagged import around, around_words
from harness.simulation.forms.turns import asks_plainly, same_again, unanswered, wants_letter
from harness.simulation.forms.verbatim import verbatim_in
from harness.simulation.forms.wanted import wanted_in
from harness.simulation.forms.worked import examples_in, worked_in
from harness.simulation.forms.yaml_docs import without_document
from harness.simulation.meaning.slots import Ontology
from harness.simulation.reading.blobs import blobs, outside
from harness.simulation.reading.context import Context
from harness.simulation.reading.values import ids_in

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
    """Some tool must be called; by the API's promise it is, whatever the tool."""
    step: Stepping | None = None
    """Where in JSON the next call stands, if that is what the JSON says."""
    layout: Layout | None = None
    """How the answer is laid out, where it is not bare JSON."""
    before: Mapping[str, Json] | None = None
    """The shape of the answer before, where this turn names no keys."""
    fault: str = ""
    """The turn that finds fault with an answer of this shape, which is therefore wanted again."""
    verbatim: str = ""
    """Words that are to be said as they stand."""
    examples: Examples | None = None
    """What shows how to answer, and is no part of the case."""
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    """Tools that are deeds of another, by name."""
    calls: Dialect | None = None
    """How calls are written, where they stand in text."""

    def tool(self, kind: str) -> Offered | None:
        """The offered tool of a kind."""
        if self.forced:
            return next((t for t in self.tools if t.spec.name == self.forced and t.kind == kind), None)
        return next((tool for tool in self.tools if tool.kind == kind), None)


def read_contract(
    request: Request, context: Context, kinds: Mapping[str, ToolKind], ontology: Ontology,
    served: frozenset[str] = frozenset(),
) -> Contract:  # fmt: skip
    """What the request wants back. `served`: the ids that the world has handed out."""
    if request.output is None and request.tool_choice == "auto" and (words := verbatim_in(context)):
        return Contract("text", verbatim=words)
    if request.output is None and not request.tools and (moves := moves_in(context, kinds, ontology)):
        return _moving(moves, context, ontology)
    before, faults = unanswered(context, lambda text: _own_shape(text, ontology, served))
    fault = faults[-1] if faults else ""
    contract = _form(request, before, kinds, ontology, served)
    if fault and contract.form == "text":
        contract = _form(request, context, kinds, ontology, served)
    contract = contract if contract.examples else replace(contract, examples=examples_in(context))
    if fault and contract.form == "json":
        contract = replace(_as_before(contract, context, ontology), fault=fault)
    elif contract.form == "json" and not contract.slots and context.said:
        contract = replace(contract, before=_as_before(contract, context, ontology).schema)
    calls = contract.layout is not None and contract.layout.kind == "call"  # one call is the answer, no step
    if calls or contract.form not in {"submit", "schema", "json"} or not contract.schema:
        return contract
    prompt = "\n\n".join(piece.text for piece in context.of("system", "user"))
    told = without_document(outside(prompt), contract.schema.get("properties") or ())
    schema = with_told(with_keys(contract.schema, prompt), told, enforced=contract.form != "json")
    schema = with_question(with_else(schema, prompt), context, ontology)
    if schema != contract.schema:
        contract = replace(contract, schema=schema, slots=asked_slots(schema, ontology))
    listed = described_tools(prompt, kinds)
    step = read_stepping(schema, ontology, kinds, listed, loose=contract.form == "json", prompt=prompt)
    if step is None:
        return _amended(contract, context, ontology, faults)
    within = contract.submit.spec.name if contract.submit is not None else ""
    submit = next((tool for tool in step.tools if tool.kind == "submit"), None)
    slots = asked_slots(schema, ontology, derives=False)
    if step.loose and step.array is None and not step.path:
        step = replace(step, ending=ending_in(prompt))
    step, listed = replace(step, within=within), step.tools
    return replace(contract, tools=listed, submit=submit, forced="", required=True, step=step, slots=slots)


def _moving(moves: Moves, context: Context, ontology: Ontology) -> Contract:
    """The contract for an answer that is one of several objects."""
    submit, step, tools = moves.submit, moves.step, moves.tools
    if submit is not None:
        prompt = "\n\n".join(piece.text for piece in context.of("system", "user"))
        told = without_document(outside(prompt), submit.spec.schema.get("properties") or ())
        schema = with_told(with_keys(submit.spec.schema, prompt), told, enforced=False)
        spec = replace(submit.spec, schema=with_question(with_else(schema, prompt), context, ontology))
        submit = replace(submit, spec=spec)
    slots = asked_slots(submit.spec.schema, ontology, derives=False) if submit is not None else frozenset()
    return Contract("json", moves.schema, False, slots, tools, submit, required=True, step=step)


def _form(
    request: Request, context: Context, kinds: Mapping[str, ToolKind], ontology: Ontology,
    served: frozenset[str],
) -> Contract:  # fmt: skip
    choice = request.tool_choice
    tools: tuple[Offered, ...] = ()
    if request.tools and choice != "none":
        tools = by_purpose(offered_tools(request, kinds, ontology), kinds)
        tools = taking_answers(tools, choice, ontology)
        forced = choice if choice not in {"auto", "required"} else ""
        if forced:
            only = next((tool for tool in tools if tool.spec.name == forced), None)
        else:
            only = tools[0] if len(tools) == 1 else None
        submit = next((tool for tool in tools if tool.kind == "submit"), None)
        if only is not None and (
            only.kind == "submit" or read_stepping(only.spec.schema, ontology, kinds, ())
        ):
            return _taken(only, tools, forced, ontology)
        known = any(tool.kind not in {"submit", "foreign"} for tool in tools)
        if known or submit is not None or choice != "auto":
            slots = asked_slots(submit.spec.schema, ontology, derives=False) if submit else frozenset()
            return Contract(
                "calls", request.output.schema if request.output else None, False, slots, tools, submit,
                forced, bool(forced) or choice == "required",
            )  # fmt: skip
    if request.output is not None and request.output.schema is not None:
        schema = request.output.schema
        return Contract("schema", schema, True, asked_slots(schema, ontology))
    instructions = "\n\n".join(piece.text for piece in context.of("system", "user"))
    if (acting := acting_in(context, kinds, ontology)) is not None:
        slots = asked_slots(acting.submit.spec.schema if acting.submit else {}, ontology, derives=False)
        given = acting.ends, False, slots, acting.tools, acting.submit
        return Contract("react", *given, layout=acting.layout, calls=acting.dialect)
    if (worded := _in_words(request, context, ontology, served)) is not None:
        return worded
    taker = taker_among(tools, ontology)
    laid = around_words(instructions) if request.output is None else None
    return (
        Contract("text", tools=tools, layout=laid) if taker is None else _taken(taker, (taker,), "", ontology)
    )


def _taken(taker: Offered, tools: tuple[Offered, ...], forced: str, ontology: Ontology) -> Contract:
    """The contract for a tool that takes the answer."""
    schema = taker.spec.schema
    slots = asked_slots(schema, ontology)
    return Contract("submit", schema, taker.spec.strict, slots, tools, taker, forced, required=True)


def _in_words(  # noqa: PLR0911  (one shape a look)
    request: Request, context: Context, ontology: Ontology, served: frozenset[str]
) -> Contract | None:
    """The contract for a shape that the prompt's words ask for; `None` where they want prose."""
    free = request.output is None
    instructions = "\n\n".join(piece.text for piece in context.of("system", "user"))
    if free and (shots := shots_in(context, ontology) or worked_in(context, ontology)):
        slots = asked_slots(shots.schema, ontology)
        return Contract("json", shots.schema, False, slots, layout=shots.layout, examples=shots.examples)
    if free and (laid := _laid_out(context, ontology, served, last=True)):
        return laid
    if free and (ids := plain_list(context.asked, ontology)) is not None:
        return Contract("json", ids[0], False, asked_slots(ids[0], ontology), layout=ids[1])
    if free and (asks_plainly(context) or wants_letter(context)):
        return None
    template = example_schema(context, ontology, served)
    if template is not None:
        layout = around(instructions) if free else None
        listed = listed_as(instructions, template, ontology) if free else None
        if listed is not None:
            template = rows_of(template, listed.slot, listed.most) if listed.slot else template
            lines = "\n" if _JSON_LINES.search(instructions) else ""
            layout = replace(layout or Layout("json", {}), bare=True, between=lines)
        return Contract("json", template, not free, asked_slots(template, ontology), layout=layout)
    if free and (laid := _laid_out(context, ontology, served, last=False)):
        return laid
    listed = top_list(instructions, ontology) if free else None
    if listed is not None and (listed.strings or not listed.objects):
        schema = listed_strings(listed)
        return Contract(
            "json", schema, False, asked_slots(schema, ontology), layout=Layout("json", {}, bare=True)
        )
    if not free or WANTS_JSON.search(SHOWN.sub("", request_text(context))):
        shape = _any_shape(context, ontology, served)
        return Contract("json", shape, not free, asked_slots(shape, ontology))
    return None


def _any_shape(context: Context, ontology: Ontology, served: frozenset[str]) -> dict[str, Json]:
    """A template, whether it means anything here or not: no JSON of the model's own stands in for it."""
    for piece in reversed(context.of("system", "user")):
        found = _template(piece.text, ontology, served)  # keys whose text does not speak of JSON
        if found is not None and found.named:
            return found.schema
        found = sketch_of(
            piece.text, lambda _: False, lambda schema: len(schema.get("properties") or ()), served
        )
        if found is not None and found.meant:
            return found.schema
    return {"type": "object", "properties": {}}


def _own_shape(text: str, ontology: Ontology, served: frozenset[str]) -> int:
    """How many fields a text asks for by a template of its own."""
    found = _template(text, ontology, served) if "{" in text or not _FAULTY.search(text) else None
    shape = found.schema if found is not None and found.meant else None
    laid = wanted_in(text, ontology)
    return len((shape or (laid.schema if laid is not None else {})).get("properties") or ())


_FAULTY = re.compile(r"\b(?:errors?|expecting|required|missing|unexpected|invalid)\b", re.IGNORECASE)


def _as_before(contract: Contract, context: Context, ontology: Ontology) -> Contract:
    """Where JSON was asked for and no keys were named: those of the answer before."""
    if contract.slots or not (given := _said(context)):
        return contract
    schema = {"type": "object", "properties": {key: _of_kind(item) for key, item in given.items()}}
    return replace(contract, schema=schema, slots=asked_slots(schema, ontology))


def _said(context: Context) -> dict[str, Json]:
    """The object that the last answer gave."""
    said = [piece for piece in context.of("assistant") if piece.text]
    return next((b.value for b in blobs(said[-1].text) if isinstance(b.value, dict)), {}) if said else {}


def _amended(contract: Contract, context: Context, ontology: Ontology, faults: tuple[str, ...]) -> Contract:
    """The contract with what complaints say of its fields; of an API's own schema none come or go."""
    given, schema = _said(context), dict(contract.schema or {})
    if contract.submit is not None and contract.form == "submit":
        calls = [call for call in context.of("call") if call.tool == contract.submit.spec.name]
        faults += tuple(result.text for call in calls if (result := context.result_of(call)))
        given = (calls[-1].arguments if calls else None) or given
    if not faults:
        return contract
    if contract.form == "json" and (properties := schema.get("properties")):
        keys = same_again("\n".join(faults), list(properties))
        schema["properties"] = {key: properties.get(key, {}) for key in keys}
    schema = amended(schema, "\n".join(faults), given)
    return replace(contract, schema=schema, slots=asked_slots(schema, ontology))


def _of_kind(value: Json) -> dict[str, Json]:
    kinds = {bool: "boolean", int: "number", float: "number", str: "string"}
    return {"type": kinds[type(value)], "nullable": True} if type(value) in kinds else from_example(value)


def _laid_out(context: Context, ontology: Ontology, served: frozenset[str], *, last: bool) -> Contract | None:
    """The contract for a shape that is not JSON, asked for in the last turn or before."""
    turn = context.pieces[-1].turn if last and context.pieces else None
    for piece in reversed([p for p in context.of("system", "user") if p.text and turn in {None, p.turn}]):
        found = wanted_in(untagged(piece.text, context), ontology)
        if last and found is not None and _in_braces(piece.text, ontology, served, found.layout):
            return None
        slots = asked_slots(found.schema, ontology) if found is not None else frozenset()
        if found is not None and (slots or found.layout.exact):
            return Contract("json", found.schema, False, slots, layout=found.layout)
    return None


_JSON_LINES = re.compile(r"\b(?:json ?lines|jsonl|ndjson)\b", re.IGNORECASE)


def _in_braces(text: str, ontology: Ontology, served: frozenset[str], laid: Layout) -> bool:
    """Whether a text shows the JSON that it wants; two words with a comma are no row beside its keys."""
    if "json" not in text.casefold() and not any(
        _KEYS.match(text, m.end() - 1) for m in BRACED.finditer(text)
    ):
        return False
    found = _template(text, ontology, served)
    keyed = laid.kind == "row" and WANTS_JSON.search(text)
    return found is not None and found.meant and bool(keyed or not found.named)


_KEYS = re.compile(r"\{[^{}]{0,400}[:,\"']")


def request_text(context: Context) -> str:
    """The first and the last words of a program: where it says what it wants."""
    pieces = context.of("system", "user")
    return "\n".join(f"{piece.text[:2000]}\n{piece.text[-1000:]}" for piece in (*pieces[:2], *pieces[-1:]))


def asked_slots(schema: Mapping[str, Json], ontology: Ontology, *, derives: bool = True) -> frozenset[str]:
    """Every slot that a schema asks for, however deep."""
    filling = Filling(ontology, schema, derives=derives)
    filling.fill(dict(schema), probing(ontology))
    return frozenset(filling.slots)


def ids_served(served: Iterable[Served]) -> frozenset[str]:
    """The ids of all that the world has handed out."""
    return frozenset(id for one in served for id in ids_in(one.result))


def example_schema(
    context: Context, ontology: Ontology, served: frozenset[str] = frozenset()
) -> dict[str, Json] | None:
    """A schema for JSON that a prompt asks for in prose: by a template, or by a list of keys."""
    shown: dict[str, Json] | None = None
    for piece in reversed(context.of("system", "user")):
        says_json = "json" in SHOWN.sub("", piece.text).casefold()
        signs = (SHOTS, BRACED, TYPED)
        shows = bool(declared_schemas(piece.text)) or any(sign.search(piece.text) for sign in signs)
        if "json" in piece.text.casefold() or shows:
            found = _template(piece.text, ontology, served)
            if found is not None and found.meant:
                return found.schema
            if (found is not None and says_json) or SHOTS.search(piece.text):
                shown = shown or (found.schema if found is not None else None)
    return shown


@lru_cache(maxsize=256)
def _template(text: str, ontology: Ontology, served: frozenset[str]) -> Sketch | None:
    return sketch_of(
        text,
        lambda name: knows(ontology, name),
        lambda schema: len(asked_slots(schema, ontology)),
        served,
    )
