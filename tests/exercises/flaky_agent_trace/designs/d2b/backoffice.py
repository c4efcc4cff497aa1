"""Client of the back office. Reads are retried freely; money moves under one key per ticket and order."""

import json
import logging
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("backoffice")
TRIES = 7


class Refused(Exception):
    """The back office understood and said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message


class Unavailable(Exception):
    """No usable answer after all tries."""


class NotBooked(Exception):
    """The payment service said yes (or nothing), and the order doesn't show the money."""


class BackOffice:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20)
        self.baseline: dict[tuple[str, str], Decimal] = {}

    def task(self) -> dict | None:
        for attempt in range(TRIES):
            try:
                response = self.http.get("/task")
                if response.status_code == 204:
                    return None
                if response.status_code == 200:
                    return response.json()
            except (httpx2.TransportError, json.JSONDecodeError) as error:
                log.warning("task: %s", error)
            time.sleep(min(0.1 * 2**attempt, 2))
        raise Unavailable("task")

    def call(self, name: str, **arguments) -> dict:
        """Safe to repeat: reads, and writes that carry their own key or may be sent twice."""
        arguments = {k: v for k, v in arguments.items() if v is not None}
        for attempt in range(TRIES):
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
            except httpx2.TransportError as error:
                log.warning("%s: %s", name, error)
            else:
                if response.status_code == 200:
                    try:
                        result = response.json()
                        if isinstance(result, dict):
                            return result
                    except json.JSONDecodeError:
                        pass
                    log.warning("%s: unreadable answer", name)
                elif response.status_code == 429 or response.status_code >= 500:
                    log.warning("%s: HTTP %d", name, response.status_code)
                else:
                    try:
                        error = response.json()["error"]
                    except (json.JSONDecodeError, KeyError):
                        error = {"code": str(response.status_code), "message": response.text[:200]}
                    raise Refused(response.status_code, error.get("code", ""), error.get("message", ""))
            time.sleep(min(0.1 * 2**attempt, 2))
        raise Unavailable(name)

    # reads

    def handbook(self) -> str:
        return self.call("get_policy", topic="all", fresh=True)["text"]

    def order(self, order_id: str) -> dict | None:
        try:
            return self.call("get_order", order_id=order_id)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def search(self, **criteria) -> list[dict]:
        """All pages."""
        found: list[dict] = []
        page = 1
        while page <= 8:
            result = self.call("search_orders", page=page, **criteria)
            found += result.get("orders", [])
            if page >= int(result.get("pages") or 1):
                break
            page += 1
        return list({order["id"]: order for order in found}.values())

    # writes

    def refund(self, ticket: str, order: dict, amount: Decimal, reason: str) -> None:
        """Pay once, and come back only when the order shows it."""
        key = (ticket, order["id"])
        before = self.baseline.setdefault(key, paid_back(order))
        if paid_back(order) - before < amount:
            try:
                self.call("refund", order_id=order["id"], amount=str(amount), currency=order["currency"],
                          reason=reason, idempotency_key=f"{ticket}/{order['id']}", ticket_id=ticket)
            except Unavailable:
                log.warning("refund of %s: no acknowledgement; looking at the order", order["id"])
            except Refused as refused:
                if refused.code != "exceeds_refundable":
                    raise
        for attempt in range(4):
            current = self.order(order["id"])
            if current and paid_back(current) - before >= amount:
                return
            time.sleep(0.1 * 2**attempt)
        raise NotBooked(order["id"])

    def escalate(self, ticket: str, order_id: str | None, reason: str, summary: str) -> str:
        return self.call("escalate", order_id=order_id, reason=reason, summary=summary, ticket_id=ticket)["case_id"]

    def reply(self, ticket: str, outcome: str, body: str, order: dict | None = None, amount: Decimal | None = None) -> None:
        try:
            self.call("reply", outcome=outcome, body=body, ticket_id=ticket, order_id=order and order["id"],
                      amount=None if amount is None else str(amount),
                      currency=order["currency"] if order and amount is not None else None)
        except Refused as refused:
            if refused.status != 409:  # 409: an earlier try got through unseen
                raise
            log.warning("reply: %s", refused)

    def defer(self, ticket: str, reason: str) -> None:
        try:
            self.call("defer", reason=reason, ticket_id=ticket)
        except (Refused, Unavailable) as error:
            log.error("defer: %s", error)


def paid_back(order: dict) -> Decimal:
    return sum((Decimal(refund["amount"]) for refund in order["refunds"]), Decimal(0))
