"""Lists of the orders that may be meant, which stay empty where one is settled on.

Many programs ask for the order in one field and, in another of any name, for those between which the mail
leaves it open. What is said of the list tells it: when it holds something, or when it is empty.
"""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.offering import TOLD
from harness.simulation.meaning.slots import words_of

Json = Any
_SETTLED = frozenset(
    {"order_id", "orders_concerned", "orders_fit", "which_order", "unclear", "settled_order"}
)
"""One of these stands beside such a list: it says what is settled."""
_MAY_BE = frozenset({None, "order_ids", "orders_fit"})
_ORDERS = re.compile(
    r"\b(?:orders?|order numbers?|numbers|ids|bestell\w*|commandes?|pedidos?)\b", re.IGNORECASE
)
_ALL_THE_SAME = re.compile(
    r"\b(?:more than one|several|two(?: or more)?|multiple|all of them|all) (?:only )?(?:if|when|where)\b"
    r"|\b(?:usually|normally|just|exactly|otherwise)(?: just| only| exactly)? (?:the )?one\b",
    re.IGNORECASE,
)
"""Says that the list holds the one that is meant, too."""
_EMPTY = re.compile(
    r"(?:\b(?:empty|blank|nothing|none|leer|vide)\b|\[\])[^.;]{0,20}?"
    r"\b(?:if|when|where|once|as soon as|wenn|si)\b"
    r"(?P<when>[^.;]{3,80})",
    re.IGNORECASE,
)


def note_contending(parts: dict[str, Json]) -> None:
    """Note the lists of an object that hold the orders between which it is open."""
    ontology = vocabulary().ontology
    schemas = {key: part for key, part in parts.items() if isinstance(part, dict)}

    def slot(key: str, described: str) -> str | None:
        options = tuple(map(str, parts[key].get("enum") or ()))
        held = "array" * (type_of(parts[key]) == "array")
        return ontology.slot_of(key, described, options, held=held)

    slots = {
        key: part.get(TOLD, {}).get("slot") or slot(key, str(part.get("description") or ""))
        for key, part in schemas.items()
    }
    for key, part in schemas.items():
        beside = {of for other, of in slots.items() if other != key}
        open_to_it = slots[key] in _MAY_BE or slot(key, "") in _MAY_BE
        if type_of(part) == "array" and open_to_it and beside & _SETTLED and _open(key, part):
            parts[key] = {**part, TOLD: {**part.get(TOLD, {}), "slot": "contending_orders"}}


def _open(key: str, part: dict[str, Json]) -> bool:
    """Whether a list is said to hold orders while it is not settled which is meant, and none otherwise."""
    told = str(part.get("description") or "")
    if not _ORDERS.search(f"{' '.join(words_of(key))} {told}"):
        return False
    said_in = vocabulary().ontology.predicates.said_in
    void = _EMPTY.search(told)
    if void is not None and (said := {one.name: one.denied for one in said_in(void["when"])}):
        return said.get("clear") is False or said.get("unclear") is True
    meant = not _ALL_THE_SAME.search(told)
    return meant and any(one.name == "unclear" and not one.denied for one in said_in(told))
