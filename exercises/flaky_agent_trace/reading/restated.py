"""What earlier steps of a program say of the mail, taken as facts by the step that builds on them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, cast

from exercises.flaky_agent_trace.papers.retelling import says_all
from exercises.flaky_agent_trace.shop.policy import Ask
from exercises.flaky_agent_trace.shop.records import Decoy, Fact, Issue
from harness.simulation.reading.records import Record
from harness.simulation.reading.text import fold

from .mind import Mind

READERS = frozenset({"extract", "classify"})
"""Operations that read for themselves, whatever was read before; a draft sways them all the same."""


def restated_asks(mind: Mind, record: Record | None) -> tuple[Ask, ...] | None:
    """The requests as an earlier step states them, where this step builds on it."""
    if mind.builds_on("critique", *READERS) is None:
        return None
    return stated_asks(mind, record) or None


def unheard(mind: Mind) -> bool:
    """Whether order and rules stand there, and what is asked for only in words that tell nothing here."""
    claims = mind.claims
    told = claims is not None and (
        claims.own or (_tells(claims.values) and not _itemless(mind, claims.values))
    )
    known = mind.mail.present or told or mind.proposal or mind.deeds
    return bool(not known and mind.orders and mind.clauses)


def _tells(values: dict[str, Any]) -> bool:
    return not values.keys().isdisjoint({"asks", "issue"})


def _itemless(mind: Mind, values: dict[str, Any]) -> bool:
    """Whether things are given back or complained of, and it isn't told which of an order they are."""
    entries = [entry for entry in values.get("asks") or [values] if isinstance(entry, dict)]
    about = [e for e in entries if e.get("issue") in {"changed_mind", "damaged", "wrong_item"}]
    several = any(len(order.parts.get("items", [])) > 1 for order in mind.orders.values())
    return several and any(not _NAMING & {*e, *values} for e in about)


def stated_asks(mind: Mind, record: Record | None) -> tuple[Ask, ...]:
    """The requests that an earlier reading states."""
    values = mind.claims.values if mind.claims is not None else {}
    entries = [entry for entry in values.get("asks") or [] if isinstance(entry, dict) and entry.get("issue")]
    if not entries:
        entries = [values] if values.get("issue") else []
    asks = []
    for entry in entries:
        merged = {
            **{
                k: v
                for k, v in values.items()
                if k in {"items", "item", "sku", "opened", "reported", "quantity"}
            },
            **entry,
        }
        opened = merged.get("opened")
        if opened is None and merged.get("sealed") is not None:
            opened = not merged["sealed"]
        opened = _of_items(merged, "opened") if opened is None else opened
        reported = merged.get("reported")
        items = _items(mind, merged, record)
        if items is None:
            continue
        if not items and len(entries) == 1 and not _NAMING & merged.keys():
            items = _of_mail(mind, str(entry["issue"]))
        asks.append(
            Ask(
                cast("Issue", entry["issue"]), items,
                None if opened is None else bool(opened),
                reported if isinstance(reported, dt.date) else _first_told(mind, str(entry["issue"])),
            )
        )  # fmt: skip
    return tuple(asks)


def _of_items(values: dict[str, Any], slot: str) -> Any:
    """What is told of every item alike, where nothing is told of the request as a whole."""
    items = values.get("items")
    told = [entry.get(slot) for entry in items if isinstance(entry, dict)] if isinstance(items, list) else []
    return told[0] if told and all(value == told[0] for value in told) else None


_NAMING = frozenset({"items", "item", "sku", "said", "whole_order"})


def _first_told(mind: Mind, issue: str) -> dt.date | None:
    """When the mail in the context says that it was first told of, where a reading of it does not say."""
    numbers = {fact.ask for fact in mind.mail.facts if fact.fact == "issue" and fact.value == issue}
    said = [fact.value for fact in mind.mail.facts if fact.fact == "reported" and fact.ask in numbers]
    return dt.date.fromisoformat(said[0]) if said else None


def _of_mail(mind: Mind, issue: str) -> tuple[tuple[str, int | None], ...]:
    """What the mail in the context names for an issue, where a reading of it says nothing of items."""
    numbers = {fact.ask for fact in mind.mail.facts if fact.fact == "issue" and fact.value == issue}
    found = [fact for fact in mind.mail.facts if fact.fact == "item" and fact.ask in numbers]
    return tuple((fact.value, fact.quantity) for fact in found)


