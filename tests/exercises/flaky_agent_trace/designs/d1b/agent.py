"""One ticket: a model decides, a larger one reviews, code checks and executes, a small one writes."""

import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from llm import Model, NoAnswer, Unusable
from prompts import DECIDE, REVIEW, WRITE, case_text
from shop import Shop, Unavailable
from verdict import Audit, Ruling, Settlement, schema

log = logging.getLogger("agent")

# A fence around the models, not the policy: no more than this goes out without people.
CEILING = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}


@dataclass
class Plan:
    action: str
    order: dict | None
    amount: Decimal | None
    why: str


class RefundAgent:
    def __init__(self, model: Model, shop: Shop) -> None:
        self.model = model
        self.shop = shop

    def handle(self, task: dict) -> None:
        ticket, today = task["ticket"], date.fromisoformat(task["now"][:10])
        if ticket["id"] in self.shop.pending:
            order, amount, _ = self.shop.pending[ticket["id"]]
            if not self.shop.booked(ticket["id"]):
                self.shop.pay(ticket["id"], order, amount, "refund")
            self._close(ticket, Plan("pay_out", order, amount, "The refund that was due has been paid."))
            return
        handbook = self.shop.handbook(str(today))["text"]
        orders = self.shop.orders_for(ticket)
        case = f"<handbook>\n{handbook}\n</handbook>\n{case_text(ticket, orders, today)}"
        by_id = {order["id"]: order for order in orders}

        ruling = self._ask("MEDIUM", DECIDE, case, Ruling, by_id)
        log.info("ruling: %s", ruling.model_dump_json())
        audit = self._ask(
            "LARGE", REVIEW, f"{case}\n<decision>\n{ruling.model_dump_json(indent=1)}\n</decision>", Audit, by_id)
        log.info("audit: %s", audit.model_dump_json())

        plan = self._plan(ruling, audit, by_id)
        plan = self._fence(plan, ticket)
        log.info("plan: %s %s %s: %s", plan.action, plan.order and plan.order["id"], plan.amount, plan.why)
        if plan.order and self.shop.order(plan.order["id"]) != plan.order:
            raise Unavailable(f"{plan.order['id']} reads differently the second time")

        if plan.action == "pay_out":
            self.shop.pay(ticket["id"], plan.order, plan.amount, plan.why[:200])
        elif plan.action == "hand_over":
            self.shop.hand_over(ticket["id"], plan.order and plan.order["id"], plan.why[:120], plan.why)
        self._close(ticket, plan)

    def _ask(self, size: str, system: str, text: str, shape, by_id: dict):
        def check(answer: dict):
            parsed = shape.model_validate(answer)
            settlement = parsed.settlement if isinstance(parsed, Ruling) else parsed.correction
            if settlement and settlement.affected_order and settlement.affected_order not in by_id:
                # Without money the order may stay open: a number that the customer got wrong is no order.
                if settlement.action != "pay_out":
                    settlement.affected_order = None
                    return parsed
                raise ValueError(f"no order {settlement.affected_order}")
            return parsed

        return self.model.json(size, [{"role": "system", "content": system}, {"role": "user", "content": text}],
                               shape.__name__.lower(), schema(shape), check, max_tokens=2000)

    @staticmethod
    def _plan(ruling: Ruling, audit: Audit, by_id: dict) -> Plan:
        settlement: Settlement | None = ruling.settlement
        why = ruling.explanation_for_customer
        if audit.verdict == "reject":
            settlement, why = audit.correction, audit.corrected_explanation or audit.objection or why
        if settlement is None:
            order = by_id.get(ruling.settlement.affected_order or "")
            return Plan("hand_over", order, None, f"Decision and review disagree: {audit.objection}")
        order = by_id.get(settlement.affected_order or "")
        return Plan(settlement.action, order, settlement.total if settlement.action == "pay_out" else None, why)

    @staticmethod
    def _fence(plan: Plan, ticket: dict) -> Plan:
        """What no model may overrule."""
        order = plan.order
        if order is None or plan.action in ("hand_over", "ask_customer"):
            return plan
        addresses = [order["customer"]["email"], *order["customer"].get("also", [])]
        problem = None
        if ticket["from"]["email"].lower() not in (address.lower() for address in addresses):
            problem = "The sender's address isn't one of the account's."
        elif order["chargeback"] == "open":
            problem = "There is an open chargeback on the order."
        elif order["gift"]:
            problem = "It is a gift order; the desk issues store credit for these."
        elif any(note["kind"] == "promise" for note in order["notes"]):
            problem = "A colleague has promised the customer something on this order."
        elif plan.amount and plan.amount > CEILING[order["currency"]]:
            problem = f"{plan.amount} {order['currency']} would be due, more than we may pay."
        elif plan.amount and plan.amount > Decimal(order["refundable"]):
            problem = f"{plan.amount} {order['currency']} was decided, but only {order['refundable']} is left."
        return Plan("hand_over", order, None, problem) if problem else plan

    def _close(self, ticket: dict, plan: Plan) -> None:
        order_id = plan.order["id"] if plan.order else None
        happened, outcome = {
            "pay_out": (f"We have refunded {plan.amount} {plan.order['currency'] if plan.order else ''}.", "refunded"),
            "decline": ("We decline the request; nothing is paid.", "denied"),
            "hand_over": ("The case has been handed over to a colleague at the refunds desk, who decides.", "escalated"),
            "ask_customer": ("We need an answer from the customer before we can do anything.", "need_info"),
        }[plan.action]
        try:
            body = self.model.text("SMALL", [
                {"role": "system", "content": WRITE},
                {"role": "user", "content": f"<outcome>\n{happened}\nOrder: {order_id or 'not settled'}\n"
                                            f"Background: {plan.why}\n</outcome>\n<email>\n"
                                            f"From: {ticket['from']['name']}\nSubject: {ticket['subject']}\n\n"
                                            f"{ticket['body']}\n</email>"},
            ], max_tokens=600)
        except (NoAnswer, Unusable):
            body = f"Dear {ticket['from']['name']},\n\n{happened} {plan.why}\n\nHarbour Lane Support"
        log.info("reply: %s", body)
        self.shop.reply(ticket["id"], outcome, body, order_id, plan.amount,
                        plan.order["currency"] if plan.amount else None)
