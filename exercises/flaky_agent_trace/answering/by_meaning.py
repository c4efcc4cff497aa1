"""What answers say where a field is told by what it is said to mean: predicates, items by their reason."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from exercises.flaky_agent_trace.deciding.aspects import held
from harness.simulation.meaning.predicates import ABOUT, ITEMS

from .predicated import ISSUES, Predicated

_KEPT = "kept"
_STATES = {"opened": True, "sealed": False}
_AGREE = {
    "same_outcome": ("action", True), "other_outcome": ("action", False), "same_sum": ("amount", True),
    "other_sum": ("amount", False), "promises_more": ("promise", False),
}  # fmt: skip
"""Of each predicate the aspect that it is about, and whether it says that nothing is held against that."""
_MONEY_ONLY = frozenset({"late", "goodwill", "already_paid_back"})
"""What is asked for these, nothing goes back for it."""


def _because(issue: str | None) -> dict[str, Any]:
    """Why a line goes back, as a part of its entry: by its own request, whatever the mail asks besides."""
    so = {f"{ABOUT}{name}": float(name == issue) for name in ISSUES}
    return {"issue": issue, "reason": issue, **so, f"{ABOUT}{_KEPT}": float(issue is None)}


_STAYS = {
    "quantity": 0.0, "amount": None, "opened": None, "sealed": None, "quote": None, "item_state": None,
    "meant": False, "refund_request": False, **_because(None),
}  # fmt: skip


class ByMeaning:
    """The answers to these; the rest are `Answers`'."""

    @cached_property
    def predicated(self: Any) -> Predicated:
        """What is so of the case."""
        decided = (lambda: self.resolution) if self._deciding else None
        return Predicated(self.mind, self.belief, self, decided, lambda: self.resolution)

    def by_meaning(self: Any, asked: str) -> Any:
        """Whether a predicate is so, or the items that are asked for for one of some reasons."""
        if asked.startswith(ITEMS):
            return self.items_for(frozenset(asked.removeprefix(ITEMS).split()))
        name = asked.removeprefix(ABOUT)
        return self.agrees(name) if name in _AGREE else self.predicated(name)

    def agrees(self: Any, name: str) -> bool | None:
        """Whether a letter agrees with what it is held against; `None` where none is judged."""
        if self.mind.operation not in {"critique", "judge"} or not (self.mind.proposal or {}).get("letter"):
            return None
        aspect, so = _AGREE[name]
        return bool(held(aspect, self.mind, self.resolution, self.objections)) is not so

    def _overpromises(self: Any) -> bool | None:
        return self.agrees("promises_more")  # type: ignore[no-any-return]

    def _outcome_differs(self: Any) -> bool | None:
        return self.agrees("other_outcome")  # type: ignore[no-any-return]

    def _sum_differs(self: Any) -> bool | None:
        return self.agrees("other_sum")  # type: ignore[no-any-return]

    def _every_line(self: Any) -> list[dict[str, Any]] | None:
        """All lines of the order: what is asked for each that goes back, and that the others are kept."""
        if self.record is None:
            return None
        asks = [ask for ask in self.facts.asks if ask.issue not in _MONEY_ONLY]
        found = {
            str(entry["sku"]): {**entry, **_because(ask.issue), "meant": True, "refund_request": True}
            for ask in reversed(asks)
            for entry in self.items.of(ask)
        }
        skus = [str(part.get("sku") or part.id) for part in self.record.parts.get("items", [])]
        return [found.get(sku) or {**self.items.entry(sku, 0), **_STAYS} for sku in skus]

    def items_for(self: Any, reasons: frozenset[str]) -> list[dict[str, Any]]:
        """The items of the requests of these kinds; those that stay with the customer are the others."""
        states = {_STATES[reason] for reason in reasons & {*_STATES}}
        issues = reasons - {_KEPT, *_STATES}
        asks = [
            ask
            for ask in self.facts.asks
            if (ask.issue in issues or (states and not issues)) and (not states or ask.opened in states)
        ]
        found = {str(entry["text"]): entry for ask in asks for entry in self.items.of(ask)}
        if _KEPT not in reasons:
            return list(found.values())
        gone = {str(entry["sku"]) for ask in self.facts.asks if ask.items for entry in self.items.of(ask)}
        parts = self.record.parts.get("items", []) if self.record is not None else []
        skus = [str(part.get("sku") or part.id) for part in parts]
        return [self.items.entry(sku, None) for sku in skus if sku not in gone]
