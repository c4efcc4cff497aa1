"""Adjudicate, review, arbitrate if the two differ; code checks identity and amount, then acts."""

import json
import logging
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import BaseModel, ValidationError, field_validator

import prompts
from acts import Acts
from llm import LARGE, MEDIUM, Model
from shop import CENT, Shop, day, desk_reason, earlier, money, owns, received_on, record_text

log = logging.getLogger("agent")

CAPS = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}


class Line(BaseModel):
    sku: str
    pieces: int
    restocking_fee: bool = False


class Verdict(BaseModel):
    @field_validator("lines")
    @classmethod
    def concerned(cls, lines: list[Line]) -> list[Line]:
        """Nought pieces of something is another way to say that it isn't concerned."""
        return [line for line in lines if line.pieces]

    verdict: Literal["pay", "decline", "handover", "clarify"]
    order_id: str | None = None
    clauses: list[str] = []
    ground: Literal["change_of_mind", "defect", "delay", "lost", "cancellation", "none"] = "none"
    lines: list[Line] = []
    include_shipping: bool = False
    amount: Decimal = Decimal(0)
    calculation: str = ""
    customer_message: str = ""


class Review(BaseModel):
    agree: bool
    reasons: list[str] = []


class Unreadable(Exception):
    pass


def last_json(text: str) -> dict:
    """The last JSON object of an answer, fenced or not."""
    for block in reversed(re.findall(r"```(?:json)?\s*(\{.*?\})\s*```", text, re.DOTALL)):
        try:
            return json.loads(block)
        except json.JSONDecodeError:
            pass
    decoder, found, at = json.JSONDecoder(), None, text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
            found, at = value, text.find("{", end)
        except json.JSONDecodeError:
            at = text.find("{", at + 1)
    if not isinstance(found, dict):
        raise Unreadable("no JSON object in the answer")
    return found


