"""A ticket as a chain of states. Each state asks the model at most one small question and names the next state.

    whose -> which -> alarms -> what -> arrived | lines -> since | opened -> share -> panel -> close
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from desk import Desk, Down, No, day, numbers_in
from interviewer import Interviewer, Silent

log = logging.getLogger("clerk")
CENT = Decimal("0.01")

WANTS = {
    "A": "money for something that arrived in order but that they do not want to keep",
    "B": "money for something that arrived broken, faulty, incomplete or not as ordered",
    "C": "compensation because the order came late; they keep the goods",
    "D": "money because the parcel has not come",
    "E": "to cancel an order before it is sent",
    "F": "money or a voucher for annoyance, time or loyalty, nothing else",
    "G": "an earlier refund that they say has not reached them",
    "H": "something else, or nothing",
}
CLAUSES = {"A": "R-1", "B": "D-1", "C": "L-1", "D": "L-2", "E": "L-4", "F": "M-4", "G": "M-3", "H": "I-1"}


@dataclass
class Ruling:
    outcome: str  # refunded, denied, escalated, need_info
    clause: str
    because: str
    amount: Decimal = Decimal(0)


@dataclass
class File:
    """What has been found out so far."""

    ticket: dict
    today: date
    handbook: str
    orders: list[dict]
    order: dict | None = None
    want: str = ""
    lines: dict[int, int] = field(default_factory=dict)  # index of the line -> pieces
    days: int = 0
    opened: bool | None = None
    share: Decimal = Decimal(0)
    facts: list[str] = field(default_factory=list)
    language: str = "English"
    ruling: Ruling | None = None

    def case_file(self) -> str:
        sender = self.ticket["from"]
        parts = [
            f"THE MAIL, received on {self.today:%A, %d %B %Y}\nfrom {sender['name']} <{sender['email']}>\n"
            f"subject: {self.ticket['subject']}\n----\n{self.ticket['body']}\n----",
            "THE ORDERS",
            *[f"({number}) {describe(order)}" for number, order in enumerate(self.orders, 1)],
            "THE HANDBOOK",
            self.handbook,
        ]
        return "\n\n".join(parts)


def describe(order: dict) -> str:
    def when(key: str) -> str:
        return f"{day(order[key]):%a %d %b %Y}" if order.get(key) else "not yet"

    lines = "\n".join(
        f"      line {chr(97 + at)}: {item['quantity']} x {item['name']}, {item['unit_price']} {order['currency']} a piece, {item['category']}"
        + (", final sale" if item.get("final_sale") else "")
        for at, item in enumerate(order["items"])
    )
    extras = [f"refunded {r['amount']} on {r['on']} ({r.get('reason')})" for r in order.get("refunds", [])]
    extras += [f"note by {n['author']} on {n['on']} ({n['kind']}): {n['text']}" for n in order.get("notes", [])]
    return (
        f"order {order['id']} of {order['customer']['name']}, placed {when('placed')}, {order['status']}, promised for {when('promised')}, "
        f"delivered {when('delivered')}, shipping {order.get('shipping_fee')} {order['currency']}\n{lines}"
        + "".join(f"\n      {extra}" for extra in extras)
    )


class Clerk:
    def __init__(self, desk: Desk, interviewer: Interviewer) -> None:
        self.desk, self.model = desk, interviewer
        self.rounds: dict[str, int] = {}
        self.open_cases: set[str] = set()
        self.in_doubt: dict[str, tuple[File, Decimal]] = {}  # money sent, not seen on the books

    # -- one ticket

    def work(self, task: dict) -> None:
        ticket = task["ticket"]
        self.rounds[ticket["id"]] = self.rounds.get(ticket["id"], 0) + 1
        try:
            if ticket["id"] in self.in_doubt:
                file, before = self.in_doubt[ticket["id"]]
            else:
                file = self.gather(task)
                self.model.open(file.case_file())
                state = self.which
                while state is not None:
                    state = state(file)
                    log.info("-> %s", state.__name__ if state else "done")
        except (Silent, Down) as trouble:
            if self.later(ticket, trouble):
                return
            file = File(ticket, day(ticket["received"]), "", [])
            file.ruling = Ruling("escalated", "-", f"could not be worked on: {trouble}")
        try:
            self.close(file)
        except Down as trouble:
            log.warning("closing: %s", trouble)
            self.later(ticket, trouble)

    def later(self, ticket: dict, trouble: Exception) -> bool:
        log.warning("%s: %s", ticket["id"], trouble)
        if self.rounds[ticket["id"]] >= 3:
            return False
        try:
            self.desk.do("defer", reason=str(trouble)[:150], ticket_id=ticket["id"])
            return True
        except (No, Down):
            return False

    def gather(self, task: dict) -> File:
        ticket = task["ticket"]
        handbook = self.desk.handbook(task["now"][:10])
        own = self.desk.orders_of(ticket["from"]["email"])
        named = [number for number in numbers_in(ticket["subject"] + "\n" + ticket["body"]) if number not in own]
        orders = [order for number in own + named if (order := self.desk.order(number))]
        return File(ticket, day(ticket["received"]), handbook, orders)

    # -- the states

    def which(self, file: File):
        file.language = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch", "pl": "Polish"}[
            self.model.ask("In which language does the customer write? Answer with one of: en, de, fr, es, nl, pl.", r"(en|de|fr|es|nl|pl)\b.{0,15}")[1].lower()
        ]
        if not file.orders:
            return self.rule(file, "need_info", "I-1", "no order of the sender was found")
        said = self.model.ask(
            "Which of these orders does the customer want something for now? Leave out orders that are only mentioned and requests that have been settled. "
            "Answer with the number in brackets, such as 2. If they want something for several orders, answer with all numbers, such as 1+3. "
            "If it could be one or the other and the file does not settle which, answer ?",
            r"\(?(\?|\d+\)?(?:\s*(?:\+|,|and)\s*\(?\d+\)?)*)",
        )[1]
        if said == "?":
            return self.rule(file, "need_info", "I-1", "the mail does not settle which order is meant")
        picked = sorted({int(digits) for digits in "".join(c if c.isdigit() else " " for c in said).split()})
        if any(not 1 <= number <= len(file.orders) for number in picked):
            return self.rule(file, "need_info", "I-1", "the mail does not settle which order is meant")
        if len(picked) > 1:
            return self.rule(file, "escalated", "H-1", "something is wanted for more than one order")
        file.order = file.orders[picked[0] - 1]
        file.facts.append(f"The customer wants something for order {file.order['id']}.")
        return self.sure

    def sure(self, file: File):
        if len(file.orders) == 1:
            return self.alarms
        answer = self.model.yes(
            f"A colleague thinks that the mail is about order {file.order['id']}. Could the customer, by what they wrote, just as well mean another one of these orders?"
        )
        if answer is not False:
            return self.rule(file, "need_info", "I-1", "another order fits the mail just as well")
        return self.alarms

    def alarms(self, file: File):
        order, customer = file.order, file.order["customer"]
        sender = file.ticket["from"]["email"].lower()
        if sender not in {a.lower() for a in [customer["email"], *customer.get("also", [])]}:
            return self.rule(file, "escalated", "I-2", "the sender's address is not on the account")
        if order.get("chargeback") == "open":
            return self.rule(file, "escalated", "H-3", "a chargeback is open")
        if order.get("gift"):
            return self.rule(file, "escalated", "H-4", "it is a gift order")
        if any(note.get("kind") == "promise" for note in order.get("notes", [])):
            return self.rule(file, "escalated", "H-6", "a colleague made a promise")
        if self.model.yes("Does the customer threaten with, or mention as involved, a lawyer, a court, a consumer authority or an ombudsman?") is not False:
            return self.rule(file, "escalated", "H-5", "legal steps")
        if self.model.yes("Does the customer insist on a replacement or on store credit instead of money?"):
            return self.rule(file, "escalated", "H-6", "wants a replacement or store credit instead of money")
        return self.what

    def what(self, file: File):
        file.want = self.model.letter(f"What does the customer want for order {file.order['id']} now?", WANTS)
        file.facts.append(f"They want {WANTS[file.want]}.")
        if file.want == "H":
            return self.rule(file, "escalated", "I-1", "a request that the handbook does not know")
        if file.want == "F":
            return self.rule(file, "denied", "M-4", "nothing is paid for annoyance or time")
        if file.want in "DE" or not file.order.get("delivered"):
            return self.transit
        if file.want == "C":
            return self.delay
        return self.lines

    def transit(self, file: File):
        order = file.order
        if order["status"] == "processing":
            return self.everything(file, "L-4", "not shipped yet, cancelled")
        if not order.get("delivered"):
            overdue = (file.today - day(order["promised"])).days
            if overdue >= 10:
                return self.everything(file, "L-2", f"the parcel counts as lost, {overdue} days after the promised date")
            if file.want == "E":
                return self.rule(file, "denied", "L-4", "it has been shipped and cannot be stopped; it can be returned after delivery")
            return self.rule(file, "denied", "L-2", f"it is still on its way, {overdue} days after the promised date")
        if file.want == "D":
            has_it = self.model.yes("Has the parcel arrived, by the customer's own account?")
            if has_it:
                return self.delay
            return self.rule(file, "escalated", "L-3", "delivered according to the system, not according to the customer")
        file.want = "A"  # wanted it stopped, but it is there
        return self.lines

    def delay(self, file: File):
        order = file.order
        late = (day(order["delivered"]) - day(order["promised"])).days
        complained = (file.today - day(order["delivered"])).days
        if any("delay" in (r.get("reason") or "").lower() or "late" in (r.get("reason") or "").lower() or "L-1" in (r.get("reason") or "") for r in order["refunds"]):
            return self.rule(file, "denied", "L-1", "the delay has been compensated before")
        if late <= 3 or complained > 30:
            return self.rule(file, "denied", "L-1", f"delivered {late} days after the promised date, told on day {complained}")
        goods = sum((Decimal(i["unit_price"]) * i["quantity"] for i in order["items"]), Decimal(0))
        goods -= sum((Decimal(r["amount"]) for r in order["refunds"] if r.get("sku")), Decimal(0))
        cap = Decimal(100 if order["currency"] == "PLN" else 25)
        amount = min((goods / 10).quantize(CENT, ROUND_HALF_UP), cap)
        file.ruling = Ruling("refunded", "L-1", f"delivered {late} days late", amount)
        return self.panel

    def lines(self, file: File):
        order = file.order
        last = chr(96 + len(order["items"]))
        said = self.model.ask(
            f"For which lines of order {order['id']} does the customer want money back, and for how many pieces of each? Leave out what they keep. "
            "Answer such as: a 1, c 2. If it is the whole order, answer: all. If the file does not settle it, answer: ?",
            rf"(\?|all|[a-{last}]\W*\d+(?:\s*(?:,|;|and|\+)\s*[a-{last}]\W*\d+)*)",
        )[1].lower()
        if said == "?":
            return self.rule(file, "need_info", "I-1", "it is not clear which items are meant")
        if said == "all":
            file.lines = {at: item["quantity"] for at, item in enumerate(order["items"])}
        else:
            for name, pieces in re.findall(r"([a-z])\W*(\d+)", said):
                at = ord(name) - 97
                file.lines[at] = min(int(pieces), order["items"][at]["quantity"])
        file.facts.append("It is about " + ", ".join(f"{n} x {order['items'][at]['name']}" for at, n in file.lines.items()) + ".")
        if file.want == "G":
            return self.chase
        return self.since if file.want == "B" else self.opened

    def chase(self, file: File):
        back = {r.get("sku") for r in file.order["refunds"]}
        if all(file.order["items"][at]["sku"] in back for at in file.lines) or (None in back and file.order["refunds"]):
            return self.rule(file, "denied", "M-3", "it has been refunded already")
        return self.rule(file, "escalated", "M-3", "the refund that the customer waits for is not on record")

    def since(self, file: File):
        """Damage: counted to the first mail about it."""
        said = self.model.ask(
            "On which day did the customer first tell us about this damage or fault? Older mails that are quoted below count. Answer as YYYY-MM-DD.",
            r"(\d{4}-\d\d-\d\d)",
        )[1]
        delivered = day(file.order["delivered"])
        try:
            told = day(said)
        except ValueError:
            told = file.today
        if not delivered <= told <= file.today:
            told = file.today
        file.days = (told - delivered).days
        file.facts.append(f"Delivered on {delivered}, first told on {told}: day {file.days}.")
        return self.share_of_price

    def opened(self, file: File):
        file.days = (file.today - day(file.order["delivered"])).days
        file.facts.append(f"Delivered on {day(file.order['delivered'])}, asked on {file.today}: day {file.days}.")
        if any(file.order["items"][at]["category"] == "electronics" for at in file.lines):
            file.opened = self.model.yes("Has the customer opened or used the device that they want to give back?")
            if file.opened is None:
                return self.rule(file, "need_info", "R-2", "has the device been opened?")
            file.facts.append("The device has been opened or used." if file.opened else "The device is still sealed.")
        return self.share_of_price

    def share_of_price(self, file: File):
        """The model says how much of the price is due; code does the sums."""
        found = "\n".join(f"- {fact}" for fact in file.facts)
        shares = {}
        for at in file.lines:
            item = file.order["items"][at]
            shares[at] = Decimal(self.model.ask(
                f"What we have found out:\n{found}\n\nBy the handbook, how much of the price of the {item['name']} (line {chr(97 + at)}) must we pay back, in per cent? "
                "Leave shipping and earlier refunds aside. Answer with a number from 0 to 100.",
                r"(\d{1,3}(?:\.\d+)?)\s*%?",
            )[1])
        mine = {at: self.own_share(file, at) for at in file.lines}
        log.info("shares: the model says %s, code says %s", shares, mine)
        if shares != mine:
            shares = self.argue(file, shares, mine)
            if shares is None:
                return self.rule(file, "escalated", "-", "model and code disagree on what is due")
        total, workings = Decimal(0), []
        for at, pieces in file.lines.items():
            item = file.order["items"][at]
            price = Decimal(item["unit_price"]) * pieces
            kept = (price * (100 - shares[at]) / 100).quantize(CENT, ROUND_HALF_UP)
            before = sum((Decimal(r["amount"]) for r in file.order["refunds"] if r.get("sku") == item["sku"]), Decimal(0))
            total += max(Decimal(0), price - kept - before) if shares[at] else 0
            workings.append(f"{pieces} x {item['name']} at {item['unit_price']}: {shares[at]} %, {before} paid back before")
        whole = all(file.lines.get(at, 0) >= item["quantity"] for at, item in enumerate(file.order["items"])) and all(shares.values())
        if total and whole and (file.want == "B" or file.days <= 14):
            total += Decimal(file.order.get("shipping_fee") or 0)
            workings.append("and shipping, as it is the whole order")
        total = min(total, Decimal(file.order["refundable"]))
        file.facts += workings
        clause = "R-2" if file.opened else CLAUSES[file.want]
        if total <= 0:
            return self.rule(file, "denied", clause, f"nothing is due: {'; '.join(workings)}; day {file.days}")
        file.ruling = Ruling("refunded", clause, "; ".join(workings), total)
        return self.panel

    def own_share(self, file: File, at: int) -> Decimal:
        item = file.order["items"][at]
        if file.want == "B":
            return Decimal(100 if file.days <= 7 else 0)
        if item.get("final_sale"):
            return Decimal(0)
        if file.opened and item["category"] == "electronics":
            return Decimal(85 if file.days <= 14 else 0)
        return Decimal(100 if file.days <= 30 else 0)

    def argue(self, file: File, theirs: dict, mine: dict):
        """Two say different things: the large model decides between them, blind to who is who."""
        found = "\n".join(f"- {fact}" for fact in file.facts)

        def speak(shares: dict) -> str:
            return ", ".join(f"{share} % for the {file.order['items'][at]['name']}" for at, share in shares.items())

        verdict = self._large_letter(
            f"Two clerks have worked on this file. What both agree on:\n{found}\n\nOn what is to be paid back by the handbook they differ. Who is right?",
            {"P": speak(mine), "Q": speak(theirs), "N": "neither"},
        )
        return {"P": mine, "Q": theirs}.get(verdict)

    def _large_letter(self, question: str, choices: dict[str, str]) -> str:
        before, self.model.model = self.model.model, self.model.large
        try:
            return self.model.letter(question, choices)
        finally:
            self.model.model = before

    def everything(self, file: File, clause: str, because: str):
        left = Decimal(file.order["refundable"])
        if left <= 0:
            return self.rule(file, "denied", "M-3", "everything has been paid back already")
        file.ruling = Ruling("refunded", clause, because, left)
        return self.panel

    def panel(self, file: File):
        """Before money moves: the limit in code, and a sceptic and an advocate heard by an arbiter."""
        order, ruling = file.order, file.ruling
        if ruling.amount > (2000 if order["currency"] == "PLN" else 500):
            return self.rule(file, "escalated", "H-2", f"{ruling.amount} {order['currency']} is more than we may pay")
        proposal = f"pay back {ruling.amount} {order['currency']} for order {order['id']} under {ruling.clause} ({ruling.because})"
        against = self.model.prose(
            f"It is proposed to {proposal}. You are the auditor: in at most two sentences, say the strongest reason in the file why this payment would be wrong "
            "(another order, too many items, too late, not theirs, paid before, for the desk). If there is none, answer: nothing against it."
        )
        if against.lower().startswith("nothing against"):
            return None
        pro = self.model.prose(
            f"It is proposed to {proposal}. The auditor objects: {against}\nYou speak for the customer: in at most two sentences, why is the payment right all the same? "
            "If the auditor is right, answer: the auditor is right."
        )
        verdict = self.model.letter(
            f"You are the arbiter. Proposal: {proposal}.\nAuditor: {against}\nFor the customer: {pro}\nWhat is to be done?",
            {"P": "pay as proposed", "D": "decline, nothing is due", "H": "hand over to the refunds desk", "Q": "ask the customer"},
        )
        if verdict == "P":
            return None
        outcome = {"D": "denied", "H": "escalated", "Q": "need_info"}[verdict]
        return self.rule(file, outcome, "-", f"after a second look: {against[:200]}")

    def rule(self, file: File, outcome: str, clause: str, because: str):
        file.ruling = Ruling(outcome, clause, because)
        return None

    # -- acting

    def close(self, file: File) -> None:
        ticket, ruling, order = file.ticket, file.ruling, file.order
        log.info("%s: %s", ticket["id"], ruling)
        number = order["id"] if order else None
        if ruling.outcome == "refunded":
            try:
                if ticket["id"] in self.in_doubt:
                    before = self.in_doubt[ticket["id"]][1]
                    done = before - Decimal(self.desk.order(number)["refundable"]) >= ruling.amount
                else:
                    done = False
                if not done:
                    self.in_doubt.setdefault(ticket["id"], (file, Decimal(self.desk.order(number)["refundable"])))
                    done = self.desk.pay_once(ticket["id"], number, ruling.amount, order["currency"], f"{ruling.clause} {ruling.because}")
                if not done:
                    if self.later(ticket, Down("the refund is not on the books")):
                        return
                    ruling = Ruling("escalated", "-", "the payment was acknowledged but is not on the books")
            except No as no:
                ruling = Ruling("escalated", "-", f"the payment was refused: {no}")
        if ruling.outcome == "escalated" and ticket["id"] not in self.open_cases:
            self.desk.do("escalate", order_id=number, reason=f"{ruling.clause}: {ruling.because}"[:250],
                         summary=(" ".join(file.facts) or ticket["subject"])[:500], ticket_id=ticket["id"])
            self.open_cases.add(ticket["id"])
        body = self.compose(file, ruling)
        paid = ruling.outcome == "refunded"
        try:
            self.desk.do("reply", ticket_id=ticket["id"], order_id=number, outcome=ruling.outcome, body=body,
                         amount=str(ruling.amount) if paid else None, currency=order["currency"] if paid else None)
        except No as no:
            if no.status != 409:
                log.error("reply: %s", no)

    def compose(self, file: File, ruling: Ruling) -> str:
        name = file.ticket["from"]["name"]
        about = f"order {file.order['id']}" if file.order else "your request"
        message = {
            "refunded": f"We have refunded {ruling.amount} {file.order['currency'] if file.order else ''} for {about}.",
            "denied": f"We cannot pay anything back for {about}: {ruling.because}.",
            "escalated": f"Our refunds desk has taken over {about} and will write; nothing has been paid so far.",
            "need_info": f"We cannot act yet: {ruling.because}. Please tell us more, best with the order number.",
        }[ruling.outcome]
        plain = f"Hello {name},\n\n{message}\n\nKind regards\nHarbour Lane"
        if not self.model.case_file or file.language == "English":
            return plain
        try:
            return self.model.prose(
                f"Write this mail to the customer in {file.language}, true to the sense, with the same numbers and no additions. The mail only.\n\n{plain}", tokens=350
            ) or plain
        except Silent:
            return plain
