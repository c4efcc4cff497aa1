"""The shop's back office: tool descriptions for the model, and the client that calls them."""

import json
import logging
import random
import re
import time

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 6


def tool(name: str, description: str, required: list[str], /, **properties: dict) -> dict:
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TEXT = {"type": "string"}
OUTCOMES = ["refunded", "denied", "escalated", "need_info"]

TOOLS = [
    tool(
        "search_orders",
        "Find further orders, if those shown are not enough. Give at least one criterion.",
        [],
        email=TEXT,
        name=TEXT,
        order_id=TEXT,
        placed_on={"type": "string", "description": "YYYY-MM-DD"},
        text={"type": "string", "description": "words from items or notes"},
        page={"type": "integer"},
    ),
    tool("get_order", "All about one order, earlier refunds included.", ["order_id"], order_id=TEXT),
    tool(
        "refund",
        "Pay money back to the customer. Final.",
        ["order_id", "amount", "reason"],
        order_id=TEXT,
        amount={"type": "number", "description": "in the currency of the order, such as 12.50"},
        reason=TEXT,
    ),
    tool(
        "escalate",
        "Hand the ticket to the refunds desk.",
        ["reason", "summary"],
        order_id=TEXT,
        reason=TEXT,
        summary=TEXT,
    ),
    tool(
        "reply",
        "Send the reply and close the ticket.",
        ["outcome", "body"],
        order_id=TEXT,
        outcome={"type": "string", "enum": OUTCOMES},
        amount={"type": "number", "description": "what was refunded, if anything was"},
        body={"type": "string", "description": "the mail to the customer"},
    ),
]


class ShopError(Exception):
    """The back office refused, or could not be reached."""


class Shop:
    """The back office over HTTP. Every call may be repeated: refunds carry a key, the rest does no harm twice."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20)

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        return self._send("GET", "/task", None)

    def call(self, name: str, arguments: dict) -> dict:
        """The tool's result. Raises `ShopError` with what the back office said."""
        return self._send("POST", f"/tools/{name}", arguments)

    def order(self, order_id: str) -> dict:
        """An order, looked at until two looks agree: one copy of the data lags behind now and then."""
        first = self.call("get_order", {"order_id": order_id})
        for _ in range(3):
            second = self.call("get_order", {"order_id": order_id})
            if second == first:
                break
            log.warning("%s: two looks differ", order_id)
            first = second
        return first

    def policy(self) -> str:
        """The handbook as it holds now, past the cache."""
        return self.call("get_policy", {"topic": "all", "fresh": True})["text"]

    def orders_of(self, ticket: dict) -> list[dict]:
        """The sender's orders and those that the mail names, newest first."""
        ids: list[str] = []
        page, pages = 1, 1
        while page <= pages and page <= 3:
            found = self.call("search_orders", {"email": ticket["from"]["email"], "page": page})
            ids += [order["id"] for order in found["orders"]]
            page, pages = page + 1, found["pages"]
        named = re.findall(r"(?<!\d)\d{6}(?!\d)", f"{ticket['subject']} {ticket['body']}")
        ids += [f"HL-{number}" for number in named]
        orders = []
        for id in dict.fromkeys(ids):
            try:
                orders.append(self.order(id))
            except ShopError as error:
                log.warning("%s: %s", id, error)
        return orders

    def _send(self, method: str, path: str, arguments: dict | None) -> dict | None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self.http.request(method, path, json=arguments)
                if response.status_code != 429 and response.status_code < 500:
                    if response.is_error:
                        raise ShopError(f"HTTP {response.status_code} {response.text[:400]}")
                    return response.json() if response.content else None
                problem = f"HTTP {response.status_code}"
            except (httpx2.TransportError, json.JSONDecodeError) as error:
                problem = str(error)
            log.warning("%s: %s (attempt %d)", path, problem, attempt)
            time.sleep(min(1.0, 0.03 * 2**attempt) * random.uniform(0.5, 1.0))
        raise ShopError(f"{path} does not answer")

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
