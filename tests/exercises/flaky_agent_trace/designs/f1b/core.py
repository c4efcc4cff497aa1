"""Back office client, model client, order look-up: everything that must not depend on a model's mood."""

import logging
import os
import re
import time
from datetime import date, datetime, timedelta
from decimal import Decimal

import httpx2
import openai
from openai import OpenAI

log = logging.getLogger("core")
PREFERRED = "meridian-3-medium-2026-06-18"  # the November snapshot ended badly nearly twice as often in traces/


class Unavailable(Exception):
    """A service that we need gives no answer now."""


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class BackOffice:
    def __init__(self) -> None:
        self.http = httpx2.Client(
            base_url=os.environ["TAKEHOME_WORLD_URL"],
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            timeout=15,
        )

    def _send(self, method: str, path: str, body: dict | None = None, tries: int = 6):
        pause = 0.05
        for _ in range(tries):
            try:
                response = self.http.request(method, path, json=body)
                if response.status_code == 429 or response.status_code >= 500:
                    log.warning("%s: HTTP %d", path, response.status_code)
                else:
                    if response.is_error:
                        try:
                            error = response.json()["error"]
                        except (ValueError, KeyError):
                            error = {"code": "?", "message": response.text[:200]}
                        raise Refused(response.status_code, error.get("code", "?"), error.get("message", ""))
                    return response.json() if response.content else None
            except (httpx2.TransportError, ValueError) as error:
                log.warning("%s: %s", path, error)
            time.sleep(pause)
            pause = min(pause * 2, 0.8)
        raise Unavailable(path)

    def task(self):
        return self._send("GET", "/task", tries=10)

    def tool(self, name: str, /, **arguments):
        return self._send("POST", f"/tools/{name}", {k: v for k, v in arguments.items() if v is not None})

    def order(self, order_id: str) -> dict | None:
        try:
            order = self.tool("get_order", order_id=order_id)
        except Refused as error:
            if error.status == 404:
                return None
            raise
        return order if isinstance(order, dict) and order.get("items") is not None else None

    def search(self, **criteria) -> list[dict]:
        found, page = [], 1
        while page <= 6:
            result = self.tool("search_orders", **criteria, page=page)
            found += result.get("orders", [])
            if page >= result.get("pages", 1):
                break
            page += 1
        return found

    def handbook(self, today: date) -> dict:
        policy = None
        for _ in range(4):
            policy = self.tool("get_policy", topic="all", fresh=True)
            until = policy.get("effective_until")
            if policy.get("text") and (until is None or date.fromisoformat(until[:10]) >= today):
                return policy
        raise Unavailable("get_policy: only outdated versions")


class LLM:
    def __init__(self) -> None:
        self.client = OpenAI(max_retries=0, timeout=40)
        alias = os.environ["TAKEHOME_MODEL_MEDIUM"]
        self.name = alias
        try:
            if PREFERRED in {m.id for m in self.client.models.list()}:
                self.name = PREFERRED
        except openai.APIError as error:
            log.warning("no list of models (%s), using %s", error, PREFERRED)
            self.name = PREFERRED

    def ask(self, system: str, user: str, *, schema: dict | None = None, name: str = "answer",
            max_tokens: int = 900) -> str:
        extra = {}
        if schema:
            extra["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": name, "strict": True, "schema": schema},
            }
        pause = 0.2
        for _ in range(5):
            try:
                answer = self.client.chat.completions.create(
                    model=self.name,
                    messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                    temperature=0,
                    max_tokens=max_tokens,
                    **extra,
                )
                choice = answer.choices[0]
                if choice.finish_reason == "length":
                    max_tokens *= 2
                    log.warning("answer cut off")
                elif choice.message.content:
                    return choice.message.content
            except openai.APIStatusError as error:
                log.warning("model: %s", error)
                if error.status_code < 500 and error.status_code not in (408, 409, 429):
                    raise
            except openai.APIError as error:
                log.warning("model: %s", error)
            time.sleep(pause)
            pause = min(pause * 2, 1.5)
        raise Unavailable("model")


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def money(value) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def numbers_in(text: str) -> list[str]:
    """Order numbers of a text, in order of appearance, `HL-` or bare."""
    found = re.findall(r"(?<![\d.,])(?:HL[-\s]?)?(\d{6})(?![\d])", text, re.I)
    return list(dict.fromkeys(f"HL-{n}" for n in found))


def candidates(shop: BackOffice, ticket: dict) -> tuple[list[dict], list[str]]:
    """The orders that the mail can be about: what it names, what the sender has. And the numbers that don't exist."""
    sender = ticket["from"]
    listed = {o["id"]: o for o in shop.search(email=sender["email"])}
    if not listed:
        listed = {o["id"]: o for o in shop.search(name=sender["name"])}
    named = numbers_in(ticket["subject"] + "\n" + ticket["body"])
    orders, missing = [], []
    for order_id in list(dict.fromkeys(named[:8] + list(listed)[:12])):
        order = settled_order(shop, order_id, listed.get(order_id))
        if order:
            orders.append(order)
        else:
            missing.append(order_id)
    return orders, missing


