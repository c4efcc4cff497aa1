"""The shop's back office: tool descriptions for the model, and a client that checks what it is told."""

import json
import logging
import time

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 5
TEXT = {"type": "string"}
OUTCOMES = ["refunded", "denied", "escalated", "need_info"]


def tool(name: str, description: str, required: list[str], /, **properties: dict) -> dict:
    return {"name": name, "description": description,
            "input_schema": {"type": "object", "properties": properties, "required": required}}


TOOLS = [
    tool("search_orders", "Find orders; all pages are fetched. Give at least one criterion.", [],
         email=TEXT, name=TEXT, order_id=TEXT, placed_on={"type": "string", "description": "YYYY-MM-DD"},
         text={"type": "string", "description": "words from items or notes"}),
    tool("get_order", "All about one order, earlier refunds included.", ["order_id"], order_id=TEXT),
    tool("get_policy", "The refund handbook, whole and current.", ["topic"], topic={"type": "string", "enum": ["all"]}),
    tool("refund", "Pay money back to the customer. Final.", ["order_id", "amount", "reason"], order_id=TEXT,
         amount={"type": "number", "description": "in the currency of the order, such as 12.50"}, reason=TEXT),
    tool("escalate", "Hand the ticket to the refunds desk.", ["reason", "summary"],
         order_id=TEXT, reason=TEXT, summary=TEXT),
    tool("reply", "Send the reply and close the ticket.", ["outcome", "body"], order_id=TEXT,
         outcome={"type": "string", "enum": OUTCOMES},
         amount={"type": "number", "description": "what was refunded, if anything was"},
         body={"type": "string", "description": "the mail to the customer"}),
]


class Down(Exception):
    """The back office doesn't answer."""


class Refused(Exception):
    """4xx: what the back office says."""


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def task(self) -> dict | None:
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.get("/task")
                if response.status_code < 400:
                    return response.json() if response.content else None
            except httpx2.TransportError:
                pass
            time.sleep(0.2 * 2**attempt)
        raise Down("task")

    def call(self, name: str, arguments: dict) -> dict:
        wait = 0.1
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
            except httpx2.TransportError as error:
                log.warning("%s: %s (attempt %d)", name, error, attempt)
            else:
                if response.status_code < 400:
                    return response.json()
                log.warning("%s: HTTP %d %s (attempt %d)", name, response.status_code, response.text[:150], attempt)
                if response.status_code < 500 and response.status_code != 429:
                    raise Refused(response.text[:500])
            time.sleep(wait)
            wait *= 2
        raise Down(name)

    def policy(self, now: str) -> dict:
        day, best = now[:10], None
        for _ in range(3):
            best = self.call("get_policy", {"topic": "all", "fresh": True})
            if (best.get("effective_from") or "") <= day and day <= (best.get("effective_until") or "9999"):
                return best
        return best

    def search(self, **criteria) -> list[dict]:
        """All pages; asked again when the answer is empty or the count doesn't fit."""
        orders: list[dict] = []
        for _ in range(2):
            orders, page, total = [], 1, 0
            while page <= 8:
                r = self.call("search_orders", {**criteria, "page": page})
                orders += r.get("orders", [])
                total = r.get("total", 0)
                if page >= r.get("pages", 1):
                    break
                page += 1
            if orders and len({o["id"] for o in orders}) == total:
                break
        return orders

    def order(self, order_id: str) -> dict:
        return self.call("get_order", {"order_id": order_id})


def text(result) -> str:
    return json.dumps(result, ensure_ascii=False)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
