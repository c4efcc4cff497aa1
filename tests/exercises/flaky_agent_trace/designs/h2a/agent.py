"""Look up by code, read by model (twice where it matters), decide by code, act, write."""

import logging
import re

from letters import letter
from llm import LARGE, MEDIUM, Model, ModelDown
from reading import (
    FIRST_SCHEMA, FIRST_SYSTEM, SECOND_SCHEMA, SECOND_SYSTEM, first_prompt, from_second, mail_block, second_prompt,
)  # fmt: skip
from rules import Decision, day, decide
from shop import Refused, Shop, Unavailable

log = logging.getLogger("agent")
MAX_ORDERS = 15
NUMBER = re.compile(r"(?<![\d-])(?:HL[-\s]?)?(\d{6})(?!\d)", re.IGNORECASE)
SYMPATHY = (
    "You write for the customer service of the shop Harbour Lane. Write exactly one warm, plain sentence, in {language}, "
    "that shows we understand the customer's situation. No greeting, no promises, nothing about money, refunds or what "
    "happens next, no numbers."
)


class Agent:
    def __init__(self, model: Model, shop: Shop) -> None:
        self.model, self.shop = model, shop
        self.begun: dict[str, tuple[Decision, dict]] = {}  # tickets whose refund was under way when they were put back

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        try:
            self._handle(task)
        except (ModelDown, Unavailable) as error:
            log.error("%s put back: %s", ticket["id"], error)
            self._defer(ticket["id"], str(error))
        except Exception:
            log.exception("%s failed", ticket["id"])
            self._defer(ticket["id"], "internal error")

    def _defer(self, ticket_id: str, reason: str) -> None:
        try:
            self.shop.tool("defer", reason=reason[:200], ticket_id=ticket_id)
        except (Refused, Unavailable) as error:
            log.error("cannot defer %s: %s", ticket_id, error)

    def _handle(self, task: dict) -> None:
        ticket = task["ticket"]
        if ticket["id"] in self.begun:
            self._act(task, *self.begun[ticket["id"]])
            return
        orders = self._orders(ticket)
        first = self.model.extract(
            [MEDIUM, LARGE], FIRST_SYSTEM, first_prompt(task, list(orders.values())), "refund_mail", FIRST_SCHEMA
        )
        decision = decide(first, orders, task)
        log.info("first: %s %s", decision, first)
        if why := risky(first, decision, orders, task):
            decision = self._second_opinion(task, orders, first, decision, why)
        self._act(task, decision, first)

    def _orders(self, ticket: dict) -> dict[str, dict]:
        numbers = list(dict.fromkeys(f"HL-{n}" for n in NUMBER.findall(f"{ticket['subject']}\n{ticket['body']}")))
        ids = numbers[:MAX_ORDERS]
        for hit in self.shop.search(email=ticket["from"]["email"]):
            if hit["id"] not in ids:
                ids.append(hit["id"])
        orders = {}
        for order_id in ids[:MAX_ORDERS]:
            if (order := self.shop.order(order_id)) is not None:
                orders[order_id] = order
        return orders

    def _second_opinion(self, task: dict, orders: dict, first: dict, decision: Decision, why: str) -> Decision:
        records = list(orders.values())
        sheet = self.model.extract(
            [LARGE, MEDIUM], SECOND_SYSTEM, second_prompt(task, records), "case_sheet", SECOND_SCHEMA
        )
        other = decide(from_second(sheet), orders, task)
        log.info("second (%s): %s %s", why, other, sheet)
        if decision.same(other):
            return decision
        third = self.model.extract([LARGE, MEDIUM], FIRST_SYSTEM, first_prompt(task, records), "refund_mail", FIRST_SCHEMA)
        last = decide(third, orders, task)
        log.info("third: %s", last)
        for one in (decision, other):
            if last.same(one):
                return one
        if "need_info" in (decision.outcome, other.outcome, last.outcome):
            return Decision("need_info", None, clause="I-1")
        return Decision("escalated", other.order_id or decision.order_id, clause="readings disagree")

    def _act(self, task: dict, decision: Decision, facts: dict) -> None:
        ticket = task["ticket"]
        if decision.outcome == "refunded":
            self.begun[ticket["id"]] = (decision, facts)
            try:
                paid = self.shop.pay(
                    ticket["id"], decision.order_id, decision.amount, decision.currency, f"refund under {decision.clause}"
                )
            except Refused as error:
                log.error("refund refused: %s", error)
                decision = Decision("escalated", decision.order_id, clause=f"refund refused: {error.code}")
            else:
                if not paid:
                    self._defer(ticket["id"], "the refund was acknowledged but does not show on the order")
                    return
        if decision.outcome == "escalated":
            self.shop.tool(
                "escalate",
                order_id=decision.order_id,
                reason=decision.clause,
                summary=f"{ticket['from']['name']}: {facts['summary']} ({decision.clause})",
                ticket_id=ticket["id"],
            )
        language = facts["language"] if facts["language"] in ("en", "de", "fr", "es", "nl", "pl") else "en"
        sympathy = self.model.sentence(SYMPATHY.format(language=language), mail_block(task))
        if len(sympathy) > 220 or re.search(r"\d|refund|{|}|erstatt|rembours|reembols|terugbeta|zwr[oó]", sympathy, re.I):
            sympathy = ""
        arguments = {
            "order_id": decision.order_id,
            "outcome": decision.outcome,
            "body": letter(decision, ticket["from"]["name"], language, sympathy),
            "ticket_id": ticket["id"],
        }
        if decision.outcome == "refunded":
            arguments |= {"amount": f"{decision.amount:.2f}", "currency": decision.currency}
        self.shop.tool("reply", **arguments)


def risky(facts: dict, decision: Decision, orders: dict[str, dict], task: dict) -> str:
    """Why somebody bigger should read it too; empty if nobody need."""
    ticket = task["ticket"]
    requests = facts["requests"]
    if len(requests) != 1:
        return "not exactly one request"
    if decision.outcome in ("escalated", "need_info") and decision.clause not in ("H-3", "H-4", "I-2"):
        return f"{decision.outcome} {decision.clause}"
    if ">" in ticket["body"] or len(ticket["body"]) > 1500:
        return "a thread"
    request = requests[0]
    if request["kind"] in ("missing_refund", "other", "goodwill"):
        return request["kind"]
    numbers = {f"HL-{n}" for n in NUMBER.findall(f"{ticket['subject']}\n{ticket['body']}")}
    if decision.order_id and decision.order_id not in numbers and len(orders) > 1:
        return "order not named"
    if len(numbers) > 1:
        return "several orders named"
    if day(request["first_raised"]) != day(ticket["received"]):
        return "raised on another day"
    if decision.order_id:
        skus = {line["sku"] for line in orders[decision.order_id]["items"]}
        if any(item["sku"] not in skus for item in request["items"]):
            return "items that aren't on the order"
        electronic = any(line["category"] == "electronics" for line in orders[decision.order_id]["items"])
        if electronic and request["kind"] == "return_unwanted":
            return "electronics"
    if decision.amount and decision.amount >= 150:
        return "much money"
    return ""
