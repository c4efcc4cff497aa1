"""What happens at the back office once it is clear what should: pay, hand over, reply, or put back."""

import logging
from decimal import Decimal

from shop import Refused, Shop, Unavailable

log = logging.getLogger("desk")


class Desk:
    """Remembers over a weekend which tickets were put back, and what was paid on them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.handed_out: dict[str, int] = {}
        self.before: dict[str, tuple[str, Decimal, Decimal, int]] = {}

    def put_back(self, ticket: dict, reason: str) -> bool:
        """`False` if it has been put back twice: the third time something must be said."""
        if self.handed_out.get(ticket["id"], 0) >= 3:
            return False
        log.warning("%s put back: %s", ticket["id"], reason)
        try:
            self.shop.call("defer", reason=reason, ticket_id=ticket["id"])
            return True
        except (Refused, Unavailable) as error:
            log.error("defer: %s", error)
            return False

    def pay(self, ticket: dict, order: dict, amount: Decimal, reason: str) -> str:
        """`paid`, `unclear` (may or may not have been booked) or `no`."""
        ticket_id, order_id = ticket["id"], order["id"]
        first = self.before.setdefault(
            ticket_id, (order_id, amount, Decimal(order["refundable"]), count_of(order, amount))
        )
        if first[0] != order_id:
            return "unclear"
        # What was begun for this ticket is what we finish: same order, same sum, same key.
        _, amount, refundable, seen = first
        if self.booked(order_id, amount, refundable, seen):
            return "paid"
        for _ in range(2):
            try:
                self.shop.call(
                    "refund", order_id=order_id, amount=str(amount), currency=order["currency"], reason=reason,
                    idempotency_key=f"{ticket_id}/{order_id}", ticket_id=ticket_id,
                )
            except Refused as error:
                log.error("refund: %s", error)
                return "paid" if self.booked(order_id, amount, refundable, seen) else "no"
            except Unavailable:
                pass
            if self.booked(order_id, amount, refundable, seen):
                return "paid"
        return "unclear"

    def booked(self, order_id: str, amount: Decimal, refundable: Decimal, seen: int) -> bool:
        """Acknowledged isn't booked: look."""
        try:
            order = self.shop.order(order_id)
        except (Unavailable, Refused):
            return False
        return bool(order) and Decimal(order["refundable"]) <= refundable - amount and count_of(order, amount) > seen

    def hand_over(self, ticket: dict, order_id: str | None, reason: str, summary: str) -> bool:
        for number in dict.fromkeys([order_id, None]):
            try:
                case = self.shop.call("escalate", order_id=number, reason=reason, summary=summary, ticket_id=ticket["id"])
                return bool(case.get("case_id"))
            except Refused as error:
                log.error("escalate: %s", error)
            except Unavailable:
                return False
        return False

    def reply(self, ticket: dict, outcome: str, body: str, order: dict | None = None, amount: Decimal | None = None) -> None:
        try:
            self.shop.call(
                "reply", outcome=outcome, body=body, order_id=order["id"] if order else None,
                amount=str(amount) if amount is not None else None,
                currency=order["currency"] if order and amount is not None else None, ticket_id=ticket["id"],
            )
        except Refused as error:
            if error.status != 409:  # 409: an earlier try had got through
                raise


def count_of(order: dict, amount: Decimal) -> int:
    return sum(Decimal(refund["amount"]) == amount for refund in order["refunds"])
