"""The words by which the goods of a mail would be found in the shop's catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.papers.named_goods import things_named
from exercises.flaky_agent_trace.reading.copied import phrase_for
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.threads import newest
from exercises.flaky_agent_trace.shop.policy import Facts

_HEAD = re.compile(r"[,(\d]")
"""Behind it stands which one of them: `Wine glass, thin`."""


def goods_named(mind: Mind, facts: Facts) -> list[str]:
    """The goods that are concerned, in English, as far as the mail names them.

    Of a whole order, or of one that is open, those of its kind that the mail speaks of.
    """
    if not mind.mail.present:
        return []
    ticket = mind.scene.state.ticket
    named = things_named(f"{ticket.subject}\n{newest(mind) or ''}")
    return list(dict.fromkeys(_concerned(mind, facts, named)))


def as_written(mind: Mind, thing: str) -> str:
    """An English noun as the mail has it: `curtains`; of a mail in another language as the catalogue has."""
    said = re.search(rf"\b{re.escape(thing)}(?:e?s)?\b", mind.scene.written, re.IGNORECASE)
    return said.group().casefold() if said is not None else thing


def _concerned(mind: Mind, facts: Facts, named: tuple[str, ...]) -> Iterator[str]:
    skus = {sku for ask in facts.asks for sku, _ in ask.items}
    meant = {fact.value for fact in mind.mail.facts if fact.fact == "order"}
    for order in mind.scene.state.orders:
        for item in order.items:
            head = _HEAD.split(item.name)[0].strip().casefold()
            kind = next((thing for thing in named if thing in head or head in thing), None)
            if item.sku in skus and (kind is not None or phrase_for(mind, item) is not None):
                yield head
            elif not skus and kind is not None and (order.id in meant or not meant):
                yield kind


class Searching:
    """The slots of these; `None` where the mail names no goods."""

    def __init__(self, mind: Mind, facts: Facts) -> None:
        self.mind = mind
        self.facts = facts

    def __call__(self, slot: str) -> Any:
        """The canonical value."""
        return getattr(self, f"_{slot}")()

    def _search_words(self) -> list[str] | None:
        """What is concerned, in the catalogue's words as far as the mail names it; else all that is named."""
        if not self.mind.mail.present:
            return None
        return goods_named(self.mind, self.facts) or [*things_named(newest(self.mind) or "")] or None
