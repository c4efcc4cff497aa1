"""The tools as the model sees them, and what happens when it calls one."""

import json
import logging
from datetime import date
from decimal import Decimal, InvalidOperation

from backoffice import BackOffice, Refused

log = logging.getLogger("tools")


def tool(name: str, description: str, required: list[str], /, **properties: dict) -> dict:
    parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TEXT = {"type": "string"}
ORDER = {"type": "string", "description": "such as HL-123456"}

TOOLS = [
    tool(
        "search_orders",
        "Find orders by any of these; all given ones must hold. Returns all matches in short form, newest first. Start "
        "with the sender's address.",
        [],
        email=TEXT,
        name={"type": "string", "description": "the customer's name"},
        order_id=ORDER,
        placed_on={"type": "string", "description": "YYYY-MM-DD"},
        text={"type": "string", "description": "words from item names, categories, status or notes"},
    ),
    tool(
        "get_order",
        "Everything about one order: items and prices, dates, earlier refunds, notes, chargeback, gift. `days` has been "
        "counted for you from the dates.",
        ["order_id"],
        order_id=ORDER,
    ),
    tool("get_policy", "The refund handbook in its present version, complete.", []),
    tool(
        "refund",
        "Pay money back. Goes out at once and cannot be undone. At most once per ticket, with the whole sum due.",
        ["order_id", "amount", "reason"],
        order_id=ORDER,
        amount={"type": "number", "description": "in the order's currency, such as 12.50"},
        reason={"type": "string", "description": "clause and calculation"},
    ),
    tool(
        "escalate",
        "Hand the ticket to the refunds desk. Afterwards reply with outcome escalated.",
        ["reason", "summary"],
        order_id=ORDER,
        reason={"type": "string", "description": "the clause that asks for it, and the fact that triggers it"},
        summary={"type": "string", "description": "what a colleague needs to know"},
    ),
    tool(
        "reply",
        "Send the one mail to the customer and close the ticket.",
        ["outcome", "body"],
        order_id={"type": "string", "description": "the order concerned, if it is known"},
        outcome={"type": "string", "enum": ["refunded", "denied", "escalated", "need_info"]},
        body={"type": "string", "description": "the mail, in the customer's language"},
    ),
]

REVIEWED = {"refund", "escalate", "reply"}


