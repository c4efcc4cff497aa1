"""Extract, calculate, decide, act, write, check."""

import logging
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

import sums
from backoffice import BackOffice, BackOfficeError, NotBooked
from llm import Model, NoAnswer

log = logging.getLogger("agent")


def step(name: str) -> str:
    return (Path(__file__).parent / "steps" / f"{name}.md").read_text(encoding="utf-8")


EXTRACT, DECIDE, LETTER, CHECK = (step(n) for n in ("1_extract", "2_decide", "3_letter", "4_check"))

DECISION = re.compile(r"DECISION:\s*\**\s*(PAY|DECLINE|HAND[ -]?OVER|ASK)\b(.*)", re.IGNORECASE)
MARKS = ("truth", "promises", "language", "tone", "length")
WORDS = {"refunded": "60 to 100", "denied": "70 to 120", "escalated": "50 to 90", "need_info": "40 to 80"}


class Later(Exception):
    """Put the ticket back."""


@dataclass
class Outcome:
    kind: str
    order: dict | None
    amount: Decimal | None
    say: list[str]


class RefundClerk:
    def __init__(self, model: Model, office: BackOffice, task: dict, last_chance: bool) -> None:
        self.model = model
        self.office = office
        self.ticket = task["ticket"]
        self.id = self.ticket["id"]
        self.name = self.ticket["from"]["name"]
        self.sender = self.ticket["from"]["email"]
        self.today = date.fromisoformat(task["now"][:10])
        self.received = date.fromisoformat(self.ticket["received"][:10])
        self.last_chance = last_chance
        self.outcome: Outcome | None = None
        self.orders: dict[str, dict] = {}

    def handle(self) -> None:
        mail = (
            f"From: {self.name} <{self.sender}>\nDate: {self.received}\nSubject: {self.ticket['subject']}\n\n{self.ticket['body']}"
        )
        self.load_orders()
        facts = self.extract(mail)
        self.outcome = self.decide_and_act(mail, facts)
        body = self.write(mail, facts, self.outcome)
        self.office.reply(self.id, self.outcome.kind, body, self.outcome.order, self.outcome.amount)

    # -- orders ------------------------------------------------------------------------------------------------

    def load_orders(self) -> None:
        ids = [o["id"] for o in self.office.search(email=self.sender)][:15]
        text = f"{self.ticket['subject']}\n{self.ticket['body']}"
        ids += [f"HL-{n}" for n in re.findall(r"(?<!\d)(\d{6})(?!\d)", text)]
        for order_id in dict.fromkeys(ids):
            if (order := self.office.order(order_id)) is not None:
                self.orders[order_id] = order

    def order_table(self) -> str:
        if not self.orders:
            return "(no orders found)"
        lines = ["| order | on the sender's account | placed | status | promised | delivered | goods |", "|---|---|---|---|---|---|---|"]
        for o in self.orders.values():
            reason = sums.desk_reason(o, self.sender)
            own = "no" if reason and reason[0] == "I-2" else "yes"
            goods = "; ".join(f"{i['quantity']} x {i['name']}" for i in o["items"])
            lines.append(f"| {o['id']} | {own} | {o['placed']} | {o['status']} | {o['promised']} | {o['delivered'] or '-'} | {goods} |")
        return "\n".join(lines)

    # -- step 1 ------------------------------------------------------------------------------------------------

    def extract(self, mail: str) -> dict:
        messages = [
            {"role": "system", "content": EXTRACT},
            {"role": "user", "content": f"# Mail\n\n{mail}\n\n# Orders of the sender\n\n{self.order_table()}"},
        ]
        for _ in range(3):
            answer = self.model.chat(messages, max_tokens=500)
            log.info("extract: %r", answer)
            try:
                return read_yaml(answer)
            except (yaml.YAMLError, ValueError) as error:
                messages += [
                    {"role": "assistant", "content": answer},
                    {"role": "user", "content": f"That cannot be read ({str(error)[:150]}). Give the YAML document alone, with all its keys."},
                ]
        raise NoAnswer("no facts")

    # -- step 2 ------------------------------------------------------------------------------------------------

    def decide_and_act(self, mail: str, facts: dict) -> Outcome:
        order = self.order_of(facts)
        rows: list[sums.Row] = []
        if order:
            rows = sums.calculation(order, self.sender, goods(facts, order), first_day(facts, self.received), self.received, self.today)
        if order and (reason := sums.desk_reason(order, self.sender)):
            # Not a matter of judgement.
            return self.hand_over(order, *reason)
        case = [
            f"Today is {self.today}.",
            f"# Mail\n\n{mail}",
            "# Facts noted\n\n" + yaml.safe_dump(facts, allow_unicode=True, sort_keys=False),
            f"# Orders of the sender\n\n{self.order_table()}",
        ]
        if order:
            case += [f"# Order {order['id']}\n\n{order_text(order)}", f"# Calculation for {order['id']}\n\n{sums.table(rows)}"]
        else:
            case.append("# Calculation\n\nnone, since it isn't clear which order is meant")
        messages = [
            {"role": "system", "content": DECIDE.format(handbook=self.office.handbook(self.today))},
            {"role": "user", "content": "\n\n".join(case)},
        ]
        objection = ""
        for _ in range(3):
            answer = self.model.chat(messages, max_tokens=700)
            log.info("decide: %r", answer)
            found = DECISION.findall(answer)
            if not found:
                objection = "The last line must be DECISION: in one of the five forms."
            else:
                verb, rest = found[-1]
                result = self.act(verb.upper().replace("-", " "), rest, order, rows)
                if isinstance(result, Outcome):
                    return result
                objection = result
            messages += [{"role": "assistant", "content": answer}, {"role": "user", "content": objection + " Correct plan and decision."}]
        return self.hand_over(order, "no clear decision", objection)

    def order_of(self, facts: dict) -> dict | None:
        match = re.search(r"\d{6}", str(facts.get("order_meant", "")))
        return self.orders.get(f"HL-{match.group()}") if match else None

    def act(self, verb: str, rest: str, order: dict | None, rows: list[sums.Row]) -> "Outcome | str":
        number = re.search(r"HL-\d{6}", rest)
        named = self.orders.get(number.group()) if number else order
        clause = match.group() if (match := re.search(r"\b[A-Z]-\d\b", rest)) else ""
        if verb.startswith("HAND"):
            return self.hand_over(named, clause, f"Decided under {clause or 'the handbook'}.")
        if verb == "ASK":
            return Outcome("need_info", None, None, [
                "We could not tell for certain which order or which article the mail is about",
                "Please tell us the order number and the article",
                "Nothing has been paid or changed yet",
            ])
        if named is None:
            return "That order isn't among the customer's orders."
        if reason := sums.desk_reason(named, self.sender):
            return self.hand_over(named, *reason)
        if verb == "DECLINE":
            row = next((r for r in rows if r.clause == clause), None)
            say = [f"Order {named['id']}: we cannot refund this", f"The reason, clause {clause} of our rules: {reason_text(clause, row)}"]
            if clause == "D-2":
                say.append("The warranty workshop can help: harbourlane.example/warranty")
            return Outcome("denied", named, None, say)
        if order is None or named["id"] != order["id"]:
            return "There is no calculation for that order, so nothing can be paid on it."
        amount = re.search(r"\d+(?:[.,]\d{1,2})?", rest)
        wanted = Decimal(amount.group().replace(",", ".")) if amount else Decimal(0)
        row = next((r for r in rows if r.sum is not None and r.sum == wanted), None)
        if row is None:
            return f"{wanted} is not a sum of the calculation."
        return self.pay(named, wanted, row)

    # -- acting ------------------------------------------------------------------------------------------------

    def pay(self, order: dict, amount: Decimal, row: sums.Row) -> Outcome:
        try:
            self.office.refund(self.id, order, amount, f"{row.clause}: {row.finding}"[:200])
        except NotBooked:
            if not self.last_chance:
                raise Later("the refund is acknowledged but not booked") from None
            return self.hand_over(order, "refund not booked", f"{amount:.2f} acknowledged but not booked, please check")
        except BackOfficeError as error:
            return self.hand_over(order, "refund refused", str(error))
        return Outcome("refunded", order, amount, [
            f"Order {order['id']}: we have refunded {amount:.2f} {order['currency']}",
            "It goes to the payment method used for the order",
        ])

    def hand_over(self, order: dict | None, reason: str, summary: str) -> Outcome:
        self.office.escalate(self.id, order["id"] if order else None, reason or "handbook", summary or "see mail")
        about = f"Order {order['id']}: the" if order else "The"
        return Outcome("escalated", order, None, [
            f"{about} case has been handed to our refunds desk",
            "A colleague will look at it and write to you",
            "Nothing has been refunded by us so far",
        ])

    # -- steps 3 and 4 -----------------------------------------------------------------------------------------

    def write(self, mail: str, facts: dict, outcome: Outcome) -> str:
        plain = f"Dear {self.name},\n\n" + "\n".join(f"{s}." for s in outcome.say) + "\n\nHarbour Lane"
        language = str(facts.get("written_in") or "the customer's language")
        words = WORDS[outcome.kind]
        points = "\n".join(f"- {s}" for s in outcome.say)
        ask = f"# The customer's mail\n\n{mail}\n\n# What to say\n\n{points}"
        messages = [{"role": "system", "content": LETTER.format(language=language, words=words)}, {"role": "user", "content": ask}]
        try:
            letter = self.model.chat(messages, max_tokens=450, temperature=0.6)
            log.info("letter: %r", letter)
            marks, remark = self.check(letter, points, language, words)
            if marks and min(marks.values()) <= 3:
                low = ", ".join(f"{k} {v}/5" for k, v in marks.items() if v <= 3)
                messages += [
                    {"role": "assistant", "content": letter},
                    {"role": "user", "content": f"The check found: {low}. {remark} Write the letter again, the letter alone."},
                ]
                letter = self.model.chat(messages, max_tokens=450, temperature=0.4)
                log.info("rewritten: %r", letter)
        except NoAnswer:
            return plain
        if len(letter.split()) < 12:
            return plain
        if outcome.amount is not None and f"{outcome.amount:.2f}" not in letter.replace(",", "."):
            return plain
        return letter

    def check(self, letter: str, points: str, language: str, words: str) -> tuple[dict[str, int], str]:
        answer = self.model.chat(
            [
                {"role": "system", "content": CHECK.format(language=language, words=words)},
                {"role": "user", "content": f"# What to say\n\n{points}\n\n# Letter\n\n{letter}"},
            ],
            max_tokens=150,
            temperature=0.0,
        )
        log.info("check: %r", answer)
        marks = {}
        for mark in MARKS:
            if match := re.search(rf"^\W*{mark}\W*([1-5])\b", answer, re.IGNORECASE | re.MULTILINE):
                marks[mark] = int(match.group(1))
        remark = match.group(1).strip() if (match := re.search(r"^\W*remark\W*(.+)$", answer, re.IGNORECASE | re.MULTILINE)) else ""
        return marks, remark


