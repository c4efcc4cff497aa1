"""Records whose fields have names that nobody listed, known by their look; tables of field and value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.simulation.reading.item_lines import count_and_price, named_part, take, take_part
from harness.simulation.reading.shapes import Record, RecordSpec
from harness.simulation.reading.text import fold

Json = Any
_KNOWN = 3
"""Fields of a record by which it is one, whatever its number is called."""
_ALIKE = 2
_OF_ALL = frozenset(
    (
        "total",
        "sum",
        "subtotal",
        "vat",
        "tax",
        "weight",
        "discount",
        "fee",
        "stock",
        "line",
        "position",
        "pos",
        "index",
        "rating",
        "score",
    )
)
"""Words in the name of a sum or a number that is not that of one piece."""
_CENTS = re.compile(r"\d{1,6}[.,]\d{2}")
_CODE = re.compile(r"[A-Z]{1,5}-?\d{2,8}(?:-[A-Z0-9]{1,6})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.+Z-]{4,20})?")
_ROW = re.compile(r"^[ \t]*\|(?P<key>[^|\n]{1,60})\|(?P<value>.*)\|[ \t]*$", re.MULTILINE)


def own_id(value: Mapping[str, Json], spec: RecordSpec) -> str | None:
    """The id of an object that is a record; of one with enough of its fields, wherever the one id stands."""
    if spec.id_pattern is None:
        return None
    ids = {key: item.strip() for key, item in value.items() if isinstance(item, str)}
    ids = {key: item.upper() for key, item in ids.items() if spec.id_pattern.fullmatch(item)}
    named = next((item for key, item in ids.items() if spec.field_of(key) == spec.id_field), None)
    if named is not None or len(ids) != 1:
        return named
    known = sum(1 for key in value if spec.field_of(key) or spec.part_of(key))
    return next(iter(ids.values())) if known >= _KNOWN else None


def part_told(key: str, item: Json, spec: RecordSpec) -> str | None:
    """The list of parts that a key means; of another name the one whose fields its entries have."""
    if (named := spec.part_of(key)) is not None:
        return named
    entries = [entry for entry in item if isinstance(entry, dict)] if isinstance(item, list) else []
    if not entries or len(entries) != len(item):
        return None
    fits = {
        name: sum(1 for inner in entries[0] if kind.field_of(inner)) for name, (kind, _) in spec.parts.items()
    }
    best = max(fits.values(), default=0)
    found = [name for name, count in fits.items() if count == best]
    return found[0] if best > _ALIKE and len(found) == 1 else None


def part_of(entry: Json, kind: RecordSpec, number: int) -> Record:
    """A part from an object, or from a line such as `2 x Kettle`."""
    record = Record(kind, f"#{number}")
    if isinstance(entry, dict):
        told = [item.items() if isinstance(item, dict) else [(key, item)] for key, item in entry.items()]
        take_part(record, (pair for pairs in told for pair in pairs))
        _by_look(record, {key: item for key, item in entry.items() if kind.field_of(key) is None})
    elif isinstance(entry, str):
        count_and_price(record, entry)
    record.id = named_part(record, number)
    return record


def _by_look(record: Record, rest: Mapping[str, Json]) -> None:
    """Take what has the look of the one field that is missing: a code, a count, a price, a day."""
    codes = [item for item in rest.values() if isinstance(item, str) and _CODE.fullmatch(item.strip())]
    if len(codes) == 1 and record.get(record.spec.id_field) is None and "name" in record.spec.fields:
        record.put(record.spec.id_field, codes[0].strip())
    rest = {key: item for key, item in rest.items() if not {*fold(_apart(key)).words} & _OF_ALL}
    for kind, looks in (("number", _is_count), ("money", _is_price), ("date", _is_day)):
        missing = [name for name, spec in record.spec.fields.items() if spec.kind == kind]
        fitting = [item for item in rest.values() if looks(item)]
        if len(missing) == 1 and len(fitting) == 1 and record.get(missing[0]) is None:
            take(record, missing[0], fitting[0])


def told_by_value(record: Record, value: Mapping[str, Json]) -> None:
    """Take a word under a name that means nothing, where it can only be that of one field: a currency."""
    for key, item in value.items():
        if not isinstance(item, str) or record.spec.field_of(key) is not None:
            continue
        for name, spec in record.spec.fields.items():
            word = next((word for word in spec.values if word.lower() == item.strip().lower()), None)
            if spec.telling and word is not None and record.get(name) is None:
                record.put(name, word)


def field_tables(text: str, spec: RecordSpec) -> Iterator[dict[str, Json]]:
    """Records as tables of two columns, a row for each field; a cell may hold JSON."""
    rows: list[tuple[str, str]] = []
    end = -1
    for match in [*_ROW.finditer(text), None]:
        if match is None or match.start() > end + 1:
            yield from _record_of(rows, spec)
            rows = []
        if match is not None:
            rows.append((match["key"].strip(" `*\t"), match["value"].strip()))
            end = match.end()


def _record_of(rows: Sequence[tuple[str, str]], spec: RecordSpec) -> Iterator[dict[str, Json]]:
    value = {key: _cell(cell) for key, cell in rows}
    known = sum(1 for key in value if spec.field_of(key) or spec.part_of(key))
    if known >= _KNOWN and own_id(value, spec) is not None:
        yield value


def _cell(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip("` ")


def _apart(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key)


def _is_count(item: Json) -> bool:
    whole = isinstance(item, int) and not isinstance(item, bool)
    return (whole and 0 < item < 1000) or (
        isinstance(item, str) and re.fullmatch(r"\d{1,3}", item) is not None
    )


def _is_price(item: Json) -> bool:
    return isinstance(item, float) or (isinstance(item, str) and _CENTS.fullmatch(item.strip()) is not None)


def _is_day(item: Json) -> bool:
    return isinstance(item, str) and _DAY.fullmatch(item.strip()) is not None
