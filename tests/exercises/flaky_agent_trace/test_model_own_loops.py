"""Whole loops with tools that a program has made up: each ends well, or is not understood."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from tests.exercises.flaky_agent_trace.conftest import Case, Open

Json = Any
Values = dict[str, Json]
Meant = tuple[str, Values]
OUTCOMES = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "ask": "need_info"}


def tool(name: str, said: str, /, free: tuple[str, ...] = (), **parts: Json) -> ToolSpec:
    properties = {key: {"type": part} if isinstance(part, str) else part for key, part in parts.items()}
    required = [key for key in parts if key not in free]
    return ToolSpec(name, said, {"type": "object", "properties": properties, "required": required})


def choice(*options: str, nullable: bool = False) -> Values:
    return {"type": ["string", "null"] if nullable else "string", "enum": [*options]}


@dataclass
class Loop:
    """A program with tools of its own; `means` tells what a call is in the shop's terms."""

    tools: tuple[ToolSpec, ...]
    means: Callable[[str, Values], Meant]
    prompt: str = "You work on refunds for a shop. Use the tools. One ending per ticket."
    options: Values = field(default_factory=dict)
    also: str = ""
    """What the handbook is put before: it is in the prompt where no tool reads it."""
    ends: frozenset[str] = frozenset({"reply"})
    called: list[Meant] = field(default_factory=list)

    def run(self, case: Case, steps: int = 12) -> list[Meant]:
        prompt = f"{self.prompt}\n{case.handbook}" if self.also else self.prompt
        messages = [Message("system", (Text(prompt),)), Message("user", (Text(case.mail),))]
        called: list[Meant] = []
        for _ in range(steps):
            reply = case.ask(Request("m", tuple(messages), tools=self.tools, **self.options))
            messages.append(Message("assistant", reply.parts))
            calls = [part for part in reply.parts if isinstance(part, ToolCall)]
            if not calls:
                called.append(("says", {"text": reply.text}))
                return called
            results = []
            for call in calls:
                name, values = self.means(call.name, json.loads(call.arguments))
                called.append((name, values))
                text, failed = self.done(case, called)
                results.append(ToolResult(call.id, text, failed))
            messages.append(Message("user", tuple(results)))
            if called[-1][0] in self.ends:
                return called
        return called

    def done(self, case: Case, called: list[Meant]) -> tuple[str, bool]:
        """What the shop does for a call; a letter is sent by whatever ends the ticket."""
        name, values = called[-1]
        if name == "says":
            return str(values["text"]), False
        if name == "find":
            found = [one for one in case.orders if one["customer"]["email"] == values["email"]]
            return json.dumps(found), False
        order = next((v["order_id"] for _, v in reversed(called) if v.get("order_id")), "")
        if name in OUTCOMES and name not in {"refund", "escalate"}:
            name, values = "reply", {"outcome": OUTCOMES[name], "body": values.get("body") or "Hi."}
        if name in {"reply", "escalate"} and order:
            values = {"order_id": order, **values}
        paid: Json = next((v["amount"] for n, v in reversed(called) if n == "refund"), None)
        if name == "reply" and values["outcome"] == "refunded":
            values["amount"] = paid
        text, failed = case.tool(name, values)
        if called[-1][0] in self.ends and name in {"refund", "escalate"} and not failed:
            told = {"amount": paid} if name == "refund" else {}
            case.tool(
                "reply",
                {"outcome": OUTCOMES[name], "body": "Hi.", **told, **({"order_id": order} if order else {})},
            )
        return text, failed


def by(**table: Callable[[Values], Meant]) -> Callable[[str, Values], Meant]:
    """What a call means, by the name of its tool; dots are two strokes."""
    return lambda name, values: table[name.replace(".", "__")](values)


def find(key: str) -> Callable[[Values], Meant]:
    return lambda v: ("find", {"email": v[key]})


def read(key: str) -> Callable[[Values], Meant]:
    return lambda v: ("get_order", {"order_id": v[key]})


def rules(_: Values) -> Meant:
    return "get_policy", {"topic": "all", "fresh": True}


def pay(key: str, sum: str, cents: int = 1) -> Callable[[Values], Meant]:
    return lambda v: ("refund", {"order_id": v[key], "amount": float(v[sum]) / cents, "reason": "due"})


def hand(key: str) -> Callable[[Values], Meant]:
    return lambda v: ("escalate", {"reason": v[key], "summary": v[key]})


