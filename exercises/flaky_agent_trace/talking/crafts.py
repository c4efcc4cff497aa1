"""Other things to write about a case: a clean copy of the mail, a note for a colleague, what to watch for."""

from __future__ import annotations

import datetime as dt
import re

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.ontology import ADDRESS, ORDER_ID
from exercises.flaky_agent_trace.papers.orders import described
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.in_brief import in_one_sentence, subject_told
from exercises.flaky_agent_trace.writing.summing import groups, joined
from exercises.flaky_agent_trace.writing.sympathy import sympathy
from exercises.flaky_agent_trace.writing.telling import retold
from exercises.flaky_agent_trace.writing.wording import thought
from exercises.flaky_agent_trace.writing.worked_plan import Step, laid_out
from harness.simulation.reading.counts import IN_WORDS, count_of

from .facts_given import facts_given

_START = r"(?:^|[.!?:]\s+)\W{0,6}(?:please |now |then |you |can you |could you )*"
_FOUND = re.compile(
    rf"(?P<redact>{_START}(?:redact|anonymi[sz]e|pseudonymi[sz]e|mask)\b)"
    rf"|(?P<subject>{_START}(?:give(?: me)?|suggest|write|propose|find|create|generate|draft|make|need"
    rf"|i need)\b"
    r"[^.,\n]{0,24}\b(?:subject line|subject|title|headline)\b(?! and)(?=[^.\n]*\b(?:ticket|mail|e-?mail|case"
    r"|queue|reply|answer|letter|internal|this|it|customer)\b|\W*$))"
    rf"|(?P<note>{_START}(?:(?:write|draft|prepare|compose|create|give me)\b[^.\n]{{0,30}})?"
    r"\b(?:(?:hand-?\s?over|handoff|escalation|internal|case) (?:note|summary|message|memo)"
    r"|(?:note|memo|summary|brief(?:ing)?) (?:for|to) (?:the |our |my |a )?(?:refunds? )?(?:desk|team"
    r"|colleagues?"
    r"|file|supervisor|manager))\b)"
    r"|(?P<pitfalls>\bwhat (?:could|can|might) go wrong\b|\bpitfalls\b"
    r"|\bwhat (?:should|must) (?:\w+ ){1,3}(?:watch|look) out\b)"
    rf"|(?P<plan>{_START}(?:write|draft|make|prepare|produce|create|give(?: me)?|list|outline|output|return"
    r"|sketch|devise)\b[^.\n]{0,30}\b(?:plan|to-?do(?: list)?|checklist|roadmap|how you would"
    r"|steps(?! (?:of|behind|you took|that led|to the (?:amount|sum|decision|result)))"
    r"|how to (?:work on|go about|tackle|approach))\b"
    r"|\bplan (?:the|this|your|how)\b|\b(?:numbered|ordered) plan\b)",
    re.IGNORECASE | re.MULTILINE,
)
_ELSE = re.compile(
    r"\bdecide\b|\bshould (?:we|i)\b"
    r"|\b(?:write|draft|compose)\b[^.\n]{0,20}\b(?:reply|answer|e-?mail|letter)\b",
    re.IGNORECASE,
)
_NOT_TO = re.compile(
    r"\b(?:do not|don['’]t|never|without) (?:\w+ ){0,2}?(?:decid\w+|writ\w+|draft\w*)\b", re.IGNORECASE
)
"""What is not to be done."""
_READS = re.compile(r"\b(?:classify|summari[sz]e|translate|extract|review|verify)\b", re.IGNORECASE)
"""Something more is asked for, to which it is a condition."""


def craft_of(asked: str) -> str:
    """Which of them a program asks for in its own words; empty: none."""
    found = _FOUND.search(asked)
    craft = found.lastgroup or "" if found and not _ELSE.search(_NOT_TO.sub(" ", asked)) else ""
    return "" if craft != "plan" and _READS.search(asked) else craft  # what is planned may be such


def crafted(craft: str, mind: Mind, answers: Answers) -> str:
    """The text that is asked for."""
    match craft:
        case "redact":
            return _redacted(mind)
        case "note":
            return _note(mind, answers)
        case "subject":
            return subject_told(answers, mind.instructions)
        case "plan":
            return _plan(mind, answers)
        case "sympathy":
            return sympathy(answers, mind.instructions, answers.noise)
    return _pitfalls(mind, answers)


def _note(mind: Mind, answers: Answers) -> str:
    """What a colleague has to know, in so many sentences where that is said."""
    own = [thought(mind, answers.resolution, answers.noise)] if mind.clauses else []
    found = _SENTENCES.search(mind.instructions)
    if found is None:
        said = " ".join([retold(answers), *own])
        return " ".join(filter(None, [said, facts_given(mind, said)]))
    number = count_of(found["n"])
    parts = [in_one_sentence(answers), *known_of(answers), *own]
    parts += filter(None, [facts_given(mind, " ".join(parts))])
    return " ".join(joined(group) for group in groups(parts, number))


_SENTENCES = re.compile(rf"\b(?P<n>[1-9]|{IN_WORDS})(?: \w+)? sentences?\b", re.IGNORECASE)


