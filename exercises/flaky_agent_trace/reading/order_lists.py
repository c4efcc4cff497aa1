"""Which lists of orders hold those that may be meant, and which all that a mail speaks of.

A program that lets candidates be listed (`fitting_orders`, `possible_orders`, a `shortlist` of orders)
wants those that fit: the one, where it is settled. One that lists what the mail mentions wants them all.
The name may say it, or what is told of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.offering import TOLD
from harness.simulation.meaning.slots import words_of

Json = Any


def note_orders(parts: dict[str, Json]) -> None:
    """Note which list of orders is of those that are meant: it is said, or how many are stands beside it."""
    ontology = vocabulary().ontology
    slots = {
        key: ontology.slot_of(
            key, "", tuple(map(str, part.get("enum") or ())), held="array" * (type_of(part) == "array")
        )
        for key, part in parts.items()
        if isinstance(part, dict)
    }
    for key, part in parts.items():
        if isinstance(part, dict) and type_of(part) in {"number", "integer"} and _counts_wanted(key, part):
            parts[key] = {**part, TOLD: {**part.get(TOLD, {}), "slot": "orders_count"}}
            slots[key] = "orders_count"
    for key, slot in slots.items():
        part = parts[key]
        entry = part.get("items") if isinstance(part.get("items"), dict) else {}
        own, said = str(part.get("description") or ""), str(entry.get("description") or "")
        noted = ""
        if slot == "other_orders" and _asked_on_too(key, f"{own} {said}".strip()):
            noted = "also_requested"
        elif type_of(part) == "array" and _of_strings(entry) and _open_to_it(slot):
            noted = _list_of(slot, key, own, said, counted="order_match" in slots.values())
        if noted and noted != slot:
            parts[key] = {**part, TOLD: {**part.get(TOLD, {}), "slot": noted}}


def _open_to_it(slot: str | None) -> bool:
    """Whether a list's name leaves room for it to hold the orders that may be meant."""
    return slot in {None, "order_ids", "orders_fit"} or vocabulary().ontology.slots[slot].kind != "list"


def _of_strings(entry: Mapping[str, Json]) -> bool:
    """Whether a list holds texts or numbers, and no objects."""
    return "properties" not in entry and "$ref" not in entry


def _list_of(slot: str | None, key: str, own: str, said: str, *, counted: bool) -> str:
    """Which orders a list holds: those that may be meant, or all that the mail speaks of; empty: not told."""
    name, described = key.replace("_", " "), f"{own} {said}".strip()
    if _MAY_BE_MEANT.search(f"{name}. {described}") and not _MENTIONED_TOO.search(described):
        return "orders_fit"
    if slot == "orders_fit":
        return "order_ids" if _MENTIONED.search(f"{name} {described}") else ""
    told = _MEANT.search(described) or (counted and not described)
    wanted = (told and not _MENTIONED.search(f"{name} {described}")) or _wanted_on(key, f"{own}; {said}")
    return "orders_fit" if slot == "order_ids" and wanted else ""


_AN_ORDER = r"(?:orders?|order (?:numbers?|ids?)|bestell\w+|commandes?|pedidos?|bestelling\w*|zamówie\w+)"
_MAY_BE = (
    r"(?:may|might|could|can|possibly|potentially|plausibly|conceivably|kann|können|könnten?|peut|peuvent"
    r"|pourrai(?:t|ent)|puede[n]?|podrían?|kan|kunnen|może|mogą|mogłyby|still)"
)
_IT = r"(?:meant|about|the (?:one|right)|concerned|in question|affected|referred|what|at issue|relevant|it)"
_FITTING = r"candidates?|possible|plausible|potential|fitting|matching|conceivable|likely"
_MAY_BE_MEANT = re.compile(
    rf"\b{_AN_ORDER}\b[^.;]{{0,60}}\b{_MAY_BE}\b[^.;]{{0,30}}\b(?:be {_IT}|mean|have meant|concern|fit|match"
    r"|refer|gemeint|gehen|betreffen|concerner|s['’]agir|correspond\w*|referir\w*|tratar\w*|bedoeld|gaan"
    r"|dotyczyć|chodzić)\b"
    rf"|\b{_AN_ORDER}\b[^.;]{{0,40}}"
    r"\b(?:(?:that|which) (?:still )?(?:fits?|match(?:es)?)|fitting|consistent with|compatible with"
    r"|(?:not|isn['’]t|aren['’]t) ruled out|left (?:over )?(?:after|once|when)|in play|in question"
    r"|passen|passt|zutreffen|correspondent|encajan|coinciden|passend|pasując\w+|pasują)\b"
    rf"|\b(?:{_FITTING})\b[^.;]{{0,12}}\b{_AN_ORDER}\b"
    rf"|\b{_AN_ORDER}\b[^.;]{{0,40}}\b(?:gehen|gemeint sein) k(?:ann|önnten?)\b"
    rf"|\b{_AN_ORDER}\b[^.;]{{0,16}}\b(?:candidates?|in the running)\b",
    re.IGNORECASE,
)
"""Says of a list that it holds the orders that may be meant."""
_MENTIONED_TOO = re.compile(
    r"\b(?:mention\w*|named|discuss\w*|referenced|quoted)\b[^.;]{0,20}\b(?:or|and|as well as)\b"
    r"|\b(?:even|also|including|incl\.?) (?:if|those|the ones|all|settled|only|merely)\b",
    re.IGNORECASE,
)
"""Says that those that are only spoken of belong to it."""


