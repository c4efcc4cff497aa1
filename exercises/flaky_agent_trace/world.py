"""The shop behind the agent's tools: orders, the handbook, refunds, escalations, replies.

It validates as a production API does and no further: it will pay a refund that the handbook forbids.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from harness.exercise.parts import ToolProblem
from harness.exercise.scenario import PublicScenario, within
from harness.rng import DrawKey, Draws

from .shop.arguments import Arguments
from .shop.handbook import TOPICS, handbook
from .shop.inbox import Inbox, Ticket
from .shop.records import Meaning, Order, WorldState, weekend_of

__all__ = ["TOOLS", "Meaning", "Shop", "WorldState", "create"]

Json = Any
TOOLS = ("defer", "escalate", "get_order", "get_policy", "refund", "reply", "search_orders")
OUTCOMES = ("refunded", "denied", "escalated", "need_info")
PAGE = 5


@dataclass(slots=True)
class Shop:
    """One trial's shop. Calls come one at a time; `now` is the gateway's clock and is not used."""

    inbox: Inbox
    draws: Draws
    keys: dict[str, tuple[tuple[Json, ...], dict[str, Json]]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    """How often each order was looked at, and each refund asked for."""

    @property
    def tools(self) -> tuple[str, ...]:
        return TOOLS

    @property
    def hour(self) -> float:
        """Virtual hours since the trial's first ticket could come."""
        return self.inbox.hour

    @property
    def orders(self) -> list[Order]:
        """Every order of the shop, whichever ticket it belongs to."""
        return [order for ticket in self.inbox.tickets for order in ticket.arrival.state.orders]

    def task(self) -> dict[str, Json] | None:
        """The ticket at hand until it is closed or put back, then the next; `None` when none is left."""
        handed = self.inbox.hand_out()
        if handed is None:
            return None
        ticket = handed.arrival.state.ticket
        return {
            "now": self.inbox.now.isoformat(),
            "ticket": {
                "id": ticket.id,
                "from": {"name": ticket.sender.name, "email": ticket.sender.email},
                "subject": ticket.subject,
                "body": ticket.body,
                "received": ticket.received.isoformat(),
            },
        }

    def call(self, tool: str, arguments: dict[str, Json], *, now: float) -> Json:  # noqa: ARG002
        """Do it. Raises `ToolProblem` with 400 for bad arguments, 404, 409 or 422."""
        calls: dict[str, Callable[[Arguments], Json]] = {
            "search_orders": self._search,
            "get_order": self._get_order,
            "get_policy": self._get_policy,
            "refund": self._refund,
            "escalate": self._escalate,
            "reply": self._reply,
            "defer": self._defer,
        }
        if tool not in calls:
            raise ToolProblem(404, "unknown_tool", f"there is no tool `{tool}`")
        return calls[tool](Arguments(tool, arguments))

    def end_state(self) -> dict[str, Json]:
        """What was done: of the one ticket, or of a weekend by ticket, with how each fared."""
        if len(self.inbox.tickets) == 1:
            return self.inbox.tickets[0].done()
        return {"tickets": {ticket.id: {**ticket.done(), **ticket.fate()} for ticket in self.inbox.tickets}}

    def _ticket(self, arguments: Arguments) -> Ticket:
        """The ticket that a call is about: named, or the one handed out last."""
        named = arguments.text("ticket_id")
        ticket = self.inbox.find(named) if named else self.inbox.current
        if ticket is None and not named and len(self.inbox.tickets) == 1:
            ticket = self.inbox.tickets[0]  # nobody need ask for the only one
        if ticket is None:
            what = f"there is no ticket `{named}` in hand" if named else "no ticket is in hand: name one"
            raise ToolProblem(404, "ticket_not_found", what)
        if ticket.with_people:
            raise ToolProblem(409, "with_people", f"ticket `{ticket.id}` is with the refunds desk")
        return ticket

    def _find(self, order_id: str) -> Order:
        for order in self.orders:
            if order.id == order_id:
                return order
        raise ToolProblem(404, "order_not_found", f"there is no order `{order_id}`")

    def _paid(self, order: Order) -> list[dict[str, Json]]:
        """The refunds of this trial on an order."""
        return [
            refund
            for ticket in self.inbox.tickets
            for refund in ticket.refunds
            if refund["order_id"] == order.id
        ]

    def refunded(self, order: Order) -> Decimal:
        """What has gone back on an order, before this trial and in it."""
        before = sum((past.amount for past in order.refunds), Decimal(0))
        return before + sum((Decimal(refund["amount"]) for refund in self._paid(order)), Decimal(0))

    def _lies(self, tool: str, subject: str) -> bool:
        """Whether this first call about `subject` is answered with what is not so; later ones never are."""
        name = f"{tool}:{subject}"
        before = self.looks.get(name, 0)
        self.looks[name] = before + 1
        return before == 0 and any(
            lie.tool == tool
            and within(lie.hours, self.hour)
            and self.draws.uniform(DrawKey("world", f"lie:{tool}", subject, 0)) < lie.rate
            for lie in self.inbox.weekend.lies
        )

    def _search(self, arguments: Arguments) -> Json:
        arguments.only("email", "name", "order_id", "placed_on", "text", "page")
        email, name = arguments.text("email"), arguments.text("name")
        order_id, placed = arguments.text("order_id"), arguments.text("placed_on")
        text, page = arguments.text("text"), arguments.whole("page", 1)
        if not (email or name or order_id or placed or text):
            raise ToolProblem(
                422, "no_criteria", "give at least one of email, name, order_id, placed_on, text"
            )
        found = [
            order
            for order in sorted(self.orders, key=lambda order: (order.placed, order.id), reverse=True)
            if (
                not email
                or email.lower() in [order.customer.email.lower(), *map(str.lower, order.customer.also)]
            )
            and (not name or _holds(order.customer.name, name))
            and (not order_id or _digits(order_id) in _digits(order.id))
            and (not placed or order.placed.isoformat() == placed)
            and (not text or _holds(_prose(order), text))
        ]
        pages = max(1, math.ceil(len(found) / PAGE))
        return {
            "orders": [_summary(order) for order in found[(page - 1) * PAGE : page * PAGE]],
            "total": len(found),
            "page": page,
            "pages": pages,
        }

    def _get_order(self, arguments: Arguments) -> Json:
        arguments.only("order_id")
        order = self._find(arguments.required("order_id"))
        left, paid = order.total - self.refunded(order), self._paid(order)
        if self._lies("get_order", order.id):
            order, left, paid = _before_delivery(order), order.total, []
        shown: dict[str, Json] = order.model_dump(mode="json")
        shown["total"] = f"{order.total:.2f}"
        done = [
            {
                "amount": refund["amount"],
                "on": self.inbox.now.date().isoformat(),
                "sku": None,
                "reason": refund["reason"],
            }
            for refund in paid
        ]
        shown["refunds"] = [*shown["refunds"], *done]
        shown["refundable"] = f"{left:.2f}"
        return shown

    def _get_policy(self, arguments: Arguments) -> Json:
        arguments.only("topic", "fresh")
        topic, fresh = arguments.text("topic") or "all", arguments.flag("fresh")
        if topic not in TOPICS:
            raise ToolProblem(404, "unknown_topic", f"topics are {', '.join(TOPICS)}")
        state = (self.inbox.current or self.inbox.tickets[0]).arrival.state
        old = None if fresh or not self._stale(state) else state.cached_policy
        book = handbook(old or state.policy_version)
        return {
            "topic": topic,
            "version": book.version,
            "effective_from": book.effective_from.isoformat(),
            "effective_until": book.effective_until.isoformat() if book.effective_until else None,
            "cache": "bypass" if fresh else "hit",
            "text": book.text(topic),
        }

    def _stale(self, state: WorldState) -> bool:
        """Whether a stale cache is the one that answers for this ticket."""
        u = self.draws.uniform(DrawKey("world", "cached_policy", state.ticket.id, 0))
        return state.cached_policy is not None and u < state.cached_share

    def _refund(self, arguments: Arguments) -> Json:
        arguments.only("order_id", "amount", "currency", "reason", "idempotency_key", "ticket_id")
        ticket = self._ticket(arguments)
        order_id, amount = arguments.required("order_id"), arguments.amount("amount")
        reason, key = arguments.required("reason"), arguments.text("idempotency_key")
        order = self._find(order_id)
        currency = arguments.text("currency") or order.currency
        asked = (order_id, f"{amount:.2f}", currency)
        if key and key in self.keys:
            before, answer = self.keys[key]
            if before != asked:
                raise ToolProblem(409, "idempotency_conflict", f"key `{key}` was used for another refund")
            return {**answer, "replayed": True}
        if currency != order.currency:
            raise ToolProblem(422, "wrong_currency", f"order `{order_id}` was paid in {order.currency}")
        left = order.total - self.refunded(order)
        if amount > left:
            raise ToolProblem(
                409,
                "exceeds_refundable",
                f"{amount:.2f} is more than the {left:.2f} {currency} left to refund",
            )
        lost = self._lies("refund", f"{order_id} {amount:.2f}")
        if not lost:
            ticket.refunds.append(
                {"order_id": order_id, "amount": f"{amount:.2f}", "currency": currency, "reason": reason}
            )
        answer = {
            "refund_id": _id(ticket, "rf", len(ticket.refunds) + lost),
            "order_id": order_id,
            "amount": f"{amount:.2f}",
            "currency": currency,
            "status": "succeeded",
            "refundable": f"{left - amount:.2f}",
        }
        if key and not lost:
            self.keys[key] = (asked, answer)
        return answer

    def _escalate(self, arguments: Arguments) -> Json:
        arguments.only("order_id", "reason", "summary", "ticket_id")
        ticket = self._ticket(arguments)
        order_id = arguments.text("order_id") or None
        if order_id is not None:
            self._find(order_id)
        ticket.escalations.append(
            {
                "order_id": order_id,
                "reason": arguments.required("reason"),
                "summary": arguments.required("summary"),
            }
        )
        case = _id(ticket, "case", len(ticket.escalations))
        return {"case_id": case, "status": "open", "queue": "refunds-desk"}

    def _reply(self, arguments: Arguments) -> Json:
        arguments.only("order_id", "outcome", "amount", "currency", "body", "ticket_id")
        ticket = self._ticket(arguments)
        order_id, outcome = arguments.text("order_id") or None, arguments.required("outcome")
        body = arguments.required("body")
        if outcome not in OUTCOMES:
            raise ToolProblem(422, "unknown_outcome", f"outcome is one of {', '.join(OUTCOMES)}")
        if order_id is not None:
            self._find(order_id)
        amount = None
        if arguments.given("amount") and not arguments.zero("amount"):
            amount = f"{arguments.amount('amount'):.2f}"
        if outcome == "refunded" and (order_id is None or amount is None):
            raise ToolProblem(422, "incomplete_reply", "a `refunded` reply names the order and the amount")
        ticket.replies.append(
            {
                "order_id": order_id,
                "outcome": outcome,
                "amount": amount,
                "currency": arguments.text("currency") or None,
                "body": body,
            }
        )
        ticket.closed = True
        return {"message_id": _id(ticket, "msg", len(ticket.replies)), "status": "sent"}

    def _defer(self, arguments: Arguments) -> Json:
        arguments.only("ticket_id", "reason")
        ticket = self._ticket(arguments)
        if ticket.closed:
            raise ToolProblem(409, "already_closed", f"ticket `{ticket.id}` has been replied to")
        again = self.inbox.put_back(ticket)
        if again is None:
            return {"ticket_id": ticket.id, "status": "with_people", "again_at": None}
        return {"ticket_id": ticket.id, "status": "deferred", "again_at": again.isoformat()}


