"""The back office, made safe to stand on: every call either gives a sound answer or raises Unavailable."""

import json
import logging
import os
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("office")


class Unavailable(Exception):
    """The service gave nothing that we could use."""


class Refused(Exception):
    """The service understood, and said no."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.status = code, status


class Office:
    def __init__(self) -> None:
        self.http = httpx2.Client(
            base_url=os.environ["TAKEHOME_WORLD_URL"],
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            timeout=12,
        )

    def next_ticket(self) -> dict | None:
        for attempt in range(6):
            try:
                response = self.http.get("/task")
                if response.status_code == 204:
                    return None
                response.raise_for_status()
                return response.json()
            except (httpx2.HTTPError, ValueError) as error:
                log.warning("task: %s", error)
                time.sleep(0.3 * 2**attempt)
        return None

    def call(self, name: str, wants: str, tries: int = 5, **arguments) -> dict:
        """`wants`: a key that a whole answer has; half an answer counts as none."""
        problem = "?"
        for attempt in range(tries):
            if attempt:
                time.sleep(min(0.25 * 2**attempt, 3))
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
            except httpx2.TransportError as error:
                problem = repr(error)
                continue
            try:
                data = response.json()
            except ValueError:
                problem = f"HTTP {response.status_code}, unreadable"
                continue
            if response.status_code == 429 or response.status_code >= 500:
                problem = f"HTTP {response.status_code}"
                continue
            if response.is_error:
                error = data.get("error", {})
                raise Refused(str(error.get("code")), str(error.get("message")), response.status_code)
            if wants not in data:
                problem = f"answer without {wants}"
                continue
            return data
        raise Unavailable(f"{name}: {problem}")

    # -- reading ---------------------------------------------------------------------------------------------

    def order(self, number: str) -> dict | None:
        try:
            return self.call("get_order", "refundable", order_id=number)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def search(self, **criteria) -> list[dict]:
        found, page, pages = [], 1, 1
        while page <= min(pages, 6):
            answer = self.call("search_orders", "orders", page=page, **criteria)
            found += answer["orders"]
            pages = answer.get("pages", 1)
            page += 1
        return found

    def handbook(self, today: str) -> str:
        for _ in range(4):
            answer = self.call("get_policy", "text", topic="all", fresh=True)
            until = answer.get("effective_until")
            if (answer.get("effective_from") or "") <= today and (not until or today <= until):
                return answer["text"]
            log.warning("handbook %s is not today's", answer.get("version"))
        raise Unavailable("no current handbook")

    # -- acting ----------------------------------------------------------------------------------------------

    def pay(self, ticket: str, order: dict, amount: Decimal, reason: str) -> bool:
        """Pay once; true when the order's own record shows it afterwards."""
        number = order["id"]
        before = Decimal(order["refundable"])
        for round_ in range(3):
            try:
                self.call(
                    "refund", "refund_id", order_id=number, amount=str(amount), currency=order["currency"],
                    reason=reason, idempotency_key=f"{ticket}-{number}", ticket_id=ticket,
                )
            except Unavailable as error:
                log.warning("%s", error)
            now = self.order(number)
            if now and before - Decimal(now["refundable"]) == amount:
                return True
            log.warning("refund on %s is not booked (round %d)", number, round_)
            time.sleep(0.5)
        return False

    def hand_over(self, ticket: str, number: str | None, reason: str, summary: str) -> None:
        arguments = {"reason": reason, "summary": summary, "ticket_id": ticket}
        if number:
            arguments["order_id"] = number
        self.call("escalate", "case_id", **arguments)

    def reply(self, ticket: str, outcome: str, body: str, number: str | None = None, amount: Decimal | None = None) -> None:
        arguments = {"outcome": outcome, "body": body, "ticket_id": ticket}
        if number:
            arguments["order_id"] = number
        if amount is not None:
            arguments["amount"] = str(amount)
        self.call("reply", "message_id", **arguments)

    def defer(self, ticket: str, reason: str) -> None:
        self.call("defer", "status", reason=reason, ticket_id=ticket)


def dumps(thing) -> str:
    return json.dumps(thing, ensure_ascii=False)
