"""The shop's back office over HTTP: every call is tried again where that is safe, and none raises."""

import hashlib
import json
import logging
import re
import time
from typing import Any

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 7
PAUSE = 0.05
MAX_PAGES = 8


class Refused(Exception):
    """The back office understood the call and says no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"HTTP {status} {code}: {message}")
        self.status = status
        self.code = code


class Unavailable(Exception):
    """No answer that can be used, however often the call was made."""


class Shop:
    """The back office."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)
        self.failed = 0

    def task(self) -> dict | None:
        """The ticket at hand, `None` when the inbox is empty."""
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.get("/task")
            except httpx2.TransportError as error:
                log.warning("task: %s", error)
            else:
                if response.status_code == 204 or (response.is_success and not response.content):
                    return None
                if response.is_success:
                    try:
                        return response.json()
                    except ValueError:
                        log.warning("task: unreadable answer")
                else:
                    log.warning("task: HTTP %d", response.status_code)
            self.failed += 1
            time.sleep(PAUSE * (attempt + 1))
        raise Unavailable("task")

    def call(self, name: str, **arguments: Any) -> dict:
        """A tool's result. All that fails for a moment is tried again; see the callers for why that is safe."""
        given = {key: value for key, value in arguments.items() if value is not None}
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.post(f"/tools/{name}", json=given)
            except httpx2.TransportError as error:
                log.warning("%s: %s", name, error)
            else:
                if response.is_success:
                    try:
                        result = json.loads(response.text)
                    except ValueError:
                        result = None  # cut off on its way
                    if isinstance(result, dict):
                        return result
                    log.warning("%s: half an answer", name)
                elif response.status_code == 429 or response.status_code >= 500:
                    log.warning("%s: HTTP %d", name, response.status_code)
                else:
                    raise Refused(response.status_code, *_error(response.text))
            self.failed += 1
            time.sleep(PAUSE * (attempt + 1))
        raise Unavailable(name)

    # Reading

    def orders_of(self, email: str) -> list[str]:
        """Ids of all orders that go by an address, newest first."""
        found: list[str] = []
        page = pages = 1
        while page <= min(pages, MAX_PAGES):
            result = self.call("search_orders", email=email, page=page)
            found += [order["id"] for order in result.get("orders", [])]
            pages = int(result.get("pages") or 1)
            page += 1
        return list(dict.fromkeys(found))

    def order(self, order_id: str) -> dict | None:
        """An order, looked at twice: a copy that lags behind answers a first look at times, never a second."""
        try:
            self.call("get_order", order_id=order_id)
            return self.call("get_order", order_id=order_id)
        except Refused:
            return None

    def handbook(self) -> dict:
        """The handbook that holds today."""
        return self.call("get_policy", topic="all", fresh=True)

    # Doing

    def pay(self, ticket_id: str, order_id: str, amount: str, currency: str, reason: str) -> bool:
        """Refund once, and see it booked. Whether the money is there.

        The key makes a repeated call harmless; an acknowledgement alone proves nothing, so the order is read.
        """
        key = hashlib.sha256(f"{ticket_id} {order_id} {amount} {currency}".encode()).hexdigest()[:24]
        before = len((self.order(order_id) or {}).get("refunds", []))
        for _ in range(3):
            try:
                self.call(
                    "refund", order_id=order_id, amount=amount, currency=currency, reason=reason,
                    idempotency_key=key, ticket_id=ticket_id,
                )  # fmt: skip
            except Refused as error:
                log.error("refund: %s", error)
            except Unavailable:
                log.error("refund: no answer")
            booked = (self.order(order_id) or {}).get("refunds", [])[before:]
            if any(_same(entry.get("amount"), amount) for entry in booked):
                return True
            log.warning("refund of %s on %s was acknowledged or refused, and is not booked", amount, order_id)
        return False


def order_numbers(text: str) -> list[str]:
    """Every number in a text that may be an order's, as ids."""
    found = re.findall(r"(?<![\d.,])(\d{6})(?![\d])", text)
    return list(dict.fromkeys(f"HL-{number}" for number in found))


def _same(one: Any, other: str) -> bool:
    try:
        return round(float(one) * 100) == round(float(other) * 100)
    except (TypeError, ValueError):
        return False


def _error(text: str) -> tuple[str, str]:
    try:
        error = json.loads(text)["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return "unknown", text[:200]

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
