"""The loop, and the guard that stands between the model's actions and the world."""

import json
import logging
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from actions import BASES, DESK, NOTHING_DUE, TOOLS
from backoffice import BackOffice
from entitlement import CANCEL, DAMAGE, LATE, LOST, RETURN, Line, day, desk_flag, given_back, limit, verdict
from model import Models

log = logging.getLogger("agent")
MAX_TURNS = 16
SYSTEM = (Path(__file__).parent / "system.md").read_text(encoding="utf-8")
KIND = {
    "change_of_mind": RETURN, "opened_electronics": RETURN, "damaged_faulty_wrong": DAMAGE,
    "late_delivery": LATE, "lost_parcel": LOST, "cancellation": CANCEL,
    "return_too_late": RETURN, "final_sale": RETURN, "reported_too_late": DAMAGE, "delay_too_small": LATE,
    "delay_told_too_late": LATE, "still_on_its_way": LOST, "already_shipped": CANCEL,
}


class No(Exception):
    """The guard refuses; the text is for the model."""


class DeskAgent:
    def __init__(self, models: Models, alias: str, office: BackOffice) -> None:
        self.models, self.alias, self.office = models, alias, office

    def handle(self, task: dict) -> None:
        self.ticket = task["ticket"]
        self.id = self.ticket["id"]
        self.email = self.ticket["from"]["email"]
        self.received = day(self.ticket["received"])
        self.seen: dict[str, dict] = {}
        self.looked_up: dict[str, dict] = {}
        self.paid: tuple[dict, Decimal] | None = None
        self.closed = False
        self.refusals: dict[str, int] = {}
        messages = [
            {"role": "system", "content": SYSTEM.replace("{handbook}", self.office.handbook())},
            {"role": "user", "content": self.opening(task)},
        ]
        for _ in range(MAX_TURNS):
            answer = self.models.chat(self.alias, messages, tools=TOOLS)
            message: dict = {"role": "assistant", "content": answer.content}
            if answer.tool_calls:
                message["tool_calls"] = [
                    {"id": c.id, "type": "function", "function": {"name": c.function.name, "arguments": c.function.arguments}}
                    for c in answer.tool_calls
                ]
            messages.append(message)
            if not answer.tool_calls:
                messages.append({"role": "user", "content": "The ticket is still open. Go on with the tools until it is closed."})
                continue
            for call in answer.tool_calls:
                result = self.act(call.function.name, call.function.arguments)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
            if self.closed:
                return
        self.give_up("the agent came to no decision")

    def opening(self, task: dict) -> str:
        t = self.ticket
        return (
            f"Today is {task['now'][:10]}. A new ticket, {t['id']}, received on {t['received'][:10]}.\n\n"
            f"From: {t['from']['name']} <{self.email}>\nSubject: {t['subject']}\n\n<mail>\n{t['body']}\n</mail>"
        )

    def act(self, name: str, arguments: str) -> str:
        if self.closed:
            return "The ticket is closed already; this was not done."
        try:
            given = json.loads(arguments or "{}")
            if not isinstance(given, dict):
                raise No("the arguments must be an object")
            tool = getattr(self, f"do_{name}", None)
            if tool is None:
                raise No(f"there is no tool {name}")
            return tool(**{k: v for k, v in given.items() if v is not None})
        except json.JSONDecodeError as error:
            why = f"the arguments are not valid JSON ({error})"
        except No as no:
            why = str(no)
        except TypeError as error:
            why = f"wrong arguments: {error}"
        log.info("refused %s %s: %s", name, arguments[:400], why)
        return f"Refused, nothing was done: {why}"

    # looking

    def do_look_up_customer_orders(self, email: str = "", words: str | None = None, **_) -> str:
        found = self.office.search(email=email or self.email, text=words)
        if not words and email.strip().lower() == self.email.strip().lower():
            self.looked_up = {order["id"]: order for order in found}
        if not found:
            return "No orders found."
        return f"{len(found)} orders, newest first:\n" + "\n".join(
            f"- {o['id']}, placed {o['placed']}, {o['status']}: {', '.join(o['items'])}; {o['total']} {o['currency']}"
            for o in found
        )

    def do_read_order(self, order_id: str, **_) -> str:
        order = self.fetch(order_id)
        return self.render(order)

    def fetch(self, order_id: str) -> dict:
        number = order_id.strip().upper()
        if number.isdigit():
            number = f"HL-{number}"
        order = self.office.order(number)
        if order is None:
            raise No(f"there is no order {number}; perhaps it is mistyped, look at the customer's orders")
        self.seen[number] = order
        return order

    def render(self, order: dict) -> str:
        out = [f"Order {order['id']}, {order['customer']['name']} <{order['customer']['email']}>"]
        also = order["customer"].get("also") or []
        out.append(f"Other confirmed addresses: {', '.join(also) or 'none'}")
        promised = day(order["promised"])
        dates = f"Placed {order['placed']}, promised for {order['promised']}, status {order['status']}"
        if order["delivered"]:
            delivered = day(order["delivered"])
            dates += (f", delivered {order['delivered']}: {(delivered - promised).days} days after the promised date; this "
                      f"mail was received on day {(self.received - delivered).days} after delivery")
        else:
            dates += f", not delivered; this mail was received {(self.received - promised).days} days after the promised date"
        out.append(dates)
        out.append(f"Items (currency {order['currency']}):")
        for item in order["items"]:
            back = given_back(order, item["sku"])
            out.append(
                f"- sku {item['sku']}: {item['quantity']} x {item['name']}, {item['unit_price']} per piece, {item['category']}"
                + (", FINAL SALE" if item["final_sale"] else "") + (f", {back} already given back" if back else "")
            )
        out.append(f"Shipping fee {order['shipping_fee']}, total paid {order['total']}, still refundable {order['refundable']}")
        for refund in order["refunds"]:
            out.append(f"Earlier refund: {refund['amount']} on {refund['on']} for {refund['sku'] or 'the order'} ({refund['reason']})")
        for note in order["notes"]:
            out.append(f"Note of {note['on']} by {note['author']}, kind {note['kind']}: {note['text']}")
        out.append(f"Gift order: {'yes' if order['gift'] else 'no'}. Chargeback: {order['chargeback']}.")
        return "\n".join(out)

    # acting

    def checked(self, order_id: str) -> dict:
        number = order_id.strip().upper()
        number = f"HL-{number}" if number.isdigit() else number
        before = self.seen.get(number)
        if before is None:
            raise No(f"read {number} with read_order first")
        order = self.fetch(number)
        if order != before:
            raise No("the order has changed since you read it. It is now:\n" + self.render(order))
        return order

    def lines(self, order: dict, raw: list | None, opened: bool) -> list[Line]:
        items = {item["sku"]: item for item in order["items"]}
        lines = []
        for line in raw or []:
            sku, pieces = str(line.get("sku")), int(line.get("pieces") or 1)
            if sku not in items:
                raise No(f"{order['id']} has no sku {sku}; it has {', '.join(items)}")
            if not 1 <= pieces <= items[sku]["quantity"]:
                raise No(f"{order['id']} has {items[sku]['quantity']} pieces of {sku}, not {pieces}")
            lines.append(Line(sku, pieces, opened))
        return lines

    def told(self, text: str | None) -> date | None:
        if not text:
            return None
        try:
            return min(day(text), self.received)
        except ValueError:
            raise No(f"first_reported_on: {text} is not a day such as 2026-10-31") from None

    def do_propose_refund(self, order_id: str, basis: str, amount, lines: list | None = None,
                          first_reported_on: str | None = None, reasoning: str = "", **_) -> str:
        if self.paid:
            raise No(f"{self.paid[1]} was paid on this ticket already; close it with finish")
        if basis not in BASES:
            raise No(f"basis must be one of {', '.join(BASES)}")
        order = self.checked(order_id)
        if flag := desk_flag(order, self.email):
            raise No(f"{flag.why} ({flag.clause}): the whole ticket goes to the desk")
        kind = KIND[basis]
        wanted = self.lines(order, lines, basis == "opened_electronics")
        if kind in (RETURN, DAMAGE) and not wanted:
            raise No("name the lines that the money is for")
        result = verdict(order, kind, [] if kind == LATE else wanted, self.received, self.told(first_reported_on))
        if result.action == "deny":
            raise No(f"nothing is due on that basis, since {result.why} ({result.clause})")
        if result.action == "desk":
            raise No(f"{result.why} ({result.clause}): hand it to the desk")
        try:
            proposed = Decimal(str(amount).replace(",", ".").split()[0])
        except (InvalidOperation, IndexError):
            raise No(f"amount {amount} is not a number such as 12.50") from None
        if proposed != result.amount:
            raise No(f"for these lines on this basis {result.amount} {order['currency']} is due ({result.clause}: {result.why}), "
                     f"not {proposed}. Check basis, lines and pieces; propose {result.amount} if they are right")
        self.office.refund(self.id, order, result.amount, f"{basis} ({result.clause})")
        self.paid = (order, result.amount)
        return f"Paid: {result.amount} {order['currency']} on {order['id']}. Close the ticket with finish."

    def do_finish(self, mail: str, **_) -> str:
        if not self.paid:
            raise No("nothing was paid on this ticket; finish is for after a refund. Use decline, hand_to_desk or ask_customer")
        order, amount = self.paid
        mail = self.proper(mail, f"We have refunded {amount} {order['currency']} on order {order['id']}.")
        self.office.reply(self.id, "refunded", mail, *self.paid)
        self.closed = True
        return "Sent, the ticket is closed."

    def do_decline(self, order_id: str, ground: str, mail: str, lines: list | None = None,
                   first_reported_on: str | None = None, **_) -> str:
        self.unpaid()
        if ground not in NOTHING_DUE:
            raise No(f"ground must be one of {', '.join(NOTHING_DUE)}")
        order = self.checked(order_id)
        if flag := desk_flag(order, self.email):
            raise No(f"{flag.why} ({flag.clause}): the whole ticket goes to the desk")
        if ground in KIND:
            kind = KIND[ground]
            wanted = self.lines(order, lines, ground == "return_too_late" and self.may_be_opened(order))
            if kind in (RETURN, DAMAGE) and not wanted:
                raise No("name the lines that the customer wants money for")
            result = verdict(order, kind, [] if kind == LATE else wanted, self.received, self.told(first_reported_on))
            if result.action == "pay":
                raise No(f"on that ground something is due: {result.clause}, {result.why}")
            if result.action == "desk":
                raise No(f"{result.why} ({result.clause}): hand it to the desk")
        mail = self.proper(mail, f"Unfortunately nothing can be refunded on order {order['id']}: {NOTHING_DUE[ground]}.")
        self.office.reply(self.id, "denied", mail, order)
        self.closed = True
        return "Sent, the ticket is closed."

    def may_be_opened(self, order: dict) -> bool:
        return order["delivered"] is not None and (self.received - day(order["delivered"])).days > 14

    def do_hand_to_desk(self, ground: str, summary: str, mail: str, order_id: str | None = None, **_) -> str:
        self.unpaid()
        if ground not in DESK:
            raise No(f"ground must be one of {', '.join(DESK)}")
        order = None
        if order_id:
            order = self.checked(order_id)
            flag = desk_flag(order, self.email)
            need = {"sender_not_on_account": "I-2", "open_chargeback": "H-3", "gift_order": "H-4", "colleague_promised": "H-6"}
            if ground in need and flag is None:
                raise No(f"the order shows nothing of the kind: {ground} does not apply")
            if ground == "above_limit" and Decimal(order["refundable"]) <= limit(order):
                raise No(f"the order has {order['refundable']} {order['currency']} left, not more than {limit(order)}")
            if ground == "not_received_though_delivered" and not order["delivered"]:
                raise No("the order has not been delivered by our system, so L-3 does not apply; see L-2")
        elif ground not in ("several_orders", "cannot_be_settled", "legal", "replacement_or_store_credit", "sender_not_on_account"):
            raise No("name the order")
        mail = self.proper(mail, "Our refunds desk has taken over your request and will get back to you.")
        self.office.escalate(self.id, order and order["id"], ground, summary)
        self.office.reply(self.id, "escalated", mail, order)
        self.closed = True
        return "The case is open, the mail is sent, the ticket is closed."

    def do_ask_customer(self, missing: str, mail: str, **_) -> str:
        self.unpaid()
        if not self.looked_up and not self.seen:
            raise No("look up the sender's orders first; they may settle it")
        if len(self.looked_up) == 1 and not self.refusals.get("ask"):
            self.refusals["ask"] = 1
            raise No("the sender has one order only, so the order is clear. If an item of it is unclear, ask again")
        mail = self.proper(mail, "Which order, and which item of it, is your request about? Please send us the order number.")
        self.office.reply(self.id, "need_info", mail)
        self.closed = True
        return "Sent, the ticket is closed."

    def proper(self, mail: str, instead: str) -> str:
        """An empty mail goes back once; then the standard text stands in, since the decision is what matters."""
        if len(mail.strip()) >= 20:
            return mail
        if not self.refusals.get("mail"):
            self.refusals["mail"] = 1
            raise No("`mail` is empty; write the complete mail to the customer")
        return instead

    def unpaid(self) -> None:
        if self.paid:
            raise No(f"{self.paid[1]} was paid on this ticket; close it with finish")

    def give_up(self, why: str) -> None:
        """No decision: people take it; if money went out, say so and nothing else."""
        if self.paid:
            order, amount = self.paid
            self.office.reply(self.id, "refunded", f"We have refunded {amount} {order['currency']} on order {order['id']}.", *self.paid)
            return
        own = [order for order in self.seen.values() if order["customer"]["email"].lower() == self.email.lower()]
        order = own[0] if len(own) == 1 else None
        self.office.escalate(self.id, order and order["id"], "undecided", why)
        self.office.reply(self.id, "escalated", "Our refunds desk has taken over your request and will get back to you.", order)
