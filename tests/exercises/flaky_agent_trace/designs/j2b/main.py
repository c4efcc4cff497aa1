"""Work off the refund inbox: each case is a motion that is put, opposed, checked and carried out."""

from __future__ import annotations

import logging
import os
import re
import sys
from pathlib import Path

import letters
from backoffice import BackOffice, Order, Refused, Ticket, Unavailable
from llm import Conversation, Models, Speechless
from motion import Motion, PointOfOrder, examine, parse
from papers import bundle

log = logging.getLogger("committee")
CONSTITUTION = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8")
READINGS = 3


def committee(models: Models, ticket: Ticket, orders: list[Order], handbook: str) -> Motion:
    """The motion that was carried; to the desk if none is."""
    talk = Conversation(models, CONSTITUTION)
    books = {order.id: order for order in orders}
    call = bundle(ticket, orders, handbook) + "\n---\nClerk: these are the papers. Rapporteur, your worksheet and motion."
    opposed = False
    for _ in range(READINGS):
        said = talk.say(call)
        try:
            motion = parse(said)
            examine(motion, ticket, books)
        except PointOfOrder as point:
            call = f"Clerk: point of order: {point} Rapporteur, amend your worksheet and put a motion again."
            continue
        if opposed:
            return motion
        said = talk.say("Clerk: the motion is in order. Opponent, your word.", 300)
        opposed = True
        objection = re.search(r"^\W*OBJECTION:\s*(.+)", said, re.M)
        if objection is None or "NO OBJECTION" in said.splitlines()[-1]:
            return motion
        call = (
            "Clerk: Rapporteur, answer the objection. Amend the worksheet where it is right, keep to it where it is "
            "wrong, and put your final motion."
        )
    return Motion("desk", "I-1")


LANGUAGE = {
    "de": r"\b(ich|und|nicht|bitte|der|ist)\b", "fr": r"\b(je|vous|est|les|une|pas)\b", "es": r"\b(que|los|por|para|una|el)\b",
    "nl": r"\b(ik|het|een|niet|van|graag)\b", "pl": r"\b(się|nie|jest|na|proszę|że)\b", "en": r"\b(the|and|you|is|it|have)\b",
}


def language(ticket: Ticket) -> str:
    text = "\n".join(line for line in ticket.body.splitlines() if not line.startswith(">")).lower()
    return max(LANGUAGE, key=lambda code: len(re.findall(LANGUAGE[code], text)))


def settle(models: Models, office: BackOffice, ticket: Ticket, round_: int) -> None:
    try:
        orders = office.candidates(ticket)
        motion = committee(models, ticket, orders, office.handbook()["text"]) if orders else Motion("ask", "I-1")
    except (Speechless, Unavailable) as error:
        log.warning("%s: %s", ticket.id, error)
        if round_ < 3:
            office.defer(ticket, "the committee could not meet")
            return
        motion, orders = Motion("desk", "I-1"), []
    log.info("%s: %s", ticket.id, motion)
    say = {"language": language(ticket), "name": ticket.name, "order": motion.order or "", "clause": motion.clause}
    if motion.kind == "pay":
        order = next(o for o in orders if o.id == motion.order)
        if office.pay(ticket, order, motion.amount, motion.clause):
            body = letters.write("refunded", **say, amount=motion.amount, currency=order.currency)
            office.answer(ticket, "refunded", body, order.id, motion.amount, order.currency)
            return
        if round_ < 3:
            office.defer(ticket, "the payment cannot be seen on the order yet")
            return
        motion = Motion("desk", "payment unclear", order.id)
    if motion.kind == "desk":
        summary = f"{ticket.name} <{ticket.email}> on {motion.order or 'several or unknown orders'}: {ticket.subject}. {motion.clause}."
        office.hand_over(ticket, motion.order, motion.clause, summary)
    outcome = {"desk": "escalated", "decline": "denied", "ask": "need_info"}[motion.kind]
    office.answer(ticket, outcome, letters.write(outcome, **say), motion.order)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    models = Models()
    handed: dict[str, int] = {}
    while (ticket := office.ticket()) is not None:
        handed[ticket.id] = handed.get(ticket.id, 0) + 1
        if handed[ticket.id] > 6:
            return 1
        try:
            settle(models, office, ticket, handed[ticket.id])
        except (Refused, Unavailable) as error:
            log.error("%s: %s", ticket.id, error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