def settled_order(shop: BackOffice, order_id: str, short: dict | None = None) -> dict | None:
    """The order; looked up again where the list and the order don't agree about its state."""
    order = shop.order(order_id)
    for _ in range(3):
        if order and (short is None or (short.get("status"), str(short.get("total"))) ==
                      (order["status"], str(order["total"]))):
            return order
        if order is None and short is None:
            return None
        order = shop.order(order_id)
        short = next((o for o in shop.search(order_id=order_id) if o["id"] == order_id), None)
    raise Unavailable(f"{order_id}: list and order differ")


def is_owner(order: dict, email: str) -> bool:
    addresses = [order["customer"]["email"], *order["customer"].get("also", [])]
    return email.strip().lower() in {a.strip().lower() for a in addresses}


class Worker:
    """The part of handling a ticket that is the same whoever decides: pay once, look, hand over, reply, defer."""

    def __init__(self, shop: BackOffice, llm: LLM) -> None:
        self.shop, self.llm = shop, llm
        self.handed: dict[str, int] = {}
        self.payments: dict[str, dict] = {}

    # decide(task) -> plan dict: verdict pay|refuse|handover|ask, order (dict|None), amount, why, language
    def decide(self, task: dict) -> dict:
        raise NotImplementedError

    def write(self, task: dict, plan: dict) -> str:
        raise NotImplementedError

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        tid = ticket["id"]
        self.handed[tid] = self.handed.get(tid, 0) + 1
        last = self.handed[tid] >= 3
        try:
            plan = self.payments[tid]["plan"] if tid in self.payments else self.decide(task)
            log.info("%s: %s %s %s (%s)", tid, plan["verdict"], (plan.get("order") or {}).get("id"),
                     plan.get("amount"), plan["why"])
            if plan["verdict"] == "pay" and not self.pay(tid, plan):
                if not last:
                    raise Unavailable("refund is acknowledged but not booked")
                plan = {**plan, "verdict": "handover", "amount": None,
                        "why": "the payment could not be confirmed; a colleague checks it"}
            self.finish(task, plan)
        except Unavailable as error:
            log.warning("%s: %s", tid, error)
            if not last:
                self.shop.tool("defer", reason=str(error)[:200], ticket_id=tid)
                return
            self.finish(task, {"verdict": "handover", "order": None, "why": f"could not be settled: {error}"})

    def pay(self, tid: str, plan: dict) -> bool:
        """Pay once, and look whether it is booked."""
        order, amount = plan["order"], money(plan["amount"])
        state = self.payments.get(tid)
        if state is None:
            before = self.shop.order(order["id"])
            if before is None or money(before["refundable"]) < amount:
                raise Unavailable("the order has changed meanwhile")
            state = self.payments[tid] = {"plan": plan, "before": money(before["refundable"])}
        for _ in range(3):
            try:
                self.shop.tool("refund", order_id=order["id"], amount=str(amount), currency=order["currency"],
                               reason=plan["why"][:200], idempotency_key=f"refund-{tid}-{order['id']}", ticket_id=tid)
            except Refused as error:
                log.error("refund: %s", error)
            except Unavailable:
                pass
            for _ in range(2):
                after = self.shop.order(order["id"])
                if after and state["before"] - money(after["refundable"]) == amount:
                    return True
        return False

    def finish(self, task: dict, plan: dict) -> None:
        tid = task["ticket"]["id"]
        order_id = plan["order"]["id"] if plan.get("order") else None
        if plan["verdict"] == "handover":
            self.shop.tool("escalate", order_id=order_id, reason=plan["why"][:200], ticket_id=tid,
                           summary=f"{task['ticket']['from']['email']}: {task['ticket']['subject']}. {plan['why']}"[:500])
        outcome = {"pay": "refunded", "refuse": "denied", "handover": "escalated", "ask": "need_info"}[plan["verdict"]]
        try:
            body = self.write(task, plan)
        except (Unavailable, openai.APIError):
            body = FALLBACK[outcome].format(order=order_id or "-", amount=plan.get("amount"),
                                            currency=(plan.get("order") or {}).get("currency", ""))
        paid = plan["verdict"] == "pay"
        try:
            self.shop.tool("reply", order_id=order_id, outcome=outcome, body=body, ticket_id=tid,
                           amount=str(money(plan["amount"])) if paid else None,
                           currency=plan["order"]["currency"] if paid else None)
        except Refused as error:
            log.error("reply: %s", error)


FALLBACK = {
    "refunded": "Hello,\n\nwe have refunded {amount} {currency} for order {order}.\n\nHarbour Lane Support",
    "denied": "Hello,\n\nwe have checked order {order} and under our terms we cannot refund it.\n\nHarbour Lane Support",
    "escalated": "Hello,\n\nwe have passed your request to our refunds desk, who will write to you.\n\nHarbour Lane Support",
    "need_info": "Hello,\n\nplease tell us which order (number) and which item you mean.\n\nHarbour Lane Support",
}


def run(worker_class) -> int:
    import sys
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    for noisy in ("httpx2", "httpx", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    worker = worker_class(BackOffice(), LLM())
    while (task := worker.shop.task()) is not None:
        try:
            worker.handle(task)
        except Exception:
            log.exception("ticket %s", task["ticket"]["id"])
            try:
                worker.finish(task, {"verdict": "handover", "order": None, "why": "internal error"})
            except Exception:
                log.exception("could not hand over either")
                if worker.handed.get(task["ticket"]["id"], 0) > 3:
                    return 1
    return 0
