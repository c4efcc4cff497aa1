"""One ticket: find the orders, have the mail read, decide by the handbook, act, look, and tell the customer."""

import logging
import re
from collections import Counter
from datetime import date

import checks
import replies
from handbook import Case, Decision, decide, numbers_of
from llm import Down, Model
from reader import read
from shop import Shop

log = logging.getLogger("agent")


class RefundAgent:
    """Handles one ticket at a time. `readers`: two models that read each mail, and one that settles differences."""

    def __init__(self, model: Model, shop: Shop, readers: list[str]) -> None:
        self.model = model
        self.shop = shop
        self.readers = readers

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        received = date.fromisoformat(ticket["received"][:10])
        numbers = self.numbers(received)
        orders = self.orders(ticket)
        case, decision = self.judge(ticket, orders, received, numbers)
        log.info("%s: %s %s %s (%s)", ticket["id"], decision.action, decision.order_id, decision.amount, decision.reason)
        self.act(ticket, case, decision)

    def numbers(self, received: date) -> dict[str, int]:
        book = self.shop.handbook()
        until = book.get("effective_until")
        if until and date.fromisoformat(until) < received:
            log.error("the handbook %s is out of date even past the cache", book.get("version"))
        numbers, complete = numbers_of(book["text"])
        if not complete:
            log.error("the handbook %s has clauses that this program does not know", book.get("version"))
        return numbers

    def orders(self, ticket: dict) -> dict[str, dict]:
        """Every order that the mail names, and those of the sender."""
        text = f"{ticket['subject']}\n{ticket['body']}"
        named = [f"HL-{number}" for number in dict.fromkeys(re.findall(r"(?<!\d)(\d{6})(?!\d)", text))]
        found = {id: order for id in named[:10] if (order := self.shop.order(id)) is not None}
        for id in self.shop.search(email=ticket["from"]["email"])[:12]:
            if id not in found and (order := self.shop.order(id)) is not None:
                found[id] = order
        if not found:
            for id in self.shop.search(name=ticket["from"]["name"])[:5]:
                if (order := self.shop.order(id)) is not None:
                    found[id] = order
        return found

    def judge(self, ticket: dict, orders: dict[str, dict], received: date, numbers: dict[str, int]) -> tuple[Case, Decision]:
        """Two readings that come to the same and hold water, or a third that settles it."""
        sender = ticket["from"]["email"]
        found: list[tuple[Case, Decision]] = []
        down: Down | None = None
        for name in self.readers:
            try:
                reading = read(self.model, name, ticket, orders)
            except Down as error:  # of three readers, one may be missing
                if down is not None:
                    raise
                down = error
                continue
            case = checks.mended(reading, ticket, orders)
            order = orders.get(case.order_id or "")
            decision = decide(case, order, sender, received, numbers)
            decision = checks.not_guessed(case, order, decision, ticket, orders)
            found.append((case, decision))
            if len(found) == 2 and same(found[0][1], decision) and not checks.doubtful(case, order, decision, orders):
                return found[0]
        # Who has noticed that the mail gives orders to its reader has not followed them.
        wary = [pair for pair in found if pair[0].injection]
        pairs = wary or found
        votes = Counter(key(decision) for _, decision in pairs)
        best, count = votes.most_common(1)[0]
        case, decision = next(pair for pair in pairs if key(pair[1]) == best) if count > 1 else pairs[-1]
        return case, checks.unopened(case, orders.get(case.order_id or ""), decision)

    def act(self, ticket: dict, case: Case, decision: Decision) -> None:
        id = ticket["id"]
        if decision.action == "refund":
            assert decision.order_id and decision.amount is not None and decision.currency
            paid = self.shop.refund(id, decision.order_id, f"{decision.amount:.2f}", decision.currency, decision.reason)
            if not paid:
                decision = Decision("escalate", decision.order_id, "the refund could not be booked")
        if decision.action == "escalate":
            summary = "; ".join(f"{ask.issue} {ask.items or 'whole order'}" for ask in case.asks) or "unclear request"
            self.shop.escalate(id, decision.order_id, decision.reason, f"{ticket['from']['name']}: {summary}")
        refunded = decision.action == "refund"
        self.shop.reply(
            id, decision.order_id, replies.OUTCOMES[decision.action], f"{decision.amount:.2f}" if refunded else None,
            decision.currency if refunded else None, replies.body(case.language, ticket["from"]["name"], decision),
        )  # fmt: skip

    def give_up(self, ticket: dict, reason: str) -> None:
        """Nothing more to hope for: people take over, and the customer is told so."""
        decision = Decision("escalate", None, reason)
        self.act(ticket, Case(None, [], [], legal=False, wants="refund"), decision)


def key(decision: Decision) -> tuple:
    return (decision.action, decision.order_id if decision.action in ("refund", "deny") else None, decision.amount)


def same(one: Decision, other: Decision) -> bool:
    return key(one) == key(other)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
