"""Client of the back office."""

import hashlib
import logging
import time

import httpx2

log = logging.getLogger("backoffice")
PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0)


class Refused(Exception):
    """The back office said no."""


class BackOffice:
    def __init__(self, url: str, token: str) -> None:
        self.client = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20)

    def task(self) -> dict | None:
        return self.request("GET", "/task")

    def tool(self, name: str, **arguments: object) -> dict:
        return self.request("POST", f"/tools/{name}", {k: v for k, v in arguments.items() if v is not None})

    def refund(self, ticket: str, order_id: str, amount: str, reason: str) -> str:
        key = hashlib.sha256(f"{ticket}|{order_id}|{amount}".encode()).hexdigest()[:24]
        asked = {"order_id": order_id, "amount": amount, "reason": reason, "idempotency_key": key}
        before = self.order(order_id)["refundable"]
        for _ in range(3):
            paid = self.tool("refund", **asked)["amount"]
            if self.order(order_id)["refundable"] != before:
                return paid
            log.warning("%s: acknowledged, not paid", order_id)
        raise Refused("acknowledged, not paid")

    def order(self, order_id: str) -> dict:
        """An order as two looks in a row show it."""
        one, two = None, self.tool("get_order", order_id=order_id)
        while one != two:
            one, two = two, self.tool("get_order", order_id=order_id)
        return two

    def escalate(self, order_id: str | None, reason: str, summary: str) -> None:
        self.tool("escalate", order_id=order_id, reason=reason, summary=summary)

    def reply(self, order_id: str | None, outcome: str, amount: str | None, body: str) -> None:
        self.tool("reply", order_id=order_id, outcome=outcome, amount=amount, body=body)

    def request(self, method: str, path: str, body: dict | None = None) -> dict:
        for pause in (*PAUSES, None):
            try:
                response = self.client.request(method, path, json=body)
                if response.status_code < 500 and response.status_code != 429:
                    if response.status_code >= 400:
                        raise Refused(response.text[:300])
                    return response.json() if response.content else None
                problem: object = response.status_code
            except (httpx2.TransportError, ValueError) as error:
                problem = error
            log.warning("%s %s: %s", method, path, problem)
            if pause is None:
                break
            time.sleep(pause)
        raise Refused(f"{path}: no answer")

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
