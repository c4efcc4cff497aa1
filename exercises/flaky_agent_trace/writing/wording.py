"""What the model writes to people: replies in the mail's language, reasons, summaries, small talk."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from exercises.flaky_agent_trace.deciding.doubts import is_doubt
from exercises.flaky_agent_trace.deciding.handed import asks_back
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.ontology import NUMERALS
from exercises.flaky_agent_trace.reading.feedback import BY_RESULT, BY_WORD
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters
from harness.simulation.noise import Noise
from harness.simulation.saying import variant

from .denials import citing, failing, own_words
from .dictated import language_wanted, to_write
from .fuller import fuller
from .further_told import asked_alone
from .lengths import fitted
from .letter_facts import IN_WORDS, Dictated
from .letter_parts import (
    by_clause,
    by_locale,
    choices,
    dictated_besides,
    dictated_body,
    foreign_reason,
    opening,
    reason_given,
    to_workshop,
    warmed,
)
from .orderless import orderless
from .wishes import (
    Wishes,
    asking,
    bare,
    candidates,
    options_asked,
    was_paid,
    which_one,
    wishes,
    within,
)


def reason_text(mind: Mind, resolution: Resolution) -> str:
    """The grounds as a phrase that a person would write; clauses by their ids where these were read."""
    own = resolution.reason if IN_WORDS.search(resolution.reason) else ""
    ids = [id for id in resolution.reason.split() if not own or "-" in id]
    told = ((id, ground(id, mind, resolution)) for id in ids)
    if is_doubt(resolution.reason):  # the clause behind it is what it is about
        return "".join([ground(ids[0], mind, resolution), *(citing(id, mind) for id in ids[1:])])
    known = [f"{words}{citing(id, mind)}" for id, words in told if words]
    return "; ".join(known) or own or letters().reasons["other"]


def ground(id: str, mind: Mind, resolution: Resolution) -> str:
    """One of the grounds without the clause's id: of a denial what fails; empty where it has no words."""
    known = letters().reasons.get(which_half(id, resolution), "")
    fails = failing(id, mind, resolution, letters().denials)
    return own_words(mind, id, resolution) or fails or known.format(order=resolution.order_id or "")


def which_half(id: str, resolution: Resolution) -> str:
    """The half of a clause that holds of the case, where it is one of several things; else the clause."""
    if id != "H-6":
        return id
    facts = resolution.facts or resolution.belief.facts
    if facts.wants in {"store_credit", "replacement"}:
        return facts.wants
    notes = facts.order.notes if facts.order is not None else ()
    if any(note.kind == "promise" for note in notes):
        return "promise"
    return id if notes else "replacement"  # whoever finds a promise has a note to find it in


def outcome(resolution: Resolution) -> str:
    """What was done, in a line for the program."""
    order = f" for order {resolution.order_id}" if resolution.order_id else ""
    return {
        "refund": f"Refunded {money_text(resolution) or 'the customer'}{order}.",
        "deny": f"Denied the request{order}.",
        "escalate": f"Escalated the case{order}.",
    }.get(resolution.action, f"Asked the customer{order}.")


def money_text(resolution: Resolution) -> str:
    """The sum as a customer reads it."""
    if resolution.amount is None:
        return ""
    unit = "EUR" if resolution.currency is None else resolution.currency
    return f"{resolution.amount:.2f} {unit}".strip()


