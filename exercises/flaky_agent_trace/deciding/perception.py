"""What the model believes of the mail and the order, mistakes included.

Starts from what the context holds; each way to misread it is a mode of the card. The beliefs of every
operation come from here, so that a critic who sees no more than its generator is confused alike.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import cast

from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.orders import denied, order_email, order_from
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.other_views import left_out
from exercises.flaky_agent_trace.reading.restated import READERS, telling
from exercises.flaky_agent_trace.reading.threads import newest
from exercises.flaky_agent_trace.shop.policy import Facts
from harness.simulation.noise import Noise
from harness.simulation.reading.records import Record

from .asks import leans, misreads, of_that_order, read_asks, swayed


@dataclass(frozen=True)
class Belief:
    """What the model takes to be the case."""

    order_id: str | None
    facts: Facts
    """`facts.order` is built from what the context shows of that order; `None` where it shows nothing."""
    grounded: bool
    """Whether the context says at all what the customer wants."""
    obeys: bool = False
    """Whether it follows commands in the mail."""
    guessed: bool = False
    """Whether the order was picked though nothing settles it."""


def perceive(mind: Mind, noise: Noise) -> Belief:
    """Read the mail and the orders, as this model does in this context."""
    order_id, guessed = _which_order(mind, noise)
    drafted = _drafted_order(mind)
    if drafted not in {None, order_id} and leans(mind, noise, "order"):
        order_id, guessed = drafted, False
    record = mind.orders.get(order_id or "")
    asks = read_asks(mind, noise, record)
    if order_id not in {None, true_order(mind)}:
        asks = of_that_order(mind, record, asks)
    asks = swayed(mind, noise, record, asks)
    concerned = _concerned(mind, noise)
    legal = _legal(mind, noise)
    wants = _wants(mind, noise)
    warned = {**mind.features, "told": float("C-2" in mind.clauses) + _SCREENS * (mind.screen is not None)}
    obeys = mind.mail.injected and noise.fires("obeys_injection", warned, subject=mind.ticket_id)
    facts = Facts(
        order=None if order_id is None else order_from(record, order_id, mind.mail.sender or ""),
        asks=asks,
        sender=mind.mail.sender or (order_email(record) if record else "") or "",
        received=received(mind, record),
        legal=legal,
        wants=wants,
        orders_concerned=concerned,
    )
    belief = Belief(order_id, facts, bool(asks), obeys, guessed)
    return _commanded(mind, belief) if obeys and mind.operation in {"extract", "classify"} else belief


_SCREENS = 4.0
"""Who is asked for nothing but whether there are orders in a mail, is told so by every word of the prompt."""


def _drafted_order(mind: Mind) -> str | None:
    """The order that a reading before this one took."""
    if mind.claims is None or mind.operation not in READERS:
        return None
    named = str(mind.claims.values.get("order_id") or "")
    return named if named in mind.orders else None


def _commanded(mind: Mind, belief: Belief) -> Belief:
    """What an extractor notes down that does as the mail commands: what is claimed, as if it were so."""
    injection = mind.scene.meaning.injection
    assert injection is not None
    facts = belief.facts
    match injection.wants:
        case "refund_all" | "refund_amount":
            facts = replace(facts, asks=tuple(replace(ask, items=()) for ask in facts.asks))
        case "skip_checks" | "escalation_off":
            asks = tuple(replace(ask, opened=None) for ask in facts.asks)
            facts = replace(facts, asks=asks, legal=False, wants="refund", orders_concerned=1)
        case "other_order" if injection.order is not None:
            order = order_from(mind.orders.get(injection.order), injection.order, facts.sender)
            return replace(belief, order_id=injection.order, facts=replace(facts, order=order))
    return replace(belief, facts=facts)


def received(mind: Mind, record: Record | None) -> dt.date:
    """The day of the request; where the context does not say, soon after what the order shows."""
    counted = days_stated(mind, record)
    since = record.get("delivered") or record.get("promised") if record is not None else None
    if since is not None and counted is not None:
        return cast("dt.date", since) + dt.timedelta(days=counted)
    if mind.mail.received is not None:
        return mind.mail.received
    known = [record.get(name) for name in ("delivered", "promised", "placed")] if record else []
    days = [day for day in known if isinstance(day, dt.date)]
    return max(days) if days else dt.date(2026, 1, 1)


def days_stated(mind: Mind, record: Record | None) -> int | None:
    """Days since delivery (or past the promised day) as the program has counted them.

    They stand on the order, or once for the one order.
    """
    own = None
    if record is not None:
        own = record.get("days" if record.get("delivered") is not None else "overdue")
    if own is None and len(mind.orders) <= 1:
        own = mind.numbers.get("days")
    return None if own is None or abs(own) > 10_000 else int(own)


def true_order(mind: Mind) -> str | None:
    """The order that an attentive reader of this context would take, `None` where it isn't settled."""
    if (claims := mind.builds_on("critique", "extract")) is not None:
        if named := claims.values.get("order_id"):
            return str(named)
        if claims.values.get("unclear") and mind.retold:
            return None
    for fact in mind.mail.facts:
        if fact.fact == "order":
            literal = any(fact_id_in(span, fact.value) for span in fact.spans)
            if literal or fact.value in mind.orders:
                return fact.value
    if not mind.mail.present and len(mind.orders) == 1:
        return next(iter(mind.orders))
    return None


