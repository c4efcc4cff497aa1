"""The desk: the model investigates with tools; its verdict is audited, then carried out by code."""

import json
import logging
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from audit import Figures, money, must_hand_over, objections
from backoffice import BackOffice, Refused
from llm import Model
from tools import SPECS, SubmitVerdict, definitions

log = logging.getLogger("desk")

SYSTEM = (Path(__file__).parent / "system.md").read_text(encoding="utf-8")
MAX_TURNS = 16
MAX_OBJECTIONS = 3
OUTCOME = {"pay": "refunded", "decline": "denied", "hand_over": "escalated", "ask_customer": "need_info"}
HANDED_OVER = (
    "Hello {name},\n\nthank you for your mail. I have passed your case to our refunds desk, who will look into it and "
    "write to you.\n\nHarbour Lane Customer Care"
)


class Desk:
    """One ticket."""

    def __init__(self, model: Model, shop: BackOffice, task: dict) -> None:
        self.model, self.shop, self.task, self.ticket = model, shop, task, task["ticket"]
        self.policy: dict | None = None
        self.objected = 0
        self.closed = False

    def work(self) -> None:
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": self.opening()}]
        tools = definitions()
        for _ in range(MAX_TURNS):
            message = self.model.turn(messages, tools)
            entry: dict = {"role": "assistant", "content": message.content}
            if message.tool_calls:
                entry["tool_calls"] = [
                    {"id": c.id, "type": "function", "function": {"name": c.function.name, "arguments": c.function.arguments}}
                    for c in message.tool_calls
                ]
            messages.append(entry)
            if not message.tool_calls:
                messages.append({"role": "user", "content": "Please go on; the ticket is closed by submit_verdict alone."})
                continue
            for call in message.tool_calls:
                result = self.run(call.function.name, call.function.arguments)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
            if self.closed:
                return
        self.give_up("no verdict after many turns")

    def opening(self) -> str:
        t = self.ticket
        received = date.fromisoformat(t["received"][:10])
        return (
            f"A new ticket.\n\nTicket number: {t['id']}\nToday: {self.task['now']}\nReceived: {received:%A}, {t['received']}\n"
            f"Sender: {t['from']['name']} <{t['from']['email']}>\nSubject: {t['subject']}\n\n"
            f"--- begin of mail ---\n{t['body']}\n--- end of mail ---"
        )

    def run(self, name: str, arguments: str) -> str:
        if self.closed:
            return "The ticket is closed."
        spec = SPECS.get(name)
        if spec is None:
            return f"There is no tool {name}. There are: {', '.join(SPECS)}."
        try:
            args = spec.model_validate_json(arguments or "{}")
        except ValidationError as error:
            return f"Arguments not accepted: {error}"
        try:
            return getattr(self, name)(args)
        except Refused as error:
            return f"The back office refused: {error}"

    # -- tools

    def find_orders(self, args) -> str:
        names = {"customer_name": "name", "order_number": "order_id", "order_date": "placed_on", "keywords": "text"}
        criteria = {names.get(k, k): v for k, v in args.model_dump(exclude_none=True).items() if v != ""}
        if set(criteria) == {"page"}:
            return "Give at least one criterion."
        return json.dumps(self.shop._ask("POST", "/tools/search_orders", criteria), ensure_ascii=False)

    def open_order(self, args) -> str:
        order = self.shop.order_twice(args.order_number)
        return json.dumps(order, ensure_ascii=False) if order else f"There is no order {args.order_number}."

    def handbook(self) -> dict:
        if self.policy is None:
            self.policy = self.shop.handbook(self.task["now"])
        return self.policy

    def open_handbook(self, args) -> str:
        policy = self.handbook()
        return f"Version {policy['version']}, in force since {policy['effective_from']}\n\n{policy['text']}"

    def count_days(self, args) -> str:
        try:
            return str((date.fromisoformat(args.end[:10]) - date.fromisoformat(args.start[:10])).days)
        except ValueError as error:
            return str(error)

    def take_notes(self, args) -> str:
        return "Noted."

    def submit_verdict(self, v: SubmitVerdict) -> str:
        log.info("verdict: %s", v)
        order = self.shop.order_twice(v.order_number) if v.order_number else None
        if self.policy is None:
            return "Not accepted: open the handbook first."
        problems = objections(v, order, self.ticket, Figures(self.handbook()["text"]))
        if problems:
            self.objected += 1
            log.info("objections: %s", problems)
            if self.objected > MAX_OBJECTIONS:
                self.give_up("verdict and records don't agree: " + "; ".join(problems), v.order_number if order else None)
                return "Handed over to people."
            return "Not executed. Accounting objects:\n- " + "\n- ".join(problems)
        self.execute(v, order)
        return "Executed. The ticket is closed."

    # -- consequences

    def execute(self, v: SubmitVerdict, order: dict | None) -> None:
        outcome, order_id = OUTCOME[v.decision], order["id"] if order else None
        amount: Decimal | None = None
        currency = None
        if outcome == "need_info" and order and must_hand_over(order, self.ticket["from"]["email"]):
            outcome, v.letter = "escalated", self.form_letter()
        if outcome == "refunded":
            currency = order["currency"]
            amount = self.shop.refund(
                self.ticket["id"], order_id, money(v.total_payout), currency, ", ".join(v.clauses)[:120] or "refund"
            )
        elif outcome == "escalated":
            self.shop.escalate(self.ticket["id"], order_id, ", ".join(v.clauses) or "hand-over", v.explanation[:1000])
        self.shop.reply(self.ticket["id"], outcome, v.letter or self.form_letter(), order_id, amount, currency)
        self.closed = True

    def give_up(self, why: str, order_id: str | None = None) -> None:
        self.shop.escalate(self.ticket["id"], order_id, "for people", why[:1000])
        self.shop.reply(self.ticket["id"], "escalated", self.form_letter(), order_id, None, None)
        self.closed = True

    def form_letter(self) -> str:
        return HANDED_OVER.format(name=self.ticket["from"]["name"])
