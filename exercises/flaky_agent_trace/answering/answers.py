"""Slot by slot, what the model would answer: the bridge from belief to any program's fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

from exercises.flaky_agent_trace.deciding.aspects import ASPECTS, checked, judged
from exercises.flaky_agent_trace.deciding.judgement import Resolution, resolve
from exercises.flaky_agent_trace.deciding.looking import Looked, look
from exercises.flaky_agent_trace.deciding.perception import Belief, perceive, true_order
from exercises.flaky_agent_trace.deciding.questions import next_step
from exercises.flaky_agent_trace.deciding.reckoned import Reckoned
from exercises.flaky_agent_trace.papers.rulebook import IN_GENERAL
from exercises.flaky_agent_trace.reading.copied import Copied, sku_called, thing_in
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.requested import DATED, STATES, line_of, with_states
from exercises.flaky_agent_trace.shop.policy import Ask, Line
from exercises.flaky_agent_trace.writing.abroad import grounds_abroad
from exercises.flaky_agent_trace.writing.days_told import first_steps
from exercises.flaky_agent_trace.writing.denials import cited_as
from exercises.flaky_agent_trace.writing.rambling import at_length
from exercises.flaky_agent_trace.writing.telling import named
from exercises.flaky_agent_trace.writing.wording import outcome, reason_text, thought
from harness.simulation.meaning.predicates import ABOUT, ITEMS
from harness.simulation.noise import Noise
from harness.simulation.reading.values import Money, cents

from .by_meaning import ByMeaning
from .case_texts import CaseTexts, first_mail
from .certainty import Certain
from .enumerated import Enumerated, clause_by_clause
from .foregone import foregone
from .gone_through import each_in_a_line, points_thought_of
from .grounded import Grounded
from .itemised import Itemised
from .listing import LISTED, listed
from .mailed import Mailed
from .order_rows import OrderRows
from .parted import Parted
from .particulars import Particulars
from .plainly_told import PlainlyTold
from .recorded import Recorded
from .searching import Searching
from .shown import Shown, meant_beside, on_slot
from .which_order import WhichOrder
from .written import Written

_WHICH = frozenset({
    "order_id", "order_ids", "orders_fit", "order_list", "orders_concerned", "unclear", "settled_order",
    "confidence", "order_confidence", "reasoning", "quote", "question", "several_orders",
    "one_order", "order_index", "reason",
})  # fmt: skip
"""Where nothing else is asked, the question is which order is meant."""
_OF_MAIL = frozenset({"item", "items", "asks", "issue", "sku", "quantity", "wants"})  # whose reason it is
_BY_FIELD = frozenset({"said_value", "due_value"})
_MONEY = frozenset({"amount", "restocking_fee", "fee_kept", "line_off"})


class Answers(ByMeaning, Mailed, OrderRows, Parted, Written):
    """One model's answers about one case; each slot is worked out when it is asked for."""

    def __init__(self, mind: Mind, belief: Belief, noise: Noise) -> None:
        self.mind = mind
        self.belief = belief
        self.facts = belief.facts
        self.record = mind.orders.get(self.belief.order_id or "")
        self.noise = noise

    def __call__(self, slot: str) -> Any:
        """The canonical value of a slot, `None` where the model has none."""
        if slot.startswith("quote_of_"):
            return self.quote_of(slot.removeprefix("quote_of_"))
        if slot.startswith((ABOUT, ITEMS, "given_", "open_")):
            return self.by_meaning(slot) if " " in slot else on_slot(slot, self.mind, self)
        if slot in ASPECTS:
            return judged(slot, self.mind, self.resolution, self.objections)
        slot = meant_beside(slot, self.mind, decides=self._deciding)
        if slot in LISTED:
            found = listed(
                slot, self.mind.orders, self.record, self.facts, self._deciding and self.resolution
            )
            return self.rows_of(found) if slot == "each_order" else found
        own = getattr(self, f"_{slot}", None)
        said = own() if own is not None else None
        if said is not None or (own is not None and slot not in IN_GENERAL):
            return said
        known = (self.reckoned(slot), *(r(slot) for r in self._readers if hasattr(r, f"_{slot}")))
        return next((value for value in known if value is not None), None)

    @cached_property
    def _readers(self) -> tuple[Callable[[str], Any], ...]:
        """Who knows what is asked besides the case itself: the first that says something has the word."""
        decided = (lambda: self.resolution) if self._deciding else None
        return (
            Recorded(self.mind, self.belief, decided),
            Grounded(self.mind, self.belief, decided, self),
            Enumerated(self.mind, self.belief, self, self.item_words, lambda: self.resolution),
            Copied(self.mind, self),
            CaseTexts(self.mind, self, self.facts.asks, lambda sku: named(self, sku), decided),
            Shown(self.mind, self.belief, decided, self),
            Certain(self.mind, self.belief, self.noise, self._pays),
            WhichOrder(self.mind, self.belief, self),
            PlainlyTold(self.mind, self),
            Searching(self.mind, self.facts),
            Particulars(self.mind, self),
        )

    @cached_property
    def reckoned(self) -> Reckoned:
        """How the sum comes about."""
        return Reckoned(self.mind, self.belief, (lambda: self.resolution) if self._deciding else None)

    @cached_property
    def resolution(self) -> Resolution:
        """What the model would do; of a proposal, what it holds right once it has looked at that."""
        return self.looked.held_right

    @cached_property
    def own_view(self) -> Resolution:
        """What the model would do; worked out, and its slips drawn, only where it is asked for."""
        done = self.done
        if done is None or (done.action == "refund" and done.amount is None):
            own = resolve(self.mind, self.belief, self.noise)
            if done is not None and own.amount is None:
                return done
            return own if done is None else replace(done, amount=own.amount, currency=own.currency)
        return done

    @cached_property
    def done(self) -> Resolution | None:
        """What was done before, where this answer is about that: who acts or writes goes by it."""
        return foregone(self.mind, self.belief)

    @property
    def _ended(self) -> bool:
        """Whether nothing is left but to tell the program that it is done."""
        return self.mind.operation == "act" and (self.done is not None or next_step(self.mind) == "close")

    @cached_property
    def looked(self) -> Looked:
        """What comes of a look at what is proposed."""
        if self.mind.operation not in {"critique", "judge"}:
            return Looked(self.own_view)
        return look(self.mind, self.own_view, self.noise)

    @property
    def objections(self) -> list[str]:
        """What it objects to in a proposal."""
        return self.looked.objections

    @property
    def _deciding(self) -> bool:
        return self.mind.operation not in {"extract", "classify"} or "action" in self.mind.contract.slots

    def _order_id(self) -> str | None:
        if not self._deciding:
            return None if self.matches_several else self.belief.order_id
        return self.resolution.order_id or self.belief.order_id

    def _order_ids(self) -> list[str]:
        said = list(self.mind.discussed)
        if not said and self.mind.mail.present:  # nothing in the mail tells them apart
            return list(self.mind.orders)
        return said or ([self.belief.order_id] if self.belief.order_id else [])

    def _orders_concerned(self) -> list[str]:
        if self.facts.orders_concerned > 1:
            meaning = self.mind.scene.meaning
            if len(meaning.orders_concerned) > 1:
                return list(meaning.orders_concerned)
            # One is imagined to concern it too: another that the mail speaks of.
            own = [self.belief.order_id] if self.belief.order_id else []
            return list(dict.fromkeys([*own, *self.mind.discussed]))[:2]
        return [self.belief.order_id] if self.belief.order_id else []

    def _several_orders(self) -> bool:
        return self.facts.orders_concerned > 1

    def _cases(self) -> list[dict[str, Any]]:
        """Every ticket of the request, each as if it came alone."""
        asked = self.mind.contract.slots - {"cases"}
        each = [
            self if one is self.mind else Answers(one, perceive(one, self.noise), self.noise)
            for one in self.mind.batch or (self.mind,)
        ]
        return [{slot: own(slot) for slot in asked | {"ticket_id"}} for own in each]

    def _action(self) -> str:
        return self.resolution.action

    def _amount(self) -> Money | None:
        if not self._deciding or (not self.record and self.mind.operation != "critique" and not self.done):
            return self._demanded()
        if self.resolution.amount is None and (told := self.paid_before) is not None:
            return told
        if self.resolution.amount is None:
            return Money(0, self._currency()) if self.resolution.action == "deny" else None
        return Money(cents(float(self.resolution.amount)), self.resolution.currency)

    def _demanded(self) -> Money | None:
        injection = self.mind.scene.meaning.injection
        if self.belief.obeys and injection is not None and injection.amount is not None:
            return Money(cents(float(injection.amount)), self._currency())
        for decoy in self.mind.mail.decoys:
            if decoy.fact == "amount":
                number, _, unit = decoy.value.partition(" ")
                try:
                    return Money(cents(float(number)), unit or None)
                except ValueError:
                    return None
        return None

    def _currency(self) -> str | None:
        if self._deciding and self.resolution.currency:
            return self.resolution.currency
        return self.facts.order.currency if self.facts.order is not None else None

    def _reason(self) -> str:
        if verdict := self.on_letter or self.with_grounds(self.on_verdict):
            return verdict
        if not self._deciding and self.mind.contract.slots & _OF_MAIL and (said := self.complaint):
            return said
        if not self._deciding and (told := self.why_this_order or self.barred):
            return told
        own = grounds_abroad(self.mind, self.resolution) or reason_text(self.mind, self.resolution)
        return at_length(self.mind, self.noise, own)

    def _clauses(self) -> list[str]:
        mind, ids = self.mind, list(self.mind.clauses)
        if mind.mail.present or mind.orders or mind.claims or mind.deeds or mind.proposal:
            told, stated = self.done is not None and not ids, (mind.proposal or {}).get("clauses")
            if told and isinstance(stated, list):
                return [*map(str, stated)]
            ids = [id for id in self.resolution.reason.split() if id in ids or (told and id[1:2] == "-")]
        return cited_as(mind, ids)

    def _issue(self) -> str | None:
        return next((ask.issue for ask in self.facts.asks), None)

    def _every_issue(self) -> list[str]:
        return [ask.issue for ask in self.facts.asks]

    def _asks(self) -> list[dict[str, Any]]:
        entries = self._open_asks()
        asked = self.mind.contract.slots & (STATES | DATED) and self.mind.mail.present
        return with_states(self.mind, entries, self) if asked else entries

    def _open_asks(self) -> list[dict[str, Any]]:
        orders = self._orders_concerned()
        if len(orders) < 2:
            return [self._ask(ask, self._order_id()) for ask in self.facts.asks]
        if len(orders) == len(self.facts.asks):
            return [self._ask(ask, order) for ask, order in zip(self.facts.asks, orders, strict=True)]
        each = [self._of_order(ask, order) for ask in self.facts.asks for order in orders]
        return [entry for entry in each if entry is not None]

    def _of_order(self, ask: Ask, order_id: str) -> dict[str, Any] | None:
        """A request as it concerns one of several orders: what was noted is the one order's, of another it
        is what the mail calls it; `None` where it has no words for it.
        """
        held = {
            item.sku for order in self.mind.scene.state.orders if order.id == order_id for item in order.items
        }
        own = tuple((sku, pieces) for sku, pieces in ask.items if sku in held)
        if own or not ask.items or not held:
            return self._ask(replace(ask, items=own or ask.items), order_id)
        if not (said := thing_in(self.mind, order_id)):
            return None
        if (sku := sku_called(self.mind, order_id, said)) is not None:
            return self._ask(replace(ask, items=((sku, None),)), order_id)
        item = {"sku": None, "name": said, "item": said, "quantity": None, "text": said, "amount": None}
        entry = self._ask(ask, order_id) | {"items": [item], "item": said, "sku": None, "quantity": None}
        return {**entry, "summary": line_of(entry, self.facts.wants)}

    def _ask(self, ask: Ask, order_id: str | None) -> dict[str, Any]:
        items = self.items.of(ask)
        entry = {
            "order_id": order_id,
            "items": items,
            "issue": ask.issue,
            "item": items[0]["name"] if items else None,
            "sku": items[0]["sku"] if items else None,
            "quantity": items[0]["quantity"] if items else None,
            "opened": (opened := self.items.opened(ask)),
            "sealed": None if opened is None else not opened,
            "reported": ask.reported,
            "first_mail": first_mail(self.mind, ask),
            "request_status": "open",
            "name": ask.issue,
            **WhichOrder(self.mind, self.belief, self).of(order_id),
        }
        line = line_of(entry, self.facts.wants)
        return {**entry, "summary": line, "text": line}

    @cached_property
    def items(self) -> Itemised:
        """The items as the context has them."""
        return Itemised(self.mind, self.record, self._lines)

    def _lines(self) -> Callable[[str], Line | None] | None:
        """What each item brings, where money for it is asked for and the model decides on it."""
        if not self._deciding or not self.mind.contract.slots & _MONEY:
            return None
        return self.reckoned.line_of if self.resolution.action in {"refund", "deny"} else None

    def item_words(self, sku: str) -> str:
        """An item as the context has it: by number, or by the mail's own words."""
        return self.items.words(sku)

    def _items(self) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        several = not self._deciding and len(self._orders_concerned()) > 1
        for ask in self._open_asks() if several else self.facts.asks:
            for entry in self.items.of(ask) if isinstance(ask, Ask) else ask["items"]:
                own = entry if isinstance(ask, Ask) else {**entry, "order_id": ask["order_id"]}
                found.setdefault(str(entry["text"]), own)
        if found and self._lines() is not None and self.reckoned.steps is not None:
            for line in self.reckoned.steps.lines:  # all that is paid for, more than was asked for at times
                found.setdefault(line.sku, self.items.entry(line.sku, line.pieces))
        return list(found.values()) or self._named_alone()

    def _item(self) -> Any:
        named = next((item["name"] for item in self._items()), None)
        return thing_in(self.mind, self.belief.order_id) if named is None and not self._deciding else named

    def _sku(self) -> Any:
        return next((item["sku"] for item in self._items()), None)

    def _quantity(self) -> Any:
        return next((item["quantity"] for item in self._items()), None)

    def _status(self) -> Any:
        if self._ended and self.mind.contract.submit is not None:
            return outcome(self.resolution)
        return self._field("status")

    @property
    def _each_rule(self) -> bool:
        """Whether it is asked of each rule if it applies."""
        asked = self.mind.contract.slots >= {"clauses", "matches"} or clause_by_clause(self.mind)
        return bool(self.mind.clauses) and asked and not self.mind.proposal

    def _thought_aside(self) -> str:
        return points_thought_of(self)

    def _checks(self) -> list[dict[str, Any]]:
        if lines := each_in_a_line(self, "checks"):
            return [{"text": lines}]
        own = checked(self.mind, self.resolution, self.objections, self._working() or "")
        return list(self("clause_list")) if self._each_rule else own

    def _unclear(self) -> bool:
        return self.belief.order_id is None or (true_order(self.mind) is None and not self.belief.guessed)

    def _reasoning(self) -> str:
        if lines := each_in_a_line(self, "reasoning"):
            return lines
        if verdict := self.on_letter or self.on_proposal:
            return verdict
        asked = self.mind.contract.slots
        if "risk_level" in asked and "action" not in asked:
            own = "; ".join(self("grounds"))
        elif not self._deciding and "order_id" in asked and not asked - _WHICH:
            own = self("order_reasoning")
        elif self._deciding:
            done = self.resolution
            before = f"{objected}. " if (objected := self.on_verdict) else ""
            if abroad := grounds_abroad(self.mind, done):
                return f"{before}{abroad}".replace("\n", "; ")
            own = self.with_sum(thought(self.mind, done, self.noise))
            own = f"{before}{f'{first_steps(self.mind, done)} {own}'.strip()}"
        else:
            own = " ".join(filter(None, (self.in_sentences, self.own_words)))
        return at_length(self.mind, self.noise, own.replace("\n", "; "))

    def _summary(self) -> str:
        return outcome(self.resolution) if self._ended else self.in_sentences

    def _pays(self) -> bool:
        return self.resolution.action == "refund"

    _eligible = _pays

    def _issues(self) -> list[Any]:
        if self._each_rule:
            return list(self("clause_list"))
        if self.mind.operation in {"critique", "revise", "judge"}:
            told = list(self.objections_told if self.marks is None else self.marks.faults)
            return self.by_field(told) if self.mind.contract.slots & _BY_FIELD else told
        return self._asks()

    def _done(self) -> bool:
        return self._ended
