"""The back office over HTTP: retries, lookups of everything a ticket could touch, and payments that are verified."""

import json
import logging
import re
import time
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import httpx2

log = logging.getLogger("backoffice")

ORDER_NUMBER = re.compile(r"(?<![\w.,])(?:HL[-\s]?)?(\d{6})(?![\w])", re.IGNORECASE)
STAGES = {"processing": 0, "shipped": 1, "delivered": 2}
MAX_ORDERS = 16
MAX_PAGES = 12


class Unavailable(Exception):
    """The back office did not do it, after all retries."""


class Refused(Exception):
    """The back office said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


@dataclass
class Dossier:
    """Everything on file that a ticket could be about."""

    orders: dict[str, dict] = field(default_factory=dict)  # full records
    listed: list[dict] = field(default_factory=list)  # short form, of the sender's account
    unknown_numbers: list[str] = field(default_factory=list)
    handbook: dict = field(default_factory=dict)


class BackOffice:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def task(self) -> dict | None:
        for attempt in range(8):
            try:
                response = self.http.get("/task")
                if response.status_code == 204 or (response.status_code == 200 and not response.content):
                    return None
                if response.status_code == 200:
                    return response.json()
                log.warning("task: HTTP %d", response.status_code)
            except (httpx2.TransportError, json.JSONDecodeError) as error:
                log.warning("task: %s", error)
            time.sleep(0.05 * 2**attempt)
        raise Unavailable("task")

    def call(self, tool: str, tries: int = 7, **arguments) -> dict:
        """One tool call. Only calls that are safe to repeat come here: reads, and writes with a key or a ticket."""
        arguments = {key: value for key, value in arguments.items() if value is not None}
        error = "?"
        for attempt in range(tries):
            if attempt:
                time.sleep(min(0.05 * 2**attempt, 1.0))
            try:
                response = self.http.post(f"/tools/{tool}", json=arguments)
            except httpx2.TransportError as problem:
                error = repr(problem)
                continue
            if response.status_code == 429 or response.status_code >= 500:
                error = f"HTTP {response.status_code}"
                continue
            try:
                body = response.json()
            except json.JSONDecodeError:
                error = "answer cut off"
                continue
            if response.is_error:
                detail = body.get("error", {}) if isinstance(body, dict) else {}
                raise Refused(response.status_code, detail.get("code", "?"), detail.get("message", ""))
            return body
        raise Unavailable(f"{tool}: {error}")

    # -- reading ------------------------------------------------------------------------------------------------

    def handbook(self, today: date) -> dict:
        """The handbook that holds today, whole."""
        book = None
        for _ in range(4):
            book = self.call("get_policy", topic="all", fresh=True)
            since = date.fromisoformat(book["effective_from"][:10])
            until = date.fromisoformat(book["effective_until"][:10]) if book.get("effective_until") else date.max
            if since <= today <= until and "C-2" in book["text"]:
                return book
        raise Unavailable(f"no valid handbook, only {book and book.get('version')}")

    def order(self, order_id: str, listed: dict | None = None) -> dict | None:
        """An order's record. Read twice: a copy that lags behind shows itself by the difference."""
        seen = []
        try:
            for _ in range(4):
                record = self.call("get_order", order_id=order_id)
                seen.append(record)
                agree = len(seen) > 1 and seen[-1] == seen[-2]
                listing_agrees = listed is None or listed.get("status") == record.get("status")
                if agree and (listing_agrees or len(seen) > 2):
                    break
        except Refused as error:
            if error.status == 404:
                return None
            raise
        # What is further along is newer: orders don't go back to the warehouse, refunds don't vanish.
        return max(seen, key=lambda r: (STAGES.get(r["status"], 3), -Decimal(str(r["refundable"])), len(r["notes"])))

    def search(self, **criteria) -> list[dict]:
        found, page = [], 1
        while page <= MAX_PAGES:
            answer = self.call("search_orders", page=page, **criteria)
            found += answer["orders"]
            if page >= int(answer.get("pages") or 1):
                break
            page += 1
        unique = {order["id"]: order for order in found}
        return list(unique.values())

    def dossier(self, ticket: dict, today: date) -> Dossier:
        result = Dossier(handbook=self.handbook(today))
        text = f"{ticket['subject']}\n{ticket['body']}"
        numbers = list(dict.fromkeys(f"HL-{match}" for match in ORDER_NUMBER.findall(text)))
        result.listed = self.search(email=ticket["from"]["email"])
        short = {order["id"]: order for order in result.listed}
        for number in numbers:
            record = self.order(number, short.get(number))
            if record is None:
                result.unknown_numbers.append(number)
            else:
                result.orders[number] = record
        if not result.listed and not result.orders:
            result.listed = self.search(name=ticket["from"]["name"])
            short = {order["id"]: order for order in result.listed}
        for order in result.listed:
            if len(result.orders) >= MAX_ORDERS:
                break
            if order["id"] not in result.orders:
                record = self.order(order["id"], short[order["id"]])
                if record is not None:
                    result.orders[order["id"]] = record
        return result

    # -- writing ------------------------------------------------------------------------------------------------

    def pay(self, ticket_id: str, order: dict, amount: Decimal, reason: str) -> bool:
        """Refund exactly once, and believe it when it is in the books. `False`: not booked (yet)."""
        before = Decimal(str(order["refundable"]))
        key = f"refund/{ticket_id}/{order['id']}"
        for attempt in range(3):
            self.call(
                "refund",
                order_id=order["id"],
                amount=str(amount),
                currency=order["currency"],
                reason=reason,
                idempotency_key=key,
                ticket_id=ticket_id,
            )
            for look in range(3):
                record = self.call("get_order", order_id=order["id"])
                if Decimal(str(record["refundable"])) <= before - amount:
                    return True
                time.sleep(0.05)
            log.warning("%s: refund of %s acknowledged, but not in the books", ticket_id, amount)
        return False

    def escalate(self, ticket_id: str, order_id: str | None, reason: str, summary: str) -> None:
        try:
            self.call("escalate", order_id=order_id, reason=reason, summary=summary, ticket_id=ticket_id)
        except Refused as error:
            if error.status != 404:
                raise
            self.call("escalate", reason=reason, summary=summary, ticket_id=ticket_id)

    def reply(self, ticket_id: str, outcome: str, order: dict | None, amount: Decimal | None, body: str) -> None:
        try:
            self.call(
                "reply",
                ticket_id=ticket_id,
                outcome=outcome,
                order_id=order["id"] if order else None,
                amount=str(amount) if amount is not None else None,
                currency=order["currency"] if order and amount is not None else None,
                body=body,
            )
        except Refused as error:
            # A reply whose acknowledgement got lost has closed the ticket all the same.
            if error.status != 409:
                raise
            log.warning("%s: %s", ticket_id, error)

    def defer(self, ticket_id: str, reason: str) -> None:
        self.call("defer", ticket_id=ticket_id, reason=reason)
