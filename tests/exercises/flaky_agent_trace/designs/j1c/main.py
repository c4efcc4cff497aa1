"""Reader (facts) → rules (verdict) → auditor (objections) → till → letter."""

import logging
import os
import re
import sys
import time
from datetime import date
from decimal import Decimal

import anthropic
import yaml
from pydantic import ValidationError

import prompts
from office import Office, Refused, Unavailable
from rules import Verdict, decide
from sheet import CaseSheet

log = logging.getLogger("desk")
READER_MODEL = os.environ["TAKEHOME_MODEL_MEDIUM"]
SECOND_MODEL = os.environ["TAKEHOME_MODEL_LARGE"]
AUDITOR_MODEL = os.environ["TAKEHOME_MODEL_MEDIUM"]
WRITER_MODEL = os.environ["TAKEHOME_MODEL_SMALL"]
NUMBER = re.compile(r"\b(?:HL[- ]?)?(\d{6})\b")

client = anthropic.Anthropic(max_retries=0, timeout=25)
SHEET_TOOL = {
    "name": "fill_in_sheet",
    "description": "Hand in the fact sheet.",
    "input_schema": CaseSheet.model_json_schema(),
}


def ask(tries: int = 6, **request):
    for attempt in range(tries):
        if attempt:
            time.sleep(min(0.4 * 2**attempt, 4))
        try:
            answer = client.messages.create(**request)
        except anthropic.APIError as error:
            log.warning("model: %s", error)
            continue
        if answer.stop_reason != "max_tokens" and answer.content:
            return answer
    raise Unavailable("model")


def words(answer) -> str:
    return "".join(block.text for block in answer.content if block.type == "text").strip()


class Desk:
    def __init__(self, office: Office, task: dict) -> None:
        self.office, self.ticket = office, task["ticket"]
        self.today = task["now"][:10]
        self.received = date.fromisoformat(self.ticket["received"][:10])
        self.sender = self.ticket["from"]["email"]
        self.mail = {
            "received": f"{self.received:%A} {self.received}", "name": self.ticket["from"]["name"], "email": self.sender,
            "subject": self.ticket["subject"], "body": self.ticket["body"],
        }
        self.orders = self.collect()

    def collect(self) -> dict[str, dict]:
        numbers = [order["id"] for order in self.office.search(email=self.sender)][:12]
        numbers += [f"HL-{digits}" for digits in NUMBER.findall(self.ticket["subject"] + " " + self.ticket["body"])]
        found = {number: self.office.order(number) for number in dict.fromkeys(numbers)}
        return {number: order for number, order in found.items() if order}

    def shown(self, only: str | None = None) -> str:
        orders = [self.orders[only]] if only else list(self.orders.values())
        return yaml.safe_dump(orders, sort_keys=False, allow_unicode=True, width=160) if orders else "(none)"

    # -- stages ----------------------------------------------------------------------------------------------

    def read(self, model: str) -> CaseSheet:
        messages = [{"role": "user", "content": prompts.CASE.format(orders=self.shown(), **self.mail)}]
        for _ in range(3):
            answer = ask(
                model=model, system=prompts.READER, messages=messages, max_tokens=1200,
                tools=[SHEET_TOOL], tool_choice={"type": "tool", "name": SHEET_TOOL["name"]},
            )
            block = next((block for block in answer.content if block.type == "tool_use"), None)
            if block is None:
                continue
            try:
                return CaseSheet.model_validate(block.input)
            except ValidationError as error:
                messages = messages[:1] + [
                    {"role": "assistant", "content": [block.model_dump(include={"type", "id", "name", "input"})]},
                    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": block.id, "is_error": True, "content": str(error)}]},
                ]
        raise Unavailable("no readable sheet")

    def judge(self, model: str) -> Verdict:
        sheet = self.read(model)
        verdict = decide(sheet, self.orders, self.sender, self.received)
        log.info("%s: %s -> %s", model, sheet.model_dump_json(), verdict)
        return verdict

    def objection(self, verdict: Verdict) -> str | None:
        plan = prompts.PLAN.format(
            handbook=self.office.handbook(self.today), orders=self.shown(), outcome=verdict.outcome,
            order_id=verdict.order_id, amount=verdict.amount, clauses=", ".join(verdict.clauses), why=verdict.why, **self.mail,
        )
        text = words(ask(model=AUDITOR_MODEL, system=prompts.AUDITOR, messages=[{"role": "user", "content": plan}], max_tokens=900))
        found = re.search(r"<verdict>\s*(AGREE|OBJECT)", text)
        if found and found.group(1) == "AGREE":
            return None
        log.info("auditor: %s", text[-400:])
        return text

    def conclude(self) -> Verdict:
        first = self.judge(READER_MODEL)
        if not self.objection(first):
            return first
        second = self.judge(SECOND_MODEL)
        if second.same(first) or not self.objection(second):
            return second
        return Verdict("escalated", first.clauses, f"unsure: {first.why}", order_id=first.order_id)

    def letter(self, verdict: Verdict) -> str:
        amount = f"{verdict.amount} {self.orders[verdict.order_id]['currency']}" if verdict.amount else "none"
        facts = prompts.FACTS.format(body=self.ticket["body"][:1500], name=self.mail["name"], outcome=verdict.outcome, order_id=verdict.order_id, amount=amount, why=verdict.why)
        try:
            text = words(ask(tries=2, model=WRITER_MODEL, system=prompts.WRITER, messages=[{"role": "user", "content": facts}], max_tokens=500))
        except Unavailable:
            text = ""
        return text or f"Dear {self.mail['name']},\n\n{verdict.outcome.replace('_', ' ')}: order {verdict.order_id}, amount {amount}.\n\nHarbour Lane"

    def act(self, verdict: Verdict) -> None:
        ticket = self.ticket["id"]
        if verdict.outcome == "refunded":
            if not self.office.pay(ticket, self.orders[verdict.order_id], verdict.amount, ", ".join(verdict.clauses)):
                raise Unavailable("refund not booked")
        elif verdict.outcome == "escalated":
            self.office.hand_over(ticket, verdict.order_id, ", ".join(verdict.clauses), verdict.why)
        self.office.reply(ticket, verdict.outcome, self.letter(verdict), verdict.order_id, verdict.amount)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    for noisy in ("httpx2", "httpx", "anthropic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    office, seen = Office(), {}
    while (task := office.next_ticket()) is not None:
        ticket = task["ticket"]["id"]
        seen[ticket] = seen.get(ticket, 0) + 1
        try:
            desk = Desk(office, task)
            desk.act(desk.conclude())
        except Exception as error:
            log.warning("%s: %r", ticket, error)
            try:
                if seen[ticket] < 3 and isinstance(error, Unavailable):
                    office.defer(ticket, str(error)[:100])
                else:
                    office.hand_over(ticket, None, "unsettled", f"The agent could not settle this: {error!r}"[:300])
                    office.reply(ticket, "escalated", f"Dear {task['ticket']['from']['name']},\n\nour refunds desk has taken over your case.\n\nHarbour Lane")
            except (Unavailable, Refused) as again:
                log.error("%s: %s", ticket, again)
                if seen[ticket] > 6:
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