# -- reading the facts -------------------------------------------------------------------------------------------


def read_yaml(answer: str) -> dict:
    fenced = re.search(r"```(?:ya?ml)?\s*\n(.*?)```", answer, re.DOTALL)
    data = yaml.safe_load(fenced.group(1) if fenced else answer)
    if not isinstance(data, dict):
        raise ValueError("not a mapping")
    missing = {"request_kind", "order_meant", "goods"} - set(data)
    if missing:
        raise ValueError("missing: " + ", ".join(sorted(missing)))
    return data


def first_day(facts: dict, received: date) -> date:
    try:
        return min(date.fromisoformat(str(facts.get("first_reported"))[:10]), received)
    except ValueError:
        return received


def goods(facts: dict, order: dict) -> dict[str, tuple[int, str]]:
    """SKU to pieces and state, of the goods that can be found on the order."""
    found: dict[str, tuple[int, str]] = {}
    listed = facts.get("goods") or []
    for entry in listed if isinstance(listed, list) else []:
        if not isinstance(entry, dict):
            continue
        wanted = str(entry.get("line", "")).lower().strip()
        item = next((i for i in order["items"] if i["name"].lower() == wanted), None) or next(
            (i for i in order["items"] if wanted and (wanted in i["name"].lower() or i["name"].lower() in wanted)), None
        )
        if item is None:
            continue
        try:
            count = int(entry.get("pieces") or item["quantity"])
        except (TypeError, ValueError):
            count = item["quantity"]
        found[item["sku"]] = (min(count, item["quantity"]), str(entry.get("state", "unknown")).lower())
    return found


