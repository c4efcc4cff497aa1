"""Client for the back office. Retries live here; whoever calls sees a result, a refusal or `Unavailable`."""

import logging
import re
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 6
ORDER_NUMBER = re.compile(r"(?<!\d)(?:HL[-\s]?)?(\d{6})(?!\d)", re.IGNORECASE)
MAX_ORDERS = 25


class Unavailable(Exception):
    """The service gave no usable answer, however often we asked."""


class Refused(Exception):
    """The service understood us and said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class Shop:
    """The back office over HTTP."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)
        # By ticket: order, amount and what was refundable before, for payments that we haven't seen booked yet.
        self.pending: dict[str, tuple[dict, Decimal, Decimal]] = {}

    def _send(self, method: str, path: str, arguments: dict | None = None):
        problem = "?"
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(min(0.2 * 2**attempt, 3))
            try:
                response = self.http.request(method, path, json=arguments)
            except httpx2.TransportError as error:
                problem = repr(error)
                continue
            if response.status_code == 429 or response.status_code >= 500:
                problem = f"HTTP {response.status_code}"
                continue
            if response.is_error:
                try:
                    error = response.json()["error"]
                except (ValueError, KeyError, TypeError):
                    error = {}
                raise Refused(response.status_code, error.get("code", "?"), error.get("message", response.text[:200]))
            if response.status_code == 204 or not response.content:
                return None
            try:
                return response.json()
            except ValueError:
                problem = "unreadable body"
        raise Unavailable(f"{path}: {problem}")

    def call(self, name: str, **arguments):
        return self._send("POST", f"/tools/{name}", {k: v for k, v in arguments.items() if v is not None})

    def task(self) -> dict | None:
        return self._send("GET", "/task")

    def handbook(self, today: str) -> dict:
        """The handbook that is in force on that day, never from the cache."""
        for _ in range(3):
            book = self.call("get_policy", topic="all", fresh=True)
            until = book.get("effective_until")
            if book.get("effective_from", "") <= today and (not until or today <= until):
                return book
        raise Unavailable("the handbook isn't the one in force")

    def order(self, order_id: str) -> dict | None:
        try:
            return self.call("get_order", order_id=order_id)
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise

    def search(self, **criteria) -> list[dict]:
        found, page = [], 1
        while len(found) < MAX_ORDERS:
            result = self.call("search_orders", page=page, **criteria)
            found += result["orders"]
            if page >= result["pages"]:
                break
            page += 1
        return found

    def orders_for(self, ticket: dict) -> list[dict]:
        """All orders that the ticket can be about, in full, newest first: the sender's, and those it names."""
        sender = ticket["from"]
        ids = [row["id"] for row in self.search(email=sender["email"])]
        for number in ORDER_NUMBER.findall(ticket["subject"] + "\n" + ticket["body"]):
            ids.append(f"HL-{number}")
        orders = self._read(ids)
        if not orders:
            orders = self._read([row["id"] for row in self.search(name=sender["name"])])
        return sorted(orders, key=lambda order: order["placed"], reverse=True)

    def _read(self, ids: list[str]) -> list[dict]:
        orders = [self.order(order_id) for order_id in dict.fromkeys(ids)]
        return [order for order in orders if order is not None]

    def pay(self, ticket_id: str, order: dict, amount: Decimal, reason: str) -> None:
        """Refund once; returns when the money is on the books, raises `Unavailable` while it isn't.

        The key depends on ticket and order alone: no retry, crash or second hand-out can pay twice. What counts is
        what the order shows afterwards, not what the payment service acknowledged.
        """
        before = Decimal(order["refundable"])
        self.pending[ticket_id] = (order, amount, before)
        for attempt in range(3):
            refused = None
            try:
                self.call("refund", order_id=order["id"], amount=str(amount), currency=order["currency"],
                          reason=reason, idempotency_key=f"{ticket_id}/{order['id']}", ticket_id=ticket_id)
            except Refused as refusal:
                refused = refusal
                log.warning("refund refused: %s", refusal)
            except Unavailable as error:
                log.warning("refund without an answer: %s", error)
            if self.booked(ticket_id):
                return
            if refused:
                del self.pending[ticket_id]
                raise refused
            time.sleep(0.3 * (attempt + 1))
        raise Unavailable(f"refund of {amount} on {order['id']} isn't booked")

    def booked(self, ticket_id: str) -> bool:
        order, amount, before = self.pending[ticket_id]
        after = self.order(order["id"])
        return after is not None and Decimal(after["refundable"]) == before - amount

    def hand_over(self, ticket_id: str, order_id: str | None, reason: str, summary: str) -> str | None:
        result = self.call("escalate", order_id=order_id, reason=reason, summary=summary, ticket_id=ticket_id)
        return (result or {}).get("case_id")

    def reply(self, ticket_id: str, outcome: str, body: str, order_id: str | None, amount: Decimal | None = None,
              currency: str | None = None) -> None:
        try:
            self.call("reply", ticket_id=ticket_id, outcome=outcome, body=body, order_id=order_id,
                      amount=None if amount is None else str(amount), currency=currency)
        except Refused as refusal:
            if refusal.status != 409:  # 409: closed already, so an earlier try did arrive
                raise

    def defer(self, ticket_id: str, reason: str) -> None:
        self.call("defer", ticket_id=ticket_id, reason=reason)
