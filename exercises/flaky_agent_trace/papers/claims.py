"""What earlier steps say: readings of the mail, and resolutions, wherever a prompt repeats them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.calling.tools import kind_of
from harness.simulation.reading.blobs import blobs, pairs
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.yaml_blocks import yaml_blocks

from .english import read_english
from .fields import is_record, slots_in
from .outcomes import outcomes_in
from .proposals import Proposal, proposal_of, proposals_in
from .retelling import read_retelling
from .scene import Scene

Json = Any


@dataclass(frozen=True)
class Claims:
    """What earlier steps say that the mail says: slot → value; `asks` as a list of such."""

    values: dict[str, Any]
    own: bool
    """A model of this trial said so."""


_CALLS = frozenset({"refund", "escalate"})
_LISTING = frozenset({"issue", "issues", "problem", "complaint", "category"})
_COMMON = frozenset({"order_id", "item", "quantity", "sku", "name", "sender", "language"})
"""What orders and tickets say as well."""


@dataclass(frozen=True)
class Said:
    """All that earlier steps say, the last of each."""

    claims: Claims | None
    proposal: dict[str, Any] | None
    shown: tuple[str, ...]
    """The texts of proposals that are not JSON: they are neither instructions nor records."""


def read_claims(
    context: Context, owns: tuple[str, ...], known: frozenset[str], scene: Scene, *, reviews: bool,
    of_letter: bool = False, of_letters: bool = False,
) -> Said:  # fmt: skip
    """Earlier readings and resolutions in the prompt. `reviews`: one is asked to be judged, so that what
    stands there may be wrong in its order as well. `of_letter`: it is a letter that is judged;
    `of_letters`: so the instructions say, and what stands beside one is what it is held against.
    """
    claims: Claims | None = None
    proposal: dict[str, Any] | None = None
    shown: list[str] = []
    mentioned: dict[str, Any] | None = None
    letters = of_letter
    for piece in context.pieces:
        if piece.source in {"call", "result"}:
            continue
        quoted = piece.source != "system" or bool(owns)
        for value, own in _data(piece, owns, scene, reviews=reviews) if quoted else ():
            slots = slots_in(value)
            named = slots.get("order_id")
            trusted = own or piece.source == "assistant" or named in known
            if "action" in slots and (trusted or reviews):
                proposal = slots
            if (trusted or reviews) and slots.keys() & (vocabulary().cues.extract - _COMMON):
                claims = Claims(slots, own)
        for found in _put(piece, scene, reviews=reviews):
            if not reviews and found.slots.get("order_id") not in known:
                continue
            shown.append(found.text)
            if found.plain:
                mentioned = found.slots
                letters |= of_letters and not any(found.text in blob.raw for blob in blobs(piece.text))
            else:
                proposal = found.slots
        retelling = _retold(piece, owns, scene) if quoted else {}
        if retelling and retelling.get("order_id", "") in {"", *known}:
            claims = Claims(retelling, piece.own or any(text in piece.text for text in owns))
    letter = letters and "letter" in (mentioned or {})
    return Said(claims, mentioned if letter or proposal is None else proposal, tuple(shown))


def _data(
    piece: Piece, owns: tuple[str, ...], scene: Scene, *, reviews: bool
) -> list[tuple[dict[str, Json], bool]]:
    calls = _calls(piece, reviews=reviews)
    return [*_statements(piece, owns), *calls, *_listed(piece, scene.instructions)]


def _put(piece: Piece, scene: Scene, *, reviews: bool) -> list[Proposal]:
    """What a program puts as a proposal in other forms than JSON; an assistant's turn is one as a whole."""
    if piece.source == "assistant":
        whole = proposal_of(piece.text) if reviews and not blobs(piece.text) else None
        return [whole] if whole is not None else []
    return [found for found in proposals_in(scene.told(piece)) if reviews or not found.plain]


def _statements(piece: Piece, owns: tuple[str, ...]) -> list[tuple[dict[str, Json], bool]]:
    found: list[tuple[dict[str, Json], bool]] = []
    found += [
        (blob.value, piece.own or blob.raw in owns)
        for blob in blobs(piece.text)
        if isinstance(blob.value, dict) and not is_record(blob.value)
    ]
    found += [
        (value, piece.own or any(value == own for text in owns for own, _ in yaml_blocks(text)))
        for value, _ in (yaml_blocks(piece.text) if piece.source != "system" else ())
        if not is_record(value)
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
    if scene.in_english(piece):
        return read_english(scene.meaning, own or piece.text)
    if piece.own or own:
        text = scene.no_lines_of_mail(own or piece.text)
    elif piece.source == "user":
        text = scene.aside(piece)
    else:
        return {}
    return read_retelling(text)


_CALLED = re.compile(r"([\w.-]+)[\s`(:]{0,3}$")
_TAGGED = re.compile(
    r"<[\w.-]{2,40}\s[^<>]{0,60}?\b(?:tool|name|call|function|action|type"
    r"|kind)=[\"']?(?P<name>[\w.-]{3,40})[\"']?"
    r"[^<>]{0,60}>\s{0,4}(?:```\w{0,6}\s{0,2})?$",
    re.IGNORECASE,
)
"""A tag that says of what the arguments in it are."""


def _calls(piece: Piece, *, reviews: bool) -> list[tuple[dict[str, Json], bool]]:
    """Steps that a program shows as calls, `refund {...}`: what is called is the action.

    Where a review is asked for, a sentence may say what the arguments are of: "a colleague's refund: {...}".
    """
    found = []
    for blob in blobs(piece.text) if piece.source == "user" else ():
        before = piece.text[max(0, blob.start - 120) : blob.start]
        tag = _TAGGED.search(before)
        name = tag["name"] if tag else called[1] if (called := _CALLED.search(before)) else ""
        kind = kind_of(name, "", vocabulary().tools) if name else None
        if kind not in _CALLS and reviews and before.rstrip().endswith(":"):
            named = outcomes_in(before[before.rfind("\n") + 1 :])
            kind = next(iter(named)) if len(named) == 1 else None
        if kind in _CALLS and isinstance(blob.value, dict) and not is_record(blob.value):
            found.append(({"action": kind, **blob.value}, False))
    return found


def _listed(piece: Piece, instructions: Callable[[list[Piece]], str]) -> list[tuple[dict[str, Json], bool]]:
    """Facts that a program lists in its own words: `Order: …`, `Issue: …`."""
    if piece.source != "user" or not _LISTING & piece.folded.vocabulary:
        return []
    if any("issue" in slots_in(value) for value, _ in yaml_blocks(piece.text)):
        return []  # they stand in that document, and what else is listed is none of them
    listed = {pair.key: pair.value for pair in pairs(instructions([piece]))}
    slots = {vocabulary().ontology.slot_of(key) for key in listed}
    return [(listed, False)] if {"order_id", "issue"} <= slots else []
