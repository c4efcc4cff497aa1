"""The shapes of a scenario: what the shop's systems hold, and what the mail means.

Money is a decimal string with two places, dates are ISO 8601. Everything here may reach the gateway;
the expected outcome has its own shape in `judge.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from harness.exercise.scenario import Hours, PublicScenario
from harness.exercise.spec import Share, Strict

Money = Annotated[
    Decimal,
    Field(ge=0, max_digits=9, decimal_places=2, allow_inf_nan=False),
    PlainSerializer(lambda value: f"{value:.2f}", return_type=str),
]
Currency = Literal["EUR", "GBP", "PLN"]
OrderId = Annotated[str, Field(pattern=r"^HL-\d{6}$")]
Language = Literal["en", "de", "fr", "es", "nl", "pl"]

CACHED_SHARE = 0.38
"""How often an outdated cache answers, where no mix says otherwise."""
Issue = Literal[
    "changed_mind", "damaged", "wrong_item", "late", "not_arrived", "cancel", "goodwill", "already_paid_back"
]
"""What one request of a mail complains of. `goodwill`: money for the annoyance, a discount, a
voucher. `already_paid_back`: asks again for what an earlier refund has settled."""


class Item(Strict):
    """One line of an order."""

    sku: str
    name: str
    category: Literal["home", "kitchen", "outdoor", "electronics"]
    quantity: int = Field(ge=1)
    unit_price: Money
    """What the customer paid for one, VAT and discounts included."""
    final_sale: bool = False


class PastRefund(Strict):
    """Money that went back before this ticket."""

    amount: Money
    on: date
    sku: str | None = None
    """The item it was for; `None` for one that concerns the order as a whole."""
    reason: Literal["return", "damage", "late_delivery", "shipping", "goodwill", "other"]


class Note(Strict):
    """A remark that a colleague left on the order."""

    on: date
    author: str
    kind: Literal["info", "promise"] = "info"
    """`promise`: the colleague has promised the customer something in writing."""
    text: str


class Customer(Strict):
    """Whose order it is. `also` are further addresses confirmed on the account."""

    name: str
    email: str
    also: tuple[str, ...] = ()
    country: str


class Order(Strict):
    """An order, as `get_order` shows it."""

    id: OrderId
    customer: Customer
    placed: date
    status: Literal["processing", "shipped", "delivered", "cancelled"]
    promised: date
    """The last day of the delivery window that the customer was given."""
    delivered: date | None = None
    currency: Currency
    items: tuple[Item, ...] = Field(min_length=1)
    shipping_fee: Money
    payment: Literal["card", "paypal", "invoice", "store_credit"] = "card"
    chargeback: Literal["none", "open", "won", "lost"] = "none"
    gift: bool = False
    refunds: tuple[PastRefund, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def goods(self) -> Decimal:
        """What was paid for the items."""
        return sum((item.unit_price * item.quantity for item in self.items), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What was paid in all."""
        return self.goods + self.shipping_fee


class Sender(Strict):
    """Who wrote, as the mail's header says."""

    name: str
    email: str


class Ticket(Strict):
    """The mail to be handled. `body` is all of it: quoted threads, signature and all."""

    id: str
    sender: Sender
    subject: str
    body: str
    received: datetime


class WorldState(Strict):
    """`Scenario.world`: everything that the tools act on."""

    now: datetime
    ticket: Ticket
    orders: tuple[Order, ...]
    policy_version: str = "2026-09"
    cached_policy: str | None = None
    """The version that a cache in front of the handbook still serves; `None`: an up-to-date cache."""
    cached_share: Share = CACHED_SHARE
    """Share of trials in which that cache is the one that answers; no family says so, only `mix.py`."""


class Lie(Strict):
    """Hours in which a tool says what is not so, without an error; who looks again sees the truth."""

    tool: Literal["get_order", "refund"]
    """`get_order`: the first look at an order shows it as it was before it was delivered. `refund`: the
    first call is acknowledged, but nothing is paid."""
    hours: Hours
    rate: Share = 1.0
    """Share of the orders that it happens to."""


class Arrival(Strict):
    """One ticket of a weekend."""

    hour: float = Field(ge=0)
    """When it comes in, in virtual hours from the weekend's beginning."""
    state: WorldState
    """`now` in it is the hour of its arrival."""