_SHORT = re.compile(
    r"\b(?:shorter|(?<!first )(?<!last )(?:one|two|1|2|a single) sentences?"
    r"|(?:at most|no more than|under) (?P<words>\d{1,4}) words)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 60


_ROOM = re.compile(r"\b[1-9]\d{2,} words")
"""As many as a reason needs besides."""


def reply_body(
    mind: Mind, resolution: Resolution, noise: Noise, *, verbose: bool = False, pledge: bool = False
) -> str:
    """The mail to the customer: in the customer's language where the model has seen it, or as it is told.

    `pledge`: nothing was done about it yet, a colleague has to.
    """
    asked = mind.instructions
    wanted = wishes(asked, writing=mind.operation == "draft" or not mind.contract.tools)
    language = language_wanted(mind, wanted.language)
    name = wanted.name or mind.sender_name or {"en": "there"}.get(language, "")
    name = name.split()[0] if wanted.first_name and not wanted.name else name
    greeting = variant(noise, letters().greeting[language], "greeting").format(name=name).replace(" ,", ",")
    greeting = f"Hola {name}:" if "/a " in greeting else greeting.replace("Dear there", "Dear customer")
    given = to_write(mind)
    given = given if given is not None and given.told.slots["action"] == resolution.action else None
    own = resolution.action in {"escalate", "need_info"} and resolution.reason in {"unseen", "unknown"}
    told = resolution.reason if own else "pledge" if pledge else resolution.action
    forms = letters().body[told][language]
    if given is not None:
        forms = (dictated_body(given, resolution, language, brief="shorter" in asked.casefold()),)
    amount = money_text(resolution) or _DUE[language]
    amount = by_locale(amount, language) if mind.operation == "draft" or given is not None else amount
    named = resolution.order_id and (wanted.numbers or given is None)
    forms = forms if named else tuple(orderless(form, language) for form in forms)
    bodies = [form.format(amount=amount, order=resolution.order_id or "") for form in forms]
    bodies = [opening(body, language, greeted=wanted.greets) for body in bodies]
    body = bodies[noise.pick(len(bodies), "body")]
    asking_back = options_asked(asked) or asks_back(mind)
    names = asking_back if mind.operation == "draft" else "I-1" in resolution.reason
    asks = wanted.asks if given is None else _unsaid(wanted.asks, given)
    chosen = resolution.action == "need_info" and (
        candidates(asked) or candidates(resolution.reason) or (names and choices(mind))
    )
    if chosen:
        body = opening(which_one(chosen, language), language, greeted=wanted.greets)
        asks = tuple(ask for ask in asks if not candidates(f"ask {ask}"))
    more: list[str] = []
    short = _SHORT.search(asked)
    if short and _has_room(resolution, short, dictated=given is not None):
        short = None  # for the reason that was given
    if given is not None:
        more += dictated_besides(mind, given, resolution, language)
    else:
        more += _why(mind, resolution, language, short)
    if verbose and not short:
        more += letters().padding[language]
    extra = _wanted(mind, resolution, replace(wanted, asks=asks), language)
    extra += _to_name(mind, resolution, "\n".join([greeting, body, *more]))
    closing = _closing(variant(noise, letters().closing[language], "closing"), wanted)
    if mind.operation == "draft" and (alone := _alone(mind, resolution, body, language)):
        return alone
    if mind.operation == "draft" and mind.contract.form == "text":
        frame = [greeting] * wanted.greets + [closing] * wanted.closes
        more += fuller(asked, [*frame, body, *more, *extra], language)
    parts = {
        "greeting": [greeting] if wanted.greets else [], "body": [body, *extra], "more": more,
        "closing": [closing] if wanted.closes else [],
    }  # fmt: skip
    if given is not None and (fits := _fitted(mind, given, resolution, wanted, parts)):
        return fits
    if wanted.most is not None:
        return "\n\n".join(within(wanted.most, parts, min(bodies, key=lambda said: len(said.split()))))
    return "\n\n".join([*parts["greeting"], body, *more, *extra, *parts["closing"]])


def _alone(mind: Mind, resolution: Resolution, body: str, language: str) -> str:
    """The one question or sentence that is wanted in place of a letter; empty where a letter is."""
    if question := asked_alone(mind, language):
        return question
    if not bare(mind.asked_last):
        return ""
    told_why = language == "en" and resolution.action in {"deny", "refund"} and resolution.reason
    return _in_a_sentence(body, reason_text(mind, resolution) if told_why else "")


def _closing(usual: str, wanted: Wishes) -> str:
    """The last lines."""
    return wanted.closing or (f"{usual.splitlines()[0]}\n{wanted.signed}" if wanted.signed else usual)


def _unsaid(asks: tuple[str, ...], given: Dictated) -> tuple[str, ...]:
    """What is to be asked and is not among the facts that are given."""
    return tuple(ask for ask in asks if not (given.facts.further.asks and ask.startswith("for ")))


def _fitted(
    mind: Mind, given: Dictated, resolution: Resolution, wanted: Wishes, parts: dict[str, list[str]]
) -> str:
    """A letter of given facts at the length that is wanted; empty where that cannot be."""
    language = language_wanted(mind, wanted.language)
    body, *extra = parts["body"]
    brief = opening(body.partition(". ")[2] or body, language, greeted=wanted.greets)
    body = warmed(mind.instructions, body, given, resolution, language)
    return fitted(mind.instructions, wanted.most, {**parts, "body": [body, *extra]}, brief)


def _has_room(resolution: Resolution, short: re.Match[str], *, dictated: bool) -> bool:
    """Whether a letter that is to be short may still give the reason that it was handed."""
    words = short["words"] and int(short["words"]) > _FEW_WORDS
    return dictated or bool(words and IN_WORDS.search(resolution.reason))


def why_told(mind: Mind, resolution: Resolution) -> list[str]:
    """The sentence for the reason in the language of a letter to this customer."""
    language = mind.scene.meaning.language if mind.mail.present else "en"
    return _why(mind, resolution, wishes(mind.instructions, writing=False).language or language, None)


def _why(mind: Mind, resolution: Resolution, language: str, short: re.Match[str] | None) -> list[str]:
    """The sentence for the reason of a refund or a denial, where there is one and room for it."""
    if resolution.action not in {"deny", "refund"}:
        return []
    if resolution.reason and language == "en" and not short:
        why = reason_text(mind, resolution)
        untold = foreign_reason(mind, resolution.reason) or why in {letters().reasons[one] for one in _UNSAID}
        untold = untold or why.startswith((BY_RESULT, BY_WORD))
        return [] if untold else [f"This is why: {why}.", *to_workshop(mind, resolution)]
    brief = short is not None and not _ROOM.search(short.group())
    if brief:
        return []
    if resolution.reason.startswith((BY_RESULT, BY_WORD)):
        return []
    own = by_clause(mind, resolution, language) if language != "en" else ""
    return [own] if own else reason_given(mind, resolution.action, resolution.reason, language)


_UNSAID = ("other", "told")  # what is no reason to a customer


def _in_a_sentence(body: str, why: str) -> str:
    """The sentence that tells it, with the reason where there is one."""
    said = re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ž¿])", body.strip())[-1]
    return f"{said.rstrip('.')}: {why}." if why else said


