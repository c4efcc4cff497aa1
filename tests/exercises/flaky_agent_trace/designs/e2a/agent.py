"""One ticket: collect the facts, ask the model small questions, decide in code, act, reply."""

import logging
import re
from datetime import date

import openai

from analyst import Analyst
from backoffice import BackOffice
from questions import SEPTEMBER, HandbookNumbers, Kind
from rules import Verdict, decide, for_the_desk

log = logging.getLogger("agent")

NUMBER = re.compile(r"\b(?:HL[-\s]?)?(\d{6})\b", re.IGNORECASE)


def show_mail(ticket: dict) -> str:
    sender = ticket["from"]
    return (
        f"# Mail\n\nFrom: {sender['name']} <{sender['email']}>\nReceived: {ticket['received'][:10]}\n"
        f"Subject: {ticket['subject']}\n\n<<<\n{ticket['body']}\n>>>"
    )


def show_order(order: dict) -> str:
    fate = {"delivered": f"delivered {order.get('delivered')}", "shipped": "shipped, not delivered yet",
            "processing": "in processing, not shipped yet"}.get(order["status"], order["status"])
    out = [f"## {order['id']}: placed {order['placed']}, promised for {order.get('promised')}, {fate}"]
    for item in order["items"]:
        sale = ", final sale" if item["final_sale"] else ""
        out.append(f"- {item['quantity']} x {item['name']} (sku {item['sku']}, {item['category']}, "
                   f"{item['unit_price']} {order['currency']} each{sale})")
    for refund in order["refunds"]:
        out.append(f"- refunded earlier: {refund['amount']} on {refund['on']} for {refund.get('sku') or 'the order'}")
    for note in order["notes"]:
        out.append(f"- colleague's note of {note['on']}: {note['text']}")
    return "\n".join(out)


class Agent:
    def __init__(self, analyst: Analyst, office: BackOffice) -> None:
        self.analyst, self.office = analyst, office
        self.paid: dict[str, tuple[dict, Verdict]] = {}
        self.cases: dict[str, str] = {}
        self.numbers: dict[str, HandbookNumbers] = {"2026-09": SEPTEMBER}

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        order, verdict = self.paid.get(ticket["id"]) or self.judge(ticket)
        log.info("%s: %s %s: %s", ticket["id"], verdict.action, verdict.amount or "", verdict.why)
        if verdict.action == "refund" and ticket["id"] not in self.paid:
            self.office.refund(ticket["id"], order["id"], verdict.amount, order["currency"], verdict.why[:200])
            self.paid[ticket["id"]] = order, verdict
        self.close(ticket, order, verdict)

    def close(self, ticket: dict, order: dict | None, verdict: Verdict) -> None:
        order_id, outcome = order and order["id"], "need_info"
        if verdict.action == "refund":
            outcome = "refunded"
            facts = f"Refunded {verdict.amount} {order['currency']} on order {order_id}. Reasons: {verdict.why}"
        elif verdict.action == "deny":
            outcome = "denied"
            facts = f"No refund on order {order_id}. Reasons: {verdict.why}"
        elif verdict.action == "escalate":
            outcome = "escalated"
            if ticket["id"] not in self.cases:
                self.cases[ticket["id"]] = self.office.escalate(
                    ticket["id"], order_id, verdict.why, f"{ticket['from']['email']}: {ticket['subject']}. {verdict.why}"
                )
            facts = "The case was handed over to our refunds desk; colleagues will get in touch. Nothing was refunded."
        else:
            facts = f"We need to know more before we can do anything; ask the customer. What is open: {verdict.why}"
        try:
            text = self.analyst.write_reply(show_mail(ticket), facts)
        except openai.APIError as error:
            log.warning("no text from the model: %s", error)
            text = ""
        text = text or f"Hello {ticket['from']['name']},\n\n{facts}\n\nHarbour Lane Support"
        amount = verdict.amount if outcome == "refunded" else None
        self.office.reply(ticket["id"], outcome, text, order_id, amount, order["currency"] if amount else None)

    def judge(self, ticket: dict) -> tuple[dict | None, Verdict]:
        mail, sender = show_mail(ticket), ticket["from"]["email"]
        orders, unknown = self.collect(ticket)
        if not orders:
            return None, Verdict("need_info", "we find no order; which order number, and which address was it placed with?")
        signs = self.analyst.handover_signs(mail)
        pick = self.analyst.which_order(mail, "\n\n".join(show_order(o) for o in orders.values()), unknown)
        asked = [o for o in dict.fromkeys(pick.requested) if o in orders]
        fits = [o for o in dict.fromkeys(pick.equally_possible) if o in orders]
        order = orders[asked[0]] if len(asked) == 1 else None
        if signs.legal_step or signs.insists_on_replacement_or_credit:
            rule = "H-5" if signs.legal_step else "H-6"
            return order, Verdict("escalate", f"'{signs.quote}' ({rule})")
        if len(set(fits) | set(asked)) > 1 and fits:
            return None, Verdict("need_info", f"which of these orders is meant: {', '.join(sorted({*fits, *asked}))}")
        if len(asked) > 1:
            return None, Verdict("escalate", f"asks for something on several orders: {', '.join(asked)} (H-1)")
        if order is None:
            return None, Verdict("need_info", "which order is meant?")
        if reason := for_the_desk(order, sender):
            return order, Verdict("escalate", reason)
        wishes = self.analyst.wishes(mail, show_order(order)).wishes
        if not wishes:
            return order, Verdict("need_info", "what the customer would like us to do")
        received, reported = date.fromisoformat(ticket["received"][:10]), None
        if broken := [p.sku for w in wishes if w.kind is Kind.DEFECTIVE for p in w.items]:
            names = ", ".join(item["name"] for item in order["items"] if item["sku"] in broken)
            reported = min(received, self.analyst.first_report(mail, show_order(order), names).reported_on)
        return order, decide(order, wishes, received, reported, self.book())

    def collect(self, ticket: dict) -> tuple[dict[str, dict], list[str]]:
        """The orders that the mail could be about, in full, and the numbers that lead nowhere."""
        sender, orders, unknown = ticket["from"], {}, []
        short = {o["id"]: o for o in self.office.search(email=sender["email"])}
        if not short:
            short = {o["id"]: o for o in self.office.search(name=sender["name"])}
        for digits in dict.fromkeys(NUMBER.findall(f"{ticket['subject']}\n{ticket['body']}")):
            if f"HL-{digits}" not in short:
                if order := self.office.order(f"HL-{digits}"):
                    orders[order["id"]] = order
                else:
                    unknown.append(f"HL-{digits}")
        for order_id, brief in short.items():
            order = self.office.order(order_id)
            if order and order["status"] != brief["status"]:  # one of the two lags behind
                log.warning("%s: %s by search, %s by order", order_id, brief["status"], order["status"])
                order = self.office.order(order_id)
            if order:
                orders[order_id] = order
        return orders, unknown

    def book(self) -> HandbookNumbers:
        book = self.office.handbook()
        if book["version"] not in self.numbers:
            self.numbers[book["version"]] = self.analyst.handbook_numbers(book["text"])
        return self.numbers[book["version"]]
