"""Work off the refund inbox: a model records facts, a model decides, code checks and pays, a model writes the letter."""

import json
import logging
import os
import sys
from collections import Counter
from decimal import Decimal, InvalidOperation

import prompts
from claude import Claude, NoModel
from office import Office, Refused, Unavailable, gather, writes_for
from rules import Numbers, Part, Verdict, day, settle

log = logging.getLogger("main")

KINDS = {
    "change_of_mind": "mind", "damaged_or_wrong": "fault", "delivered_late": "late", "not_received": "missing",
    "cancel_before_delivery": "cancel", "goodwill": "goodwill",
}
ACTIONS = {"refund": "refund", "deny": "deny", "hand_over": "escalate", "ask_customer": "need_info"}


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    for noisy in ("httpx", "httpx2", "anthropic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    office = Office(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    handler = Handler(office, Claude())
    misses = 0
    while misses < 5:
        try:
            task = office.task()
            if task is None:
                break
            handler.handle(task)
            misses = 0
        except Exception:  # noqa: BLE001 - one ticket must not take the weekend with it
            log.exception("ticket failed")
            misses += 1
    return 0


class Handler:
    def __init__(self, office: Office, model: Claude) -> None:
        self.office, self.model = office, model
        self.seen: Counter[str] = Counter()

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        self.seen[ticket["id"]] += 1
        try:
            self.work(task)
        except (NoModel, Unavailable) as error:
            log.error("%s: %s", ticket["id"], error)
            self.later(ticket, None, str(error))
        except Exception as error:  # noqa: BLE001 - a bug of ours is for people
            log.exception("%s failed", ticket["id"])
            self.later(ticket, None, f"{type(error).__name__}: {error}")

    def later(self, ticket: dict, order_id: str | None, reason: str) -> None:
        """Put the ticket back; the third time hand it over, while it's still ours."""
        if self.seen[ticket["id"]] < 3:
            self.office.defer(ticket["id"], reason[:200])
        else:
            self.close(ticket, order_id, Verdict("escalate", "-", reason[:200]), None, "")

    def work(self, task: dict) -> None:
        ticket, today = task["ticket"], task["now"][:10]
        book = self.office.handbook(today)
        numbers = Numbers.read(book["text"])
        orders, unknown = gather(self.office, ticket)
        for order in orders:
            if paid := self.office.paid_on(ticket["id"], order):
                self.close(ticket, order["id"], Verdict("refund", "-", "paid before", paid), order, "")
                return
        facts = self.facts("medium", task, orders, unknown)
        order, verdict = self.judge(facts, ticket, orders, numbers)
        note = ""
        if order is not None and verdict.clause not in ("I-1", "H-1"):
            decision = self.decide("medium", ticket, order, facts, book)
            if not verdict.same(decision):
                log.warning("DIFFER code %s, model %s", verdict, decision)
                order, verdict = self.second_look(task, orders, unknown, numbers, book, (order, verdict), decision)
            note = decision.why
        self.act(ticket, order, verdict, note)

    def facts(self, size: str, task: dict, orders: list[dict], unknown: list[str]) -> dict:
        ticket = task["ticket"]
        user = prompts.FACTS_USER.format(
            today=task["now"], id=ticket["id"], received=ticket["received"], name=ticket["from"]["name"],
            email=ticket["from"]["email"], subject=ticket["subject"], body=ticket["body"],
            orders="\n".join(show(o, ticket["from"]["email"]) for o in orders) or "none found",
            unknown=f"<note>These numbers in the mail are no orders: {', '.join(unknown)}</note>\n" if unknown else "",
        )
        return self.model.fill(size, prompts.FACTS_SYSTEM, user, prompts.FACTS_TOOL)

    def judge(self, facts: dict, ticket: dict, orders: list[dict], numbers: Numbers) -> tuple[dict | None, Verdict]:
        """Code's verdict on recorded facts."""
        known = {o["id"]: o for o in orders}
        named = [known[i] for i in dict.fromkeys(facts["order_ids"]) if i in known]
        order = named[0] if len(named) == 1 else None
        if facts["legal_step"]:
            return order, Verdict("escalate", "H-5", "legal steps are mentioned")
        if facts["order_match"] == "several_requested":
            return None, Verdict("escalate", "H-1", "something is asked for on several orders")
        if order is None or facts["order_match"] in ("ambiguous", "none"):
            return None, Verdict("need_info", "I-1", "it isn't clear which order is meant")
        if not writes_for(order, ticket["from"]["email"]):
            return order, Verdict("escalate", "I-2", "the sender's address is not confirmed on the order")
        if facts["wants_instead_of_money"] != "nothing":
            return order, Verdict("escalate", "H-6", "the customer insists on something else than money")
        lines = {i["sku"]: i for i in order["items"]}
        parts = []
        for request in facts["requests"]:
            items = [i for i in request["items"] if i["sku"] in lines]
            parts.append(Part(
                KINDS.get(request["topic"], "goodwill"),
                {i["sku"]: int(i["pieces"]) for i in items if int(i["pieces"]) > 0},
                {i["sku"]: {"sealed_or_unused": False, "opened_or_used": True}.get(i["condition"]) for i in items},
                day(request.get("first_reported")),
            ))
        return order, settle(order, parts, day(ticket["received"]), numbers)

    def decide(self, size: str, ticket: dict, order: dict, facts: dict, book: dict, remark: str = "") -> Verdict:
        user = prompts.DECISION_USER.format(
            id=ticket["id"], received=ticket["received"], name=ticket["from"]["name"], email=ticket["from"]["email"],
            subject=ticket["subject"], body=ticket["body"], facts=json.dumps(facts, ensure_ascii=False, indent=1),
            order=show(order, ticket["from"]["email"]), dates=dates(order, facts, ticket), remark=remark,
        )
        said = self.model.fill(size, prompts.DECISION_SYSTEM.format(handbook=book["text"]), user, prompts.DECISION_TOOL)
        try:
            amount = Decimal(str(said["refund_amount"]).strip().split()[0])
        except (InvalidOperation, IndexError):
            amount = Decimal(0)
        return Verdict(ACTIONS.get(said["action"], "escalate"), said["clause"], said["explanation"], amount.quantize(Decimal("0.01")))

    def second_look(self, task: dict, orders: list[dict], unknown: list[str], numbers: Numbers, book: dict,
                    first: tuple[dict | None, Verdict], decision: Verdict) -> tuple[dict | None, Verdict]:
        """The large model reads afresh. Two that agree win; otherwise people decide."""
        facts = self.facts("large", task, orders, unknown)
        order, verdict = self.judge(facts, task["ticket"], orders, numbers)
        old_order, old = first
        same_order = (order or {}).get("id") == (old_order or {}).get("id")
        if same_order and verdict.same(old):
            return first
        if order is not None and same_order and verdict.same(decision):
            return order, verdict
        if order is None:
            return order, verdict
        again = self.decide("large", task["ticket"], order, facts, book)
        if verdict.same(again):
            return order, verdict
        log.error("UNSETTLED %s / %s / %s / %s", old, decision, verdict, again)
        return order, Verdict("escalate", "-", "two readings of the case disagree")

    def act(self, ticket: dict, order: dict | None, verdict: Verdict, note: str) -> None:
        order_id = order["id"] if order else None
        if verdict.action == "refund":
            if not self.office.pay(ticket["id"], order, verdict.amount, verdict.clause):
                self.later(ticket, order_id, "the refund is not booked yet")
                return
        self.close(ticket, order_id, verdict, order, note)

    def close(self, ticket: dict, order_id: str | None, verdict: Verdict, order: dict | None, note: str) -> None:
        """Whatever is said has happened by now."""
        if verdict.action == "escalate":
            self.office.hand_over(ticket["id"], order_id, f"{verdict.clause}: {verdict.why}",
                                  f"{ticket['from']['name']} <{ticket['from']['email']}>: {ticket['subject']}")
        text = self.letter(ticket, order_id, verdict, order, note)
        outcome = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "need_info": "need_info"}[verdict.action]
        if verdict.action == "refund":
            self.office.reply(ticket["id"], order_id, outcome, text, verdict.amount, order["currency"])
        else:
            self.office.reply(ticket["id"], order_id, outcome, text)

    def letter(self, ticket: dict, order_id: str | None, verdict: Verdict, order: dict | None, note: str) -> str:
        label = f"order {order_id}" if order_id else "the request"
        plain = {
            "refund": f"We have refunded {verdict.amount} {order['currency'] if order else ''} for {label}.",
            "deny": f"We have checked {label} and cannot refund it. Reason: {note or verdict.why}.",
            "escalate": f"We have passed {label} on to our refunds desk, who will look at it. Nothing has been refunded.",
            "need_info": "We need to know which order, and which item of it, the request is about: please send the order number.",
        }[verdict.action]
        if verdict.clause == "D-2":
            plain += " The warranty workshop can help: harbourlane.example/warranty."
        fallback = f"Hello {ticket['from']['name']},\n\n{plain}\n\nKind regards\nHarbour Lane"
        try:
            text = self.model.write("small", prompts.LETTER_SYSTEM, prompts.LETTER_USER.format(
                name=ticket["from"]["name"], body=ticket["body"].split("\n>")[0], outcome=plain))
        except NoModel:
            return fallback
        if not text or (verdict.action == "refund" and (order_id not in text or str(verdict.amount) not in text.replace(",", "."))):
            log.warning("ODD letter: %r for %r", text, plain)
            return fallback
        return text


