"""What an agent may do to the world, in the order that keeps replies true: act, see it booked, then tell."""

import logging
from decimal import Decimal

from shop import LIMITS, NotBooked, Shop, desk_reason, money, owns

log = logging.getLogger("acts")

TO_PEOPLE = (
    "Thank you for your message. I have passed your case on to our refunds desk; a colleague will look at it and "
    "write to you."
)
PAID = "Thank you for your message. We have refunded {amount} {currency} on order {order}."
DECLINED = "Thank you for your message. I'm sorry, under our refund terms we can't refund this on order {order}."
ASK = "Thank you for your message. Could you tell us the number of the order, and the item, that this is about?"


class Acts:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.pending: dict[str, tuple[str, Decimal, str, int]] = {}
        self.cases: dict[str, str] = {}

    def give_to_people(self, ticket: dict, order_id: str | None, reason: str, summary: str) -> None:
        log.info("%s -> people: %s", ticket["id"], reason)
        if ticket["id"] not in self.cases:
            self.cases[ticket["id"]] = self.shop.hand_over(order_id, reason, summary or reason, ticket["id"])
        self.shop.reply(ticket["id"], "escalated", TO_PEOPLE, order_id)

    def decline(self, ticket: dict, order_id: str | None, body: str) -> None:
        log.info("%s -> declined on %s", ticket["id"], order_id)
        self.shop.reply(ticket["id"], "denied", body or DECLINED.format(order=order_id), order_id)

    def ask(self, ticket: dict, body: str) -> None:
        log.info("%s -> asked back", ticket["id"])
        self.shop.reply(ticket["id"], "need_info", body or ASK)

    def refund(self, ticket: dict, order: dict, amount: Decimal, reason: str) -> None:
        """The last gate before money goes out, on the record as it is now."""
        fresh = self.shop.order(order["id"]) or order
        amount = min(amount, money(fresh["refundable"]))
        if not owns(fresh, ticket["from"]["email"]):
            return self.give_to_people(ticket, order["id"], "I-2: not the sender's order", reason)
        if why := desk_reason(fresh):
            return self.give_to_people(ticket, order["id"], why, reason)
        if amount <= 0:
            return self.decline(ticket, order["id"], "")
        if amount > LIMITS.get(fresh["currency"], Decimal(500)):
            return self.give_to_people(ticket, order["id"], f"H-2: {amount} {fresh['currency']} is above our limit", reason)
        self.pending[ticket["id"]] = (order["id"], amount, reason, len(fresh["refunds"]))
        self.shop.pay(order["id"], amount, reason, ticket["id"])
        self._tell_paid(ticket, order["id"], amount, fresh["currency"])

    def resume(self, ticket: dict) -> bool:
        """A ticket that came back after a payment of which nobody knew whether it was booked."""
        if ticket["id"] in self.cases:
            self.give_to_people(ticket, None, "", "")
            return True
        if ticket["id"] not in self.pending:
            return False
        order_id, amount, reason, before = self.pending[ticket["id"]]
        order = self.shop.order(order_id)
        if order is None:
            raise NotBooked(order_id)
        if not self.shop.booked(order_id, amount, before):
            self.shop.pay(order_id, amount, reason, ticket["id"])
        self._tell_paid(ticket, order_id, amount, order["currency"])
        return True

    def _tell_paid(self, ticket: dict, order_id: str, amount: Decimal, currency: str) -> None:
        log.info("%s -> refunded %s %s on %s", ticket["id"], amount, currency, order_id)
        body = PAID.format(amount=amount, currency=currency, order=order_id)
        self.shop.reply(ticket["id"], "refunded", body, order_id, amount, currency)
