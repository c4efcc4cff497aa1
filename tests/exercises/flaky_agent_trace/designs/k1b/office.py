"""The back office, and the model: every call gives a whole answer or raises."""

import json
import logging
import os
import time
from decimal import Decimal

import httpx2
import openai

log = logging.getLogger("office")


class Down(Exception):
    """No whole answer after all tries."""


class Refused(Exception):
    """The back office understood, and said no."""


class Office:
    def __init__(self) -> None:
        self.http = httpx2.Client(
            base_url=os.environ["TAKEHOME_WORLD_URL"],
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            timeout=12,
        )

    def task(self) -> dict | None:
        for attempt in range(6):
            try:
                response = self.http.get("/task")
                response.raise_for_status()
                return response.json() if response.content else None
            except (httpx2.HTTPError, ValueError) as error:
                log.warning("task: %s", error)
                time.sleep(0.3 * 2**attempt)
        return None

    def call(self, tool: str, wants: str, **arguments) -> dict:
        """`wants`: a key of a whole answer."""
        problem = ""
        for attempt in range(5):
            time.sleep(0.25 * attempt)
            try:
                response = self.http.post(f"/tools/{tool}", json={k: v for k, v in arguments.items() if v is not None})
                data = response.json()
            except (httpx2.TransportError, ValueError) as error:
                problem = repr(error)
                continue
            if response.is_success and wants in data:
                return data
            problem = f"HTTP {response.status_code} {data.get('error', {}).get('message', '')}"
            if response.is_error and response.status_code < 500 and response.status_code != 429:
                raise Refused(problem)
        raise Down(f"{tool}: {problem}")

    def orders(self, **criteria) -> list[dict]:
        found, page, pages = [], 1, 1
        while page <= min(pages, 5):
            answer = self.call("search_orders", "orders", page=page, **criteria)
            found, pages, page = found + answer["orders"], answer.get("pages", 1), page + 1
        return found

    def order(self, number: str) -> dict | None:
        try:
            return self.call("get_order", "refundable", order_id=number)
        except Refused:
            return None

    def handbook(self, today: str) -> str:
        for _ in range(4):
            answer = self.call("get_policy", "text", topic="all", fresh=True)
            if not answer.get("effective_until") or today <= answer["effective_until"]:
                return answer["text"]
        raise Down("no current handbook")

    def pay(self, ticket: str, order: dict, amount: Decimal, why: str) -> bool:
        """Pays once; true when the order shows it."""
        before = Decimal(order["refundable"])
        for _ in range(3):
            try:
                self.call(
                    "refund", "refund_id", order_id=order["id"], amount=str(amount), reason=why,
                    ticket_id=ticket, idempotency_key=f"{ticket}-{order['id']}",
                )
            except (Down, Refused) as error:
                log.warning("refund: %s", error)
            now = self.order(order["id"])
            if now and before - Decimal(now["refundable"]) == amount:
                return True
        return False

    def escalate(self, ticket: str, number: str | None, why: str, note: str) -> None:
        self.call("escalate", "case_id", order_id=number, reason=why, summary=note, ticket_id=ticket)

    def reply(self, ticket: str, outcome: str, body: str, number: str | None = None, amount: Decimal | None = None) -> None:
        sum_ = None if amount is None else str(amount)
        self.call("reply", "message_id", order_id=number, outcome=outcome, body=body, amount=sum_, ticket_id=ticket)


class Model:
    def __init__(self, stop: list[str]) -> None:
        self.client = openai.OpenAI(max_retries=0, timeout=40)
        self.name, self.stop = os.environ["TAKEHOME_MODEL_MEDIUM"], stop

    def say(self, messages: list[dict]) -> str:
        for attempt in range(6):
            time.sleep(0.3 * attempt)
            try:
                answer = self.client.chat.completions.create(
                    model=self.name, messages=messages, temperature=0, max_tokens=900, stop=self.stop
                )
            except openai.APIError as error:
                log.warning("model: %s", error)
                continue
            if answer.choices[0].finish_reason != "length" and answer.choices[0].message.content:
                return answer.choices[0].message.content
        raise Down("model")


def dumps(thing) -> str:
    return json.dumps(thing, ensure_ascii=False)


def ticket_text(task: dict) -> str:
    t = task["ticket"]
    return (
        f"Today: {task['now'][:10]}\nTicket {t['id']}, received {t['received']}\n"
        f"From: {t['from']['name']} <{t['from']['email']}>\nSubject: {t['subject']}\n\n{t['body']}"
    )