class Weekend(Strict):
    """`Scenario.world` of a trial of many tickets."""

    start: datetime
    arrivals: tuple[Arrival, ...] = Field(min_length=1)
    """In order of their hours."""
    lies: tuple[Lie, ...] = ()


class Fact(Strict):
    """One thing that the mail states, and where it does."""

    fact: Literal["order", "issue", "item", "opened", "reported", "legal", "wants"]
    """`order`: an order id. `issue`: an `Issue`. `item`: a SKU of that order; without any item fact
    a request concerns the whole order. `opened`: `yes` or `no`. `reported`: ISO date on which
    the damage was first reported, when that was before this mail. `legal`: `yes`. `wants`: refund,
    replacement, store_credit, discount."""
    value: str
    spans: tuple[str, ...] = Field(min_length=1)
    """The least pieces of the ticket (subject or body, verbatim) that carry the fact: all are needed.
    For an order that is named by description these are the words that point at it."""
    ask: int = Field(default=0, ge=0)
    """Which of the mail's requests it belongs to; order, legal and wants belong to all."""
    quantity: int | None = None
    """Of an item; `None` means all that were ordered."""


class Injection(Strict):
    """Words in the mail that try to command the reader."""

    spans: tuple[str, ...] = Field(min_length=1)
    wants: Literal["refund_all", "refund_amount", "skip_checks", "escalation_off", "other_order"]
    amount: Money | None = None
    order: OrderId | None = None


class Decoy(Strict):
    """Something in the ticket that a careless reader takes for the fact."""

    fact: Literal["order", "item", "amount", "date", "issue", "policy"]
    value: str
    spans: tuple[str, ...] = Field(min_length=1)


class English(Strict):
    """The mail in English, paragraph for paragraph, as an attentive translator puts it."""

    subject: str
    body: str
    facts: tuple[Fact, ...]
    """The mail's facts with the words that carry them here."""
    injection: tuple[str, ...] = ()


class Settled(Strict):
    """Something that the mail says was dealt with before, and where it does."""

    text: str
    """In English, in a sentence."""
    spans: tuple[str, ...] = Field(min_length=1)


class Meaning(Strict):
    """`Scenario.meaning`: the author's reading of the mail. It never holds the expected outcome."""

    language: Language
    facts: tuple[Fact, ...]
    """No `order` fact: the mail doesn't say which order, and nothing in it tells."""
    ambiguity: Share = 0.0
    """How easily an attentive reader would misread it: 0 not at all, 1 a coin's toss."""
    orders_discussed: tuple[OrderId, ...] = ()
    """Every order that the ticket mentions, the right one included."""
    orders_concerned: tuple[OrderId, ...] = ()
    """The orders that it asks something about; two or more only where it really asks about both."""
    decoys: tuple[Decoy, ...] = ()
    injection: Injection | None = None
    english: English | None = None
    """Of a mail in another language."""
    settled: tuple[Settled, ...] = ()
    women: tuple[str, ...] = ()
    """Given names in the scenario that the words of the mail show to be a woman's."""
    men: tuple[str, ...] = ()
    """And a man's. Renaming keeps to it; other names may become anybody's."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket with the author's reading of its mail."""

    arrival: Arrival
    meaning: Meaning

    @property
    def state(self) -> WorldState:
        """What the shop's systems hold about it."""
        return self.arrival.state


def weekend_of(scenario: PublicScenario) -> Weekend:
    """The world of any trial as a weekend: an ordinary one has one ticket, in the first hour.

    Raises Pydantic's `ValidationError` for a broken one.
    """
    if scenario.tasks > 1:
        return Weekend.model_validate(scenario.world)
    state = WorldState.model_validate(scenario.world)
    return Weekend(start=state.now, arrivals=(Arrival(hour=0, state=state),))


def cases_of(scenario: PublicScenario) -> tuple[Case, ...]:
    """Every ticket of a trial. A weekend's `meaning` is `{"tickets": […]}`, in order of arrival."""
    arrivals = weekend_of(scenario).arrivals
    meanings = scenario.meaning["tickets"] if scenario.tasks > 1 else [scenario.meaning]
    return tuple(
        Case(arrival, Meaning.model_validate(meaning))
        for arrival, meaning in zip(arrivals, meanings, strict=True)
    )
