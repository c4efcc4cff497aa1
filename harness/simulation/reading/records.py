"""Business records found in a context: JSON, its remains, labelled lines, or prose.

The exercise says what its records look like (`RecordSpec`); a program may prune, rename and re-lay
them. Values are read where they stand, so what is swapped in the prompt is swapped in the belief.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from harness.simulation.reading.blobs import blobs, outside, pairs
from harness.simulation.reading.elements import closed_at, elements
from harness.simulation.reading.item_lines import (
    besides,
    count_and_price,
    known_in,
    labelled,
    lines_of_one,
    marked,
    named_part,
    take,
    take_part,
)
from harness.simulation.reading.layouts import Entry, in_one_line, lay_out, line_pairs
from harness.simulation.reading.record_lines import labelled_blobs, told_in_lines
from harness.simulation.reading.renamed import field_tables, own_id, part_of, part_told, told_by_value
from harness.simulation.reading.shapes import FieldSpec, Lexicon, Record, RecordSpec, part_index, same
from harness.simulation.reading.text import fold, unescape
from harness.simulation.reading.values import dates, sums

__all__ = ["FieldSpec", "Lexicon", "Record", "RecordSpec", "find_records", "same"]


def find_records(text: str, spec: RecordSpec, lexicon: Lexicon) -> list[Record]:
    """Every record of the kind that the text shows, in order; one id may come more than once."""
    found: list[Record] = []
    for blob in blobs(text):
        _walk(blob.value, spec, None, found, 0)
    rest = outside(text)
    if spec.id_pattern is not None and spec.id_pattern.search(rest):
        found += _sections(rest, spec, lexicon)
        _complete(found, rest, spec)
        for record, name, told in labelled_blobs(text, rest, found):
            record.parts[name] = [part_of(entry, spec.parts[name][0], n) for n, entry in enumerate(told)]
    for value in field_tables(text, spec) if "|" in text else ():
        _walk(value, spec, None, found, 0)
    for part in (part for record in found for parts in record.parts.values() for part in parts):
        if part.get(part.spec.id_field) is None:
            part.id = lexicon.part_names.get(str(part.get("name")), part.id)
    return found


def _complete(found: list[Record], rest: str, spec: RecordSpec) -> None:
    """What XML says of a record: its lines alone do not show where a value ends."""
    told: list[Record] = []
    for value in elements(rest) if "</" in rest else ():
        _walk(value, spec, None, told, 0)
    for record in told:
        known = next((one for one in reversed(found) if one.id == record.id), None)
        if known is None:
            continue
        known.values |= record.values
        for name, parts in record.parts.items():
            known.parts.setdefault(name, parts)


def _walk(value: Any, spec: RecordSpec, inside: Record | None, found: list[Record], depth: int) -> None:
    if depth > 30:
        return
    if isinstance(value, list):
        for item in value:
            _walk(item, spec, None if inside is None else inside, found, depth + 1)
        return
    if not isinstance(value, dict):
        return
    id = own_id(value, spec)
    record = inside
    if id is not None and (inside is None or inside.id != id):
        record = Record(spec, id)
        found.append(record)
    whole = sum(1 for key in value if spec.field_of(key) or spec.part_of(key)) > 2
    for key, item in value.items():
        part = part_told(key, item, spec)
        if record is not None and part is not None and whole and isinstance(item, list | dict):
            kind = spec.parts[part][0]
            entries = item if isinstance(item, list) else [item]
            record.parts.setdefault(part, []).extend(
                part_of(entry, kind, number) for number, entry in enumerate(entries)
            )
        elif record is not None and isinstance(item, list) and item and all(isinstance(i, str) for i in item):
            take(record, key, ", ".join(item))
        elif isinstance(item, dict | list):
            _walk(item, spec, record, found, depth + 1)
        elif record is not None:
            take(record, key, item)
    if record is not None and whole:
        told_by_value(record, value)


_HEADING = re.compile(
    r"^[#*_\s\[<(=-]{0,40}(?:(?:refund|our|the|shop|company|current)\s+)?"
    r"(?:policy|policies|handbook|rules?|instructions?|guidelines?|task|answer|output|mail|ticket)\b"
    r"(?![\"'*_]{0,3}[ \t]*[:=|][^\n@]{0,20}@)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where something else than records begins."""


def _sections(rest: str, spec: RecordSpec, lexicon: Lexicon) -> list[Record]:
    """Records in labelled lines and prose: each id's section runs to the next other id."""
    plain = unescape(rest)
    found: list[Record] = []
    marks = _marks(plain, spec)
    for number, (start, id) in enumerate(marks):
        if found and found[-1].id == id:
            continue
        end = next((at for at, other in marks[number + 1 :] if other != id), len(plain))
        end = plain.rfind("\n", start, end) + 1 or end if end < len(plain) else end
        end = closed_at(plain, start, end)
        other_matter = _HEADING.search(plain, start, end)
        end = other_matter.start() if other_matter else end
        record = Record(spec, id, {spec.id_field: id})
        section = plain[start : max(end, start + len(id))]
        _read_section(record, _table_head(plain, start) + section, lexicon)
        found.append(record)
    return found


