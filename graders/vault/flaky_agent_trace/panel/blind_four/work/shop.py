"""The shop's back office: tool descriptions for the model, and the client that calls them."""

import logging
import time

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 5
RESULT_CHARS = 8000


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
    """The back office over HTTP."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)
        self.failed = 0
        self.ticket = ""

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        response = self.http.get("/task")
        response.raise_for_status()
        task = response.json() if response.content else None
        self.ticket = task["ticket"]["id"] if task else ""
        return task

    def call(self, name: str, arguments: dict) -> str | None:
        """The tool's result as text for the model, `None` if there is none to show."""
        if name == "get_policy":
            # The cache in front of the handbook may serve a version that has ended, and a chapter is not all of it.
            arguments = {**arguments, "topic": "all", "fresh": True}
        if name == "refund":
            # One key for one payment of a ticket: asked for again, it is answered again and not paid again.
            key = f"{self.ticket}:{arguments.get('order_id')}:{float(arguments.get('amount') or 0):.2f}"
            arguments = {**arguments, "idempotency_key": key}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
                if not response.is_error:
                    response.json()  # half an answer is none
                    return response.text[:RESULT_CHARS]
            except (httpx2.HTTPError, ValueError) as error:
                self.failed += 1
                log.warning("%s: %s (attempt %d)", name, error, attempt)
                time.sleep(0.03 * 2**attempt)
                continue
            if response.status_code != 429 and response.status_code < 500:
                log.error("%s: HTTP %d %s", name, response.status_code, response.text[:200])
                return None
            self.failed += 1
            log.warning("%s: HTTP %d (attempt %d)", name, response.status_code, attempt)
            time.sleep(0.03 * 2**attempt)
        return None

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