def say(outcome: str, text: str, **known: str) -> Callable[[Values], Meant]:
    return lambda v: ("reply", {"outcome": known.get(v[outcome], v[outcome]), "body": v[text]})


def end(kind: str, text: str) -> Callable[[Values], Meant]:
    return lambda v: (kind, {"body": v[text]})


def _dispatched(
    key: str, within: str, table: Callable[[str, Values], Meant]
) -> Callable[[str, Values], Meant]:
    def means(_: str, values: Values) -> Meant:
        held = values[within] if within else {k: v for k, v in values.items() if k != key}
        return table(values[key], json.loads(held) if isinstance(held, str) else held)

    return means


def finder() -> Loop:
    verdict = {"PAY": "refunded", "NO": "denied", "DESK": "escalated", "ASK": "need_info"}

    def submitted(v: Values) -> Meant:
        if v["verdict"] == "PAY":
            return "refund", {"order_id": v["order"], "amount": float(v["sum"]), "reason": "due"}
        if v["verdict"] == "DESK":
            return "escalate", {"reason": v["because"], "summary": v["because"]}
        return "reply", {"outcome": verdict[v["verdict"]], "body": v["because"]}

    return Loop(
        (
            tool("find", "orders for an e-mail address", who="string"),
            tool("handbook", "returns handbook paragraphs for a keyword", keyword="string"),
            tool(
                "submit_verdict",
                "Your verdict. A human pays.",
                ("order", "sum"),
                verdict=choice(*verdict),
                order="string",
                sum="string",
                because="string",
            ),
        ),
        by(find=find("who"), handbook=rules, submit_verdict=submitted),
        "You are the first line of refund triage. You never pay yourself.",
        ends=frozenset({"reply", "refund", "escalate"}),
    )


def back_office() -> Loop:
    ops = by(
        orders__list=find("email"),
        orders__read=read("id"),
        policy__read=rules,
        refunds__create=pay("id", "amount"),
        cases__open=hand("why"),
        mail__send=say("outcome", "text"),
    )
    told = (
        "Single entry point. Ops: orders.list {email}, orders.read {id}, policy.read {}, "
        "refunds.create {id, amount}, cases.open {id, why}, mail.send {outcome, text}"
    )
    names = told.split("Ops: ")[1]
    options = [name for name in names.replace(",", " ").split() if "." in name]
    return Loop(
        (tool("back_office", told, op=choice(*options), args="object"),),
        _dispatched("op", "args", ops),
        "Refund agent. All work goes through back_office. mail.send ends the ticket; send it only once. "
        "Outcomes: refunded/denied/escalated/need_info.",
    )


def method_and_payload() -> Loop:
    table = by(
        search=find("customer_email"),
        details=read("order_no"),
        terms=rules,
        reimburse=pay("order_no", "amount_cents", 100),
        handover=hand("note"),
        answer=say("outcome", "message"),
    )
    prompt = """You answer refund requests with the tool `crm`. Methods and their payloads (JSON in a string):
- search: {"customer_email": "..."}
- details: {"order_no": "HL-..."}
- terms: {}
- reimburse: {"order_no": str, "amount_cents": int}
- handover: {"order_no": str, "note": str}
- answer: {"outcome": "refunded|denied|escalated|need_info", "message": str}
`answer` is the last call."""
    methods = choice("search", "details", "terms", "reimburse", "handover", "answer")
    return Loop(
        (tool("crm", "The CRM", method=methods, payload="string"),),
        _dispatched("method", "payload", table),
        prompt,
    )


def one_mode() -> Loop:
    modes = choice("lookup_order", "read_rules", "pay_refund", "escalate", "reply")
    nullable = {"type": ["string", "null"]}
    spec = ToolSpec(
        "shop",
        "Everything about the shop; fields that a mode has no use for are null",
        {
            "type": "object",
            "properties": {
                "mode": modes,
                "order": nullable,
                "amount": {"type": ["number", "null"]},
                "outcome": choice("refunded", "denied", "escalated", "need_info", nullable=True),
                "text": nullable,
            },
            "required": ["mode", "order", "amount", "outcome", "text"],
            "additionalProperties": False,
        },
        strict=True,
    )
    table = by(
        lookup_order=read("order"),
        read_rules=rules,
        pay_refund=pay("order", "amount"),
        escalate=hand("text"),
        reply=say("outcome", "text"),
    )
    return Loop((spec,), _dispatched("mode", "", table))