_RULE = re.compile(r"^\s*\|[\s:|-]+\|\s*$")


def _table_head(plain: str, start: int) -> str:
    """The columns' names where an id stands in a row of a table, and the row up to it."""
    row = plain.rfind("\n", 0, start) + 1
    if not plain[row:start].lstrip().startswith("|"):
        return ""
    above = plain[:row].splitlines()[-_ROWS:]
    table = list(takewhile(lambda line: line.lstrip().startswith("|"), reversed(above)))
    if len(table) < _HEADED or not _RULE.match(table[-2]):
        return ""
    return f"{table[-1]}\n{table[-2]}\n{plain[row:start]}"


_ROWS = 60
"""Rows of a table above an id that are looked at."""
_HEADED = 2


_HEAD = re.compile(r"^[\W_]*(?:[^\W\d]+[\W_]*){0,4}$")
"""What may stand before an id that heads a section: `- Order number: `, `### `, `ORDER id: `."""


def _marks(plain: str, spec: RecordSpec) -> list[tuple[int, str]]:
    """Where ids stand; only those that head a line, where there are such: a note may name another one."""
    assert spec.id_pattern is not None
    marks = [(m.start(), m.group().upper()) for m in spec.id_pattern.finditer(plain)]
    heads = [(at, id) for at, id in marks if _HEAD.match(plain[plain.rfind("\n", 0, at) + 1 : at])]
    named = {id for _, id in heads}
    return sorted([*heads, *((at, id) for at, id in marks if id not in named)])


def _read_section(record: Record, section: str, lexicon: Lexicon) -> None:
    spec = record.spec
    laid = lay_out(
        in_one_line(section), {name: kind for name, (kind, _) in spec.parts.items()}, part_index(spec)
    )
    own = "\n".join(laid.own)
    said = [pair for line in laid.own for pair in line_pairs(line).items()]
    for key, value in [*said, *((pair.key, pair.value) for pair in pairs(own))]:
        name = spec.field_of(key) or _tail_field(spec, key)
        if name is not None and name != spec.id_field and record.get(name) is None:
            take(record, name, value)
    for line in laid.own:
        labelled(record, line)
    told_in_lines(record, section, laid.own)
    _prose_values(record, own)
    for part_name, (kind, _) in spec.parts.items():
        entries = [
            entry for entry in laid.parts.get(part_name, []) if not _of_whole(record, kind, entry.line)
        ]
        parts = _laid_parts(kind, entries, lexicon)
        if "name" in kind.fields and not any(part.get("unit_price") for part in parts):
            told = _prose_parts(kind, own, lexicon)  # what is only noted of an article has no price
            priced = any(part.get("unit_price") for part in told)
            parts = told if priced or not parts else parts
        if parts:
            record.parts[part_name] = parts
            for name, other in besides(spec, part_name, entries, lexicon):
                record.parts.setdefault(name, []).append(other)


def _of_whole(record: Record, kind: RecordSpec, line: str) -> bool:
    """Whether a sum beside the parts is the record's own, and then take it: `none; refundable 9.00`."""
    said = _NAMED_SUM.match(line)
    name = record.spec.field_of(said["name"]) if said is not None else None
    if (
        said is None
        or name is None
        or record.spec.fields[name].kind != "money"
        or kind.field_of(said["name"])
    ):
        return False
    if record.get(name) is None:
        take(record, name, said["sum"])
    return True


_NAMED_SUM = re.compile(
    r"\W{0,4}(?P<name>[^\W\d]{3,20}(?:[ _][^\W\d]{2,20}){0,2})\W{1,3}(?P<sum>(?:[A-Z]{3} |[€£])?\d.{0,12})$"
)


def _laid_parts(kind: RecordSpec, entries: Sequence[Entry], lexicon: Lexicon) -> list[Record]:
    """The parts whose lines are plain, one record for each thing: what is listed twice is one.

    A line with its price has the first word: another may count only those that something is wanted for.
    """
    found: dict[str, Record] = {}
    told = [_entry_part(kind, entry, number, lexicon) for number, entry in enumerate(entries)]
    for part in sorted(told, key=lambda part: part.get("unit_price") is None):
        known = found.setdefault(part.id, part)
        for name, value in part.values.items():
            known.values.setdefault(name, value)
    return list(found.values())


def _paired(kind: RecordSpec, entry: Entry, number: int) -> Record:
    record = Record(kind, f"#{number}")
    take_part(record, entry.pairs.items())  # `article number | article`
    return record


