"""Triage, facts, decision, reply. Models read and write; the decision is made here."""

import logging
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from backoffice import BackOffice
from entitlement import (CANCEL, DAMAGE, LATE, LOST, RETURN, Line, Verdict, day, desk_flag, given_back, sender_ok, verdict)
from forms import (Basics, CancellationForm, CaseType, DamageForm, DeliveryForm, Form, OtherForm, Pieces, ReturnForm, Triage)
from model import ModelDown, Models

log = logging.getLogger("casework")
PROMPTS = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "prompts").glob("*.md")}
FORMS: dict[CaseType, type[Basics]] = {
    CaseType.RETURN: ReturnForm, CaseType.DAMAGE: DamageForm, CaseType.LATE_OR_LOST: DeliveryForm,
    CaseType.CANCELLATION: CancellationForm, CaseType.OTHER: OtherForm,
}
CLAUSES = {
    CaseType.RETURN: ["R-1", "R-2", "R-3"], CaseType.DAMAGE: ["D-1", "D-2"],
    CaseType.LATE_OR_LOST: ["L-1", "L-2", "L-3"], CaseType.CANCELLATION: ["L-4"], CaseType.OTHER: ["M-3", "M-4"],
}
COMMON = ["I-1", "H-1", "H-5", "H-6"]
MAX_SHEETS = 14


