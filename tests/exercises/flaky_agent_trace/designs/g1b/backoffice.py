"""Back-office client: typed failures, retries, money moved at most once and checked in the books."""

import logging
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("backoffice")

RETRIES = 6


class Refused(Exception):
    """The back office understood and said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class Unreachable(Exception):
    """No usable answer after all retries."""


class NotBooked(Exception):
    """A refund was acknowledged, but the order doesn't show it."""


class BackOffice:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    # -- plumbing

    def _once(self, method: str, path: str, payload: dict | None):
        response = self.http.request(method, path, json=payload) if payload is not None else self.http.request(method, path)
        if response.status_code == 204:
            return None
        if response.status_code == 429 or response.status_code >= 500:
            raise Unreachable(f"HTTP {response.status_code}")
        try:
            data = response.json()
        except ValueError as error:
            raise Unreachable("not JSON") from error
        if response.is_error or (isinstance(data, dict) and isinstance(data.get("error"), dict)):
            error = data.get("error") or {}
            raise Refused(response.status_code, str(error.get("code")), str(error.get("message")))
        if not isinstance(data, dict):
            raise Unreachable("not an object")
        return data

    def _ask(self, method: str, path: str, payload: dict | None = None):
        pause = 0.1
        for attempt in range(1, RETRIES + 1):
            try:
                return self._once(method, path, payload)
            except (httpx2.TransportError, Unreachable) as error:
                log.warning("%s failed (%d/%d): %s", path, attempt, RETRIES, error)
                if attempt == RETRIES:
                    raise Unreachable(f"{path}: {error}") from error
                time.sleep(pause)
                pause = min(2.0, pause * 2)

    # -- reading

    def task(self) -> dict | None:
        return self._ask("GET", "/task")

    def search(self, **criteria) -> list[dict]:
        """All pages of a search."""
        found: dict[str, dict] = {}
        page, pages = 1, 1
        while page <= pages and page <= 12:
            data = self._ask("POST", "/tools/search_orders", {**criteria, "page": page})
            for order in data.get("orders") or []:
                found[order["id"]] = order
            pages = int(data.get("pages") or 1)
            page += 1
        return list(found.values())

    def order(self, order_id: str) -> dict | None:
        try:
            return self._ask("POST", "/tools/get_order", {"order_id": order_id})
        except Refused as error:
            if error.status in (400, 404, 422):
                return None
            raise

    def order_twice(self, order_id: str) -> dict | None:
        """Two readings; where they differ, the one that knows of more refunds."""
        first, second = self.order(order_id), self.order(order_id)
        if first is None or second is None:
            return first or second
        return min(first, second, key=lambda order: Decimal(order["refundable"]))

    def handbook(self, now: str) -> dict:
        policy = self._ask("POST", "/tools/get_policy", {"topic": "all", "fresh": True})
        until, since = policy.get("effective_until"), policy.get("effective_from")
        if (until and until[:10] < now[:10]) or (since and since[:10] > now[:10]):
            policy = self._ask("POST", "/tools/get_policy", {"topic": "all", "fresh": True})
        return policy

    # -- acting

    def refund(self, ticket_id: str, order_id: str, amount: Decimal, currency: str, reason: str) -> Decimal:
        """Pay once, and see it in the order. Returns what was paid."""
        before = self.order_twice(order_id)
        if before is None:
            raise Unreachable(order_id)
        already = self.paid_on_ticket(before, ticket_id)
        if already:
            log.info("%s has been paid %s on %s before", ticket_id, already, order_id)
            return already
        left = Decimal(before["refundable"])
        payload = {
            "order_id": order_id,
            "amount": f"{amount:.2f}",
            "currency": currency,
            "reason": f"{reason} [{ticket_id}]",
            "idempotency_key": f"refund:{ticket_id}:{order_id}",
            "ticket_id": ticket_id,
        }
        for _ in range(3):
            self._ask("POST", "/tools/refund", payload)
            for pause in (0, 0.1, 0.3):
                time.sleep(pause)
                after = self.order(order_id)
                if after and Decimal(after["refundable"]) <= left - amount:
                    return amount
        raise NotBooked(order_id)

    @staticmethod
    def paid_on_ticket(order: dict, ticket_id: str) -> Decimal:
        return sum(
            (Decimal(r["amount"]) for r in order.get("refunds") or [] if f"[{ticket_id}]" in (r.get("reason") or "")),
            Decimal(0),
        )

    def escalate(self, ticket_id: str, order_id: str | None, reason: str, summary: str) -> str:
        payload = {"reason": reason, "summary": summary, "ticket_id": ticket_id}
        if order_id:
            payload["order_id"] = order_id
        return self._ask("POST", "/tools/escalate", payload)["case_id"]

    def reply(self, ticket_id: str, outcome: str, body: str, order_id: str | None, amount: Decimal | None, currency: str | None) -> None:
        payload = {"outcome": outcome, "body": body, "ticket_id": ticket_id}
        if order_id:
            payload["order_id"] = order_id
        if amount is not None:
            payload |= {"amount": f"{amount:.2f}", "currency": currency}
        try:
            self._ask("POST", "/tools/reply", payload)
        except Refused as error:
            if error.status != 409:  # sent before, the acknowledgement was lost
                raise

    def defer(self, ticket_id: str, reason: str) -> None:
        self._ask("POST", "/tools/defer", {"reason": reason, "ticket_id": ticket_id})
