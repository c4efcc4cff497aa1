"""Yes or nos of a program's own on whether what is judged agrees with what it is held against."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.reviewing import asks_for_review, reviews_forms
from harness.simulation.filling.defined import spoken_of
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import words_of

Json = Any
_AGREE = {
    "same_outcome": "action_ok", "same_sum": "amount_ok", "promises_more": "overpromises",
    "other_outcome": "outcome_differs", "other_sum": "sum_differs",
}  # fmt: skip
_OF_LETTER = re.compile(r"\b(?:drafts?|letters?|repl(?:y|ies)|proposals?)\b", re.IGNORECASE)


def agreement(name: str, described: str, told: str) -> str:
    """The slot of a yes or no on whether what is judged agrees with what it is held against; else empty."""
    about = spoken_of(vocabulary().ontology.predicates, name, described)
    known = [_AGREE.get(one, "") for one in about]
    judges = bool(_OF_LETTER.search(described)) or asks_for_review(told)
    return known[0] if len(known) == 1 and judges else ""


def agreements(schema: Json, told: str = "") -> frozenset[str]:
    """The slots of the yes or nos of a schema that ask whether a letter agrees with something."""
    if not isinstance(schema, Mapping):
        return frozenset()
    parts = {key: part for key, part in (schema.get("properties") or {}).items() if isinstance(part, Mapping)}
    flags = {key: part for key, part in parts.items() if type_of(part) == "boolean"}
    own = {agreement(key, str(part.get("description") or ""), told) for key, part in flags.items()} - {""}
    return frozenset(own).union(*(agreements(part, told) for part in parts.values()))


_RIGHT = frozenset(
    {
        "right", "rightly", "correct", "correctly", "accurate", "valid", "ok", "okay", "sound", "faithful", "flawless", "good",  # noqa: E501
        "fine", "consistent", "clean", "true", "confirmed", "richtig", "korrekt", "stimmt", "juste", "correcto", "juist", "poprawne",  # noqa: E501
    }
)  # fmt: skip
_STANDS = frozenset({"exists", "exist", "known", "found", "real", "listed", "present"})
"""Of an order or an article: it stands in the records."""
_IDLE = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "has",
        "been",
        "the",
        "this",
        "a",
        "id",
        "number",
        "still",
        "value",
        "ist",
        "sind",
    }
)
_WHOLE = frozenset(
    {
        "form", "extraction", "reading", "intake", "record", "entry", "entries", "proposal", "decision", "everything", "all",  # noqa: E501
        "fully", "entirely", "completely", "fields", "colleague", "clerk", "reader", "first", "second", "it", "work", "result",  # noqa: E501
        "data", "formular", "alles", "formulaire", "formulario", "formulier", "formularz",
    }
)  # fmt: skip
_PARTS = {
    "items_ok": {"item", "items", "quantity", "quantities", "pieces", "count", "article", "articles", "sku", "skus", "lines"},  # noqa: E501
    "issue_ok": {"kind", "kinds", "issue", "issues", "type", "category", "reason", "complaint"},
    "order_ok": {"order", "orders"},
    "opened_ok": {"opened", "sealed", "condition", "state"},
    "language_ok": {"language"},
    "amount_ok": {"amount", "sum", "total"},
    "legal_ok": {"legal", "threat", "threats", "involvement"},
    "quote_ok": {"quote", "quotes", "quotation", "quotations", "evidence"},
}  # fmt: skip


def verdict_flag(name: str, told: str) -> str:
    """The slot of a yes or no on whether a form, or one part of it, is right; empty where it is none."""
    words = frozenset(words_of(name))
    about = words - _RIGHT - _STANDS - _IDLE
    if not words & (_RIGHT | _STANDS) or not (reviews_forms(told) or asks_for_review(told)):
        return ""
    if about <= _WHOLE and words & _RIGHT:
        return "valid"
    part = next((slot for slot, named in _PARTS.items() if about and about <= named), "")
    return part if words & _RIGHT or part in {"order_ok", "items_ok"} else ""


def verdict_flags(schema: Json, told: str = "") -> frozenset[str]:
    """The slots of such yes or nos in a schema."""
    if not isinstance(schema, Mapping):
        return frozenset()
    parts = {key: part for key, part in (schema.get("properties") or {}).items() if isinstance(part, Mapping)}
    flags = (verdict_flag(key, told) for key, part in parts.items() if type_of(part) == "boolean")
    return frozenset(flags) - {""}
