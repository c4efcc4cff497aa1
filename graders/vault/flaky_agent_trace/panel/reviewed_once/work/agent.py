"""The loop: ask the model, run the tools that it calls, show it the results, until it has replied."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from llm import Answer, Model
from shop import TOOLS, Shop

log = logging.getLogger("agent")

MAX_STEPS = 16
MAIL_CHARS = 30_000
HISTORY_CHARS = 80_000
MAX_PAGES = 5
HANDOUTS = 3  # the third is the last

PROMPT = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8").partition("<!--")[0]
LOOKUPS = {"search_orders", "get_order", "get_policy"}
NAMES = {tool["function"]["name"] for tool in TOOLS}
POOL = ThreadPoolExecutor(max_workers=4)


@dataclass
class State:
    """What has been done on a ticket; outlives a deferral."""

    order_id: str | None = None
    paid: Decimal | None = None  # booked, as get_order showed
    pending: tuple[str, Decimal] | None = None  # asked for, not seen in the books
    case: bool = False


class Deferred(Exception):
    """Put the ticket back."""


class RefundAgent:
    """Handles one ticket."""

    def __init__(self, model: Model, shop: Shop, task: dict, state: State, handout: int = 1) -> None:
        self.model = model
        self.shop = shop
        self.task = task
        self.ticket = task["ticket"]
        self.state = state
        self.handout = handout
        self.steps = 0
        self.read: set[str] = set()
        self.replied = False

    def handle(self) -> None:
        try:
            if self.state.pending:
                order_id, amount = self.state.pending
                self.pay(order_id, amount)
            self.converse()
        except Deferred as reason:
            self.give_up(str(reason))

    def converse(self) -> None:
        messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": self.first_message()}]
        while not self.replied and self.steps < MAX_STEPS:
            self.steps += 1
            answer = self.model.answer(trim(messages), TOOLS)
            if answer is None:
                raise Deferred("no answer from the model")
            messages.append(answer.message())
            if not answer.calls:
                # It thinks aloud now and then. Nudge it on.
                messages.append({"role": "user", "content": "Go on. Close the ticket with reply when you are done."})
                continue
            messages += self.run_tools(answer)
        if not self.replied:
            self.close("out of steps")

    # -- ending without the model

    def give_up(self, reason: str) -> None:
        """Put the ticket back for later, or close it if it was for the last time."""
        if self.replied:
            return
        log.error("giving up for now: %s", reason)
        if self.handout < HANDOUTS and self.state.paid is None and not self.state.case:
            ok, _ = self.shop.call("defer", {"reason": reason, "ticket_id": self.ticket["id"]})
            if ok:
                return
        self.close(reason)

    def close(self, reason: str) -> None:
        """A truthful end by code: what was paid is told, all else is for people."""
        if self.state.paid is None and not self.state.case:
            ok, _ = self.escalate({"reason": reason, "summary": f"Not settled by the agent: {reason}."})
            if not ok:
                return
        outcome = "refunded" if self.state.paid is not None else "escalated"
        body = (
            f"Hello,\n\nwe have refunded {self.state.paid} for order {self.state.order_id}.\n\nHarbour Lane"
            if outcome == "refunded"
            else "Hello,\n\nthank you for your mail. Our refunds desk has your case and will write to you.\n\nHarbour Lane"
        )
        self.reply({"outcome": outcome, "body": body})

    # -- tools

    def run_tools(self, answer: Answer) -> list[dict]:
        """Look-ups side by side, then what acts, in order; each call gets its own result."""
        jobs = {}
        results: dict[int, tuple[bool, dict]] = {}
        refunds = sum(call.name == "refund" for call in answer.calls)
        for number, call in enumerate(answer.calls):
            arguments = call.parsed()
            if arguments is None:
                results[number] = refuse("the arguments were not valid JSON; nothing was done, call again")
            elif call.name not in NAMES:
                results[number] = refuse("there is no such tool")
            elif call.name in LOOKUPS:
                jobs[number] = POOL.submit(self.look, call.name, arguments)
        for number, job in jobs.items():
            results[number] = job.result()
        failed = False
        for number, call in enumerate(answer.calls):
            if number in results or self.replied:
                failed = failed or (call.name in ("refund", "escalate"))
                results.setdefault(number, refuse("the ticket is closed"))
                continue
            arguments = call.parsed() or {}
            if call.name == "refund" and refunds > 1:
                results[number] = refuse("several refunds at once; nothing was paid. Call refund once, with the sum")
            elif call.name == "refund":
                results[number] = self.refund(arguments)
            elif call.name == "escalate":
                results[number] = self.escalate(arguments)
            elif failed:
                results[number] = refuse("not sent: the call before it did not work. Read its result first")
            else:
                results[number] = self.reply(arguments)
            if call.name in ("refund", "escalate"):
                failed = failed or not results[number][0]
        return [
            {"role": "tool", "tool_call_id": call.id, "content": json.dumps(results[number][1], ensure_ascii=False)}
            for number, call in enumerate(answer.calls)
        ]

    def look(self, name: str, arguments: dict) -> tuple[bool, dict]:
        ok, data = self.shop.look(name, {key: value for key, value in arguments.items() if value not in (None, "")})
        if ok and name == "get_order":
            self.read.add(str(arguments.get("order_id")))
            days = days_before(data, self.ticket["received"])
            if days:
                data = {**data, "days_from_date_to_request": days}
        return ok, data

    def refund(self, arguments: dict) -> tuple[bool, dict]:
        if self.state.case:
            return refuse("the ticket was handed over; nothing may be refunded on it (H-7)")
        if self.state.paid is not None:
            return refuse(f"{self.state.paid} was already refunded on this ticket; reply now")
        order_id = str(arguments.get("order_id") or "").strip()
        amount = cents(arguments.get("amount"))
        if not order_id or amount is None:
            return refuse("order_id and an amount above nought, such as 12.50, are needed")
        if self.state.pending and self.state.pending != (order_id, amount):
            return refuse("an earlier refund on this ticket is not settled; hand over")
        if order_id not in self.read:
            return refuse("read this order with get_order first")
        ok, order = self.shop.look("get_order", {"order_id": order_id})
        if not ok:
            return ok, order
        customer = json.dumps(order.get("customer") or order, ensure_ascii=False).lower()
        if self.ticket["from"]["email"].lower() not in customer:
            return refuse("the sender's address is neither the order's nor confirmed on it: hand over (I-2)")
        if order.get("gift") is True:
            return refuse("a gift order: hand over (H-4)")
        notes = order.get("notes")
        if isinstance(notes, list) and any(isinstance(note, dict) and note.get("kind") == "promise" for note in notes):
            return refuse("a colleague's promise is noted on the order: hand over (H-6)")
        left = cents(order.get("refundable"))
        if left is None and order.get("refundable") is not None:
            return refuse("nothing is left to refund on this order (M-3)")
        if left is not None and amount > left:
            return refuse(f"more than what is refundable, {left}: check the sum and the earlier refunds (M-3)")
        return self.pay(order_id, amount, order)

    def pay(self, order_id: str, amount: Decimal, before: dict | None = None) -> tuple[bool, dict]:
        """Refund and look whether it was booked: acknowledged isn't booked."""
        key = f"{self.ticket['id']}:{order_id}:{amount}"
        request = {
            "order_id": order_id,
            "amount": str(amount),
            "reason": "refund request",
            "idempotency_key": key,
            "ticket_id": self.ticket["id"],
        }
        for _ in range(2):
            ok, data = self.shop.call("refund", request)
            code = data.get("error") if not ok else None
            if not ok and "note" not in data:
                return False, {"error": code, "message": "nothing was refunded"}
            self.state.pending = (order_id, amount)
            for _ in range(2):
                seen, order = self.shop.call("get_order", {"order_id": order_id})
                if seen and booked(order, before, amount, data.get("refund_id")):
                    self.state.pending = None
                    self.state.order_id, self.state.paid = order_id, amount
                    return True, {**(data if ok else {}), "booked": True, "order_id": order_id, "amount": str(amount)}
        if self.handout < HANDOUTS:
            raise Deferred("a refund was asked for but is not in the books yet")
        return False, {"error": {"code": "not_booked", "message": "the refund is not in the books: hand over"}}

    def escalate(self, arguments: dict) -> tuple[bool, dict]:
        if self.state.paid is not None:
            return refuse(f"{self.state.paid} was already refunded on this ticket; reply with outcome refunded")
        if self.state.case:
            return True, {"note": "already handed over"}
        body = {key: arguments[key] for key in ("order_id", "reason", "summary") if arguments.get(key)}
        body.setdefault("reason", "handed over")
        body.setdefault("summary", body["reason"])
        ok, data = self.shop.call("escalate", {**body, "ticket_id": self.ticket["id"]})
        if not ok and "order_id" in body and "note" not in data:
            body.pop("order_id")
            ok, data = self.shop.call("escalate", {**body, "ticket_id": self.ticket["id"]})
        if ok and not data.get("case_id"):
            return False, {"error": "no case was opened", **data}
        if ok:
            self.state.case = True
            self.state.order_id = body.get("order_id")
        return ok, data

    def reply(self, arguments: dict) -> tuple[bool, dict]:
        """The reply tells what happened, as we booked it, whatever the model believes."""
        outcome = arguments.get("outcome")
        body = {key: arguments[key] for key in ("order_id", "outcome", "body") if arguments.get(key)}
        if self.state.paid is not None:
            if outcome != "refunded":
                return refuse(f"{self.state.paid} was refunded on this ticket: the outcome is refunded")
            body.update(order_id=self.state.order_id, amount=str(self.state.paid))
        elif self.state.case:
            if outcome != "escalated":
                return refuse("the ticket was handed over: the outcome is escalated")
            if self.state.order_id:
                body["order_id"] = self.state.order_id
        elif outcome == "refunded":
            return refuse("nothing was refunded on this ticket: call refund first, or choose another outcome")
        elif outcome == "escalated":
            return refuse("nothing was handed over yet: call escalate first")
        ok, data = self.shop.call("reply", {**body, "ticket_id": self.ticket["id"]})
        self.replied = ok
        return ok, data

    # -- what the model is told at the start

    def first_message(self) -> str:
        ticket, sender = self.ticket, self.ticket["from"]
        policy = POOL.submit(self.look, "get_policy", {"topic": "all"})
        orders = POOL.submit(self.orders, sender["email"])
        ok, handbook = policy.result()
        parts = [
            f"Now: {self.task['now']}\nTicket: {ticket['id']}\nFrom: {sender['name']} <{sender['email']}>\n"
            f"Received: {ticket['received']}\nSubject: {ticket['subject']}\n\n"
            f"<mail>\n{ticket['body'][:MAIL_CHARS]}\n</mail>",
            "The handbook (get_policy, topic all, read just now):\n" + json.dumps(handbook, ensure_ascii=False)
            if ok
            else "The handbook could not be read yet; call get_policy.",
            orders.result(),
        ]
        if self.state.paid is not None:
            parts.append(
                f"On this ticket {self.state.paid} was already refunded on order {self.state.order_id}, and it is "
                "booked. Only the reply (outcome refunded) is missing."
            )
        return "\n\n".join(parts)

    def orders(self, email: str) -> str:
        found, page, pages = [], 1, 1
        while page <= min(pages, MAX_PAGES):
            ok, data = self.shop.look("search_orders", {"email": email, "page": page})
            if not ok:
                return "The sender's orders could not be listed yet; call search_orders."
            found += data.get("orders") or []
            pages = int(data.get("pages") or 1)
            page += 1
        more = "" if pages <= MAX_PAGES else f" (the first {MAX_PAGES} pages of {pages})"
        if not found:
            return "No orders under the sender's address; search by what the mail says."
        return f"Orders under the sender's address{more}, short form:\n" + json.dumps(found, ensure_ascii=False)


