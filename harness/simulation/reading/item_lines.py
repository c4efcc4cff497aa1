"""What a line says of a record or of one of its parts: labels without a colon, a count, a price, a mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from harness.simulation.reading.layouts import Entry
from harness.simulation.reading.shapes import Lexicon, Record, RecordSpec
from harness.simulation.reading.text import fold
from harness.simulation.reading.values import canonical, sums

_PIECES = (
    r"(?:pieces|piece|pcs|pc|units|unit|stück|stk|st|pièces|pièce|pzs|piezas|pieza|unidades|unidad|uds|ud"
    r"|stuks|stuk|sztuki|sztuk|sztuka|szt)"
)
_COUNT = re.compile(
    r"(?<![\d.,])(\d{1,3})\s?[x×]\s|\s[x×]\s?(\d{1,3})(?![\d.,])"
    r"|\b(?:qty|quantity|count|menge|qté|cant)\b\W{0,3}(\d{1,3})(?![\d.,])"
    rf"|(?:^|[|;,:\t*•–-])\s{{0,4}}(\d{{1,3}})\s?{_PIECES}\b",
    re.IGNORECASE,
)
_CELL = re.compile(r"(?<=[|\t;])\s{0,4}(\d{1,3})\s{0,4}(?=[|\t;]|$)")
"""A count that stands alone in a column."""
_BRACKETS = re.compile(r"[(\[]([^()\[\]\n]{1,60})[)\]]")
_NOT = frozenset({
    "not", "no", "non", "nicht", "nein", "kein", "keine", "pas", "niet", "nee", "geen", "nie", "sin", "false",
})  # fmt: skip
_LONGEST_LABEL = 3
_LONGEST = {"flag": 1, "number": 1, "word": 2, "money": 2, "date": 4}
"""Words of a value after a label without a colon."""


def take(record: Record, key: str, item: Any) -> None:
    """Take what stands under a key, where that means a field and the value is of its kind."""
    name = record.spec.field_of(key)
    if name is None:
        return
    value = _valued(record.spec, name, item)
    if value is not None:
        record.put(name, value)


def take_part(record: Record, pairs: Iterable[tuple[str, Any]]) -> None:
    """Take what stands under the keys of a part; of two that mean its number the one in words is its name.

    `{"sku": "KG-1", "article": "Kettle"}`, in either order; `{"article": "Iron kettle"}` has no number.
    """
    spec, said = record.spec, list[tuple[bool, str]]()
    for key, item in pairs:
        if "name" not in spec.fields or spec.field_of(key) != spec.id_field:
            take(record, key, item)
        elif (value := _valued(spec, spec.id_field, item)) is not None:
            said.append((key == spec.id_field, str(value)))
    numbers = [one for one in said if _NUMBER.match(one[1])] or [one for one in said if " " not in one[1]]
    for _, value in sorted(numbers, key=lambda one: one[0]):
        record.put(spec.id_field, value)
    names = [value for own, value in said if (own, value) not in numbers]
    if names and record.get("name") is None:
        record.put("name", names[-1])


_NUMBER = re.compile(r"(?=[^\s,;)]{0,40}\d)[^\s,;)]{1,60}(?:[,;)]|$)")
"""How the number of a thing begins: a word with a digit in it, and no other behind it."""


def _valued(spec: RecordSpec, name: str, item: Any) -> Any:
    field_spec = spec.fields[name]
    value = canonical(item, field_spec.kind)
    if field_spec.kind == "word" and value is not None:
        return next((word for word in field_spec.values if fold(str(value)).has(word)), None)
    return None if isinstance(value, str) and not re.search(r"\w", value) else value  # `–`: nothing


def named_part(record: Record, number: int) -> str:
    """The id of a part: its own, else its name, else its place."""
    own = record.get(record.spec.id_field)
    name = record.get("name")
    return str(own or (f"name:{fold(str(name)).skeleton.strip()}" if name else f"#{number}"))


def labelled(record: Record, line: str) -> None:
    """Take cells that begin with a field's name and go on with its value: `gift no | shipping 3.95`."""
    for name, value in _labelled(record.spec, line):
        if record.get(name) is None:
            record.put(name, value)


