"""What the mail tells besides the case, in plain words: pictures, what works, what is unharmed or faulty."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.papers.kept import out_of
from exercises.flaky_agent_trace.papers.plain_facts import (
    may_be_unharmed,
    pictures,
    rules_out,
    unharmed,
    works,
)
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import commands
from exercises.flaky_agent_trace.reading.threads import messages, newest
from harness.simulation.reading.values import moneys

_LETTER = frozenset({"reply", "subject"})
_FAULTY = frozenset({"damaged", "wrong_item"})
_HERE = frozenset({"changed_mind", *_FAULTY})
"""What is said of a thing that one has."""
_AWAY = frozenset({"not_arrived", "cancel"})
_STAYS = frozenset({"late", "goodwill", "not_arrived", "cancel"})
"""Whoever asks for that sends nothing back."""
_THREAD = 2
"""So many messages are one."""
_TO_COME = re.compile(
    r"\b(?:is on|are on|will|by|until|before|next|this coming|bis|nächst\w{1,2}|kommend\w{1,2}|prochain\w?"
    r"|próximo|volgende|przyszł\w{1,2})\b",
    re.IGNORECASE,
)
_FEWEST = 4
"""Words of a clause that tells what happened."""
_BACK = re.compile(
    r"\b(?:return\w*|sen[dt]\w* (?:\w+ ){0,3}back|goes back|back to you|zurück\w*|retour\w*|renvo\w+|devol\w+"
    r"|terug\w*|odes[łl]\w+|zwr[oó]\w+)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[€£]\s?\d|\d\s?(?:[€£]|eur\b|euros?\b|gbp\b|pounds?\b|quid\b|pln\b|z[łl]\b)", re.IGNORECASE
)


class PlainlyTold:
    """The slots of these; `None` where the mail does not settle it."""

    def __init__(self, mind: Mind, read: Callable[[str], Any]) -> None:
        """`read`: the model's answer for another slot."""
        self.mind = mind
        self.read = read

    def __call__(self, slot: str) -> Any:
        """The canonical value."""
        return getattr(self, f"_{slot}")() if self.mind.mail.present else None

    @property
    def _said(self) -> str:
        """What the customer writes now."""
        return newest(self.mind) or ""

    @property
    def _issues(self) -> set[str]:
        return {entry["issue"] for entry in self.read("asks") or ()}

    def _faulty(self) -> list[dict[str, Any]]:
        return [
            item
            for ask in self.read("asks") or ()
            if ask["issue"] in _FAULTY
            for item in ask.get("items") or ()
        ]

    def _pictures(self) -> bool | None:
        return pictures(self._said)

    def _functions(self) -> bool | None:
        return works(self._said)

    def _sum_named(self) -> bool | None:
        if self.mind.contract.slots & _LETTER:
            return None  # it may be asked of the letter
        return bool(moneys(self._said)) or _MONEY.search(self._said) is not None

    def _one_way_only(self) -> bool:
        return rules_out(self._said)

    def _unharmed_items(self) -> list[dict[str, Any]] | None:
        names = unharmed(self._said)
        if not names and may_be_unharmed(self._said):
            return None
        return [{"text": name, "name": name, "item": name, "sku": None, "quantity": None} for name in names]

    def _sent_back(self) -> list[dict[str, Any]] | None:
        """What is given up, and of the rest what the mail says goes back; none where it is silent of that."""
        asks = self.read("asks") or ()
        back = [item for ask in asks if ask["issue"] == "changed_mind" for item in ask.get("items") or ()]
        nothing = self._issues and self._issues <= _STAYS
        open_ones = "changed_mind" in self._issues or _BACK.search(self._said)
        return None if not back and open_ones and not nothing else back

    def _happenings(self) -> list[dict[str, Any]]:
        """The messages of a thread, else the days that the customer names."""
        said = messages(self.mind)
        if len(said) < _THREAD:
            told = [one for one in self.read("dates_told") or () if _happened(one["day_event"])]
            return sorted(told, key=lambda entry: entry["day_told"])
        return [
            {"day_told": one["message_date"], "day_event": one["message_gist"], "text": one["message_gist"]}
            for one in reversed(said)
        ]

    def _faulty_item(self) -> str | None:
        return next((item["name"] for item in self._faulty() if item.get("name")), None)

    def _faulty_pieces(self) -> float | None:
        if self._issues and not self._issues & _FAULTY:
            return 0.0
        counts = [item.get("quantity") for item in self._faulty()]
        known = [count for count in counts if count is not None]
        return float(sum(known)) if known and len(known) == len(counts) else None

    def _set_pieces(self) -> float | None:
        whole = out_of(self._said)
        return None if whole is None else float(whole)

    def _ordered_quantity(self) -> float | None:
        """Of the one thing that it is about."""
        items = self.read("items") or []
        return items[0].get("ordered_quantity") if len(items) == 1 else None

    def _order_delivered(self) -> bool | None:
        """By what is complained of; the order itself has the first word."""
        if self.read("delivered") is not None or self._issues & _HERE:
            return True
        return False if self._issues and self._issues <= _AWAY else None

    def _orders_given(self) -> list[dict[str, Any]]:
        return [{"text": line} for line in commands(self.mind)]


def _happened(clause: str) -> bool:
    """Whether a clause tells of what was, not of what is to come nor a good weekend."""
    return len(clause.split()) >= _FEWEST and _TO_COME.search(clause) is None
