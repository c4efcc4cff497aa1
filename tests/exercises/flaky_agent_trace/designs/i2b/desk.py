"""HTTP to the shop. One function a need, each safe to repeat."""

from __future__ import annotations

import os
import re
import time
from datetime import date
from decimal import Decimal

import httpx2


class Down(Exception):
    """The shop does not answer sensibly."""


class No(Exception):
    """The shop says no."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status


class Desk:
    def __init__(self) -> None:
        token = os.environ.get("OPENAI_API_KEY") or os.environ["ANTHROPIC_API_KEY"]
        self.web = httpx2.Client(base_url=os.environ["TAKEHOME_WORLD_URL"], headers={"Authorization": f"Bearer {token}"}, timeout=10)

    def task(self) -> dict | None:
        for wait in (0.1, 0.3, 0.8, 1.5, 0):
            try:
                answer = self.web.get("/task")
                if answer.status_code == 204:
                    return None
                if answer.status_code == 200:
                    return answer.json()
            except (httpx2.HTTPError, ValueError):
                pass
            time.sleep(wait)
        return None

    def do(self, name: str, **arguments) -> dict:
        arguments = {key: value for key, value in arguments.items() if value is not None}
        last = ""
        for wait in (0.1, 0.2, 0.5, 1.0, 2.0, 0):
            try:
                answer = self.web.post(f"/tools/{name}", json=arguments)
                last = f"HTTP {answer.status_code}"
                if answer.status_code not in (429,) and answer.status_code < 500:
                    if answer.is_error:
                        raise No(answer.status_code, answer.text[:200])
                    result = answer.json()
                    if isinstance(result, dict) and result:
                        return result
            except httpx2.TransportError as error:
                last = repr(error)
            except ValueError:
                last = "not JSON"
            time.sleep(wait)
        raise Down(f"{name}: {last}")

    def order(self, number: str) -> dict | None:
        for _ in range(3):
            try:
                order = self.do("get_order", order_id=number)
            except No as no:
                if no.status == 404:
                    return None
                raise
            if order.get("items") and "refundable" in order:
                return order
        raise Down(f"{number}: incomplete")

    def orders_of(self, email: str) -> list[str]:
        numbers, page = [], 1
        while page < 10:
            found = self.do("search_orders", email=email, page=page)
            numbers += [row["id"] for row in found.get("orders", [])]
            if page >= int(found.get("pages", 1)):
                break
            page += 1
        return numbers

    def handbook(self, today: str) -> str:
        for _ in range(3):
            book = self.do("get_policy", topic="all", fresh=True)
            until = book.get("effective_until")
            if book.get("text") and book.get("effective_from", "") <= today and not (until and until < today):
                return book["text"]
        raise Down("no current handbook")

    def pay_once(self, ticket: str, number: str, amount: Decimal, currency: str, why: str) -> bool:
        """Whether the money is on the books in the end."""
        before = Decimal(self.order(number)["refundable"])
        for _ in range(3):
            try:
                self.do("refund", order_id=number, amount=str(amount), currency=currency, reason=why[:150],
                        idempotency_key=f"refund:{ticket}:{number}", ticket_id=ticket)
            except Down:
                pass
            if before - Decimal(self.order(number)["refundable"]) >= amount:
                return True
        return False


def numbers_in(text: str) -> list[str]:
    return list(dict.fromkeys(f"HL-{digits}" for digits in re.findall(r"(?<!\d)\d{6}(?!\d)", text)))


def day(text: str) -> date:
    return date.fromisoformat(text[:10])
