"""What texts of an answer tell that have no name of their own: the wish, the facts, the rule, the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.papers.named_goods import things_named
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Ask
from exercises.flaky_agent_trace.writing.wording import counted, money_text, reason_text

_WISHES = {
    "changed_mind": "wants to give back {what} and get {wanted}",
    "damaged": "wants {wanted} for {what}, which arrived damaged or faulty",
    "wrong_item": "wants {wanted} for {what}, which is not what was ordered",
    "late": "wants compensation for the late delivery of {what}",
    "not_arrived": "wants {wanted} for {what}, which has not arrived",
    "cancel": "wants to cancel {what} and get {wanted}",
    "goodwill": "asks for a gesture of goodwill over {what}",
    "already_paid_back": "asks for the money for {what} that was to be paid back already",
}  # fmt: skip
_WANTED = {
    "refund": "the money back", "replacement": "a replacement", "store_credit": "store credit",
    "discount": "a discount",
}  # fmt: skip
_DAYS = (("promised", "promised for"), ("delivered", "delivered on"), ("reported", "first told on"))


_OF_GOODS = frozenset({"damaged", "wrong_item", "changed_mind"})
_DEFECTS = frozenset({"damaged", "wrong_item"})


def first_mail(mind: Mind, ask: Ask) -> dt.date | None:
    """The day on which a defect was first told of, be it in the mail that is read."""
    return ask.reported or (mind.mail.received if ask.issue in _DEFECTS else None)


class CaseTexts:
    """The slots of these."""

    def __init__(
        self, mind: Mind, read: Callable[[str], Any], asks: tuple[Ask, ...], named: Callable[[str], str],
        decided: Callable[[], Resolution] | None,
    ) -> None:  # fmt: skip
        """`read`: the model's answer for another slot; `named`: an item in words; `decided`: what the model
        would do, where it decides; drawn only if it is called.
        """
        self.mind = mind
        self.read = read
        self.asks = asks
        self.named = named
        self.decided = decided

    def __call__(self, slot: str) -> Any:
        """The text, or its lines, `None` where nothing of it is known."""
        return getattr(self, f"_{slot}")() if self.asks else None

    def _case_told(self) -> str:
        """The case for people."""
        return str(self.read("summary"))

    def _first_mail(self) -> dt.date | None:
        return next(filter(None, (first_mail(self.mind, ask) for ask in self.asks)), None)

    def _wish_told(self) -> str:
        """What the customer is after, a sentence for each request."""
        wanted = _WANTED.get(str(self.read("wants")), "the money back")
        orders = [id for id in self.read("orders_concerned") or [] if id]
        which = f"order{'s' * (len(orders) > 1)} {' and '.join(orders)}" if orders else self._named_thing()
        said = [
            _WISHES[ask.issue].format(what=self._in_english(ask) or which, wanted=wanted) for ask in self.asks
        ]
        own = f" ({which})" if orders and all(map(self._what, self.asks)) else ""
        legal = "; a lawyer, a court or an authority is mentioned" if self.read("legal") else ""
        return f"The customer {'; the customer also '.join(said)}{own}{legal}."

    def _in_english(self, ask: Ask) -> str:
        """What is asked for: what only the mail's own language has a word for, by its English noun."""
        abroad = self.read("language") not in {None, "en"}
        items = [(self.named(sku), pieces) for sku, pieces in ask.items]
        if not abroad or not any(name.startswith("“") for name, _ in items):
            return self._what(ask)
        nouns = [(things_named(name) if name.startswith("“") else (name,), pieces) for name, pieces in items]
        known = all(len(noun) == 1 for noun, _ in nouns)
        said = (counted(noun[0], n) if n else f"the {noun[0]}" for noun, n in nouns)
        noun = self.read("search_words") if not known and len(nouns) == 1 else None
        alone = f"the {noun[0]}" if noun and len(noun) == 1 and not nouns[0][1] else self._what(ask)
        return " and ".join(said) if known else alone

    def _named_thing(self) -> str:
        """What the mail calls its thing, where nobody knows of which order it is."""
        words = self.read("search_words") if self.asks[0].issue in _OF_GOODS else None
        return f"the {words[0]}" if words and len(words) == 1 else "the order"

    def _facts_told(self) -> str:
        """What a decision turns on: order, items, days, earlier refunds."""
        return "; ".join(self._facts())

    def _fact_list(self) -> list[dict[str, Any]]:
        return [{"text": line} for line in self._facts()]

    def _facts(self) -> Iterator[str]:
        if (order := self.read("order_id")) is not None:
            yield f"order {order}"
        for ask in self.asks:
            opened = "" if ask.opened is None else ", opened" if ask.opened else ", not opened"
            yield f"{self._what(ask) or 'the whole order'}: {ask.issue.replace('_', ' ')}{opened}"
        for slot, words in _DAYS:
            if isinstance(day := self.read(slot), dt.date):
                yield f"{words} {day:%d %B %Y}"
        if self.mind.mail.received is not None:
            yield f"mail received on {self.mind.mail.received:%d %B %Y}"
        before = self.read("refunded_before")
        if before is not None and before.cents:
            yield f"refunded before: {before.cents / 100:.2f} {before.currency or ''}".strip()

    def _rule_told(self) -> str | None:
        return reason_text(self.mind, self.decided()) if self.decided is not None else None

    def _next_told(self) -> str | None:
        return next_step_told(self.mind, self.decided()) if self.decided is not None else None

    def _missing_told(self) -> str:
        return "which order is meant" if self.read("unclear") else "nothing is missing"

    def _what(self, ask: Ask) -> str:
        items = [counted(self.named(sku), pieces) for sku, pieces in ask.items]
        return " and ".join(items)


def next_step_told(mind: Mind, own: Resolution) -> str:
    """What is to be done next, and why."""
    why = reason_text(mind, own)
    order = f" for order {own.order_id}" if own.order_id else ""
    return {
        "refund": f"Refund {money_text(own)}{order} and tell the customer ({why}).",
        "deny": f"Decline the request{order} and tell the customer why ({why}).",
        "escalate": f"Hand the case{order} over to the refunds desk and tell the customer ({why}).",
    }.get(own.action, f"Ask the customer which order is meant ({why}).")
