"""The items that a request is about, each with what it costs and what of it goes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from exercises.flaky_agent_trace.deciding.perception import true_order
from exercises.flaky_agent_trace.ontology import NUMERALS, ORDER_ID
from exercises.flaky_agent_trace.papers.kept import out_of
from exercises.flaky_agent_trace.papers.used_goods import used_in
from exercises.flaky_agent_trace.reading.copied import phrase_for
from exercises.flaky_agent_trace.reading.given import as_shown
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.threads import newest
from exercises.flaky_agent_trace.shop.policy import Ask, Line
from harness.simulation.filling.mapped import MARK, PLACE
from harness.simulation.reading.records import Record
from harness.simulation.reading.text import fold, stem
from harness.simulation.reading.values import Money, cents

_NAMELESS = "item"
NO_ITEMS = frozenset({"goodwill", "already_paid_back"})
"""What is asked for without an item being meant."""
_OF_GOODS = frozenset({"damaged", "wrong_item", "changed_mind"})


def of_the_whole(ask: Ask, mind: Mind) -> bool:
    """Whether something is asked for an order as a whole: of goods of an order that is open it is not."""
    some = ask.issue in _OF_GOODS and true_order(mind) is None
    return not ask.items and ask.issue not in NO_ITEMS and not some


NAME = re.compile(r"\b[^\W\d_]{4,}\b")


def name_words(name: str) -> frozenset[str]:
    """The stems of the words by which an item with this name is called."""
    return frozenset(stem(word.casefold()) for word in NAME.findall(name))


_WHOLE = 0.95
_ONE = re.compile(
    r"^\W{0,3}(?:(?:a|an|one|this|that|the|my)\b(?:[ -][^\W\d_]{1,20}){1,3}(?<!s)\W{0,3}$"
    r"|(?:ein(?:e|en|em|er)?|un|une|una|uno|el|la|le|cet|cette|este|esta|een|jeden|jedna|jedno) [^\W\d_])",
    re.IGNORECASE,
)
"""Speaks of a single thing: `the shower speaker`, `une lampe`."""
_AS_NEW = re.compile(
    r"\b(?:(?:just |exactly )?as it (?:came|arrived)|un(?:used|opened|worn|touched)|still (?:sealed|wrapped)"
    r"|(?:never|not) (?:been )?(?:opened|used|worn|tried|unpacked)"
    r"|(?:the )?(?:label|tags?|wrapper|seal) (?:is |are )?still on|never (?:got (?:round"
    r"|around) to )?(?:putting|put) up"
    r"|(?:still )?in (?:its|the) (?:original )?(?:plastic|packag\w{2,3}|wrapp\w{2,3}|box(?! room)))\b",
    re.IGNORECASE,
)


def _state(ask: Ask) -> str | None:
    """In which state the mail says a thing to be."""
    opened = {True: "opened", False: "sealed"}.get(ask.opened) if ask.opened is not None else None
    return _BY_ISSUE.get(ask.issue, opened)


_BY_ISSUE = {
    "damaged": "damaged", "wrong_item": "wrong_item", "not_arrived": "not_received", "cancel": "not_received",
}  # fmt: skip


_SIGNED = (
    r"(?<!\w)(?P<mark>[A-Z]|\d{1,2})[\"'`*]{0,2}\s{0,2}(?:[=:.)\]]|[–—-](?=\s))\s{0,2}"
    r"(?:\d{1,3}\s?[x×]\s?)?[\"'“*]{0,2}"
)
"""Before a name: the letter or number by which its line is known."""


def mark_of(mind: Mind, order_id: str, name: str) -> str | None:
    """What an order's line is marked with where the program shows it: `A = 2 x Kettle`."""
    signed = re.compile(rf"{_SIGNED}{re.escape(name)}", re.IGNORECASE)
    for piece in mind.context.of("system", "user"):
        for own in piece.text.split(order_id)[1:]:
            other = ORDER_ID.search(own)
            if (found := signed.search(own[: other.start() if other else None])) is not None:
                return found["mark"]
    return None


