"""The shop behind the agent's tools: orders, the handbook, refunds, escalations, replies.

It validates as a production API does and no further: it will pay a refund that the handbook forbids.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.exercise.parts import ToolProblem
from harness.exercise.scenario import PublicScenario
from harness.rng import DrawKey, Draws

from .handbook import TOPICS, handbook
from .records import Meaning, Order, WorldState

__all__ = ["TOOLS", "Meaning", "Shop", "WorldState", "create"]

Json = Any
TOOLS = ("escalate", "get_order", "get_policy", "refund", "reply", "search_orders")
OUTCOMES = ("refunded", "denied", "escalated", "need_info")
PAGE = 5
TEXT_LIMIT = 20_000
STALE = 0.7
"""Share of trials in which a cache that holds an old handbook is the one that answers."""


@dataclass(slots=True)
class Shop:
    """One trial's shop. Calls come one at a time; `now` is virtual and is not used."""

    state: WorldState
    refunds: list[dict[str, Json]] = field(default_factory=list)
    escalations: list[dict[str, Json]] = field(default_factory=list)
    replies: list[dict[str, Json]] = field(default_factory=list)
    keys: dict[str, tuple[tuple[Json, ...], dict[str, Json]]] = field(default_factory=dict)

    @property
    def tools(self) -> tuple[str, ...]:
        return TOOLS

    def task(self) -> dict[str, Json] | None:
        """The one ticket of this trial. It may be read again; it does not change."""
        ticket = self.state.ticket
        return {
            "now": self.state.now.isoformat(),
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
        }
        if tool not in calls:
            raise ToolProblem(404, "unknown_tool", f"there is no tool `{tool}`")
        return calls[tool](Arguments(tool, arguments))

    def end_state(self) -> dict[str, Json]:
        """What was done, each list sorted by content: the judge reads sets, not sequences."""
        return {
            "refunds": sorted(self.refunds, key=_content),
            "escalations": sorted(self.escalations, key=_content),
            "replies": sorted(self.replies, key=_content),
        }

    def _find(self, order_id: str) -> Order:
        for order in self.state.orders:
            if order.id == order_id:
                return order
        raise ToolProblem(404, "order_not_found", f"there is no order `{order_id}`")

    def refunded(self, order: Order) -> Decimal:
        """What has gone back on an order, before this trial and in it."""
        before = sum((past.amount for past in order.refunds), Decimal(0))
        return before + sum(
            (Decimal(refund["amount"]) for refund in self.refunds if refund["order_id"] == order.id),
            Decimal(0),
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
            for order in sorted(self.state.orders, key=lambda order: (order.placed, order.id), reverse=True)
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
        shown: dict[str, Json] = order.model_dump(mode="json")
        shown["total"] = f"{order.total:.2f}"
        done = [
            {
                "amount": refund["amount"],
                "on": self.state.now.date().isoformat(),
                "sku": None,
                "reason": refund["reason"],
            }
            for refund in self.refunds
            if refund["order_id"] == order.id
        ]
        shown["refunds"] = [*shown["refunds"], *done]
        shown["refundable"] = f"{order.total - self.refunded(order):.2f}"
        return shown

    def _get_policy(self, arguments: Arguments) -> Json:
        arguments.only("topic", "fresh")
        topic, fresh = arguments.text("topic") or "all", arguments.flag("fresh")
        if topic not in TOPICS:
            raise ToolProblem(404, "unknown_topic", f"topics are {', '.join(TOPICS)}")
        cached = self.state.cached_policy is not None and not fresh
        version = (
            self.state.cached_policy if cached and self.state.cached_policy else self.state.policy_version
        )
        book = handbook(version)
        return {
            "topic": topic,
            "version": book.version,
            "effective_from": book.effective_from.isoformat(),
            "effective_until": book.effective_until.isoformat() if book.effective_until else None,
            "cache": "bypass" if fresh else "hit",
            "text": book.text(topic),
        }

    def _refund(self, arguments: Arguments) -> Json:
        arguments.only("order_id", "amount", "currency", "reason", "idempotency_key")
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
        self.refunds.append(
            {"order_id": order_id, "amount": f"{amount:.2f}", "currency": currency, "reason": reason}
        )
        answer = {
            "refund_id": self._id("rf", len(self.refunds)),
            "order_id": order_id,
            "amount": f"{amount:.2f}",
            "currency": currency,
            "status": "succeeded",
            "refundable": f"{left - amount:.2f}",
        }
        if key:
            self.keys[key] = (asked, answer)
        return answer

    def _escalate(self, arguments: Arguments) -> Json:
        arguments.only("order_id", "reason", "summary")
        order_id = arguments.text("order_id") or None
        if order_id is not None:
            self._find(order_id)
        self.escalations.append(
            {
                "order_id": order_id,
                "reason": arguments.required("reason"),
                "summary": arguments.required("summary"),
            }
        )
        return {"case_id": self._id("case", len(self.escalations)), "status": "open", "queue": "refunds-desk"}

    def _reply(self, arguments: Arguments) -> Json:
        arguments.only("order_id", "outcome", "amount", "currency", "body")
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
        self.replies.append(
            {
                "order_id": order_id,
                "outcome": outcome,
                "amount": amount,
                "currency": arguments.text("currency") or None,
                "body": body,
            }
        )
        return {"message_id": self._id("msg", len(self.replies)), "status": "sent"}

    def _id(self, kind: str, number: int) -> str:
        text = f"{self.state.ticket.id}:{kind}:{number}"
        return f"{kind}_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Arguments:
    """A call's arguments, read strictly: a wrong type is the caller's mistake, never coerced."""

    tool: str
    values: dict[str, Json]

    def only(self, *names: str) -> None:
        """Refuse arguments that the tool does not know."""
        for name in self.values:
            if name not in names:
                raise ToolProblem(400, "unknown_argument", f"`{self.tool}` has no argument `{name[:80]}`")

    def given(self, name: str) -> bool:
        """Whether the argument is there and is not null."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """An optional text; empty when left out."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > TEXT_LIMIT:
            raise ToolProblem(
                400, "bad_argument", f"`{name}` must be text of at most {TEXT_LIMIT} characters"
            )
        return value.strip()

    def required(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise ToolProblem(400, "missing_argument", f"`{self.tool}` needs `{name}`")
        return value

    def whole(self, name: str, default: int) -> int:
        """A positive whole number."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
            raise ToolProblem(400, "bad_argument", f"`{name}` must be a whole number from 1")
        return value

    def flag(self, name: str) -> bool:
        """True or false; false when left out."""
        value = self.values.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise ToolProblem(400, "bad_argument", f"`{name}` must be true or false")
        return value

    def zero(self, name: str) -> bool:
        """Whether an amount is given as nought."""
        return self._decimal(name) == 0

    def amount(self, name: str) -> Decimal:
        """A positive amount in whole cents, as a JSON number or a decimal text."""
        value = self._decimal(name)
        if value <= 0 or value >= 10_000_000:
            raise ToolProblem(422, "bad_amount", f"`{name}` must be more than 0 and less than 10000000")
        if value != round(value, 2):
            raise ToolProblem(422, "bad_amount", f"`{name}` must be in whole cents")
        return round(value, 2)

    def _decimal(self, name: str) -> Decimal:
        value = self.values.get(name)
        if value is None:
            raise ToolProblem(400, "missing_argument", f"`{self.tool}` needs `{name}`")
        if isinstance(value, float) and math.isfinite(value):
            return Decimal(repr(value))
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
            return Decimal(value)
        if isinstance(value, str) and re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value, re.ASCII):
            try:
                return Decimal(value)
            except InvalidOperation:
                pass
        raise ToolProblem(400, "bad_argument", f"`{name}` must be a finite number such as 12.50")


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


def _content(entry: dict[str, Json]) -> list[str]:
    return [str(value) for value in entry.values()]


def create(scenario: PublicScenario, draws: Draws) -> Shop:
    """A fresh shop in the initial state. Drawn is only whether a stale cache answers in this trial."""
    state = WorldState.model_validate(scenario.world)
    u = draws.uniform(DrawKey("world", "cached_policy", state.ticket.id, 0))
    return Shop(state if u < STALE else state.model_copy(update={"cached_policy": None}))