_DUE = {
    "en": "the amount due", "de": "den fälligen Betrag", "fr": "le montant dû", "es": "el importe debido",
    "nl": "het verschuldigde bedrag", "pl": "należną kwotę",
}  # fmt: skip


def _wanted(mind: Mind, resolution: Resolution, wanted: Wishes, language: str) -> list[str]:
    """The sentences that a program wants to read besides."""
    said = [asking(what, language) for what in wanted.asks]
    record = mind.orders.get(resolution.order_id or "")
    past = [part.get("amount") for part in record.parts.get("refunds", [])] if record is not None else []
    paid = sum(amount[0] for amount in past if amount)
    if wanted.earlier and paid and record is not None:
        said.append(was_paid(f"{paid / 100:.2f} {record.get('currency') or ''}".strip(), language))
    if language == "en":
        said += [f"Please note that {what}." for what in wanted.says]
    return said


_NAMES = re.compile(
    r"(?:^\W{0,6}|[.:;]\s+|\b(?:must|should|shall|has to|have to|needs? to|always|please)\s+"
    r"(?:(?!not\b|never\b)\w+\s+){0,2})"
    r"(?:mention|contain|include|quote|cite|name|state)\b (?:the )?(?P<what>ticket|order)(?:'s)?[ _-]?"
    r"(?:number|id|no\b|reference|ref\b)",
    re.IGNORECASE | re.MULTILINE,
)