def _items(
    mind: Mind, values: dict[str, Any], record: Record | None
) -> tuple[tuple[str, int | None], ...] | None:
    """(SKU, pieces) of what is named; none of it known to the order: `None`, which is not the whole order."""
    named = values.get("items")
    entries: list[Any] = named if isinstance(named, list) else []
    if isinstance(named, str):
        return _found(mind, named, record) or _guessed(named, record)
    if not entries and (values.get("sku") or values.get("item")):
        entries = [{"sku": values.get("sku"), "item": values.get("item"), "quantity": values.get("quantity")}]
    if not entries and isinstance(values.get("said"), str):
        said = _EVIDENCE.sub("", str(values["said"]))
        # Quoted or counted things are items; a phrase without any is about the whole order.
        return _found(mind, said, record) or (_guessed(said, record) if "“" in said else ())
    found: list[tuple[str, int | None]] = []
    for entry in entries:
        if isinstance(entry, dict):
            texts = [str(entry[key]) for key in ("sku", "item", "name") if entry.get(key)]
            quantity = entry.get("quantity")
        else:
            texts, quantity = [str(entry)], None
        pieces = int(quantity) if isinstance(quantity, int | float) and quantity else None
        for text in texts:
            if own := _found(mind, text, record):
                found += [(sku, pieces or counted) for sku, counted in own]
                break
        else:
            guess = _guessed(", ".join(texts), record) if texts else None
            found += [(sku, pieces or counted) for sku, counted in guess or ()]
    return tuple(dict(found).items()) if found or not entries else None


_EVIDENCE = re.compile(r": “[^”\n]{0,600}”")
"""What bears a complaint out, in the mail's own words."""
_BEFORE = re.compile(
    r"(\d{1,3})\s*(?:[x×]|of(?: them)?|pcs\.?|pieces(?: of)?)?\s*(?:the\s+)?[“\"'(]*$", re.IGNORECASE
)
_AFTER = re.compile(r"^\W{0,3}(?:(\d{1,3})\s*(?:pieces|pcs|pc|units|[x×])|[x×]\s*(\d{1,3}))\b", re.IGNORECASE)


def _found(mind: Mind, text: str, record: Record | None) -> tuple[tuple[str, int | None], ...]:
    """The items that a text names, by number, name, or the mail's own words for them."""
    found: dict[str, int | None] = {}
    parts = record.parts.get("items", []) if record else []
    rest = text
    for part in sorted(parts, key=lambda part: -len(str(part.get("name") or ""))):
        sku, name = str(part.get("sku") or part.id), str(part.get("name") or "")
        places = [
            m for word in (sku, name) if word for m in re.finditer(re.escape(word), rest, re.IGNORECASE)
        ]
        folded = fold(rest)
        for place in places:  # a name within a longer one is none: `chair` in `cover for a chair`
            rest = f"{rest[: place.start()]}{'|' * len(place.group())}{rest[place.end() :]}"
        if places:
            first, last = min(m.start() for m in places), max(m.end() for m in places)
            counted = _BEFORE.search(text[:first]) or _AFTER.search(text[last:].lstrip(")"))
            found[sku] = int(next(filter(None, counted.groups()))) if counted else None
        elif name and (folded.has(name) or (len(folded.words) > 0 and fold(name).has(text))):
            found[sku] = None
    quotes = re.findall(r"“([^”]*)”", text)
    known: list[Fact | Decoy] = [*mind.scene.meaning.facts, *mind.scene.meaning.decoys] if quotes else []
    for said in known:
        if said.fact == "item" and says_all(quotes, said.spans) and said.value not in found:
            counted = _BEFORE.search(text[: text.find(f"“{quotes[0]}")])
            found[said.value] = int(counted[1]) if counted and len(quotes) == 1 else None
    own = [str(part.get("sku") or part.id) for part in parts]
    return tuple(sorted(found.items(), key=lambda one: own.index(one[0]) if one[0] in own else len(own)))


def _guessed(text: str, record: Record | None) -> tuple[tuple[str, int | None], ...] | None:
    """The item whose name shares most words with what is named; the only one where there is but one."""
    parts = record.parts.get("items", []) if record else []
    if not parts:
        return ((text, None),) if record is None else ()
    counted = re.match(r"\W*(\d{1,3})\s*(?:[x×]|of)?\s", text)
    pieces = int(counted[1]) if counted else None
    shared = {
        str(part.get("sku") or part.id): len(telling(text) & telling(str(part.get("name") or "")))
        for part in parts
    }
    best = max(shared, key=lambda sku: shared[sku])
    return ((best, pieces),) if shared[best] or len(parts) == 1 else None


def telling(name: str) -> frozenset[str]:
    """The words of a name that a reader goes by."""
    return frozenset(word for word in fold(re.sub(r"\d+", " ", name)).words if len(word) > 3)
