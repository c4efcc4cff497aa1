"""The questions. Each is about one thing, and its answer fits an enum, a boolean, a number or a date."""

from __future__ import annotations

from datetime import date

from backoffice import Order, Ticket
from llm import Clerk

QUOTE = {"type": ["string", "null"], "description": "the words of the letter that settle it, verbatim"}


def letter(ticket: Ticket) -> str:
    return f"<letter>\n{ticket.letter}\n</letter>"


def card(order: Order) -> str:
    if order.delivered:
        state = f"delivered {order.delivered:%a %d %b %Y}"
    else:
        state = f"{order.status}, promised for {order.promised:%a %d %b %Y}" if order.promised else order.status
    goods = "; ".join(f"{line.quantity} x {line.name} ({line.category})" for line in order.lines)
    back = "".join(f"; {r['amount']} {order.currency} refunded on {r['on']}" for r in order.refunds)
    return f"{order.id}: placed {order.placed:%a %d %b %Y}, {state}. Contains {goods}{back}"


def which_parcel(clerk: Clerk, ticket: Ticket, orders: list[Order]) -> str:
    """An order's number, `more_than_one` or `cannot_tell`."""
    cards = "\n".join(card(order) for order in orders)
    answer = clerk.ask(
        "which_parcel",
        "About which one of these parcels does the writer want something from us now?\n"
        "Not meant are parcels that they only mention, that they are happy with, or whose matter is settled by now. "
        "If an earlier mail is quoted below, it may say what today's letter leaves out. A mistyped number doesn't "
        "matter when the contents fit only one parcel.\n"
        "Say more_than_one if they ask for something on two or more parcels today, and cannot_tell if the letter "
        "fits two or more of the parcels equally well, or none.",
        f"{letter(ticket)}\n\n<parcels>\n{cards}\n</parcels>",
        {
            "tell_tale_words": QUOTE,
            "parcel": {"type": "string", "enum": [order.id for order in orders] + ["more_than_one", "cannot_tell"]},
        },
    )
    return answer["parcel"]


GRIEVANCES = {
    "no_longer_wanted": "the goods are in order, but they don't want, like or need them",
    "defective_or_wrong": "something arrived damaged, doesn't work, or isn't what was ordered",
    "came_late": "it has arrived, but later than promised, and they want something for the delay",
    "not_here_yet": "it hasn't arrived",
    "stop_the_order": "they want the order cancelled before it gets to them",
    "gesture": "they want a voucher, a discount or money for trouble, time or annoyance",
    "payment_missing": "they were promised or sent a refund and say that they haven't got it",
}


def grievance(clerk: Clerk, ticket: Ticket, order: Order) -> str:
    list_ = "\n".join(f"- {key}: {text}" for key, text in GRIEVANCES.items())
    answer = clerk.ask(
        "grievance",
        f"Why does the writer want something for parcel {order.id} today? Choose the one that fits best:\n{list_}",
        f"{letter(ticket)}\n\n<parcel>\n{card(order)}\n</parcel>",
        {"tell_tale_words": QUOTE, "grievance": {"type": "string", "enum": list(GRIEVANCES)}},
    )
    return answer["grievance"]


def pieces(clerk: Clerk, ticket: Ticket, order: Order) -> dict[str, int]:
    """How many pieces of each line (by SKU) the request is about."""
    rows = "\n".join(f"- {line.sku}: {line.quantity} x {line.name}" for line in order.lines)
    count = {
        line.sku: {"type": "integer", "enum": list(range(line.quantity + 1)), "description": line.name}
        for line in order.lines
    }
    answer = clerk.ask(
        "pieces",
        f"Parcel {order.id} contained:\n{rows}\n"
        "For how many pieces of each does the writer want the money back? Count only what they complain of or send "
        "back; what they keep, like or don't mention counts 0. If they speak of the whole parcel, count all pieces.",
        letter(ticket),
        {"money_back_for": {"type": "object", "properties": count, "required": list(count),
                            "additionalProperties": False}},
    )
    return answer["money_back_for"]


def was_opened(clerk: Clerk, ticket: Ticket, things: str) -> bool | None:
    answer = clerk.ask(
        "was_opened",
        f"Has the writer opened or used this: {things}? true if it has been unpacked, switched on or tried out, false "
        "if it is still sealed or unopened, null if the letter doesn't let us know.",
        letter(ticket),
        {"tell_tale_words": QUOTE, "has_been_opened": {"type": ["boolean", "null"]}},
    )
    return answer["has_been_opened"]


def first_told(clerk: Clerk, ticket: Ticket, order: Order) -> date:
    """When we first heard of the defect."""
    answer = clerk.ask(
        "first_told",
        f"On which day did the writer first tell us of what is wrong in parcel {order.id}? Look through the mails that "
        "are quoted below today's, if any, for the first one that speaks of it. Answer as YYYY-MM-DD, or null if "
        "today's letter is the first.",
        letter(ticket),
        {"first_told_on": {"type": ["string", "null"]}},
    )
    try:
        day = date.fromisoformat(answer["first_told_on"] or "")
    except ValueError:
        return ticket.day
    return day if (order.delivered or order.placed) <= day <= ticket.day else ticket.day


def law_involved(clerk: Clerk, ticket: Ticket) -> bool:
    answer = clerk.ask(
        "law_involved",
        "Does the writer threaten with, or tell of, a lawyer, a court, a consumer authority or an ombudsman? A bad "
        "review or shopping elsewhere is none of these, and neither is a mere mention of consumer rights.",
        letter(ticket),
        {"tell_tale_words": QUOTE, "law_is_involved": {"type": "boolean"}},
    )
    return answer["law_is_involved"]


def wants_no_money(clerk: Clerk, ticket: Ticket) -> bool:
    answer = clerk.ask(
        "form",
        "In which form does the writer want it made good? replacement_only or store_credit_only if they insist on "
        "that instead of money; otherwise money.",
        letter(ticket),
        {"form": {"type": "string", "enum": ["money", "replacement_only", "store_credit_only"]}},
    )
    return answer["form"] != "money"


def language(clerk: Clerk, ticket: Ticket) -> str:
    answer = clerk.ask(
        "language",
        "In which language is today's letter written?",
        letter(ticket),
        {"language": {"type": "string", "enum": ["en", "de", "fr", "es", "nl", "pl"]}},
    )
    return answer["language"]
