"""Two stages: read the mail into requests; apply the handbook's clauses to the open one. Code adds up and acts."""

import json
import logging
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from pydantic import BaseModel, ValidationError

import prompts
from acts import Acts
from llm import LARGE, MEDIUM, Model
from schemas import Assessment, CustomerRequest, Intake
from shop import CENT, Shop, day, desk_reason, earlier, money, owns, received_on, record_text

log = logging.getLogger("agent")

L1_CAP = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}
DESK_FLAGS = {
    "legal_action": "H-5: legal action",
    "consumer_authority": "H-5: a consumer authority",
    "insists_on_replacement": "H-6: insists on a replacement",
    "insists_on_store_credit": "H-6: insists on store credit",
}


T = TypeVar("T", bound=BaseModel)


class Unreadable(Exception):
    pass


class RefundAgent(Acts):
    def __init__(self, model: Model, shop: Shop) -> None:
        super().__init__(shop)
        self.model = model

    def structured(self, schema: type[T], system: str, messages: list[dict], model: str = MEDIUM) -> T:
        form = {"name": schema.__name__.lower(), "schema": schema.model_json_schema(), "strict": True}
        asked = list(messages)
        for _ in range(3):
            text = self.model.chat(
                model, system, asked, max_tokens=3000, response_format={"type": "json_schema", "json_schema": form}
            )
            try:
                return schema.model_validate_json(text.strip().removeprefix("```json").removeprefix("```").removesuffix("```"))
            except ValidationError as error:
                log.warning("%s: %.300s", schema.__name__, error)
                asked = [
                    *messages,
                    {"role": "assistant", "content": text},
                    {"role": "user", "content": f"That doesn't match the schema:\n{error}\nPlease give the corrected JSON."},
                ]
        raise Unreadable(schema.__name__)

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        if self.resume(ticket):
            return
        received = received_on(ticket)
        email = ticket["from"]["email"]
        orders = {order["id"]: order for order in self.shop.dossier(ticket)}
        handbook = self.shop.handbook(day(task["now"]))
        mail = {
            "name": ticket["from"]["name"],
            "email": email,
            "received": f"{received:%A} {ticket['received'][:16]}",
            "subject": ticket["subject"],
            "body": ticket["body"],
        }
        records = "\n\n".join(record_text(order, email, received) for order in orders.values()) or "(no orders found)"
        intake = self.structured(
            Intake, prompts.INTAKE, [{"role": "user", "content": prompts.INTAKE_INPUT.format(records=records, **mail)}]
        )
        log.info("intake %s", intake.model_dump_json())

        # The flags that send a mail to people whatever it asks for.
        wanted = [request for request in intake.requests if request.status == "open"]
        about = {order_id for request in wanted if (order_id := self.known(request, orders))}
        only = next(iter(about)) if len(about) == 1 else None
        for flag in intake.risk_flags:
            if flag in DESK_FLAGS:
                return self.give_to_people(ticket, only, DESK_FLAGS[flag], self.summary(intake))
        if len(about) > 1:
            return self.give_to_people(ticket, None, "H-1: asks for something on two or more orders", self.summary(intake))
        if only is None:
            candidates = {o for request in wanted for o in request.candidate_order_ids if o in orders}
            if len(candidates) != 1:
                return self.ask(ticket, "")
            only = candidates.pop()
        order = orders[only]
        if not owns(order, email):
            return self.give_to_people(ticket, only, "I-2: the sender's address isn't on the account", self.summary(intake))
        if reason := desk_reason(order):
            return self.give_to_people(ticket, only, reason, self.summary(intake))

        # Goodwill on top of a real request is declined with it (M-4).
        main = [request for request in wanted if request.type != "goodwill"] or wanted
        assessment, amount = self.assess(main, order, handbook, mail, received)
        log.info("assessment %s: %s", amount, assessment.model_dump_json(exclude={"note_to_customer"}))
        why = "; ".join(f"{step.clause}: {step.because}" for step in assessment.steps if step.applies)
        if assessment.conclusion == "hand_over":
            return self.give_to_people(ticket, only, "the handbook sends it to the desk", why)
        if assessment.conclusion == "ask_customer":
            return self.ask(ticket, assessment.note_to_customer)
        if assessment.conclusion == "decline" or amount <= 0:
            return self.decline(ticket, only, assessment.note_to_customer if assessment.conclusion == "decline" else "")
        self.refund(ticket, order, amount, f"{assessment.payable_under}; {why}")

    @staticmethod
    def known(request: CustomerRequest, orders: dict) -> str | None:
        return request.order_id if request.order_id in orders else None

    @staticmethod
    def summary(intake: Intake) -> str:
        return " | ".join(request.summary for request in intake.requests if request.status == "open")

    # -- stage two

    def assess(
        self, requests: list[CustomerRequest], order: dict, handbook: str, mail: dict, received: date
    ) -> tuple[Assessment, Decimal]:
        recorded = json.dumps([request.model_dump(mode="json") for request in requests], indent=1, ensure_ascii=False)
        user = prompts.ASSESS_INPUT.format(
            handbook=handbook, request=recorded, record=record_text(order, mail["email"], received), **mail
        )
        messages = [{"role": "user", "content": user}]
        for model in (MEDIUM, MEDIUM, LARGE):
            assessment = self.structured(Assessment, prompts.ASSESS, messages, model)
            reported = [request.first_reported_on for request in requests if request.first_reported_on]
            problem = self.contradiction(assessment, order, received, min(reported, default=received))
            if problem is None:
                return assessment, self.due(assessment, order, received)
            log.warning("contradiction: %s", problem)
            messages = [
                {"role": "user", "content": user},
                {"role": "assistant", "content": assessment.model_dump_json()},
                {"role": "user", "content": prompts.CONTRADICTION.format(problem=problem)},
            ]
        assessment.conclusion = "hand_over"
        return assessment, Decimal(0)

    @staticmethod
    def contradiction(assessment: Assessment, order: dict, received: date, reported: date) -> str | None:
        """What the record alone rules out."""
        if assessment.conclusion != "refund":
            return None
        items = {item["sku"]: item for item in order["items"]}
        promised, delivered = day(order.get("promised")), day(order.get("delivered"))
        for line in assessment.lines:
            if line.sku not in items:
                return f"the order has no item {line.sku}."
            if not 1 <= line.quantity <= items[line.sku]["quantity"]:
                return f"the order has {items[line.sku]['quantity']} pieces of {line.sku}, not {line.quantity}."
            if line.under in ("R-1", "R-2") and items[line.sku]["final_sale"]:
                return f"{line.sku} is a final sale item."
            if line.under == "R-2" and items[line.sku]["category"] != "electronics":
                return f"{line.sku} is not electronics but {items[line.sku]['category']}."
        clause = assessment.payable_under
        if clause is None:
            return "a refund needs the clause under which it is payable."
        if clause in ("R-1", "R-2", "D-1", "L-1"):
            if not assessment.lines:
                return f"a refund under {clause} needs the lines concerned."
            if delivered is None:
                return f"the order hasn't been delivered, so {clause} can't apply."
            limit, since = {"R-1": (30, received), "R-2": (14, received), "D-1": (7, reported), "L-1": (30, received)}[clause]
            if (since - delivered).days > limit:
                return f"{clause} allows {limit} days, but {since} is day {(since - delivered).days} after delivery."
            if clause == "L-1" and (delivered - promised).days <= 3:
                return f"the order was delivered {(delivered - promised).days} days after the promised date."
        if clause == "L-2" and (order["status"] != "shipped" or (received - promised).days < 10):
            return f"the order is {order['status']}, promised for {promised}: it doesn't count as lost."
        if clause == "L-4" and order["status"] != "processing":
            return f"the order is {order['status']}, no longer in processing."
        return None

    @staticmethod
    def due(assessment: Assessment, order: dict, received: date) -> Decimal:
        left = money(order["refundable"])
        if assessment.conclusion != "refund":
            return Decimal(0)
        if assessment.payable_under in ("L-2", "L-4"):
            return left
        items = {item["sku"]: item for item in order["items"]}
        if assessment.payable_under == "L-1":
            goods = sum((money(items[line.sku]["unit_price"]) * line.quantity for line in assessment.lines), Decimal(0))
            share = (goods / 10).quantize(CENT, ROUND_HALF_UP)
            return min(share, L1_CAP.get(order["currency"], Decimal(25)), left)
        total = Decimal(0)
        for line in assessment.lines:
            item = items[line.sku]
            value = money(item["unit_price"]) * line.quantity
            if line.under == "R-2":
                value -= (value * Decimal("0.15")).quantize(CENT, ROUND_HALF_UP)
            given = earlier(order, line.sku)
            if line.quantity < item["quantity"]:  # what was given may have been for the other pieces
                value = min(value, money(item["unit_price"]) * item["quantity"] - given)
            else:
                value -= given
            total += max(value, Decimal(0))
        asked = {line.sku: line.quantity for line in assessment.lines}
        whole = all(asked.get(sku, 0) == item["quantity"] for sku, item in items.items())
        if whole and (assessment.payable_under == "D-1" or (received - day(order["delivered"])).days <= 14):
            total += money(order["shipping_fee"])  # M-2
        return min(total, left)