def order_text(order: dict) -> str:
    lines = ["| goods | category | pieces | price each | final sale | given back before |", "|---|---|---|---|---|---|"]
    for i in order["items"]:
        lines.append(
            f"| {i['name']} | {i['category']} | {i['quantity']} | {i['unit_price']} | {'yes' if i.get('final_sale') else 'no'} | {sums.back(order, i['sku']):.2f} |"
        )
    lines.append("")
    lines.append(f"Shipping fee {order['shipping_fee']}, paid {order['total']}, still refundable {order['refundable']} {order['currency']}.")
    lines.append(f"Chargeback: {order.get('chargeback', 'none')}. Gift: {'yes' if order.get('gift') else 'no'}.")
    for note in order.get("notes", []):
        lines.append(f"Note ({note.get('kind')}, {note.get('on')}): {note.get('text')}")
    return "\n".join(lines)


REASONS = {
    "R-1": "the request came more than 30 days after delivery",
    "R-2": "opened electronics can be returned within 14 days of delivery only",
    "R-3": "the article was final sale and cannot be returned for a change of mind",
    "D-2": "the fault was first reported more than 7 days after delivery",
    "L-1": "a delay of up to three days earns no compensation",
    "L-2": "the parcel is still on its way; it counts as lost only ten days after the promised date",
    "L-4": "the order has been shipped and can no longer be stopped; it can be returned after delivery",
    "M-3": "what is due for it has been refunded already",
    "M-4": "we do not pay goodwill or compensation for trouble and time",
}


def reason_text(clause: str, row: sums.Row | None) -> str:
    return REASONS.get(clause) or (row.finding if row else "our refund rules do not provide for it")
