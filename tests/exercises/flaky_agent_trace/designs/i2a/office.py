"""Client for the back office: retries what is safe to retry, never what is not."""

from __future__ import annotations

import json
import logging
import random
import time
from typing import Any

import httpx2

log = logging.getLogger("office")


class Refused(Exception):
    """The back office understood and said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class Unavailable(Exception):
    """No usable answer in spite of retries. Whether anything was done is unknown."""


class Office:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=12)

    def next_ticket(self) -> dict | None:
        for attempt in range(6):
            try:
                response = self.http.get("/task")
                if response.status_code == 204 or not response.content:
                    return None
                response.raise_for_status()
                return response.json()
            except (httpx2.HTTPError, json.JSONDecodeError) as error:
                log.warning("task: %s", error)
                pause(attempt)
        return None

    def call(self, tool: str, tries: int = 6, **arguments: Any) -> dict:
        """One tool call. Each tool is called such that repeating it is harmless (see `refund` for the key)."""
        body = {key: value for key, value in arguments.items() if value is not None}
        trouble = "no attempt"
        for attempt in range(tries):
            if attempt:
                pause(attempt)
            try:
                response = self.http.post(f"/tools/{tool}", json=body)
            except httpx2.TransportError as error:
                trouble = repr(error)
                continue
            if response.status_code == 429 or response.status_code >= 500:
                trouble = f"HTTP {response.status_code}"
                continue
            try:
                data = response.json()
            except json.JSONDecodeError:
                trouble = "an answer that is not JSON"
                continue
            if response.is_error:
                error = data.get("error", {}) if isinstance(data, dict) else {}
                raise Refused(response.status_code, error.get("code", ""), error.get("message", ""))
            if not isinstance(data, dict):
                trouble = "an answer that is not an object"
                continue
            return data
        log.warning("%s: %s, giving up", tool, trouble)
        raise Unavailable(f"{tool}: {trouble}")

    def order(self, order_id: str) -> dict | None:
        try:
            order = self.call("get_order", order_id=order_id)
        except Refused as no:
            if no.status == 404:
                return None
            raise
        needed = {"id", "items", "status", "currency", "refundable", "customer"}
        if not needed <= order.keys():
            raise Unavailable(f"order {order_id} came incomplete")
        return order

    def search(self, **criteria: str) -> list[dict]:
        rows: list[dict] = []
        page = 1
        while True:
            found = self.call("search_orders", page=page, **criteria)
            rows += found.get("orders", [])
            if page >= int(found.get("pages") or 1) or page >= 8:
                return rows
            page += 1

    def handbook(self, today: str) -> dict:
        """The handbook that is in force today, past the cache."""
        for attempt in range(4):
            book = self.call("get_policy", topic="all", fresh=True)
            if (book.get("effective_from") or "") <= today and (not book.get("effective_until") or today <= book["effective_until"]):
                if "text" in book:
                    return book
            log.warning("handbook %s is not in force on %s", book.get("version"), today)
            pause(attempt)
        raise Unavailable("no handbook that is in force")


def pause(attempt: int) -> None:
    time.sleep(min(2.0, 0.15 * 2**attempt) * random.uniform(0.6, 1.2))