def refuse(why: str) -> tuple[bool, dict]:
    return False, {"error": {"code": "refused", "message": why}}


def cents(value: object) -> Decimal | None:
    """An amount in whole cents above nought."""
    try:
        amount = Decimal(str(value).strip()).quantize(Decimal("0.01"), ROUND_HALF_UP)
    except InvalidOperation:
        return None
    return amount if amount > 0 else None


def booked(order: dict, before: dict | None, amount: Decimal, refund_id: str | None) -> bool:
    refunds = order.get("refunds") or []
    if refund_id and refund_id in json.dumps(refunds):
        return True
    if before is None:
        return False
    if len(refunds) <= len(before.get("refunds") or []):
        return False
    was, now = (Decimal(str(each.get("refundable") or 0)) for each in (before, order))
    return was - now == amount


def days_before(order: dict, received: str, prefix: str = "") -> dict[str, int]:
    """Days from each date of the order to the day the request came in; negative: after it."""
    days = {}
    for key, value in order.items():
        if isinstance(value, dict) and not prefix:
            days.update(days_before(value, received, f"{key}."))
        elif isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
            try:
                days[prefix + key] = (date.fromisoformat(received[:10]) - date.fromisoformat(value[:10])).days
            except ValueError:
                continue
    return days


def trim(messages: list[dict]) -> list[dict]:
    """Keep the conversation within reason: the start, and the latest turns that fit."""
    head, turns = messages[:2], messages[2:]
    while len(turns) > 2 and sum(len(json.dumps(message)) for message in turns) > HISTORY_CHARS:
        # A turn of the assistant goes together with the results of its calls.
        turns.pop(0)
        while turns and turns[0]["role"] == "tool":
            turns.pop(0)
    return head + turns

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