def _counts_wanted(key: str, part: Mapping[str, Json]) -> bool:
    """Whether a number says on how many orders something is wanted; not how many are spoken of."""
    name, described = " ".join(words_of(key)), str(part.get("description") or "")
    said = f"{name}. {described}"
    counts = _ORDERS_COUNTED.search(described) or _ORDERS.search(name)
    return bool(counts and _ASKED_ON.search(said)) and not (
        _MENTIONED.search(said) or _DONE_WITH.search(said)
    )


_ORDERS = re.compile(r"\borders\b|\b(?:number|count|n|num|nr)\b.*\border\b|\border (?:count|number)s?\b")
_ORDERS_COUNTED = re.compile(
    r"\b(?:how many|(?:the )?(?:number|count) of)\b[^.;]{0,30}\borders\b", re.IGNORECASE
)
_ASKED_ON = re.compile(
    r"\b(?:wants?|wanted|asks?|asked|requests?|requested|demands?|claims?|claimed|concern\w*|affected"
    r"|at issue"
    r"|in question"
    r"|needs?|act on|acted on|to be handled)\b",
    re.IGNORECASE,
)
_DONE_WITH = re.compile(
    r"\b(?:settled|closed|resolved)\b(?! (?:ones? )?(?:don|do not|left|aside|not|out))", re.IGNORECASE
)


def _wanted_on(key: str, described: str) -> bool:
    """Whether some sentence on a list of orders says that they are those on which something is asked for."""
    said = [part for part in re.split(r"[.;]", described) if _WANTED_ON.search(part)]
    return not _MENTIONED.search(key.replace("_", " ")) and any(not _MENTIONED.search(part) for part in said)


def _asked_on_too(key: str, described: str) -> bool:
    """Whether other orders are those on which something is asked for as well, and not just spoken of."""
    said = [f"{' '.join(words_of(key))}", *re.split(r"[.;]", described)]
    asked = [part for part in said if _ASKED_ON.search(part)]
    return bool(asked) and not any(_ONLY_NAMED.search(part) for part in said)


_ONLY_NAMED = re.compile(
    r"\b(?:not|nothing|no|never|without|n['’]t)\b[^.;]{0,50}\b(?:wants?|asks?|asked|requests?|claims?|concern\w*"
    r"|about|needs?)\b"
    r"|\b(?:mention\w*|discuss\w*|passing|settled|unrelated|irrelevant|background|spoken of)\b",
    re.IGNORECASE,
)


_MEANT = re.compile(
    r"\b(?:meant|requested|asked|asks|wants?|wanted|concern\w*|claims?|fits?|match\w*|about|affected"
    r"|in question)\b",
    re.IGNORECASE,
)
_MENTIONED = re.compile(
    r"\b(?:mention\w*|discuss\w*|named?|names|referenced?|quoted|appear\w*|passing|all orders (?:in"
    r"|of)|besides|other|alternatives?)\b",
    re.IGNORECASE,
)
_WANTED_ON = re.compile(
    r"\borders?\b[^.;]{0,60}\b(?:wants?|wanted|asks?|asked|requests?|requested|demands?|claims?)\b"
    r"|\b(?:wants?|asks?|requests?|demands?|claims?)\b[^.;]{0,40}"
    r"\b(?:on|for|about|of) (?:these|those|which|this) orders?\b",
    re.IGNORECASE,
)
"""Says of orders that something is asked for on them."""
