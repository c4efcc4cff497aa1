"""Work off the refund inbox. Models only read; code finds the orders, decides, pays and writes."""

import logging
import os
import sys
from collections import Counter

from letters import letter
from models import Models, Silent
from office import Office, Unavailable, gather, writes_for
from reading import Reading, Readers
from rules import Numbers, Part, Verdict, day, settle

log = logging.getLogger("main")

KIND = {"unwanted": "mind", "faulty": "fault", "late": "late", "missing": "missing", "cancel": "cancel", "goodwill": "goodwill"}
OUTCOME = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "need_info": "need_info"}


class Inbox:
    def __init__(self, office: Office, readers: Readers) -> None:
        self.office, self.readers = office, readers
        self.handed_out: Counter[str] = Counter()

    def work_off(self) -> None:
        failures = 0
        while failures < 5:
            try:
                task = self.office.task()
                if task is None:
                    return
                self.one(task)
                failures = 0
            except Exception:  # noqa: BLE001 - the next ticket may be fine
                log.exception("gave up on a ticket")
                failures += 1

    def one(self, task: dict) -> None:
        ticket = task["ticket"]
        self.handed_out[ticket["id"]] += 1
        try:
            order, verdict = self.judge(task)
            log.info("%s: %s %s", ticket["id"], order and order["id"], verdict)
            if verdict.action == "refund" and verdict.clause != "paid":
                if not self.office.pay(ticket["id"], order, verdict.amount, verdict.clause):
                    self.not_now(ticket, order, "the refund is not booked")
                    return
            self.close(ticket, order, verdict)
        except (Silent, Unavailable) as error:
            self.not_now(ticket, None, str(error))
        except Exception as error:  # noqa: BLE001
            log.exception("%s failed", ticket["id"])
            self.not_now(ticket, None, type(error).__name__)

    def not_now(self, ticket: dict, order: dict | None, reason: str) -> None:
        log.error("%s put back: %s", ticket["id"], reason)
        if self.handed_out[ticket["id"]] < 3:
            self.office.defer(ticket["id"], reason[:200])
        else:
            self.close(ticket, order, Verdict("escalate", "-", reason[:200]))

    def judge(self, task: dict) -> tuple[dict | None, Verdict]:
        ticket = task["ticket"]
        numbers = Numbers.read(self.office.handbook(task["now"][:10])["text"])
        orders, unknown = gather(self.office, ticket)
        for order in orders:
            if paid := self.office.paid_on(ticket["id"], order):
                return order, Verdict("refund", "paid", "an earlier try got through", paid)
        return verdict_on(self.readers.read(ticket, orders, unknown), ticket, orders, numbers)

    def close(self, ticket: dict, order: dict | None, verdict: Verdict) -> None:
        order_id = order["id"] if order else None
        if verdict.action == "escalate":
            self.office.hand_over(ticket["id"], order_id, f"{verdict.clause}: {verdict.why}", ticket["subject"])
        outcome = OUTCOME[verdict.action]
        currency = order["currency"] if order else ""
        text = letter(outcome, ticket, order_id, verdict.amount, currency, verdict.why, verdict.clause)
        if verdict.action == "refund":
            self.office.reply(ticket["id"], order_id, outcome, text, verdict.amount, currency)
        else:
            self.office.reply(ticket["id"], order_id, outcome, text)


def verdict_on(reading: Reading, ticket: dict, orders: list[dict], numbers: Numbers) -> tuple[dict | None, Verdict]:
    order = next((o for o in orders if o["id"] == reading.order), None)
    if reading.legal:
        return order, Verdict("escalate", "H-5", "legal steps are mentioned")
    if reading.order == "SEVERAL":
        return None, Verdict("escalate", "H-1", "several orders")
    if order is None:
        return None, Verdict("need_info", "I-1", f"order {reading.order}")
    if not writes_for(order, ticket["from"]["email"]):
        return order, Verdict("escalate", "I-2", "the address is not confirmed on the order")
    if reading.insists != "money":
        return order, Verdict("escalate", "H-6", f"insists on {reading.insists}")
    part = Part(KIND.get(reading.reason, "goodwill"), reading.pieces,
                {sku: {"yes": True, "no": False}.get(reading.opened) for sku in reading.pieces}, reading.told)
    return order, settle(order, [part], day(ticket["received"]), numbers)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    for noisy in ("httpx", "httpx2", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    office = Office(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    Inbox(office, Readers(Models())).work_off()
    return 0


if __name__ == "__main__":
    sys.exit(main())
