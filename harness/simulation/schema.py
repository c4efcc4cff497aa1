"""Filling a JSON Schema from beliefs, so that the answer is valid whatever was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.simulation.beliefs import Belief, about, layered
from harness.simulation.free import plain
from harness.simulation.keyed import (
    all_of,
    claims_of,
    knows,
    list_of,
    own_of,
    puzzling,
    tallied,
    tallies,
    told_of,
    value_among,
)
from harness.simulation.resolving import DEEPEST, resolved
from harness.simulation.slots import UNKNOWING, Ontology, SlotSpec, flag_option, words_of
from harness.simulation.typed import leaf_fits, nearest, type_of, typed, void
from harness.simulation.values import render

Json = Any
_GAPS = frozenset({"...", "…"})


@dataclass
class Filling:
    """One answer under construction."""

    ontology: Ontology
    root: Mapping[str, Json]
    unknown: list[str] = field(default_factory=list)
    blind: list[str] = field(default_factory=list)
    """The unknown fields whose empty value looks like an answer, and that must be filled."""
    mute: list[str] = field(default_factory=list)  # it is known what to say, and not which option says it
    slots: list[str] = field(default_factory=list)
    given: Mapping[str, Json] = field(default_factory=dict)  # path → a value that stands already
    within: list[str] = field(default_factory=list)
    """The lists in whose entries it is."""

    def fill(self, schema: Json, belief: Belief, *, path: str = "", depth: int = 0) -> Json:
        """A value valid for `schema`. Raises nothing: what cannot be known gets an empty value."""
        if path in self.given:
            return self.given[path]
        schema = self.resolve(schema)
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
        return self._leaf(schema, belief, slot, name, path)

    def _placed(self, name: str, schema: Mapping[str, Json], path: str) -> str | None:
        """The slot of a field by where it stands: the `percent` of `late` is that of late deliveries."""
        own = self.slot(name, schema)
        above = path.split(".")[-2:-1]
        if above and not above[0].endswith("[]") and (own is None or self.ontology.slots[own].general):
            return self.slot(f"{above[0]}_{name}", schema) or own
        return own

    def slot(self, name: str, schema: Mapping[str, Json]) -> str | None:
        """The slot of a named field."""
        enum = tuple(str(option) for option in schema.get("enum") or _items(schema).get("enum") or ())
        said = str(schema.get("description") or schema.get("title") or "")
        if self.within and (part := self.ontology.part_of(self.within[-1], name)):
            return part
        kind = type_of(schema)
        held = {"boolean": "boolean", "number": "number", "integer": "number", "array": "array"}.get(kind, "")
        held = "records" if held == "array" and _items(schema).get("properties") else held
        return self.ontology.slot_of(name, said, enum, held=held)

    def resolve(self, schema: Json) -> dict[str, Json]:
        """A schema without references and unions."""
        return resolved(schema, self.root)

    def _object(
        self, schema: dict[str, Json], belief: Belief, slot: str | None, path: str, depth: int
    ) -> Json:
        properties = schema.get("properties")
        inner = belief
        kind = self.ontology.slots[slot].kind if slot is not None else ""
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
        named = slot is not None and bool(self.ontology.slots[slot].parts) and not path.endswith("[]")
        self.within += [slot] if named and slot is not None else []
        filled = self._fields(schema, inner, held, path, depth)
        del self.within[len(self.within) - named :]
        return {key: None if void(properties[key], item, filled) else item for key, item in filled.items()}

    def _fields(
        self, schema: Mapping[str, Json], inner: Belief, held: str | None, path: str, depth: int
    ) -> dict[str, Json]:
        """The fields of an object, those last that only count another."""
        properties, filled = schema["properties"], dict[str, Json]()
        kinds = {key: type_of(self.resolve(part)) for key, part in properties.items()}
        tally = tallies(properties, kinds)
        for key, part in properties.items():
            within = f"{path}.{key}" if path else key
            if key in tally:
                filled[key] = None
                continue
            told = told_of(self.ontology, key, properties, held) if key != held else None
            if told is not None and (held or self.slot(key, self.resolve(part)) is None):
                name = path.rsplit(".", 1)[-1] if told[1] == held else told[1]
                of = self.slot(name, self.resolve(properties[told[1]]))
                said = self.fill(part, about(inner, of), path=f"{path}.{told[0]}", depth=depth + 1)
            else:
                said = self.fill(part, inner, path=path if key == held else within, depth=depth + 1)
            if within not in self.unknown or key in schema.get("required", properties):
                filled[key] = said
            elif within in self.blind:
                self.blind.remove(within)
        for key, of in tally.items():
            filled[key] = tallied(filled.get(of), flag=kinds[key] == "boolean")
        return filled

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
        items = self.resolve(schema.get("items") or {})
        if slot is not None and self.ontology.slots[slot].each and items.get("properties"):
            slot = self.ontology.slots[slot].each
            self.slots.append(slot)
        if (own := own_of(self.ontology, tuple(items.get("properties") or ()))) is not None:
            slot = own
            self.slots.append(own)
        if slot is None or self.ontology.slots[slot].kind not in {"list", "record", "text"}:
            slot = self._by_entries(path.rsplit(".", 1)[-1], items) or slot
        value = belief(slot) if slot is not None else None
        if value is None and (slot is None or schema.get("nullable")):
            nothing = None if schema.get("nullable") else self.empty(schema)
            return nothing if slot is not None else self._unknown(schema, path, nothing)
        if isinstance(value, str | Mapping) or (value is not None and not isinstance(value, list)):
            value = [value]
        entries = [
            self._entry(items, entry, belief, slot, path=path, depth=depth)
            for entry in (value or [])[: int(schema.get("maxItems") or 1000)]
        ]
        entries = [entry for entry in entries if entry is not None]
        while len(entries) < int(schema.get("minItems") or 0):
            entries.append(self.empty(items))
        return entries

    def _by_entries(self, name: str, items: dict[str, Json]) -> str | None:
        """The list that an array of another name is, by the fields of its entries."""
        properties = items.get("properties") or {}
        kinds = {name: type_of(self.resolve(part)) for name, part in properties.items()}
        judged = tuple(name for name, kind in kinds.items() if kind in {"number", "integer", "boolean"})
        slot = list_of(self.ontology, tuple(kinds), judged) if judged else None
        slot = slot or all_of(self.ontology, name, tuple(kinds))
        self.slots += [slot] if slot is not None else []
        return slot

    def _entry(
        self, items: dict[str, Json], entry: Any, belief: Belief, slot: str | None, *, path: str, depth: int
    ) -> Json:
        """One entry of an array, in the shape that the schema wants."""
        if "const" in items:
            return items["const"]
        if type_of(items) == "object" and "properties" not in items and isinstance(entry, Mapping):
            return plain(entry)
        if type_of(items) == "object":
            if slot is not None and isinstance(entry, str) and self.ontology.slots[slot].kind == "text":
                entry = {slot: entry}
            inner = layered(entry, belief) if isinstance(entry, Mapping) else belief
            self.within += [slot] if slot is not None else []
            filled = self.fill(items, inner, path=f"{path}[]", depth=depth + 1)
            del self.within[len(self.within) - (slot is not None) :]
            return filled
        if type_of(items) == "array":
            return self.empty(items)
        if isinstance(entry, Mapping):
            return self._scalar_entry(items, entry, slot)
        return self._coerce(entry, items, self._spec(slot), slot)

    def _scalar_entry(self, items: dict[str, Json], entry: Mapping[str, Any], slot: str | None) -> Json:
        """One scalar for a part that the program wants as a line: its text, name or id."""
        for key in ("text", "name", "sku", "id"):
            if entry.get(key) is not None:
                return self._coerce(entry[key], items, self._spec(slot), slot)
        return None

    def _leaf(self, schema: dict[str, Json], belief: Belief, slot: str | None, name: str, path: str) -> Json:
        kind = type_of(schema)
        if slot is None and not kind and not schema.get("enum") and knows(self.ontology, name):
            kind = "boolean"  # a bare key that only a yes or no can answer
        if kind == "boolean" and (flag := self._flagged(schema, belief, slot, name)) is not None:
            return flag
        if kind == "boolean" and slot is not None and self.ontology.slots[slot].kind == "word":
            return self._is_named(schema, slot, name, belief, path)
        if slot is None:
            return self._unknown(schema, path, self.empty(schema))
        value = belief(slot)
        if value is None and self.ontology.slots[slot].instead and not schema.get("nullable"):
            slot = self.ontology.slots[slot].instead
            value = belief(slot)
        if isinstance(value, list) and self.ontology.slots[slot].kind != "list":
            said = [self._coerce(entry, schema, self._spec(slot), slot, name) for entry in value]
            answer = next((entry for entry in said if entry is not None), None)
            if said and answer is None:
                return self.empty(schema)  # none of it can be said here
        else:
            answer = self._coerce(value, schema, self._spec(slot), slot, name)
        if answer is not None or schema.get("nullable"):
            return answer
        self.mute += [path] if value is not None and puzzling(self.ontology, slot, schema) else []
        return self._blank(schema, self._spec(slot), slot, name)

    def _flagged(self, schema: dict[str, Json], belief: Belief, slot: str | None, name: str) -> bool | None:
        """A yes or no about values of a word slot, `None` where the name holds none."""
        if slot is not None and self.ontology.slots[slot].kind == "flag":
            return None
        flag = self.ontology.flag_of(name, str(schema.get("description") or ""))
        several = slot is None or "or" in words_of(name)
        claims = (flag,) if flag is not None else claims_of(self.ontology, name) if several else ()
        self.slots += [known for known, _ in claims]
        return any(self._holds(belief, known, value) for known, value in claims) if claims else None

    def _holds(self, belief: Belief, slot: str, value: str | None) -> bool:
        """Whether a slot has a value, be it one of several."""
        known = belief(f"every_{slot}")
        known = belief(slot) if known is None else known
        return bool(
            known is True if value is None else value in (known if isinstance(known, list) else [known])
        )

    def _is_named(self, schema: dict[str, Json], slot: str, name: str, belief: Belief, path: str) -> Json:
        """For a yes-or-no field about a word slot: whether it is the value that the field's name holds."""
        named = None if "or" in words_of(name) else self.ontology.value_of(slot, name)
        if named is None:
            return self._unknown(schema, path, self.empty(schema))
        return belief(slot) == named

    def _blank(self, schema: dict[str, Json], spec: SlotSpec | None, slot: str | None, name: str) -> Json:
        """What stands in a field that must say something where nothing is known."""
        options = tuple(map(str, schema.get("enum") or ()))
        unknowing = any(option.lower() in UNKNOWING for option in options)
        if spec is not None and spec.kind == "flag" and options and not unknowing:
            no = flag_option(spec, False, options)
            return next((option for option in schema["enum"] if str(option) == no), self.empty(schema))
        if spec is not None and spec.blank is not None:
            said = self._coerce(spec.blank, schema, spec, slot, name)
            if said is not None:
                return said
        return self.empty(schema)

    def _spec(self, slot: str | None) -> SlotSpec | None:
        return self.ontology.slots[slot] if slot is not None else None

    def _unknown(self, schema: Mapping[str, Json], path: str, empty: Json) -> Json:
        """What stands in a field without a slot: null where there is room for it."""
        if str(schema.get("description")).strip(" \"'`") in _GAPS and not schema.get("enum"):
            empty = None
        if path and path not in self.unknown:
            self.unknown.append(path)
            blind = schema.get("named") or (empty is not None and self.guesses(schema))
            self.blind += [path] if blind else []
        return empty

    def _coerce(
        self, value: Any, schema: dict[str, Json], spec: SlotSpec | None, slot: str | None, name: str = ""
    ) -> Json:
        """The value in the schema's type, `None` where it cannot be said in it."""
        if value is None:
            return None
        options = schema.get("enum")
        if options:
            text = (
                str(value).lower()
                if isinstance(value, bool)
                else str(render(value, spec.kind if spec else "text"))
            )
            if spec is not None and spec.kind == "flag" and isinstance(value, bool):
                hit = flag_option(spec, value, tuple(map(str, options)))
            elif slot is not None and spec is not None and spec.kind == "word":
                hit = self.ontology.option(slot, text, tuple(map(str, options)))
            elif spec is not None and spec.kind == "number" and isinstance(value, int | float):
                return nearest(value, options)
            else:
                hit = next((str(o) for o in options if words_of(str(o)) == words_of(text)), None)
            return (
                next((option for option in options if str(option) == hit), None) if hit is not None else None
            )
        if spec is not None and spec.kind == "word" and type_of(schema) in {"number", "integer"}:
            # `better: 1`: the number among the words for a value.
            words = (str(value), *spec.values.get(str(value), ()))
            digit = next((int(word) for word in words if word.isdigit()), None)
            if digit is not None:
                return digit if leaf_fits(digit, schema) else None
            value = spec.shares.get(str(value))  # `urgency: 4`
            if value is None:
                return None
        answer = typed(value, schema, spec, name)
        return answer if leaf_fits(answer, schema) else None

    def guesses(self, schema: Json) -> bool:
        """Whether the empty value of a field looks like an answer; an empty text does not."""
        schema = self.resolve(schema)
        if schema.get("enum"):
            return len(schema["enum"]) > 1 and str(self.empty(schema)).lower() not in UNKNOWING
        return type_of(schema) in {"boolean", "integer", "number", "array"}

    def empty(self, schema: Json, depth: int = 0) -> Json:  # noqa: PLR0911  (one value a type)
        """A valid value that says as little as it can."""
        schema = self.resolve(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("nullable"):
            return None
        options = schema.get("enum")
        if options:
            low = {str(option).lower(): option for option in options}
            return next((low[word] for word in UNKNOWING if word in low), options[-1])
        kind = type_of(schema)
        if depth > DEEPEST or not kind:
            return None
        if kind == "object":
            return {
                key: self.empty(part, depth + 1) for key, part in (schema.get("properties") or {}).items()
            }
        if kind == "array":
            return [
                self.empty(schema.get("items") or {}, depth + 1)
                for _ in range(int(schema.get("minItems") or 0))
            ]
        if kind in {"number", "integer"}:
            low_bound = schema.get("minimum", schema.get("exclusiveMinimum", 0))
            least = max(0, low_bound) if isinstance(low_bound, int | float) else 0
            return int(least) + (1 if "exclusiveMinimum" in schema and least == low_bound else 0)
        if kind == "boolean":
            return False
        if kind == "null":
            return None
        blank = {"date": "1970-01-01", "date-time": "1970-01-01T00:00:00Z"}.get(str(schema.get("format")), "")
        return blank.ljust(int(schema.get("minLength") or 0), "-")


def _items(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    items = schema.get("items")
    return items if isinstance(items, dict) else {}
