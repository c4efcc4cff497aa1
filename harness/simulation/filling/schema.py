"""Filling a JSON Schema from beliefs, so that the answer is valid whatever was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.simulation.filling.acts import ACTS, SLOT, due
from harness.simulation.filling.bearing import QUOTE, agree_with_words, told_beside
from harness.simulation.filling.checked import CHECKED, CHECKS, checked, checklist
from harness.simulation.filling.deriving import Derived, borne_out, leaf_of
from harness.simulation.filling.formed import formed
from harness.simulation.filling.free import plain
from harness.simulation.filling.free_texts import lines_asked
from harness.simulation.filling.item_entries import (
    all_lines,
    items_in,
    judged_in,
    nameless,
    of_most_parts,
    of_those,
    some_items,
    sorted_in,
    sums_in,
)
from harness.simulation.filling.keyed import (
    all_of,
    list_of,
    own_of,
    tallied,
    tallies,
    telling_field,
    value_among,
)
from harness.simulation.filling.leaves import Leaves
from harness.simulation.filling.linked import agreed, verdicts
from harness.simulation.filling.mapped import MARK, by_mark, counted, counted_list, line_number
from harness.simulation.filling.misplaced import anothers
from harness.simulation.filling.neighbours import beside_a_decision, neighbours, summed_parts, sums_up
from harness.simulation.filling.picking import picked
from harness.simulation.filling.quoted_flags import borne_by_words
from harness.simulation.filling.resolving import DEEPEST
from harness.simulation.filling.sayable import said_in
from harness.simulation.filling.typed import type_of
from harness.simulation.filling.voided import corrections, voided
from harness.simulation.meaning.beliefs import Belief, about, layered
from harness.simulation.meaning.offering import POSED, void_by
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_EXACT = frozenset({"id", "date", "money", "number"})
_SUMS = frozenset({"amount", "sum", "value"})


@dataclass
class Filling(Leaves):
    """One answer under construction."""

    def fill(  # noqa: PLR0911  (one shape a look)
        self, schema: Json, belief: Belief, *, path: str = "", depth: int = 0
    ) -> Json:
        """A value valid for `schema`. Raises nothing: what cannot be known gets an empty value."""
        if path in self.given:
            return self.given[path]
        schema = self.resolve(schema)
        if CHECKED in schema:
            return checked(self, schema, belief, path, depth)
        if POSED in schema:
            return self.asked(schema, belief, path)
        name = "" if path.endswith("[]") else path.rsplit(".", 1)[-1]
        if depth > DEEPEST:
            return self.empty(schema)
        if "const" in schema:
            return schema["const"]
        slot = self._placed(name, schema, path) if name else None
        if slot is not None:
            self.slots.append(slot)
        if type_of(schema) == "object":
            return self._object(schema, belief, slot, path, depth)
        if type_of(schema) == "array":
            return self._array(schema, belief, slot, path, depth)
        return formed(self.leaf(schema, belief, slot, name, path), schema)

    def _placed(self, name: str, schema: Mapping[str, Json], path: str) -> str | None:
        """The slot of a field by where it stands: the `percent` of `late` is that of late deliveries."""
        own = self.meant.get(path) or self.slot(name, schema)
        above = [name for name in path.split(".")[-2:-1] if not name.endswith("[]")]
        if above and own is not None and self.is_sum(own) and {*words_of(name)} <= _SUMS:
            whole = self.ontology.slot_of(above[0], held="number")  # the `amount` of `shipping`
            return whole if whole is not None and self.is_sum(whole) else own
        joined = self.ontology.named("".join((*words_of(above[0]), *words_of(name)))) if above else None
        flag = joined is not None and self.ontology.slots[joined].kind == "flag"
        if flag and own is not None and type_of(schema) == "boolean":
            return joined  # the `mentioned` of `chargeback`
        if above and (own is None or self.ontology.slots[own].general):
            return self.slot(f"{above[0]}_{name}", schema) or own
        return own

    def _object(
        self, schema: dict[str, Json], belief: Belief, slot: str | None, path: str, depth: int
    ) -> Json:
        properties = schema.get("properties")
        if (things := counted_list(self.ontology, slot, schema, path.rsplit(".", 1)[-1])) is not None:
            return self._counted(things, schema, belief, path)
        if path and schema.get("nullable") and self._undated(properties, belief, path):
            return None
        inner = belief
        kind = self.ontology.slots[slot].kind if slot is not None else ""
        if (
            kind == "json"
            and slot
            and "required" not in schema
            and isinstance(whole := belief(slot), Mapping)
        ):
            return dict(whole)  # an example's keys are another one's
        named = bool(path) and not path.endswith("[]") and kind != "json"
        held = value_among(properties) if properties and named else None
        if held is None and slot is not None and kind in {"record", "list"}:
            value = belief(slot)
            if isinstance(value, list):
                value = value[0] if value else None
            if value is None and schema.get("nullable"):
                return None
            if isinstance(value, Mapping):
                inner = layered(value, belief)
        branches = [b for b in schema.get("branches", ()) if type_of(b) == "object"]
        if len(branches) > 1:
            schema = {**schema, **self._fitting(branches, inner)}
            properties = schema.get("properties")
        if not isinstance(properties, dict) or not properties:
            value = belief(slot) if slot is not None else None
            return dict(value) if isinstance(value, Mapping) else {}
        leaf = leaf_of(self, properties, path) if named and held is None and self.derives else None
        named = slot is not None and bool(self.ontology.slots[slot].parts) and not path.endswith("[]")
        self.within += [slot] if named and slot is not None else []
        filled = self._fields(schema, inner, held or leaf, path, depth)
        del self.within[len(self.within) - named :]
        if leaf is not None:
            filled = borne_out(self, filled, leaf, properties, path=path, belief=inner)
        corrects = corrections(properties, self.resolve)
        if corrects and belief("uncorrected") is True:
            filled |= dict.fromkeys(corrects)
        return voided(properties, filled, self.resolve, self.empty)

    def _undated(self, properties: Json, belief: Belief, path: str) -> bool:
        """Whether an object has days and what happened on them, and none of these is known."""
        parts = (properties or {}).items()
        slots = [self._placed(key, self.resolve(part), f"{path}.{key}") for key, part in parts]
        dates = [slot for slot in slots if slot is not None and self.ontology.slots[slot].kind == "date"]
        self.slots += dates
        return bool(dates) and all(belief(slot) is None for slot in dates)

    def _counted(self, slot: str, schema: dict[str, Json], belief: Belief, path: str) -> Json:
        """How many there are of each of some things."""
        value = belief(slot)
        self.slots.append(slot)
        self._open(slot, value, belief, path)
        entries = [entry for entry in value or () if isinstance(entry, Mapping)]
        return counted(self.ontology, slot, schema, entries)

    def _fields(
        self, schema: Mapping[str, Json], inner: Belief, held: str | None, path: str, depth: int
    ) -> dict[str, Json]:
        """The fields of an object, those last that only count another."""
        properties, filled, bears = schema["properties"], dict[str, Json](), dict[str, str]()
        verdicts(self, properties, path)
        picked(self, properties, path)
        slots = {
            key: self._placed(key, self.resolve(part), f"{path}.{key}" if path else key)
            for key, part in properties.items()
        }
        beside_a_decision(self, properties, slots, path)
        neighbours(self, properties, slots, path)
        kinds = {key: type_of(self.resolve(part)) for key, part in properties.items()}
        tally = tallies(properties, kinds)
        for key, part in properties.items():
            within = f"{path}.{key}" if path else key
            if key in tally:
                filled[key] = None
                continue
            if (told := told_beside(self, key, properties, held)) is not None:
                name = path.rsplit(".", 1)[-1] if told[1] == held else told[1]
                of = self.slot(name, self.resolve(properties[told[1]]))
                said = self.fill(part, about(inner, of), path=f"{path}.{told[0]}", depth=depth + 1)
                bears |= {key: told[1]} if told[0] == QUOTE else {}
            else:
                said = self.fill(part, inner, path=path if key == held else within, depth=depth + 1)
            if within not in self.unknown or key in schema.get("required", properties):
                filled[key] = said
            else:
                self.certain([within])
        asked = {key: slot for key in filled if (slot := self.slot(key, self.resolve(properties[key])))}
        self.doubtful += [f"{path}.{key}" if path else key for key in anothers(asked, filled)]
        for key, of in tally.items():
            filled[key] = tallied(filled.get(of), flag=kinds[key] == "boolean")
        filled = self._derived(schema, filled, inner, path, depth) if self.derives else filled
        shapes = {key: self.resolve(properties[key]) for key in filled}
        shown = borne_by_words(self.ontology.predicates, shapes, filled, inner, self.empty, known=asked)
        self.forget(f"{path}.{key}" if path else key for key in shown)
        shown |= agree_with_words(self, properties, {**filled, **shown}, inner, bears=bears, path=path)
        return agreed(self, properties, {**filled, **shown})

    def _derived(
        self, schema: Mapping[str, Json], filled: dict[str, Json], inner: Belief, path: str, depth: int
    ) -> dict[str, Json]:
        """The fields of an object, with those understood that had no slot and have to say something."""
        at = {f"{path}.{key}" if path else key: key for key in filled}
        blind = {key: within for within, key in at.items() if within in self.blind}
        found = Derived(self, schema["properties"], filled, inner, path, depth).values(frozenset(blind))
        self.forget(blind[key] for key in found if key in blind)
        paths = {key: within for within, key in at.items()}
        self.doubtful += [paths[key] for key, said in found.items() if not isinstance(said, Mapping)]
        return {**filled, **found}

    def _fitting(self, branches: list[dict[str, Json]], belief: Belief) -> dict[str, Json]:
        """Of several object shapes the one whose constants say what is believed."""
        for branch in branches:
            for key, part in (branch.get("properties") or {}).items():
                part = self.resolve(part)  # noqa: PLW2901
                options = (part["const"],) if "const" in part else tuple(part.get("enum") or ())
                if len(options) != 1:
                    continue
                slot = self.ontology.slot_of(key, "", tuple(map(str, options)))
                value = belief(slot) if slot else None
                if (
                    slot
                    and isinstance(value, str)
                    and self.ontology.option(slot, value, tuple(map(str, options)))
                ):
                    return branch
        return branches[0]

    def _array(
        self, schema: dict[str, Json], belief: Belief, slot: str | None, path: str, depth: int
    ) -> Json:
        if ACTS in schema or CHECKS in schema:
            kind = self._acts if ACTS in schema else partial(checklist, self)
            return kind(schema, belief, path, depth)
        items = self.resolve(schema.get("items") or {})
        if void := void_by(schema, belief):
            self.slots += [void, *filter(None, [slot])]
            return []
        told = f"{path.rsplit('.', 1)[-1]}. {schema.get('description') or ''}"
        some = some_items(self.ontology, told, items)
        belief = of_those(self.ontology, told, belief, some, stated=True)
        slot = some or slot
        self.slots += filter(None, [some])
        fields = {key: self.resolve(part) for key, part in (items.get("properties") or {}).items()}
        slot = of_most_parts(self.ontology, slot, path.rsplit(".", 1)[-1], fields)
        if (judged := judged_in(self.ontology, slot, fields)) is not None:
            self.slots.append(slot := judged)
        if slot is not None and self.ontology.slots[slot].each and items.get("properties"):
            slot = self.ontology.slots[slot].each
            self.slots.append(slot)
        if (own := own_of(self.ontology, tuple(items.get("properties") or ()))) is not None:
            slot = own
            self.slots.append(own)
        slot = self._sums_by_kind(path, fields) or slot
        if slot is None or self.ontology.slots[slot].kind not in {"list", "record", "text"}:
            slot = self._by_entries(path, items) or slot
            belief = of_those(self.ontology, told, belief, slot)
        elif self.ontology.slots[slot].kind == "text" and items.get("properties"):
            slot = self._sum_lines(path, items["properties"]) or slot
        belief, whole = all_lines(self.ontology, schema, items, belief, slot)
        self.slots += filter(None, [whole])
        value = belief(slot) if slot is not None else None
        if slot is not None:
            self._open(slot, value, belief, path)
        if (
            slot is None
            and "[]" not in path
            and (asked := lines_asked(self.ontology, path.rsplit(".", 1)[-1], items))
        ):
            lines: Any = next((said for one in asked if (said := belief(one)) is not None), None)
            silent = all(self.ontology.slots[one].silent for one in asked)
            self.doubtful += [] if lines is not None or silent else [path]
            value = lines if isinstance(lines, list) else [] if lines is None else [str(lines)]
        if value is None and (slot is None or schema.get("nullable")):
            nothing = None if schema.get("nullable") else self.empty(schema)
            return nothing if slot is not None else self.no_notion_of(schema, path, nothing)
        if isinstance(value, str | Mapping) or (value is not None and not isinstance(value, list)):
            value = [value]
        entries = [
            self._entry(items, entry, belief, slot, path=path, depth=depth, place=place)
            for place, entry in enumerate((value or [])[: int(schema.get("maxItems") or 1000)])
        ]
        entries = [entry for entry in entries if entry is not None and not nameless(items, entry)]
        while len(entries) < int(schema.get("minItems") or 0):
            entries.append(self.empty(items))
        return entries

    def _sums_by_kind(self, path: str, fields: Mapping[str, Mapping[str, Json]]) -> str | None:
        """The list of sums by what they are for; notes what the choice in its entries is then."""
        if (sums := sums_in(self.ontology, fields)) is None:
            return None
        self.slots.append(sums[0])
        self.meant.update({f"{path}[].{key}": of for key, of in sums[1].items()})
        return sums[0]

    def _acts(self, schema: Mapping[str, Json], belief: Belief, path: str, depth: int) -> list[Json]:
        """What is to be done, each in the shape of its kind."""
        self.slots += [SLOT, "action"]
        before, entries = (self.given, self.meant), []
        for act in due(schema[ACTS], belief(SLOT)):
            self.given = {**before[0], **{f"{path}[].{key}": said for key, said in act["given"].items()}}
            self.meant = {**before[1], **{f"{path}[].{key}": slot for key, slot in act["means"].items()}}
            entries.append(self.fill(dict(act["shape"]), belief, path=f"{path}[]", depth=depth + 1))
        self.given, self.meant = before
        return entries

    def _sum_lines(self, path: str, properties: Mapping[str, Json]) -> str | None:
        """The list that tells how a sum comes about; notes what each field of its entries is then."""
        entries = {key: self.resolve(part) for key, part in properties.items()}
        slot = sums_up(self.ontology, path.rsplit(".", 1)[-1], entries)
        told = summed_parts(self.ontology, slot, entries) if slot is not None else {}
        self.meant.update({f"{path}[].{key}": part for key, part in told.items()})
        return slot

    def _by_entries(self, path: str, items: dict[str, Json]) -> str | None:
        """The list that an array of another name is, by the fields of its entries."""
        name, properties = path.rsplit(".", 1)[-1], items.get("properties") or {}
        parts = {name: self.resolve(part) for name, part in properties.items()}
        kinds = {name: type_of(part) for name, part in parts.items()}
        if (counted := items_in(self.ontology, parts)) is not None:
            self.slots.append(counted[0])
            self.meant.update({f"{path}[].{key}": of for key, of in counted[1].items()})
            return counted[0]
        if (sorts := sorted_in(self.ontology, parts)) is not None:
            self.slots.append(sorts)
            return sorts
        judged = tuple(name for name, kind in kinds.items() if kind in {"number", "integer", "boolean"})
        slot = self._sum_lines(path, properties)
        slot = slot or (list_of(self.ontology, tuple(kinds), judged) if judged else None)
        slot = slot or all_of(self.ontology, name, tuple(kinds)) or sorted_in(self.ontology, parts)
        self.slots += [slot] if slot is not None else []
        return slot

    def _entry(
        self, items: dict[str, Json], entry: Any, belief: Belief, slot: str | None, *, path: str, depth: int,
        place: int,
    ) -> Json:  # fmt: skip
        """One entry of an array, in the shape that the schema wants."""
        if "const" in items:
            return items["const"]
        if type_of(items) == "object" and "properties" not in items and isinstance(entry, Mapping):
            return plain(entry)
        if type_of(items) == "object":
            if slot is not None and isinstance(entry, str) and self.ontology.slots[slot].kind == "text":
                entry = {slot: entry}
            inner = layered(entry, belief) if isinstance(entry, Mapping) else belief
            if slot is not None and isinstance(entry, str) and self.ontology.slots[slot].kind == "word":
                inner = about(belief, entry)
            told = self._told(items, entry, slot, path)
            given, self.given = self.given, {**self.given, **told}
            self.within += [slot] if slot is not None else []
            self.places.append(place)
            filled = self.fill(items, inner, path=f"{path}[]", depth=depth + 1)
            self.places.pop()
            del self.within[len(self.within) - (slot is not None) :]
            self.given = given
            return filled
        if type_of(items) == "array":
            return self.empty(items)
        if isinstance(entry, Mapping):
            number = line_number(items, path.rsplit(".", 1)[-1], layered(entry, belief))
            return self._scalar_entry(items, entry, slot) if number is None else number
        return said_in(self.ontology, entry, items, slot)

    def _told(self, items: dict[str, Json], entry: Any, slot: str | None, path: str) -> dict[str, Json]:
        """Of a line that is to be an object: path → the line, for the field that says it in words."""
        if not isinstance(entry, str) or slot is None or self.ontology.slots[slot].kind in _EXACT:
            return {}
        fields = {key: self.resolve(part) for key, part in (items.get("properties") or {}).items()}
        name, said = telling_field(fields, entry)
        return {f"{path}[].{name}": said} if name else {}

    def _scalar_entry(self, items: dict[str, Json], entry: Mapping[str, Any], slot: str | None) -> Json:
        """One scalar for a part that the program wants as a line: its text, name or id."""
        if by_mark(items) and entry.get(MARK) is not None:
            return str(entry[MARK])
        said = (
            said_in(self.ontology, entry[key], items, slot)
            for key in ("text", "name", "sku", "id")
            if entry.get(key) is not None
        )
        return next((one for one in said if one is not None), None)


def probing(ontology: Ontology) -> Belief:
    """A belief of nothing, with one entry in each list: what all a schema asks for shows by it."""
    lists = {slot for slot, spec in ontology.slots.items() if spec.kind == "list"}
    return lambda slot: [{}] if slot in lists else None