def german() -> Loop:
    return Loop(
        (
            tool("bestellungen_suchen", "Alle Bestellungen zu einer Mailadresse", mailadresse="string"),
            tool("regelwerk", "Erstattungsregeln"),
            tool("erstatten", "zahlt sofort aus", bestellnummer="string", betrag="string"),
            tool("rueckfrage_stellen", "fragt den Kunden und parkt das Ticket", frage="string"),
            tool("weiterleiten", "an das Team", grund="string"),
            tool("ablehnen", "Absage senden", text="string"),
        ),
        by(
            bestellungen_suchen=find("mailadresse"),
            regelwerk=rules,
            erstatten=pay("bestellnummer", "betrag"),
            rueckfrage_stellen=end("ask", "frage"),
            weiterleiten=hand("grund"),
            ablehnen=end("deny", "text"),
        ),
        "Du bearbeitest Erstattungsanfragen. Nutze die Werkzeuge; genau eines von erstatten, "
        "rueckfrage_stellen, weiterleiten, ablehnen beendet das Ticket.",
        ends=frozenset({"refund", "escalate", "deny", "ask"}),
    )


def french() -> Loop:
    return Loop(
        (
            tool("chercher", "Les commandes d'un client", courriel="string"),
            tool("conditions", "Le règlement des remboursements"),
            tool("rembourser", "Verse la somme au client", commande="string", montant="number"),
            tool("demander", "Pose une question au client", question="string"),
            tool("transmettre", "Transmet le dossier à un collègue", motif="string"),
            tool("refuser", "Refuse la demande", texte="string"),
        ),
        by(
            chercher=find("courriel"),
            conditions=rules,
            rembourser=pay("commande", "montant"),
            demander=end("ask", "question"),
            transmettre=hand("motif"),
            refuser=end("deny", "texte"),
        ),
        ends=frozenset({"refund", "escalate", "deny", "ask"}),
    )


def polish() -> Loop:
    return Loop(
        (
            tool("szukaj", "zamówienia klienta po adresie e-mail", adres="string"),
            tool("zasady", "zasady zwrotów"),
            tool("wyplac", "wypłata dla klienta", numer="string", kwota="string"),
            tool("przekaz", "przekazuje sprawę człowiekowi", powod="string"),
            tool(
                "odpowiedz",
                "mail do klienta, zamyka sprawę",
                tresc="string",
                wynik=choice("zwrocono", "odmowa", "przekazano", "pytanie"),
            ),
        ),
        by(
            szukaj=find("adres"),
            zasady=rules,
            wyplac=pay("numer", "kwota"),
            przekaz=hand("powod"),
            odpowiedz=say(
                "wynik",
                "tresc",
                zwrocono="refunded",
                odmowa="denied",
                przekazano="escalated",
                pytanie="need_info",
            ),
        ),
    )


def mcp() -> Loop:
    return Loop(
        (
            tool("shop.orders.search", "Search orders", customer_email="string"),
            tool("shop.orders.get", "Get one order", order_ref="string"),
            tool("shop.policy.read", "The refund policy"),
            tool("shop.payments.refund", "Refund a payment", order_ref="string", amount="number"),
            tool("shop.cases.create", "Open a case for the team", order_ref="string", reason="string"),
            tool(
                "shop.mail.send",
                "Send the final mail",
                outcome=choice("refunded", "denied", "escalated", "need_info"),
                text="string",
            ),
        ),
        by(
            shop__orders__search=find("customer_email"),
            shop__orders__get=read("order_ref"),
            shop__policy__read=rules,
            shop__payments__refund=pay("order_ref", "amount"),
            shop__cases__create=hand("reason"),
            shop__mail__send=say("outcome", "text"),
        ),
    )


def prefixed() -> Loop:
    return Loop(
        (
            tool("hl_v2_bought", "Everything a customer has bought", customer="string"),
            tool("hl_v2_rulebook", "our rules"),
            tool("hl_v2_calc", "arithmetic", expression="string"),
            tool("hl_v2_send_money", "not idempotent", id="string", eur="number"),
            tool("hl_v2_pass_on", "a colleague takes over", why="string"),
            tool(
                "hl_v2_say",
                "answers the customer, closes",
                how=choice("refunded", "denied", "escalated", "need_info"),
                words="string",
            ),
        ),
        by(
            hl_v2_bought=find("customer"),
            hl_v2_rulebook=rules,
            hl_v2_send_money=pay("id", "eur"),
            hl_v2_pass_on=hand("why"),
            hl_v2_say=say("how", "words"),
            hl_v2_calc=lambda _: ("says", {"text": "?"}),
        ),
    )


