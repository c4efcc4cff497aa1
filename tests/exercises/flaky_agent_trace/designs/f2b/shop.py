"""The shop's back office: the client, with everything that must not depend on a model's good day."""

import json
import logging
import time
from dataclasses import dataclass
from decimal import Decimal

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 6


@dataclass
class Result:
    """What a call came to: `data` is the parsed body, also that of an error."""

    status: int
    data: dict

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def error(self) -> str:
        error = self.data.get("error") or {}
        return f"{error.get('code', self.status)}: {error.get('message', 'no answer')}"


class Shop:
    """The back office over HTTP."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.get("/task")
                if response.status_code == 204:
                    return None
                if response.status_code == 200:
                    return response.json()
                log.warning("task: HTTP %d", response.status_code)
            except (httpx2.TransportError, ValueError) as error:
                log.warning("task: %s", error)
            time.sleep(min(2.0, 0.1 * 2**attempt))
        raise RuntimeError("the back office hands out no ticket")

    def call(self, name: str, arguments: dict) -> Result:
        """One call, repeated while the answer is missing, garbled, 429 or 5xx.

        Repeating is safe: refunds carry a key, look-ups change nothing, and replies name their ticket.
        """
        last = Result(0, {})
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(min(2.0, 0.1 * 2**attempt))
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
            except httpx2.TransportError as error:
                log.warning("%s: %s", name, error)
                continue
            try:
                data = response.json()
            except ValueError:
                data = None
            if response.status_code == 429 or response.status_code >= 500 or not isinstance(data, dict):
                log.warning("%s: HTTP %d, again", name, response.status_code)
                last = Result(response.status_code if response.is_error else 502, data if isinstance(data, dict) else {})
                continue
            return Result(response.status_code, data)
        return last

    # Look-ups

    def search(self, criteria: dict) -> Result:
        """All pages of a search as one."""
        orders: list[dict] = []
        page = 1
        while True:
            result = self.call("search_orders", {**criteria, "page": page})
            if not result.ok:
                return result
            orders += result.data.get("orders", [])
            if page >= int(result.data.get("pages") or 1) or page >= 8:
                return Result(200, {"total": result.data.get("total", len(orders)), "orders": orders})
            page += 1

    def order(self, order_id: str) -> Result:
        return self.call("get_order", {"order_id": order_id})

    def policy(self, topic: str, today: str) -> Result:
        """The handbook past the cache, and only an edition that is in force."""
        result = Result(0, {})
        for _ in range(3):
            result = self.call("get_policy", {"topic": topic, "fresh": True})
            if not result.ok:
                return result
            since, until = result.data.get("effective_from"), result.data.get("effective_until")
            if (not since or since <= today) and (not until or today <= until):
                return result
        return Result(503, {"error": {"code": "outdated", "message": "only an outdated handbook is to be had"}})

    # What changes something

    def pay(self, ticket: str, order_id: str, amount: Decimal, reason: str) -> tuple[str, str]:
        """Pay once and look whether it is booked: ("booked" | "refused" | "unsure", what was said)."""
        before = self.order(order_id)
        if not before.ok:
            return "refused", before.error
        left = Decimal(before.data["refundable"])
        key = f"{ticket}/{order_id}"
        said = ""
        for attempt in range(3):
            result = self.call(
                "refund",
                {"order_id": order_id, "amount": f"{amount:.2f}", "currency": before.data["currency"],
                 "reason": reason, "idempotency_key": key, "ticket_id": ticket},
            )
            if not result.ok and 400 <= result.status < 500 and result.status != 429:
                return "refused", result.error
            said = json.dumps(result.data)
            if result.ok and result.data.get("replayed") and attempt == 0:
                # Paid in an earlier handling of this ticket: `before` has it already.
                if any(Decimal(str(r["amount"])) == amount for r in before.data["refunds"]):
                    return "booked", said
            for _ in range(2):
                after = self.order(order_id)
                if after.ok and Decimal(after.data["refundable"]) <= left - amount:
                    return "booked", said
                time.sleep(0.1)
        return "unsure", said

    def escalate(self, ticket: str, order_id: str | None, reason: str, summary: str) -> Result:
        arguments = {"reason": reason, "summary": summary, "ticket_id": ticket}
        if order_id:
            result = self.call("escalate", {**arguments, "order_id": order_id})
            if result.status != 404:
                return result
        return self.call("escalate", arguments)

    def reply(self, ticket: str, arguments: dict) -> Result:
        result = self.call("reply", {**arguments, "ticket_id": ticket})
        if result.status == 404 and arguments.get("order_id"):
            arguments = {k: v for k, v in arguments.items() if k != "order_id"}
            result = self.call("reply", {**arguments, "ticket_id": ticket})
        if result.status == 409:
            # The first try got through and only its answer was lost.
            log.info("reply: %s", result.error)
            return Result(200, result.data)
        return result

    def defer(self, ticket: str, reason: str) -> Result:
        return self.call("defer", {"reason": reason, "ticket_id": ticket})