def _id(ticket: Ticket, kind: str, number: int) -> str:
    text = f"{ticket.id}:{kind}:{number}"
    return f"{kind}_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _before_delivery(order: Order) -> Order:
    """The order as a copy of the data that lags behind shows it."""
    status = "shipped" if order.status == "delivered" else order.status
    return order.model_copy(update={"status": status, "delivered": None, "refunds": (), "notes": ()})


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text) or text


def _holds(text: str, words: str) -> bool:
    return all(word in text.casefold() for word in words.casefold().split())


def _prose(order: Order) -> str:
    notes = " ".join(note.text for note in order.notes)
    items = " ".join(f"{item.sku} {item.name} {item.category}" for item in order.items)
    return f"{order.id} {order.customer.name} {order.customer.email} {order.status} {items} {notes}"


def _summary(order: Order) -> dict[str, Json]:
    return {
        "id": order.id,
        "placed": order.placed.isoformat(),
        "customer": order.customer.name,
        "email": order.customer.email,
        "status": order.status,
        "items": [f"{item.quantity} x {item.name}" for item in order.items],
        "total": f"{order.total:.2f}",
        "currency": order.currency,
    }


def create(scenario: PublicScenario, draws: Draws) -> Shop:
    """A fresh shop in the initial state. Drawn are only stale caches and lies."""
    return Shop(Inbox(weekend_of(scenario)), draws)
