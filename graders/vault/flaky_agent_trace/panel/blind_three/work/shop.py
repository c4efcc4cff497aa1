"""The shop's back office over HTTP: look-ups that are sure, and a refund that is looked at afterwards."""

import json
import logging
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 7
PAUSE = 0.04
MOST_ORDERS = 40


class Refused(Exception):
    """The back office understood and said no."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status} {text[:200]}")
        self.status = status


class Unavailable(Exception):
    """No answer, however often it was asked."""


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.get("/task")
                if response.status_code == 204:
                    return None
                response.raise_for_status()
                return response.json() if response.content else None
            except (httpx2.HTTPError, ValueError) as error:
                log.warning("task: %s", error)
                time.sleep(PAUSE * 2**attempt)
        return None

    def call(self, name: str, **arguments: object) -> dict:
        """One call, repeated while it is not known to have been answered.

        Repeating is safe for look-ups, and for refunds because of their idempotency key.
        """
        last = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(min(PAUSE * 2 ** (attempt - 1), 1))
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
                if response.status_code == 429 or response.status_code >= 500:
                    last = f"HTTP {response.status_code}"
                elif response.is_error:
                    raise Refused(response.status_code, response.text)
                else:
                    answer = response.json()  # half a body is no answer
                    if isinstance(answer, dict):
                        return answer
                    last = "not an object"
            except (httpx2.HTTPError, ValueError) as error:
                last = str(error)
            log.warning("%s: %s (attempt %d)", name, last, attempt + 1)
        raise Unavailable(f"{name}: {last}")

    # Look-ups

    def search(self, **criteria: str) -> list[str]:
        """The ids of all orders that are found, newest first, whatever the page."""
        found: list[str] = []
        page = pages = 1
        while page <= pages and len(found) < MOST_ORDERS:
            answer = self.call("search_orders", **criteria, page=page)
            found += [order["id"] for order in answer["orders"]]
            pages, page = answer["pages"], page + 1
        return found

    def order(self, order_id: str) -> dict | None:
        """The order as it is; `None` where there is none. Looked at twice: a copy that lags shows itself."""
        try:
            first = self.call("get_order", order_id=order_id)
            second = self.call("get_order", order_id=order_id)
        except Refused as refused:
            log.info("%s: %s", order_id, refused)
            return None
        if first != second:
            log.warning("%s: two looks differ, the second counts", order_id)
        return second

    def policy(self) -> dict:
        """The handbook that holds now, past the cache."""
        return self.call("get_policy", topic="all", fresh=True)

    # Acting

    def refund(self, ticket: str, order: dict, amount: Decimal, reason: str) -> bool:
        """Pay, and see that it is booked. False: it is sure that nothing was."""
        order_id = order["id"]
        target = Decimal(order["refundable"]) - amount
        for attempt in range(4):
            try:
                self.call(
                    "refund", order_id=order_id, amount=f"{amount:.2f}", currency=order["currency"],
                    reason=reason, idempotency_key=f"{ticket}/{order_id}/{amount:.2f}", ticket_id=ticket,
                )  # fmt: skip
            except (Refused, Unavailable) as error:  # the look at the order tells what became of it
                log.warning("refund: %s", error)
            now = self.call("get_order", order_id=order_id)
            if Decimal(now["refundable"]) <= target:
                return True
            log.warning("refund on %s is not booked (attempt %d)", order_id, attempt + 1)
        return False

    def escalate(self, ticket: str, order_id: str | None, reason: str, summary: str) -> None:
        named = {"order_id": order_id} if order_id else {}
        self.call("escalate", **named, reason=reason, summary=summary, ticket_id=ticket)

    def reply(self, ticket: str, outcome: str, body: str, order_id: str | None = None,
              amount: Decimal | None = None, currency: str | None = None) -> None:
        more: dict = {"order_id": order_id} if order_id else {}
        if amount is not None:
            more |= {"amount": f"{amount:.2f}", "currency": currency}
        self.call("reply", outcome=outcome, body=body, ticket_id=ticket, **more)

    def defer(self, ticket: str, reason: str) -> None:
        self.call("defer", reason=reason, ticket_id=ticket)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
