"""One ticket: case file, the model's resolution, our check of it, and what follows from it."""

import json
import logging
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from desk import Desk
from llm import Model, NoAnswer
from rules import Claim, Figures, Verdict, bars, day, settle
from shop import Refused, Shop, Unavailable, gather

log = logging.getLogger("agent")

INSTRUCTIONS = (Path(__file__).parent / "instructions.md").read_text(encoding="utf-8")
MAX_TURNS = 7
MAX_SUBMISSIONS = 3


def function(name: str, description: str, properties: dict) -> dict:
    parameters = {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": description, "strict": True, "parameters": parameters}}


def text(description: str, nullable: bool = False) -> dict:
    return {"type": ["string", "null"] if nullable else "string", "description": description}


REQUEST_KINDS = {
    "unwanted": "change of mind: doesn't need, like or want it any more, bought elsewhere, doesn't fit",
    "defective": "arrived damaged or faulty, or isn't what was ordered",
    "late": "arrived late, wants compensation and keeps the goods",
    "missing": "has not arrived, wants the money back",
    "cancel": "wants the order stopped before it is sent or delivered",
    "goodwill": "wants money, a discount or a voucher for trouble, time or costs",
}

TOOLS = [
    function("find_orders", "Search all orders of the shop by customer name or by words from item names.", {
        "name": text("customer's full name", True), "words": text("words from the item's name", True),
    }),
    function("open_order", "Read one order in full.", {"order_id": text("such as HL-123456")}),
    function("submit_resolution", "Submit the resolution of this ticket, to be checked and carried out.", {
        "reasoning": text("what is asked now, which order and why that one, day counts, rule by rule, and the sum"),
        "order_ids_with_requests": {
            "type": "array", "items": {"type": "string"},
            "description": "every order on which the customer wants something now; not those settled or just mentioned",
        },
        "order_id": text("the one order that the ticket is about; null if the case file doesn't settle which", True),
        "requests": {
            "type": "array",
            "description": "the open requests on that order",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {
                        "type": "string", "enum": list(REQUEST_KINDS),
                        "description": "; ".join(f"{kind}: {meaning}" for kind, meaning in REQUEST_KINDS.items()),
                    },
                    "lines": {
                        "type": "array",
                        "description": "the lines concerned; all lines of the order if it is about the whole order",
                        "items": {
                            "type": "object",
                            "properties": {
                                "sku": {"type": "string"},
                                "pieces": {"type": "integer", "description": "pieces concerned, not pieces bought"},
                            },
                            "required": ["sku", "pieces"], "additionalProperties": False,
                        },
                    },
                    "condition": {
                        "type": "string", "enum": ["sealed", "opened", "not_stated"],
                        "description": "opened: unpacked, tried or used",
                    },
                    "first_reported_on": text("YYYY-MM-DD of the earliest mail that reports the defect; null for other kinds", True),
                },
                "required": ["kind", "lines", "condition", "first_reported_on"], "additionalProperties": False,
            },
        },
        "handover_grounds": {
            "type": "array",
            "description": "grounds that stand in the mail itself",
            "items": {"type": "string", "enum": ["legal_action_or_authority", "insists_on_replacement_or_credit", "sender_is_not_the_customer"]},
        },
        "decision": {"type": "string", "enum": ["refund", "decline", "hand_over", "ask_customer"]},
        "handbook_clause": text("the clause that decides, such as D-1"),
        "refund_amount": text("decimal string in the order's currency, such as 46.80; null unless the decision is refund", True),
        "reply": text("the mail to the customer"),
    }),
]

OUTCOME = {"refund": "refunded", "decline": "denied", "hand_over": "escalated", "ask_customer": "need_info"}


