"""The shop's back office: tool descriptions for the model, and the client that calls them."""

import logging
import time

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 8
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


class StartOver(Exception):
    """The run is worth another try."""


class Shop:
    """The back office over HTTP."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=3)
        self.failed = 0
        self.replied = False
        self.patient = True

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        response = self.http.get("/task")
        response.raise_for_status()
        return response.json() if response.content else None

    def call(self, name: str, arguments: dict) -> str | None:
        """The tool's result as text for the model, `None` if there is none to show."""
        if name == "reply" and arguments.get("outcome") == "denied" and self.patient:
            # Most complaints are about refusals, and most of those were wrong: have another look first.
            raise StartOver(arguments.get("body", ""))
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
            except httpx2.TransportError as error:
                log.warning("%s: %s (attempt %d)", name, error, attempt)
                continue
            if response.is_error:
                # Whatever it was, give it another chance before we bother the model with it.
                log.warning("%s: HTTP %d (attempt %d)", name, response.status_code, attempt)
                time.sleep(min(0.1, 0.03 * 2**attempt))
                continue
            self.replied = self.replied or name == "reply"
            return response.text[:RESULT_CHARS]
        return None

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
