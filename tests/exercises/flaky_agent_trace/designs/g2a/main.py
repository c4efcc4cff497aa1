"""Work off the refund inbox: one form per ticket, decided by rules, verified at the back office."""

import logging
import os
import sys
from datetime import date

from openai import OpenAI

from backoffice import BackOffice, Refused, Unavailable
from intake import Intake, Unanswered
from letters import letter
from rules import Verdict, decide

log = logging.getLogger("refund-agent")

MAX_HANDED_OUT = 3
MIN_CONFIDENCE = 0.5


class Desk:
    def __init__(self, office: BackOffice, intake: Intake) -> None:
        self.office, self.intake = office, intake
        self.handed_out: dict[str, int] = {}
        self.pending: dict[str, tuple[Verdict, dict]] = {}

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        count = self.handed_out[ticket["id"]] = self.handed_out.get(ticket["id"], 0) + 1
        try:
            self.work(task)
        except (Unavailable, Unanswered) as error:
            log.warning("%s: %r", ticket["id"], error)
            if count < MAX_HANDED_OUT:
                try:
                    self.office.defer(ticket["id"], "a service is unavailable")
                    return
                except (Unavailable, Refused) as problem:
                    log.warning("%s: %s", ticket["id"], problem)
            pending = self.pending.get(ticket["id"])
            self.close(ticket, Verdict("escalated", "desk", "service unavailable", pending[0].order if pending else None), {})

    def work(self, task: dict) -> None:
        ticket = task["ticket"]
        if ticket["id"] not in self.pending:
            dossier = self.office.dossier(ticket, date.fromisoformat(task["now"][:10]))
            form = self.intake.fill_in(task["now"], ticket, dossier)
            verdict = decide(form, dossier, ticket)
            if form["confidence"] < MIN_CONFIDENCE and verdict.outcome in ("refunded", "denied"):
                verdict = Verdict("escalated", "desk", "low confidence", verdict.order)
            log.info("%s: %s %s %s", ticket["id"], verdict.outcome, verdict.clause, verdict.amount)
            self.pending[ticket["id"]] = verdict, form
        verdict, form = self.pending[ticket["id"]]
        if verdict.outcome == "refunded":
            try:
                booked = self.office.pay(ticket["id"], verdict.order, verdict.amount, f"{verdict.clause}: {form['summary']}")
            except Refused as error:
                log.error("%s: %s", ticket["id"], error)
                verdict = Verdict("escalated", "desk", "refund refused", verdict.order)
            else:
                if not booked:
                    raise Unavailable("refund is not in the books")
        self.close(ticket, verdict, form)

    def close(self, ticket: dict, verdict: Verdict, form: dict) -> None:
        if verdict.outcome == "escalated":
            self.office.escalate(
                ticket["id"],
                verdict.order["id"] if verdict.order else None,
                f"Handbook {verdict.clause}",
                form.get("summary") or ticket["subject"],
            )
        body = letter(
            form.get("language", "en"), ticket["from"]["name"], form.get("opening_paragraph", ""), verdict.why, verdict.order, verdict.amount
        )
        self.office.reply(ticket["id"], verdict.outcome, verdict.order, verdict.amount, body)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    client = OpenAI(max_retries=0, timeout=40)
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    desk = Desk(office, Intake(client, os.environ["TAKEHOME_MODEL_MEDIUM"]))
    stuck = 0
    while (task := office.task()) is not None and stuck < 10:
        try:
            desk.handle(task)
            stuck = 0
        except Exception:
            log.exception("ticket %s", task["ticket"]["id"])
            stuck += 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
