"""What is so of a case, predicate by predicate: what the meanings of options and conditions are judged by.

The words for each stand in `ontology.toml`; here is what it rests on. Facts are the model's beliefs; what was
decided is looked at only where the model decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Ask, Facts, barriers

from .clause_checks import clause_applies

ISSUES = frozenset(
    (
        "changed_mind",
        "damaged",
        "wrong_item",
        "late",
        "not_arrived",
        "cancel",
        "goodwill",
        "already_paid_back",
    )
)
_SECOND = 0.9
"""How far the second request of a mail is what it is about."""
_SORTED = re.compile(
    r"\b(?:sorted|classified|filed|label+ed|categori[sz]ed|routed|triaged|marked|tagged|recogni[sz]ed|treated"
    r"|(?:is|was|be) (?:a )?(?:case|question|matter) of|fit(?:s|ted)|form (?:for|is for))\b"
    r"(?P<as>[^.\n;]{2,160})",
    re.IGNORECASE,
)
_ALIKE = frozenset({"damaged", "wrong_item"})
"""Who sorts into few kinds has one for both."""
_NONE_OF = re.compile(r"\b(?:none|neither|not? (?:any |one )?of|outside)\b", re.IGNORECASE)
_RESTS_ON = {
    "chargeback": ("H-3",), "gift": ("H-4",), "legal": ("H-5",), "stranger": ("I-2",), "several": ("H-1",),
    "above_limit": ("H-2",), "final_sale": ("R-3",), "told_late": ("R-1", "R-2", "D-2"),
    "in_transit": ("L-2",), "shipped": ("L-4",), "promised": ("H-6",),
}  # fmt: skip
"""The clauses by which a case is denied or handed over for what a predicate says."""
_DECISIVE = 2.0
"""How far that is so which a decision rests on: more than what is merely so as well."""


class Predicated:
    """The predicates of a case; `None` where nothing is known."""

    def __init__(
        self, mind: Mind, belief: Belief, read: Callable[[str], Any],
        decided: Callable[[], Resolution] | None,
        ruled: Callable[[], Resolution],
    ) -> None:  # fmt: skip
        """`read`: the model's answer for a slot; `decided`: what it would do, where it decides; `ruled`: that
        anywhere, for who asks whether a rule applies.
        """
        self.mind = mind
        self.read = read
        self.facts: Facts = belief.facts
        self.decided = decided
        self.ruled = ruled

    def __call__(self, name: str) -> float | None:
        """How far it is so, from 0 to 1."""
        if not self.mind.mail.present:
            return None
        if name in ISSUES:
            return self._issue(name)
        head, _, which = name.partition(" ")
        if head == "clause":
            return self._clause(which)
        if head in _APPLIES:
            return clause_applies(_numbered(which), self.mind, self.facts, self.ruled())
        if self._decides(head):
            return _DECISIVE
        held = getattr(self, f"_{head}", None)
        said = held() if held is not None else None
        return None if said is None else float(said)

    def _issue(self, name: str) -> float | None:
        issues = [ask.issue for ask in self.facts.asks]
        if not issues:
            return None
        return 1.0 if issues[0] == name else _SECOND if name in issues else 0.0

    def _decides(self, name: str) -> bool:
        """Whether what was decided rests on this."""
        done = self.decided() if self.decided is not None and name in _RESTS_ON else None
        if done is None or done.action not in {"deny", "escalate"}:
            return False
        on = {*_RESTS_ON[name]} & {*done.reason.split()}
        return bool(on) and not (name == "promised" and self._insists())

    def _clause(self, id: str) -> float | None:
        if self.decided is None:
            return None
        decisive = [word for word in self.decided().reason.split() if word[1:2] == "-"]
        return float(id in decisive) if decisive else None

    # What the mail says

    def _ask(self, *issues: str) -> Ask | None:
        return next((ask for ask in self.facts.asks if not issues or ask.issue in issues), None)

    def _opened(self) -> bool | None:
        opened = self.read("opened")
        if opened is None and self.read("item_state") == "sealed":
            return False  # in other words than these: it is as it came
        return None if opened is None else bool(opened)

    def _sealed(self) -> bool | None:
        return None if (opened := self._opened()) is None else not opened

    def _unsaid(self) -> bool | None:
        return self._opened() is None if self._ask("changed_mind") else None

    def _unclear(self) -> bool:
        return bool(self.read("unclear"))

    def _clear(self) -> bool:
        return not self.read("unclear")

    def _goods_unclear(self) -> bool | None:
        """Whether the mail leaves open which goods it is about: of an order as a whole it does not."""
        asks = self.facts.asks
        return None if not asks else bool(self.read("unclear")) and not any(ask.items for ask in asks)

    def _several(self) -> bool:
        return self.facts.orders_concerned > 1

    def _legal(self) -> bool:
        return self.facts.legal

    def _replacement(self) -> bool:
        return self.facts.wants == "replacement"

    def _store_credit(self) -> bool:
        return self.facts.wants == "store_credit"

    def _insists(self) -> bool:
        return self.facts.wants in {"replacement", "store_credit"}

    def _whole(self) -> bool | None:
        ask = self._ask()
        return None if ask is None else not ask.items

    # What the order says

    def _stranger(self) -> bool:
        """By the order's addresses; where none is shown, somebody else has to be spoken of in the mail."""
        return "I-2" in barriers(self.facts) or bool(self.read("third_party"))

    def _chargeback(self) -> bool:
        return "H-3" in barriers(self.facts)

    def _gift(self) -> bool:
        return "H-4" in barriers(self.facts)

    def _promised(self) -> bool | None:
        order = self.facts.order
        return None if order is None else any(note.kind == "promise" for note in order.notes)

    def _delivered(self) -> bool | None:
        return None if self.facts.order is None else self.facts.order.delivered is not None

    def _undelivered(self) -> bool | None:
        return None if (delivered := self._delivered()) is None else not delivered

    def _processing(self) -> bool | None:
        return None if self.facts.order is None else self.facts.order.status == "processing"

    def _shipped(self) -> bool | None:
        return None if (open_ones := self._processing()) is None else not open_ones

    def _final_sale(self) -> bool | None:
        return self._of_items("final_sale", expected=True)

    def _electronics(self) -> bool | None:
        return self._of_items("category", expected="electronics")

    def _of_items(self, what: str, *, expected: object) -> bool | None:
        ask, order = self._ask("changed_mind") or self._ask(), self.facts.order
        if ask is None or order is None:
            return None
        own = {sku for sku, _ in ask.items}
        return any(getattr(item, what) == expected for item in order.items if item.sku in own or not own)

    # What was decided

    def _denied(self) -> bool | None:
        return None if self.decided is None else self.decided().action == "deny"

    def _above_limit(self) -> float | None:
        return self._clause("H-2")

    def _small_delay(self) -> bool | None:
        order = self.facts.order
        if order is None or order.delivered is None or self._ask("late") is None:
            return None
        known = self.mind.clauses.get("L-1")
        least = known.clause.numbers.get("late_days", 0) if known is not None else 0
        return (order.delivered - order.promised).days <= least

    def _told_late(self) -> bool | None:
        order, ask = self.facts.order, self._ask()
        if order is None or order.delivered is None or ask is None:
            return None
        id, limit = _LIMITS.get(ask.issue, ("", ""))
        if ask.issue == "changed_mind" and ask.opened and self._electronics():
            id, limit = "R-2", "opened_days"
        known = self.mind.clauses.get(id)
        since = (ask.reported if ask.issue in {"damaged", "wrong_item"} else None) or self.facts.received
        most = None if known is None else known.clause.numbers.get(limit)
        return None if most is None else (since - order.delivered).days > most

    def _in_transit(self) -> bool | None:
        lost = self.read("counts_as_lost") if self._ask("not_arrived") else None
        return None if lost is None or self._undelivered() is not True else not lost

    # What the program has sorted it as

    def _misfit(self) -> bool:
        """Whether the mail is not what the program has sorted it as; where it has not said, it is right."""
        table, text = vocabulary().ontology.predicates, self.mind.instructions
        own = {ask.issue for ask in self.facts.asks}
        for found in _SORTED.finditer(text):
            named = {said.name for said in table.said_in(found["as"]) if said.group == "issue"}
            named |= _ALIKE & {"wrong_item"} if named & _ALIKE else set()
            if named:
                return bool(own) and bool(own & named) is bool(_NONE_OF.search(found["as"]))
        return False

    def _fits(self) -> bool:
        return not self._misfit()


def _numbered(which: str) -> str:
    """`H-5` for `h5`."""
    return f"{which[0].upper()}-{which[-1]}"


_APPLIES = frozenset({"applies", "falls_under"})
_LIMITS = {
    "changed_mind": ("R-1", "window_days"), "damaged": ("D-1", "report_days"),
    "wrong_item": ("D-1", "report_days"), "late": ("L-1", "late_claim_days"),
}  # fmt: skip