def named_numbers(mind: Mind, resolution: Resolution) -> list[str]:
    """The numbers that the program wants to read in a mail, by its prompt or by an objection to one."""
    objections = [p.text for p in mind.context.of("result") if len(p.text) < 600]
    asked = "\n".join([mind.instructions, *objections])
    known = {
        "ticket": mind.ticket_shown,
        "order": (resolution.action != "need_info" and resolution.order_id) or "",
    }
    named = dict.fromkeys(known[found["what"].casefold()] for found in _NAMES.finditer(asked))
    return [number for number in named if number]


def _to_name(mind: Mind, resolution: Resolution, text: str) -> list[str]:
    """A line with what is wanted and not said yet."""
    missing = [number for number in named_numbers(mind, resolution) if number not in text]
    return [f"({', '.join(missing)})"] if missing else []


def thought(mind: Mind, resolution: Resolution, noise: Noise) -> str:
    """The grounds of a resolution, in a sentence or two."""
    order = resolution.order_id
    what = {
        "refund": f"a refund of {money_text(resolution)} is due",
        "deny": "no refund is due",
        "escalate": "this has to go to the refunds desk",
        "need_info": "the customer has to be asked first",
    }[resolution.action]
    why = reason_text(mind, resolution)
    if resolution.reason in {"unseen", "unknown"} and resolution.action == "need_info":
        what = "nothing can be decided before the order is found"
    applied = "Applying the handbook: " if mind.clauses and "-" in resolution.reason else "As I see it: "
    seen = "the mail and the order data" if resolution.order_id in mind.orders else "what I was given"
    return variant(
        noise,
        (
            f"The request concerns {order}. {applied}{why}, so {what}.",
            f"For {order}, {what}: {why}.",
            f"Going by {seen} for {order}, {what} ({why}).",
        )
        if order
        else (
            f"{applied}{why}, so {what}.",
            f"{what[0].upper()}{what[1:]}: {why}.",
            f"Going by {seen}, {what} ({why}).",
        ),
        "thought",
    )


def decision_lines(mind: Mind, resolution: Resolution, noise: Noise) -> str:
    """A decision as labelled lines."""
    lines = [f"Decision: {resolution.action.replace('_', ' ')}"]
    if resolution.order_id:
        lines.append(f"Order: {resolution.order_id}")
    if resolution.amount is not None:
        lines.append(f"Amount: {money_text(resolution)}")
    lines.append(f"Reason: {thought(mind, resolution, noise)}")
    return "\n".join(lines)


NOTHING = "There is no customer request in what I was given."


def counted(name: str, pieces: int | None) -> str:
    """An item with its pieces; `2 of them (“two”)` where the mail has no other word for it."""
    if name.strip("“”").casefold() in NUMERALS:
        return f"{pieces} of them ({name})" if pieces is not None else f"{name} of them"
    return name if pieces is None else f"{pieces} x {name}"


def summary(belief: Belief, named: Callable[[str], str]) -> str:
    """The case in a few labelled lines: readable for people, and for a later step.

    `named`: an item as the context shows it.
    """
    facts = belief.facts
    lines = []
    if belief.order_id:
        lines.append(f"Order: {belief.order_id}")
    for ask in facts.asks:
        items = ", ".join(counted(named(sku), pieces) for sku, pieces in ask.items)
        lines.append(f"Issue: {ask.issue.replace('_', ' ')}")
        if items:
            lines.append(f"Items: {items}")
        if ask.opened:
            lines.append("Opened: yes")
        if ask.reported:
            lines.append(f"First reported: {ask.reported.isoformat()}")
    if facts.legal:
        lines.append("Legal threat: yes")
    if facts.wants != "refund":
        lines.append(f"Customer wants: {facts.wants.replace('_', ' ')}")
    if facts.orders_concerned > 1:
        lines.append("Several orders concerned: yes")
    if not lines:
        lines.append(NOTHING)
    return "\n".join(lines)


PLAN = (
    "Find out which order the mail is about",
    "Read the order with its earlier refunds and notes",
    "Read the refund handbook",
    "Check whether the case must be handed over",
    "Work out what is due and act on it",
    "Reply to the customer with what was done",
)
