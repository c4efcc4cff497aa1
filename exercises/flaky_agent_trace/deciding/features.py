"""What about a request makes the model err more or less: the features that the card weighs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from exercises.flaky_agent_trace.mix import LANGUAGES
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.exchange import Request
from harness.simulation.card import FORM_MODES, Card, Shape
from harness.simulation.reading.text import fold

MODES = FORM_MODES | frozenset(
    {
        "wrong_order", "guesses_order", "wrong_issue", "missed_ask", "wrong_items", "missed_detail",
        "false_alarm", "imagined_detail", "obeys_injection", "date_slip", "dropped_clause",
        "eager_refund", "needless_denial", "needless_escalation", "wrong_amount", "narrow_topic",
        "shallow_lookup", "trusts_stale", "premature_reply", "premature_done", "blind_retry",
        "thinks_aloud", "omits_argument", "torn_call", "fenced_json", "chatty_json", "verbose",
        "rambles", "rubber_stamp", "overstrict", "nitpick", "length_bias", "ignores_feedback",
        "position_bias", "other_order_of_calls", "goes_without", "second_thoughts",
        "leans_on_draft", "runs_ahead", "disregards",
    }
)  # fmt: skip
FEATURES = frozenset(
    {
        "small", "medium", "judge", "drift", "hurried", "length", "middle", "language",
        "weak_language", "thread", "ambiguity", "orders", "decoy", "lookalike", "described",
        "evidence", "silent", "anchored", "confirmed", "asked", "items", "near_boundary", "checked",
        "buried", "handover", "exception", "terms", "tools", "focused", "claimed", "strict", "told",
        "optional", "capped", "several_asks", "policy_noise", "contradicted", "pending", "proposal",
        "temperature", "parallel", "doubtful", "reasoned",
    }
)  # fmt: skip
QUIRKS = {**{f"weak_{language}": 0.0 for language in LANGUAGES}, "weak_large": 0.35}
"""`weak_de`: how badly the smaller models read German; `mix.py` sets one of them to 1. `weak_large`: the
share of it that the large model has as well."""
SHAPE = Shape(MODES, FEATURES, QUIRKS)

_SAYS_WRONG = (
    r"invalid|incorrect|wrong|mismatch|does not match|doesn't match|not match|violat|expected|must be|"
    r"cannot be|rejected|failed|exceeds|inconsistent|contradict|not allowed|differs|"
    r"should be (?:within|before|after|on|over|under|at (?:least|most)|no (?:more|later|earlier)|less|more)"
)
_ASSERTION = re.compile(rf"\b(?:{_SAYS_WRONG})\b", re.IGNORECASE)
_OBJECTION = re.compile(
    rf"\b(?:{_SAYS_WRONG}|validation|recheck|check (?:the \w+ |it )?again|look again)\b", re.IGNORECASE
)


def features_of(mind: Mind, request: Request, card: Card) -> dict[str, float]:
    """Every feature that does not depend on the mode. Shares are 0..1, the rest small numbers."""
    meaning = mind.scene.meaning
    slots = mind.contract.slots
    quirks = card.quirks
    found: dict[str, float] = {
        **card.snapshots.get(mind.snapshot, {}),
        "small": float(mind.role == "small"),
        "medium": float(mind.role == "medium"),
        "judge": float(mind.role == "judge"),
        "length": min(3.0, math.log2(1 + mind.context.length / 6000)),
        "middle": min(1.0, mind.context.length / 24_000) * (1 - abs(2 * mind.mail.place - 1)),
        "language": float(meaning.language != "en"),
        "weak_language": quirks.get(f"weak_{meaning.language}", 0.0)
        * (quirks["weak_large"] if mind.role in {"large", "judge"} else 1.0),
        "thread": mind.mail.quoted * _tangle(len(meaning.orders_discussed)),
        "ambiguity": meaning.ambiguity,
        "tools": float(mind.contract.form in {"calls", "react"}),
        "focused": float(
            mind.operation in {"extract", "classify"} and len(mind.decides_by - {"I-1"}) < _HANDBOOK
        ),
        "claimed": float(mind.claims is not None),
        "strict": float(mind.contract.strict),
        "capped": float(request.max_tokens is not None and request.max_tokens < 300),
        "several_asks": float(len({f.ask for f in mind.mail.facts if f.fact == "issue"}) > 1),
        "policy_noise": min(1.0, len(mind.clauses) / 24),
        "contradicted": float(any(record.others for record in mind.orders.values())),
        "pending": float(bool(mind.deeds) and bool(mind.deeds[-1].trouble)),
        "proposal": float(mind.proposal is not None),
        "temperature": min(2.0, request.temperature if request.temperature is not None else 1.0),
        "parallel": float(request.parallel_tools),
        "reasoned": float(_reasons_first(mind)),
    }
    for name, wanted in _ASKED.items():
        found[f"asked_{name}"] = float(bool(slots & wanted) and mind.operation != "act")
    watched = mind.briefing.watches | _defined(mind)
    heed = _WATCHED * min(1.0, _FULL / max(1, len(watched)))
    for name in watched:
        found[f"asked_{name}"] = (
            max(found[f"asked_{name}"], heed) if name == "order" else found[f"asked_{name}"] + heed
        )
    if slots & {"unclear"} and mind.operation != "act":
        found["asked_order"] += 1.0  # a place to say that it isn't settled
    return {name: value for name, value in found.items() if value}


_BY_STEPS = re.compile(
    r"\bstep by step\b|\bthink (?:it )?(?:through|first|aloud)\b|\breason(?:ing)? (?:first|before)\b",
    re.IGNORECASE,
)


def _reasons_first(mind: Mind) -> bool:
    """Whether the case is gone through before it is decided: a field for it comes first, or it is told so."""
    contract, named = mind.contract, vocabulary().ontology.slot_of
    if mind.operation == "act":
        return False
    if contract.form == "text":
        return bool(_BY_STEPS.search(mind.instructions))
    for name in (contract.schema or {}).get("properties", {}):
        if (slot := named(name)) in {"action", "amount", "eligible", "clauses"}:
            return False
        if slot == "reasoning":
            return True
    return False


def _tangle(orders: int) -> float:
    """How much of a tangle quoted mails are: 0.5 where they are of one order, 1 where of three or more."""
    return 0.5 + 0.25 * min(2, max(0, orders - 1))


_WATCHED = 0.7
"""How much being told to watch something does, by what a field for it does."""
_FULL = 5
"""So many things to watch are heeded as well as fewer; of more, each gets less."""
_HANDBOOK = 3
"""A prompt that tells what to note may sound like a rule or two: that is no handbook."""
_ASKED = {
    "order": {"order_id", "order_ids", "orders_fit", "unclear"},
    "asks": {"asks", "issues"},
    "opened": {"opened", "sealed"},
    "reported": {"reported"},
    "issue": {"issue"},
    "items": {"items", "item", "sku"},
    "several": {"several_orders", "orders_concerned"},
    "legal": {"legal"},
    "wants": {"wants"},
}


def _defined(mind: Mind) -> set[str]:
    """The readings whose fields a schema describes in so many words."""
    if mind.operation == "act":
        return set()
    described = {
        slot
        for name, field in _fields(mind.contract.schema or {})
        if len(str(field.get("description") or "").split()) >= 5
        and (slot := vocabulary().ontology.slot_of(name))
    }
    return {name for name, wanted in _ASKED.items() if described & wanted}


def _fields(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a schema, however deep: (name, its own schema)."""
    if isinstance(schema, dict):
        own = schema.get("properties")
        yield from ((n, f) for n, f in own.items() if isinstance(f, dict)) if isinstance(own, dict) else ()
        for part in schema.values():
            yield from _fields(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _fields(part)


@dataclass(frozen=True, slots=True)
class Objections:
    """What the program objects to after an earlier answer: names of what of a decision, clauses' ids."""

    named: frozenset[str] = frozenset()
    """All that it points at. Whoever is told to look again may also give up what was right."""
    asserted: frozenset[str] = frozenset()
    """Of these, what it says to be wrong: a hint that helps where it is so, and misleads where it is not."""


def objections(mind: Mind) -> Objections:
    """What the program objects to, in its own words; the model's own do not count.

    "Recheck the items" is no news: asked again without any, a model is as confused as before. Who objects
    to everything, at once or bit by bit, points at nothing.
    """
    answered = [p.index for p in mind.context.pieces if p.source in {"assistant", "call"}]
    if not answered:
        return Objections()
    named: dict[str, set[str]] = {}
    asserted: set[str] = set()
    for piece in mind.context.pieces:
        if piece.index < answered[0] or piece.source not in {"user", "result"} or len(piece.text) > 3000:
            continue
        if mind.scene.mail_share(piece) or piece.own or not _OBJECTION.search(piece.text):
            continue
        names = _named(fold(piece.text).vocabulary)
        named |= names
        if _ASSERTION.search(piece.text):
            asserted = asserted.union(*names.values())
    if len(named) > _POINTED:
        return Objections()
    return Objections(frozenset().union(*named.values()), frozenset(asserted))


_POINTED = 4
"""Objections that name more things than these are no hint at any of them."""


def pointed_at(text: str) -> frozenset[str]:
    """What of a decision a text names, be it an objection or not."""
    return frozenset().union(*_named(fold(text).vocabulary).values())


def _named(words: frozenset[str] | set[str]) -> dict[str, set[str]]:
    """What an objection's words name → what of a decision that is about."""
    found: dict[str, set[str]] = {}
    if words & {"amount", "sum", "refundable", "total", "price", "due"}:
        found["amount"] = {"amount"}
    if words & {"days", "date", "dates", "window", "deadline", "elapsed", "late"}:
        found["date"] = {"date", "R-1", "R-2", "D-1", "L-1"}
    found |= {what: {what} for what, cues in _READINGS.items() if words & cues}
    if words & {"final", "sale"} >= {"final", "sale"}:
        found["R-3"] = {"R-3"}
    return found | {clause: {clause} for cue, clause in _POINTERS.items() if cue in words}


_READINGS = {
    "items": {"item", "items", "sku", "skus", "product", "quantity", "pieces"},
    "issue": {"issue", "complaint", "category"},
    "asks": {"requests", "asks", "complaints"},
    "opened": {"opened", "sealed", "unopened"},
    "reported": {"reported", "report"},
    "orders": {"orders"},
    "legal": {"legal", "lawyer"},
    "wants": {"replacement", "wants"},
}
_POINTERS = {
    "chargeback": "H-3", "gift": "H-4", "lawyer": "H-5", "legal": "H-5", "limit": "H-2", "sender": "I-2",
    "promise": "H-6", "replacement": "H-6", "opened": "R-2", "restocking": "R-2", "shipping": "M-2",
    "refunds": "M-3", "goodwill": "M-4", "threshold": "H-2", "order": "order",
}  # fmt: skip
