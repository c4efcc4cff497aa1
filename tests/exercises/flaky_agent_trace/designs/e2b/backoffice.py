"""Client of the back office: patient reads, refunds that are booked exactly once, replies that are sent once."""

import json
import logging
import random
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("backoffice")

TRIES = 7


class Refused(Exception):
    """The back office said no (4xx): asking again would not help."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


class Unavailable(Exception):
    """No usable answer, however often we asked."""


class NotBooked(Exception):
    """A refund was acknowledged, but the order doesn't show it."""


class BackOffice:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def _ask(self, method: str, path: str, body: dict | None = None, on_doubt=None):
        """One request until it is answered. `on_doubt` is called when it may have worked unseen; truthy: it has."""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(min(3.0, 0.15 * 2**attempt) * (0.7 + 0.6 * random.random()))
            doubt = True
            try:
                response = self.http.request(method, path, json=body)
                if response.status_code == 204:
                    return None
                if response.status_code == 429:
                    time.sleep(min(5.0, float(response.headers.get("retry-after") or 0)))
                    continue
                if response.status_code < 400:
                    return response.json()
                if response.status_code < 500:
                    error = (response.json() or {}).get("error", {})
                    raise Refused(response.status_code, error.get("code", ""), error.get("message", ""))
                doubt = response.status_code != 503
                log.warning("%s: HTTP %d", path, response.status_code)
            except (httpx2.TransportError, json.JSONDecodeError) as error:
                log.warning("%s: %s", path, error)
            if doubt and on_doubt is not None and (done := on_doubt()):
                return done
        raise Unavailable(path)

    def task(self) -> dict | None:
        return self._ask("GET", "/task")

    def search(self, **criteria: str) -> list[dict]:
        """All pages."""
        found, page = [], 1
        while True:
            result = self._ask("POST", "/tools/search_orders", {**criteria, "page": page})
            found += result["orders"]
            if page >= int(result.get("pages") or 1):
                return found
            page += 1

    def order(self, order_id: str) -> dict | None:
        try:
            return self._ask("POST", "/tools/get_order", {"order_id": order_id})
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def handbook(self) -> dict:
        return self._ask("POST", "/tools/get_policy", {"topic": "all", "fresh": True})

    def refund(self, ticket_id: str, order_id: str, amount: Decimal, currency: str, reason: str) -> None:
        """Pay once, and look whether it has been booked. The key makes repeating harmless."""
        before = Decimal(self.order(order_id)["refundable"])
        body = {
            "order_id": order_id,
            "amount": str(amount),
            "currency": currency,
            "reason": reason,
            "idempotency_key": f"{ticket_id}/{order_id}",
            "ticket_id": ticket_id,
        }
        for _ in range(2):
            result = self._ask("POST", "/tools/refund", body)
            replayed = bool(result.get("replayed"))
            for wait in (0, 0.3, 1.0):
                time.sleep(wait)
                order = self.order(order_id)
                booked = Decimal(order["refundable"]) <= before - amount
                if booked or (replayed and any(Decimal(r["amount"]) == amount for r in order["refunds"])):
                    return
            log.warning("refund on %s acknowledged, not booked", order_id)
        raise NotBooked(order_id)

    def escalate(self, ticket_id: str, order_id: str | None, reason: str, summary: str) -> str:
        body = {"reason": reason, "summary": summary, "ticket_id": ticket_id}
        if order_id:
            body["order_id"] = order_id
        return self._ask("POST", "/tools/escalate", body)["case_id"]

    def reply(self, ticket_id: str, outcome: str, text: str, order_id: str | None, amount: Decimal | None = None,
              currency: str | None = None) -> None:
        body: dict = {"outcome": outcome, "body": text, "ticket_id": ticket_id}
        if order_id:
            body["order_id"] = order_id
        if amount is not None:
            body |= {"amount": str(amount), "currency": currency}

        def closed() -> bool:
            task = self.task()
            return task is None or task["ticket"]["id"] != ticket_id

        self._ask("POST", "/tools/reply", body, on_doubt=closed)

    def defer(self, ticket_id: str, reason: str) -> None:
        def gone() -> bool:
            task = self.task()
            return task is None or task["ticket"]["id"] != ticket_id

        self._ask("POST", "/tools/defer", {"reason": reason, "ticket_id": ticket_id}, on_doubt=gone)
