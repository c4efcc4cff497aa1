"""What earlier steps say: readings of the mail, and resolutions, wherever a prompt repeats them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.simulation.blobs import blobs, pairs
from harness.simulation.context import Context, Piece
from harness.simulation.text import unescape
from harness.simulation.tools import kind_of
from harness.simulation.values import canonical

from .ontology import ORDER, ORDER_ID, vocabulary
from .retelling import read_retelling
from .scene import Scene

Json = Any


@dataclass(frozen=True)
class Claims:
    """What earlier steps say that the mail says: slot → value; `asks` as a list of such."""

    values: dict[str, Any]
    own: bool
    """A model of this trial said so."""


_LISTING = frozenset({"issue", "issues", "problem", "complaint", "category"})
_COMMON = frozenset({"order_id", "item", "quantity", "sku", "name", "sender", "language"})
"""What orders and tickets say as well."""
_PLACEHOLDER = re.compile(r"[|<>]|\.\.\.|…|^(string|number|boolean|null|str|int|float)$", re.IGNORECASE)


def read_claims(
    context: Context, owns: tuple[str, ...], known: frozenset[str], scene: Scene
) -> tuple[Claims | None, dict[str, Any] | None]:
    """Earlier readings and resolutions in the prompt, the last of each."""
    claims: Claims | None = None
    proposal: dict[str, Any] | None = None
    for piece in context.pieces:
        if piece.source in {"call", "result"} or (piece.source == "system" and not owns):
            continue
        for value, own in (*_statements(piece, owns), *_calls(piece), *_listed(piece, scene.instructions)):
            slots = slots_in(value)
            named = slots.get("order_id")
            if not own and piece.source != "assistant" and named not in known:
                continue
            if slots.keys() & {"action"}:
                proposal = slots
            if slots.keys() & (
                vocabulary().cues.extract
                - {"order_id", "item", "quantity", "sku", "name", "sender", "language"}
            ):
                claims = Claims(slots, own)
        retelling = _retold(piece, owns, scene)
        if retelling and retelling.get("order_id", "") in {"", *known}:
            claims = Claims(retelling, piece.own or any(text in piece.text for text in owns))
    return claims, proposal


def _statements(piece: Piece, owns: tuple[str, ...]) -> list[tuple[dict[str, Json], bool]]:
    found: list[tuple[dict[str, Json], bool]] = []
    found += [
        (blob.value, piece.own or blob.raw in owns)
        for blob in blobs(piece.text)
        if isinstance(blob.value, dict) and not _is_record(blob.value)
    ]
    own_texts = [text for text in owns if text in piece.text and not blobs(text)]
    if piece.own and not blobs(piece.text):
        own_texts.append(piece.text)
    for text in own_texts:
        listed = {pair.key: pair.value for pair in pairs(text)}
        if listed:
            found.append((listed, True))
    return found


def _retold(piece: Piece, owns: tuple[str, ...], scene: Scene) -> dict[str, Any]:
    """What a piece tells of the mail in sentences or labelled lines; the mail's own words are none."""
    own = next((text for text in owns if text in piece.text), "")
    if piece.own or own:
        text = scene.no_lines_of_mail(own or piece.text)
    elif piece.source == "user":
        text = scene.aside(piece)
    else:
        return {}
    return read_retelling(text)


_CALLED = re.compile(r"([\w.-]+)[\s`(:]{0,3}$")


def _calls(piece: Piece) -> list[tuple[dict[str, Json], bool]]:
    """Steps that a program shows as calls, `refund {...}`: what is called is the action."""
    found = []
    for blob in blobs(piece.text) if piece.source == "user" else ():
        name = _CALLED.search(piece.text[max(0, blob.start - 60) : blob.start])
        kind = kind_of(name[1], "", vocabulary().tools) if name else None
        if kind in {"refund", "escalate"} and isinstance(blob.value, dict):
            found.append(({**blob.value, "action": kind}, False))
    return found


def _listed(piece: Piece, instructions: Callable[[list[Piece]], str]) -> list[tuple[dict[str, Json], bool]]:
    """Facts that a program lists in its own words: `Order: …`, `Issue: …`."""
    if piece.source != "user" or not _LISTING & piece.folded.vocabulary:
        return []
    listed = {pair.key: pair.value for pair in pairs(instructions([piece]))}
    slots = {vocabulary().ontology.slot_of(key) for key in listed}
    return [(listed, False)] if {"order_id", "issue"} <= slots else []


def _is_record(value: dict[str, Json]) -> bool:
    """Whether an object is an order, as the shop or a program lays it out, rather than a statement."""
    return sum(1 for key in value if ORDER.field_of(key) or ORDER.part_of(key)) >= 6


def slots_in(value: dict[str, Json]) -> dict[str, Any]:
    """A JSON object as slot → canonical value; lists of objects become lists of such."""
    found: dict[str, Any] = {}
    for key, item in value.items():
        enum = (item,) if isinstance(item, str) else ()
        slot = vocabulary().ontology.slot_of(key, "", enum)
        if isinstance(item, dict):
            for inner, leaf in slots_in(item).items():
                found.setdefault(inner, leaf)
            continue
        if isinstance(item, list):
            entries = [slots_in(entry) if isinstance(entry, dict) else entry for entry in item]
            name = slot or "asks"
            if any(isinstance(entry, dict) and "issue" in entry for entry in entries):
                name = "asks"
            found[name] = entries
            continue
        if slot is None or item is None or _PLACEHOLDER.search(str(item)):
            continue
        read = _read_slot(slot, item)
        if read is not None:
            found.setdefault(slot, read)
    return found


def _read_slot(slot: str, item: Json) -> Any:
    spec = vocabulary().ontology.slots[slot]
    if spec.kind == "word":
        return vocabulary().ontology.value_of(slot, str(item))
    if slot == "order_id":
        match = ORDER_ID.search(str(item))
        return match.group().upper() if match else None
    if spec.kind in {"money", "date", "number", "flag"}:
        return canonical(item, spec.kind)
    return unescape(str(item)) if isinstance(item, str | int | float) else None
