"""Loops with a tool for each deed, in namings of their own."""

from __future__ import annotations

from .loops import OUTCOMES, Loop, Meant, Values, by, choice, end, find, hand, pay, read, rules, say, tool


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


def dutch() -> Loop:
    outcomes = {
        "terugbetaald": "refunded",
        "afgewezen": "denied",
        "doorgestuurd": "escalated",
        "vraag": "need_info",
    }
    return Loop(
        (
            tool("bestellingen_van", "Bestellingen bij een e-mailadres", klant="string"),
            tool("spelregels", "Wanneer wij terugbetalen"),
            tool("betaal_terug", "definitief", bestelling="string", bedrag="number"),
            tool("naar_collega", "een mens kijkt ernaar", reden="string"),
            tool("antwoord", "laatste bericht aan de klant", uitkomst=choice(*outcomes), bericht="string"),
        ),
        by(
            bestellingen_van=find("klant"),
            spelregels=rules,
            betaal_terug=pay("bestelling", "bedrag"),
            naar_collega=hand("reden"),
            antwoord=say("uitkomst", "bericht", **outcomes),
        ),
    )


def spanish() -> Loop:
    return Loop(
        (
            tool("buscar_pedidos", "pedidos por correo", correo="string"),
            tool("normas", "normas de devolución"),
            tool("reembolsar", "devuelve el dinero", pedido="string", importe="string"),
            tool("derivar", "pasa el caso a una persona", motivo="string"),
            tool("rechazar", "rechaza la solicitud", mensaje="string"),
            tool("preguntar", "pregunta al cliente", pregunta="string"),
        ),
        by(
            buscar_pedidos=find("correo"),
            normas=rules,
            reembolsar=pay("pedido", "importe"),
            derivar=hand("motivo"),
            rechazar=end("deny", "mensaje"),
            preguntar=end("ask", "pregunta"),
        ),
        ends=frozenset({"refund", "escalate", "deny", "ask"}),
    )


def camel_case() -> Loop:
    outcomes = {
        "PAID": "refunded",
        "REFUSED": "denied",
        "HANDED_OVER": "escalated",
        "AWAITING_CUSTOMER": "need_info",
    }
    return Loop(
        (
            tool(
                "fetchCustomerRecord", "All orders on file for the customer who wrote", emailAddress="string"
            ),
            tool("openPlaybook", "Our playbook for refunds"),
            tool("executePayout", "Irrevocable", orderNumber="string", amountMinorUnits="integer"),
            tool("assignToHuman", "Someone from the team takes it", explanation="string"),
            tool(
                "finaliseTicket",
                "Sends it and closes",
                resolution=choice(*outcomes),
                messageToCustomer="string",
            ),
        ),
        by(
            fetchCustomerRecord=find("emailAddress"),
            openPlaybook=rules,
            executePayout=pay("orderNumber", "amountMinorUnits", 100),
            assignToHuman=hand("explanation"),
            finaliseTicket=say("resolution", "messageToCustomer", **outcomes),
        ),
    )


def verbs_alone() -> Loop:
    return Loop(
        (
            tool("lookup", "everything we know for an address", address="string"),
            tool("consult", "what the handbook says on a subject", subject="string"),
            tool("reimburse", "", order="string", sum="number"),
            tool("involve", "involves a colleague", because="string"),
            tool(
                "conclude",
                "writes to the customer; the end",
                verdict=choice(*OUTCOMES.values()),
                letter="string",
            ),
        ),
        by(
            lookup=find("address"),
            consult=rules,
            reimburse=pay("order", "sum"),
            involve=hand("because"),
            conclude=say("verdict", "letter"),
        ),
    )


def terse() -> Loop:
    return Loop(
        (
            tool("o", "order by number", n="string"),
            tool("p", "policy text"),
            tool("r", "refund: number and euros", n="string", v="number"),
            tool("e", "escalate with a reason", t="string"),
            tool("m", "mail the customer, last step", s=choice(*OUTCOMES.values()), t="string"),
        ),
        by(o=read("n"), p=rules, r=pay("n", "v"), e=hand("t"), m=say("s", "t")),
    )


def pages() -> Loop:
    return Loop(
        (
            tool("crm_customer_lookup", "Look up a customer and their order history", email="string"),
            tool("docs_get_page", "Get a page", slug="string"),
            tool(
                "stripe_create_refund", "Create a refund", order_reference="string", amount_in_cents="integer"
            ),
            tool("slack_post", "Post to a channel", message="string"),
            tool(
                "zendesk_solve",
                "Reply to the requester and solve",
                comment="string",
                outcome=choice(*OUTCOMES.values()),
            ),
        ),
        by(
            crm_customer_lookup=find("email"),
            docs_get_page=rules,
            stripe_create_refund=pay("order_reference", "amount_in_cents", 100),
            slack_post=hand("message"),
            zendesk_solve=say("outcome", "comment"),
        ),
    )


def nameless() -> Loop:
    return Loop(
        (
            tool("a1", "", x="string"),
            tool("a2", ""),
            tool("a3", "", x="string", y="number"),
            tool("a4", "", x=choice(*OUTCOMES.values()), y="string"),
        ),
        by(a1=read("x"), a2=rules, a3=pay("x", "y"), a4=say("x", "y")),
    )