class RefundAgent(Acts):
    def __init__(self, model: Model, shop: Shop) -> None:
        super().__init__(shop)
        self.model = model

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        if self.resume(ticket):
            return
        received = received_on(ticket)
        orders = {order["id"]: order for order in self.shop.dossier(ticket)}
        handbook = self.shop.handbook(day(task["now"]))
        email = ticket["from"]["email"]
        records = "\n\n".join(record_text(order, email, received) for order in orders.values())
        case = prompts.CASE_FILE.format(
            handbook=handbook,
            records=records or "No order was found for the sender's address, nor any of the numbers in the e-mail.",
            name=ticket["from"]["name"],
            email=email,
            received=f"{received:%A} {ticket['received'][:16]}",
            subject=ticket["subject"],
            body=ticket["body"],
            now=task["now"][:10],
        )
        verdict = self.decide(case, orders)
        log.info("verdict %s", verdict.model_dump_json(exclude={"customer_message"}))
        self.act(ticket, verdict, orders)

    # -- the three roles

    def ask_for(self, schema, model: str, system: str, user: str):
        messages = [{"role": "user", "content": user}]
        for _ in range(3):
            text = self.model.chat(model, system, messages)
            try:
                return schema.model_validate(last_json(text))
            except (Unreadable, ValidationError) as error:
                log.warning("unreadable: %.200s", error)
                messages = [
                    {"role": "user", "content": user},
                    {"role": "assistant", "content": text},
                    {"role": "user", "content": f"Your JSON block could not be read ({error}). Please give it again, alone."},
                ]
        raise Unreadable(schema.__name__)

    def decide(self, case: str, orders: dict) -> Verdict:
        verdict = self.ask_for(Verdict, MEDIUM, prompts.ADJUDICATOR, case)
        proposal = verdict.model_dump_json(indent=2, exclude={"customer_message"})
        objections = []
        if problem := self.problem(verdict, orders):
            objections.append(problem)
        else:
            request = prompts.REVIEW_REQUEST.format(case=case, proposal=proposal)
            try:
                review = self.ask_for(Review, MEDIUM, prompts.REVIEWER, request)
            except Unreadable:
                review = Review(agree=False, reasons=["The reviewer's answer could not be read."])
            if review.agree:
                return verdict
            objections += review.reasons or ["The reviewer disagrees and gave no reason."]
        log.info("disputed: %s", objections)
        request = prompts.ARBITRATION_REQUEST.format(
            case=case, proposal=proposal, objection="\n".join(f"- {reason}" for reason in objections)
        )
        final = self.ask_for(Verdict, LARGE, prompts.ARBITER, request)
        if problem := self.problem(final, orders):
            log.warning("arbiter: %s", problem)
            return Verdict(verdict="handover", order_id=final.order_id, calculation=problem)
        return final

    # -- what code checks

    def problem(self, verdict: Verdict, orders: dict) -> str | None:
        """An objection of plain arithmetic or record-keeping, if there is one."""
        if verdict.order_id and verdict.order_id not in orders:
            return f"There is no order {verdict.order_id} in the records."
        if verdict.verdict in ("pay", "decline") and not verdict.order_id:
            return f"The verdict {verdict.verdict!r} needs an order_id."
        if verdict.verdict != "pay":
            return None
        order = orders[verdict.order_id]
        items = {item["sku"]: item for item in order["items"]}
        for line in verdict.lines:
            if line.sku not in items:
                return f"Order {order['id']} has no item {line.sku}."
            if not 1 <= line.pieces <= items[line.sku]["quantity"]:
                return f"Order {order['id']} has {items[line.sku]['quantity']} of {line.sku}, not {line.pieces}."
        if verdict.ground == "none" or (not verdict.lines and verdict.ground in ("change_of_mind", "defect", "delay")):
            return "A payment needs a ground and the lines that it is for."
        due = self.due(verdict, order)
        if money(verdict.amount) != due:
            return f"The amount {verdict.amount} doesn't follow from the lines and the ground given: that would make {due}."
        return None

    @staticmethod
    def due(verdict: Verdict, order: dict) -> Decimal:
        left = money(order["refundable"])
        if verdict.ground in ("lost", "cancellation"):
            return left
        items = {item["sku"]: item for item in order["items"]}
        total = Decimal(0)
        for line in verdict.lines:
            item = items[line.sku]
            value = money(item["unit_price"]) * line.pieces
            if verdict.ground == "delay":
                total += value
                continue
            if line.restocking_fee:
                value -= (value * Decimal("0.15")).quantize(CENT, ROUND_HALF_UP)
            rest = money(item["unit_price"]) * item["quantity"] - earlier(order, line.sku)
            total += max(min(value - earlier(order, line.sku) if item["quantity"] == line.pieces else value, rest), Decimal(0))
        if verdict.ground == "delay":
            total = min((total / 10).quantize(CENT, ROUND_HALF_UP), CAPS.get(order["currency"], Decimal(25)))
        elif verdict.include_shipping:
            total += money(order["shipping_fee"])
        return min(total, left)

    def act(self, ticket: dict, verdict: Verdict, orders: dict) -> None:
        order = orders.get(verdict.order_id or "")
        order_id = order["id"] if order else None
        why = "; ".join([", ".join(verdict.clauses), verdict.calculation]).strip("; ") or verdict.verdict
        if verdict.verdict == "clarify":
            return self.ask(ticket, verdict.customer_message)
        if order and not owns(order, ticket["from"]["email"]):
            return self.give_to_people(ticket, order_id, "I-2: the sender's address isn't confirmed on the account", why)
        if order and (reason := desk_reason(order)):
            return self.give_to_people(ticket, order_id, reason, why)
        if verdict.verdict == "handover":
            return self.give_to_people(ticket, order_id, why, why)
        if verdict.verdict == "decline":
            return self.decline(ticket, order_id, verdict.customer_message)
        self.refund(ticket, order, money(verdict.amount), why)
