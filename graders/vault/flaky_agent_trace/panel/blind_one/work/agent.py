"""The loop: the model proposes, the code checks, acts, and looks whether it happened."""

import json
import logging
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from llm import Answer, Model, Unavailable
from shop import TOOLS, Shop, pause

log = logging.getLogger("agent")

MAX_STEPS = 14
READS = {"search_orders", "get_order", "get_policy"}

PROMPT = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8")


class State:
    """What happened on one ticket, over all the times that it is handed out."""

    def __init__(self) -> None:
        self.handed_out = 0
        self.paid: tuple[str, Decimal] | None = None  # booked, and seen to be
        self.tried: tuple[str, Decimal] | None = None  # asked for, not seen yet
        self.before: dict[str, int] = {}  # refunds on an order before we did anything
        self.case: str | None = None


class Later(Exception):
    """Put the ticket back."""


class Again(Exception):
    """Ask afresh, with a remark; a model that has said something once stands by it."""


class RefundAgent:
    """Handles tickets one by one."""

    def __init__(self, model: Model, shop: Shop) -> None:
        self.model = model
        self.shop = shop
        self.states: dict[str, State] = {}

    # -- the loop -----------------------------------------------------------------------------------------------

    def handle(self, task: dict) -> None:
        self.task = task
        self.ticket = task["ticket"]
        self.state = state = self.states.setdefault(self.ticket["id"], State())
        state.handed_out += 1
        self.closed = False
        self.orders: dict[str, dict] = {}
        self.challenged = False
        try:
            if state.paid:
                self.finish_refund()
                return
            if state.tried:
                self.pay(*state.tried)
                self.finish_refund()
                return
            self.converse()
        except (Unavailable, Later) as problem:
            log.warning("putting back: %r", problem)
            self.give_up(task)

    def converse(self) -> None:
        looked_up = self.look_up()
        try:
            self.dialogue(looked_up)
        except Again as again:
            self.dialogue(f"{looked_up}\n\nNote from the desk: {again}")

    def dialogue(self, looked_up: str) -> None:
        messages = [
            {"role": "system", "content": PROMPT},
            {"role": "user", "content": ticket_text(self.task) + "\n\n" + looked_up},
        ]
        for _ in range(MAX_STEPS):
            answer = self.model.answer(messages, TOOLS)
            messages.append(answer.message())
            if not answer.calls:
                messages.append({"role": "user", "content": "Go on. Close the ticket with reply when you are done."})
                continue
            messages += self.run_tools(answer)
            if self.closed:
                return
        raise Later("no end found")

    def run_tools(self, answer: Answer) -> list[dict]:
        out = []
        for call in answer.calls:
            arguments = json.loads(call.arguments)
            if self.closed:
                result = {"error": {"code": "closed", "message": "the ticket is closed"}}
            else:
                result = getattr(self, f"do_{call.name}", self.unknown)(arguments)
            out.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result, ensure_ascii=False)})
        return out

    def look_up(self) -> str:
        """What every ticket needs, fetched before the model is asked: account, orders, handbook."""
        sender = self.ticket["from"]["email"]
        mail = self.ticket["subject"] + "\n" + self.ticket["body"]
        steps = [("get_policy", {"topic": "all"})]
        found: list[dict] = []
        page = 1
        while page <= 4:
            body = self.do_search_orders({"email": sender, "page": page})
            found += body.get("orders", [])
            if page >= body.get("pages", 1):
                break
            page += 1
        own = [order["id"] for order in found]
        named = list(dict.fromkeys("HL-" + number for number in re.findall(r"\b(?:HL[- ]?)?(2\d{5}|1\d{5})\b", mail)))
        wanted = list(dict.fromkeys([order for order in named][:4] + (own if len(own) <= 4 else [])))
        results: list[str] = []

        def add(name: str, arguments: dict, result: dict) -> None:
            results.append(f"Looked up for you: {name} {json.dumps(arguments)}\n{json.dumps(result, ensure_ascii=False)}")

        add("search_orders", {"email": sender}, {"orders": found, "total": len(found), "page": 1, "pages": 1})
        for name, arguments in steps:
            add(name, arguments, self.do_get_policy(arguments))
        for order_id in wanted:
            body = self.do_get_order({"order_id": order_id})
            if "id" in body:
                add("get_order", {"order_id": order_id}, body)
        return "\n\n".join(results)

    # -- the guards ---------------------------------------------------------------------------------------------

    def desk_reason(self, order: dict, amount: Decimal | None) -> str | None:
        """What the handbook hands over whatever the mail says."""
        customer = order["customer"]
        addresses = {address.lower() for address in [customer["email"], *customer.get("also", [])]}
        if self.ticket["from"]["email"].lower() not in addresses:
            return "the sender's address is not on the order (I-2)"
        if order.get("chargeback") == "open":
            return "open chargeback (H-3)"
        if order.get("gift"):
            return "gift order (H-4)"
        if any(note.get("kind") == "promise" for note in order.get("notes", [])):
            return "a colleague's promise (H-6)"
        if amount is not None and amount > (2000 if order["currency"] == "PLN" else 500):
            return "above what we may pay (H-2)"
        return None

    def with_fee(self, order: dict, amount: Decimal, reason: str) -> Decimal:
        """R-2 never pays a full price: where one line alone can be meant, its price less the fee."""
        lines = [item for item in order["items"] if item["category"] == "electronics"]
        if "R-2" not in reason or len(lines) != 1 or lines[0]["quantity"] != 1 or order["refunds"]:
            return amount
        price = Decimal(lines[0]["unit_price"])
        if amount < price:
            return amount
        return price - (price * Decimal("0.15")).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def objection(self, order: dict, amount: Decimal, reason: str) -> str | None:
        """Why a refund can't be what the handbook says, by the order's own data."""
        received = date.fromisoformat(self.ticket["received"][:10])
        if amount > Decimal(order["refundable"]):
            return f"only {order['refundable']} is left to refund on this order (M-3)"
        delivered = order.get("delivered")
        promised = date.fromisoformat(order["promised"])
        if delivered:
            day = (received - date.fromisoformat(delivered)).days
            late = (date.fromisoformat(delivered) - promised).days
            if ("R-1" in reason or "R-2" in reason) and day > 30:
                return f"the request came on day {day}; R-1 allows 30: decline"
            if "R-2" in reason and day > 14:
                return f"the request came on day {day}; R-2 allows 14 for opened electronics: decline"
            if "D-1" in reason and day > 7 and ">" not in self.ticket["body"]:
                return f"the first report came on day {day}; D-1 allows 7: decline (D-2)"
            if "L-1" in reason and late <= 3:
                return f"it came {late} days late; L-1 needs more than 3: decline"
        elif order["status"] == "shipped" and (received - promised).days < 10:
            return f"the parcel is {(received - promised).days} days overdue; L-2 needs 10: decline"
        if ("R-1" in reason or "R-2" in reason) and all(item["final_sale"] for item in order["items"]):
            return "final sale (R-3): decline"
        return None

    def several_open(self) -> bool:
        """More than one parcel of the sender's is on its way, and the mail names none (I-1)."""
        mail = self.ticket["subject"] + "\n" + self.ticket["body"]
        on_way = [order for order in self.orders.values() if order["status"] == "shipped"]
        return len(on_way) > 1 and not any(order_id[3:] in mail for order_id in self.orders)

    def doubt(self, arguments: dict) -> str | None:
        """Why a refusal or a question back may be wrong, by the data."""
        outcome, order = arguments.get("outcome"), self.orders.get(str(arguments.get("order_id")))
        if outcome == "need_info":
            if 1 <= len(self.orders) <= 5:
                return (
                    f"The sender's orders are {', '.join(self.orders)}. A wrong number or none is no matter if only one of them "
                    "has the item and the dates that the mail speaks of: then decide on that one. If two or more fit, ask again."
                )
            return None
        if outcome != "denied" or not order:
            return None
        received = date.fromisoformat(self.ticket["received"][:10])
        text = str(arguments.get("body"))
        if order["status"] == "processing":
            return "The order is still in processing: by L-4 it can be cancelled and all that was paid goes back. If nothing is due all the same, reply again."
        if order["status"] == "shipped":
            over = (received - date.fromisoformat(order["promised"])).days
            return f"The parcel is {over} days overdue; L-2 pays from 10. If it counts as lost, refund." if over >= 10 else None
        if not order.get("delivered"):
            return None
        day = (received - date.fromisoformat(order["delivered"])).days
        if Decimal(order["refundable"]) <= 0:
            return None
        if re.search(r"^\s*>", self.ticket["body"], re.M):
            return (
                "This is a thread. Read the quoted mails down to the oldest: which order and item does the customer want something for now, "
                "and when was it first reported? If something is due for that, refund it. If not, reply again."
            )
        late = (date.fromisoformat(order["delivered"]) - date.fromisoformat(order["promised"])).days
        if day <= 30:
            return (
                f"The request came on day {day} after delivery, which was {late} days after the promised date. Faults: up to day 7 (D-1), final sale too. "
                "Change of mind: up to day 30, opened electronics 14, no final sale. Late by more than 3 days: 10 %. "
                "If something is due by that, refund it. If not, reply again."
            )
        return None

    # -- the tools ----------------------------------------------------------------------------------------------

    def unknown(self, _: dict) -> dict:
        return {"error": {"code": "unknown_tool", "message": "no such tool"}}

    def read(self, name: str, arguments: dict) -> dict:
        status, body = self.shop.post(name, arguments)
        if status == 0 or status >= 500 or status == 429:
            raise Later(f"{name}: HTTP {status}")
        return body

    def do_search_orders(self, arguments: dict) -> dict:
        return self.read("search_orders", arguments)

    def do_get_order(self, arguments: dict) -> dict:
        body = self.read("get_order", arguments)
        if "id" in body:
            self.orders[body["id"]] = body
        return body

    def do_get_policy(self, arguments: dict) -> dict:
        for attempt in range(4):
            body = self.read("get_policy", {"topic": "all", "fresh": True})
            until, since = body.get("effective_until"), body.get("effective_from")
            today = self.task["now"][:10]
            if (not until or until >= today) and (not since or since <= today):
                return body
            pause(attempt)
        return body

    def do_refund(self, arguments: dict) -> dict:
        if self.state.paid:
            return {"error": {"code": "already_paid", "message": "a refund was paid on this ticket; reply now"}}
        order_id = str(arguments.get("order_id") or "")
        try:
            amount = Decimal(str(arguments.get("amount"))).quantize(Decimal("0.01"))
        except ArithmeticError:
            return {"error": {"code": "bad_amount", "message": "amount is not a number"}}
        order = self.do_get_order({"order_id": order_id})
        if "id" not in order:
            return order
        if order["status"] == "shipped" and self.several_open():
            return {"error": {"code": "refused", "message": "several parcels are on their way and the mail names none: ask (need_info)"}}
        why = self.desk_reason(order, amount)
        if why:
            return {"error": {"code": "refused", "message": f"not ours to pay: {why}. Hand over with escalate."}}
        amount = self.with_fee(order, amount, str(arguments.get("reason")))
        why = self.objection(order, amount, str(arguments.get("reason")))
        if why and not self.challenged:
            self.challenged = True
            return {"error": {"code": "refused", "message": why}}
        return self.pay(order_id, amount)

    def pay(self, order_id: str, amount: Decimal) -> dict:
        """Refund once, and believe it when the order shows it."""
        state = self.state
        order = self.read("get_order", {"order_id": order_id})
        if "id" not in order:
            return order
        state.before.setdefault(order_id, len(order["refunds"]))
        key = f"refund-{self.ticket['id']}"
        body: dict = {}
        for attempt in range(4):
            state.tried = (order_id, amount)
            status, body = self.shop.post(
                "refund",
                {
                    "order_id": order_id,
                    "amount": str(amount),
                    "reason": "refund under the handbook",
                    "idempotency_key": key,
                    "ticket_id": self.ticket["id"],
                },
            )
            if 400 <= status < 500 and status != 429:
                if not self.booked(order_id, amount):
                    state.tried = None
                    return body
            if self.booked(order_id, amount):
                state.paid = (order_id, amount)
                return body if "refund_id" in body else {"status": "succeeded", "order_id": order_id, "amount": str(amount)}
            pause(attempt)
        raise Later("refund is not booked")

    def booked(self, order_id: str, amount: Decimal) -> bool:
        for attempt in range(2):
            order = self.read("get_order", {"order_id": order_id})
            fresh = order.get("refunds", [])[self.state.before[order_id] :]
            if any(Decimal(str(entry["amount"])) == amount for entry in fresh):
                return True
            pause(attempt)
        return False

    def do_escalate(self, arguments: dict) -> dict:
        if self.state.paid:
            return {"error": {"code": "already_paid", "message": "a refund was paid on this ticket; reply now"}}
        order = self.orders.get(str(arguments.get("order_id")))
        if order and not self.challenged and not self.desk_reason(order, None):
            self.challenged = True
            reason = str(arguments.get("reason"))
            return {
                "error": {
                    "code": "not_for_the_desk",
                    "message": "The order has no open chargeback, is no gift, has no promise noted, and the sender's address is right. "
                    f"Read the mail again: is '{reason}' really so? If it is, escalate again. If not, decide it yourself: refund or decline.",
                }
            }
        return self.escalate(arguments.get("order_id"), str(arguments.get("reason") or "-"), str(arguments.get("summary") or "-"))

    def escalate(self, order_id: str | None, reason: str, summary: str) -> dict:
        if self.state.case:
            return {"case_id": self.state.case}
        arguments = {"reason": reason, "summary": summary, "ticket_id": self.ticket["id"]}
        if order_id:
            arguments["order_id"] = order_id
        status, body = self.shop.post("escalate", arguments)
        if "case_id" in body:
            self.state.case = body["case_id"]
        elif status == 0 or status >= 500:
            raise Later("escalate failed")
        return body

    def do_reply(self, arguments: dict) -> dict:
        outcome = arguments.get("outcome")
        if self.state.paid:
            return self.finish_refund(str(arguments.get("body") or ""))
        if outcome == "refunded":
            return {"error": {"code": "nothing_paid", "message": "nothing was refunded on this ticket yet"}}
        doubt = None if self.state.case or self.challenged else self.doubt(arguments)
        if doubt:
            self.challenged = True
            raise Again(doubt)
        order = self.orders.get(str(arguments.get("order_id")))
        if outcome == "denied" and not self.state.case and order and order["status"] == "shipped" and self.several_open():
            return self.reply("need_info", None, None, "Which of your orders do you mean? Please tell us its number; it begins with HL.")
        if self.state.case:
            outcome = "escalated"
        elif outcome == "escalated":
            self.escalate(arguments.get("order_id"), "for the desk", str(arguments.get("body") or "-"))
            if not self.state.case:
                self.escalate(None, "for the desk", "see the mail")
        return self.reply(outcome, arguments.get("order_id"), None, str(arguments.get("body") or ""))

    def finish_refund(self, body: str = "") -> dict:
        order_id, amount = self.state.paid
        return self.reply("refunded", order_id, amount, body or f"We have refunded {amount} for order {order_id}.")

    def reply(self, outcome: str, order_id: str | None, amount: Decimal | None, text: str) -> dict:
        arguments = {"outcome": outcome, "body": text or "-", "ticket_id": self.ticket["id"]}
        if order_id:
            arguments["order_id"] = order_id
        if amount is not None:
            arguments["amount"] = str(amount)
        status, body = self.shop.post("reply", arguments)
        if status == 404 and order_id and amount is None:
            arguments.pop("order_id")
            status, body = self.shop.post("reply", arguments)
        if "message_id" in body:
            self.closed = True
        elif status == 0 or status >= 500 or status == 429:
            raise Later("reply failed")
        return body

    # -- when nothing else helps --------------------------------------------------------------------------------

    def give_up(self, task: dict) -> None:
        """Put it back; on the last time hand it over, and say what is true."""
        state = self.state
        try:
            if state.handed_out < 3:
                status, body = self.shop.post("defer", {"reason": "to be tried again", "ticket_id": self.ticket["id"]})
                if status == 200:
                    return
            if state.paid:
                self.finish_refund()
                return
            self.escalate(None, "needs people", "The agent could not settle this ticket." + (f" Unconfirmed refund: {state.tried}" if state.tried else ""))
            self.reply("escalated", None, None, "A colleague will look into this and write to you.")
        except Exception:
            log.exception("could not put %s away", self.ticket["id"])


def ticket_text(task: dict) -> str:
    ticket = task["ticket"]
    sender = ticket["from"]
    return (
        f"Now: {task['now']}\nTicket: {ticket['id']}\nFrom: {sender['name']} <{sender['email']}>\n"
        f"Received: {ticket['received']}\nSubject: {ticket['subject']}\n\n{ticket['body']}"
    )

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
