"""The refund desk's tools as plain functions, and the loop that feeds an agent one ticket after the other.

A line of JSON on stdin is a trial: the key, the system prompt and what to add below the mail.
A line on stdout ends it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

MODEL = os.environ["TAKEHOME_MODEL_MEDIUM"]
GOES = 3
"""How often an agent that stops before it has answered the customer is told to go on."""


class Desk:
    """One trial: its ticket, and the tools on it."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.replied = False

    @property
    def tools(self) -> list[Callable[..., str]]:
        """What a framework makes its tools of: names, types and docstrings."""
        return [self.search_orders, self.get_order, self.get_policy, self.refund, self.escalate, self.reply]

    def mail(self) -> str:
        task = json.loads(self.send("GET", "/task"))
        ticket = task["ticket"]
        return (
            f"Now: {task['now']}\nTicket: {ticket['id']}\n"
            f"From: {ticket['from']['name']} <{ticket['from']['email']}>\n"
            f"Received: {ticket['received']}\nSubject: {ticket['subject']}\n\n{ticket['body']}"
        )

    def search_orders(self, email: str) -> str:
        """Orders of an address."""
        return self.send("POST", "/tools/search_orders", email=email)

    def get_order(self, order_id: str) -> str:
        """One order with its items."""
        return self.send("POST", "/tools/get_order", order_id=order_id)

    def get_policy(self, topic: str) -> str:
        """The handbook; topic "all" is all of it."""
        return self.send("POST", "/tools/get_policy", topic=topic, fresh=True)

    def refund(self, order_id: str, amount: float, reason: str) -> str:
        """Pay money back."""
        return self.send(
            "POST", "/tools/refund", order_id=order_id, amount=amount, reason=reason, idempotency_key=order_id
        )

    def escalate(self, reason: str, summary: str, order_id: str = "") -> str:
        """Hand over to people."""
        named = {"order_id": order_id} if order_id else {}
        return self.send("POST", "/tools/escalate", reason=reason, summary=summary, **named)

    def reply(self, outcome: str, body: str, order_id: str = "", amount: float | None = None) -> str:
        """Answer the customer and close the ticket; outcome is refunded, denied, escalated or need_info."""
        more: dict[str, Any] = {"order_id": order_id} if order_id else {}
        more |= {} if amount is None else {"amount": amount}
        said = self.send("POST", "/tools/reply", outcome=outcome, body=body, **more)
        self.replied |= '"error"' not in said
        return said

    def send(self, method: str, path: str, **arguments: Any) -> str:
        """What the back office says, tried again where it is out of order."""
        for attempt in range(6):
            request = urllib.request.Request(
                os.environ["TAKEHOME_WORLD_URL"] + path,
                json.dumps(arguments).encode() if method == "POST" else None,
                {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
                method=method,
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as reply:
                    return reply.read().decode()
            except urllib.error.HTTPError as error:
                text = error.read().decode()
                if error.code < 500 and error.code != 429:
                    return text
            except OSError as error:
                text = json.dumps({"error": str(error)})
            time.sleep(0.02 * 2**attempt)
        return text


def work(answer: Callable[[Desk, str, str], None]) -> None:
    """Answer tickets until stdin ends."""
    for line in sys.stdin:
        trial = json.loads(line)
        desk = Desk(trial["token"])
        error = ""
        try:
            answer(desk, trial["system"], desk.mail() + trial["last"])
        except Exception:
            error = traceback.format_exc()[-600:]
        sys.stdout.write(json.dumps({"error": error}) + "\n")
        sys.stdout.flush()