def sums_by_tools() -> Loop:
    def final(v: Values) -> Meant:
        if v["action"] == "refund":
            return "refund", {"order_id": v["order_id"], "amount": float(v["amount"]), "reason": "due"}
        if v["action"] == "handover":
            return "escalate", {"reason": v["reasoning"], "summary": v["reasoning"]}
        return v["action"], {"body": v["reasoning"]}

    none: Values = {"type": ["string", "null"]}
    return Loop(
        (
            tool("orders_of", "orders by email, full", email="string"),
            tool("days_between", "whole days from a to b (ISO dates)", a="string", b="string"),
            tool("calc", "arithmetic", expression="string"),
            tool(
                "final_answer",
                "ends",
                order_id=none,
                action=choice("refund", "deny", "handover", "ask"),
                amount=none,
                reasoning="string",
            ),
        ),
        by(
            orders_of=find("email"),
            final_answer=final,
            calc=lambda _: ("says", {"text": "?"}),
            days_between=lambda _: ("says", {"text": "?"}),
        ),
        "Never do date or money arithmetic in your head: use days_between and calc. Policy:",
        {"tool_choice": "required"},
        "policy",
        frozenset({"refund", "escalate", "deny", "ask"}),
    )


def two_dispatchers() -> Loop:
    reads = _dispatched("what", "", by(order=read("ref"), orders=find("ref"), handbook=rules))
    acts = _dispatched(
        "action",
        "params",
        by(
            refund=pay("ref", "amount"),
            decline=end("deny", "text"),
            ask_customer=end("ask", "text"),
            hand_over=hand("text"),
        ),
    )
    parts = {"ref": {"type": "string"}, "amount": {"type": "number"}, "text": {"type": "string"}}
    return Loop(
        (
            tool(
                "look",
                "Reads: an order by its number, the orders of an e-mail address, or the handbook",
                ("ref",),
                what=choice("order", "orders", "handbook"),
                ref="string",
            ),
            tool(
                "act",
                "Does it. refund(ref, amount), decline(text), ask_customer(text), hand_over(ref, text)",
                action=choice("refund", "decline", "ask_customer", "hand_over"),
                params={"type": "object", "properties": parts},
            ),
        ),
        lambda name, values: (reads if name == "look" else acts)(name, values),
        "Refund agent with two tools. Exactly one `act` ends the ticket.",
        ends=frozenset({"refund", "escalate", "deny", "ask"}),
    )


def transactions() -> Loop:
    return Loop(
        (
            tool("txn_history", "All transactions of a shopper", shopper_mail="string"),
            tool("kb_search", "Search the knowledge base about refunds", query="string"),
            tool("today", "The date"),
            tool("wire_back", "Sends money back to the shopper", txn="string", minor_units="integer"),
            tool("needs_human", "", reason="string"),
            tool(
                "finish",
                "closing message",
                status=choice("paid", "rejected", "with_human", "question"),
                message="string",
            ),
        ),
        by(
            txn_history=find("shopper_mail"),
            kb_search=rules,
            wire_back=pay("txn", "minor_units", 100),
            needs_human=hand("reason"),
            today=lambda _: ("says", {"text": "?"}),
            finish=say(
                "status",
                "message",
                paid="refunded",
                rejected="denied",
                with_human="escalated",
                question="need_info",
            ),
        ),
    )


LOOPS = {
    one.__name__: one
    for one in (
        finder,
        back_office,
        method_and_payload,
        one_mode,
        german,
        french,
        polish,
        mcp,
        prefixed,
        sums_by_tools,
        two_dispatchers,
        transactions,
    )
}
TICKETS = [
    "p-return-01",
    "p-earlier-01",
    "p-monday-01",
    "p-return-02",
    "p-desk-01",
    "p-post-02",
    "p-regular-02",
    "p-pushy-02",
]


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("name", LOOPS)
def test_the_whole_loop_ends_well(open_case: Open, name: str, ticket: str) -> None:
    case = open_case(ticket)
    called = LOOPS[name]().run(case)
    assert case.verdict.success, (called, case.verdict)
    assert all(reading.understood for reading in case.readings)