def _entry_part(kind: RecordSpec, entry: Entry, number: int, lexicon: Lexicon) -> Record:
    record = _paired(kind, entry, number)
    own_id = record.get(kind.id_field)
    if isinstance(own_id, str) and "text" not in kind.fields:
        record.put(kind.id_field, own_id.partition(",")[0].strip(" )"))  # `sku: HM-1, home) @ 3.00 EUR`
    if "name" in kind.fields and record.get("name") is None:
        folded = fold(entry.line)
        known = next(iter(known_in(entry.line, lexicon)), None)
        own = Record(kind, "")
        labelled(own, entry.line)
        count_and_price(own, re.sub(r"^\W{0,12}(?:items?|lines?)\s*\d*\s*:", "", entry.line), known or "")
        for name, value in own.values.items():
            record.values.setdefault(name, value)
        if known is not None:
            record.put("name", known)
            if folded.has(lexicon.part_names[known]):
                record.values.setdefault(kind.id_field, lexicon.part_names[known])
    elif "text" in kind.fields and not entry.pairs:
        record.put("text", entry.line)
        if fold(entry.line).has("promise"):
            record.put("kind", "promise")
    elif "text" in kind.fields and record.get("text") is None:
        _part_kind(record)
    elif "amount" in kind.fields and record.get("amount") is None:
        for found, name in ((sums(entry.line), "amount"), (dates(entry.line), "on")):
            if found:
                record.put(name, found[0].value)
        told = fold(entry.line)
        if "sku" in kind.fields and (
            sku := next((i for i in lexicon.part_names.values() if told.has(i)), "")
        ):
            record.put("sku", sku)
    marked(record, entry.line)
    named = lexicon.part_names.get(str(record.get("name"))) if record.get(kind.id_field) is None else None
    record.id = named or named_part(record, number)
    return record


def _part_kind(record: Record) -> None:
    """Take the text that stands behind a remark's kind: `kind=promise: "…"`."""
    named, _, told = str(record.get("kind") or "").partition(":")
    if told.strip():
        record.values |= {"kind": named.strip(), "text": told.strip(" \"'„“”«»")}


def _tail_field(spec: RecordSpec, key: str) -> str | None:
    """A key of several words by its last ones: `order status`, `- current status`."""
    words = fold(key).words
    if words[:1] and words[0] in _ADDRESSED:
        return None  # `For the customer: …`
    for start in range(1, len(words)):
        name = spec.field_of(" ".join(words[start:]))
        if name is not None:
            return name
    return None


_DENIED = r"\b(?:not|never|n['’]t)\b(?: \w+){0,2}"
_ADDRESSED = frozenset({"for", "to", "from", "by", "against"})


def _prose_values(record: Record, section: str) -> None:
    """Amounts and dates by the field's name just before them, and words by themselves."""
    spec = record.spec
    for kind, found in (("money", sums(section)), ("date", dates(section))):
        for value, start, _ in found:
            before = fold(section[max(0, start - 40) : start]).words[-4:]
            for width in (3, 2, 1):
                name = next(
                    (
                        hit
                        for at in range(len(before) - width, -1, -1)
                        if (hit := spec.field_of(" ".join(before[at : at + width])))
                        and spec.fields[hit].kind == kind
                    ),
                    None,
                )
                if name:
                    if record.get(name) is None:
                        record.put(name, value)
                    break
    folded = fold(section)
    for name, field_spec in spec.fields.items():
        if field_spec.pattern is not None and record.get(name) is None:
            match = field_spec.pattern.search(section)
            if match:
                record.put(name, match.group())
        if field_spec.kind == "word" and record.get(name) is None and name == "status":
            word = next((value for value in field_spec.values if folded.has(value)), None)
            if word and not re.search(rf"{_DENIED} {word}\b", section, re.IGNORECASE):
                record.put(name, word)


def _prose_parts(kind: RecordSpec, section: str, lexicon: Lexicon) -> list[Record]:
    """Parts that the world knows by name, each with the count and the first amount of its line."""
    parts: dict[str, Record] = {}
    for line in lines_of_one(section, lexicon):
        folded = fold(line)
        seen: set[str] = set()
        for name in known_in(line, lexicon):
            if (id := lexicon.part_names[name]) in seen:
                continue
            seen.add(id)
            record = Record(kind, id, {"name": name})
            labelled(record, line)
            count_and_price(record, line, name)
            for pair in pairs(line):
                field_name = kind.field_of(pair.key)
                if field_name is not None and field_name != "name":
                    take(record, field_name, pair.value)
            marked(record, line)
            if folded.has(id):
                record.put(kind.id_field, id)
            known = parts.setdefault(id, record)
            for field_name, value in record.values.items():
                known.values.setdefault(field_name, value)
    return list(parts.values())
