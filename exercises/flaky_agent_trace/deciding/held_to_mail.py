"""A form about a mail, held field by field against the mail and the orders as the critic reads them itself.

What the request rules out plainly is gross: an order or article that stands nowhere, more pieces than were
ordered, words that the mail does not have, a threat that nobody made, a kind of request that is far from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.read_forms import Leaf, ReadForm
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.text import fold
from harness.simulation.reading.values import canonical

from .fault import Fault
from .judgement import Resolution

_NEAR = (
    {"damaged", "wrong_item"}, {"late", "not_arrived"}, {"goodwill", "late"}, {"changed_mind", "goodwill"},
    {"changed_mind", "cancel"}, {"damaged", "changed_mind"}, {"wrong_item", "changed_mind"},
)  # fmt: skip
"""Kinds of requests that are easily taken for one another."""
_QUOTED = 3
"""Words of a quotation: fewer stand anywhere."""
# Room in front is taken from its beginning only: from each of its places, it would cost its square.
_OMITTED = re.compile(r"(?:(?<!\s)\s+)?(?:\[?(?:\.\.\.|…)\]?|\s/\s|\n)\s*")


@dataclass(frozen=True, slots=True)
class Goods:
    """An article as an order that is shown has it."""

    order: str
    name: str
    quantity: float | None


def misread(mind: Mind, own: Resolution, form: ReadForm) -> list[Fault]:
    """What of a form about the mail is wrong, the grossest first."""
    reader = _Reader(mind, own, form)
    found = dict.fromkeys(fault for leaf in form.leaves for fault in reader.of_leaf(leaf))
    put = {fault.due for fault in found if "order" in fault.aspects}  # stands instead of what is left out
    missed = (fault for fault in reader.left_out() if fault.due not in put)
    return sorted([*found, *missed], key=lambda fault: not fault.gross)


def order_shown(mind: Mind, order: str) -> bool:
    """Whether an order's number stands in the mail or the records; true where no records are shown."""
    if not mind.sees_orders:
        return True
    known = mind.orders.get(order)
    recorded = known is not None and bool(known.parts.get("items") or known.get("status"))
    return recorded or order.rpartition("-")[2] in mind.scene.mail.plain


def threatened(mind: Mind) -> bool:
    """Whether anything in the mail may be taken for legal steps."""
    return bool(mind.mail.values("legal")) or any(decoy.fact == "policy" for decoy in mind.mail.decoys)


