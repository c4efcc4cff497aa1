"""One ticket: code looks everything up, a model reads the mail, code decides by the handbook, acts and replies."""

import json
import logging
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from llm import Model, NoAnswer
from reader import asks_of, differences, read
from rules import Ask, Case, Decision, Unreadable, decide, numbers
from shop import Shop
from words import reply

log = logging.getLogger("agent")

MOST_ORDERS = 12
MORE_LOOKS = 3
QUOTE = re.compile(r"^\s*>|^.{0,80}(?:wrote|schrieb|a écrit|escribió|schreef|napisał\w*).{0,40}:\s*$", re.MULTILINE)


def same(one: Decision, other: Decision) -> bool:
    return (one.action, one.order_id, one.amount) == (other.action, other.order_id, other.amount)


def named_in(ticket: dict, orders: dict[str, dict]) -> list[str]:
    """The orders whose numbers stand in the mail."""
    mail = f"{ticket['subject']}\n{ticket['body']}"
    return [id for id in orders if id[3:] in mail]


def rivals(order: dict, asks: list[Ask], orders: dict[str, dict]) -> bool:
    """Whether a request that names no item ("my parcel has not come") fits other orders as well as this one."""
    state = {"not_arrived": ("shipped", "processing"), "cancel": ("processing",)}
    if len(asks) != 1 or asks[0].items or asks[0].issue not in state:
        return False
    fitting = [one["id"] for one in orders.values() if one["status"] in state[asks[0].issue]]
    return len(fitting) > 1 and order["id"] in fitting


def odd(order: dict | None, reading: dict) -> str:
    """A complaint that hardly goes with the order as it stands."""
    issues = {ask["issue"] for ask in reading["asks"]}
    if order and "not_arrived" in issues and order["status"] == "processing":
        return "the issue (not_arrived, though the order has not been sent yet)"
    if order and issues & {"changed_mind", "damaged", "wrong_item", "late"} and not order.get("delivered"):
        return "the issue (it speaks of goods that have not been delivered yet)"
    if any(ask["issue"] == "damaged" and ask["opened"] is False for ask in reading["asks"]):
        return "the issue (damaged, though it has not been opened)"
    return ""


def twins(order: dict, reading: dict, orders: dict[str, dict]) -> bool:
    """Whether another order has an item that shares a word of its name with one that is asked about."""
    asked = {item["sku"] for ask in reading["asks"] for item in ask["items"]}
    words = name_words(item for item in order["items"] if item["sku"] in asked or not asked)
    return any(words & name_words(other["items"]) for other in orders.values() if other["id"] != order["id"])


def name_words(items: Iterable[dict]) -> set[str]:
    return {word for item in items for word in re.findall(r"[^\W\d_]{4,}", item["name"].lower())}


class NotNow(Exception):
    """Something that is needed does not answer. Later it may."""


