"""One ticket: collect, let the model plan, check, carry out."""

import json
import logging
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from dossier import Dossier, LookupFailed, collect, render
from llm import Model, Unavailable, read_json
from plan import HandOver, PayBack, Plan, WriteCustomer, check, schema
from shop import Shop

log = logging.getLogger("agent")

CORRECTIONS = 2
INSTRUCTIONS = (Path(__file__).parent / "instructions.md").read_text(encoding="utf-8")
OUTCOME = {"refund_made": "refunded", "request_declined": "denied", "question": "need_info", "handed_over": "escalated"}


class PutBack(Exception):
    """The ticket should come again later."""


@dataclass
class State:
    """What has been done on a ticket; survives it being put back."""

    handouts: int = 0
    plan: Plan | None = None
    pay_back: PayBack | None = None
    paid: Decimal | None = None
    escalated: bool = False
    replied: bool = False


class RefundAgent:
    def __init__(self, model: Model, shop: Shop, state: State) -> None:
        self.model = model
        self.shop = shop
        self.state = state

    def handle(self, task: dict) -> None:
        state, ticket = self.state, task["ticket"]
        state.handouts += 1
        last = state.handouts >= 3
        try:
            if state.plan is None:
                dossier = collect(self.shop, task)
                state.plan = self.decide(dossier)
            if state.plan is None:
                self.to_people(ticket, "No plan passed the checks.")
            else:
                self.carry_out(state.plan, ticket)
        except (Unavailable, LookupFailed, PutBack) as error:
            log.error("ticket %s: %s", ticket["id"], error)
            if last:
                self.to_people(ticket, str(error))
            else:
                self.shop.defer(ticket["id"], str(error)[:200])

    def decide(self, dossier: Dossier) -> Plan | None:
        messages = [
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": render(dossier)},
        ]
        form = {"type": "json_schema", "json_schema": {"name": "plan", "strict": True, "schema": schema()}}
        for _ in range(1 + CORRECTIONS):
            answer = self.model.answer(messages, response_format=form)
            log.info("plan: %s", answer.text)
            try:
                plan = Plan.model_validate(read_json(answer.text) or {})
                wrong = check(plan, dossier) if plan.actions else ["The plan has no actions."]
            except ValidationError as error:
                wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            if not wrong:
                return plan
            log.warning("checks: %s", wrong)
            messages += [
                {"role": "assistant", "content": answer.text},
                {"role": "user", "content": "Nothing has been carried out. The checks found:\n"
                 + "\n".join(f"- {line}" for line in wrong) + "\nSend the whole corrected plan."},
            ]
        return None

    def carry_out(self, plan: Plan, ticket: dict) -> None:
        state = self.state
        for action in plan.actions:
            if isinstance(action, PayBack) and state.paid is None:
                how, said = self.shop.pay(ticket["id"], action.order_id, action.total, f"{action.clause}: {plan.reasoning[:300]}")
                if how == "refused":
                    log.error("refund refused: %s", said)
                    self.to_people(ticket, f"The refund of {action.total} on {action.order_id} was refused: {said}")
                    return
                if how == "unsure":
                    raise PutBack("the refund is not booked, whatever was acknowledged")
                state.pay_back, state.paid = action, action.total
            elif isinstance(action, HandOver) and not state.escalated:
                result = self.shop.escalate(ticket["id"], action.order_id, action.clause, action.note_for_desk)
                if not result.ok:
                    raise PutBack(f"the case could not be opened: {result.error}")
                state.escalated = True
            elif isinstance(action, WriteCustomer):
                reply = {"outcome": OUTCOME[action.message_type], "body": action.text}
                if action.order_id:
                    reply["order_id"] = action.order_id
                if state.paid is not None:
                    reply["amount"] = f"{state.paid:.2f}"
                result = self.shop.reply(ticket["id"], reply)
                if not result.ok:
                    raise PutBack(f"the reply could not be sent: {result.error}")
                state.replied = True

    def to_people(self, ticket: dict, why: str) -> None:
        state = self.state
        name = ticket["from"]["name"]
        if state.paid is not None:
            order_id = state.pay_back.order_id
            reply = {"outcome": "refunded", "order_id": order_id, "amount": f"{state.paid:.2f}",
                     "body": f"Hello {name},\n\nwe have refunded {state.paid:.2f} for order {order_id}.\n\nKind regards\nHarbour Lane"}
        else:
            if not state.escalated:
                state.escalated = self.shop.escalate(ticket["id"], None, "agent undecided", f"{ticket['subject']}: {why}").ok
            if not state.escalated:
                return
            reply = {"outcome": "escalated",
                     "body": f"Hello {name},\n\na colleague from our refunds desk will look into your request and write to "
                             "you.\n\nKind regards\nHarbour Lane"}
        state.replied = self.shop.reply(ticket["id"], reply).ok
