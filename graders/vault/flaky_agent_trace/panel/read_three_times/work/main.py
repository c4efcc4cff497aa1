"""Work off the inbox: the model reads the mail, code applies the handbook and moves the money."""

import json
import logging
import os
import sys

from openai import APIError, OpenAI

from desk import Desk, Trouble
from letters import letter
from reading import Reader
from rules import KNOWN_VERSION, Decision, decide

log = logging.getLogger("refund-agent")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    desk = Desk(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    reader = Reader(
        OpenAI(max_retries=6, timeout=30),
        os.environ["TAKEHOME_MODEL_MEDIUM"],
        os.environ["TAKEHOME_MODEL_LARGE"],
    )
    waited: list[str] = []
    while task := desk.task():
        try:
            handle(task, desk, reader, waited)
        except Exception:
            log.exception("the ticket stays open")
    return 0


def handle(task: dict, desk: Desk, reader: Reader, waited: list[str]) -> None:
    ticket = task["ticket"]["id"]
    try:
        decision, reading = consider(task, desk, reader)
    except APIError as error:
        if waited.count(ticket) < 2:
            waited.append(ticket)
            desk.defer(f"no model: {error}")
            return
        decision, reading = Decision("escalate", None, "no model for hours"), {}
    except Exception as error:  # whatever it was, a person can still do it
        log.exception("could not decide")
        decision, reading = Decision("escalate", None, f"automatic handling failed: {error}"), {}
    act(task, desk, decision, reading)


def consider(task: dict, desk: Desk, reader: Reader) -> tuple[Decision, dict]:
    policy = desk.policy()
    if policy["version"] != KNOWN_VERSION:
        # The rules below were written against one edition. A new one is for people, until they are rewritten.
        return Decision("escalate", None, f"handbook {policy['version']} is newer than our rules"), {}
    orders = desk.orders_for(task["ticket"])
    reading = reader.read(task, orders)
    log.info("reading: %s", json.dumps(reading, ensure_ascii=False))
    decision = decide(task, orders, reading)
    log.info("decision: %s", decision)
    return decision, reading


def act(task: dict, desk: Desk, decision: Decision, reading: dict) -> None:
    ticket = task["ticket"]
    order_id, amount = decision.order_id, decision.amount
    outcome = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "need_info": "need_info"}[decision.action]
    if decision.action == "refund":
        try:
            paid = desk.refund(ticket["id"], order_id, amount, decision.reason)
            amount = paid["amount"]
        except Trouble as error:
            log.error("refund failed: %s", error)
            outcome, amount = "escalated", None
    if outcome == "escalated":
        desk.escalate(order_id, decision.reason, f"{ticket['subject']}: {decision.reason}")
    desk.reply(order_id, outcome, amount if outcome == "refunded" else None,
               letter(reading.get("language", "en"), outcome, order_id, amount, decision.currency))


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
