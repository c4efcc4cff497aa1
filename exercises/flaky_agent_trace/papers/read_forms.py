"""Forms about a mail as programs put them before a second reader: in JSON, in tags, as labelled lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from harness.simulation.filling.defined import spoken_of
from harness.simulation.reading.blobs import Blob, blobs
from harness.simulation.reading.text import unescape
from harness.simulation.reading.yaml_blocks import yaml_blocks

from .fields import is_record

Json = Any
_READS = frozenset(
    {"asks", "issue", "items", "item", "sku", "quantity", "opened", "sealed", "reported", "legal", "wants"}
)
"""What a form says of a mail and no decision does."""
_FEWEST = 2
_PATTERN = re.compile(r"<[^<>]{1,60}>|\.{3}|…|\s\|\s|^(?:string|number|boolean|true/false)$", re.IGNORECASE)
"""A value that stands for others: the form as it is to be filled."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a form."""

    key: str
    slot: str | None
    """What the field means, `None` where that is not known."""
    value: Json
    beside: Mapping[str, Json]
    """Slot → value of what stands in the same entry."""


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form about a mail."""

    leaves: tuple[Leaf, ...]
    start: int
    end: int

    def values(self, *slots: str) -> list[Json]:
        """What the form says for any of these, in order."""
        return [leaf.value for leaf in self.leaves if leaf.slot in slots]

    @property
    def orders(self) -> list[str]:
        """The numbers of orders that it names, each once."""
        named = (str(leaf.value) for leaf in self.leaves if leaf.slot in _OF_ORDERS)
        return list(dict.fromkeys(id.upper() for said in named for id in ORDER_ID.findall(said)))


_OF_ORDERS = {"order_id", "order_ids", "orders_concerned", "orders_fit"}


@lru_cache(maxsize=512)
def forms_read(text: str) -> tuple[ReadForm, ...]:
    """Every form about a mail in a text, in order: none that proposes what is to be done."""
    found = [
        ReadForm(tuple(leaves_of(value)), start, end)
        for value, start, end in (*_objects(text), *_tagged(text), *_listed(text))
    ]
    whole = [form for form in found if _is_reading(form)]
    return tuple(
        sorted(
            (form for form in whole if not any(_within(form, other) for other in whole if other is not form)),
            key=lambda form: form.start,
        )
    )


def _within(form: ReadForm, other: ReadForm) -> bool:
    return other.start <= form.start and form.end <= other.end and (other.start, other.end) != (
        form.start, form.end,
    )  # fmt: skip


def _is_reading(form: ReadForm) -> bool:
    slots = {leaf.slot for leaf in form.leaves} - {None}
    said = [str(leaf.value) for leaf in form.leaves if leaf.slot is not None]
    blank = sum(bool(_PATTERN.search(value)) for value in said)
    reads = slots & _READS
    return bool(reads) and len(slots) >= _FEWEST and "action" not in slots and 2 * blank < len(said)


def leaves_of(value: Json, beside: Mapping[str, Json] | None = None) -> Iterator[Leaf]:
    """The values of a form, those of entries within it too."""
    if isinstance(value, list):
        for entry in value:
            yield from leaves_of(entry, beside)
    if not isinstance(value, Mapping):
        return
    plain = {key: item for key, item in value.items() if not isinstance(item, Mapping | list)}
    own = {slot: item for key, item in plain.items() if (slot := _slot(key, item)) is not None}
    known: dict[str, Json] = {**(beside or {}), **own}
    for key, item in value.items():
        if isinstance(item, Mapping) or (
            isinstance(item, list) and any(isinstance(entry, Mapping) for entry in item)
        ):
            yield from leaves_of(item, known)
        else:
            slot = _slot(key, item)
            for said in item if isinstance(item, list) else [item]:
                yield Leaf(key, slot, said, known)


def _slot(key: str, item: Json) -> str | None:
    """What a field means by its name, or by what a flag is plainly about: `legal_involvement`."""
    ontology = vocabulary().ontology
    slot = ontology.slot_of(key, "", (item,) if isinstance(item, str) else ())
    if slot is None:
        about = spoken_of(ontology.predicates, key, "")
        return _ABOUT.get(about[0]) if len(about) == 1 else _more(key)
    return slot


_ABOUT = {"legal": "legal", "several": "several_orders", "unclear": "unclear"}
_QUOTED = re.compile(
    r"(?:^|_|\b)(?:quotes?|quotations?|verbatim|evidence|excerpt|zitat|citation|cita)(?:$|_|\b)",
    re.IGNORECASE,
)


def _more(key: str) -> str | None:
    return "quote" if _QUOTED.search(key) else None


def _objects(text: str) -> Iterator[tuple[Json, int, int]]:
    for blob in blobs(text):
        yield from _of_blob(blob)
    for value, block in yaml_blocks(text):
        start = text.find(block)
        if not is_record(value):
            yield value, start, start + len(block)


def _of_blob(blob: Blob) -> Iterator[tuple[Json, int, int]]:
    entries = blob.value if isinstance(blob.value, list) else [blob.value]
    objects = [entry for entry in entries if isinstance(entry, dict)]
    if objects and not any(map(is_record, objects)):
        yield blob.value, blob.start, blob.end


_ELEMENT = re.compile(
    r"<(?P<key>[a-zA-Z_][\w.-]{0,40})(?:\s[^<>]{0,80})?>(?P<inside>[^<>]{0,400})</(?P=key)>"
)
_OUTER = re.compile(r"<(?P<key>[a-zA-Z_][\w.-]{0,40})(?:\s[^<>]{0,120})?>")
_DEEPEST = 4


def _tagged(text: str) -> Iterator[tuple[Json, int, int]]:
    """Elements that hold elements, the outermost that are read as forms."""
    place = 0
    for _ in range(_MOST):
        opened = _OUTER.search(text, place)
        if opened is None:
            return
        closed = text.find(f"</{opened['key']}>", opened.end())
        if closed < 0:
            place = opened.end()
            continue
        inside = text[opened.end() : closed]
        value = _element(inside)
        end = closed + len(opened["key"]) + 3
        if isinstance(value, dict) and not is_record(value) and len(value) >= _FEWEST:
            yield value, opened.start(), end
        place = opened.end()


_MOST = 200


def _element(inside: str, depth: int = 0) -> Json:
    """What stands in a tag: words, or what the tags in it say; several of one name are a list."""
    found: dict[str, list[Json]] = {}
    place = 0
    while depth < _DEEPEST and (opened := _OUTER.search(inside, place)):
        closed = inside.find(f"</{opened['key']}>", opened.end())
        if closed < 0:
            place = opened.end()
            continue
        found.setdefault(opened["key"], []).append(_element(inside[opened.end() : closed], depth + 1))
        place = closed
    if not found:
        return _plain(unescape(inside).strip())
    if all(isinstance(entry, dict) for said in found.values() for entry in said) and len(found) == 1:
        return next(iter(found.values()))  # <items><item>…</item></items>
    return {key: said[0] if len(said) == 1 else said for key, said in found.items()}


_LINE = re.compile(
    r"^[ \t>*_-]{0,6}(?P<key>[A-Za-z][\w ()/-]{1,30}?)[*_ ]{0,3}[:=][ \t*]{1,4}(?P<said>\S[^\n]{0,300})$"
)
_PIECES = re.compile(
    r"(?P<many>\d{1,3})\s?(?:x|×|\*)\s?(?P<what>[A-Z]{2,3}-\d{4}|[^,;\n]{2,40})", re.IGNORECASE
)


def _listed(text: str) -> Iterator[tuple[Json, int, int]]:
    """Blocks of labelled lines."""
    start = place = 0
    held: dict[str, Json] = {}
    for line in (*text.split("\n"), ""):
        met = _LINE.match(line)
        if met is not None and not line.lstrip().startswith(("{", "<")):
            start = start if held else place
            held[met["key"].strip().replace(" ", "_").lower()] = _of_line(met["said"])
        elif line.strip() or not held:
            if len(held) > _FEWEST:
                yield dict(held), start, place
            held = {}
        place += len(line) + 1
    if len(held) > _FEWEST:
        yield dict(held), start, place


def _of_line(said: str) -> Json:
    pieces = [*_PIECES.finditer(said)]
    if not pieces:
        return _plain(said.strip())
    return [
        {
            ("sku" if re.fullmatch(r"[A-Za-z]{2,3}-\d{4}", one["what"]) else "item"): one["what"].strip(),
            "quantity": int(one["many"]),
        }
        for one in pieces
    ]


_WORDS = {"true": True, "yes": True, "false": False, "no": False, "null": None, "none": None, "": None}


def _plain(said: str) -> Json:
    """A value as it would stand in JSON."""
    low = said.casefold().rstrip(".")
    if low in _WORDS:
        return _WORDS[low]
    return int(low) if low.isdigit() else said.strip('"“”')
