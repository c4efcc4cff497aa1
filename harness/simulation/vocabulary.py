"""`ontology.toml`: an exercise's slots, tools and cues as its author writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from harness.errors import SpecError
from harness.exercise.spec import Strict, explain, read_toml
from harness.simulation.calling.tools import ToolKind
from harness.simulation.forms.loose import from_example
from harness.simulation.meaning.predicates import table_of
from harness.simulation.meaning.slots import Ontology
from harness.simulation.meaning.specs import SlotKind, SlotSpec
from harness.simulation.operations import Cues

Names = tuple[str, ...]


class SlotEntry(Strict):
    """One thing that can be asked."""

    kind: SlotKind
    aliases: Names = ()
    """Names that programs give it; the slot's own name is one anyway."""
    hints: Names = ()
    """Phrases by which a description gives it away."""
    values: dict[str, Names] = {}
    """Of a `word`: each canonical value with other words for it. Of a `flag`: more words for `yes` and
    `no`, as enums may have them."""
    own: Names = ()
    """Where it is about the answer itself, as a confidence is: the only words that may stand beside
    its name."""
    beside: Names = ()
    """Words that may stand beside its name, besides those that never change what is meant."""
    blank: bool | int | float | str | None = None
    """What stands in a field that must not be empty where nothing is known, such as one piece."""
    words: Names = ()
    """Sets of words that give it away in a name: `late|delay percent|rate` is one word of each group."""
    exact: bool = False
    """Whether its names mean it only as they stand, not in another order or form."""
    general: bool = False
    """Whether its name means something narrower within an object: the `percent` of `late`."""
    around: Names = ()
    """Of a `word`: words that may stand beside one of its values in the name of a yes or no."""
    shares: dict[str, float] = {}
    """Of a `word`: where each value stands on a scale from 0 to 1, where a number is wanted."""
    parts: dict[str, Names] = {}
    """Of a list: slots of its entries with the names that they have only there."""
    like: str = ""
    """Of a `word`: the slot whose values it has too."""
    refines: str = ""
    """Of a `word`: the slot that it says more closely, where an option does: why goods are given back."""
    each: str = ""
    """Of a list: the slot that answers in its place where every entry is to be an object."""
    one: str = ""
    """Of a list: the slot that answers in its place where a field is for one of it: a `clause`."""
    keyed: str = ""
    """Of a list: the slot that every entry must have for a list of another name to be it."""
    instead: str = ""
    """The slot whose value stands in a field that must not be empty, where nothing is known."""
    ever: str = ""
    """Of a date: the slot that answers where what is read now counts too."""
    instead_for: Names = ()
    """Words of which a field's name must have one for that; none: whatever the name."""
    also: Names = ()
    """Names that mean it only where the field has to be filled with what it can say."""
    given: bool = False
    """Whether a yes or no may ask if it is there: `has_order_number`."""
    silent: bool = False
    """Whether nothing believed of it means that there is none; of every other slot, that it is not known."""
    joins: str = ""
    """The id slot beside which a choice, or the only text of an object, means it whatever its name."""
    tells: Names = ()
    """Of a `text` or a list: words by which a text, or a list of such, asks for it that has no slot's name;
    `*`: what is told where no word says what is asked; `?`: a code may be wanted there, so it is a guess."""
    whole: str = ""
    """Of a list of what is concerned: the slot of all that there is."""
    worded: str = ""
    """Of a `word`: the slot that answers where a text in words is wanted: `in a few words`."""


class ToolEntry(Strict):
    """One thing that a tool can do."""

    verbs: Names
    nouns: Names
    """A name with one verb and one noun means this kind."""
    names: Names = ()
    hints: Names = ()
    arguments: dict[str, Names] = {}
    """Each canonical argument with other names for it."""
    own: bool = False
    """Known where the API offers it, not by a name in a text."""
    takes: Names = ()
    """Arguments that tell the kind, whatever the verb."""
    unlike: Names = ()
    """Words of a name by which it is not of this kind all the same."""
    writes: str = ""
    """The slot of the text that it takes, by which it is known where nothing else tells."""
    looks: bool = False
    """Whether a tool that only reads is of this kind where no other is."""
    reads: Names = ()
    """Arguments that it looks with: of any such a tool is of this kind."""
    loosely: dict[str, Names] = {}
    """Each canonical argument with names that mean it where nothing else does."""
    does: Names = ()
    """Patterns of words by which a tool of no known name is said to do so."""
    needs: Names = ()
    """Arguments that such a tool has to take."""
    strange: int = 1
    """How many others it may want."""
    elsewhere: Names = ()
    """Words by which such a tool is said to take from elsewhere what it lacks of `needs`."""
    either: Names = ()
    """Arguments of which such a tool takes one at least."""
    told: dict[str, Names] = {}
    """Each canonical argument with patterns of words that tell it where its name does not."""


class OperationEntry(Strict):
    """Which slots tell an operation, and which words where nothing else does."""

    decide: frozenset[str]
    critique: frozenset[str]
    judge: frozenset[str]
    plan: frozenset[str]
    extract: frozenset[str]
    words: dict[str, Names] = {}
    free: dict[str, str] = {}
    """Operation → the JSON that the model gives where a program wants some and does not say which: an
    example with hints for values (`"number or null"`)."""


class OntologyFile(Strict):
    """The whole file."""

    slots: dict[str, SlotEntry]
    tools: dict[str, ToolEntry] = {}
    operations: OperationEntry
    predicates: dict[str, dict[str, Names]] = {}
    """Group → what may be so of a case → patterns by which texts say it."""


class Vocabulary(NamedTuple):
    """What the toolkit works with."""

    ontology: Ontology
    tools: dict[str, ToolKind]
    cues: Cues


def _example(text: str, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise SpecError(f"`{path}`: `operations.free` is not JSON: {error}") from None
    return from_example(value)


def load_vocabulary(path: Path) -> Vocabulary:
    """Read an `ontology.toml`. Raises `SpecError`, also for an operation that names no slot."""
    try:
        file = OntologyFile.model_validate(read_toml(path))
    except ValidationError as error:
        raise SpecError(f"`{path}` is not an ontology:\n{explain(error)}") from None
    told = file.operations
    for name in told.decide | told.critique | told.judge | told.plan | told.extract:
        if name not in file.slots:
            raise SpecError(f"`{path}`: `operations` names `{name}`, which is no slot")
    for name, entry in file.slots.items():
        if not file.slots.keys() >= _referred(entry):
            raise SpecError(f"`{path}`: slot `{name}` refers to a slot that is not there")
    free = {operation: _example(text, path) for operation, text in told.free.items()}
    slots = {name: SlotSpec(**_said(entry, file)) for name, entry in file.slots.items()}
    tools = {name: ToolKind(**dict(entry)) for name, entry in file.tools.items()}
    cues = Cues(told.decide, told.critique, told.judge, told.plan, told.extract, told.words, free)
    return Vocabulary(Ontology(slots, table_of(file.predicates)), tools, cues)


def _referred(entry: SlotEntry) -> set[str]:
    """The other slots that an entry names."""
    single = (entry.each, entry.one, entry.instead, entry.ever, entry.like, entry.keyed, entry.joins,
              entry.whole, entry.worded, entry.refines)  # fmt: skip
    return {*filter(None, single), *entry.parts}


def _said(entry: SlotEntry, file: OntologyFile) -> dict[str, Any]:
    """What an entry says, with the values of the slot that it is like."""
    said = dict(entry)
    like = said.pop("like")
    return {**said, "values": file.slots[like].values} if like else said
