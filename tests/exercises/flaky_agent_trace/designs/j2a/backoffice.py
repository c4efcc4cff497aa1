"""The back office as a typed client. Everything that touches money is idempotent and looked at afterwards."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import httpx2

log = logging.getLogger("backoffice")

PATIENCE = 6
NUMBER = re.compile(r"(?<![\d.,])(?:HL[-\s]?)?(\d{6})(?!\d)", re.I)


class Unavailable(Exception):
    """Nobody answered, however often we asked."""


class Refused(Exception):
    """The back office understood, and said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


@dataclass(frozen=True)
class Line:
    sku: str
    name: str
    category: str
    quantity: int
    unit_price: Decimal
    final_sale: bool


@dataclass(frozen=True)
class Order:
    id: str
    customer: str
    emails: frozenset[str]
    placed: date
    status: str
    promised: date | None
    delivered: date | None
    currency: str
    lines: tuple[Line, ...]
    shipping: Decimal
    chargeback: str
    gift: bool
    refunds: tuple[dict, ...]
    notes: tuple[dict, ...]
    total: Decimal
    refundable: Decimal

    @classmethod
    def read(cls, raw: dict) -> Order:
        who = raw["customer"]
        return cls(
            id=raw["id"],
            customer=who["name"],
            emails=frozenset(mail.lower() for mail in [who["email"], *(who.get("also") or [])]),
            placed=date.fromisoformat(raw["placed"][:10]),
            status=raw["status"],
            promised=_day(raw.get("promised")),
            delivered=_day(raw.get("delivered")),
            currency=raw["currency"],
            lines=tuple(
                Line(i["sku"], i["name"], i["category"], i["quantity"], Decimal(i["unit_price"]), bool(i["final_sale"]))
                for i in raw["items"]
            ),
            shipping=Decimal(raw["shipping_fee"]),
            chargeback=raw.get("chargeback") or "none",
            gift=bool(raw.get("gift")),
            refunds=tuple(raw.get("refunds") or ()),
            notes=tuple(raw.get("notes") or ()),
            total=Decimal(raw["total"]),
            refundable=Decimal(raw["refundable"]),
        )

    @property
    def goods(self) -> Decimal:
        return sum((line.unit_price * line.quantity for line in self.lines), Decimal(0))


@dataclass
class Ticket:
    id: str
    now: datetime
    name: str
    email: str
    subject: str
    body: str
    received: datetime

    @property
    def day(self) -> date:
        return self.received.date()

    @property
    def letter(self) -> str:
        return (
            f"From: {self.name} <{self.email}>\nReceived: {self.received:%A %d %B %Y %H:%M}\n"
            f"Subject: {self.subject}\n\n{self.body}"
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


class BackOffice:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20)
        self.seen: dict[str, int] = {}

    # -- the inbox

    def ticket(self) -> Ticket | None:
        raw = self._send("GET", "/task")
        if not raw:
            return None
        t = raw["ticket"]
        return Ticket(
            t["id"], datetime.fromisoformat(raw["now"]), t["from"]["name"], t["from"]["email"].lower(),
            t["subject"], t["body"], datetime.fromisoformat(t["received"]),
        )

    def defer(self, ticket: Ticket, why: str) -> None:
        self._send("POST", "/tools/defer", {"reason": why, "ticket_id": ticket.id})

    # -- looking

    def order(self, order_id: str) -> Order | None:
        """The order as it stands, read until two readings agree."""
        last = None
        for _ in range(4):
            try:
                raw = self._send("POST", "/tools/get_order", {"order_id": order_id})
            except Refused as no:
                if no.status == 404:
                    return None
                raise
            if raw == last:
                break
            last = raw
        return Order.read(raw)

    def find(self, **criteria: str) -> list[str]:
        ids: list[str] = []
        page = 1
        while page <= 8:
            got = self._send("POST", "/tools/search_orders", {**criteria, "page": page})
            ids += [o["id"] for o in got["orders"]]
            if page >= got.get("pages", 1):
                break
            page += 1
        return ids

    def candidates(self, ticket: Ticket) -> list[Order]:
        """The sender's orders and those whose numbers stand in the mail."""
        ids = self.find(email=ticket.email)
        ids += [f"HL-{n}" for n in NUMBER.findall(f"{ticket.subject}\n{ticket.body}")]
        if not ids:
            ids = self.find(name=ticket.name)
        orders = [self.order(i) for i in dict.fromkeys(ids)]
        return [o for o in orders if o is not None]

    def handbook(self) -> dict:
        return self._send("POST", "/tools/get_policy", {"topic": "all", "fresh": True})

    # -- doing

    def pay(self, ticket: Ticket, order: Order, amount: Decimal, reason: str) -> bool:
        """Pay once. True when the booking can be seen, False when it cannot."""
        before = order.refundable
        if self._booked(order.id, amount, before, ticket, order):
            return True
        try:
            self._send(
                "POST", "/tools/refund",
                {"order_id": order.id, "amount": str(amount), "currency": order.currency, "reason": reason,
                 "idempotency_key": f"{ticket.id}/{order.id}/{amount}", "ticket_id": ticket.id},
                also=(504,),
            )
        except Unavailable:
            log.warning("payment service stays silent on %s", ticket.id)
        for _ in range(3):
            if self._booked(order.id, amount, before, ticket, order):
                return True
        return False

    def _booked(self, order_id: str, amount: Decimal, before: Decimal, ticket: Ticket, old: Order) -> bool:
        raw = self._send("POST", "/tools/get_order", {"order_id": order_id})
        new = Order.read(raw)
        return new.refundable == before - amount and len(new.refunds) > len(old.refunds)

    def hand_over(self, ticket: Ticket, order_id: str | None, reason: str, summary: str) -> None:
        body = {"reason": reason, "summary": summary, "ticket_id": ticket.id}
        if order_id:
            body["order_id"] = order_id
        self._send("POST", "/tools/escalate", body, also=(504,))

    def answer(self, ticket: Ticket, outcome: str, body: str, order_id: str | None = None,
               amount: Decimal | None = None, currency: str | None = None) -> None:
        said = {"outcome": outcome, "body": body, "ticket_id": ticket.id}
        if order_id:
            said["order_id"] = order_id
        if amount is not None:
            said |= {"amount": str(amount), "currency": currency}
        for _ in range(3):
            try:
                self._send("POST", "/tools/reply", said)
                return
            except Unavailable:
                now = self.ticket()
                if now is None or now.id != ticket.id:
                    return

    # -- the wire

    def _send(self, method: str, path: str, body: dict | None = None, also: tuple[int, ...] = ()) -> dict:
        again = {429, 500, 502, 503, *also}
        if path not in ("/tools/refund", "/tools/escalate", "/tools/reply"):
            again.add(504)
        for attempt in range(PATIENCE):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, 1.5))
            try:
                got = self.http.request(method, path, json=body)
            except httpx2.TransportError as error:
                log.warning("%s: %s", path, error)
                continue
            if got.status_code in again:
                log.warning("%s: %d", path, got.status_code)
                continue
            if got.status_code == 504:
                raise Unavailable(f"{path}: 504")
            if got.is_error:
                error = got.json().get("error", {})
                raise Refused(got.status_code, error.get("code", ""), error.get("message", ""))
            if not got.content:
                return {}
            try:
                return got.json()
            except ValueError:
                log.warning("%s: garbled", path)
        raise Unavailable(path)
