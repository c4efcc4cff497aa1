"""Work off the inbox. For each ticket: gather in code, decide with the model on a fact sheet, act in code."""

import logging
import os
import sys

from openai import APIError, OpenAI

from casefile import Casefile
from decide import Judge
from backoffice import BackOffice, Refused

log = logging.getLogger("refund-agent")
TOLD = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "need_info": "need_info"}


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    # The SDK honours retry-after and backs off; eight times is plenty and still well within the time budget.
    client = OpenAI(max_retries=8, timeout=30)
    judge = Judge(client, os.environ["TAKEHOME_MODEL_MEDIUM"], os.environ["TAKEHOME_MODEL_LARGE"])
    goes: dict[str, int] = {}
    while (task := office.task()) is not None:
        ticket = task["ticket"]["id"]
        goes[ticket] = goes.get(ticket, 0) + 1
        try:
            handle(task, office, judge, may_wait=goes[ticket] < 3)
        except Exception:
            log.exception("%s stays open", ticket)
    return 0


def handle(task: dict, office: BackOffice, judge: Judge, *, may_wait: bool) -> None:
    case = Casefile.gather(task, office)
    try:
        decision = judge.decide(case)
    except APIError as error:
        if may_wait:
            log.warning("model out of reach, later: %s", error)
            office.tool("defer", reason="model out of reach")
            return
        decision = nobody("model out of reach")
    except Exception:
        log.exception("no decision")
        decision = nobody("no decision")
    finish(office, case, decision)


def nobody(reason: str) -> dict:
    return {"action": "escalate", "order_id": None, "amount": None, "reason": reason, "body": ""}


def finish(office: BackOffice, case: Casefile, decision: dict) -> None:
    action, order_id = decision["action"], decision["order_id"]
    amount = None
    if action == "refund":
        try:
            amount = office.refund(case.ticket["id"], order_id, decision["amount"], decision["reason"])
        except Refused as error:
            log.error("refund refused: %s", error)
            action, decision["reason"] = "escalate", f"refund refused: {error}"
    if action == "escalate":
        office.escalate(order_id, decision["reason"], f"{case.ticket['subject']} - {decision['reason']}")
    office.reply(order_id, TOLD[action], amount, decision["body"] or "Thank you for your message, this is how it stands.")


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