class Desk:
    """What has been looked up and done on one ticket; carries the calls out and keeps the model to the facts."""

    def __init__(self, office: BackOffice, ticket: dict) -> None:
        self.office, self.ticket = office, ticket
        self.orders: dict[str, dict] = {}
        self.searches: dict[str, dict] = {}
        self.handbook: dict | None = None
        self.paid: tuple[str, Decimal, str] | None = None
        self.case: tuple[str, str | None] | None = None
        self.closed = False

    # Looking up

    def search_orders(self, **criteria) -> dict:
        criteria = {key: value for key, value in criteria.items() if value}
        if not criteria:
            return {"error": "give at least one criterion"}
        found = self.office.search(**criteria)
        self.searches |= {order["id"]: order for order in found}
        return {"total": len(found), "orders": found}

    def get_order(self, order_id: str) -> dict:
        order = self.office.order(order_id)
        if order is None:
            return {"error": f"there is no order {order_id}"}
        brief = self.searches.get(order_id)
        if brief and brief["status"] != order["status"]:  # a copy that lags behind
            order = self.office.order(order_id) or order
        received = date.fromisoformat(self.ticket["received"][:10])
        days = {}
        if order.get("delivered"):
            delivered = date.fromisoformat(order["delivered"][:10])
            days["from_delivery_to_this_mail"] = (received - delivered).days
            if order.get("promised"):
                days["delivered_after_promised_date"] = (delivered - date.fromisoformat(order["promised"][:10])).days
        elif order.get("promised"):
            days["from_promised_date_to_this_mail"] = (received - date.fromisoformat(order["promised"][:10])).days
        self.orders[order_id] = {**order, "days": days}
        return self.orders[order_id]

    def get_policy(self, **_) -> dict:
        self.handbook = self.office.handbook()
        return {"version": self.handbook["version"], "text": self.handbook["text"]}

    # Acting

    def precheck(self, name: str, arguments: dict) -> str | None:
        """Why the call cannot be right, whatever a reviewer says."""
        if self.handbook is None:
            return "read the handbook first (get_policy)"
        order_id = arguments.get("order_id")
        if order_id and order_id not in self.orders and "error" in self.get_order(order_id):
            return f"there is no order {order_id}"
        if name == "refund":
            return self._refund_check(arguments)
        if name == "escalate" and self.paid:
            return "there has been a refund on this ticket; reply with outcome refunded"
        if name == "reply":
            outcome = arguments.get("outcome")
            if self.paid and outcome != "refunded":
                return f"{self.paid[1]} {self.paid[2]} was refunded on {self.paid[0]}; the outcome is refunded"
            if self.case and outcome != "escalated":
                return "the ticket was handed over; the outcome is escalated"
            if outcome == "refunded" and not self.paid:
                return "nothing has been refunded on this ticket; call refund first, or choose another outcome"
            if outcome == "escalated" and not self.case:
                return "nothing has been handed over on this ticket; call escalate first, or choose another outcome"
            if outcome == "denied" and not order_id:
                return "a reply that declines names the order"
        return None

    def _refund_check(self, arguments: dict) -> str | None:
        if self.paid or self.case:
            return "this ticket has been refunded or handed over already; reply"
        order = self.orders[arguments["order_id"]]
        try:
            amount = Decimal(str(arguments["amount"])).quantize(Decimal("0.01"))
        except InvalidOperation:
            return "the amount is not a number"
        addresses = {order["customer"]["email"].lower(), *(a.lower() for a in order["customer"].get("also", []))}
        if self.ticket["from"]["email"].lower() not in addresses:
            return "the sender's address doesn't belong to this account (I-2): hand over"
        if order["chargeback"] == "open":
            return "open chargeback (H-3): hand over"
        if order["gift"]:
            return "gift order (H-4): hand over"
        if any(note["kind"] == "promise" for note in order["notes"]):
            return "a colleague's note is a promise (H-6): hand over"
        if amount > (2000 if order["currency"] == "PLN" else 500):
            return "above our limit (H-2): hand over"
        if amount <= 0 or amount > Decimal(order["refundable"]):
            return f"the amount must be more than 0 and at most {order['refundable']}, what is left of what was paid"
        return None

    def refund(self, order_id: str, amount, reason: str = "") -> dict:
        order = self.orders[order_id]
        amount = Decimal(str(amount)).quantize(Decimal("0.01"))
        self.office.refund(self.ticket["id"], order_id, amount, order["currency"], reason[:200])
        self.paid = order_id, amount, order["currency"]
        return {"status": "booked", "order_id": order_id, "amount": str(amount), "currency": order["currency"]}

    def escalate(self, reason: str = "", summary: str = "", order_id: str | None = None) -> dict:
        if self.case is None:
            self.case = self.office.escalate(self.ticket["id"], order_id, reason, summary or reason), order_id
        return {"case_id": self.case[0], "next": "reply with outcome escalated"}

    def reply(self, outcome: str, body: str, order_id: str | None = None, **_) -> dict:
        amount = currency = None
        if outcome == "refunded":
            order_id, amount, currency = self.paid
        elif outcome == "escalated":
            order_id = order_id or self.case[1]
        self.office.reply(self.ticket["id"], outcome, body, order_id, amount, currency)
        self.closed = True
        return {"status": "sent"}

    def run(self, name: str, arguments: dict) -> dict:
        method = getattr(self, name, None) if name in {t["function"]["name"] for t in TOOLS} else None
        if method is None:
            return {"error": f"no tool {name}"}
        try:
            return method(**arguments)
        except TypeError as error:
            return {"error": f"bad arguments: {error}"}
        except Refused as error:
            log.warning("%s: %s", name, error)
            return {"error": str(error)}

    def record(self) -> str:
        """What a reviewer needs."""
        done = []
        if self.paid:
            done.append(f"refunded {self.paid[1]} {self.paid[2]} on {self.paid[0]} (booked)")
        if self.case:
            done.append(f"handed over to the refunds desk (case {self.case[0]})")
        briefs = [o for i, o in self.searches.items() if i not in self.orders]
        return (
            "<orders_read>\n" + "\n".join(json.dumps(o, ensure_ascii=False) for o in self.orders.values())
            + "\n</orders_read>\n<orders_found_in_short_form>\n"
            + "\n".join(json.dumps(o, ensure_ascii=False) for o in briefs)
            + f"\n</orders_found_in_short_form>\n<handbook>\n{(self.handbook or {}).get('text', '')}\n</handbook>\n"
            + f"<done_so_far>{'; '.join(done) or 'nothing'}</done_so_far>"
        )
