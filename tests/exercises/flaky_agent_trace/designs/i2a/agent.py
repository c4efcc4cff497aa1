"""One ticket: collect, read (model), decide (code), audit (model), act (code), write (model)."""

from __future__ import annotations

import json
import logging
import re
from decimal import Decimal
from pathlib import Path

from casefile import Case, collect, problems
from llm import Llm, NoModel
from office import Office, Refused, Unavailable
from rules import VERSIONS, Decision, decide
from schema import Audit, Reading

log = logging.getLogger("agent")
PROMPTS = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "prompts").glob("*.md")}
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch", "pl": "Polish"}
MIN_CONFIDENCE = 0.5


class NotBooked(Exception):
    """The payment service said yes, the order says no."""


class Agent:
    def __init__(self, llm: Llm, office: Office) -> None:
        self.llm, self.office = llm, office
        self.seen: dict[str, int] = {}
        self.cases: dict[str, str] = {}  # what was handed over, by ticket: never twice
        self.unbooked: dict[str, tuple[Decision, Reading | None, Decimal]] = {}  # paid, not seen in the books yet

    # -- the ticket

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        times = self.seen[ticket["id"]] = self.seen.get(ticket["id"], 0) + 1
        case: Case | None = None
        try:
            case = collect(self.office, task)
            if ticket["id"] in self.unbooked:
                decision, reading, _ = self.unbooked[ticket["id"]]
            else:
                decision, reading = self.think(case)
            log.info("%s: %s", ticket["id"], decision)
            self.act(case, decision, reading)
        except (NoModel, Unavailable, NotBooked) as trouble:
            log.warning("%s, time %d: %s", ticket["id"], times, trouble)
            if times < 3 and self.put_back(ticket, str(trouble)):
                return
            # The last time round: people must have it.
            self.act(case, Decision("escalate", "-", f"could not be handled automatically: {trouble}"), None, ticket)

    def put_back(self, ticket: dict, reason: str) -> bool:
        try:
            self.office.call("defer", reason=reason[:200], ticket_id=ticket["id"])
            return True
        except (Refused, Unavailable) as no:
            log.warning("cannot defer: %s", no)
            return False

    # -- deciding

    def think(self, case: Case) -> tuple[Decision, Reading | None]:
        limits = VERSIONS.get(case.handbook["version"])
        if limits is None:
            return Decision("escalate", "-", f"handbook {case.handbook['version']} is new to the agent"), None
        if not case.orders:
            return Decision("ask", "I-1", "no order was found for the sender"), None
        messages = [
            {"role": "system", "content": PROMPTS["read"]},
            {"role": "user", "content": f"{case.handbook_block()}\n\n{case.orders_block()}\n\n{case.mail_block()}"},
        ]
        reading = self.read(messages, case)
        if reading is None:
            return Decision("escalate", "-", "the mail could not be read with certainty"), None
        decision = decide(reading, case.orders, case.sender, case.received, limits)
        if decision.action not in ("refund", "deny"):
            return decision, reading
        if reading.confidence < MIN_CONFIDENCE:
            return Decision("escalate", "-", f"unsure reading: {reading.summary}", decision.order_id), reading
        audit = self.audit(case, decision, "MEDIUM")
        if audit.verdict == "agree":
            return decision, reading
        log.info("audit objects: %s", audit.wrong_fact)
        messages += [
            {"role": "assistant", "content": reading.model_dump_json()},
            {"role": "user", "content": f"A colleague who checked this says: {audit.wrong_fact or 'something is wrong'}\n"
             "They may be mistaken. Read the mail again and give your reading once more, corrected if need be."},
        ]
        second = self.read(messages, case)
        if second is None:
            return Decision("escalate", "-", "the mail could not be read with certainty", decision.order_id), reading
        again = decide(second, case.orders, case.sender, case.received, limits)
        if again.action not in ("refund", "deny"):
            return again, second
        # Reader and auditor at odds, or a changed mind: the large model has the last word before money moves.
        if self.audit(case, again, "LARGE").verdict == "agree":
            return again, second
        return Decision("escalate", "-", "two checks disagree on this case", again.order_id), second

    def read(self, messages: list[dict], case: Case) -> Reading | None:
        for _ in range(2):
            reading = self.llm.structured(Reading, messages)
            log.info("reading: %s", reading.model_dump_json())
            wrong = problems(reading, case)
            if not wrong:
                return reading
            log.info("reading has problems: %s", wrong)
            messages = [
                *messages,
                {"role": "assistant", "content": reading.model_dump_json()},
                {"role": "user", "content": "This cannot be right:\n- " + "\n- ".join(wrong) + "\nPlease correct it."},
            ]
        return None

    def audit(self, case: Case, decision: Decision, size: str) -> Audit:
        proposal = {
            "action": decision.action,
            "order_id": decision.order_id,
            "amount": f"{decision.amount} {decision.currency}" if decision.action == "refund" else None,
            "clause": decision.clause,
            "reason": decision.why,
            "workings": decision.workings,
        }
        audit = self.llm.structured(
            Audit,
            [
                {"role": "system", "content": PROMPTS["audit"]},
                {
                    "role": "user",
                    "content": f"{case.handbook_block()}\n\n{case.orders_block()}\n\n{case.mail_block()}\n\n"
                    f"<decision>\n{json.dumps(proposal, ensure_ascii=False, indent=1)}\n</decision>",
                },
            ],
            size,
        )
        log.info("audit (%s): %s", size, audit.model_dump_json())
        return audit

    # -- acting

    def act(self, case: Case | None, decision: Decision, reading: Reading | None, ticket: dict | None = None) -> None:
        ticket = ticket or case.ticket
        if decision.action == "refund":
            try:
                self.pay(ticket, decision, reading)
            except Refused as no:
                decision = Decision("escalate", "-", f"the payment was refused ({no})", decision.order_id)
        if decision.action == "escalate":
            self.hand_over(ticket, decision, reading)
        outcome = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "ask": "need_info"}[decision.action]
        body = self.write(ticket, decision, reading)
        paid = decision.action == "refund"
        try:
            self.office.call(
                "reply",
                ticket_id=ticket["id"],
                outcome=outcome,
                order_id=decision.order_id,
                amount=str(decision.amount) if paid else None,
                currency=decision.currency if paid else None,
                body=body,
            )
        except Refused as no:
            # 409: an earlier attempt got through although its answer was lost.
            log.log(logging.INFO if no.status == 409 else logging.ERROR, "reply: %s", no)

    def pay(self, ticket: dict, decision: Decision, reading: Reading | None) -> None:
        """Pay once, and look whether it is booked: an acknowledgement is not a booking."""
        key = f"{ticket['id']}/{decision.order_id}"
        before = self.office.order(decision.order_id)
        if ticket["id"] in self.unbooked:
            left = self.unbooked[ticket["id"]][2]
            if Decimal(before["refundable"]) <= left - decision.amount:
                return  # booked in the meantime
        else:
            left = Decimal(before["refundable"])
        expected = left - decision.amount
        for attempt in range(3):
            try:
                self.office.call(
                    "refund",
                    order_id=decision.order_id,
                    amount=str(decision.amount),
                    currency=decision.currency,
                    reason=f"{decision.clause}: {decision.why}"[:200],
                    idempotency_key=key,
                    ticket_id=ticket["id"],
                )
            except Unavailable as trouble:
                log.warning("refund: %s", trouble)
            after = self.office.order(decision.order_id)
            if Decimal(after["refundable"]) <= expected:
                return
            booked = [Decimal(refund["amount"]) for refund in after.get("refunds", []) if refund not in before.get("refunds", [])]
            if decision.amount in booked:
                return
            log.warning("refund of %s on %s is not booked (look %d)", decision.amount, decision.order_id, attempt + 1)
        self.unbooked[ticket["id"]] = (decision, reading, left)
        raise NotBooked(f"refund of {decision.amount} {decision.currency} on {decision.order_id} was acknowledged but is not booked")

    def hand_over(self, ticket: dict, decision: Decision, reading: Reading | None) -> None:
        if ticket["id"] in self.cases:
            return
        summary = reading.summary if reading else f"Mail of {ticket['from']['name']}: {ticket['subject']}"
        result = self.office.call(
            "escalate",
            order_id=decision.order_id,
            reason=f"{decision.clause}: {decision.why}"[:300],
            summary=summary[:600],
            ticket_id=ticket["id"],
        )
        self.cases[ticket["id"]] = str(result.get("case_id"))

    # -- writing

    def write(self, ticket: dict, decision: Decision, reading: Reading | None) -> str:
        order = f"order {decision.order_id}" if decision.order_id else "the request"
        facts = {
            "refund": f"We have refunded {decision.amount} {decision.currency} for {order} today. A return label, if needed, comes by itself.",
            "deny": f"We cannot refund anything for {order}. Reason: {decision.why}.",
            "escalate": f"A colleague at our refunds desk takes over {order} and will get in touch. Nothing has been refunded so far.",
            "ask": f"We need to know before we can help: {decision.why}. Ask for the order number or the missing detail.",
        }[decision.action]
        language = LANGUAGES.get((reading.language if reading else "en")[:2].lower(), "English")
        try:
            body = self.llm.text(
                [
                    {"role": "system", "content": PROMPTS["write"]},
                    {"role": "user", "content": f"Language: {language}\nCustomer: {ticket['from']['name']}\n\nFACTS\n{facts}\n\n"
                     f"The customer's mail:\n<mail>\n{ticket['body'][:1500]}\n</mail>"},
                ]
            )
            log.info("mail: %s", body)
            sums = [Decimal(hit.replace(",", ".")) for hit in re.findall(r"\d+[.,]\d\d(?!\d)", body)]
            if decision.action == "refund" and sums and all(value == decision.amount for value in sums):
                return body
            if decision.action != "refund" and not sums:
                return body
            log.info("the mail names other sums than were paid (%s), using the template", sums)
        except NoModel as trouble:
            log.info("no mail from the model: %s", trouble)
        return f"Hello {ticket['from']['name']},\n\nthank you for your mail. {facts}\n\nKind regards\nHarbour Lane customer care"
