"""Work off the inbox without a model: cue words, order numbers, and the handbook as code."""

import os
import sys

from cues import read
from desk import Desk, Trouble
from letters import letter
from rules import Decision, decide

OUTCOMES = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "need_info": "need_info"}


def main() -> int:
    desk = Desk(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    while task := desk.task():
        try:
            orders = desk.orders_for(task["ticket"])
            reading = read(task, orders)
            decision = decide(task, orders, reading)
        except Exception as error:  # whatever it was, a person can still do it
            decision, reading = Decision("escalate", None, f"automatic handling failed: {error}"), {}
        act(task, desk, decision, reading)
    return 0


def act(task: dict, desk: Desk, decision: Decision, reading: dict) -> None:
    ticket, order_id, amount = task["ticket"], decision.order_id, decision.amount
    outcome = OUTCOMES[decision.action]
    if outcome == "refunded":
        try:
            amount = desk.refund(ticket["id"], order_id, amount, decision.reason)["amount"]
        except Trouble:
            outcome = "escalated"
    if outcome == "escalated":
        desk.escalate(order_id, decision.reason, f"{ticket['subject']}: {decision.reason}")
    paid = amount if outcome == "refunded" else None
    desk.reply(order_id, outcome, paid, letter(reading.get("language", "en"), outcome, order_id, paid, decision.currency))


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
