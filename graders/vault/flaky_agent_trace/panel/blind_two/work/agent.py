"""The loop. Models propose, with read tools; an action is carried out by code when two proposals agree."""

import json
import logging
import re
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from llm import Model, Unavailable
from shop import TOOLS, Down, Refused, Shop, text

log = logging.getLogger("agent")

MAX_STEPS = 8
DEFERS = 2
PROMPT = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"(?<!\d)(?:HL[-\s]?)?(2\d{5}|1\d{5})(?!\d)", re.I)


class Proposal:
    def __init__(self, action: str, order: str | None, amount: Decimal | None, args: dict, messages: list) -> None:
        self.action, self.order, self.amount, self.args, self.messages = action, order, amount, args, messages
        # Asking back and handing over name an order only sometimes; that is no disagreement.
        self.key = (action, order if action in ("refund", "denied") else None, amount)


class Desk:
    def __init__(self, model: Model, shop: Shop) -> None:
        self.model = model
        self.shop = shop
        self.defers: Counter = Counter()
        self.unnamed = False
        self.done: dict[str, dict] = {}  # what has happened on a ticket, across its returns
        m = model
        new, old = m.pin(m.medium, "2026-11-03"), m.pin(m.medium, "2026-06-18")
        self.voters = [(old, 0.7), (new, 0.7), (m.pin(m.large, "2026-06-18"), 0.7)]

    # one ticket -------------------------------------------------------------------------------------------------

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        self.done.setdefault(ticket["id"], {})
        try:
            proposal = self.decide(task)
            self.carry_out(task, proposal)
        except (Unavailable, Down) as error:
            log.warning("%s: %r", ticket["id"], error)
            self.defers[ticket["id"]] += 1
            if self.defers[ticket["id"]] <= DEFERS:
                self.shop.call("defer", {"reason": "a service is down", "ticket_id": ticket["id"]})
                return
            done = self.done[ticket["id"]]
            action = "refund" if done.get("paid") else "escalated"
            self.carry_out(task, Proposal(action, done.get("order"), done.get("paid"), {}, []))

    def decide(self, task: dict) -> Proposal:
        done = self.done[task["ticket"]["id"]]
        if done.get("plan"):
            return done["plan"]
        opening = self.opening(task)
        votes: list[Proposal] = []
        missing = None
        for name, temperature in self.voters:
            try:
                proposal = self.propose(opening, name, temperature)
            except Unavailable as error:
                missing = error
                continue
            if proposal is None:
                continue
            votes.append(proposal)
            log.info("vote %s: %s", name, proposal.key)
            key, n = Counter(v.key for v in votes).most_common(1)[0]
            sure = 3 if key[0] == "denied" and self.unnamed else 2
            if n >= sure:
                done["plan"] = next(v for v in votes if v.key == key)
                return done["plan"]
        if missing is not None and len(votes) < 2:
            raise missing
        log.info("no two agree")
        # Where the models differ in nothing but whom to ask, or cannot agree, people decide.
        first = next((v for v in votes if v.action in ("escalated", "need_info")), None)
        orders = Counter(v.order for v in votes if v.order)
        order = orders.most_common(1)[0][0] if orders else None
        if first is None and self.unnamed:
            first = Proposal("need_info", None, None, {}, [])
        plan = first or Proposal("escalated", order, None, {}, [])
        done["plan"] = plan
        return plan

    def opening(self, task: dict) -> list[dict]:
        ticket, sender = task["ticket"], task["ticket"]["from"]
        policy = self.shop.policy(task["now"])
        short = self.shop.search(email=sender["email"])
        ids = list(dict.fromkeys("HL-" + n for n in NUMBER.findall(ticket["subject"] + "\n" + ticket["body"])))
        ids += [o["id"] for o in short if o["id"] not in ids]
        status = {o["id"]: o.get("status") for o in short}
        orders, unknown = [], []
        for oid in ids[:12]:
            try:
                order = self.shop.order(oid)
                for _ in range(3):  # a lagging copy tells what was so yesterday; the search knows better
                    if status.get(oid) in (None, order.get("status")):
                        break
                    order = self.shop.order(oid)
                else:
                    if self.defers[ticket["id"]] < DEFERS:
                        raise Down(f"{oid}: search and order disagree")
                orders.append(order)
            except Refused:
                unknown.append(oid)
        # One mistyped number among orders that the sender has says nothing; the models ask back because of it.
        if orders:
            unknown = []
        self.unnamed = len(orders) > 1 and not any(o["id"][3:] in ticket["subject"] + ticket["body"] for o in orders)
        body = (
            f"Now: {task['now']}\nTicket: {ticket['id']}\nFrom: {sender['name']} <{sender['email']}>\n"
            f"Received: {ticket['received']}\nSubject: {ticket['subject']}\n\n{ticket['body']}"
        )
        calls = [("p0", "get_policy", {"topic": "all"}, text(policy)),
                 ("s0", "search_orders", {"email": sender["email"]},
                  text({"orders": short, "total": len(short), "page": 1, "pages": 1}))]
        calls += [(f"o{i}", "get_order", {"order_id": o["id"]}, text({**o, **facts(o, ticket["received"])}))
                  for i, o in enumerate(orders)]
        calls += [(f"u{i}", "get_order", {"order_id": o}, '{"error": {"code": "not_found", "message": "no such order"}}')
                  for i, o in enumerate(unknown)]
        return [
            {"role": "user", "content": body},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": i, "name": n, "input": a} for i, n, a, _ in calls]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": i, "content": r} for i, _, _, r in calls]},
        ]

    def propose(self, opening: list[dict], name: str, temperature: float) -> Proposal | None:
        """Let one model look things up until it wants to act; the act is not carried out."""
        messages = list(opening)
        for _ in range(MAX_STEPS):
            answer = self.model.answer(name, PROMPT, messages, TOOLS, temperature)
            content = [b.model_dump(include={"type", "text", "id", "name", "input"}) for b in answer.content]
            uses = [b for b in answer.content if b.type == "tool_use"]
            if not uses:
                messages += [{"role": "assistant", "content": content or [{"type": "text", "text": "…"}]},
                             {"role": "user", "content": "Go on. Close the ticket with reply when you are done."}]
                continue
            acts = [b for b in uses if b.name in ("refund", "escalate")] or [b for b in uses if b.name == "reply"]
            if acts:
                proposal = self.read(acts[0].name, acts[0].input, messages)
                if isinstance(proposal, Proposal):
                    return proposal
                results = [{"type": "tool_result", "tool_use_id": b.id, "content": proposal, "is_error": True} for b in uses]
            else:
                results = [{"type": "tool_result", "tool_use_id": b.id, "content": self.look(b.name, b.input)} for b in uses]
            messages += [{"role": "assistant", "content": content}, {"role": "user", "content": results}]
        return None

    def read(self, name: str, args: dict, messages: list) -> Proposal | str:
        order = args.get("order_id") or None
        if name == "refund":
            try:
                amount = Decimal(str(args["amount"])).quantize(Decimal("0.01"))
            except Exception:
                return "error: refund needs an amount"
            if not order or amount <= 0:
                return "error: refund needs order_id and an amount above nought"
            return Proposal("refund", order, amount, args, messages)
        if name == "escalate":
            return Proposal("escalated", order, None, args, messages)
        outcome = args.get("outcome")
        if outcome in ("denied", "need_info"):
            return Proposal(outcome, order or (guess(args.get("body", ""))), None, args, messages)
        if outcome == "refunded":
            return "error: nothing has been refunded yet; call refund first"
        if outcome == "escalated":
            return Proposal("escalated", order, None, args, messages)
        return "error: outcome is missing"

    def look(self, name: str, args: dict) -> str:
        try:
            if name == "get_policy":
                return text(self.shop.call("get_policy", {"topic": "all", "fresh": True}))
            if name == "search_orders":
                found = self.shop.search(**{k: v for k, v in args.items() if v and k != "page"})
                return text({"orders": found, "total": len(found), "page": 1, "pages": 1})
            if name == "get_order":
                return text(self.shop.order(args.get("order_id", "")))
        except Refused as error:
            return str(error)
        return "error: unknown tool"

    # acting -----------------------------------------------------------------------------------------------------

    def carry_out(self, task: dict, plan: Proposal) -> None:
        ticket = task["ticket"]
        done = self.done[ticket["id"]]
        if plan.action == "refund" and not done.get("paid"):
            try:
                if self.pay(ticket["id"], plan):
                    done["paid"], done["order"] = plan.amount, plan.order
            except Refused as error:
                log.warning("refund refused: %s", error)
            if not done.get("paid"):
                plan = Proposal("escalated", plan.order, None, {"summary": "The refund could not be booked."}, [])
                done["plan"] = plan
        if plan.action == "escalated" and not done.get("case"):
            args = {"reason": plan.args.get("reason") or "needs a person", "ticket_id": ticket["id"],
                    "summary": plan.args.get("summary") or f"Ticket {ticket['id']}: please take over."}
            for extra in ({"order_id": plan.order}, {}) if plan.order else ({},):
                try:
                    done["case"] = self.shop.call("escalate", {**args, **extra}).get("case_id")
                    break
                except Refused as error:
                    log.warning("escalate refused: %s", error)
        self.say(ticket, plan, done)

    def pay(self, ticket: str, plan: Proposal) -> bool:
        """Pay once and look whether it is booked: `succeeded` alone doesn't say so."""
        before = spent(self.shop.order(plan.order))
        for attempt in range(3):
            self.shop.call("refund", {
                "order_id": plan.order, "amount": str(plan.amount), "reason": plan.args.get("reason") or "refund",
                "idempotency_key": f"{ticket}-{plan.order}-{plan.amount}", "ticket_id": ticket,
            })
            for _ in range(2):
                if spent(self.shop.order(plan.order)) >= before + plan.amount:
                    return True
        log.warning("%s: acknowledged, not booked", ticket)
        return False

    def say(self, ticket: dict, plan: Proposal, done: dict) -> None:
        outcome = {"refund": "refunded"}.get(plan.action, plan.action)
        body = plan.args.get("body") if outcome in ("denied", "need_info") else None
        args = {"outcome": outcome, "ticket_id": ticket["id"], "body": body or BODY[outcome].format(
            name=ticket["from"]["name"], order=plan.order or "", amount=done.get("paid"))}
        if outcome == "refunded":
            args["amount"] = str(done["paid"])
        for extra in ({"order_id": plan.order}, {}) if plan.order else ({},):
            try:
                self.shop.call("reply", {**args, **extra})
                return
            except Refused as error:
                log.warning("reply refused: %s", error)