class Case:
    def __init__(self, models: Models, small: str, medium: str, office: BackOffice, task: dict) -> None:
        self.models, self.small, self.medium, self.office = models, small, medium, office
        self.task, self.ticket = task, task["ticket"]
        self.id, self.email = self.ticket["id"], self.ticket["from"]["email"]
        self.received = day(self.ticket["received"])
        self.orders: dict[str, dict] = {}
        self.short: list[dict] = []
        self.paid: tuple[dict, Decimal] | None = None

    # ------------------------------------------------------------------ the way of a ticket

    def work(self) -> None:
        handbook = self.office.handbook()
        self.gather()
        triage = self.fill(self.small, Triage, PROMPTS["triage"], self.mail())
        kind = triage.case_type
        form = self.facts(kind, handbook)
        if not form.right_form:
            again = self.fill(
                self.medium, Triage, PROMPTS["triage"],
                self.mail() + f"\n\nA colleague sorted this as `{kind}`, and the case worker found that wrong.",
            )
            note = f"A second colleague has confirmed that this is a case of `{again.case_type}`."
            kind = again.case_type
            form = self.facts(kind, handbook, note)
        order = self.pick(form)
        result = self.decide(kind, form, order)
        log.info("%s: %s, %s -> %s", self.id, kind, form.model_dump_json(), result)
        self.carry_out(result, order, triage)

    def gather(self) -> None:
        """All orders of the sender, and those whose numbers the mail names."""
        self.short = self.office.search(email=self.email)
        text = self.ticket["subject"] + "\n" + self.ticket["body"]
        named = list(dict.fromkeys(f"HL-{n}" for n in re.findall(r"(?<!\d)(\d{6})(?!\d)", text)))
        for number in (named + [o["id"] for o in self.short])[:MAX_SHEETS]:
            if number not in self.orders and (order := self.office.order(number)):
                self.orders[number] = order

    def facts(self, kind: CaseType, handbook: str, note: str = "") -> Basics:
        clauses = "\n".join(line for line in handbook.splitlines() if line[:3].strip() and line.split(" ")[0] in CLAUSES[kind] + COMMON)
        system = PROMPTS["basics"] + "\n" + PROMPTS[kind.value].replace("{clauses}", clauses)
        sheets = "\n\n".join(self.sheet(order) for order in self.orders.values()) or "The sender has no orders with us."
        return self.fill(self.medium, FORMS[kind], system, f"{self.mail()}\n\n<order_sheets>\n{sheets}\n</order_sheets>\n{note}".strip())

    def fill(self, model: str, form: type[Form], system: str, user: str):
        """A form filled by the model; what doesn't validate goes back with the complaint."""
        schema = {"type": "json_schema", "json_schema": {"name": form.__name__, "schema": form.model_json_schema(), "strict": True}}
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        for _ in range(3):
            answer = self.models.chat(model, messages, response_format=schema).content or ""
            text = answer.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
            try:
                filled = form.model_validate_json(text)
                self.check(filled)
                return filled
            except (ValidationError, ValueError) as error:
                log.warning("%s: %s does not hold: %s | %s", self.id, form.__name__, str(error)[:300], answer[:400])
                messages += [
                    {"role": "assistant", "content": answer},
                    {"role": "user", "content": f"That cannot be used: {error}\nFill in the whole form again."},
                ]
        raise Undecided(f"{form.__name__} could not be filled in")

    def check(self, form: Form) -> None:
        """Facts that contradict the order sheets."""
        if not isinstance(form, Basics):
            return
        if form.order_is == "ambiguous":
            if form.order_number:
                raise ValueError("order_is is ambiguous, but order_number names an order; it is one or the other")
            return
        if not form.order_number:
            raise ValueError("order_is is clear, but order_number is null")
        order = self.orders.get(number(form.order_number))
        if order is None:
            raise ValueError(f"there is no sheet for {form.order_number}")
        skus = {item["sku"]: item["quantity"] for item in order["items"]}
        for pieces in listed(form):
            if pieces.sku not in skus:
                raise ValueError(f"{order['id']} has no sku {pieces.sku}, but {', '.join(skus)}")
            if not 1 <= pieces.count <= skus[pieces.sku]:
                raise ValueError(f"{order['id']} has {skus[pieces.sku]} pieces of {pieces.sku}, not {pieces.count}")
        if isinstance(form, (ReturnForm, DamageForm)) and form.right_form and not listed(form):
            raise ValueError("name the pieces that the request is about")
        if isinstance(form, DamageForm):
            date.fromisoformat(form.first_reported[:10])

    # ------------------------------------------------------------------ the decision

    def pick(self, form: Basics) -> dict | None:
        return self.orders.get(number(form.order_number)) if form.order_is == "clear" and form.order_number else None

    def decide(self, kind: CaseType, form: Basics, order: dict | None) -> Verdict:
        if form.legal_step:
            return Verdict("desk", "H-5", "a lawyer, court or authority is involved")
        others = {number(n) for n in form.further_orders_with_a_request} - {order["id"] if order else None}
        if others & set(self.orders):
            return Verdict("desk", "H-1", "it asks for something on two or more orders")
        if form.insists_on != "nothing":
            return Verdict("desk", "H-6", f"the customer insists on {form.insists_on.replace('_', ' ')}")
        if order is None:
            return Verdict("ask", "I-1", "the mail does not tell which order or item is meant")
        if flag := desk_flag(order, self.email):
            return flag
        if isinstance(form, OtherForm):
            if form.wish == "goodwill":
                return Verdict("deny", "M-4", "the handbook knows no discounts, vouchers or money for time and annoyance")
            if form.wish == "refund_paid_again":
                return Verdict("deny", "M-3", "it has been paid back already")
            return Verdict("desk", "other", "the request fits no clause of the handbook")
        if isinstance(form, ReturnForm):
            lines = [Line(p.sku, p.count, form.condition == "opened") for p in form.returned]
            if form.condition == "not_said":
                sealed = verdict(order, RETURN, lines, self.received)
                opened = verdict(order, RETURN, [Line(p.sku, p.count, True) for p in form.returned], self.received)
                if (sealed.action, sealed.amount) != (opened.action, opened.amount):
                    return Verdict("ask", "R-2", "the mail does not say whether the electronics have been opened")
            return verdict(order, RETURN, lines, self.received)
        if isinstance(form, DamageForm):
            told = min(date.fromisoformat(form.first_reported[:10]), self.received)
            if order["delivered"] and told < day(order["delivered"]):
                told = day(order["delivered"])
            return verdict(order, DAMAGE, [Line(p.sku, p.count) for p in form.affected], self.received, told)
        if isinstance(form, DeliveryForm):
            lines = [Line(p.sku, p.count) for p in form.sent_back]
            return verdict(order, LATE if form.complaint == "arrived_late" else LOST, lines, self.received)
        if isinstance(form, CancellationForm) and order["status"] == "processing" and not form.whole_order:
            return Verdict("desk", "L-4", "only a part of the order is to be cancelled")
        return verdict(order, CANCEL, [], self.received)

    # ------------------------------------------------------------------ acting

    def carry_out(self, result: Verdict, order: dict | None, triage: Triage) -> None:
        if result.action == "pay":
            current = self.office.order(order["id"])
            if current != order:
                raise Changed(order["id"])
            self.office.refund(self.id, order, result.amount, f"{result.clause}: {result.why}")
            self.paid = (order, result.amount)
            done = f"We have refunded {result.amount} {order['currency']} on order {order['id']} (clause {result.clause}: {result.why})."
            self.office.reply(self.id, "refunded", self.write(done, triage), order, result.amount)
        elif result.action == "deny":
            done = f"Nothing can be refunded on order {order['id']}: {result.why} (clause {result.clause})."
            if result.clause == "D-2":
                done += " The warranty workshop helps: harbourlane.example/warranty"
            self.office.reply(self.id, "denied", self.write(done, triage), order)
        elif result.action == "desk":
            self.hand_over(result, order, triage)
        else:
            done = f"We need to know more before we can do anything: {result.why}. Ask the customer for exactly that."
            self.office.reply(self.id, "need_info", self.write(done, triage), order)

    def hand_over(self, result: Verdict, order: dict | None, triage: Triage | None) -> None:
        summary = f"{triage.request_in_one_sentence if triage else self.ticket['subject']} ({result.clause}: {result.why})"
        self.office.escalate(self.id, order and order["id"], f"{result.clause}: {result.why}", summary)
        done = "Our refunds desk has taken over the case and will get in touch. Nothing has been refunded so far."
        self.office.reply(self.id, "escalated", self.write(done, triage) if triage else done, order)

    def write(self, done: str, triage: Triage) -> str:
        facts = f"Language of the answer: {triage.language}\nCustomer's name: {self.ticket['from']['name']}\nDecided and done: {done}"
        try:
            text = self.models.chat(
                self.small,
                [{"role": "system", "content": PROMPTS["reply"]}, {"role": "user", "content": f"{self.mail()}\n\n<facts>\n{facts}\n</facts>"}],
            ).content
        except ModelDown:
            text = None
        return (text or "").strip() or f"Dear {self.ticket['from']['name']},\n\n{done}\n\nHarbour Lane"

    def give_up(self, why: str) -> None:
        if self.paid:
            order, amount = self.paid
            self.office.reply(self.id, "refunded", f"We have refunded {amount} {order['currency']} on order {order['id']}.", order, amount)
        else:
            self.hand_over(Verdict("desk", "undecided", why), None, None)

    # ------------------------------------------------------------------ what the models read

    def mail(self) -> str:
        t = self.ticket
        return (f"<mail from=\"{t['from']['name']} <{self.email}>\" received=\"{t['received'][:10]}\">\n"
                f"Subject: {t['subject']}\n\n{t['body']}\n</mail>")

    def sheet(self, order: dict) -> str:
        own = "the sender's" if sender_ok(order, self.email) else "of another customer"
        out = [f"## {order['id']} ({own})", f"placed {order['placed']} | promised {order['promised']} | status {order['status']}"
               + (f" | delivered {order['delivered']} ({day(order['delivered']):%A})" if order["delivered"] else "")]
        for item in order["items"]:
            back = given_back(order, item["sku"])
            out.append(f"* {item['sku']} | {item['name']} | {item['quantity']} pcs at {item['unit_price']} {order['currency']} | "
                       f"{item['category']}" + (" | final sale" if item["final_sale"] else "") + (f" | paid back: {back}" if back else ""))
        for note in order["notes"]:
            out.append(f"note {note['on']} ({note['kind']}): {note['text']}")
        for refund in order["refunds"]:
            out.append(f"refunded {refund['amount']} on {refund['on']} ({refund['reason']})")
        return "\n".join(out)


class Undecided(Exception):
    pass


class Changed(Exception):
    """The order isn't as it was when the facts were taken."""


def number(text: str) -> str:
    found = re.search(r"\d{6}", text)
    return f"HL-{found.group()}" if found else text.strip().upper()


def listed(form: Basics) -> list[Pieces]:
    for name in ("returned", "affected", "sent_back"):
        if hasattr(form, name):
            return getattr(form, name)
    return []