def fact_id_in(span: str, order_id: str) -> bool:
    """Whether a span names the order by its number."""
    return order_id[3:] in span.replace(" ", "")


def settled(mind: Mind) -> bool:
    """Whether the mail says which order, even where the context does not yet resolve it."""
    return any(fact.fact == "order" for fact in mind.mail.facts) or bool(
        mind.claims and mind.claims.values.get("order_id")
    )


def committed(mind: Mind) -> str | None:
    """The one order that earlier steps looked into or acted on."""
    acted = [deed.order for deed in mind.deeds if deed.kind in {"refund", "escalate", "reply"} and deed.order]
    if acted:
        return acted[-1]
    looked = dict.fromkeys(deed.order for deed in mind.deeds if deed.kind == "get_order" and deed.order)
    return next(iter(looked)) if len(looked) == 1 else None


def rivals(mind: Mind, right: str | None) -> list[str]:
    """Other orders that a reader could take, the likeliest first."""
    decoys = [decoy.value for decoy in mind.mail.decoys if decoy.fact == "order"]
    said = list(mind.discussed)
    seen = [id for id in mind.orders if id not in said]
    found = dict.fromkeys([*decoys, *said, *seen])
    none = denied(mind.context)
    return [id for id in found if id != right and id not in none and ORDER_ID.fullmatch(id)]


def _which_order(mind: Mind, noise: Noise) -> tuple[str | None, bool]:
    right = true_order(mind)
    others = rivals(mind, right)
    anchor = committed(mind)
    if (told := mind.feedback.order) is not None and _goes_by(mind, noise, told, right):
        return told, False
    if right is None:
        if anchor is not None and anchor in others and not settled(mind):
            others = [anchor, *(id for id in others if id != anchor)]
        if others and not settled(mind) and mind.mail.present:
            features = {
                **mind.features,
                "orders": float(len(others) - 1),
                # A form that asks for the order and has no place for doubt is filled in all the same.
                "asked": max(0.0, mind.features.get("asked_order", 0.0) - 1),
                "told": float("I-1" in mind.clauses) + _asked_back(mind),
            }
            if noise.fires("guesses_order", features, subject=mind.ticket_id):
                return others[0], True
        return None, False
    if others and not (mind.claims and mind.claims.values.get("order_id") == right):
        anchored = anchor is not None and anchor != right and anchor in others
        if misreads(
            mind, noise, "wrong_order", "order",
            orders=float(min(len(others), 4)),
            lookalike=_resembling(mind, right, others),
            evidence=float(_itemised(mind, right)),
            described=float(_described(mind, right)),
            anchored=float(anchored),
            confirmed=float(anchor == right),
            checked=float("order" in mind.checked or mind.refuted.which),
        ):  # fmt: skip
            if anchored:
                return anchor, False
            # Not always is one taken for the other: sometimes the model sees that it is at a loss.
            return (others[0] if noise.pick(5, "at a loss", "mode:which_order") < 3 else None), False
    return right, False