class RefundAgent:
    """Handles one ticket. Raises `NotNow` or `NoAnswer` before anything is paid."""

    def __init__(self, model: Model, reader: str, second: str, shop: Shop) -> None:
        self.model = model
        self.reader = reader
        self.second = second
        self.shop = shop

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        orders = self.find(ticket)
        handbook = self.get("get_policy", topic="all", fresh=True)
        decision, language = self.judge(ticket, orders, handbook)
        log.info("ticket %s: %s", ticket["id"], decision)
        self.act(ticket, decision, language)

    def judge(self, ticket: dict, orders: dict[str, dict], handbook: dict) -> tuple[Decision, str]:
        """Read once; where that is easily misread, twice; where the two differ in what follows, a third time."""
        try:
            rules = numbers(handbook["text"])
        except Unreadable as error:
            return Decision("escalate", None, f"the handbook has changed: {error}"), "en"
        shown = list(orders.values())

        def decided(reading: dict) -> tuple[Decision, bool]:
            log.info("reading: %s", json.dumps(reading, ensure_ascii=False))
            return self.decide(ticket, orders, rules, reading)

        first = read(self.model, self.reader, ticket, shown)
        decision, sound = decided(first)
        if sound and not self.delicate(ticket, orders, first, decision):
            return decision, first["language"]
        second = read(self.model, self.second, ticket, shown)
        other, sound = decided(second)
        mismatch = self.mismatch(orders, second) or odd(orders.get(second["order_id"] or ""), second)
        if same(decision, other) and not mismatch:
            return self.unless_guessed(ticket, orders, second, other), second["language"]
        if not named_in(ticket, orders) and (first["unclear"] or second["unclear"]):
            # No number, and one reader could not tell: the mail does not settle it. Never pick the likeliest.
            return (decision if first["unclear"] else other), second["language"]
        contested = mismatch or differences(first, second)
        if not contested:
            return other, second["language"]
        third = read(self.model, self.second, ticket, shown, second, contested)
        last, _ = decided(third)
        if same(last, decision) or same(last, other) or mismatch:
            return last, third["language"]
        return Decision("escalate", None, f"three readings of the mail, three results ({contested})"), third["language"]

    def decide(self, ticket: dict, orders: dict[str, dict], rules: dict, reading: dict) -> tuple[Decision, bool]:
        """What follows from a reading, and whether it is at one with itself and the orders."""
        received = date.fromisoformat(ticket["received"][:10])
        order = None if reading["unclear"] else orders.get(reading["order_id"] or "")
        several = len(set(reading["orders_concerned"])) > 1
        asks = asks_of(reading, order, received)
        skus = {item["sku"] for item in order["items"]} if order else set()
        sound = order is not None and bool(asks)
        if order and (not asks or any(sku not in skus for ask in asks for sku, _ in ask.items)):
            order, sound = None, False  # it speaks of things that are not in that order: no ground to pay on
        if order and not named_in(ticket, orders) and rivals(order, asks, orders):
            order, sound = None, False
        if order and not several and reading["orders_concerned"] not in ([], [order["id"]]):
            sound = False
        case = Case(order, asks, ticket["from"]["email"], received, reading["legal"], reading["wants"], several)
        return decide(case, rules), sound

    def unless_guessed(self, ticket: dict, orders: dict[str, dict], reading: dict, decision: Decision) -> Decision:
        """No number, and another order has the like in it: ask a few times more. If any time it cannot be told,
        the mail does not settle it, and the customer is asked."""
        order = orders.get(reading["order_id"] or "")
        if order is None or named_in(ticket, orders) or decision.action == "escalate" or not twins(order, reading, orders):
            return decision
        for _ in range(MORE_LOOKS):
            again = read(self.model, self.reader, ticket, list(orders.values()), temperature=1.0)
            if again["unclear"] or again["order_id"] != order["id"]:
                return Decision("need_info", None, "I-1: it is not settled which order is meant")
        return decision

    def mismatch(self, orders: dict[str, dict], reading: dict) -> str:
        """Items that are not in the order that is named, but all in one other: one of the two is wrong."""
        named = orders.get(reading["order_id"] or "")
        skus = {item["sku"] for ask in reading["asks"] for item in ask["items"]}
        if named is None or skus <= {item["sku"] for item in named["items"]}:
            return ""
        fitting = [id for id, one in orders.items() if skus <= {item["sku"] for item in one["items"]}]
        return f"the order ({', '.join(sorted(skus))} is not in {named['id']})" if len(fitting) == 1 else ""

    def delicate(self, ticket: dict, orders: dict[str, dict], reading: dict, decision: Decision) -> bool:
        """What is easily misread: quoted mails, what hardly goes together, orders told by description, several requests, Polish."""
        return bool(
            (decision.action == "deny" and QUOTE.search(ticket["body"]))
            or odd(orders.get(reading["order_id"] or ""), reading)
            or len(named_in(ticket, orders)) != 1
            or len(reading["asks"]) != 1
            or reading["language"] == "pl"
            or len(set(reading["orders_concerned"])) > 1
        )

    # Looking up

    def find(self, ticket: dict) -> dict[str, dict]:
        """The orders that the mail may be about, as they are: each looked at twice."""
        text = f"{ticket['subject']}\n{ticket['body']}"
        named = [f"HL-{digits}" for digits in dict.fromkeys(re.findall(r"(?<!\d)(\d{6})(?!\d)", text))]
        quote = QUOTE.search(ticket["body"])
        own = f"{ticket['subject']}\n{ticket['body'][: quote.start()] if quote else ticket['body']}"
        found = self.search(email=ticket["from"]["email"])
        orders = {id: self.order(id) for id in named if id in found}
        for id in named:
            if id not in found and (order := self.order(id, must=False)):
                orders[id] = order
        if not found and not orders:
            found = self.search(name=ticket["from"]["name"])
        if sum(id[3:] in own for id in orders) != 1:
            for id in found[:MOST_ORDERS]:
                if id not in orders:
                    orders[id] = self.order(id)
        return orders

    def search(self, **by: str) -> list[str]:
        found, page, pages = [], 1, 1
        while page <= pages and page <= 6:
            result = self.get("search_orders", **by, page=page)
            found += [order["id"] for order in result["orders"]]
            pages, page = result["pages"], page + 1
        return found

    def order(self, id: str, *, must: bool = True) -> dict | None:
        """An order, once two looks at it agree: a copy of the data may lag behind."""
        last = None
        for _ in range(4):
            order = self.get("get_order", must=must, order_id=id)
            if order is None or order == last:
                return order
            last = order
        return last

    def get(self, tool: str, *, must: bool = True, **arguments) -> dict | None:
        for _ in range(3 if must else 2):
            text = self.shop.call(tool, arguments)
            try:
                return json.loads(text or "")
            except json.JSONDecodeError:
                continue
        if must:
            raise NotNow(tool)
        return None

    # Acting

    def act(self, ticket: dict, decision: Decision, language: str) -> None:
        outcome = {"refund": "refunded", "deny": "denied", "escalate": "escalated"}.get(decision.action, "need_info")
        if outcome == "refunded" and not self.pay(ticket, decision):
            outcome, decision = "escalated", Decision("escalate", decision.order_id, "the refund is not booked")
        if outcome == "escalated":
            self.hand_over(ticket, decision.order_id, decision.reason)
        self.reply(ticket, outcome, decision, language)

    def pay(self, ticket: dict, decision: Decision) -> bool:
        """Pay, and look whether it is booked: acknowledged is not booked, and unanswered not unpaid."""
        before = Decimal(self.order(decision.order_id)["refundable"])
        for _ in range(3):
            self.shop.call(
                "refund",
                {
                    "order_id": decision.order_id, "amount": str(decision.amount),
                    "reason": decision.reason, "ticket_id": ticket["id"],
                },
            )
            try:
                left = Decimal(self.order(decision.order_id)["refundable"])
            except NotNow:
                continue
            if left == before - decision.amount:
                return True
            if left < before:
                break
        return False

    def hand_over(self, ticket: dict, order_id: str | None, reason: str) -> None:
        arguments = {"reason": reason, "summary": f"{ticket['subject']}: {reason}", "ticket_id": ticket["id"]}
        if self.shop.call("escalate", {**arguments, **({"order_id": order_id} if order_id else {})}) is None:
            raise NotNow("escalate")

    def reply(self, ticket: dict, outcome: str, decision: Decision, language: str) -> None:
        arguments = {
            "outcome": outcome,
            "ticket_id": ticket["id"],
            "body": reply(
                language, outcome, warranty=decision.reason == "D-2", name=ticket["from"]["name"],
                order=decision.order_id or "", amount=str(decision.amount or ""), currency=decision.currency or "",
            ),
        }
        if decision.order_id:
            arguments["order_id"] = decision.order_id
        if outcome == "refunded":
            arguments["amount"] = str(decision.amount)
        for _ in range(3):
            if self.shop.call("reply", arguments) is not None:
                return
        log.error("ticket %s: no reply could be sent", ticket["id"])

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
