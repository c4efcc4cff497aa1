"""The back office: every call is retried where that is safe, and made safe where it isn't."""

import json
import logging
import re
import time

import httpx2

log = logging.getLogger("desk")
ATTEMPTS = 6


class Trouble(Exception):
    """A call that did not go through, or was refused."""


class Desk:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20)

    def task(self) -> dict | None:
        return self._ask("GET", "/task")

    def policy(self) -> dict:
        return self._tool("get_policy", topic="all", fresh=True)

    def orders_for(self, ticket: dict) -> list[dict]:
        """Every order that the mail may be about: the sender's own, and those whose number it names."""
        ids: list[str] = []
        page = pages = 1
        while page <= min(pages, 4):
            found = self._tool("search_orders", email=ticket["from"]["email"], page=page)
            ids += [order["id"] for order in found["orders"]]
            pages, page = found["pages"], page + 1
        named = re.findall(r"(?<!\d)(\d{6})(?!\d)", ticket["subject"] + "\n" + ticket["body"])
        ids += [f"HL-{number}" for number in named]
        orders = []
        for order_id in dict.fromkeys(ids):
            try:
                orders.append(self._tool("get_order", order_id=order_id))
            except Trouble as error:
                log.info("%s: %s", order_id, error)
        return orders

    def refund(self, ticket: str, order_id: str, amount: str, reason: str) -> dict:
        """Paid once the order shows it: an acknowledgement alone has been wrong before. The key makes asking again safe."""
        before = self.left(order_id)
        for _ in range(3):
            done = self._tool(
                "refund", order_id=order_id, amount=amount, reason=reason, idempotency_key=f"{ticket}/{order_id}"
            )
            if self.left(order_id) < before:
                return done
            log.warning("%s: the refund is acknowledged and not there", order_id)
        raise Trouble("the refund was acknowledged and is not there")

    def left(self, order_id: str) -> float:
        return float(self._tool("get_order", order_id=order_id)["refundable"])

    def defer(self, reason: str) -> dict:
        return self._tool("defer", reason=reason)

    def escalate(self, order_id: str | None, reason: str, summary: str) -> dict:
        return self._tool("escalate", order_id=order_id, reason=reason, summary=summary)

    def reply(self, order_id: str | None, outcome: str, amount: str | None, body: str) -> dict:
        return self._tool("reply", order_id=order_id, outcome=outcome, amount=amount, body=body)

    def _tool(self, name: str, **arguments) -> dict:
        return self._ask("POST", f"/tools/{name}", {k: v for k, v in arguments.items() if v is not None})

    def _ask(self, method: str, path: str, arguments: dict | None = None) -> dict:
        last = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(min(2.0, 0.05 * 2**attempt))
            try:
                response = self.http.request(method, path, json=arguments)
            except httpx2.TransportError as error:
                last = str(error)
                continue
            if response.status_code == 429 or response.status_code >= 500:
                last = f"HTTP {response.status_code}"
                continue
            if response.is_error:
                raise Trouble(f"{path}: HTTP {response.status_code} {response.text[:300]}")
            try:
                return response.json() if response.content else None
            except json.JSONDecodeError:
                last = "half an answer"
        raise Trouble(f"{path}: {last} after {ATTEMPTS} attempts")

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
