"""The shop's back office: tool descriptions for the model, and the client that calls them."""

import logging
import random
import time

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 5
TASK_ATTEMPTS = 6


def tool(name: str, description: str, required: list[str], /, **properties: dict) -> dict:
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TEXT = {"type": "string"}
TOPICS = ["all", "identity", "returns", "damage", "delivery", "payment", "handover", "replying"]
OUTCOMES = ["refunded", "denied", "escalated", "need_info"]

TOOLS = [
    tool(
        "search_orders",
        "Find orders. Give at least one criterion; all given must match. The newest come first, five to a page: "
        "look at `pages` and ask for the further ones.",
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
        "Pay money back to the customer. Final. Once per ticket, with the whole sum that is due, after get_order; "
        "wait for its result before you reply.",
        ["order_id", "amount", "reason"],
        order_id=TEXT,
        amount={"type": "number", "description": "in the currency of the order, such as 12.50"},
        reason=TEXT,
    ),
    tool(
        "escalate",
        "Hand the ticket to the refunds desk. Then reply with outcome escalated.",
        ["reason", "summary"],
        order_id=TEXT,
        reason=TEXT,
        summary=TEXT,
    ),
    tool(
        "reply",
        "Send the reply and close the ticket. Only once the results of refund or escalate are there.",
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
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=8)
        self.failed = 0

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        for attempt in range(1, TASK_ATTEMPTS + 1):
            try:
                response = self.http.get("/task")
                response.raise_for_status()
                return response.json() if response.status_code != 204 and response.content else None
            except (httpx2.HTTPError, ValueError) as error:
                self.failed += 1
                log.warning("task: %s (attempt %d)", error, attempt)
                if attempt == TASK_ATTEMPTS:
                    raise
                time.sleep(min(0.2 * 2**attempt, 3))
        return None

    def call(self, name: str, arguments: dict) -> tuple[bool, dict]:
        """Whether it worked, and the tool's result or the error."""
        error: dict = {"code": "unavailable", "message": "the service did not answer"}
        for attempt in range(1, ATTEMPTS + 1):
            wait = min(0.15 * 2 ** (attempt - 1), 2) * random.uniform(0.8, 1.2)
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
                data = response.json()
                if not isinstance(data, dict):
                    data = {"result": data}
            except (httpx2.HTTPError, ValueError) as problem:
                self.failed += 1
                log.warning("%s: %s (attempt %d)", name, problem, attempt)
                time.sleep(wait)
                continue
            if response.status_code >= 500 or response.status_code == 429:
                # Safe to repeat: a refund carries its idempotency key (INC-412).
                self.failed += 1
                error = data.get("error", data)
                log.warning("%s: HTTP %d (attempt %d)", name, response.status_code, attempt)
                try:
                    wait = max(wait, min(float(response.headers.get("retry-after", 0)), 5))
                except ValueError:
                    pass
                time.sleep(wait)
                continue
            if response.is_error or "error" in data:
                log.error("%s: HTTP %d %s", name, response.status_code, response.text[:200])
                return False, {"error": data.get("error", data)}
            return True, data
        return False, {"error": error, "note": "tried several times; it is not known to have happened"}

    def look(self, name: str, arguments: dict) -> tuple[bool, dict]:
        """A look-up; one that finds nothing is looked at again, and the handbook is read past the cache."""
        if name == "get_policy":
            ok, data = self.call(name, {**arguments, "fresh": True})
            return (ok, data) if ok else self.call(name, arguments)
        ok, data = self.call(name, arguments)
        code = (data.get("error") or {}) if not ok else {}
        nothing = not ok and isinstance(code, dict) and "not" in str(code.get("code", ""))
        if nothing or (name == "search_orders" and ok and not data.get("orders")):
            time.sleep(0.1)
            again_ok, again = self.call(name, arguments)
            if again_ok:
                return again_ok, again
        return ok, data

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
