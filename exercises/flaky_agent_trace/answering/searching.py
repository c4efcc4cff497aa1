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
        named = things_named(newest(self.mind) or "")
        return list(dict.fromkeys(self._concerned(named))) or [*named] or None

    def _concerned(self, named: tuple[str, ...]) -> Iterator[str]:
        skus = {sku for ask in self.facts.asks for sku, _ in ask.items}
        for order in self.mind.scene.state.orders:
            for item in order.items:
                head = _HEAD.split(item.name)[0].strip().casefold()
                of_its_kind = any(thing in head or head in thing for thing in named)
                if item.sku in skus and (of_its_kind or phrase_for(self.mind, item) is not None):
                    yield head
