"""Work off the refund inbox: plan, check, audit, execute, write."""

import logging
import os
import sys
from datetime import date

import anthropic

from agent import Decision, RefundAgent
from backoffice import BackOffice, Refused, Unavailable
from llm import Model, NoAnswer

log = logging.getLogger("refund-agent")

MAX_HANDED_OUT = 3
PINNED = "2026-06-18"


class Runner:
    def __init__(self, office: BackOffice, agent: RefundAgent) -> None:
        self.office, self.agent = office, agent
        self.handed_out: dict[str, int] = {}
        self.decisions: dict[str, Decision] = {}

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        count = self.handed_out[ticket["id"]] = self.handed_out.get(ticket["id"], 0) + 1
        try:
            if ticket["id"] not in self.decisions:
                dossier = self.office.dossier(ticket, date.fromisoformat(task["now"][:10]))
                self.decisions[ticket["id"]] = self.agent.decide(task, dossier)
            decision = self.decisions[ticket["id"]]
            log.info("%s: %s %s %s", ticket["id"], decision.outcome, decision.amount, decision.reason)
            if decision.outcome == "refunded":
                try:
                    if not self.office.pay(ticket["id"], decision.order, decision.amount, decision.reason or "refund"):
                        raise Unavailable("refund is not in the books")
                except Refused as error:
                    log.error("%s: %s", ticket["id"], error)
                    decision = Decision("escalated", decision.order, None, "refund refused", decision.summary)
            self.close(ticket, decision)
        except (Unavailable, NoAnswer) as error:
            log.warning("%s: %r", ticket["id"], error)
            if count < MAX_HANDED_OUT:
                try:
                    self.office.defer(ticket["id"], "a service is unavailable")
                    return
                except (Unavailable, Refused) as problem:
                    log.warning("%s: %s", ticket["id"], problem)
            known = self.decisions.get(ticket["id"])
            self.close(ticket, Decision("escalated", known.order if known else None, None, "service unavailable", ticket["subject"]))

    def close(self, ticket: dict, decision: Decision) -> None:
        if decision.outcome == "escalated":
            self.office.escalate(
                ticket["id"], decision.order["id"] if decision.order else None, decision.reason or "desk", decision.summary or ticket["subject"]
            )
        body = self.agent.letter(ticket, decision)
        self.office.reply(ticket["id"], decision.outcome, decision.order, decision.amount, body)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = anthropic.Anthropic(max_retries=0, timeout=40)
    medium, small = os.environ["TAKEHOME_MODEL_MEDIUM"], os.environ["TAKEHOME_MODEL_SMALL"]
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    runner = Runner(office, RefundAgent(Model(client, [f"{medium}-{PINNED}", medium]), Model(client, [small])))
    stuck = 0
    while stuck < 10 and (task := office.task()) is not None:
        try:
            runner.handle(task)
            stuck = 0
        except Exception:
            log.exception("ticket %s", task["ticket"]["id"])
            stuck += 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
