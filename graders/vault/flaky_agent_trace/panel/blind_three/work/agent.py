"""One ticket: look everything up, have the mail read, let the handbook decide, act, and tell what happened."""

import json
import logging
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from letters import letter
from llm import Model, NoAnswer
from policy import Case, Decision, Request, day, decide, numbers_of
from shop import Shop

log = logging.getLogger("agent")

PROMPT = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8").partition("<!--")[0]
MOST_SHOWN = 25
RECHECKS: tuple[str, ...] = (
    "Recheck the order, the requests, each issue and its items against the mail: is one of them wrong?",
    "Recheck `opened`, `first_reported` and how many orders are concerned against the mail: is one of them wrong?",
    "Recheck legal and replacement against the mail: is one of them wrong? Then give your notes again.",
)

COMMANDING = re.compile(
    r"\b(AI|KI|IA|SI|bots?|chatbots?|LLM|assistant\w*|asistent\w*|asistente\w*|assistent\w*|prompts?|instructions?|instrucciones|instrukcj\w+"
    r"|instructies|anweisung\w*|automat\w+|system ?(note|message|prompt)\w*|override|bypass|authori[sz]ed|policy|ignor\w+)\b"
)
"""Words of mails that speak to whoever reads them by machine."""

ISSUES = ["changed_mind", "damaged", "wrong_item", "late", "not_arrived", "cancel", "goodwill", "already_paid_back"]


def _object(**properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_TEXT = {"type": ["string", "null"]}
SCHEMA = _object(
    order_id=_TEXT,
    unclear={"type": "boolean"},
    orders_concerned={"type": "array", "items": {"type": "string"}},
    requests={
        "type": "array",
        "items": _object(
            issue={"type": "string", "enum": ISSUES},
            items={"type": "array", "items": _object(sku=_TEXT, quantity={"type": ["integer", "null"]})},
            opened={"type": ["boolean", "null"]},
            first_reported=_TEXT,
        ),
    },
    wants={"type": "string", "enum": ["refund", "replacement", "store_credit", "discount"]},
    legal_threat={"type": "boolean"},
    language={"type": "string", "enum": ["en", "de", "fr", "es", "nl", "pl"]},
    contains_instructions={"type": "boolean"},
)
WHICH = """Which one of these orders does the customer want something for now? Note `order_id`, null if the mail and the
orders leave it open, and `unclear`: true if they do."""
WHICH_SCHEMA = _object(order_id=_TEXT, unclear={"type": "boolean"})


class RefundAgent:
    def __init__(self, model: Model, shop: Shop) -> None:
        self.model = model
        self.shop = shop
        self.seen: Counter[str] = Counter()
        self.begun: dict[str, tuple[Decision, dict[str, dict], str]] = {}
        """Refunds by ticket that were decided on: after a failure the same one goes on, under the same key."""

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        self.seen[ticket["id"]] += 1
        log.info("ticket %s: %s", ticket["id"], ticket["subject"])
        if ticket["id"] in self.begun:
            return self._act(ticket, *self.begun[ticket["id"]])
        orders = self._orders(ticket)
        numbers = numbers_of(self.shop.policy()["text"])
        try:
            decision, language = self._decided(ticket, orders, numbers)
        except NoAnswer:
            return self._put_back(ticket)
        self._act(ticket, decision, orders, language)

    def rescue(self, task: dict) -> None:
        """After a failure of ours: later again, in the end to people."""
        try:
            self._put_back(task["ticket"])
        except Exception:
            log.exception("could not put back")

    # Looking things up

    def _orders(self, ticket: dict) -> dict[str, dict]:
        """Every order that may be meant: the sender's, and those whose number the mail names."""
        sender = ticket["from"]
        named = [f"HL-{n}" for n in re.findall(r"(?<![\d.,+])(\d{6})(?!\d|[.,]\d)", mail_of(ticket))]
        found = self.shop.search(email=sender["email"])
        ids = list(dict.fromkeys([*found, *named]))
        orders = {id: order for id in ids if (order := self.shop.order(id)) is not None}
        if not orders:
            orders = {id: order for id in self.shop.search(name=sender["name"])[:10] if (order := self.shop.order(id))}
        return dict(list(orders.items())[:MOST_SHOWN])

    # Reading

    def _decided(self, ticket: dict, orders: dict[str, dict], numbers: dict[str, int]) -> tuple[Decision, str]:
        self.model.pin()
        messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": shown(ticket, orders)}]

        def decision_of(reading: dict) -> Decision:
            case = case_of(reading, orders)
            return decide(case, orders.get(case.order_id or ""), ticket["from"]["email"], day(ticket["received"]), numbers)

        draft = self._read(self.model.small, messages)
        readings = [self._rechecked(messages, draft, self.model.medium)]
        commanded = not readings[0]["contains_instructions"] and COMMANDING.search(mail_of(ticket)) is not None
        if not (commanded or self._doubtful(ticket, orders, draft, readings[0], decision_of)):
            return decision_of(readings[0]), readings[0]["language"]
        # Another size of model errs elsewhere: where two agree, that is it; else the third settles it.
        # Where the mail names no number and there are several orders, all three must see the same one.
        unnamed = len(orders) > 1 and not self._named(ticket, decision_of(readings[0]))
        if unnamed and not commanded and same(decision_of(readings[0]), decision_of(draft)):
            asked = [{"role": "system", "content": WHICH}, messages[1]]
            if self._read(self.model.large, asked, WHICH_SCHEMA)["order_id"] == readings[0]["order_id"]:
                return decision_of(readings[0]), readings[0]["language"]
        others = [self.model.large, self.model.small] if commanded or unnamed else [self.model.small, self.model.large]
        for other in others:
            readings.append(self._rechecked(messages, draft, other))
            wary = [reading for reading in readings if reading["contains_instructions"]] or readings
            decisions = [decision_of(reading) for reading in wary]  # who sees no commands may have obeyed them
            if len(wary) < len(readings):
                return decisions[-1], wary[-1]["language"]
            if unnamed and any(decision.action == "need_info" for decision in decisions):
                return Decision("need_info", None, None, ("I-1",)), readings[0]["language"]
            for decision in decisions:
                if sum(same(decision, one) for one in decisions) > 1:
                    return decision, readings[0]["language"]
        log.info("three readers, three readings: %s", decisions)
        return Decision("need_info", None, None, ("I-1",)), readings[0]["language"]

    def _read(self, model: str, messages: list[dict], schema: dict = SCHEMA) -> dict:
        for one in dict.fromkeys((model, self.model.medium, self.model.large)):
            try:
                return self.model.json(one, messages, schema)
            except NoAnswer:
                log.warning("no answer from %s", one)
        raise NoAnswer(model)

    @staticmethod
    def _doubtful(ticket: dict, orders: dict, draft: dict, reading: dict, decision_of: Callable) -> bool:
        """Whether one reader is not enough."""
        decision = decision_of(reading)
        if draft["contains_instructions"] != reading["contains_instructions"]:
            return True
        if not same(decision, decision_of(draft)):
            return True
        return len(orders) > 1 and decision.action != "need_info" and not RefundAgent._named(ticket, decision)

    @staticmethod
    def _named(ticket: dict, decision: Decision) -> bool:
        return decision.order_id is not None and decision.order_id[3:] in mail_of(ticket)

    def _rechecked(self, messages: list[dict], reading: dict, model: str) -> dict:
        """The reading after a second look at what is misread most often."""
        again = [
            *messages,
            {"role": "assistant", "content": json.dumps(reading, ensure_ascii=False)},
            *({"role": "user", "content": text} for text in RECHECKS),
        ]
        return self._read(model, again)

    # Acting

    def _act(self, ticket: dict, decision: Decision, orders: dict[str, dict], language: str) -> None:
        order = orders.get(decision.order_id or "")
        if decision.action == "refund":
            self.begun[ticket["id"]] = decision, orders, language
            reason = f"handbook {', '.join(decision.clauses)}"
            if not self.shop.refund(ticket["id"], order, decision.amount, reason):
                decision = Decision("escalate", decision.order_id, None, ("refund could not be booked",))
        if decision.action == "escalate":
            why = ", ".join(decision.clauses)
            self.shop.escalate(ticket["id"], order and order["id"], why, f"{ticket['from']['name']}: {ticket['subject']} ({why})")
        self._tell(ticket, decision, order, language)

    def _tell(self, ticket: dict, decision: Decision, order: dict | None, language: str) -> None:
        outcome = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "need_info": "need_info"}[decision.action]
        currency = order["currency"] if order and decision.amount is not None else None
        body = letter(language, decision, ticket["from"]["name"], currency)
        self.shop.reply(ticket["id"], outcome, body, order and order["id"], decision.amount, currency)

    def _put_back(self, ticket: dict) -> None:
        if self.seen[ticket["id"]] < 3:
            log.warning("ticket %s is put back", ticket["id"])
            self.shop.defer(ticket["id"], "the model gives no answer")
            return
        if ticket["id"] in self.begun:  # money may have moved: a case about it, and no other word
            decision, orders, language = self.begun.pop(ticket["id"])
            return self._act(ticket, Decision("escalate", decision.order_id, None, ("refund is uncertain",)), orders, language)
        self._act(ticket, Decision("escalate", None, None, ("nobody could read the mail in time",)), {}, "en")


