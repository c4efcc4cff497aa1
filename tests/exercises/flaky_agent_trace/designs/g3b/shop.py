"""Client of the back office. Every call is retried sensibly; money is paid under one key per ticket and verified."""

import logging
import re
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("shop")


class ShopError(Exception):
    def __init__(self, status: int, code: str, text: str = "") -> None:
        super().__init__(f"{status} {code} {text}")
        self.status, self.code = status, code


class Unbooked(Exception):
    """The payment service acknowledged a refund that the order doesn't show."""


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def task(self) -> dict | None:
        for attempt in range(6):
            try:
                r = self.http.get("/task")
                if r.status_code == 204 or (r.status_code == 200 and not r.content):
                    return None
                if r.status_code == 200:
                    return r.json()
            except (httpx2.TransportError, ValueError) as error:
                log.warning("task: %s", error)
            time.sleep(0.2 * 2**attempt)
        raise ShopError(0, "no_task")

    def call(self, name: str, tries: int = 6, **arguments) -> dict:
        last = ShopError(0, "unreachable")
        for attempt in range(tries):
            if attempt:
                time.sleep(min(0.15 * 2**attempt, 3))
            try:
                r = self.http.post(f"/tools/{name}", json={k: v for k, v in arguments.items() if v is not None})
            except httpx2.TransportError as error:
                last = ShopError(0, "transport", str(error))
                continue
            if r.status_code == 429 or r.status_code >= 500:
                last = ShopError(r.status_code, "busy", r.text[:100])
                continue
            try:
                body = r.json()
            except ValueError:
                last = ShopError(r.status_code, "garbled", r.text[:100])
                continue
            if r.is_error:
                error = body.get("error", {})
                raise ShopError(r.status_code, error.get("code", "?"), error.get("message", ""))
            return body
        raise last

    def search(self, **criteria) -> list[dict]:
        found, page = {}, 1
        while True:
            answer = self.call("search_orders", page=page, **criteria)
            for order in answer.get("orders", []):
                found[order["id"]] = order
            if page >= answer.get("pages", 1) or page >= 12:
                return list(found.values())
            page += 1

    def order(self, order_id: str) -> dict | None:
        """The order, read twice; if the readings differ, the one that knows more."""
        try:
            readings = [self.call("get_order", order_id=order_id) for _ in range(2)]
        except ShopError as error:
            if error.status == 404:
                return None
            raise
        stage = {"processing": 0, "shipped": 1, "delivered": 2}
        return max(readings, key=lambda o: (stage.get(o["status"], 1), len(o["refunds"]), len(o["notes"])))

    def policy(self, day: str) -> str:
        text = ""
        for _ in range(3):
            p = self.call("get_policy", topic="all", fresh=True)
            text = p["text"]
            if p["effective_from"] <= day and (p["effective_until"] is None or day <= p["effective_until"]):
                break
        return text

    def pay(self, ticket_id: str, order_id: str, amount: Decimal, before: Decimal, reason: str) -> None:
        """Refund once, and look whether it is booked. `before`: what was refundable before we first tried."""
        for _ in range(2):
            try:
                self.call("refund", order_id=order_id, amount=str(amount), reason=reason, ticket_id=ticket_id,
                          idempotency_key=f"refund-{ticket_id}")
            except ShopError as error:
                log.warning("refund: %s", error)
            for _ in range(3):
                if Decimal(self.order(order_id)["refundable"]) <= before - amount:
                    return
        raise Unbooked


def order_ids(text: str) -> list[str]:
    ids = re.findall(r"(?<![\d])(?:HL[-\s]?)?(\d{6})(?![\d])", text, re.I)
    return list(dict.fromkeys(f"HL-{i}" for i in ids))


def candidates(shop: Shop, ticket: dict) -> list[dict]:
    """Every order that the mail might be about, in full."""
    sender = ticket["from"]
    ids = [o["id"] for o in shop.search(email=sender["email"])]
    ids += order_ids(ticket["subject"] + "\n" + ticket["body"])
    orders = [o for i in dict.fromkeys(ids) if (o := shop.order(i))]
    if not orders:
        orders = [o for s in shop.search(name=sender["name"]) if (o := shop.order(s["id"]))]
    return orders