BODY = {
    "refunded": "Dear {name},\n\nWe have refunded {amount} for order {order}; it should reach you within a few working "
                "days.\n\nKind regards\nHarbour Lane Support",
    "denied": "Dear {name},\n\nWe have checked your request and cannot refund it under our policy.\n\nKind regards\n"
              "Harbour Lane Support",
    "escalated": "Dear {name},\n\nI have passed your case to our refunds desk; a colleague will get back to you.\n\n"
                 "Kind regards\nHarbour Lane Support",
    "need_info": "Dear {name},\n\nCould you tell us the number of the order, and the item, that this is about?\n\n"
                 "Kind regards\nHarbour Lane Support",
}


def guess(body: str) -> str | None:
    found = list(dict.fromkeys(NUMBER.findall(body)))
    return "HL-" + found[0] if len(found) == 1 else None


def spent(order: dict) -> Decimal:
    return sum((Decimal(r["amount"]) for r in order.get("refunds", [])), Decimal(0))


def facts(order: dict, received: str) -> dict:
    """Day counts, which models get wrong."""
    try:
        day = date.fromisoformat(received[:10])
        out = {}
        if order.get("delivered"):
            d = date.fromisoformat(order["delivered"][:10])
            out["days_from_delivery_to_this_mail"] = (day - d).days
            if order.get("promised"):
                out["days_delivered_after_promised"] = (d - date.fromisoformat(order["promised"][:10])).days
        elif order.get("promised"):
            out["days_overdue_when_mail_came"] = (day - date.fromisoformat(order["promised"][:10])).days
        return {"computed": out}
    except ValueError:
        return {}

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
