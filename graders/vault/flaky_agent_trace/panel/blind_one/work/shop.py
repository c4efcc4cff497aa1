"""The shop's back office: tool descriptions for the model, and the client that calls them."""

import logging
import random
import time

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 6


def tool(name: str, description: str, required: list[str], /, **properties: dict) -> dict:
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TEXT = {"type": "string"}
TOPICS = ["all", "identity", "returns", "damage", "delivery", "payment", "handover", "replying"]
OUTCOMES = ["refunded", "denied", "escalated", "need_info"]

TOOLS = [
    tool(
        "search_orders",
        "Find orders. Give at least one criterion; the newest come first, five to a page.",
        [],
        email=TEXT,
        name=TEXT,
        order_id=TEXT,
        placed_on={"type": "string", "description": "YYYY-MM-DD"},
        text={"type": "string", "description": "words from items or notes"},
        page={"type": "integer"},
    ),
    tool("get_order", "All about one order, earlier refunds included.", ["order_id"], order_id=TEXT),
    tool("get_policy", "The refund handbook.", ["topic"], topic={"type": "string", "enum": TOPICS}),
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


class Shop:
    """The back office over HTTP. Results are always something to show: an error is told as an error."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)
        self.failed = 0

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.get("/task")
                if response.status_code < 500 and response.status_code != 429:
                    response.raise_for_status()
                    return response.json() if response.content else None
            except httpx2.TransportError as error:
                log.warning("task: %s", error)
            pause(attempt)
        raise RuntimeError("no task to be had")

    def post(self, name: str, arguments: dict) -> tuple[int, dict]:
        """Status and body; 0 if nothing came back. Only calls that are safe to repeat are repeated."""
        status, body = 0, {"error": {"code": "unreachable", "message": "no answer"}}
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
                status = response.status_code
                try:
                    body = response.json()
                except ValueError:
                    body = {"error": {"code": "unreadable", "message": f"HTTP {status}"}}
            except httpx2.TransportError as error:
                log.warning("%s: %s (attempt %d)", name, error, attempt)
                status = 0
            if status and status < 500 and status != 429:
                return status, body
            self.failed += 1
            log.warning("%s: HTTP %d (attempt %d)", name, status, attempt)
            pause(attempt)
        return status, body


def pause(attempt: int) -> None:
    time.sleep(min(2.0, 0.05 * 2**attempt) * (0.5 + random.random()))

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
