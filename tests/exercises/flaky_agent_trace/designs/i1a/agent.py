"""Router, specialist, letter."""

import json
import logging
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import rules
from backoffice import BackOffice, BackOfficeError, NotBooked
from llm import Model, ModelDown
from specialists import SPECIALISTS

log = logging.getLogger("agent")

PROMPTS = Path(__file__).parent / "prompts"
ROUTER = (PROMPTS / "router.md").read_text(encoding="utf-8")
COMMON = (PROMPTS / "common.md").read_text(encoding="utf-8")
LETTER = (PROMPTS / "letter.md").read_text(encoding="utf-8")

MAX_TURNS = 9


@dataclass
class Outcome:
    """What has been done in the world."""

    kind: str  # refunded, denied, escalated, need_info
    order: dict | None = None
    amount: Decimal | None = None
    facts: str = ""


class Later(Exception):
    """The ticket should be put back."""


class RefundDesk:
    def __init__(self, model: Model, office: BackOffice, task: dict, last_chance: bool) -> None:
        self.model = model
        self.office = office
        self.ticket = task["ticket"]
        self.id = self.ticket["id"]
        self.sender = self.ticket["from"]["email"]
        self.today = date.fromisoformat(task["now"][:10])
        self.received = date.fromisoformat(self.ticket["received"][:10])
        self.last_chance = last_chance
        self.orders: dict[str, dict] = {}
        self.quotes: dict[str, rules.Quote] = {}
        self.outcome: Outcome | None = None

    # -- the three steps ---------------------------------------------------------------------------------------

    def handle(self) -> None:
        mail = self.mail()
        own = self.own_orders()
        handbook = self.office.handbook(self.today)
        counter = self.route(mail)
        log.info("%s goes to counter %s", self.id, counter)
        self.outcome = outcome = self.specialist(counter, mail, own, handbook)
        body = self.letter(mail, outcome)
        self.office.reply(self.id, outcome.kind, body, outcome.order, outcome.amount)

    def mail(self) -> str:
        sender = self.ticket["from"]
        return (
            f"From: {sender['name']} <{sender['email']}>\nReceived: {self.ticket['received'][:10]}\n"
            f"Subject: {self.ticket['subject']}\n\n{self.ticket['body']}"
        )

    def route(self, mail: str) -> str:
        for temperature in (0.0, 0.5, 0.8):
            answer = self.model.text(ROUTER, mail, max_tokens=16, temperature=temperature)
            log.info("router: %r", answer)
            if match := re.match(r"\W*([A-Fa-f])\b", answer):
                return match.group(1).upper()
        return "E"  # the counter with nearly all tools

    def specialist(self, counter: str, mail: str, own: str, handbook: str) -> Outcome:
        who = SPECIALISTS[counter]
        system = COMMON.format(
            speciality=who.speciality,
            how=who.how,
            closing="settle, turn_down, pass_on or ask_back",
            rules=clauses(handbook, who.clauses),
        )
        user = f"Today is {self.today}.\n\n=== E-mail ===\n{mail}\n\n=== Orders of this sender ===\n{own}"
        messages: list[dict] = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        for _ in range(MAX_TURNS):
            turn = self.model.turn(messages, who.tools, max_tokens=600)
            if not turn.calls:
                messages.append({"role": "assistant", "content": turn.content})
                messages.append({"role": "user", "content": "Please use a tool: a calculator, or one of the closing tools."})
                continue
            messages.append(assistant(turn))
            done: Outcome | None = None
            for call in turn.calls:
                log.info("%s %s", call.name, call.arguments)
                if done:
                    result = "not done, the case is closed"
                else:
                    result = self.use(call.name, call.arguments)
                    if isinstance(result, Outcome):
                        done, result = result, "done"
                messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
            if done:
                return done
        return self.hand_over(None, "the assistant came to no decision", "No decision within the steps allowed.")

    def letter(self, mail: str, outcome: Outcome) -> str:
        low, high = {"refunded": (50, 100), "denied": (60, 120), "escalated": (40, 80), "need_info": (40, 80)}[outcome.kind]
        system = LETTER.format(language_hint="the language in which the mail is written", low=low, high=high)
        user = f"=== The customer's mail ===\n{mail}\n\n=== Facts ===\n{outcome.facts}\n\nNow write the letter."
        try:
            body = self.model.text(system, user, max_tokens=500, temperature=0.5)
        except ModelDown:
            body = ""
        log.info("letter: %r", body)
        wanted = f"{outcome.amount:.2f}" if outcome.amount is not None else ""
        if len(body.split()) < 15 or (wanted and wanted not in body.replace(",", ".")):
            body = f"Dear {self.ticket['from']['name']},\n\n{outcome.facts}\n\nHarbour Lane Customer Care"
        return body

    # -- orders ------------------------------------------------------------------------------------------------

    def load(self, number: str) -> dict | None:
        match = re.search(r"\d{4,}", str(number))
        if not match:
            return None
        number = f"HL-{match.group()}"
        if number not in self.orders:
            order = self.office.order(number)
            if order is None:
                return None
            self.orders[number] = order
        return self.orders[number]

    def own_orders(self) -> str:
        found = self.office.search(email=self.sender)
        lines = [
            f"- {o['id']}, placed {o['placed']}, {o['status']}: {'; '.join(o['items'])} ({o['total']} {o['currency']})"
            for o in found
        ]
        known = {o["id"] for o in found}
        text = f"{self.ticket['subject']}\n{self.ticket['body']}"
        for number in dict.fromkeys(re.findall(r"\b(?:HL[- ]?)?(\d{6})\b", text)):
            if f"HL-{number}" in known:
                continue
            order = self.load(number)
            if order is None:
                lines.append(f"- HL-{number} is named in the mail; there is no such order")
            else:
                reason = rules.must_go_to_desk(order, self.sender)
                state = reason[1] if reason else "belongs to the sender under another address"
                lines.append(f"- {order['id']} is named in the mail; {state}")
        return "\n".join(lines) or "none under this address"

    # -- tools -------------------------------------------------------------------------------------------------

    def use(self, name: str, args: dict) -> "str | Outcome":
        if name == "find_in_orders":
            return self.find(args)
        if name == "ask_back":
            return Outcome("need_info", None, None, "We cannot tell yet which order or article is meant. Question: " + str(args.get("question", "")))
        order = self.load(args.get("number") or "")
        if name == "pass_on":
            return self.hand_over(order, str(args.get("why", "")), str(args.get("why", "")))
        if order is None:
            return f"There is no order {args.get('number')!r}."
        if name in ("order_sheet", "payments"):
            return sheet(order)
        if name.startswith("calculate_"):
            try:
                quote = self.calculate(name, order, args)
            except (ValueError, KeyError, TypeError) as error:
                return f"The calculator cannot read that: {error}"
            self.quotes[order["id"]] = quote
            return quote.text()
        quote = self.quotes.get(order["id"])
        if name == "turn_down":
            return self.turn_down(order, quote, args)
        if name == "settle":
            if quote is None:
                return "Nothing has been calculated for this order yet. Use a calculator first."
            if quote.verdict == "desk":
                return self.hand_over(order, quote.rule, quote.why)
            if quote.verdict != "pay" or quote.amount is None:
                return f"Cannot be settled: the calculator says {quote.verdict.upper()}, {quote.why}."
            return self.pay(quote)
        return f"There is no tool {name}."

    def find(self, args: dict) -> str:
        criteria = {}
        if args.get("word"):
            criteria["text"] = str(args["word"])
        if args.get("customer_name"):
            criteria["name"] = str(args["customer_name"])
        if not criteria:
            return "Give a word or a name."
        found = [o for o in self.office.search(**criteria)][:10]
        return "\n".join(f"- {o['id']}, {o['customer']}, placed {o['placed']}, {o['status']}: {'; '.join(o['items'])}" for o in found) or "nothing found"

    def calculate(self, name: str, order: dict, args: dict) -> rules.Quote:
        if name == "calculate_missing":
            return rules.quote_missing(order, self.sender, self.today)
        if name == "calculate_stop":
            return rules.quote_cancel(order, self.sender)
        if name == "calculate_delay":
            return rules.quote_delay(order, self.sender, self.received, pieces(order, args.get("sent_back") or []))
        counted = pieces(order, args["articles"])
        if not counted:
            raise ValueError("no articles of this order were given")
        if name == "calculate_fault":
            first = min(date.fromisoformat(str(args["first_told"])[:10]), self.received)
            return rules.quote_fault(order, self.sender, first, counted)
        opened = {sku for text in args.get("unpacked_or_used") or [] if (sku := sku_of(order, str(text)))}
        return rules.quote_return(order, self.sender, self.received, counted, opened)

    def turn_down(self, order: dict, quote: rules.Quote | None, args: dict) -> "str | Outcome":
        if reason := rules.must_go_to_desk(order, self.sender):
            return self.hand_over(order, *reason)
        if quote and quote.verdict == "pay":
            return f"The calculator says that {quote.amount:.2f} is due. Settle it, or calculate again with other articles or dates."
        if quote and quote.verdict == "desk":
            return self.hand_over(order, quote.rule, quote.why)
        why = quote.why if quote else str(args.get("explanation", ""))
        return Outcome("denied", order, None, f"Order {order['id']}: we cannot refund this. Reason: {why}.")

    def hand_over(self, order: dict | None, reason: str, summary: str) -> Outcome:
        self.office.escalate(self.id, order["id"] if order else None, reason or "handover", summary or "see mail")
        what = f"Order {order['id']}: the" if order else "The"
        return Outcome("escalated", order, None, f"{what} case has been passed to our colleagues of the refunds desk, who will look into it and write to the customer. Nothing has been paid.")

    def pay(self, quote: rules.Quote) -> Outcome:
        order, amount = quote.order, quote.amount
        assert amount is not None
        try:
            self.office.refund(self.id, order, amount, f"{quote.rule}: {quote.why}")
        except NotBooked:
            if not self.last_chance:
                raise Later("refund is not booked") from None
            return self.hand_over(order, "refund not booked", f"A refund of {amount:.2f} was acknowledged but isn't booked; please check.")
        except BackOfficeError as error:
            log.error("refund refused: %s", error)
            return self.hand_over(order, "refund refused", str(error))
        return Outcome(
            "refunded", order, amount, f"Order {order['id']}: we have refunded {amount:.2f} {order['currency']} to the original payment method. Reason: {quote.why}."
        )