def show(order: dict, email: str) -> str:
    items = "\n".join(
        f'  <line sku="{i["sku"]}" name="{i["name"]}" category="{i["category"]}" quantity="{i["quantity"]}" '
        f'unit_price="{i["unit_price"]}" final_sale="{str(i["final_sale"]).lower()}"/>' for i in order["items"])
    refunds = "\n".join(f'  <refund on="{r["on"]}" amount="{r["amount"]}" sku="{r["sku"] or ""}" reason="{r["reason"]}"/>' for r in order["refunds"])
    notes = "\n".join(f'  <note on="{n["on"]}" by="{n["author"]}" kind="{n["kind"]}">{n["text"]}</note>' for n in order["notes"])
    return (
        f'<order id="{order["id"]}" customer="{order["customer"]["name"]}" sender_is_confirmed="{"yes" if writes_for(order, email) else "no"}" '
        f'placed="{order["placed"]}" status="{order["status"]}" promised="{order["promised"]}" delivered="{order["delivered"] or "not yet"}" '
        f'currency="{order["currency"]}" shipping_fee="{order["shipping_fee"]}" total="{order["total"]}" refundable="{order["refundable"]}" '
        f'chargeback="{order["chargeback"]}" gift="{str(order["gift"]).lower()}">\n'
        + "\n".join(x for x in (items, refunds, notes) if x) + "\n</order>"
    )


def dates(order: dict, facts: dict, ticket: dict) -> str:
    received, delivered, promised = day(ticket["received"]), day(order["delivered"]), day(order["promised"])
    out = [f"request received: {received} ({received:%A})"]
    if delivered:
        out += [f"days from delivery to this request: {(received - delivered).days}",
                f"days from the promised date to delivery: {(delivered - promised).days}"]
        for request in facts["requests"]:
            if told := day(request.get("first_reported")):
                out.append(f"days from delivery to the first report ({request['topic']}): {(told - delivered).days}")
    else:
        out.append(f"not delivered; days since the promised date: {(received - promised).days}")
    return "\n".join(out)


if __name__ == "__main__":
    sys.exit(main())
