"""Work off the refund inbox: narrow questions to the model, decisions in code."""

from __future__ import annotations

import logging
import os
import sys

import letters
import questions as q
from backoffice import BackOffice, Order, Refused, Ticket, Unavailable
from llm import Clerk, Speechless
from rules import Facts, Verdict, decide, obstacles

log = logging.getLogger("refunds")


def judge(clerk: Clerk, office: BackOffice, ticket: Ticket) -> tuple[Verdict, Order | None]:
    orders = office.candidates(ticket)
    if not orders:
        return Verdict("ask", "I-1"), None
    if q.law_involved(clerk, ticket):
        return Verdict("desk", "H-5"), orders[0] if len(orders) == 1 else None
    parcel = q.which_parcel(clerk, ticket, orders)
    if parcel == "more_than_one":
        return Verdict("desk", "H-1"), None
    if parcel == "cannot_tell":
        return Verdict("ask", "I-1"), None
    order = next(o for o in orders if o.id == parcel)
    if (stop := obstacles(order, ticket.email)) is not None:
        return stop, order
    if q.wants_no_money(clerk, ticket):
        return Verdict("desk", "H-6"), order
    why = q.grievance(clerk, ticket, order)
    pieces, opened, told = {}, False, ticket.day
    if order.delivered and why in ("no_longer_wanted", "defective_or_wrong", "stop_the_order"):
        pieces = q.pieces(clerk, ticket, order)
        if why == "defective_or_wrong":
            told = q.first_told(clerk, ticket, order)
        else:
            gadgets = [line.name for line in order.lines if line.category == "electronics" and pieces[line.sku]]
            opened = q.was_opened(clerk, ticket, ", ".join(gadgets)) if gadgets else False
    return decide(order, Facts(ticket.day, why, pieces, opened, told)), order


def settle(clerk: Clerk, office: BackOffice, ticket: Ticket, round_: int) -> None:
    language = "en"
    try:
        verdict, order = judge(clerk, office, ticket)
        language = q.language(clerk, ticket)
    except (Speechless, Unavailable) as error:
        log.warning("%s: %s", ticket.id, error)
        if round_ < 3:
            office.defer(ticket, f"no answer: {error}")
            return
        verdict, order = Verdict("desk", "no machine could read this"), None
    log.info("%s: %s %s", ticket.id, verdict, order and order.id)
    number = order.id if order else None
    say = {"language": language, "name": ticket.name, "order": number or "", "clause": verdict.clause}
    if verdict.kind == "pay":
        if office.pay(ticket, order, verdict.amount, verdict.clause):
            body = letters.write("refunded", **say, amount=verdict.amount, currency=order.currency)
            office.answer(ticket, "refunded", body, number, verdict.amount, order.currency)
            return
        if round_ < 3:
            office.defer(ticket, "the payment cannot be seen on the order yet")
            return
        verdict = Verdict("desk", "payment unclear")
    if verdict.kind == "desk":
        summary = f"{ticket.name} <{ticket.email}> on {number or 'several or unknown orders'}: {ticket.subject}. {verdict.clause}."
        office.hand_over(ticket, number, verdict.clause, summary)
        office.answer(ticket, "escalated", letters.write("escalated", **say), number)
    elif verdict.kind == "decline":
        office.answer(ticket, "denied", letters.write("denied", **say), number)
    else:
        office.answer(ticket, "need_info", letters.write("need_info", **say), number)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    clerk = Clerk()
    handed: dict[str, int] = {}
    while (ticket := office.ticket()) is not None:
        handed[ticket.id] = handed.get(ticket.id, 0) + 1
        if handed[ticket.id] > 6:
            return 1
        try:
            settle(clerk, office, ticket, handed[ticket.id])
        except (Refused, Unavailable) as error:
            log.error("%s: %s", ticket.id, error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