def _labelled(spec: RecordSpec, line: str) -> Iterator[tuple[str, Any]]:
    for cell in re.split(r"[|;\t]" if re.search(r"[|;\t]", line) else r",(?!\d)", line):
        words = cell.strip(" -*•").split()
        for width in range(min(_LONGEST_LABEL, len(words) - 1), 0, -1):
            name = spec.field_of(" ".join(words[:width]))
            if name is None or name == spec.id_field:
                continue
            longest = _LONGEST.get(spec.fields[name].kind)
            # A single word is too little of a label for what may be any text.
            told = width > 1 if longest is None else len(words) - width <= longest
            value = _valued(spec, name, " ".join(words[width:])) if told else None
            if value is not None:
                yield name, value
                break


def count_and_price(record: Record, line: str, name: str = "") -> None:
    """A part's count, name and price from a line such as `2 x Kettle @ 30.00`; its `name` counts nothing."""
    rest = re.sub(re.escape(name), " | ", line, flags=re.IGNORECASE) if name else line
    match = _COUNT.search(f" {rest} ") or _CELL.search(rest)
    if match and "quantity" in record.spec.fields and record.get("quantity") is None:
        record.put("quantity", float(next(filter(None, match.groups()))))
    uncounted = _COUNT.sub(" ", f" {line} ", count=1)  # `140 x 240` is a size
    named = name or re.split(r"\s[(@–—|]|:\s", uncounted.strip(" -*•,"))[0].strip()
    if "name" in record.spec.fields and named:
        record.put("name", named)
    amounts = sums(rest)
    if amounts and "unit_price" in record.spec.fields and record.get("unit_price") is None:
        record.put("unit_price", amounts[0].value)


def marked(record: Record, line: str) -> None:
    """What a line says of an item without a key: `final sale`, `electronics`."""
    fields = record.spec.fields
    # A name may hold the word of another category.
    rest = line.replace(str(record.get("name") or " "), " ")
    if "final_sale" in fields and record.get("final_sale") is None:
        # Half of its name, as in `final price`, is no mark.
        marks = (mark for mark in fields["final_sale"].aliases if not fold("final sale").has(mark))
        if any(_affirmed(rest, mark) for mark in ("final sale", *marks)):
            record.put("final_sale", True)
    if "category" in fields and record.get("category") is None:
        # What stands in brackets is said of the item.
        for part in (*_BRACKETS.findall(line), rest):
            if record.get("category") is None:
                take(record, "category", part)


def _affirmed(line: str, mark: str) -> bool:
    before, found, after = fold(line).skeleton.partition(fold(mark).skeleton)
    return bool(found) and not _NOT & {*before.split()[-1:], *after.split()[:1]}


def lines_of_one(section: str, lexicon: Lexicon) -> Iterator[str]:
    """The lines of a section; one that lists several things in pieces that name one each."""
    for line in section.split("\n"):
        pieces = [piece for piece in line.split(";") if piece.strip()]
        named = [{lexicon.part_names[name] for name in known_in(piece, lexicon)} for piece in pieces]
        several = len(set().union(*named)) > 1 and max(map(len, named)) == 1
        yield from pieces if several else (line,)


def known_in(line: str, lexicon: Lexicon) -> list[str]:
    """The parts that a line names; not a name within a longer one, as `lamp` is in `shade for a lamp`."""
    rest, found = fold(line).skeleton, []
    for name in sorted(lexicon.part_names, key=lambda name: -len(fold(name).words)):
        if (said := fold(name).skeleton) in rest:
            rest = rest.replace(said, " | ")
            found.append(name)
    return [name for name in lexicon.part_names if name in found]


def besides(
    spec: RecordSpec, own: str, entries: Sequence[Entry], lexicon: Lexicon
) -> Iterator[tuple[str, Record]]:
    """What a column of a list says of parts of another kind: `given back before | 40.00` of an item."""
    for entry in entries:
        for key, said in entry.pairs.items():
            name = spec.part_of(_EARLIER.sub("", key))
            kind = spec.parts[name][0] if name not in {None, own} else None
            sum = canonical(said, "money") if kind is not None and "amount" in kind.fields else None
            part = next(iter(known_in(entry.line, lexicon)), None)
            if name and kind and sum is not None and sum.cents and part is not None:
                sku = lexicon.part_names[part]
                yield name, Record(kind, f"{name} of {sku}", {"amount": sum, "sku": sku})


_EARLIER = re.compile(r"\s(?:before|already|so far|earlier|previously|to date)$", re.IGNORECASE)
