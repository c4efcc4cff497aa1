"""The fields of an object that have no slot of their own, filled by what their names speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from harness.simulation.filling.keyed import QUOTES, VALUES, claims_of
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.beliefs import Belief, about
from harness.simulation.meaning.derived import (
    LEAVES,
    NUMBERS,
    Count,
    also_named,
    chances,
    counted,
    place_named,
    presence,
    quantified,
    spread,
)
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_HIT = "hit"
"""What is asked of each option, whatever the program calls it."""
_FEWEST = 2


class Filler(Protocol):
    """What of the filling of a schema is needed here."""

    ontology: Ontology
    slots: list[str]
    untold: list[str]
    meant: dict[str, str]
    blind: list[str]
    places: list[int]

    def fill(self, schema: Json, belief: Belief, *, path: str = "", depth: int = 0) -> Json: ...

    def slot(self, name: str, schema: Mapping[str, Json]) -> str | None: ...

    def resolve(self, schema: Json) -> dict[str, Json]: ...

    def empty(self, schema: Json) -> Json: ...

    def forget(self, paths: Iterable[str]) -> None: ...


def leaf_of(filling: Filler, properties: Mapping[str, Json], path: str) -> str | None:
    """The one part of an object that answers what its name asks: the `hit` of `legal_threat`."""
    name = path.rsplit(".", 1)[-1]
    parts = {key: filling.resolve(part) for key, part in properties.items()}
    found = [
        key
        for key, part in parts.items()
        if type_of(part) == "boolean" and {*words_of(key)} - {"is"} <= LEAVES
    ]
    if len(found) != 1 or filling.slot(found[0], parts[found[0]]) is not None:
        return None
    slot, ontology = filling.slot(name, {"type": "boolean"}), filling.ontology
    flag = slot is not None and ontology.slots[slot].kind == "flag"
    return found[0] if flag or ontology.flag_of(name) or claims_of(ontology, name) else None


def borne_out(
    filling: Filler, filled: dict[str, Json], leaf: str, properties: Mapping[str, Json], *, path: str,
    belief: Belief,
) -> dict[str, Json]:  # fmt: skip
    """An object whose part answers what its name asks, with words for that: none for what does not hold."""
    quotes = [key for key in filled if key != leaf and words_of(key)[-1:] and words_of(key)[-1] in QUOTES]
    if filled.get(leaf) is False:
        return {**filled, **{key: filling.empty(properties[key]) for key in quotes}}
    claims = claims_of(filling.ontology, path.rsplit(".", 1)[-1])
    said = {
        key: filling.fill(properties[key], about(belief, claims[0][0]), path=f"{path}.quote")
        for key in quotes
        if claims and not filled[key]
    }
    return {**filled, **said}


@dataclass(frozen=True)
class Derived:
    """The unknown fields of one object."""

    filling: Filler
    properties: Mapping[str, Json]
    filled: Mapping[str, Json]
    belief: Belief
    path: str
    depth: int

    def values(self, blind: frozenset[str]) -> dict[str, Json]:
        """What those of them say of which it can be told what they mean."""
        kinds = {key: type_of(self.filling.resolve(part)) for key, part in self.properties.items()}
        blind |= {key for key, kind in kinds.items() if kind in NUMBERS and self._miscounted(key)}
        found = self._chances(kinds, blind)
        for key in self.properties:
            if key in blind and key not in found and (said := self._one(key, kinds[key])) is not None:
                found[key] = said[0]
        found |= self._values(found)
        beside = [key for key in self.properties if found and key not in blind and kinds[key] in NUMBERS]
        return {**{key: said for key in beside if (said := self._unsaid(key)) is not None}, **found}

    def _values(self, found: Mapping[str, Json]) -> dict[str, Json]:
        """The `value` beside a `present` that asks for what the object is named after."""
        of = self.path.rsplit(".", 1)[-1]
        asked = presence(self.filling.ontology, f"{of}_present") if of and not of.endswith("[]") else None
        beside = [key for key in self.properties if " ".join(words_of(key)) in VALUES and key not in found]
        flags = [said for said in {**self.filled, **found}.values() if isinstance(said, bool)]
        if asked is None or len(beside) != 1 or not flags:
            return {}
        self.filling.meant[self._at(beside[0])] = asked[0]
        schema = self.properties[beside[0]]
        return {beside[0]: self.filling.fill(schema, self.belief, path=self._at(beside[0]))}

    def _miscounted(self, key: str) -> bool:
        """Whether a number counts a list though it would be taken for that of pieces: `request_count`."""
        ontology = self.filling.ontology
        slot = ontology.slot_of(key, held="number")
        mere = slot is not None and slot == ontology.slot_of("count", held="number")
        if slot is not None and ontology.slots[slot].kind == "list":
            state = counted(ontology, key)  # `open_request_count`: not all of the list
            return state is not None and bool(state.part)
        count = counted(ontology, key) if mere else None
        return count is not None and slot not in ontology.slots[count.slot].parts

    def _unsaid(self, key: str) -> Json:
        """A number by its second name, where by its first nothing is known: the `limit` beside a `day`."""
        schema, slot = self.filling.resolve(self.properties[key]), self._slot(key, self.properties[key])
        other = also_named(self.filling.ontology, key, type_of(schema))
        if schema.get("nullable") or slot is None or other is None:
            return None
        kinds = [self.filling.ontology.slots[known].kind for known in (slot, other)]
        if self.belief(slot) is not None and not (
            type_of(schema) == "integer" and kinds == ["money", "number"]
        ):
            return None
        self.filling.meant[self._at(key)] = other
        return self.filling.fill(schema, self.belief, path=self._at(key), depth=self.depth + 1)

    def _one(self, key: str, kind: str) -> tuple[Json] | None:
        ontology, within = self.filling.ontology, self._at(key)
        schema = self.filling.resolve(self.properties[key])
        objects = kind == "array" and bool(self.filling.resolve(schema.get("items")).get("properties"))
        if kind == "array" and (listed := self._each_of(key, schema)) is not None:
            return (listed,)
        options = tuple(map(str, schema.get("enum") or ()))
        slot = also_named(ontology, key, kind, options) if objects or kind != "array" else None
        if slot is not None:
            self.filling.meant[within] = slot
            return (self.filling.fill(schema, self.belief, path=within, depth=self.depth + 1),)
        if kind in NUMBERS and (count := self._counted(key, kind)) is not None:
            return (self._number(count, within),)
        if kind == "integer" and self.path.endswith("[]") and self.filling.places:
            place = place_named(key, self.filling.places[-1])
            return None if place is None else (place,)
        return self._yes_or_no(key, within) if kind == "boolean" else None

    def _yes_or_no(self, key: str, within: str) -> tuple[bool] | None:
        """Whether something is there, or whether there are so many of it."""
        ontology = self.filling.ontology
        of = self.path.rsplit(".", 1)[-1]
        if (asked := presence(ontology, key) or presence(ontology, f"{of}_{key}")) is not None:
            self.filling.slots.append(asked[0])
            there = self.belief(f"given_{asked[0]}")
            self.filling.untold += [within] if there is None else []
            return (there is asked[1],)
        if (many := quantified(ontology, key)) is not None:
            return (many[1] <= self._number(many[0], within) <= many[2],)
        return None

    def _counted(self, key: str, kind: str) -> Count | None:
        return counted(self.filling.ontology, key, self._lists(), whole=kind == "integer")

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _each_of(self, key: str, schema: Mapping[str, Json]) -> list[Json] | None:
        """A list over options that are each a yes or no: those that hold, or each with whether it holds."""
        items = self.filling.resolve(schema.get("items"))
        parts = {name: self.filling.resolve(part) for name, part in (items.get("properties") or {}).items()}
        enums = [name for name, part in parts.items() if part.get("enum") and type_of(part) == "string"]
        flags = [name for name, part in parts.items() if type_of(part) == "boolean"]
        if not parts:
            options, shape = items.get("enum") or (), dict[str, Json](type="boolean")
        elif len(enums) == len(flags) == 1:
            options = parts[enums[0]]["enum"]
            told = {_HIT if name == flags[0] else name: part for name, part in parts.items()}
            shape = {"type": "object", "properties": {n: p for n, p in told.items() if n != enums[0]}}
        else:
            return None
        said = [self._whether(key, str(option), shape) for option in options if not unknowing(str(option))]
        if len(said) < _FEWEST or None in said:
            return None
        if not parts:
            return [option for option, holds in zip(options, said, strict=False) if holds]
        named = [{**(entry or {}), enums[0]: option} for option, entry in zip(options, said, strict=False)]
        return [{name: entry[_HIT if name == flags[0] else name] for name in parts} for entry in named]

    def _whether(self, key: str, option: str, shape: Json) -> Json | None:
        """What is said of one option; `None` where it means nothing."""
        within = f"{self._at(key)}.{option}"
        said = self.filling.fill(shape, self.belief, path=within, depth=self.depth + 1)
        unknown = [path for path in self.filling.blind if path == within or path.startswith(f"{within}.")]
        self.filling.forget(unknown)
        return None if unknown else said

    def _lists(self) -> tuple[str, ...]:
        """The slots of the lists beside it."""
        parts = {key: self.filling.resolve(part) for key, part in self.properties.items()}
        slots = (self._slot(key, part) for key, part in parts.items() if type_of(part) == "array")
        return tuple(slot for slot in slots if slot is not None)

    def _slot(self, key: str, part: Mapping[str, Json]) -> str | None:
        return self.filling.meant.get(self._at(key)) or self.filling.slot(key, part)

    def _number(self, count: Count, within: str) -> int:
        self.filling.slots += [count.slot, *filter(None, [count.part])]
        every = self.belief(f"every_{count.slot}")
        entries = self.belief(count.slot) if every is None else every
        self.filling.untold += [within] if entries is None else []
        return count.of(entries) if isinstance(entries, list) else int(entries is not None)

    def _chances(self, kinds: Mapping[str, str], blind: frozenset[str]) -> dict[str, Json]:
        """Numbers that are spread over the values of one slot, where one of them would be unknown."""
        found = chances(self.filling.ontology, kinds, self.path.rsplit(".", 1)[-1])
        if found is None or not blind & set(found[1]):
            return {}
        slot, values = found
        self.filling.slots += [slot, "confidence"]
        tops = [self.filling.resolve(self.properties[key]).get("maximum") for key in values]
        scale = 100 if set(tops) == {100} or all(kinds[key] == "integer" for key in values) else 1
        said = spread(self.belief(slot), self.belief("confidence"), values)
        return {key: round(share * scale) if scale > 1 else share for key, share in said.items()}