# -- helpers -----------------------------------------------------------------------------------------------------


def assistant(turn) -> dict:
    return {
        "role": "assistant",
        "content": turn.content or None,
        "tool_calls": [
            {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": json.dumps(c.arguments, ensure_ascii=False)}}
            for c in turn.calls
        ],
    }


def clauses(handbook: str, prefixes: tuple[str, ...]) -> str:
    """The clauses whose names begin so, and what everybody needs."""
    picked = [line for line in handbook.splitlines() if line.lstrip("* ").startswith((*prefixes, "C-"))]
    return "\n".join(picked) or handbook


def sku_of(order: dict, text: str) -> str | None:
    wanted = text.strip().lower()
    for item in order["items"]:
        if wanted in (item["sku"].lower(), item["name"].lower()):
            return item["sku"]
    return None


def pieces(order: dict, articles: list) -> dict[str, int]:
    counted: dict[str, int] = {}
    for article in articles:
        sku = sku_of(order, str(article["sku"]))
        if sku is None:
            raise ValueError(f"{article['sku']!r} is not on order {order['id']}")
        counted[sku] = counted.get(sku, 0) + int(article.get("pieces", 1))
    return counted


def sheet(order: dict) -> str:
    """The order for reading."""
    lines = [
        f"Order {order['id']} of {order['customer']['name']}, placed {order['placed']}, status {order['status']}",
        f"promised for {order['promised']}, delivered on {order['delivered'] or '-'}",
        "Articles:",
    ]
    for item in order["items"]:
        extra = ", final sale" if item.get("final_sale") else ""
        lines.append(f"  {item['sku']}  {item['quantity']} x {item['name']} at {item['unit_price']} {order['currency']} ({item['category']}{extra})")
    lines.append(f"Shipping {order['shipping_fee']}, total {order['total']}, still refundable {order['refundable']} {order['currency']}")
    for refund in order.get("refunds", []):
        lines.append(f"Given back on {refund.get('on')}: {refund['amount']} for {refund.get('sku') or 'the order'} ({refund.get('reason')})")
    for note in order.get("notes", []):
        lines.append(f"Note ({note.get('kind')}, {note.get('on')}): {note.get('text')}")
    if order.get("chargeback", "none") != "none":
        lines.append(f"Chargeback: {order['chargeback']}")
    if order.get("gift"):
        lines.append("Gift order")
    return "\n".join(lines)
