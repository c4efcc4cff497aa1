"""Tools are known by what they do: their verbs, what they are said to do, and what they take."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.conftest import Open

from .toolsets import Own, desk, letter, made, order, pay, rules, run

PROMPT = "You are the refunds agent of a shop. Look before you pay; end with one message to the customer."
_SUM = {"type": "object", "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
        "required": ["amount", "currency"]}  # fmt: skip
_MINOR = {"type": "object", "properties": {"cents": {"type": "integer"}, "currency": {"type": "string"}},
          "required": ["cents"]}  # fmt: skip
_LINES = {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"},
          "qty": {"type": "integer"}}, "required": ["sku", "qty"]}}  # fmt: skip


def _none(_: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "none", {}


SETS: dict[str, tuple[Own, ...]] = {
    "camel": (
        order("readPurchase", "One purchase in full", "purchaseNo"),
        rules("showTerms", "Our terms for refunds"),
        pay("sendFunds", "Send funds to the buyer; final", "purchaseNo", "minorUnits", "integer", cents=True),
        desk("toSupervisor", "Give the case to a person", "why"),
        letter(
            "closeCase",
            "Mail to the customer, ends the case",
            "state",
            ("paid", "refused", "with_person", "question"),
            "mail",
        ),
    ),
    "pay_out": (
        order("fetchOrder", "Read an order record", "orderNo"),
        rules("lookupRules", "Current refund rules"),
        pay("payOut", "Send money to the customer; irrevocable", "orderNo", "pence", "integer", cents=True),
        desk("passToTeam", "Give the case to human colleagues", "why"),
        letter(
            "answerCustomer",
            "Send final mail, ends case",
            "status",
            ("paid", "refused", "with_team", "question"),
            "message",
        ),
    ),
    "transfer": (
        order("record_of", "An order's record", "ref"),
        rules("house_rules", "What we refund and what we don't"),
        pay("transfer", "Transfer money back to the customer", "ref", "value"),
        desk("human", "Hand over to a human", "note"),
        letter(
            "finish",
            "Sends the closing mail",
            "result",
            ("refunded", "denied", "escalated", "question"),
            "text",
        ),
    ),
    "reimburse": (
        order("order", "", "id"),
        rules("rules", ""),
        pay("reimburse", "", "id", "amount"),
        desk("handoff", "", "reason"),
        letter("answer", "", "outcome", ("refunded", "denied", "escalated", "need_info"), "message"),
    ),
    "credit_back": (
        order("load_sale", "Load a sale", "sale_id"),
        rules("guidelines", "Guidelines for agents"),
        pay("credit_back", "Credit the card of the buyer", "sale_id", "value", "string"),
        desk("raise_to_desk", "Raise it to the refunds desk", "why"),
        letter(
            "resolve_ticket",
            "Write to the buyer and resolve the ticket",
            "resolution",
            ("refunded", "declined", "handed_over", "need_info"),
            "reply",
        ),
    ),
    "nested": (
        order("order_record", "fetch", "id"),
        rules("handbook", "the rules"),
        pay(
            "issue_credit",
            "Return money to the original payment method. Cannot be undone.",
            "id",
            "value",
            _SUM,
            within="amount",
            more={"lines": _LINES},
        ),
        desk("to_human", "hand over", "note"),
        letter("finish", "mail customer & close", "result", ("credited", "no", "human", "question"), "text"),
    ),
    "nested_cents": (
        order("open_order", "", "order_ref"),
        rules("policy_text", ""),
        pay(
            "settle",
            "Settle what we owe the customer",
            "order_ref",
            "money",
            _MINOR,
            cents=True,
            within="cents",
        ),
        desk("escalate", "", "reason"),
        letter("respond_and_close", "", "outcome", ("refunded", "denied", "escalated", "need_info"), "body"),
    ),
    "send_money": (
        order("peek", "Shows everything about an order", "order_number"),
        rules("consult", "Consult the refund handbook"),
        pay("send_money", "Pays the customer", "order_number", "cents", "integer", cents=True),
        desk("call_colleague", "A colleague takes over", "summary"),
        letter(
            "close",
            "Closes the ticket with a message to the buyer",
            "how",
            ("refunded", "denied", "escalated", "asked_back"),
            "message",
        ),
    ),
    "amount_cents": (
        order("get_order", "order", "order_id"),
        rules("get_policy", "rules"),
        pay("make_refund", "pay the customer back", "order_id", "amount_cents", "integer", cents=True),
        desk("escalate", "hand over", "reason"),
        letter(
            "close_ticket", "final mail", "outcome", ("refunded", "denied", "escalated", "need_info"), "body"
        ),
    ),
    "issue_credit": (
        order("get_order", "All about one order", "order_id"),
        rules("get_policy", "The refund handbook"),
        pay("issue_credit", "Return money to the original payment method.", "order_id", "amount"),
        desk("escalate", "Hand the case over", "reason"),
        letter(
            "finish",
            "mail customer & close",
            "outcome",
            ("refunded", "denied", "escalated", "need_info"),
            "body",
        ),
    ),
    "disburse": (
        order("inspect", "Inspect one order", "order"),
        rules("conditions", "The conditions under which we pay back"),
        pay("disburse", "Pay out to the customer's card", "order", "sum"),
        desk("second_level", "Pass to second level support", "explanation"),
        letter(
            "wrap_up",
            "Send the customer the final message",
            "decision",
            ("paid", "rejected", "passed_on", "question"),
            "content",
        ),
    ),
    "german": (
        order("bestellung_lesen", "Liest eine Bestellung", "bestellnummer"),
        rules("regeln", "Die Regeln für Erstattungen"),
        pay("erstatten", "Zahlt dem Kunden Geld zurück; endgültig", "bestellnummer", "betrag"),
        desk("weiterleiten", "Übergibt den Fall an einen Menschen", "grund"),
        letter(
            "antworten",
            "Schreibt dem Kunden und schließt den Fall",
            "ergebnis",
            ("erstattet", "abgelehnt", "weitergeleitet", "rückfrage"),
            "nachricht",
        ),
    ),
    "german_cents": (
        order("auftragLaden", "Auftrag laden", "auftragsNr"),
        rules("richtlinie", "Richtlinie lesen"),
        pay("auszahlen", "Auszahlung an den Kunden", "auftragsNr", "betragCent", "integer", cents=True),
        desk("anMenschen", "An eine Kollegin abgeben", "warum"),
        letter(
            "abschliessen",
            "Mail an den Kunden, Fall zu",
            "status",
            ("erstattet", "abgelehnt", "übergeben", "frage"),
            "text",
        ),
    ),
    "french": (
        order("consulter_commande", "Fiche complète d'une commande", "numero"),
        rules("lire_reglement", "Le règlement des remboursements"),
        pay(
            "verser",
            "Rembourse le client. Définitif.",
            "numero",
            "centimes",
            {"type": "integer", "description": "montant en centimes"},
            cents=True,
        ),
        desk("transmettre", "Transmet le dossier à un collègue", "motif"),
        letter(
            "cloturer",
            "Envoie la réponse et ferme le dossier",
            "issue",
            ("rembourse", "refuse", "transmis", "question"),
            "texte",
        ),
    ),
    "french_euros": (
        order("voirCommande", "", "commande"),
        rules("voirRegles", ""),
        pay("rembourser", "", "commande", "montant"),
        desk("escalader", "", "raison"),
        letter("repondre", "", "resultat", ("remboursé", "refusé", "escaladé", "question"), "message"),
    ),
    "polish": (
        order("zamowienie", "dane zamówienia", "nr"),
        rules("regulamin", "zasady zwrotów"),
        pay(
            "zwrot_pieniedzy",
            "wypłaca klientowi; nieodwracalne",
            "nr",
            "kwota",
            "string",
            more={"waluta": "string", "powod": "string"},
        ),
        desk("przekaz", "przekazuje sprawę człowiekowi", "powod"),
        letter(
            "odpowiedz",
            "mail do klienta, zamyka sprawę",
            "wynik",
            ("zwrocono", "odmowa", "przekazano", "pytanie"),
            "tresc",
        ),
    ),
    "give_back": (
        order("orderDetails", "details", "number"),
        rules("refundPolicy", "policy"),
        pay("giveBack", "Gives the customer their money back", "number", "total"),
        desk("needsHuman", "for a human", "because"),
        letter(
            "tellCustomer",
            "tell the customer how it ended",
            "ending",
            ("refunded", "turned_down", "handed_over", "need_info"),
            "words",
        ),
    ),
    "payment": (
        order("crm_lookup", "Looks an order up in the CRM", "reference"),
        rules("kb_article", "The knowledge base article on refunds"),
        pay(
            "payments_reverse",
            "Reverses part of the payment of an order",
            "reference",
            "amount_minor",
            "integer",
            cents=True,
        ),
        desk("assign_tier2", "Assigns the ticket to a tier 2 agent", "comment"),
        letter(
            "zendesk_solve",
            "Public comment to the customer; solves the ticket",
            "disposition",
            ("refunded", "denied", "escalated", "pending_customer"),
            "comment",
        ),
    ),
    "compensate": (
        order("viewOrder", "View order", "orderId"),
        rules("viewPolicy", "View policy"),
        pay("compensate", "Moves money to the customer", "orderId", "amountInCents", "integer", cents=True),
        desk("handOver", "To the desk", "message"),
        letter("sendMail", "To the customer", "verdict", ("refund", "deny", "escalate", "ask"), "message"),
    ),
    "report": (
        order("order_info", "Order information", "order_id"),
        rules("policy_info", "Policy information"),
        pay("cash_back", "Sends cash back to the payer's card", "order_id", "amount"),
        desk("escalate", "To a colleague", "reason"),
        made(
            "submit_result",
            "Reports the result of the case",
            {
                "outcome": {"type": "string", "enum": ["refunded", "denied", "escalated", "need_info"]},
                "order_id": "string",
                "clause": "string",
            },
            lambda v: ("reply", {"outcome": v["outcome"], "body": "As reported."}),
        ),
    ),
    "ledger": (
        order("lookup_txn", "Transaction with its items", "txn"),
        rules("read_manual", "The refunds manual"),
        pay("post_refund", "Books a refund in the ledger", "txn", "gross"),
        desk("flag", "Flag for a human colleague", "reason"),
        letter(
            "done",
            "Final message to the customer",
            "outcome",
            ("refunded", "denied", "escalated", "need_info"),
            "message_to_customer",
        ),
    ),
}


@pytest.mark.parametrize("ticket", ["p-return-01", "p-earlier-01", "p-monday-01", "p-return-02", "p-desk-01"])
@pytest.mark.parametrize("name", SETS)
def test_the_whole_loop_ends_well(open_case: Open, name: str, ticket: str) -> None:
    case = open_case(ticket)
    called = run(case, SETS[name], PROMPT)
    assert case.verdict.success, (called, case.verdict)
    assert all(reading.understood for reading in case.readings)


@pytest.mark.parametrize("name", ["german_cents", "nested_cents", "send_money"])
def test_a_price_read_otherwise_is_paid_otherwise(open_case: Open, name: str) -> None:
    case = open_case("p-return-01")
    tools = SETS[name]
    looked = run(case, tools, PROMPT)
    (paid,) = (values["amount"] for kind, values in looked if kind == "refund")
    assert paid == 64.0
    again = open_case("p-return-01")
    cheaper = run(again, tools, PROMPT, shown=lambda text: text.replace('"64.00"', '"61.00"'))
    assert [values["amount"] for kind, values in cheaper if kind == "refund"] == [61.0]


@pytest.mark.parametrize(
    "pays",
    [
        pay("quux", "", "order_id", "amount"),
        pay("apply_it", "Applies it to the record", "order_id", "sum"),
    ],
    ids=lambda own: own.spec.name,
)
def test_nothing_is_said_to_be_paid_where_no_tool_is_known_to_pay(open_case: Open, pays: Own) -> None:
    case = open_case("p-return-01")
    read, book, _, hand, tell = SETS["amount_cents"]
    called = run(case, (read, book, pays, hand, tell), PROMPT, steps=4)
    assert all(kind not in {"reply", "escalate", "refund"} for kind, _ in called)
    assert "not clear" in called[-1][1]["text"]
    assert case.thoughts[-1].why_not


@pytest.mark.parametrize(
    "quote",
    [
        pay("refund_quote", "Quotes what a refund would be", "order_id", "amount"),
        pay("check_payment", "Checks a payment against the ledger", "order_id", "amount"),
    ],
    ids=lambda own: own.spec.name,
)
def test_what_only_reckons_with_a_sum_pays_nothing(open_case: Open, quote: Own) -> None:
    case = open_case("p-return-01")
    read, book, pays, hand, tell = SETS["camel"]
    called = run(case, (read, book, quote, pays, hand, tell), PROMPT)
    assert [kind for kind, _ in called].count("refund") == 1
    assert case.verdict.success


def test_types_in_lists_are_types(open_case: Open) -> None:
    case = open_case("p-return-01")
    _, book, _, hand, _ = SETS["send_money"]
    parts = {"order_number": ["string", "null"], "cents": ["integer", "null"]}
    kinds = {key: {"type": kind} for key, kind in parts.items()}
    read = made("peek", "Shows an order", {"order_number": kinds["order_number"]},
                lambda v: ("get_order", {"order_id": v["order_number"]}))  # fmt: skip
    pays = pay("send_money", "Pays the customer", "order_number", "cents", kinds["cents"], cents=True)
    tell = made("close", "Mails the customer", {
        "how": {"type": ["string", "null"], "enum": ["refunded", "denied", "escalated", "need_info"]},
        "note": {"type": ["string", "null"]}}, lambda v: ("reply", {"outcome": v["how"], "body": v["note"]}),
    )  # fmt: skip
    run(case, (read, book, pays, hand, tell), PROMPT)
    assert case.verdict.success


@pytest.mark.parametrize(
    "aside",
    [
        made("x1", "Writes a message to the log.", {"message": "string", "level": "string"}, _none),
        made("think", "Write down your thoughts about the order.", {"thought": "string"}, _none),
        made("weather", "Gets the weather.", {"city": "string"}, _none),
        made("sms", "Sends an SMS to the customer.", {"phone": "string", "text": "string"}, _none),
    ],
    ids=lambda own: own.spec.name,
)
def test_what_does_another_thing_is_not_called(open_case: Open, aside: Own) -> None:
    case = open_case("p-return-01")
    called = run(case, (aside, *SETS["german"]), PROMPT)
    assert all(kind != "none" for kind, _ in called)
    assert case.verdict.success