class Agent:
    def __init__(self, model: Model, shop: Shop, desk: Desk) -> None:
        self.model, self.shop, self.desk = model, shop, desk

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        try:
            verdict, order, body = self.resolve(task)
        except (Unavailable, NoAnswer) as error:
            if self.desk.put_back(ticket, f"{type(error).__name__}: {error}"):
                return
            verdict, order, body = Verdict("escalated", None, "our systems did not answer"), None, ""
        self.carry_out(ticket, verdict, order, body)

    def resolve(self, task: dict) -> tuple[Verdict, dict | None, str]:
        ticket = task["ticket"]
        handbook = self.shop.handbook()
        figures = Figures.read(handbook["text"])
        orders, missing = gather(self.shop, ticket)
        messages = [
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": case_file(task, orders, missing, handbook)},
        ]
        submissions = 0
        for _ in range(MAX_TURNS):
            message = self.model.turn(messages, TOOLS)
            messages.append(message)
            if not message.get("tool_calls"):
                messages.append({"role": "user", "content": "Please call submit_resolution."})
                continue
            for call in message["tool_calls"]:
                name, arguments = call["function"]["name"], json.loads(call["function"]["arguments"])
                if name == "submit_resolution":
                    submissions += 1
                    verdict, order, objections = self.check(arguments, orders, task, figures)
                    log.info("%s: %s -> %s %s", ticket["id"], json.dumps(arguments, ensure_ascii=False), verdict, objections)
                    if not objections:
                        return verdict, order, arguments.get("reply") or ""
                    if submissions == MAX_SUBMISSIONS:
                        return Verdict("escalated", None, "facts and decision don't agree: " + " ".join(objections)), order, ""
                    result = {"accepted": False, "objections": objections}
                else:
                    result = self.look_up(name, arguments, orders)
                messages.append(
                    {"role": "tool", "tool_call_id": call["id"], "content": json.dumps(result, ensure_ascii=False)}
                )
        return Verdict("escalated", None, "no resolution within the turns allowed"), None, ""

    def look_up(self, name: str, arguments: dict, orders: dict[str, dict]) -> dict:
        try:
            if name == "open_order":
                order = self.shop.order(str(arguments.get("order_id")))
                if order is None:
                    return {"error": "there is no such order"}
                orders[order["id"]] = order
                return order
            if name == "find_orders":
                criteria = {"name": arguments.get("name"), "text": arguments.get("words")}
                criteria = {key: value for key, value in criteria.items() if value}
                return {"orders": self.shop.orders_of(**criteria)[:15]} if criteria else {"error": "give a criterion"}
        except Refused as error:
            return {"error": error.message}
        return {"error": f"no tool {name}"}

    def check(self, said: dict, orders: dict, task: dict, figures: Figures) -> tuple[Verdict, dict | None, list[str]]:
        """What the facts lead to by the rules in code, and where the submission departs from it."""
        ticket = task["ticket"]
        objections: list[str] = []
        outcome = OUTCOME.get(said.get("decision", ""))
        if outcome is None:
            return Verdict("escalated", None, ""), None, ["decision must be one of refund, decline, hand_over, ask_customer."]
        order = orders.get(said.get("order_id") or "")
        if said.get("order_id") and order is None:
            return Verdict("escalated", None, ""), None, [f"order_id {said['order_id']} isn't among the orders in the case file."]
        wanted = set(said.get("order_ids_with_requests") or [])
        grounds = said.get("handover_grounds") or []
        if len(wanted & set(orders)) > 1:
            verdict = Verdict("escalated", None, "H-1: requests on two or more orders")
        elif order is None:
            verdict = Verdict("need_info", None, "I-1: the order isn't settled")
            if outcome in ("need_info", "escalated"):
                return Verdict(outcome, None, said.get("handbook_clause", "")), None, []
        elif barred := bars(order, ticket["from"]["email"]):
            verdict = Verdict("escalated", None, barred)
        elif {"legal_action_or_authority", "insists_on_replacement_or_credit"} & set(grounds):
            verdict = Verdict("escalated", None, "H-5/H-6: " + ", ".join(grounds))
        elif outcome == "need_info":
            return Verdict("need_info", None, said.get("handbook_clause", "")), order, []
        else:
            claims = []
            for request in said.get("requests") or []:
                pieces = {}
                skus = {item["sku"] for item in order["items"]}
                for line in request.get("lines") or []:
                    if line["sku"] not in skus:
                        objections.append(f"SKU {line['sku']} isn't in {order['id']}.")
                    else:
                        pieces[line["sku"]] = pieces.get(line["sku"], 0) + int(line["pieces"])
                opened = {"opened": True, "sealed": False}.get(request.get("condition"))
                told = None
                if request.get("first_reported_on"):
                    try:
                        told = date.fromisoformat(request["first_reported_on"])
                    except ValueError:
                        objections.append("first_reported_on must be YYYY-MM-DD.")
                elif request.get("kind") == "defective":
                    objections.append("first_reported_on is missing: give the date of the earliest mail that reports the defect.")
                claims.append(Claim(request["kind"], pieces, opened, told))
            if not claims:
                objections.append("requests is empty: say what the customer wants on the order.")
            if objections:
                return Verdict("escalated", None, ""), order, objections
            verdict = settle(order, claims, figures, day(ticket["received"]), day(task["now"]))
        if outcome != verdict.outcome:
            objections.append(
                f"By the facts that you gave the handbook leads to '{verdict.outcome}' ({verdict.why}), and you decided "
                f"'{said['decision']}'. Either the facts or the decision must be wrong."
            )
        elif verdict.outcome == "refunded":
            try:
                amount = Decimal(str(said.get("refund_amount")))
            except InvalidOperation:
                amount = None
            if amount != verdict.amount:
                objections.append(
                    f"By the facts that you gave the sum is {verdict.amount} {order['currency']} ({verdict.why}), and you "
                    f"gave {said.get('refund_amount')}. Check the pieces, fee, shipping and earlier refunds."
                )
        return verdict, order, objections

    def carry_out(self, ticket: dict, verdict: Verdict, order: dict | None, body: str) -> None:
        outcome, amount = verdict.outcome, verdict.amount
        if outcome == "refunded":
            state = self.desk.pay(ticket, order, amount, verdict.why)
            if state == "paid":
                amount = self.desk.before[ticket["id"]][1]
            elif state == "unclear" and self.desk.put_back(ticket, "the refund isn't booked yet"):
                return
            else:
                outcome, amount, body = "escalated", None, ""
                verdict = Verdict("escalated", None, f"refund could not be confirmed: {verdict.why}")
        if outcome == "escalated" and not self.desk.hand_over(ticket, order and order["id"], verdict.why, summary(ticket, verdict)):
            if self.desk.put_back(ticket, "the desk could not be reached"):
                return
            outcome, body = "need_info", "Thank you for your mail. We need a little longer to look into it and will be in touch."
        figure = f"{amount}" if amount is not None else ""
        if not body.strip() or (figure and figure not in body and figure.replace(".", ",") not in body):
            body = standard(outcome, order, figure)
        try:
            self.desk.reply(ticket, outcome, body, order, amount)
        except Unavailable:
            log.error("%s: reply not confirmed", ticket["id"])


