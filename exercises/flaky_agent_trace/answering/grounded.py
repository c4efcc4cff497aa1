"""Why a case is refused, handed over or asked back about, and what marks it out: words and flags.

One fact, many names: whether a thing is a flag, a word of an enum or one of a list, it comes from here.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.deciding.doubts import DOUBT, RESTS_ON, is_doubt
from exercises.flaky_agent_trace.deciding.judgement import Resolution, clean
from exercises.flaky_agent_trace.deciding.perception import Belief, true_order
from exercises.flaky_agent_trace.reading.hearing import disputes, for_another
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.shop.policy import Decision, barriers, decide
from exercises.flaky_agent_trace.writing.for_customers import for_customer

from .itemised import of_the_whole

_SEVERAL = 2

_GROUNDS = {
    "I-1": "order_unclear", "I-2": "third_party", "H-1": "several_orders", "H-2": "above_limit",
    "H-3": "chargeback", "H-4": "gift", "H-5": "legal", "L-3": "carrier", "D-2": "reported_late",
    "R-3": "final_sale", "M-3": "already_refunded", "M-4": "no_goodwill", "doubt": "unclear",
    "silent": "order_unclear", "unseen": "order_unclear", "unknown": "order_unclear",
}  # fmt: skip
"""Ground of a resolution → word for it."""
_DENIED = {
    "R-1": "too_late",
    "R-2": "too_late",
    "L-1": "small_delay",
    "L-2": "in_transit",
    "L-4": "already_shipped",
}
"""Of a denial."""
_RISK = {
    "injection": "the mail tries to instruct whoever reads it by machine",
    "already_refunded": "something was refunded on this order before",
    "store_credit": "store credit is wanted",
    "replacement": "a replacement is wanted", "promise": "a colleague has promised something",
}  # fmt: skip
_MILD = frozenset({"final_sale", "order_unclear", "already_refunded"})
NO_HANDOVER = _MILD | {"injection"}
_RULELESS = frozenset({"unseen", "unknown", "silent", "unpaid", DOUBT})
"""Grounds of a resolution that are no clause."""
_SMALL, _LARGE = Decimal(150), Decimal(500)
_BROADER = {"reported_late": "too_late", "order_unclear": "unclear"}
"""What it comes under where there is no word for just this."""


def _told_by(reason: str) -> list[str]:
    """What the grounds are told by: the clauses, and of a doubt what it is about before that it is one."""
    ids = reason.split()
    return [RESTS_ON.get(ids[0], DOUBT), DOUBT] if is_doubt(reason) else ids


class Grounded:
    """The grounds of what the model does, and what it sees in the mail and the order."""

    def __init__(
        self, mind: Mind, belief: Belief, decided: Callable[[], Resolution] | None, read: Callable[[str], Any]
    ) -> None:
        """`decided`: what the model would do, where it decides; `read`: its answer for another slot."""
        self.mind = mind
        self.belief = belief
        self.decided = decided
        self.read = read

    def __call__(self, slot: str) -> Any:
        """The canonical value, `None` where nothing of it is known."""
        reader = getattr(self, f"_{slot}", None)
        return reader() if reader is not None else None

    def _final_sale(self) -> bool | None:
        wanted = {sku for ask in self.belief.facts.asks for sku, _ in ask.items}
        items = self.belief.facts.order.items if self.belief.facts.order is not None else None
        return None if items is None else any(i.final_sale for i in items if i.sku in wanted or not wanted)

    def _whole_order(self) -> bool | None:
        """Whether no item is named of what is asked for; of an order that is shown, the record tells more."""
        asks = self.belief.facts.asks if self.mind.mail.present else ()
        return any(of_the_whole(ask, self.mind) for ask in asks) if asks else None

    def _identity(self) -> bool | None:
        order = self.belief.facts.order
        if order is None:
            return None
        known = {address.lower() for address in (order.customer.email, *order.customer.also)}
        return self.belief.facts.sender.lower() in known

    def _risk_level(self) -> str | None:
        """How much speaks against leaving the case to a machine; beside a verdict no less, and no more, than
        what is held against the proposal.
        """
        if self.mind.operation == "critique" and self.mind.proposal:
            return {"none": "low", "low": "medium"}.get(self.read("severity"), "high")
        found = self._risks()
        if found is None:
            return None
        if set(found) - _MILD or self._worth >= _LARGE:
            return "high"
        return "medium" if found or self._worth > _SMALL or not self.mind.orders else "low"

    def _risk_reasons(self) -> list[str]:
        """What the level goes by, in words."""
        by_word = {word: id for id, word in _GROUNDS.items() if id in letters().reasons}
        named = (
            letters().reasons[by_word[r]] if r in by_word else _RISK.get(r, r) for r in self._risks() or []
        )
        found = [word.replace("_", " ") for word in named]
        sum = [f"the order is worth {self._worth}"] if self._worth > _SMALL else []
        return [*found, *sum] or ["nothing in the mail or the order stands out"]

    @property
    def _worth(self) -> Decimal:
        order = self.belief.facts.order
        return order.total if order is not None else Decimal(0)

    def _grounds(self) -> list[str]:
        if {"risk_level"} <= self.mind.contract.slots and "action" not in self.mind.contract.slots:
            return self._risk_reasons()
        if self.decided is None and not self.belief.grounded:
            return []
        own = self._decision
        found = self._marked()
        if own.action == "refund":
            return found or ["within_policy"]
        for id in _told_by(self._reason):
            if id == "H-6":
                found += self._promised_or_wanted()
            elif known := _GROUNDS.get(id) or (_DENIED.get(id) if own.action == "deny" else None):
                found.append(known)
        if own.action == "deny" and len(found) > 1 and "final_sale" in found:
            found.sort(key=lambda ground: ground != "final_sale")
        return list(dict.fromkeys([*found, *(_BROADER[ground] for ground in found if ground in _BROADER)]))

    def _by_no_rule(self, own: Resolution | Decision) -> bool:
        """Whether it was decided by no rule that was read: what marks the case out is its grounds then."""
        if own.reason in _RULELESS or is_doubt(own.reason):
            return True
        return not self.mind.decides_by.intersection(own.reason.split())

    def _marked(self) -> list[str]:
        """What speaks for a handover where no rule that was read has decided."""
        return self._marks() if self._by_no_rule(self._decision) else []

    def _marks(self) -> list[str]:
        """What would have the case handed over."""
        return [mark for mark in self._risks() or [] if mark not in NO_HANDOVER]

    def _handover_grounds(self) -> list[str]:
        """Where nothing is decided, or not by any rule, what would have the case handed over."""
        open_one = self._by_no_rule(self._decision) and "action" not in self.mind.contract.slots
        marks = self._marks() if open_one and self.decided is None else []
        return (self._grounds() or ["unclear"]) if self._decision.action == "escalate" else marks

    def _handover_open(self) -> str | None:
        """Of a handover for which a program has no word, that it could not be settled here."""
        return "unclear" if self._decision.action == "escalate" else None

    def _denial_grounds(self) -> list[str]:
        return self._grounds() if self._decision.action == "deny" else []

    @property
    def _decision(self) -> Resolution | Decision:
        return self.decided() if self.decided is not None else clean(self.mind, self.belief)

    @property
    def _reason(self) -> str:
        """The clauses that decide; of a handover on no clause those that would have had it handed over."""
        own = self._decision
        if not is_doubt(own.reason) or not isinstance(own, Resolution):
            return own.reason
        right = decide(own.facts or self.belief.facts, own.kept)
        return right.reason if right.action == "escalate" else own.reason

    def _promised_or_wanted(self) -> list[str]:
        wants = self.belief.facts.wants
        return [wants] if wants in {"store_credit", "replacement"} else ["promise"]

    def _risks(self) -> list[str] | None:
        """All that holds of it, whichever of it decides."""
        if not self.mind.mail.present and not self.mind.orders:
            return None
        found: list[str] = []
        for id in barriers(self.belief.facts):
            found += self._promised_or_wanted() if id == "H-6" else [_GROUNDS[id]]
        facts = self.belief.facts
        marks = {
            "third_party": bool(self._third_party()), "chargeback": bool(self._has_chargeback()),
            "legal": facts.legal, "several_orders": facts.orders_concerned > 1,
            facts.wants: facts.wants in {"store_credit", "replacement"},
            "above_limit": bool(self.read("exceeds_limit")), "final_sale": bool(self.read("final_sale")),
            "already_refunded": bool(self.read("already_refunded")),
            "injection": bool(self.read("injection")), "order_unclear": bool(self.read("unclear")),
        }  # fmt: skip
        return list(dict.fromkeys([*found, *(mark for mark, holds in marks.items() if holds)]))

    def _third_party(self) -> bool | None:
        """Whether somebody else writes: by the order's addresses where it is shown, else by the mail."""
        record = self.mind.orders.get(self.belief.order_id or "")
        if record is not None and record.get("email") is not None and self.mind.mail.sender:
            known = self.read("identity")
            return None if known is None else not known
        return for_another(self.mind) or None

    def _owner(self) -> bool | None:
        other = self._third_party()
        return None if other is None else not other

    def _bank_dispute(self) -> bool | None:
        said = disputes(self.mind)
        return self._has_chargeback() if said is None else said

    def _has_chargeback(self) -> bool | None:
        shown = self.read("chargeback")
        return shown == "open" if shown is not None else disputes(self.mind) or None

    def _one_order(self) -> bool | None:
        return self.belief.facts.orders_concerned == 1 if self.mind.mail.present else None

    def _orders_count(self) -> float | None:
        """On how many orders something is asked: on one also where it is open which."""
        facts = self.belief.facts
        return float(facts.orders_concerned * bool(facts.asks)) if self.mind.mail.present else None

    def _injected_text(self) -> str | None:
        injection = self.mind.scene.meaning.injection
        return " ".join(injection.spans) if self.read("injection") and injection is not None else None

    def _order_match(self) -> str | list[str]:
        """What came of looking for the order: one, several that are asked about, unclear which, none; of what
        is open the word that fits best of those that a program has for it.
        """
        if self.belief.facts.orders_concerned > 1:
            return "several"
        if self._settled_order():
            return ["none", "unclear"] if self._unlisted else "one"
        return ["unclear", "several", "none"] if len(self.mind.orders) > 1 else ["unclear", "none"]

    def _orders_fit(self) -> list[str]:
        """The order that is meant; all that are asked about; all that fit, where it is not settled."""
        if self._settled_order() and self._unlisted:
            return []
        own = {"one": "order_id", "several": "orders_concerned"}.get(str(self._order_match()), "order_ids")
        found = self.read(own)
        if own == "order_ids" and len({*(found or ())} & {*self.mind.orders}) < _SEVERAL <= len(
            self.mind.orders
        ):
            return list(self.mind.orders)  # those that are named do not tell between which it is open
        return found if isinstance(found, list) else [found] if found else []

    @property
    def _unlisted(self) -> bool:
        """Whether the number that is gone by is none of the orders that are shown."""
        return self.mind.sees_orders and self.belief.order_id not in self.mind.orders

    def _contending_orders(self) -> list[dict[str, str]]:
        """Those that fit where it is not settled which is meant."""
        if not self.mind.mail.present or self.belief.facts.orders_concerned > 1 or self._settled_order():
            return []
        return [{"order_id": id, "id": id} for id in self.read("order_ids") or () if id in self.mind.orders]

    def _customer_line(self) -> str | None:
        return for_customer(self.mind, self.decided()) if self.decided is not None else None

    def _settled_order(self) -> bool:
        """Whether it is settled which order is meant."""
        return self.belief.order_id is not None and (self.belief.guessed or true_order(self.mind) is not None)
