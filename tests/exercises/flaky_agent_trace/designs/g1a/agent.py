"""The pipeline: gather, triage, extract, decide, act, write."""

import json
import logging
import re
from datetime import date
from decimal import Decimal

from backoffice import BackOffice
from decide import Decision, decide
from llm import Model, ModelDown
from stages import CHECK, DRAFT, FACTS, NUMBERS, TRIAGE, Facts, Numbers, Proof, Triage

log = logging.getLogger("agent")

FALLBACK = {
    "refunded": "Hello,\n\nwe have refunded {amount} {currency} on order {order}.\n\nHarbour Lane Customer Care",
    "denied": "Hello,\n\nwe have looked into your request{on}. Under our terms no refund is due.\n\nHarbour Lane Customer Care",
    "escalated": "Hello,\n\nyour request{on} has been handed to our refunds desk, who will write to you.\n\nHarbour Lane Customer Care",
    "need_info": "Hello,\n\ncould you tell us which order and which articles your mail is about?\n\nHarbour Lane Customer Care",
}


class Pipeline:
    def __init__(self, reader: Model, writer: Model, shop: BackOffice) -> None:
        self.reader, self.writer, self.shop = reader, writer, shop
        self.numbers: dict[str, Numbers] = {}

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        policy = self.shop.handbook(task["now"])
        orders = self.gather(ticket)
        mail = as_text(ticket)
        triage = self.reader.extract(Triage, TRIAGE, mail, 500)
        log.info("triage: %s", triage)
        facts = self.reader.extract(
            Facts,
            FACTS,
            f"{mail}\n\n# Triage note\n{triage.summary}\n\n# Orders\n" + "\n".join(map(brief, orders.values())),
        )
        log.info("facts: %s", facts)
        decision = decide(ticket, triage, facts, orders, self.figures(policy))
        log.info("decision: %s", decision)
        self.act(ticket, decision, triage)

    def gather(self, ticket: dict) -> dict[str, dict]:
        """Every order that the mail could be about."""
        ids = {order["id"]: None for order in self.shop.search(email=ticket["from"]["email"])}
        for number in re.findall(r"(?<!\d)\d{6}(?!\d)", ticket["subject"] + "\n" + ticket["body"]):
            ids.setdefault(f"HL-{number}")
        if not ids:
            ids |= {order["id"]: None for order in self.shop.search(name=ticket["from"]["name"])}
        orders = {order_id: self.shop.order_twice(order_id) for order_id in list(ids)[:40]}
        return {order_id: order for order_id, order in orders.items() if order}

    def figures(self, policy: dict) -> Numbers:
        key = f"{policy['version']}:{hash(policy['text'])}"
        if key not in self.numbers:
            numbers = self.reader.extract(Numbers, NUMBERS, policy["text"], 500)
            written = set(re.findall(r"\d+", policy["text"]))
            odd = [k for k, v in numbers.model_dump().items() if str(int(Decimal(v))) not in written]
            if odd:
                log.warning("figures that the handbook doesn't have: %s", odd)
                numbers = self.reader.extract(
                    Numbers, NUMBERS, policy["text"] + "\n\nTake special care with: " + ", ".join(odd), 500
                )
            self.numbers[key] = numbers
            log.info("handbook %s: %s", policy["version"], numbers)
        return self.numbers[key]

    # -- acting

    def act(self, ticket: dict, decision: Decision, triage: Triage | None) -> None:
        if decision.outcome == "refunded":
            decision.amount = self.shop.refund(
                ticket["id"], decision.order_id, decision.amount, decision.currency, decision.why[:200]
            )
        elif decision.outcome == "escalated":
            summary = triage.summary if triage else ticket["subject"]
            self.shop.escalate(ticket["id"], decision.order_id, decision.why, summary)
        body = self.write(ticket, decision, triage)
        self.shop.reply(ticket["id"], decision.outcome, body, decision.order_id, decision.amount, decision.currency)

    def write(self, ticket: dict, decision: Decision, triage: Triage | None) -> str:
        plain = FALLBACK[decision.outcome].format(
            amount=decision.amount,
            currency=decision.currency,
            order=decision.order_id,
            on=f" on order {decision.order_id}" if decision.order_id else "",
        )
        if triage is None:
            return plain
        outcome = {
            "refunded": f"We have refunded {decision.amount} {decision.currency} on order {decision.order_id}.",
            "denied": "The request is declined; nothing is paid.",
            "escalated": "Nothing is decided yet. The case has been handed to our refunds desk, who will be in touch.",
            "need_info": "Nothing is decided yet. We ask the customer for what is missing.",
        }[decision.outcome]
        sheet = (
            f"Order: {decision.order_id or 'not settled'}\nOutcome: {decision.outcome}. {outcome}\n"
            f"Grounds (internal, put into kind words): {decision.why}\nLanguage: {triage.language}"
        )
        try:
            draft = self.writer.text(DRAFT, f"# Decision sheet\n{sheet}\n\n# The customer's mail\n{as_text(ticket)}")
            proof = self.writer.extract(Proof, CHECK, f"# Decision sheet\n{sheet}\n\n# Draft\n{draft}", 300)
        except ModelDown:
            return plain
        good = proof.states_the_outcome and proof.sums_agree and not proof.promises_more
        if decision.amount is not None:
            figures = {f"{decision.amount:.2f}", f"{decision.amount:.2f}".replace(".", ",")}
            good = good and any(figure in draft for figure in figures)
        if not good or not draft:
            log.warning("draft dropped: %s / %s", proof.remark, draft[:200])
            return plain
        return draft


def as_text(ticket: dict) -> str:
    received = date.fromisoformat(ticket["received"][:10])
    return (
        f"# Mail\nFrom: {ticket['from']['name']} <{ticket['from']['email']}>\n"
        f"Received: {received:%A}, {ticket['received']}\nSubject: {ticket['subject']}\n\n{ticket['body']}"
    )


def brief(order: dict) -> str:
    return json.dumps(
        {
            "order_id": order["id"],
            "owner": order["customer"]["name"],
            "status": order["status"],
            "placed": order["placed"],
            "promised": order["promised"],
            "delivered": order["delivered"],
            "lines": [
                {"sku": i["sku"], "article": i["name"], "category": i["category"], "pieces": i["quantity"], "unit_price": i["unit_price"]}
                for i in order["items"]
            ],
            "currency": order["currency"],
            "earlier_refunds": order["refunds"],
            "notes": order["notes"],
        },
        ensure_ascii=False,
    )