def summary(ticket: dict, verdict: Verdict) -> str:
    return f"{ticket['from']['name']} <{ticket['from']['email']}>, {ticket['subject']}: {verdict.why}"


def standard(outcome: str, order: dict | None, figure: str) -> str:
    about = f" about order {order['id']}" if order else ""
    return f"Thank you for your mail{about}.\n\n" + {
        "refunded": f"We have refunded {figure} {order['currency'] if order else ''} to you.",
        "denied": "We have looked into it, and by our refund policy we can't offer a refund in this case.",
        "escalated": "We have handed your request to our refunds desk; a colleague will write to you.",
        "need_info": "So that we can help, please tell us which order and which item your mail is about.",
    }[outcome] + "\n\nKind regards\nHarbour Lane"


def case_file(task: dict, orders: dict[str, dict], missing: list[str], handbook: dict) -> str:
    ticket = task["ticket"]
    sender = ticket["from"]
    parts = [
        f"<handbook version=\"{handbook['version']}\">\n{handbook['text']}\n</handbook>",
        f"<today>{task['now']}</today>",
    ]
    if not orders:
        parts.append("<orders>none found for this sender or the numbers in the mail</orders>")
    for order in orders.values():
        parts.append(f"<order id=\"{order['id']}\">\n{json.dumps(order, ensure_ascii=False)}\n</order>")
    if missing:
        parts.append(f"<note>There is no order {', '.join(missing)}.</note>")
    parts.append(
        f"<ticket id=\"{ticket['id']}\">\nFrom: {sender['name']} <{sender['email']}>\nReceived: {ticket['received']}\n"
        f"Subject: {ticket['subject']}\n\n{ticket['body']}\n</ticket>"
    )
    return "\n\n".join(parts)