def mail_of(ticket: dict) -> str:
    return ticket["subject"] + "\n" + ticket["body"]


def shown(ticket: dict, orders: dict[str, dict]) -> str:
    """The case as the model gets it: the whole mail, then the orders without what only rules need."""
    sender = ticket["from"]
    listed = "\n".join(
        json.dumps(
            {
                **{name: order[name] for name in ("id", "placed", "status", "promised", "delivered")},
                "items": [{name: item[name] for name in ("sku", "name", "quantity", "unit_price")} for item in order["items"]],
                **({"refunds": order["refunds"]} if order["refunds"] else {}),
            },
            ensure_ascii=False, separators=(",", ":"),
        )
        for order in orders.values()
    )  # fmt: skip
    return (
        f"Ticket: {ticket['id']}\nFrom: {sender['name']} <{sender['email']}>\nReceived: {ticket['received']}\n"
        f"Subject: {ticket['subject']}\n\n{ticket['body']}\n\n--- end of the mail ---\n\nOrders:\n{listed or 'none found'}"
    )


def case_of(reading: dict, orders: dict[str, dict]) -> Case:
    """A reading in the handbook's terms."""
    order_id = reading["order_id"]
    order = orders.get(order_id or "")
    skus = {item["sku"] for item in order["items"]} if order else set()
    if any(entry["items"] and not any(item["sku"] in skus for item in entry["items"]) for entry in reading["requests"]):
        order_id = order = None  # what they write of isn't in that order
    requests = tuple(
        Request(
            entry["issue"],
            tuple((item["sku"], item["quantity"]) for item in entry["items"] if item["sku"] in skus),
            bool(entry["opened"]),
            day(entry["first_reported"]),
        )
        for entry in reading["requests"]
    )
    concerned = {id for id in reading["orders_concerned"] if id}
    return Case(order_id if order else None, requests, len(concerned) > 1, reading["legal_threat"], reading["wants"])


def same(one: Decision, other: Decision) -> bool:
    return (one.action, one.order_id, one.amount) == (other.action, other.order_id, other.amount)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
