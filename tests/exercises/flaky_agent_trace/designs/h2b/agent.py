"""The loop: the model looks up, notes, computes and finishes; code carries out what the guard lets through."""

import json
import logging
import os
from decimal import Decimal
from pathlib import Path

from guard import objections
from llm import Chat, ModelDown
from shop import Refused, Shop, Unavailable
from toolbox import TOOLS, Desk, norm

log = logging.getLogger("agent")
SYSTEM = (Path(__file__).parent / "system.md").read_text(encoding="utf-8")
MEDIUM, LARGE = os.environ["TAKEHOME_MODEL_MEDIUM"], os.environ["TAKEHOME_MODEL_LARGE"]
TURNS = 18
REJECTIONS = 4
OUTCOME = {"pay_back": "refunded", "turn_down": "denied", "pass_to_desk": "escalated", "ask_customer": "need_info"}
HANDED_OVER = "Thank you for your message. Our refunds desk has your case; a colleague will write to you."


class Agent:
    def __init__(self, chat: Chat, shop: Shop) -> None:
        self.chat, self.shop = chat, shop
        self.begun: dict[str, dict] = {}  # accepted finishes whose ticket was put back half-way

    def handle(self, task: dict) -> None:
        ticket_id = task["ticket"]["id"]
        try:
            finish = self.begun.get(ticket_id) or self._converse(task)
            self._carry_out(task, finish)
        except (ModelDown, Unavailable) as error:
            log.error("%s put back: %s", ticket_id, error)
            self._defer(ticket_id, str(error))
        except Exception:
            log.exception("%s failed", ticket_id)
            self._defer(ticket_id, "internal error")

    def _defer(self, ticket_id: str, reason: str) -> None:
        try:
            self.shop.tool("defer", reason=reason[:200], ticket_id=ticket_id)
        except (Refused, Unavailable) as error:
            log.error("cannot defer %s: %s", ticket_id, error)

    def _converse(self, task: dict) -> dict:
        """Talk until a finish is accepted; a handover when that doesn't come about."""
        desk = Desk(self.shop)
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": opening(task)}]
        rejected = 0
        order_id = None
        for _ in range(TURNS):
            models = [MEDIUM, LARGE] if rejected < 2 else [LARGE, MEDIUM]
            message = self.chat.turn(models, messages, TOOLS)
            messages.append(message)
            calls = message.get("tool_calls") or []
            if not calls:
                messages.append({"role": "user", "content": "Please go on with the tools; end with `finish`."})
                continue
            for call in calls:
                name, arguments = call["function"]["name"], json.loads(call["function"]["arguments"])
                if name != "finish":
                    result = desk.run(name, arguments)
                elif len(calls) > 1:
                    result = "Not done: call finish alone, once you have seen the other results."
                else:
                    order_id = norm(arguments.get("order_number")) or order_id
                    order = self.shop.order(norm(arguments["order_number"])) if arguments.get("order_number") else None
                    reasons = complete(arguments) or objections(arguments, order, task, desk.read_policy)
                    if not reasons:
                        arguments["order_number"] = order and order["id"]
                        arguments["currency"] = order and order["currency"]
                        return arguments
                    rejected += 1
                    log.info("rejected %s: %s", arguments, reasons)
                    result = "REJECTED, nothing was done.\n" + "\n".join(f"- {reason}" for reason in reasons)
                messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})
            if rejected >= REJECTIONS:
                break
        order = self.shop.order(order_id) if order_id else None
        return {
            "decision": "pass_to_desk",
            "order_number": order and order["id"],
            "clauses": ["no safe decision was found"],
            "desk_summary": f"{task['ticket']['subject']}: please look yourselves. Notes: {'; '.join(desk.notes)[:500]}",
            "letter": HANDED_OVER,
        }

    def _carry_out(self, task: dict, finish: dict) -> None:
        ticket_id, order_id = task["ticket"]["id"], finish["order_number"]
        log.info("finish %s", finish)
        self.begun[ticket_id] = finish
        clauses = ", ".join(finish.get("clauses") or []) or "see letter"
        if finish["decision"] == "pay_back":
            try:
                booked = self.shop.pay(
                    ticket_id, order_id, Decimal(finish["amount"]), finish["currency"], f"refund ({clauses})"
                )
            except Refused as error:
                log.error("refund refused: %s", error)
                finish |= {"decision": "pass_to_desk", "desk_summary": f"refund refused: {error}", "letter": HANDED_OVER}
            else:
                if not booked:
                    self._defer(ticket_id, "the refund was acknowledged but does not show on the order")
                    return
        if finish["decision"] == "pass_to_desk":
            self.shop.tool(
                "escalate",
                order_id=order_id,
                reason=f"{finish.get('desk_reason', 'unclear')} ({clauses})",
                summary=finish.get("desk_summary") or task["ticket"]["subject"],
                ticket_id=ticket_id,
            )
        paying = finish["decision"] == "pay_back"
        self.shop.tool(
            "reply",
            order_id=order_id,
            outcome=OUTCOME[finish["decision"]],
            amount=f"{Decimal(finish['amount']):.2f}" if paying else None,
            currency=finish["currency"] if paying else None,
            body=finish["letter"],
            ticket_id=ticket_id,
        )


def complete(finish: dict) -> list[str]:
    schema = next(t for t in TOOLS if t["function"]["name"] == "finish")["function"]["parameters"]
    missing = [key for key in schema["required"] if key not in finish]
    wrong = [
        f"`{key}` must be one of {', '.join(form['enum'])}"
        for key, form in schema["properties"].items()
        if "enum" in form and key in finish and finish[key] not in form["enum"]
    ]
    return ([f"Missing: {', '.join(missing)}."] if missing else []) + wrong


def opening(task: dict) -> str:
    ticket = task["ticket"]
    return (
        f"Today is {task['now'][:10]}. A new e-mail in the refund inbox, ticket {ticket['id']}:\n\n<mail>\n"
        f"From: {ticket['from']['name']} <{ticket['from']['email']}>\nReceived: {ticket['received'][:10]}\n"
        f"Subject: {ticket['subject']}\n\n{ticket['body']}\n</mail>\n\nPlease handle it."
    )
