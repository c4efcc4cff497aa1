"""What lines of a record tell in a form of their own: a code behind its name, a note on each line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.shapes import Record, RecordSpec, part_index
from harness.simulation.reading.text import fold, stem
from harness.simulation.reading.values import dates

_NOTED = re.compile(
    r"^[ \t]{0,12}(?:[-*•>][ \t]{1,3})?(?P<head>[^:\n]{3,90}):[ \t]{1,4}(?P<text>\S[^\n]{2,600})$"
)
_NONE = frozenset({"none", "no", "nothing", "keine", "aucune", "ninguna", "geen", "brak"})
_FIRST = 4
"""Words of a head among which stands what the line is."""
_MADE = frozenset(("by", "from", "of", "colleague", "colleagues", "staff", "agent", "internal", "our"))


_AGO = re.compile(
    r"(?<![\d.])(?P<days>-?\d{1,4}) (?:calendar )?days? (?:ago\b|have passed\b|before (?:today|now)\b"
    r"|(?:before|until|till|up to) (?:this|the|their|that) (?:\w+(?:['’]s)? )?"
    r"(?:e-?mails?|mails?|messages?|requests?|letters?|tickets?|claim)\b)",
    re.IGNORECASE,
)

_BETWEEN = re.compile(r"(?:[^\w;\n]{0,4}[\w:-]{1,24}){0,6}[^\w;\n]{0,4}")
"""A day in any form, and nothing about another thing behind it."""


def told_in_lines(record: Record, section: str, lines: Iterable[str]) -> None:
    """Take what stands there and is not known from elsewhere. `lines`: the record's own, of no list."""
    lines = [*lines]
    _coded(record, section)
    for line in lines:
        _counted(record, line)
    for name, (kind, others) in record.spec.parts.items():
        if "text" in kind.fields and name not in record.parts:
            called = frozenset(stem(other) for other in (name, *others))
            found = [part for line in lines if (part := _noted(called, kind, line)) is not None]
            record.parts |= {name: found} if found else {}


_LABEL = re.compile(
    r"(?:^|[\n.;|,])[ \t]{0,12}(?:[-*•>][ \t]{1,3})?(?P<label>[^:=\n.;|,]{3,60})[:=][ \t]{0,4}$"
)


def labelled_blobs(text: str, rest: str, found: Sequence[Record]) -> Iterator[tuple[Record, str, list[Any]]]:
    """A list that stands as JSON behind its name in a record told in lines: `Refunds so far: [{…}]`."""
    known = {record.id: record for record in found}
    for blob in blobs(text):
        match = _LABEL.search(rest, max(blob.start - 100, 0), blob.start)
        if match is None or not isinstance(blob.value, list):
            continue
        pattern = found[0].spec.id_pattern if found else None
        ids = [m.group().upper() for m in pattern.finditer(rest, 0, blob.start)] if pattern else []
        record = next((known[id] for id in reversed(ids) if id in known), None)
        words, parts = fold(match["label"]).words, part_index(record.spec) if record is not None else {}
        tails = ("".join(words[start:]) for start in range(len(words)))  # whatever stands before the name
        name = next((parts[tail] for tail in tails if tail in parts), None)
        if record is not None and name is not None and name not in record.parts:
            yield record, name, blob.value


def _counted(record: Record, line: str) -> None:
    """Take how many days ago a date was, where a line says so behind it."""
    fields = record.spec.fields.items()
    dated = {said: name for name, spec in fields if spec.kind == "date" for said in (name, *spec.aliases)}
    for match in _AGO.finditer(line):
        before = line[: match.start()].casefold()
        named = [(at, len(said), name) for said, name in dated.items() if (at := before.rfind(said)) >= 0]
        at, length, since = max(named, default=(0, 0, ""))
        since = since if _BETWEEN.fullmatch(before[at + length :]) else ""
        for name, spec in fields:
            if spec.since and spec.since == since and record.get(name) is None:
                record.put(name, float(match["days"]))


def _coded(record: Record, section: str) -> None:
    """A code right behind its field's name, wherever that stands: `Items (currency GBP):`."""
    for name, spec in record.spec.fields.items():
        if record.get(name) is not None or not spec.values or not all(map(str.isupper, spec.values)):
            continue
        said = "|".join(re.escape(alias) for alias in (name, *spec.aliases))
        found = re.search(rf"\b(?:{said})\b\W{{0,3}}({'|'.join(spec.values)})\b", section, re.IGNORECASE)
        if found is not None:
            record.put(name, found[1].upper())


def _noted(called: frozenset[str], kind: RecordSpec, line: str) -> Record | None:
    """The part that a line is whose head says so: `note of 3 October by Ana, kind promise: …`.

    It is known by the list's name or, of what somebody made on a day, by a word for its kind.
    """
    match = _NOTED.match(line)
    words = fold(match["head"]).words if match is not None else ()
    if match is None or {*fold(match["text"]).words} <= _NONE:
        return None
    days = [value for value, *_ in dates(match["head"])]
    values = {value: field for field, spec in kind.fields.items() for value in spec.values}
    of_kind = values.keys() & {*words}
    named = bool(called & {stem(word) for word in words[:_FIRST]})
    if not named and not (of_kind & {*words[:_FIRST]} and (days or _MADE & {*words})):
        return None
    part = Record(kind, match["text"])
    part.put("text", match["text"].strip())
    for value in of_kind:
        part.put(values[value], value)
    dated = next((field for field, spec in kind.fields.items() if spec.kind == "date"), None)
    if dated is not None and days:
        part.put(dated, days[0])
    return part