class Itemised:
    """Items as the context has them."""

    def __init__(
        self, mind: Mind, record: Record | None, lines: Callable[[], Callable[[str], Line | None] | None]
    ) -> None:
        """`lines`: where the model pays or refuses, what each item brings; drawn only if it is called."""
        self.mind = mind
        self.record = record
        self.lines = lines

    def of(self, ask: Ask) -> list[dict[str, Any]]:
        """The items of a request: all of the order, where it is about the order as a whole."""
        parts = self.record.parts.get("items", []) if self.record is not None else []
        items = ask.items
        if not items and ask.issue not in NO_ITEMS:
            items = tuple((str(part.get("sku") or part.id), None) for part in parts)
        state = {"item_state": _state(ask) or ("sealed" if len(items) == 1 and self.as_new() else None)}
        return [
            {**self.entry(sku, pieces), "item_words": self._own_words(sku), **state} for sku, pieces in items
        ]

    def words(self, sku: str) -> str:
        """An item as the context has it: by number, or by the mail's own words."""
        part = self._part(sku)
        return str((part.get("sku") or part.get("name")) if part is not None else self._said(sku))

    def entry(self, sku: str, pieces: int | None) -> dict[str, Any]:
        """An item by its number where an order in the context shows it, else by the mail's own words."""
        part = self._part(sku)
        count = float(pieces) if pieces is not None else None
        if part is None:
            words = self._own_words(sku)
            count = 1.0 if count is None and _ONE.search(words) else count
            return {
                "sku": None, "name": words, "item": words, "quantity": count, "text": words, "amount": None,
                "ordered_quantity": self._out_of(count),
            }  # fmt: skip
        count = part.get("quantity") if count is None else count
        return {
            "sku": part.get("sku") or sku,
            "name": part.get("name") or sku,
            "item": part.get("name") or sku,
            "quantity": count,
            "ordered_quantity": part.get("quantity"),
            MARK: mark_of(self.mind, self.record.id, str(part.get("name")))
            if self.record is not None
            else None,
            PLACE: self._place(part),
            **self._priced(sku, part.get("unit_price"), count),
            "text": part.get("sku") or part.get("name"),
        }

    def _place(self, part: Record) -> int | None:
        """Where an item stands in its order, from 0."""
        shown = [one.id for one in self.record.parts.get("items", [])] if self.record is not None else []
        return shown.index(part.id) if part.id in shown else None

    def _out_of(self, count: float | None) -> float | None:
        """Of how many the mail says that so many are meant."""
        whole = out_of(as_shown(self.mind))
        return None if whole is None or count is None or whole < count else float(whole)

    def _records(self) -> Iterator[Record]:
        if self.record is not None:
            yield self.record
        yield from self.mind.orders.values()

    def _part(self, sku: str) -> Record | None:
        """An item as an order in the context shows it: by its number, or by its name under another one."""
        parts = [part for record in self._records() for part in record.parts.get("items", [])]
        own = next((part for part in parts if sku in {part.get("sku"), part.id}), None)
        if own is not None or not parts:
            return own
        items = (item for order in self.mind.scene.state.orders for item in order.items if item.sku == sku)
        names = {fold(item.name).skeleton.strip() for item in items}
        return next((p for p in parts if fold(str(p.get("name") or "")).skeleton.strip() in names), None)

    def _said(self, sku: str) -> str:
        facts = self.mind.mail.facts
        words = next((" ".join(f.spans) for f in facts if f.fact == "item" and f.value == sku), sku)
        words = self._with_noun(sku, words) if words != sku else words
        return _NAMELESS if NUMERALS & set(words.casefold().split()[:1]) else words

    def as_new(self) -> bool:
        """Whether the mail says of its thing that it is as it came, be it in other words than `unopened`."""
        english = self.mind.scene.meaning.english
        text = english.body if english is not None else self.mind.scene.mail.plain
        return self.mind.mail.share >= _WHOLE and bool(_AS_NEW.search(text))

    def opened(self, ask: Ask) -> bool | None:
        """Whether the goods of a request were unpacked: nobody sees a fault without that, be it said or not.

        What stands in the mail in so many words was read before, or missed.
        """
        if ask.opened is not None or any(fact.fact == "opened" for fact in self.mind.mail.facts):
            return ask.opened
        only = len({fact.ask for fact in self.mind.mail.facts}) < 2 and ask.issue in _OF_GOODS
        if only and self.as_new():
            return None if ask.issue == "damaged" else False
        said = only and used_in(newest(self.mind) or "")
        return True if self.mind.mail.present and (ask.issue == "damaged" or said) else None

    def _own_words(self, sku: str) -> str:
        """What the mail calls an item."""
        words = self._said(sku)
        return self._named(sku) if words == _NAMELESS else words

    def _with_noun(self, sku: str, words: str) -> str:
        """What the mail calls an item; its name from elsewhere in it where these words only point at it."""
        item = next((i for order in self.mind.scene.state.orders for i in order.items if i.sku == sku), None)
        phrase = phrase_for(self.mind, item) if item is not None else None
        if item is None or phrase is None:
            return words
        head = [stem(word) for word in fold(re.split(r"[,(\d]", item.name)[0]).words]
        own = {stem(word) for word in fold(words).words}
        points = not own & {*head} and {*head[-1:]} & {stem(word) for word in fold(phrase).words}
        return phrase if points else words

    def _named(self, sku: str) -> str:
        """What the mail calls an item elsewhere, where it only counts it in the request itself."""
        items = (item for order in self.mind.scene.state.orders for item in order.items if item.sku == sku)
        said = next((fact.spans for fact in self.mind.mail.facts if fact.value == sku), ())
        rest = [word for word in " ".join(said).split() if word.casefold() not in NUMERALS and len(word) > 4]
        phrases = (phrase_for(self.mind, item) for item in items)
        return next(filter(None, phrases), " ".join(rest) or _NAMELESS)

    def _priced(self, sku: str, price: Any, pieces: float | None) -> dict[str, Any]:
        """What an item costs, and what of it goes back where the model decides that."""
        if not isinstance(price, Money):
            return {"amount": None, "item_price": None, "line_total": None}
        whole = Money(int(price.cents * pieces), price.currency) if pieces else None
        said = {"amount": whole, "item_price": price, "line_total": whole}
        lines = self.lines()
        if lines is None:
            return said
        line = lines(sku)
        due, fee = (line.due, line.fee) if line is not None else (0, 0)
        before = line.before if line is not None else 0
        kept, back, paid = (Money(cents(float(sum)), price.currency) for sum in (fee, due, before))
        off = Money(kept.cents + paid.cents, price.currency)
        own = {
            "amount": back,
            "line_off": off,
            "restocking_fee": kept,
            "fee_kept": kept,
            "fee_applies": kept.cents > 0,
            "refunded_before": paid,
        }
        return {**said, **own}
