"""Client of the back office: retries what may be retried, tells apart what may not."""

import json
import logging
import random
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("shop")


class Refused(Exception):
    """The back office understood and said no (4xx other than 429)."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class Unavailable(Exception):
    """It could not be reached, or kept failing."""


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        self.baseline: dict[str, dict] = {}  # by idempotency key: the order as it was before the first try

    def task(self) -> dict | None:
        response = self._send("GET", "/task")
        return response or None

    def _send(self, method: str, path: str, body: dict | None = None, attempts: int = 6) -> dict:
        problem = "?"
        for attempt in range(attempts):
            if attempt:
                time.sleep(min(2.0, 0.1 * 2**attempt) * random.uniform(0.7, 1.3))
            try:
                response = self.http.request(method, path, json=body)
            except httpx2.TransportError as error:
                problem = repr(error)
                continue
            if response.status_code == 204:
                return {}
            if response.status_code == 429 or response.status_code >= 500:
                problem = f"HTTP {response.status_code}"
                try:
                    time.sleep(min(float(response.headers.get("retry-after", 0)), 3))
                except ValueError:
                    pass
                continue
            try:
                data = response.json()
            except (json.JSONDecodeError, UnicodeDecodeError):
                problem = "body cut short"
                continue
            if response.is_error:
                error = data.get("error") or {}
                raise Refused(response.status_code, error.get("code", ""), error.get("message", ""))
            return data
        raise Unavailable(f"{path}: {problem}")

    def tool(self, name: str, **arguments: object) -> dict:
        return self._send("POST", f"/tools/{name}", {k: v for k, v in arguments.items() if v is not None})

    def order(self, order_id: str) -> dict | None:
        try:
            return self.tool("get_order", order_id=order_id)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def search(self, **criteria: str) -> list[dict]:
        found, page = [], 1
        while True:
            answer = self.tool("search_orders", **criteria, page=page)
            found += answer.get("orders", [])
            if page >= int(answer.get("pages") or 1) or page >= 6:
                return found
            page += 1

    def handbook(self) -> dict:
        return self.tool("get_policy", topic="all", fresh=True)

    def pay(self, ticket_id: str, order_id: str, amount: Decimal, currency: str, reason: str) -> bool:
        """Pay once and see it on the order; False if it was accepted but never shows."""
        key = f"refund-{ticket_id}-{order_id}"
        before = self.baseline.get(key) or self.order(order_id)
        if before is None:
            return False
        self.baseline[key] = before
        already = Decimal(before["refundable"])
        for _ in range(3):
            self.tool(
                "refund",
                order_id=order_id,
                amount=f"{amount:.2f}",
                currency=currency,
                reason=reason,
                idempotency_key=key,
                ticket_id=ticket_id,
            )
            for _ in range(2):
                after = self.order(order_id)
                if after and Decimal(after["refundable"]) <= already - amount:
                    return True
                if after and any(r.get("on") and same(r, amount) and r not in before["refunds"] for r in after["refunds"]):
                    return True
                time.sleep(0.1)
            log.warning("refund on %s acknowledged but not booked", order_id)
        return False


def same(refund: dict, amount: Decimal) -> bool:
    return Decimal(str(refund.get("amount", "0"))) == amount