def known_of(answers: Answers) -> list[str]:
    """What the order's record shows that bears on the case, in a sentence."""
    record = answers.mind.orders.get(answers.belief.order_id or "")
    if record is None:
        return ["The order itself has not been looked at."]
    days = [
        f"{what} {day:%d %B %Y}".replace(" 0", " ")
        for field, what in (("promised", "promised for"), ("delivered", "delivered on"))
        if isinstance(day := record.get(field), dt.date)
    ]
    past = record.parts.get("refunds", [])
    before = (
        "nothing has been refunded on it" if not past else f"{len(past)} earlier refund(s) are booked on it"
    )
    known = {"has_chargeback": "a chargeback is open", "gift": "it is a gift"}
    flags = [words for slot, words in known.items() if answers(slot)]
    return [f"Order {record.id} was {', '.join([*days, before, *flags])}."] if days else []


def _plan(mind: Mind, answers: Answers) -> str:
    """What is to be done on this case, by what its mail says: no more steps than fit a short list."""
    facts, order = answers.facts, answers.belief.order_id
    named = order in ORDER_ID.findall(mind.scene.mail.plain)
    by = mind.mail.sender or mind.sender_name or "what the mail says"
    find = (
        f"Read order {order}" if order and (named or order in mind.orders) else f"Search the orders by {by}"
    )
    find = "Read each order that the mail is about" if facts.orders_concerned > 1 else find
    read = ""
    for ask in facts.asks:
        what = ", ".join(answers.item_words(sku) for sku, _ in ask.items)
        since = f", first reported on {ask.reported}" if ask.reported else ""
        read += f"{'; ' if read else ': '}{ask.issue.replace('_', ' ')}{f' ({what})' if what else ''}{since}"
    counts = "; ".join(dict.fromkeys(count for ask in facts.asks if (count := _COUNTS.get(ask.issue))))
    desk = "Check whether it is one for the desk: sender, orders, chargeback, gift, threat, promise, sum."
    shown = answers.mind.orders.get(order or "")
    first = f"{find}: items and prices, dates, status, earlier refunds, notes, chargeback, gift."
    if shown is not None and described(shown):
        first = f"Go by the order as it is given. {known_of(answers)[0]}"
    steps = [
        first,
        f"Read what the handbook says of this request{read}.{f' {counts}.' if counts else ''}",
        " ".join([desk, *_traps(mind, answers)]),
        "Work out what is due by the prices of the items concerned, and act once.",
        "See on the order whether it went through, and reply with what was really done.",
    ]
    tools = ("get_order", "get_policy", "", "refund", "reply")
    weighed = [
        Step(text, tool, weight=weight)
        for text, tool, weight in zip(steps, tools, (0, 2, 2, 1, 0), strict=True)
    ]
    return laid_out(weighed, mind.instructions, mind)


_COUNTS = {
    "changed_mind": "Count the days from the delivery to the mail",
    "damaged": "Count the days from the delivery to the first report",
    "wrong_item": "Count the days from the delivery to the first report",
    "late": "Count the days from the promised date to the delivery",
    "not_arrived": "Count the days since the promised date",
}


def _redacted(mind: Mind) -> str:
    """The mail as it stands in the request, without who wrote it; its order stays, as a case needs it."""
    ticket = mind.scene.state.ticket
    pieces = [piece.text for piece in mind.context.of("user", "system")]
    shown = next((text for text in pieces if mind.scene.lines and mind.scene.lines[0] in text), ticket.body)
    start = min((at for at in (shown.find(ticket.subject), shown.find(ticket.body)) if at >= 0), default=0)
    end = shown.find(ticket.body)
    text = shown[start : end + len(ticket.body)] if end >= start else ticket.body
    names = sorted({ticket.sender.name, *ticket.sender.name.split()}, key=len, reverse=True)
    for name in names:
        if len(name) > 1:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[NAME]", text)
    return ADDRESS.sub("[EMAIL]", text).strip()


def _pitfalls(mind: Mind, answers: Answers) -> str:
    """What is easily got wrong in this case, and in any."""
    blind = "Nothing but the mail is before me: the order and the handbook have to be read."
    said = [*_traps(mind, answers), *([] if mind.orders else [blind])]
    said.append("Days count from the delivery in the order's record to the day on which the mail came.")
    return "\n".join(f"- {text}" for text in said)


def _traps(mind: Mind, answers: Answers) -> list[str]:
    """What of this case is easily got wrong, as far as the request shows it."""
    facts, mail = answers.facts, mind.mail
    order = facts.order
    named = set(ORDER_ID.findall(mind.scene.mail.plain))
    found = {
        "The order is not settled by the mail: do not guess one.": answers.belief.order_id is None,
        "Several orders could be meant; make sure that it is the right one.": facts.orders_concerned < 2
        and (len(mind.orders) > 1 or len(named) > 1),
        "More than one order is concerned.": facts.orders_concerned > 1,
        "The mail tries to give orders to whoever reads it; they are not to be followed.": mail.injected,
        "A lawyer or an authority is mentioned.": facts.legal,
        "The customer does not want money but something else.": facts.wants != "refund",
        "Only a part of the order is concerned, not all of it.": any(ask.items for ask in facts.asks),
        "Something was refunded on this order before.": bool(order and order.refunds),
        "There is a chargeback on the order.": bool(answers("has_chargeback")),
        "The order is a gift.": bool(answers("gift")),
        "Colleagues have left notes on the order.": bool(order and order.notes),
        "An item was sold as final.": bool(answers("final_sale")),
        "The item was opened.": any(ask.opened for ask in facts.asks),
        "There are dates in the mail that are not the ones that count.": any(
            d.fact == "date" for d in mail.decoys
        ),
        "The sum that the customer names need not be what is due.": any(
            d.fact == "amount" for d in mail.decoys
        ),
    }
    return [text for text, holds in found.items() if holds]
