"""The shop's back office over HTTP: retries that are safe, and answers that have been read whole."""

import json
import logging
import time

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 6
RETRY = {429, 500, 502, 503, 504}


class Unavailable(Exception):
    """A tool gave no usable answer, however often it was asked."""


class Refused(Exception):
    """A tool said no."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status} {text[:200]}")
        self.status = status
        self.text = text


class Shop:
    """The back office."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)
        self.failed = 0

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.get("/task")
                response.raise_for_status()
                return response.json() if response.content else None
            except (httpx2.HTTPError, json.JSONDecodeError) as error:
                log.warning("task: %s (attempt %d)", error, attempt + 1)
                time.sleep(0.05 * 2**attempt)
        raise Unavailable("task")

    def call(self, name: str, **arguments) -> dict:
        """The tool's answer. Only for calls that may be made again: look-ups, and what carries a key or says the same twice."""
        arguments = {key: value for key, value in arguments.items() if value is not None}
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(min(1.0, 0.05 * 2**attempt))
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
                if response.status_code in RETRY:
                    self.failed += 1
                    log.warning("%s: HTTP %d (attempt %d)", name, response.status_code, attempt + 1)
                    continue
                if response.is_error:
                    raise Refused(response.status_code, response.text)
                answer = response.json()
            except (httpx2.HTTPError, json.JSONDecodeError) as error:
                self.failed += 1
                log.warning("%s: %r (attempt %d)", name, error, attempt + 1)
                continue
            if isinstance(answer, dict):
                return answer
        raise Unavailable(name)

    # Look-ups

    def order(self, order_id: str) -> dict | None:
        """An order as it stands: looked at twice, since a copy that lags behind may have answered first."""
        try:
            self.call("get_order", order_id=order_id)
            return self.call("get_order", order_id=order_id)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def search(self, **criteria) -> list[str]:
        """The ids of all orders that fit, over all pages."""
        found: list[str] = []
        page, pages = 1, 1
        while page <= min(pages, 6):
            answer = self.call("search_orders", **criteria, page=page)
            found += [order["id"] for order in answer["orders"]]
            pages = int(answer.get("pages", 1))
            page += 1
        return list(dict.fromkeys(found))

    def handbook(self) -> dict:
        """The handbook that holds now, past the cache."""
        return self.call("get_policy", topic="all", fresh=True)

    # Acting

    def refund(self, ticket: str, order_id: str, amount: str, currency: str, reason: str) -> bool:
        """Pay once, and look whether it is booked: `succeeded` alone has not always been true."""
        before = booked(self.order(order_id))
        key = f"{ticket}-{order_id}-{amount}"
        for _ in range(4):
            try:
                self.call("refund", order_id=order_id, amount=amount, currency=currency, reason=reason,
                          idempotency_key=key, ticket_id=ticket)  # fmt: skip
            except Refused as refused:
                log.error("refund: %s", refused)
                return booked(self.order(order_id)) > before
            except Unavailable:
                pass
            if booked(self.order(order_id)) > before:
                return True
            log.warning("refund of %s on %s is not booked, asking again", amount, order_id)
        return False

    def escalate(self, ticket: str, order_id: str | None, reason: str, summary: str) -> None:
        self.call("escalate", ticket_id=ticket, order_id=order_id, reason=reason, summary=summary)

    def reply(self, ticket: str, order_id: str | None, outcome: str, amount: str | None, currency: str | None, body: str) -> None:
        self.call("reply", ticket_id=ticket, order_id=order_id, outcome=outcome, amount=amount, currency=currency, body=body)

    def defer(self, ticket: str, reason: str) -> None:
        self.call("defer", ticket_id=ticket, reason=reason)


def booked(order: dict | None) -> int:
    """How many refunds stand on an order."""
    return len(order["refunds"]) if order else 0

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
