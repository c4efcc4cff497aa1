"""What records of a request state under just the name that a field has: a tool's result, a given decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.simulation.filling.typed import leaf_fits, type_of
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.context import Context

Json = Any
_DEEPEST = 3


class Stated:
    """The plain values of the records that a request shows, by name.

    A name that several records use for different things states nothing; an object that has no other names
    than the answer is to have is the form that is wanted.
    """

    def __init__(self, context: Context | None = None, schema: Mapping[str, Json] | None = None) -> None:
        form = {*_fields(schema or {})}
        self._values: dict[str, list[Json]] = {}
        for piece in context.of("user", "result") if context is not None else ():
            for blob in blobs(piece.text):
                if isinstance(blob.value, dict) and not form.issuperset(map(_joined, blob.value)):
                    for key, value in _leaves(blob.value):
                        known = self._values.setdefault(_joined(key), [])
                        known += [value] if value not in known else []

    def __bool__(self) -> bool:
        return bool(self._values)

    def of(self, name: str, schema: Mapping[str, Json]) -> Json:
        """What stands under a field's name, if that can be said in it; `None` where nothing does."""
        known = self._values.get(_joined(name), [])
        if len(known) != 1:
            return None
        said, kind = known[0], type_of(schema)
        if kind == "string" and isinstance(said, int | float) and not isinstance(said, bool):
            said = str(said)
        options = schema.get("enum")
        fits = said in options if options else leaf_fits(said, schema)
        return said if fits else None


def _joined(name: str) -> str:
    return "".join(words_of(name))


def _leaves(value: Mapping[str, Json], depth: int = 0) -> Iterator[tuple[str, Json]]:
    for key, item in value.items():
        if isinstance(item, Mapping) and depth < _DEEPEST:
            yield from _leaves(item, depth + 1)
        elif isinstance(item, str | int | float):
            yield key, item


def _fields(schema: Json) -> Iterator[str]:
    """The names of all fields that a schema has."""
    if isinstance(schema, Mapping):
        properties = schema.get("properties")
        yield from map(_joined, properties) if isinstance(properties, Mapping) else ()
        for part in schema.values():
            yield from _fields(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _fields(part)
