"""JSON and listed fields by what they mean here: slot → value."""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER, ORDER_ID, vocabulary
from harness.simulation.filling.item_entries import entry_part
from harness.simulation.meaning.slots import side_of, words_of
from harness.simulation.reading.text import unescape
from harness.simulation.reading.values import Money, canonical

from .outcomes import sum_in

Json = Any
_PLACEHOLDER = re.compile(r"[|<>]|\.\.\.|…|^(string|number|boolean|null|str|int|float)$", re.IGNORECASE)
_MINOR = frozenset({"cents", "cent", "minor", "pence", "grosz"})


def slots_in(value: dict[str, Json]) -> dict[str, Any]:
    """A JSON object as slot → canonical value; lists of objects become lists of such."""
    found: dict[str, Any] = {}
    for key, item in value.items():
        slot = _slot(key, item)
        if isinstance(item, dict) and is_record(item):
            if slot == "order_id" and (own := _read_slot(slot, item.get("id"))):
                found.setdefault(slot, own)
            continue
        if isinstance(item, dict):
            for inner, leaf in slots_in(item).items():
                found.setdefault(inner, leaf)
            continue
        if isinstance(item, list):
            entries = [_entry(slot, entry) if isinstance(entry, dict) else entry for entry in item]
            if slot is None and not any(isinstance(entry, dict) for entry in entries):
                continue
            sums = slot is not None and vocabulary().ontology.slots[slot].kind == "money"
            name = "sum_parts" if sums else slot or "asks"
            if any(isinstance(entry, dict) and "issue" in entry for entry in entries):
                name = "asks"
            found[name] = entries
            continue
        if slot is None or item is None or _PLACEHOLDER.search(str(item)):
            continue
        read = _read_slot(slot, item)
        if isinstance(read, Money) and _MINOR & set(words_of(key)) and re.fullmatch(r"\s*\d+\s*", str(item)):
            read = Money(read.cents // 100, read.currency)
        if read is not None:
            found.setdefault(slot, read)
    if not found.keys() & {"action", "amount", "issue"} and (
        issue := _named_issue(value, found.get("reason")) or _kind_before(found.get("problem_told"))
    ):
        found["issue"] = issue
    return found


def _entry(slot: str | None, value: dict[str, Json]) -> dict[str, Any]:
    """One entry of a list: what its keys mean there, where they mean nothing or something else alone."""
    found, ontology = slots_in(value), vocabulary().ontology
    if slot is None:
        return found
    for key, item in value.items():
        words = re.sub(r"\d", "", str(item)) if isinstance(item, str) and sum_in(item) is None else ""
        part = entry_part(ontology, slot, key, {"type": "string", "sample": words}, (str(item),))
        if part is not None and isinstance(item, str) and part not in found:
            found[part] = _read_slot(part, item)
    if (state := found.get("item_state")) in _STATES:
        found.setdefault("opened", _STATES[state])
    return {name: said for name, said in found.items() if said is not None}


def _slot(key: str, item: Json) -> str | None:
    """What a key means with what stands under it."""
    ontology = vocabulary().ontology
    records = isinstance(item, list) and any(isinstance(entry, dict) for entry in item)
    held = ontology.slot_of(key, held="records") if records else None
    return held or ontology.slot_of(key, "", (item,) if isinstance(item, str) else ())


_STATES = {"opened": True, "sealed": False}


def _named_issue(value: dict[str, Json], reason: Any) -> str | None:
    """The issue of which a reason, or what a strange key holds, is the mere name: `"request": "return"`."""
    spoken = vocabulary().ontology
    strange = [item for key, item in value.items() if spoken.slot_of(key) is None]
    named = (side_of(spoken.slots["issue"], said) for said in [reason, *strange] if isinstance(said, str))
    return next(filter(None, named), None)


def _kind_before(told: Any) -> str | None:
    """The kind that stands before the customer's words: `damaged: “…”`."""
    kind = str(told or "").partition(":")[0].partition(";")[0]
    return side_of(vocabulary().ontology.slots["issue"], kind) if kind else None


def _read_slot(slot: str, item: Json) -> Any:
    spec = vocabulary().ontology.slots[slot]
    if spec.kind == "word":
        return vocabulary().ontology.value_of(slot, str(item))
    if slot == "order_id":
        match = ORDER_ID.search(str(item))
        return match.group().upper() if match else None
    if spec.kind == "money":
        return canonical(item, "money") or (sum_in(item) if isinstance(item, str) else None)
    if spec.kind in {"date", "number", "flag"}:
        return canonical(item, spec.kind)
    return unescape(str(item)) if isinstance(item, str | int | float) else None


def is_record(value: dict[str, Json]) -> bool:
    """Whether an object is an order, as the shop or a program lays it out, rather than a statement."""
    return sum(1 for key in value if ORDER.field_of(key) or ORDER.part_of(key)) >= 6