class _Reader:
    """The critic with its own view of the case."""

    def __init__(self, mind: Mind, own: Resolution, form: ReadForm) -> None:
        self.mind = mind
        self.own = own.belief
        self.asks = own.belief.facts.asks
        self.form = form

    def of_leaf(self, leaf: Leaf) -> Iterator[Fault]:
        """What is wrong with one field."""
        slot = {"order_ids": "order_id", "orders_concerned": "order_id"}.get(leaf.slot or "", leaf.slot)
        if slot is None or leaf.value is None or leaf.value == "":
            return
        look: Callable[[Leaf], Iterator[Fault]] | None = getattr(self, f"_{slot}", None)
        if look is not None:
            yield from look(leaf)

    def left_out(self) -> Iterator[Fault]:
        """What the mail asks for and the form does not have."""
        named = self.form.orders
        for order in self.concerned if named else ():
            if order not in named:
                text = f"it leaves out what the mail asks for on {order}"
                yield Fault(text, frozenset({"complete", "order", "items"}), due=order, name="order")
        noted = {value for value in map(self._kind, self.form.values("issue")) if value}
        for issue in dict.fromkeys(ask.issue for ask in self.asks):
            if noted and issue not in noted and noted & {ask.issue for ask in self.asks}:
                yield Fault(f"it leaves out what is asked as `{issue}`", frozenset({"complete"}), due=issue)
        listed = {str(value).upper() for value in self.form.values("sku")}
        for sku in self._asked if listed & {*self._asked} else ():
            if sku not in listed and sku in self.goods:
                text = f"it leaves out the {self.goods[sku].name}"
                yield Fault(text, frozenset({"complete", "items"}), due=sku, name="items")

    @cached_property
    def concerned(self) -> tuple[str, ...]:
        """The orders on which something is asked for, as the critic reads it."""
        several = self.mind.scene.meaning.orders_concerned if self.own.facts.orders_concerned > 1 else ()
        return several or ((self.own.order_id,) if self.own.order_id else ())

    @cached_property
    def goods(self) -> dict[str, Goods]:
        """Every article of the orders that are shown."""
        found: dict[str, Goods] = {}
        for id, record in self.mind.orders.items():
            for part in record.parts.get("items", ()):
                sku = str(part.get("sku") or part.id).upper()
                found.setdefault(sku, Goods(id, str(part.get("name") or sku), part.get("quantity")))
        return found

    @cached_property
    def _asked(self) -> dict[str, int | None]:
        return {sku: many for ask in self.asks for sku, many in ask.items}

    def _order_id(self, leaf: Leaf) -> Iterator[Fault]:
        met = ORDER_ID.search(str(leaf.value))
        order = met.group().upper() if met is not None else ""
        if not order or order in self.concerned:
            return
        due = self.concerned[0] if len(self.concerned) == 1 else ""
        if not order_shown(self.mind, order):
            text = f"{order} stands neither in the mail nor in the records"
            text += f"; the request concerns {due}" if due else ""
            yield Fault(text, frozenset({"order"}), gross=True, said=order, due=due, name=leaf.key)
        elif self.concerned and leaf.slot != "orders_fit":
            text = f"the request concerns {' and '.join(self.concerned)}, not {order}"
            yield Fault(text, frozenset({"order"}), said=order, due=due, name=leaf.key)

    def _sku(self, leaf: Leaf) -> Iterator[Fault]:
        sku = str(leaf.value).upper()
        if not self.goods or sku in self._asked:
            return
        if sku not in self.goods:
            text = f"{sku} stands in none of the orders"
            yield Fault(text, frozenset({"items"}), gross=True, said=sku, name=leaf.key)
        elif self._asked and self.goods[sku].order == self.own.order_id:
            text = f"the customer asks for nothing about the {self.goods[sku].name} ({sku})"
            yield Fault(text, frozenset({"items"}), said=sku, name=leaf.key)

    def _quantity(self, leaf: Leaf) -> Iterator[Fault]:
        many = canonical(leaf.value, "number")
        sku = self._meant(leaf)
        if many is None or isinstance(leaf.value, bool):
            return
        if sku is None:
            yield from self._counted(leaf, float(many))
            return
        ordered = self.goods[sku].quantity
        own = self._asked.get(sku) or (ordered if sku in self._asked else None)
        name, said = self.goods[sku].name, f"{float(many):g}"
        if ordered is not None and float(many) > float(ordered):
            text = f"the order has {float(ordered):g} x {name}, so that it cannot be {said} pieces"
            due = f"{float(own):g}" if own is not None else ""
            yield Fault(text, frozenset({"items"}), gross=True, said=said, due=due, name=leaf.key)
        elif own is not None and float(many) != float(own):
            text = f"{float(own):g} pieces are concerned ({name}), not {said}"
            yield Fault(text, frozenset({"items"}), said=said, due=f"{float(own):g}", name=leaf.key)

    def _counted(self, leaf: Leaf, many: float) -> Iterator[Fault]:
        """The number held against what the mail counts, where no order tells which article it is."""
        counts = [count for ask in self.asks for _, count in ask.items]
        if self.goods or not counts or not all(counts) or many == (due := float(sum(filter(None, counts)))):
            return
        text = f"{due:g} pieces are concerned, not {many:g}"
        yield Fault(text, frozenset({"items"}), said=f"{many:g}", due=f"{due:g}", name=leaf.key)

    def _meant(self, leaf: Leaf) -> str | None:
        """The article of which so many are said to be concerned."""
        sku = str(leaf.beside.get("sku") or "").upper()
        if sku:
            return sku if sku in self.goods else None
        called = str(leaf.beside.get("item") or leaf.beside.get("name") or "")
        words = fold(called).words
        fits = [sku for sku, goods in self.goods.items() if words and fold(goods.name).has(called)]
        alone = [sku for sku in self._asked if sku in self.goods]
        return fits[0] if len(fits) == 1 else alone[0] if len(alone) == 1 and not words else None

    @staticmethod
    def _kind(value: Any) -> str | None:
        return vocabulary().ontology.value_of("issue", str(value))

    def _issue(self, leaf: Leaf) -> Iterator[Fault]:
        kind, own = self._kind(leaf.value), [ask.issue for ask in self.asks]
        if kind is None or not own or kind in own:
            return
        far = not any({kind, issue} in _NEAR for issue in own)
        text = f"the customer's issue is `{own[0]}`, not `{leaf.value}`"
        yield Fault(text, frozenset({"issue"}), gross=far, said=str(leaf.value), due=own[0], name=leaf.key)

    def _legal(self, leaf: Leaf) -> Iterator[Fault]:
        claimed = canonical(leaf.value, "flag")
        if claimed is None or claimed == self.own.facts.legal or not self.mind.mail.present:
            return
        text = "nobody in the mail threatens legal steps" if claimed else "the mail does threaten legal steps"
        gross = bool(claimed) and not threatened(self.mind)
        said, due = ("true", "false") if claimed else ("false", "true")
        yield Fault(text, frozenset({"legal"}), gross=gross, said=said, due=due, name=leaf.key)

    def _several_orders(self, leaf: Leaf) -> Iterator[Fault]:
        claimed, several = canonical(leaf.value, "flag"), len(self.concerned) > 1
        if claimed is not None and bool(claimed) != several and self.concerned:
            about = " and ".join(self.concerned)
            yield Fault(f"the mail asks for something on {about}", frozenset({"order"}), name=leaf.key)

    def _unclear(self, leaf: Leaf) -> Iterator[Fault]:
        claimed, settled = canonical(leaf.value, "flag"), self.own.order_id is not None
        if claimed is True and settled and not self.own.guessed and self.mind.sees_orders:
            text = f"which order is meant is settled: {' and '.join(self.concerned)}"
            yield Fault(text, frozenset({"order"}), said="true", due="false", name=leaf.key)
        elif claimed is False and not settled and len(self.mind.orders) > 1:
            text = "which order is meant is not settled by the mail"
            yield Fault(text, frozenset({"order"}), said="false", due="true", name=leaf.key)

    def _language(self, leaf: Leaf) -> Iterator[Fault]:
        said = vocabulary().ontology.value_of("language", str(leaf.value))
        due = self.mind.scene.meaning.language if self.mind.mail.present else None
        if said is not None and due is not None and said != due:
            text = f"the mail is written in `{due}`, not in `{leaf.value}`"
            yield Fault(
                text, frozenset({"language"}), gross=True, said=str(leaf.value), due=due, name=leaf.key
            )

    def _opened(self, leaf: Leaf) -> Iterator[Fault]:
        yield from self._state(leaf, opened=True)

    def _sealed(self, leaf: Leaf) -> Iterator[Fault]:
        yield from self._state(leaf, opened=False)

    def _state(self, leaf: Leaf, *, opened: bool) -> Iterator[Fault]:
        """Whether it is said to be opened, held against what the mail says of it."""
        word = _STATES.get(str(leaf.value).casefold())
        claimed = word if word is not None else canonical(leaf.value, "flag")
        states = {ask.opened for ask in self.asks if ask.issue == "changed_mind"}
        if claimed is None or len(states) != 1 or (is_open := states.pop()) is None:
            return
        says_open = claimed if opened or word is not None else not claimed
        if bool(says_open) != is_open:
            text = f"it {'was' if is_open else 'was not'} opened"
            yield Fault(text, frozenset({"opened"}), said=str(leaf.value), name=leaf.key)

    def _wants(self, leaf: Leaf) -> Iterator[Fault]:
        said, due = vocabulary().ontology.value_of("wants", str(leaf.value)), self.own.facts.wants
        if said is not None and said != due and {said, due} & {"replacement", "store_credit"}:
            text = f"the customer wants `{due}`, not `{leaf.value}`"
            yield Fault(text, frozenset({"issue"}), said=str(leaf.value), due=due, name=leaf.key)

    def _reported(self, leaf: Leaf) -> Iterator[Fault]:
        told, known = canonical(leaf.value, "date"), {ask.reported for ask in self.asks} - {None}
        if told is not None and len(known) == 1 and told not in {*known, self.mind.mail.received}:
            due = known.pop()
            text = f"it was first reported on {due}, not on {told}"
            yield Fault(text, frozenset({"reported"}), said=str(told), due=str(due), name=leaf.key)

    def _quote(self, leaf: Leaf) -> Iterator[Fault]:
        if not isinstance(leaf.value, str) or not self.mind.mail.present:
            return
        for part in _OMITTED.split(leaf.value.strip("\"'“”„»« ")):
            if len(fold(part).words) >= _QUOTED and not self._stands(part):
                yield Fault(
                    f"the mail does not say “{part}”", frozenset({"quote"}), gross=True,
                    said=leaf.value, name=leaf.key,
                )  # fmt: skip

    def _stands(self, words: str) -> bool:
        """Whether words stand in the request, besides the form itself."""
        if self.mind.scene.mail.has(words):
            return True
        pieces = self.mind.context.of("system", "user", "result")
        said = sum(fold(piece.text).skeleton.count(fold(words).skeleton) for piece in pieces)
        return said > sum(str(one.value).find(words) >= 0 for one in self.form.leaves)


_STATES = {"opened": True, "open": True, "used": True, "sealed": False, "unopened": False}
