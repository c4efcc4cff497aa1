"""What results and records of a request show: what was paid, whether the handbook holds, what was broken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.deciding.broken_clauses import broken_clauses
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.deciding.reckoned import is_part_of_sum
from exercises.flaky_agent_trace.reading.given import given
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.paid_out import paid_nothing, paid_out
from harness.simulation.reading.values import Money

from .proofread import broken_rules, offending_words
from .silences import left_open

_DATES = re.compile(
    r"[\"']?effective_?from[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?P<since>\d{4}-\d\d-\d\d)"
    r"(?:[^{}]{0,40}?[\"']?effective_?until[\"']?\s{0,3}[:=]\s{0,3}[\"']?"
    r"(?P<until>\d{4}-\d\d-\d\d|null|none))?",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|today|current date)\b(?: is)?[\"']?\s{0,3}[:=]?\s{0,3}[\"']?(?P<day>\d{4}-\d\d-\d\d)",
    re.IGNORECASE,
)
_OF_DEEDS = frozenset({"action", "issue", "reason"})
"""After a refund these may be asked of it: what is next, what went wrong, why the call was made."""
_OF_SPAN = {"days": "days_counted", "in_time": "span_met"}
_PAST = frozenset({"already_refunded", "refunded_on"})


def meant_beside(slot: str, mind: Mind, *, decides: bool) -> str:
    """What a field means beside the others: a part of the sum, an earlier refund, the days that went by."""
    asked = mind.contract.slots
    if slot == "shipping_fee" and decides and is_part_of_sum(mind):
        return "shipping_refund"
    if slot == "amount" and asked >= _PAST and "action" not in asked:
        return "refunded_before"
    if slot in _OF_SPAN and asked & {"counted_from", "counted_to"}:
        return _OF_SPAN[slot]  # between the days beside it
    if slot == "aspect" and asked & {"winner", "valid"}:
        return "working"  # a `check` of the whole
    if slot == "report_days" and "D-1" not in mind.clauses and mind.orders:
        return "days"  # no rule is shown: it is asked how long it took
    return slot


def on_slot(asked: str, mind: Mind, read: Callable[[str], Any]) -> bool | None:
    """What is asked about a slot: `given_x`, whether x stands there; `open_x`, whether x is a guess."""
    kind, _, slot = asked.partition("_")
    return given(slot, mind, read) if kind == "given" else doubtful(slot, mind) or left_open(slot, mind, read)


def doubtful(slot: str, mind: Mind) -> bool:
    """Whether it is a guess what is asked: of what was done, not of the case that it was done for."""
    letter = (mind.proposal or {}).get("letter")
    after = mind.operation in {"critique", "revise", "extract"} and not letter
    return slot in _OF_DEEDS and after and any(deed.kind == "refund" for deed in mind.deeds)


class Shown:
    """The slots of these; `None` where the request does not show it."""

    def __init__(
        self, mind: Mind, belief: Belief, decided: Callable[[], Resolution] | None, read: Callable[[str], Any]
    ) -> None:
        """`decided`: what the model would do, where it decides; `read`: its answer for another slot."""
        self.mind = mind
        self.belief = belief
        self.decided = decided
        self.read = read

    def __call__(self, slot: str) -> Any:
        """The canonical value."""
        return getattr(self, f"_{slot}")()

    def _paid(self) -> Money | None:
        """By the results; of an order of which nothing was done what was paid for it."""
        if (said := paid_out(self.mind)) is not None:
            return said
        if paid_nothing(self.mind):
            return Money(0, self.read("currency"))
        if self.mind.deeds or self.mind.proposal is not None:
            return None
        total = self.read("order_total")
        return total if isinstance(total, Money) else None

    def _handbook_from(self) -> dt.date | None:
        return self._held[0]

    def _handbook_until(self) -> dt.date | None:
        return self._held[1]

    def _in_force(self) -> bool | None:
        since, until = self._held
        day = self.mind.mail.received or self._today()
        if since is None or day is None:
            return None
        return since <= day and (until is None or day <= until)

    def _stale(self) -> bool | None:
        holds = self._in_force()
        return None if holds is None else not holds

    def _today(self) -> dt.date | None:
        texts = (piece.text for piece in self.mind.context.of("system", "user"))
        found = next((match for text in texts for match in _NOW.finditer(text)), None)
        return dt.date.fromisoformat(found["day"]) if found is not None else None

    @property
    def _held(self) -> tuple[dt.date | None, dt.date | None]:
        """From when to when the handbook holds that was read last."""
        texts = (piece.text for piece in self.mind.context.of("system", "user", "result"))
        found = [match for text in texts for match in _DATES.finditer(text)]
        if not found:
            return None, None
        until = found[-1]["until"] or ""
        last = dt.date.fromisoformat(until) if until[:1].isdigit() else None
        return dt.date.fromisoformat(found[-1]["since"]), last

    def _refunded_on(self) -> dt.date | None:
        """When the last of the earlier refunds was paid."""
        past = self.read("past_refunds") or []
        days = [entry["refunded_on"] for entry in past if isinstance(entry, dict) and entry["refunded_on"]]
        return max(days, default=None)

    def _item_left(self) -> Money | None:
        """What can still be given back for the one item that is asked about."""
        order = self.belief.facts.order
        wanted = {sku for ask in self.belief.facts.asks for sku, _ in ask.items}
        lines = [line for line in order.items if line.sku in wanted] if order is not None else []
        if order is None or len(lines) != 1 or self.read("order_total") is None:
            return None
        before = sum((past.amount for past in order.refunds if past.sku == lines[0].sku), Decimal(0))
        left = lines[0].unit_price * lines[0].quantity - before
        return Money(round(100 * max(Decimal(0), left)), order.currency)

    def _handover_clause(self) -> list[str] | None:
        return self._clauses_of("escalate")

    def _denial_clause(self) -> list[str] | None:
        return self._clauses_of("deny")

    def _clauses_of(self, action: str) -> list[str] | None:
        own = self.decided() if self.decided is not None else None
        if own is None or own.action != action:
            return None
        return [id for id in own.reason.split() if id in self.mind.clauses and id != "H-7"] or None

    def _offending_words(self) -> str | None:
        return offending_words(self.mind, self.read("issues") or [])

    def _violated(self) -> list[Any] | None:
        """The clauses by which a proposal is wrong; none where nothing is held against it."""
        if (numbers := broken_rules(self.mind, self.read("issues") or [])) is not None:
            return numbers
        own = self.decided() if self.decided is not None and self.mind.proposal is not None else None
        if own is None:
            return None
        return broken_clauses(self.mind, own, self.mind.proposal or {}) if self.read("issues") else []

    def _violated_one(self) -> Any:
        return next(iter(self._violated() or []), None)
