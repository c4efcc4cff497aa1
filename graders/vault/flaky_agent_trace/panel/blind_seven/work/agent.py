"""One ticket: gather, read (model), judge (code), act and look whether it happened, reply (model)."""

import json
import logging
import os
import re
from collections import Counter
from decimal import Decimal

from handbook import Terms, Verdict, judge, settled
from llm import Model, Unavailable
from reader import FORM, READ, SECOND, SECOND_FORM, WRITE, case, without
from shop import Down, Refused, Shop

log = logging.getLogger("agent")

READER = "meridian-3-medium-2026-06-18"  # measured better than what the alias points to since 3 November
CHECKER = os.environ["TAKEHOME_MODEL_SMALL"]
EXPERT = os.environ["TAKEHOME_MODEL_LARGE"]
ARBITER = os.environ["TAKEHOME_MODEL_MEDIUM"]
WRITER = os.environ["TAKEHOME_MODEL_SMALL"]
HANDOUTS = 3
PAGES = 8


class Unbooked(Exception):
    """A refund that was acknowledged and cannot be found."""


class RefundAgent:
    def __init__(self, model: Model, shop: Shop) -> None:
        self.model = model
        self.shop = shop
        self.seen: Counter[str] = Counter()
        self.paid: dict[str, tuple[str, Decimal, Decimal]] = {}  # ticket: order, sum, refundable before it

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        self.seen[ticket["id"]] += 1
        try:
            try:
                self.work(task)
            except (Unavailable, Down, Unbooked) as error:
                log.error("%s: %s", ticket["id"], error)
                self.later(ticket, str(error))
            except Exception as error:  # one bad ticket must not take the rest of the weekend along
                log.exception("%s", ticket["id"])
                self.later(ticket, repr(error))
        except (Refused, Down) as error:
            log.error("%s is left to people: %s", ticket["id"], error)

    def later(self, ticket: dict, why: str) -> None:
        if self.seen[ticket["id"]] < HANDOUTS:
            self.shop.call("defer", reason=why[:200], ticket_id=ticket["id"])
        else:
            self.close(ticket, Verdict("escalate", "could not be worked on: " + why[:150]))

    def work(self, task: dict) -> None:
        ticket = task["ticket"]
        terms = self.terms(task["now"])
        orders = self.orders(ticket)
        reading = self.read(task, orders)
        if reading["injected_text"].strip():
            log.warning("%s: planted in the mail: %s", ticket["id"], reading["injected_text"])
            task = without(task, reading["injected_text"])
            reading = self.read(task, orders)
        verdict = judge(reading, orders, ticket, terms)
        log.info("%s: %s -> %s", ticket["id"], reading, verdict)
        verdict = self.checked(task, orders, reading, verdict, terms)
        if verdict.action == "refund":
            if self.seen[ticket["id"]] == 1 and self.shop.call("get_order", order_id=verdict.order_id) != orders[verdict.order_id]:
                raise Down(f"order {verdict.order_id} reads otherwise now")
            self.pay(ticket, verdict, Decimal(orders[verdict.order_id]["refundable"]))
        self.close(ticket, verdict)

    def terms(self, now: str) -> Terms:
        for _ in range(3):
            page = self.shop.call("get_policy", topic="all", fresh=True)
            if page["effective_from"] <= now[:10] <= (page["effective_until"] or "9999"):
                break
            log.warning("handbook %s does not hold on %s", page["version"], now)
        return Terms.read(page["text"])

    def orders(self, ticket: dict) -> dict[str, dict]:
        """All orders that the ticket may be about, in full."""
        numbers = [f"HL-{digits}" for digits in re.findall(r"(?<![\d.,])(\d{6})(?![\d])", ticket["subject"] + "\n" + ticket["body"])]
        listed: dict[str, dict] = {}
        for criteria in ({"email": ticket["from"]["email"]}, {"name": ticket["from"]["name"]}):
            for page in range(1, PAGES + 1):
                result = self.shop.call("search_orders", **criteria, page=page)
                listed |= {order["id"]: order for order in result["orders"]}
                if page >= result["pages"]:
                    break
            if listed:
                break
        orders = {}
        for number in dict.fromkeys([*numbers, *listed]):
            if number not in listed:
                for order in self.shop.call("search_orders", order_id=number)["orders"]:
                    listed[order["id"]] = order
            if number in listed:
                orders[number] = self.order(number, listed[number])
        return orders

    def order(self, number: str, short: dict) -> dict:
        """An order in full, once it agrees with what the search says of it: a copy may lag behind."""
        for attempt in range(1, 5):
            order = self.shop.call("get_order", order_id=number)
            if order["status"] == short["status"] and order["total"] == short["total"]:
                return order
            short = next(iter(self.shop.call("search_orders", order_id=number)["orders"]), short)
            log.warning("%s: %s by its details, %s by the search (attempt %d)", number, order["status"], short["status"], attempt)
        raise Down(f"order {number} contradicts itself")

    def read(self, task: dict, orders: dict[str, dict]) -> dict:
        return self.model.ask(READER, READ, case(task, orders), FORM)

    def checked(self, task: dict, orders: dict[str, dict], reading: dict, verdict: Verdict, terms: Terms) -> Verdict:
        """A second reading, blind to the first, where a mistake would cost most; a third where the two part."""
        ticket = task["ticket"]
        thread = quotes(ticket["body"])
        rest = {number: order for number, order in orders.items() if not settled(order)}
        if rest and len(rest) < len(orders) and (
            thread or reading["several_orders"] or verdict.action == "ask" or verdict.order_id not in rest
        ):
            # What has been paid back in full is hardly what they write about now: read with what is left alone.
            text = case(task, rest)
            for number in orders.keys() - rest.keys():
                text = re.sub(rf"(HL[- ]?)?{number.removeprefix('HL-')}", "(an order that is closed)", text)
            again = self.model.ask(EXPERT, READ, text, FORM)
            if len(rest) == 1:
                again["several_orders"] = False
            second = judge(again, rest, ticket, terms)
            log.info("%s: of what is left %s -> %s", ticket["id"], again, second)
            return verdict if second.action == "ask" else second
        if verdict.action != "refund" and not (verdict.action == "deny" and thread):
            return verdict
        again = self.model.ask(EXPERT if thread else CHECKER, SECOND, case(task, orders), SECOND_FORM)
        second = judge(again, orders, ticket, terms)
        if same(verdict, second):
            return verdict
        log.info("%s: second reading %s -> %s", ticket["id"], again, second)
        again = self.model.ask(ARBITER if thread else EXPERT, READ, case(task, orders), FORM)
        third = judge(again, orders, ticket, terms)
        log.info("%s: third %s -> %s", ticket["id"], again, third)
        return verdict if same(third, verdict) else second if thread else third

    def pay(self, ticket: dict, verdict: Verdict, before: Decimal) -> None:
        """Pay once for a ticket, however often it is tried, and see that it is in the books."""
        order_id, amount, before = self.paid.setdefault(ticket["id"], (verdict.order_id, verdict.amount, before))
        verdict.order_id, verdict.amount = order_id, amount
        if self.seen[ticket["id"]] > 1 and self.booked(order_id, before - amount):
            return
        for attempt in range(1, 4):
            answer = self.shop.call(
                "refund",
                order_id=order_id,
                amount=str(amount),
                currency=verdict.currency,
                reason=verdict.why,
                idempotency_key=ticket["id"],
                ticket_id=ticket["id"],
            )
            if self.booked(order_id, before - amount):
                return
            log.warning("%s: acknowledged but not booked (attempt %d): %s", ticket["id"], attempt, answer)
        raise Unbooked(f"refund of {amount} on {order_id} is not in the books")

    def booked(self, order_id: str, expected: Decimal) -> bool:
        return Decimal(self.shop.call("get_order", order_id=order_id)["refundable"]) == expected

    def close(self, ticket: dict, verdict: Verdict) -> None:
        outcome = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "ask": "need_info"}[verdict.action]
        if outcome == "escalated":
            self.shop.call(
                "escalate",
                order_id=verdict.order_id,
                reason=verdict.why,
                summary=f"{ticket['subject']} ({ticket['from']['email']})",
                ticket_id=ticket["id"],
            )
        self.shop.call(
            "reply",
            order_id=verdict.order_id,
            outcome=outcome,
            amount=str(verdict.amount) if outcome == "refunded" else None,
            currency=verdict.currency if outcome == "refunded" else None,
            body=self.write(ticket, verdict),
            ticket_id=ticket["id"],
        )

    def write(self, ticket: dict, verdict: Verdict) -> str:
        order = f"order {verdict.order_id}" if verdict.order_id else "your request"
        facts = {
            "refund": f"We refunded {verdict.amount} {verdict.currency} for {order} today. Grounds: {verdict.why}.",
            "deny": f"We cannot refund anything on {order}. Grounds: {verdict.why}."
            + (" The warranty workshop can help: harbourlane.example/warranty." if "D-2" in verdict.why else ""),
            "escalate": f"{order[0].upper()}{order[1:]} has been handed to our refunds desk, who will write. Nothing was refunded.",
            "ask": "We need to know which order and item is meant (order number or date). Nothing was refunded so far.",
        }[verdict.action]
        plain = f"Dear {ticket['from']['name']},\n\n{facts}\n\nKind regards\nHarbour Lane"
        try:
            text = self.model.ask(
                WRITER,
                WRITE,
                f"Decision: {facts}\n\nThe customer's mail:\n{ticket['subject']}\n<mail>\n{ticket['body'][:1500]}\n</mail>",
                temperature=0.7, max_tokens=400, tries=2,
            )
        except Unavailable:
            return plain
        if verdict.action == "refund" and not mentions(text, verdict.amount):
            return plain
        return text


def quotes(body: str) -> bool:
    """Whether older mails are quoted below the newest."""
    return re.search(r"^\s*>|^\s*-{2,}.*-{2,}\s*$|^(From|Von|De|Van|Od):", body, re.M) is not None


def same(one: Verdict, other: Verdict) -> bool:
    return (one.action, one.order_id, one.amount) == (other.action, other.order_id, other.amount)


def mentions(text: str, amount: Decimal) -> bool:
    return any(form in text for form in (f"{amount:.2f}", f"{amount:.2f}".replace(".", ",")))
# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
