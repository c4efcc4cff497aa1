"""Fields that a model can only guess, and what it would have said had it guessed otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.simulation.filling.emptiest import emptiest
from harness.simulation.filling.resolving import resolved
from harness.simulation.filling.schema import Filling, probing
from harness.simulation.filling.stated import Stated
from harness.simulation.filling.typed import leaf_fits, type_of
from harness.simulation.meaning.slots import Ontology

Json = Any
HIGHEST = 10_000
"""The other end of a number that has no end: past every threshold that a program may set."""
SOMETHING = "something"
MEANS_NOTHING = "this means nothing in this exercise, and null is not allowed for it"
MANY = 5
"""So many fields are named where there are more."""


def blind(schema: Mapping[str, Json] | None, ontology: Ontology, stated: Stated) -> list[str]:
    """The choices, flags, numbers and lists that have to be filled and mean nothing here.

    `stated`: what the request's records state by name.

    They get false, 0, [] or some option, which look like answers: who decides by them is misled.
    """
    filling = Filling(ontology, schema or {}, stated=stated)
    filling.fill(dict(schema or {}), probing(ontology))
    return filling.blind


def named(fields: Sequence[str]) -> str:
    """The first few of some fields."""
    return ", ".join(fields[:MANY])


def contrary(value: Json, schema: Mapping[str, Json], guessed: Collection[str]) -> tuple[Json, list[str]]:
    """An answer with the other end of what its guessed fields may say, and those that can say nothing else.

    `guessed`: paths such as `lines[].open`. A path that does not stand in the answer was not guessed in it.
    """
    turning = _Turning(schema, frozenset(guessed))
    return turning.turned(value, dict(schema), ""), turning.stuck


@dataclass
class _Turning:
    root: Mapping[str, Json]
    guessed: frozenset[str]
    stuck: list[str] = field(default_factory=list)

    def turned(self, value: Json, schema: Json, path: str) -> Json:
        schema = resolved(schema, self.root)
        if path in self.guessed:
            other = self._other(value, schema)
            self.stuck += [path] if other == value and path not in self.stuck else []
            return other
        if isinstance(value, Mapping):
            parts = schema.get("properties") or {}
            return {
                key: self.turned(item, parts.get(key, {}), f"{path}.{key}" if path else key)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self.turned(item, schema.get("items") or {}, f"{path}[]") for item in value]
        return value

    def _other(self, value: Json, schema: Mapping[str, Json]) -> Json:
        """Another valid value, as far off as there is; the same one where there is none."""
        kind = type_of(schema)
        if options := schema.get("enum"):
            return options[-1] if value == options[0] else options[0]
        if isinstance(value, bool) or kind == "boolean":
            return not value
        if kind in {"number", "integer"}:
            return self._far(value, schema)
        if kind == "array":
            return self._list(value, schema)
        if (
            kind in {"string", ""}
            and not isinstance(value, Mapping | list)
            and "date" not in str(schema.get("format"))
        ):  # no other day is known either
            nothing = value in {None, "", "0.00"}
            low, high = ("0.00", f"{HIGHEST}.00") if schema.get("decimal") else ("", SOMETHING)
            other = high if nothing else low
            return other if leaf_fits(other, schema) else value
        return value

    def _far(self, value: Json, schema: Mapping[str, Json]) -> Json:
        top = schema.get("maximum", schema.get("exclusiveMaximum", HIGHEST))
        low = emptiest(schema, self.root)
        if "exclusiveMaximum" in schema and top == schema["exclusiveMaximum"]:
            top = top - 1 if type_of(schema) == "integer" else (low + top) / 2
        return top if value != top else low

    def _list(self, value: Json, schema: Mapping[str, Json]) -> Json:
        if value:
            return value if schema.get("minItems") else []
        items = resolved(schema.get("items") or {}, self.root)
        if schema.get("maxItems") == 0:
            return value
        if options := items.get("enum"):
            return list(options)[: schema.get("maxItems")]
        if properties := items.get("properties"):
            return [{key: self._full(part) for key, part in properties.items()}]
        return [self._full(items)]

    def _full(self, schema: Json) -> Json:
        schema = resolved(schema, self.root)
        return schema["const"] if "const" in schema else self._other(emptiest(schema, self.root), schema)
