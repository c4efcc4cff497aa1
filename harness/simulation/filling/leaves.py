"""Leaves of a JSON Schema filled from beliefs, and what is noted of those that are not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.simulation.filling.defined import (
    chosen,
    condition,
    is_choice,
    none_holds,
    refuted,
    said_first,
    tells,
    unread,
)  # fmt: skip
from harness.simulation.filling.described import id_described, sum_described, text_described
from harness.simulation.filling.earliest import counts_now
from harness.simulation.filling.emptiest import emptiest, guesses, is_day
from harness.simulation.filling.free_texts import free_texts, worded
from harness.simulation.filling.item_entries import entry_part
from harness.simulation.filling.keyed import claims_made, knows, puzzling, sum_named
from harness.simulation.filling.linked import borne_by, rivals, told_when
from harness.simulation.filling.listed_parts import in_parts
from harness.simulation.filling.mapped import MARK, by_mark, line_number
from harness.simulation.filling.misplaced import misplaced, unfilled
from harness.simulation.filling.neighbours import says_sum
from harness.simulation.filling.noted import Noted
from harness.simulation.filling.priced import priced
from harness.simulation.filling.refined import coarser, refined
from harness.simulation.filling.resolving import items_of, resolved
from harness.simulation.filling.sayable import blank, holds, nearly, said_in
from harness.simulation.filling.stated import Stated
from harness.simulation.filling.typed import type_of
from harness.simulation.filling.voided import right_name
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.definitions import Defined, by_definitions, option_defined
from harness.simulation.meaning.nothing import nothing_among, unknowing
from harness.simulation.meaning.offering import POSED, TOLD, told_instead
from harness.simulation.meaning.slots import Ontology, untold, words_of

Json = Any
_GAPS = frozenset({"...", "…"})
_FEW = 2  # characters of options that say nothing by themselves: `A`, `k1`
_SEVERAL = re.compile(
    r"\b(?:all|every|each|several|list|commas?|comma-separated|joined|\w+\(s\)|ids)(?!\w)", re.IGNORECASE
)
"""In the description of a text that is to hold all of a list."""


@dataclass
class Leaves(Noted):
    """What is known of every field while an answer is under construction; fills those that hold no others."""

    ontology: Ontology
    root: Mapping[str, Json]
    slots: list[str] = field(default_factory=list)
    given: Mapping[str, Json] = field(default_factory=dict)  # path → a value that stands already
    within: list[str] = field(default_factory=list)
    """The lists in whose entries it is."""
    meant: dict[str, str] = field(default_factory=dict)
    """Path → the slot of a field that has no name of any slot."""
    places: list[int] = field(default_factory=list)
    """The places in these lists."""
    worded: bool = False
    """Whether the answer is laid out in words."""
    derives: bool = True
    """Whether fields that are unknown by their names are understood by what these speak of."""
    stated: Stated = field(default_factory=Stated)
    """What the request's records state by name."""

    def slot(self, name: str, schema: Mapping[str, Json]) -> str | None:
        """The slot of a named field."""
        if told := schema.get(TOLD, {}).get("slot"):
            return str(told)
        enum = tuple(str(option) for option in schema.get("enum") or items_of(schema).get("enum") or ())
        said = str(schema.get("description") or schema.get("title") or "")
        if meant := sum_described(self.ontology, name, schema) or id_described(self.ontology, schema):
            return meant
        if self.within and (part := entry_part(self.ontology, self.within[-1], name, schema, enum)):
            return part
        kind = type_of(schema)
        held = {"boolean": "boolean", "number": "number", "integer": "number", "array": "array"}.get(kind, "")
        held = "number" if kind == "string" and not enum and says_sum(said) else held
        held = "records" if held == "array" and items_of(schema).get("properties") else held
        slot = coarser(self.ontology, self.ontology.slot_of(name, said, enum, held=held))
        if letter := text_described(self.ontology, slot, name, schema):
            return letter
        if held == "boolean" and slot is not None and self.ontology.slots[slot].kind != "flag":
            slot = self.ontology.slot_of(name, "", enum, held=held)  # its description is a condition
        if slot is None and (bare := right_name(name)) and schema.get("nullable"):
            hinted = (
                self.ontology.slot_of("", said, enum, held=held) if kind == "string" and not enum else None
            )
            slot = hinted or self.ontology.slot_of(bare, "", enum, held=held)
        return sum_named(self.ontology, slot, name) if "number" in {kind, held} else slot

    def is_sum(self, slot: str) -> bool:
        return self.ontology.slots[slot].kind == "money"

    def resolve(self, schema: Json) -> dict[str, Json]:
        """A schema without references and unions."""
        return resolved(schema, self.root)

    def leaf(self, schema: dict[str, Json], belief: Belief, slot: str | None, name: str, path: str) -> Json:
        kind = type_of(schema)
        slot = MARK if self.within and by_mark(schema) and MARK in self.ontology.slots else slot
        if slot is None and not kind and not schema.get("enum") and knows(self.ontology, name):
            kind = "boolean"  # a bare key that only a yes or no can answer
        number = line_number(schema, name, belief) if self.within else None
        flag = self._flagged(schema, belief, slot, name, path) if kind == "boolean" else None
        if number is not None or flag is not None:
            return flag if number is None else number
        if kind == "boolean" and slot is not None and self.ontology.slots[slot].kind == "word":
            return self._is_named(schema, slot, name, belief, path)
        if (defined := self._definitions(schema, slot, belief)) is not None:
            return self._defined(schema, defined, belief, path)
        if (whole := in_parts(self.ontology, slot, schema, belief, name)) is not None:
            return whole
        if slot is None:
            read = self._unnamed(schema, belief, name, path)
            none = read is None and not self._is_none(schema, belief)
            return self.no_notion_of(schema, path, self.empty(schema)) if none else read
        closely = refined(self.ontology, slot, schema, belief)
        return self._of_slot(schema, belief, slot, name, path) if closely is None else closely

    def _of_slot(self, schema: dict[str, Json], belief: Belief, slot: str, name: str, path: str) -> Json:
        """What a field says of the slot that it asks for."""
        slot = worded(self.ontology, self._one_of(slot, schema, name, belief), schema, name)
        value = belief(slot)
        now = schema.get(TOLD, {}).get("ever") or counts_now(str(schema.get("description") or ""))
        if value is None and now:
            value = belief(self.ontology.slots[slot].ever) if self.ontology.slots[slot].ever else None
        if (why := told_instead(schema, belief)) is not None:
            return why
        spec = self.ontology.slots[slot]
        other, only_for = "" if schema.get("nullable") else spec.instead, {*spec.instead_for}
        if value is None and other and (not only_for or only_for & {*words_of(name)}):
            slot, value = other, belief(other)
        if isinstance(value, list) and (self.ontology.slots[slot].kind != "list" or schema.get("enum")):
            said = [said_in(self.ontology, entry, schema, slot, name) for entry in value]
            answer = next((entry for entry in said if entry is not None), None)
            rest = belief(spec.instead) if answer is None and spec.instead else None  # a word for all else
            answer = said_in(self.ontology, rest, schema, spec.instead, name) if rest else answer
            none = self._option(schema, belief) or self._none_of(schema, slot, value)
            if said and answer is None and none is not None:
                return none
            if said and answer is None:
                least = self.empty(schema)
                told = self.ontology.slots[slot].kind == "word" and unknowing(str(least))
                told = told or self.ontology.slot_of(name) == slot
                self.doubtful += [] if told or not self.derives else [path]
                return least  # none of it can be said here
        else:
            share = belief(f"share_of_{slot}") if spec.shares and type_of(schema) != "string" else None
            answer = said_in(self.ontology, value if share is None else share, schema, slot, name)
        if answer is None and schema.get("enum"):
            answer = said_in(self.ontology, belief(other), schema, other, name) if other else None
            defined = option_defined(self.ontology, slot, value, schema) if value is not None else None
            answer = defined if answer is None else answer
        unsaid = value is None and spec.kind == "word" and str(spec.blank).startswith("not ")  # has a word
        answer = None if unsaid else self._instead(answer, slot, schema, belief, name)
        self.mute += [path] if unread(self.ontology, (slot, value), schema, answer, belief) else []
        if answer is None and self._is_none(schema, belief):
            return None
        answer = self._rest(schema, slot, value, path) if answer is None and value else answer
        if value is None or str(value) not in schema.get(TOLD, {}).get("means", {}):
            self._open(slot, self._so_far(answer, value, schema), belief, path)
        if answer is None and self.ontology.slots[slot].kind not in {"word", "flag"}:
            self.doubtful += [path] if self.derives and schema.get("enum") and self.guesses(schema) else []
        if value in ([], "") and answer == "":
            answer = None if schema.get("nullable") else answer
            self.doubtful += [] if answer is None else [path]
        answer, due = priced(self.ontology, slot, answer, schema, belief)
        self.doubtful += [] if due else [path]
        answer = self._borne_out(answer, schema, slot, belief, path)
        return self._settled(answer, schema, slot, path, value)

    def asked(self, schema: Mapping[str, Json], belief: Belief, path: str) -> Json:
        """The answer to a field that is a question; where none of those offered fits, it is a guess."""
        name, *slots = schema[POSED]
        self.slots += slots
        if (said := belief(name)) is None:
            self.mute += [path] if schema.get("enum") else []
            self.doubtful += [path] if not schema.get("enum") and self.guesses(schema) else []
            return self.empty(schema)
        said, due = priced(self.ontology, slots[0], said, schema, belief) if slots else (said, True)
        self.doubtful += [] if due else [path]
        return said

    def _definitions(self, schema: dict[str, Json], slot: str | None, belief: Belief) -> Defined | None:
        """What a choice is about whose name and options say nothing, by how these are defined."""
        options = schema.get("enum") or ()
        bare = slot is None or (bool(options) and all(len(str(option)) <= _FEW for option in options))
        told = not bare or (bool(options) and self._option(schema, belief) is not None)
        told = told or self._is_none(schema, belief)
        return None if told else by_definitions(self.ontology, schema)

    def _defined(self, schema: dict[str, Json], told: Defined, belief: Belief, path: str) -> Json:
        """The option of which the definition says what is believed, else one for what is not known."""
        self.slots.append(told.slot)
        value = belief(told.slot)
        said = next((option for option, of in told.values.items() if of == value), None)
        said = said or nearly(self.ontology.slots[told.slot], value, told.values)
        said = said or next(filter(unknowing, map(str, schema["enum"])), None)
        self._open(told.slot, value if said is None else said, belief, path)
        answer = next((option for option in schema["enum"] if str(option) == said), None)
        self.doubtful += [path] if answer is None and value is not None else []
        return self.empty(schema) if answer is None else answer

    def _one_of(self, slot: str, schema: Mapping[str, Json], name: str, belief: Belief) -> str:
        """The slot of a field; of a list with several entries the one for a text that holds one: `clause`."""
        one = self.ontology.slots[slot].one
        if not one or type_of(schema) not in {"string", ""} or schema.get("enum"):
            return slot
        told = any(word.endswith("s") for word in words_of(name))
        told = told or _SEVERAL.search(str(schema.get("description") or "")) is not None
        return slot if told or len(belief(slot) or ()) <= 1 else one

    def _borne_out(
        self, answer: Json, schema: Mapping[str, Json], slot: str, belief: Belief, path: str
    ) -> Json:
        """Of several options that say the same the one that the mail's own words bear out."""
        if not (self.ontology.slots[slot].general and isinstance(answer, str) and schema.get("enum")):
            return answer
        alike = rivals(self.ontology, slot, answer, tuple(map(str, schema["enum"])))
        quote = belief(f"quote_of_{self.ontology.value_of(slot, answer)}")
        own = borne_by(alike, answer, str(quote or ""))
        self.doubtful += [path] if own is None else []
        return answer if own is None else own

    def _settled(self, answer: Json, schema: dict[str, Json], slot: str, path: str, value: Any) -> Json:
        """The answer if it may stand there, else what stands for none."""
        name = path.rsplit(".", 1)[-1]
        spec = self.ontology.slots[slot]
        if misplaced(spec, answer, schema, name, worded=self.worded):
            self.doubtful.append(path)
            return self.empty(schema)
        if answer is not None or schema.get("nullable"):
            return answer
        if (none := self._none_of(schema, slot, value)) is not None:
            return none
        self.mute += [path] if value is not None and puzzling(self.ontology, slot, schema) else []
        said = blank(self.ontology, schema, slot, name, self.root)
        known = {str(schema.get(key)).lower() for key in ("untold", "rest")}
        arbitrary = (
            schema.get("enum") and value is None and not (unknowing(str(said)) or str(said).lower() in known)
        )
        self.untold += [path] if is_day(schema) and said == "" else []
        self.doubtful += [path] if arbitrary or unfilled(spec, said, schema, known=value is not None) else []
        return said

    def _none_of(self, schema: Mapping[str, Json], slot: str, value: Any) -> Json:
        """The option that says that nothing of what the others say is so, where it is known not to be."""
        options, spec = tuple(map(str, schema.get("enum") or ())), self.ontology.slots[slot]
        none = (
            nothing_among(options) if spec.kind == "word" and not {"untold", "rest"} & schema.keys() else None
        )
        known = value is not None or spec.silent
        open_ones = {*untold(self.ontology, slot, options)} - {none}
        if none is None or self.ontology.value_of(slot, none) or not known or (open_ones and value):
            return None
        return next(option for option in schema["enum"] if str(option) == none)

    def _so_far(self, answer: Json, value: Any, schema: Mapping[str, Json]) -> Json:
        """The answer, or that an option says that there is none."""
        options = [*map(str, schema.get("enum") or ())]
        none = nothing_among(options) or next(filter(unknowing, options), None)
        return none if value == [] and answer is None else answer

    def _rest(self, schema: Mapping[str, Json], slot: str, value: Any, path: str) -> Json:
        """What the prompt keeps for the rest; of what is unusual the one other option that may say it."""
        rest, spec = schema.get("rest"), self.ontology.slots[slot]
        if rest is None or isinstance(value, list):
            return None
        known = tuple(map(str, schema["enum"]))
        others = [option for option in untold(self.ontology, slot, known) if option != str(rest)]
        if value == spec.blank or not others:
            return rest
        if spec.blank is not None and len(others) == 1:
            return next(option for option in schema["enum"] if str(option) == others[0])
        self.mute.append(path)
        return rest

    def _read(self, schema: Mapping[str, Json], name: str, path: str) -> Json:
        """What the request's records state by a field's name; each of many entries is told in another way."""
        return None if "[]" in path or not name else self.stated.of(name, schema)

    def _freely(self, schema: dict[str, Json], belief: Belief, name: str, path: str) -> str | None:
        """Words about the case in a text of no slot's name. They decide nothing: a guess is only what of them
        is told although nothing says what is asked.
        """
        asked = free_texts(self.ontology, name, schema) if "[]" not in path else ()
        found = ((self.ontology.slots[one.slot].one or one.slot, one.sure) for one in asked)
        told = ((said_in(self.ontology, belief(slot), schema, slot, name), sure) for slot, sure in found)
        said, sure = next(((said, sure) for said, sure in told if said), (None, True))
        self.doubtful += [] if sure or not self.derives else [path]
        return None if said is None else str(said)

    def _option(self, schema: Mapping[str, Json], belief: Belief) -> Json:
        """The option that holds by what the options are said to mean; `None` where that cannot be told."""
        return chosen(self.ontology.predicates, schema, belief) if is_choice(schema) else None

    def _instead(
        self, answer: Json, slot: str, schema: Mapping[str, Json], belief: Belief, name: str
    ) -> Json:
        """The option that holds, where none has the value's name, or the one that has it is said not to."""
        named = self.ontology.slot_of(name) == slot and not self.ontology.slots[slot].silent
        named = named or answer in schema.get(TOLD, {}).get("means", {}).values()
        if answer is not None and (named or not refuted(self.ontology.predicates, schema, answer, belief)):
            return answer
        told = self._option(schema, belief)
        if told is None and answer is not None and self._is_none(schema, belief):
            return None  # by its own definition it is not so, and neither is another
        return answer if told is None else told

    def _unnamed(self, schema: dict[str, Json], belief: Belief, name: str, path: str) -> Json:
        """What a field of no slot's name says: as records have it, in words on the case, by its meaning."""
        read = self._read(schema, name, path)
        read = self._freely(schema, belief, name, path) if read is None else read
        return self._by_meaning(schema, belief, name, path) if read is None else read

    def _by_meaning(self, schema: dict[str, Json], belief: Belief, name: str, path: str) -> Json:
        """A choice or a yes or no of no slot's name, by what is said of when it is so."""
        table = self.ontology.predicates
        if is_choice(schema):
            known, said = tells(table, schema), self._option(schema, belief)
        elif type_of(schema) == "boolean":
            known, said = condition(table, name, str(schema.get("description") or ""), belief)
        else:
            return None
        if said is None and known:
            if self._is_none(schema, belief):
                return None
            self.doubtful += [path] if self.derives else []
            return self.empty(schema)
        return said

    def _is_none(self, schema: Mapping[str, Json], belief: Belief) -> bool:
        """Whether null is the answer: it is known of every option that it is not so."""
        may = schema.get("nullable") and is_choice(schema)
        return bool(may) and none_holds(self.ontology.predicates, schema, belief)

    def _open(self, slot: str, value: Any, belief: Belief, path: str) -> None:
        """Note a field of which nothing is believed, unless that says that there is none."""
        known = value is not None or self.ontology.slots[slot].silent
        if self.derives and path and (not known or belief(f"open_{slot}") is True):
            self.doubtful.append(path)

    def _flagged(
        self, schema: Mapping[str, Json], belief: Belief, slot: str | None, name: str, path: str
    ) -> bool | None:
        """A yes or no about values of a word slot, `None` where the name holds none."""
        if slot is not None and self.ontology.slots[slot].kind == "flag":
            return None
        described = str(schema.get("description") or "")
        fits = said_first(self.ontology.predicates, name, described, belief) if slot is None else None
        if fits is not None:
            return fits
        if slot is None and (told := told_when(self.ontology, described)) is not None:
            self.slots.append(told)
            return bool(belief(told))
        alone = self.derives and "[]" not in path
        claims = claims_made(self.ontology, slot, name, described, alone=alone)
        self.slots += [known for known, _ in claims]
        for known in {known for known, _ in claims if belief(known) is None}:
            self._open(known, None, belief, path)
        return any(holds(belief, known, value) for known, value in claims) if claims else None

    def _is_named(self, schema: dict[str, Json], slot: str, name: str, belief: Belief, path: str) -> Json:
        """For a yes-or-no field about a word slot: whether it is the value that the field's name holds."""
        named = None if "or" in words_of(name) else self.ontology.value_of(slot, name)
        if named is None:  # `states_outcome`
            told = self._by_meaning(schema, belief, name, path)
            return self.no_notion_of(schema, path, self.empty(schema)) if told is None else told
        if (value := belief(slot)) is None:
            self._open(slot, None, belief, path)
        return bool(value == named)

    def no_notion_of(self, schema: Mapping[str, Json], path: str, empty: Json) -> Json:
        """What stands in a field without a slot: null where there is room for it."""
        if str(schema.get("description")).strip(" \"'`") in _GAPS and not schema.get("enum"):
            empty = None
        if path and path not in self.unknown:
            self.unknown.append(path)
            blind = schema.get("named") or (empty is not None and self.guesses(schema))
            self.blind += [path] if blind else []
            self.doubtful += [path] if not blind and (self.derives or empty == "") else []
        return empty

    def guesses(self, schema: Json) -> bool:
        """Whether the empty value of a field looks like an answer; an empty text does not."""
        return guesses(schema, self.root)

    def empty(self, schema: Json) -> Json:
        """A valid value that says as little as it can."""
        return emptiest(schema, self.root)