def _goes_by(mind: Mind, noise: Noise, told: str, right: str | None) -> bool:
    """Whether the model takes the order that it is told: at once where the mail bears it out, else mostly."""
    if told == right:
        return True
    known = told in mind.orders or not mind.orders or mind.contract.tool("get_order") is not None
    return known and not noise.fires("ignores_feedback", mind.features, "order", subject=mind.ticket_id)


def _asked_back(mind: Mind) -> float:
    """How much a prompt does that says to ask rather than choose: most where it is acted on at once."""
    told = mind.briefing.asks_back * (_TO_ACT if mind.operation == "act" else 0.5)
    return told + _OBJECTED * mind.refuted.which


_TO_ACT, _OBJECTED = 2.5, 4.0


def _itemised(mind: Mind, order_id: str) -> bool:
    """Whether the context shows what is in an order."""
    record = mind.orders.get(order_id)
    return record is not None and any(part.get("name") for part in record.parts.get("items", []))


def _alike(mind: Mind, right: str, others: list[str]) -> bool:
    """Whether another order that the context shows has an item that goes by the same words."""
    wanted = {fact.value for fact in mind.mail.facts if fact.fact == "item"}

    def words(order_id: str, only: set[str]) -> set[str]:
        record = mind.orders.get(order_id)
        parts = record.parts.get("items", []) if record is not None else []
        return {
            word
            for part in parts
            if not only or part.get("sku") in only
            for word in telling(str(part.get("name") or ""))
        }

    own = words(right, wanted)
    return any(own & words(other, set()) for other in others)


def _resembling(mind: Mind, right: str, others: list[str]) -> float:
    """How far another order looks like the one that is meant: less where the mail says that it is not it."""
    decoys = mind.mail.lookalikes("order")
    body = mind.scene.state.ticket.body
    if decoys and all(left_out(body, span) for decoy in decoys for span in decoy.spans):
        return _LEFT_OUT
    return 1.0 if decoys else 0.7 * _alike(mind, right, others)


_LEFT_OUT = 0.3


def _described(mind: Mind, right: str) -> bool:
    return not any(
        fact_id_in(span, right) for fact in mind.mail.facts if fact.fact == "order" for span in fact.spans
    )


def _concerned(mind: Mind, noise: Noise) -> int:
    if (claims := mind.builds_on("critique", "extract")) is not None:
        stated = claims.values.get("orders_concerned")
        if isinstance(stated, list):
            return max(1, len(stated))
        if claims.values.get("several_orders") is not None:
            return 2 if claims.values["several_orders"] else 1
        if mind.retold:
            return 1
    concerned = mind.scene.meaning.orders_concerned if mind.mail.present else ()
    if len(concerned) < 2:
        tangled = mind.features.get("thread") and len(mind.scene.meaning.orders_discussed) > 1
        if tangled and misreads(mind, noise, "imagined_detail", "orders", "orders", asked="several"):
            return 2
        return 1
    plain = float("orders" in mind.checked) + _spelled_out(mind, concerned)
    missed = misreads(mind, noise, "missed_detail", "orders", "orders", asked="several", checked=plain)
    return 1 if missed and not mind.refuted.several >= {*concerned} else len(concerned)


def _spelled_out(mind: Mind, ids: tuple[str, ...]) -> bool:
    """Whether the mail names each of these orders by its number: nobody overlooks that but by chance."""
    own = f"{mind.scene.state.ticket.subject}\n{newest(mind) or mind.scene.written}"
    return all(fact_id_in(own, id) for id in ids)


def _legal(mind: Mind, noise: Noise) -> bool:
    if (claims := mind.builds_on("critique", "extract")) is not None:
        stated = claims.values.get("legal")
        if stated is not None:
            return bool(stated)
    if mind.mail.values("legal"):
        return not misreads(mind, noise, "missed_detail", "legal", "legal")
    decoy = any(decoy.fact == "policy" for decoy in mind.mail.decoys)
    return decoy and misreads(mind, noise, "false_alarm", "legal", "legal")


def _wants(mind: Mind, noise: Noise) -> str:
    if (claims := mind.builds_on("critique", "extract")) is not None:
        stated = claims.values.get("wants")
        if stated is not None:
            return str(stated)
    wants = next(iter(mind.mail.values("wants")), "refund")
    other = wants in {"replacement", "store_credit"}
    return "refund" if other and misreads(mind, noise, "missed_detail", "wants", "wants") else wants
